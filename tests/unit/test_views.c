/* Goal: one view for all who watch the same rows, none shared by two scopes; computed
 * only when something was applied and it has rested; what it tells is what the board
 * shows; bounds are kept.
 * Method: boards laid by hand (board_world.h), a core of nothing but what views read, a
 * clock that the test sets. */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/runtime/views.h"
#include "proto/wire.h"
#include "tests/support/board_world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECTS 10u

typedef struct {
    board_world_t *world;
    core_t core;
    views_t *views;
    arena_t *arena;
    uint32_t units[3]; /* U1; U2 and U3 in it */
    uint32_t subjects[SUBJECTS + 1];
    uint32_t inspectors[2];
} desk_t;

static struct {
    int64_t now_us, step_us; /* each look at the clock takes a step */
} watch_clock;

static int64_t clock_us(void)
{
    watch_clock.now_us += watch_clock.step_us;
    return watch_clock.now_us;
}

static void refresh(desk_t *desk)
{
    boards_refresh(desk->world->boards, &desk->world->state);
}

/* The state goes on by one event. */
static void move_on(desk_t *desk)
{
    desk->world->state.head_seq++;
    refresh(desk);
}

static void rate(desk_t *desk, uint32_t subject, uint32_t value)
{
    (void)board_world_rate(desk->world, desk->subjects[subject], desk->inspectors[0],
                           value);
    (void)board_world_rate(desk->world, desk->subjects[subject], desk->inspectors[1],
                           value);
    (void)board_world_rate(desk->world, desk->subjects[subject], desk->inspectors[0],
                           value);
    move_on(desk);
}

static void lay_subjects(desk_t *desk)
{
    for (uint32_t i = 1; i <= SUBJECTS; i++) {
        char code[8];
        (void)snprintf(code, sizeof code, "C%02u", i);
        desk->subjects[i] =
            board_world_subject(desk->world, code, desk->units[1 + i % 2], 0);
    }
}

static int set_up(void **state)
{
    desk_t *desk = calloc(1, sizeof *desk);
    state_limits_t limits;
    assert_non_null(desk);
    desk->world = board_world_create(2, 3);
    state_limits_default(&limits);
    desk->core.state = &desk->world->state;
    desk->core.boards = desk->world->boards;
    assert_int_equal(directory_create(&limits, &desk->core.directory), STATUS_OK);
    watch_clock.now_us = 0;
    watch_clock.step_us = 0;
    desk->views = views_create(clock_us);
    desk->arena = arena_create(8u << 20);
    desk->units[0] = board_world_unit(desk->world, "U1", 0);
    desk->units[1] = board_world_unit(desk->world, "U2", desk->units[0]);
    desk->units[2] = board_world_unit(desk->world, "U3", desk->units[0]);
    desk->inspectors[0] = board_world_inspector(desk->world, "I1");
    desk->inspectors[1] = board_world_inspector(desk->world, "I2");
    lay_subjects(desk);
    move_on(desk);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    desk_t *desk = *state;
    views_destroy(&desk->views);
    assert_null(desk->views);
    directory_destroy(&desk->core.directory);
    board_world_destroy(&desk->world);
    arena_destroy(&desk->arena);
    free(desk);
    return 0;
}

static view_t view_of(const desk_t *desk, uint32_t count)
{
    return (view_t){ .account = desk->world->account,
                     .group = desk->world->groups[0],
                     .count = count };
}

static const board_scope_t everything = { .reach = REACH_ALL };

static board_scope_t scope_of(uint32_t unit)
{
    return (board_scope_t){ .reach = REACH_SCOPE, .unit_count = 1, .units = { unit } };
}

static uint32_t hold(desk_t *desk, view_t view, const board_scope_t *scope)
{
    uint32_t number;
    assert_int_equal(views_hold(desk->views, &view, scope, &number), STATUS_OK);
    assert_in_range(number, 1, VIEWS_MAX);
    return number;
}

/* The delta as a client reads it; whole in one part. */
static delta_t told(desk_t *desk, uint32_t number, uint64_t from)
{
    const delta_written_t *written;
    delta_t delta;
    size_t at = 0;
    uint32_t size;
    assert_int_equal(views_write(desk->views, &desk->core, number, from, &written),
                     STATUS_OK);
    assert_int_equal(written->parts, 1);
    const uint8_t *bytes = views_part(desk->views, written, &at, &size);
    assert_int_equal(wire_read_delta(desk->arena, bytes, size, &delta, NULL),
                     STATUS_OK);
    return delta;
}

