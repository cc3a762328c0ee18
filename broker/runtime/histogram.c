/* histogram.c - see histogram.h. */
#include "broker/runtime/histogram.h"

#include "proto/check.h"
#include <stddef.h>

static const uint64_t bounds_us[] = HISTOGRAM_BOUNDS_US;
_Static_assert(sizeof bounds_us / sizeof bounds_us[0] == HISTOGRAM_BOUNDS,
               "as many bounds as the header says");

uint64_t histogram_bound_us(uint32_t bucket)
{
    CHECK(bucket <= HISTOGRAM_BOUNDS);
    return bucket < HISTOGRAM_BOUNDS ? bounds_us[bucket] : UINT64_MAX;
}

void histogram_add(histogram_t *histogram, uint64_t us, uint64_t times)
{
    CHECK(histogram != NULL);
    uint32_t bucket = 0;
    while (bucket < HISTOGRAM_BOUNDS && us > bounds_us[bucket])
        bucket++;
    histogram->counts[bucket] += times;
    histogram->sum_us += us * times;
}
