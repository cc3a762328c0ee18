/* histogram.h - how long something took, counted into fixed buckets.
 *
 * Buckets are those of HISTOGRAM_BOUNDS_US, each counting what took at most so long
 * (not those below it), and one more for what took longer. Counts only grow.
 * Threads: the owner's.
 */
#ifndef YX_RUNTIME_HISTOGRAM_H
#define YX_RUNTIME_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BOUNDS_US                                                            \
    {                                                                                  \
        250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000,       \
            1000000, 2500000, 10000000                                                 \
    }
#define HISTOGRAM_BOUNDS 14u

typedef struct {
    uint64_t counts[HISTOGRAM_BOUNDS + 1]; /* the last: longer than all bounds */
    uint64_t sum_us;
} histogram_t;

/* `times` things took `us` microseconds each. */
void histogram_add(histogram_t *histogram, uint64_t us, uint64_t times);
/* The bound of a bucket; UINT64_MAX behind the last. */
uint64_t histogram_bound_us(uint32_t bucket);

#endif