static void compute(desk_t *desk, uint32_t number)
{
    assert_int_equal(views_compute(desk->views, &desk->core, number), STATUS_OK);
}

static bool is_code(text_t text, const char *code)
{
    return text.size == strlen(code) && memcmp(text.data, code, text.size) == 0;
}

/* ---- which views are one ---- */

static void view__held_twice__is_one_until_both_let_go(void **state)
{
    desk_t *desk = *state;
    uint32_t one = hold(desk, view_of(desk, 50), &everything);
    assert_int_equal(hold(desk, view_of(desk, 50), &everything), one);
    assert_int_equal(views_count(desk->views), 1);
    views_release(desk->views, one);
    assert_int_equal(views_count(desk->views), 1);
    views_release(desk->views, one);
    assert_int_equal(views_count(desk->views), 0);
}

static void view__any_difference__is_another_view(void **state)
{
    desk_t *desk = *state;
    view_t views[9];
    for (uint32_t i = 0; i < 9; i++)
        views[i] = view_of(desk, 50);
    views[1].count = 51;
    views[2].offset = 1;
    views[3].unranked = true;
    views[4].around = desk->subjects[1];
    views[5].unit = desk->units[1];
    views[6].front = 1;
    views[7].category = 1;
    views[8].group = desk->world->groups[1];
    for (uint32_t i = 0; i < 9; i++)
        (void)hold(desk, views[i], &everything);
    assert_int_equal(views_count(desk->views), 9);
    for (uint32_t i = 0; i < 9; i++)
        (void)hold(desk, views[i], &everything);
    assert_int_equal(views_count(desk->views), 9);
    views[4].offset = 7; /* of no use beside a subject in the middle */
    (void)hold(desk, views[4], &everything);
    assert_int_equal(views_count(desk->views), 9);
}

static void scopes__two_of_them__never_share_a_view(void **state)
{
    desk_t *desk = *state;
    board_scope_t own = { .reach = REACH_OWN, .person = 1 }, other = own,
                  group = { .reach = REACH_SCOPE, .group_count = 1, .groups = { 1 } };
    board_scope_t units[3];
    other.person = 2;
    for (uint32_t i = 0; i < 3; i++) {
        units[i] = scope_of(desk->units[i]);
        (void)hold(desk, view_of(desk, 50), &units[i]);
    }
    (void)hold(desk, view_of(desk, 50), &own);
    (void)hold(desk, view_of(desk, 50), &other);
    (void)hold(desk, view_of(desk, 50), &group);
    (void)hold(desk, view_of(desk, 50), &everything);
    assert_int_equal(views_count(desk->views), 7);
}

static void scope__one_unit__holds_its_rows_only(void **state)
{
    desk_t *desk = *state;
    for (uint32_t i = 1; i <= SUBJECTS; i++)
        rate(desk, i, 5000 + 100 * i);
    board_scope_t left = scope_of(desk->units[1]), right = scope_of(desk->units[2]);
    uint32_t one = hold(desk, view_of(desk, 50), &left),
             other = hold(desk, view_of(desk, 50), &right);
    compute(desk, one);
    compute(desk, other);
    delta_t delta = told(desk, one, 0);
    assert_int_equal(delta.board.row_count, SUBJECTS / 2);
    assert_int_equal(delta.board.ranked, SUBJECTS); /* of the whole group */
    for (uint32_t i = 0; i < delta.board.row_count; i++)
        assert_true(is_code(delta.board.rows[i].unit, "U2"));
    delta = told(desk, other, 0);
    assert_int_equal(delta.board.row_count, SUBJECTS / 2);
    for (uint32_t i = 0; i < delta.board.row_count; i++)
        assert_true(is_code(delta.board.rows[i].unit, "U3"));
}

/* ---- computing ---- */

static void view__nothing_applied__is_not_due(void **state)
{
    desk_t *desk = *state;
    uint32_t number = hold(desk, view_of(desk, 50), &everything);
    assert_int_equal(views_version(desk->views, number), 0);
    assert_int_equal(views_due_us(desk->views, &desk->core, number), 0);
    compute(desk, number);
    uint64_t version = views_version(desk->views, number);
    assert_int_equal(version, desk->world->state.head_seq);
    assert_true(views_due_us(desk->views, &desk->core, number) == INT64_MAX);
    move_on(desk);
    assert_int_equal(views_due_us(desk->views, &desk->core, number), 0);
    compute(desk, number); /* nothing in it differs */
    assert_int_equal(views_changed(desk->views, number), version);
    assert_int_equal(views_version(desk->views, number), version + 1);
    assert_true(told(desk, number, 0).version == version + 1);
    assert_int_equal(desk->core.metrics.views_computed, 2);
    assert_int_equal(desk->core.metrics.views_unchanged, 1);
}

