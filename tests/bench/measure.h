/* measure.h - a clock and percentiles for the bench programs.
 *
 * Threads: none of its own. Times are nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef YX_BENCH_MEASURE_H
#define YX_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

uint64_t measure_now(void);
/* Sorts `samples` in place; `mille` of 500 is the median. */
uint64_t measure_percentile(uint64_t *samples, size_t count, unsigned mille);
/* A small deterministic generator: xorshift64*. The state must not be 0. */
uint64_t measure_random(uint64_t *state);
/* Resident memory of this process in bytes. */
uint64_t measure_resident(void);

#endif
