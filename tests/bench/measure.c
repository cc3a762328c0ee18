/* measure.c - see measure.h. */
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

uint64_t measure_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        abort();
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t measure_percentile(uint64_t *samples, size_t count, unsigned mille)
{
    if (count == 0)
        return 0;
    qsort(samples, count, sizeof *samples, compare);
    size_t at = count * mille / 1000;
    return samples[at < count ? at : count - 1];
}

uint64_t measure_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717u;
}

uint64_t measure_resident(void)
{
    FILE *stream = fopen("/proc/self/statm", "re");
    unsigned long long size = 0, resident = 0;
    if (stream == NULL)
        return 0;
    if (fscanf(stream, "%llu %llu", &size, &resident) != 2)
        resident = 0;
    (void)fclose(stream); /* opened for reading */
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}