static void view__costly__rests_twenty_times_its_cost(void **state)
{
    desk_t *desk = *state;
    uint32_t number = hold(desk, view_of(desk, 50), &everything);
    watch_clock.step_us = 1000; /* it took one step */
    compute(desk, number);
    int64_t ended_us = watch_clock.now_us;
    watch_clock.step_us = 0;
    move_on(desk);
    int64_t until_us = ended_us + 1000 * VIEWS_REST;
    watch_clock.now_us = until_us - 1;
    assert_true(views_due_us(desk->views, &desk->core, number) == until_us);
    watch_clock.now_us = until_us;
    assert_int_equal(views_due_us(desk->views, &desk->core, number), 0);
}

static void view__filtered_around_and_unranked__shows_what_the_board_shows(void **state)
{
    desk_t *desk = *state;
    for (uint32_t i = 1; i <= 7; i++)
        rate(desk, i, 5000 + 100 * i);
    view_t views[4];
    for (uint32_t i = 0; i < 4; i++)
        views[i] = view_of(desk, 3);
    views[0].unit = desk->units[1];
    views[1].around = desk->subjects[4];
    views[2].unranked = true;
    views[3].offset = 6;
    for (uint32_t i = 0; i < 4; i++) {
        view_row_t rows[50];
        view_head_t head;
        uint32_t number = hold(desk, views[i], &everything);
        compute(desk, number);
        delta_t delta = told(desk, number, 0);
        assert_int_equal(boards_view(desk->world->boards, &desk->world->state,
                                     &views[i], rows, &head),
                         STATUS_OK);
        assert_int_equal(delta.board.row_count, head.count);
        assert_int_equal(delta.board.matching, head.matching);
        assert_int_equal(delta.board.offset, head.offset);
        for (uint32_t k = 0; k < head.count; k++) {
            const subject_row_t *subject =
                TABLE_ROW(subject_row_t, &desk->world->state.subjects, rows[k].subject);
            assert_true(is_code(delta.board.rows[k].subject, subject->code.text));
            assert_int_equal(delta.board.rows[k].rank, rows[k].rank);
            assert_true(delta.board.rows[k].total == rows[k].score.total);
        }
    }
}

static void view__around_who_is_not_there__has_no_rows(void **state)
{
    desk_t *desk = *state;
    view_t view = view_of(desk, 5);
    view.around = desk->subjects[3];
    uint32_t number = hold(desk, view, &everything);
    compute(desk, number);
    uint64_t before = views_version(desk->views, number);
    assert_int_equal(told(desk, number, 0).board.row_count, 0);
    rate(desk, 3, 7000);
    compute(desk, number);
    delta_t delta = told(desk, number, before);
    assert_int_equal(delta.board.row_count, 1);
    assert_int_equal(delta.board.ranked, 1);
    board_world_move(desk->world, desk->subjects[3], desk->units[1], 1);
    move_on(desk);
    compute(desk, number);
    assert_int_equal(told(desk, number, 0).board.row_count, 0);
}

/* ---- telling ---- */

static void difference__one_row_of_many__is_that_row(void **state)
{
    desk_t *desk = *state;
    for (uint32_t i = 1; i <= SUBJECTS; i++)
        rate(desk, i, 1000 * i);
    uint32_t number = hold(desk, view_of(desk, 50), &everything);
    compute(desk, number);
    uint64_t before = views_version(desk->views, number);
    rate(desk, 9, 9000);
    compute(desk, number);
    delta_t delta = told(desk, number, before);
    assert_true(delta.base == before);
    assert_true(delta.version == desk->world->state.head_seq);
    assert_in_range(delta.board.row_count, 1, SUBJECTS - 1);
    bool found = false;
    for (uint32_t i = 0; i < delta.board.row_count; i++)
        found |= is_code(delta.board.rows[i].subject, "C09");
    assert_true(found);
    assert_int_equal(delta.gone_count, 0);
    board_world_move(desk->world, desk->subjects[2], desk->units[1], 1);
    move_on(desk);
    before = views_version(desk->views, number);
    compute(desk, number);
    delta = told(desk, number, before);
    assert_true(delta.base == before);
    assert_int_equal(delta.gone_count, 1);
    assert_true(is_code(delta.gone[0], "C02"));
}

