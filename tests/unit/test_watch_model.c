/* Goal: what a watcher is told of a board is true: movement, what just changed, what
 * changed while it was frozen, and that the row somebody looks at is followed.
 * Method: boards of a few rows taken one after another under a clock of the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/cli/watch_model.h"
#include "tests/support/sample_board.h"
#include <cmocka.h>
#include <stdio.h>

typedef struct {
    watch_model_t *model;
    sample_board_t sample;
    uint64_t version;
} case_t;

static int open_case(void **state)
{
    static case_t one; /* too large for the stack of a small thread */
    one = (case_t){ .model = watch_model_create(), .version = 100 };
    assert_non_null(one.model);
    sample_board_fill(&one.sample, 6);
    assert_true(watch_model_take(one.model, &one.sample.board, one.version, 1000));
    *state = &one;
    return 0;
}

static int close_case(void **state)
{
    case_t *one = *state;
    watch_model_destroy(&one->model);
    assert_null(one->model);
    return 0;
}

static void swap_rows(case_t *one, uint32_t a, uint32_t b)
{
    board_row_t *rows = one->sample.rows, kept = rows[a];
    rows[a] = rows[b];
    rows[b] = kept;
    rows[a].rank = a + 1;
    rows[b].rank = b + 1;
}

static void take(case_t *one, int64_t now_ms)
{
    one->version++;
    assert_true(watch_model_take(one->model, &one->sample.board, one->version, now_ms));
}

static watch_row_t row_at(const case_t *one, uint32_t index, int64_t now_ms)
{
    watch_row_t row;
    watch_model_row(one->model, index, now_ms, &row);
    return row;
}

static watch_look_t look_at(const case_t *one, int64_t now_ms)
{
    watch_look_t look;
    watch_model_look(one->model, now_ms, &look);
    return look;
}

static void first_view__taken__nothing_moved_or_changed(void **state)
{
    case_t *one = *state;
    for (uint32_t i = 0; i < 6; i++) {
        watch_row_t row = row_at(one, i, 1000);
        assert_int_equal(row.moved, 0);
        assert_false(row.fresh);
        assert_false(row.changed);
    }
    watch_look_t look = look_at(one, 1000);
    assert_true(look.live);
    assert_int_equal(look.version, 100);
    assert_int_equal(look.clock_ms, one->sample.board.now_ms);
}

static void two_rows__change_places__both_told_and_marked_for_two_seconds(void **state)
{
    case_t *one = *state;
    swap_rows(one, 0, 3);
    take(one, 5000);
    assert_int_equal(row_at(one, 0, 5000).moved, 3);
    assert_int_equal(row_at(one, 3, 5000).moved, -3);
    assert_true(row_at(one, 0, 5000).changed);
    assert_true(row_at(one, 3, 5000 + WATCH_CHANGED_MS - 1).changed);
    assert_false(row_at(one, 3, 5000 + WATCH_CHANGED_MS).changed);
    assert_false(row_at(one, 1, 5000).changed);
}

static void mark__movement_counts_from_it_and_back_from_the_beginning(void **state)
{
    case_t *one = *state;
    swap_rows(one, 0, 1);
    take(one, 5000);
    one->sample.board.now_ms += 60000;
    take(one, 6000);
    watch_model_mark(one->model);
    assert_int_equal(row_at(one, 0, 6000).moved, 0);
    assert_true(look_at(one, 6000).marked);
    assert_int_equal(look_at(one, 6000).reference_ms, one->sample.board.now_ms);
    swap_rows(one, 0, 2);
    take(one, 7000);
    assert_int_equal(row_at(one, 0, 7000).moved, 2);
    assert_int_equal(row_at(one, 2, 7000).moved, -2);
    watch_model_unmark(one->model);
    assert_int_equal(row_at(one, 2, 7000).moved, -1); /* C02 was second, is third */
    assert_int_equal(look_at(one, 7000).reference_ms, one->sample.board.now_ms - 60000);
}

static void row__not_ranked_before__is_fresh(void **state)
{
    case_t *one = *state;
    sample_board_fill(&one->sample, 7);
    take(one, 5000);
    assert_true(row_at(one, 6, 5000).fresh);
    assert_true(row_at(one, 6, 5000).changed);
    assert_false(row_at(one, 5, 5000).fresh);
}

static void frozen__views_come__picture_stays_and_news_are_counted(void **state)
{
    case_t *one = *state;
    watch_model_freeze(one->model);
    swap_rows(one, 0, 1);
    take(one, 5000);
    one->sample.rows[4].total += SAMPLE_POINT;
    take(one, 6000);
    watch_look_t look = look_at(one, 6000);
    assert_true(look.frozen);
    assert_int_equal(look.version, 100);
    assert_int_equal(look.news, 3);
    assert_int_equal(look.board->rows[0].subject.data[2], '1');
    assert_false(row_at(one, 0, 6000).changed);
    watch_model_freeze(one->model);
    look = look_at(one, 6000);
    assert_false(look.frozen);
    assert_int_equal(look.version, 102);
    assert_int_equal(look.board->rows[0].subject.data[2], '2');
}

static void frozen__row_leaves_and_another_comes__two_news(void **state)
{
    case_t *one = *state;
    watch_model_freeze(one->model);
    one->sample.rows[5].subject = sample_text("C77");
    take(one, 5000);
    assert_int_equal(look_at(one, 5000).news, 2);
}

