/* publish.c - see publish.h. */
#include "broker/runtime/publish.h"

#include "broker/runtime/watches.h"
#include "proto/check.h"

static void start_boards(core_t *core)
{
    boards_begin(core->boards, core->state);
    core->metrics.boards_refreshed++;
}

static void begin_round(core_t *core, publish_t *publish)
{
    watches_begin_round(core);
    core->metrics.publish_rounds++;
    publish->began_ms = core->mono_ms;
    publish->spent_us = 0;
}

static bool round_waits(const core_t *core, const publish_t *publish)
{
    return !publish->stopped && watches_want_round(core);
}

static void begin(core_t *core, publish_t *publish)
{
    if (boards_pending(core->boards) > 0 || core->mono_ms < publish->next_ms ||
        watches_in_round(core))
        return;
    bool round = core->mono_ms >= publish->round_ms && round_waits(core, publish);
    if (core->state->changed.count == 0 && !round)
        return;
    publish->next_ms = core->mono_ms + publish->tick_ms;
    start_boards(core);
    if (round)
        begin_round(core, publish);
}

static void step_boards(core_t *core, uint32_t records)
{
    uint32_t most = PUBLISH_STANDINGS_MAX;
    if (watches_in_round(core) && 2 * records > most)
        most = 2 * records;
    if (boards_pending(core->boards) > 0)
        boards_step(core->boards, core->state, most);
}

/* The last facts, so that what is computed now is what a query would answer. */
static void settle_boards(core_t *core, publish_t *publish)
{
    if (core->state->changed.count == 0 && publish->boards_seq == core->state->head_seq)
        return;
    boards_refresh(core->boards, core->state);
    core->metrics.boards_refreshed++;
    publish->boards_seq = core->state->head_seq;
}

/* What this turn took in is done at once, or the last fact would never be reached. */
static void go_on(core_t *core, publish_t *publish, uint32_t records)
{
    uint32_t changed = core->state->changed.count;
    if (boards_pending(core->boards) > 0)
        return;
    if (changed > PUBLISH_SETTLE_MAX && changed > 2 * records) {
        start_boards(core);
        return;
    }
    settle_boards(core, publish);
    watches_compute(core);
}

void publish_turn(core_t *core, publish_t *publish, uint32_t records)
{
    CHECK(core != NULL);
    CHECK(publish != NULL && publish->tick_ms > 0);
    begin(core, publish);
    bool watching =
        !publish->stopped && (watches_in_round(core) || watches_serving(core));
    int64_t began_us = watching ? watches_clock_us(core->watches) : 0;
    step_boards(core, records);
    if (!watching)
        return;
    if (watches_in_round(core))
        go_on(core, publish, records);
    watches_serve(core);
    publish->spent_us += watches_clock_us(core->watches) - began_us;
    publish->round_ms =
        publish->began_ms + publish->spent_us * (1 + PUBLISH_REST) / 1000;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When a view will have rested, on the loop's clock. */
static int64_t retry_ms(const core_t *core)
{
    int64_t retry_us = watches_retry_us(core);
    if (retry_us == INT64_MAX)
        return INT64_MAX;
    int64_t left_us = retry_us - watches_clock_us(core->watches);
    return core->mono_ms + (left_us > 0 ? left_us / 1000 + 1 : 0);
}

int64_t publish_until_ms(const core_t *core, const publish_t *publish)
{
    CHECK(core != NULL);
    CHECK(publish != NULL);
    bool working =
        !publish->stopped && (watches_in_round(core) || watches_serving(core));
    if (working || boards_pending(core->boards) > 0)
        return core->mono_ms;
    int64_t until = core->state->changed.count > 0 ? publish->next_ms : INT64_MAX;
    if (publish->stopped)
        return until;
    int64_t round = watches_want_round(core) ? core->mono_ms : retry_ms(core);
    round = later(round, later(publish->next_ms, publish->round_ms));
    return round < until ? round : until;
}