static void difference__asked_twice__is_written_once_a_tick(void **state)
{
    desk_t *desk = *state;
    uint32_t number = hold(desk, view_of(desk, 50), &everything);
    rate(desk, 1, 8000);
    compute(desk, number);
    (void)told(desk, number, 0);
    (void)told(desk, number, 0);
    assert_int_equal(desk->core.metrics.deltas_written, 1);
    views_begin_tick(desk->views);
    (void)told(desk, number, 0);
    assert_int_equal(desk->core.metrics.deltas_written, 2);
    views_release(desk->views, number); /* another view in the same place */
    uint32_t next = hold(desk, view_of(desk, 0), &everything);
    assert_int_equal(next, number);
    compute(desk, next);
    assert_int_equal(told(desk, next, 0).board.row_count, 0);
}

/* Parts of at most ANSWER_PART_BYTES_MAX, each a whole message. */
static void view__of_a_thousand_rows__comes_in_parts(void **state)
{
    desk_t *desk = *state;
    for (uint32_t i = 0; i < 1200; i++) {
        char code[8];
        (void)snprintf(code, sizeof code, "D%04u", i);
        (void)board_world_subject(desk->world, code, desk->units[1], 0);
    }
    move_on(desk);
    view_t view = view_of(desk, BOARD_WINDOW_MAX);
    view.unranked = true;
    uint32_t number = hold(desk, view, &everything), rows = 0;
    const delta_written_t *written;
    size_t at = 0;
    compute(desk, number);
    assert_int_equal(views_write(desk->views, &desk->core, number, 0, &written),
                     STATUS_OK);
    assert_true(written->parts > 1);
    for (uint32_t part = 0; part < written->parts; part++) {
        uint32_t size;
        delta_t delta;
        const uint8_t *bytes = views_part(desk->views, written, &at, &size);
        assert_in_range(size, 1, ANSWER_PART_BYTES_MAX);
        arena_reset(desk->arena);
        assert_int_equal(wire_read_delta(desk->arena, bytes, size, &delta, NULL),
                         STATUS_OK);
        assert_int_equal(delta.part, part);
        assert_int_equal(delta.parts, written->parts);
        rows += delta.board.row_count;
    }
    assert_int_equal(rows, BOARD_WINDOW_MAX);
}

/* ---- bounds ---- */

static void views__more_rows_than_are_kept__are_refused(void **state)
{
    desk_t *desk = *state;
    view_t view = view_of(desk, BOARD_WINDOW_MAX);
    uint32_t number, held = 0;
    status_t status = STATUS_OK;
    while (status == STATUS_OK) {
        view.offset = held;
        status = views_hold(desk->views, &view, &everything, &number);
        held += status == STATUS_OK;
    }
    assert_int_equal(status, STATUS_BUSY);
    assert_int_equal(held, VIEWS_ROWS_MAX / BOARD_WINDOW_MAX);
    view.offset = 0;
    assert_int_equal(views_hold(desk->views, &view, &everything, &number), STATUS_OK);
}

static void views__more_than_are_kept__are_refused(void **state)
{
    desk_t *desk = *state;
    view_t view = view_of(desk, 1);
    uint32_t number;
    for (uint32_t i = 0; i < VIEWS_MAX; i++) {
        view.offset = i;
        (void)hold(desk, view, &everything);
    }
    view.offset = VIEWS_MAX;
    assert_int_equal(views_hold(desk->views, &view, &everything, &number), STATUS_BUSY);
    view.offset = 77;
    number = hold(desk, view, &everything);
    views_release(desk->views, number);
    views_release(desk->views, number);
    view.offset = VIEWS_MAX;
    assert_int_equal(hold(desk, view, &everything), number);
}

#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DESK(view__held_twice__is_one_until_both_let_go),
        WITH_DESK(view__any_difference__is_another_view),
        WITH_DESK(scopes__two_of_them__never_share_a_view),
        WITH_DESK(scope__one_unit__holds_its_rows_only),
        WITH_DESK(view__nothing_applied__is_not_due),
        WITH_DESK(view__costly__rests_twenty_times_its_cost),
        WITH_DESK(view__filtered_around_and_unranked__shows_what_the_board_shows),
        WITH_DESK(view__around_who_is_not_there__has_no_rows),
        WITH_DESK(difference__one_row_of_many__is_that_row),
        WITH_DESK(difference__asked_twice__is_written_once_a_tick),
        WITH_DESK(view__of_a_thousand_rows__comes_in_parts),
        WITH_DESK(views__more_rows_than_are_kept__are_refused),
        WITH_DESK(views__more_than_are_kept__are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