static void selected_row__moves__is_followed(void **state)
{
    case_t *one = *state;
    assert_false(row_at(one, 0, 1000).selected); /* nobody has gone anywhere yet */
    watch_model_move(one->model, 1);
    assert_true(row_at(one, 1, 1000).selected);
    swap_rows(one, 1, 4);
    take(one, 5000);
    assert_true(row_at(one, 4, 5000).selected);
    watch_model_first(one->model);
    swap_rows(one, 0, 5);
    take(one, 6000);
    assert_int_equal(look_at(one, 6000).selected, 0); /* a place, nobody's row */
}

static void selected_row__leaves__place_stays_inside(void **state)
{
    case_t *one = *state;
    watch_model_last(one->model);
    assert_int_equal(look_at(one, 1000).selected, 5);
    sample_board_fill(&one->sample, 2);
    take(one, 5000);
    assert_int_equal(look_at(one, 5000).selected, 1);
    sample_board_fill(&one->sample, 0);
    take(one, 6000);
    assert_int_equal(look_at(one, 6000).selected, 0);
    watch_model_move(one->model, 3);
    assert_int_equal(look_at(one, 6000).selected, 0);
}

static void search__name_or_code__found_around_the_end(void **state)
{
    case_t *one = *state;
    assert_true(watch_model_find(one->model, "石湾", false));
    assert_int_equal(look_at(one, 1000).selected, 2);
    assert_true(watch_model_find(one->model, "c05", false));
    assert_int_equal(look_at(one, 1000).selected, 4);
    assert_true(watch_model_find(one->model, "澜", true));
    assert_int_equal(look_at(one, 1000).selected, 0);
    assert_true(watch_model_find(one->model, "澜", true)); /* the only one, again */
    assert_int_equal(look_at(one, 1000).selected, 0);
    assert_false(watch_model_find(one->model, "青岚", false)); /* a unit */
    assert_false(watch_model_find(one->model, "", false));
    assert_int_equal(look_at(one, 1000).selected, 0);
}

static void fit__few_lines__selected_row_in_sight(void **state)
{
    case_t *one = *state;
    watch_model_last(one->model);
    watch_model_fit(one->model, 4);
    assert_int_equal(look_at(one, 1000).top, 2);
    watch_model_move(one->model, -4);
    watch_model_fit(one->model, 4);
    assert_int_equal(look_at(one, 1000).top, 1);
    watch_model_fit(one->model, 50);
    assert_int_equal(look_at(one, 1000).top, 0);
}

static void lost__clock_stands_and_age_grows(void **state)
{
    case_t *one = *state;
    one->sample.board.demo.rate = 3600;
    take(one, 2000);
    assert_int_equal(look_at(one, 2500).clock_ms,
                     one->sample.board.now_ms + 500 * 3600);
    watch_model_live(one->model, false, 3000);
    watch_model_live(one->model, false, 9000); /* told again: the same loss */
    watch_look_t look = look_at(one, 10000);
    assert_false(look.live);
    assert_int_equal(look.silent_ms, 7000);
    assert_int_equal(look.clock_ms, one->sample.board.now_ms + 1000 * 3600);
}

static void other_board__begun__nothing_of_the_one_before(void **state)
{
    case_t *one = *state;
    watch_model_mark(one->model);
    watch_model_move(one->model, 3);
    watch_model_begin(one->model, true);
    assert_null(look_at(one, 1000).board);
    swap_rows(one, 0, 3);
    take(one, 5000);
    assert_int_equal(row_at(one, 0, 5000).moved, 0);
    assert_false(row_at(one, 0, 5000).changed);
    assert_false(look_at(one, 5000).marked);
    assert_int_equal(look_at(one, 5000).selected, 0);
}

static void other_filter__begun__movement_goes_on(void **state)
{
    case_t *one = *state;
    watch_model_begin(one->model, false);
    swap_rows(one, 0, 3);
    take(one, 5000);
    assert_int_equal(row_at(one, 0, 5000).moved, 3);
    assert_false(row_at(one, 0, 5000).changed);
}

static void many_subjects__come_and_go__memory_has_an_end(void **state)
{
    case_t *one = *state;
    static char codes[SAMPLE_ROWS_MAX][12];
    for (uint32_t turn = 0; turn < 100; turn++) {
        sample_board_fill(&one->sample, SAMPLE_ROWS_MAX);
        for (uint32_t i = 0; i < SAMPLE_ROWS_MAX; i++) {
            (void)snprintf(codes[i], sizeof codes[i], "X%u",
                           turn * SAMPLE_ROWS_MAX + i);
            one->sample.rows[i].subject = sample_text(codes[i]);
        }
        take(one, 5000 + turn);
        assert_true(row_at(one, 0, 5000 + turn).changed);
    }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, open_case, close_case)
    const struct CMUnitTest tests[] = {
        CASE(first_view__taken__nothing_moved_or_changed),
        CASE(two_rows__change_places__both_told_and_marked_for_two_seconds),
        CASE(mark__movement_counts_from_it_and_back_from_the_beginning),
        CASE(row__not_ranked_before__is_fresh),
        CASE(frozen__views_come__picture_stays_and_news_are_counted),
        CASE(frozen__row_leaves_and_another_comes__two_news),
        CASE(selected_row__moves__is_followed),
        CASE(selected_row__leaves__place_stays_inside),
        CASE(search__name_or_code__found_around_the_end),
        CASE(fit__few_lines__selected_row_in_sight),
        CASE(lost__clock_stands_and_age_grows),
        CASE(other_board__begun__nothing_of_the_one_before),
        CASE(other_filter__begun__movement_goes_on),
        CASE(many_subjects__come_and_go__memory_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
