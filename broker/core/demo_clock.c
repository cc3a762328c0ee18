/* demo_clock.c - see demo_clock.h. */
#include "broker/core/demo_clock.h"

#include "proto/check.h"
#include <stddef.h>

static bool is_time(int64_t ms)
{
    return ms >= 0 && ms <= DEMO_CLOCK_END_MS;
}

bool demo_clock_sane(const demo_clock_t *clock)
{
    CHECK(clock != NULL);
    if (clock->rate == 0)
        return clock->from_ms == 0 && clock->started_ms == 0;
    return clock->rate <= DEMO_RATE_MAX && is_time(clock->from_ms) &&
           is_time(clock->started_ms);
}

/* a * rate, or `end` when that is more. */
static int64_t times(int64_t a, uint32_t rate, int64_t end)
{
    return a > end / rate ? end : a * rate;
}

int64_t demo_clock_ms(const demo_clock_t *clock, int64_t real_ms)
{
    CHECK(demo_clock_sane(clock));
    if (clock->rate == 0)
        return real_ms;
    if (real_ms <= clock->started_ms)
        return clock->from_ms;
    int64_t left_ms = DEMO_CLOCK_END_MS - clock->from_ms;
    return clock->from_ms + times(real_ms - clock->started_ms, clock->rate, left_ms);
}

int64_t demo_clock_span_ms(const demo_clock_t *clock, int64_t real_ms)
{
    CHECK(demo_clock_sane(clock));
    CHECK(real_ms >= 0);
    return clock->rate == 0 ? real_ms : times(real_ms, clock->rate, DEMO_CLOCK_END_MS);
}
