/* Goal: the corners of a mirror: empty views, limits, order, what is no difference.
 * Method: deltas of a few rows by hand; the random walk is in property/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "clients/lib/mirror.h"
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define TEXT(s) ((text_t){ (s), (uint32_t)(sizeof(s) - 1) })

static mirror_t *mirror_of(const board_row_t *rows, uint32_t count)
{
    mirror_t *mirror = mirror_create();
    delta_t whole = { .version = 10,
                      .parts = 1,
                      .board = {
                          .group = TEXT("g"), .rows = rows, .row_count = count } };
    assert_non_null(mirror);
    assert_int_equal(mirror_take(mirror, &whole), MIRROR_CHANGED);
    return mirror;
}

static void assert_order(const mirror_t *mirror, const char *codes)
{
    char found[64] = "";
    const board_answer_t *board = mirror_board(mirror);
    for (uint32_t i = 0; i < board->row_count; i++)
        (void)snprintf(found + strlen(found), sizeof found - strlen(found), "%.*s ",
                       (int)board->rows[i].subject.size, board->rows[i].subject.data);
    assert_string_equal(found, codes);
}

static void mirror__nothing_taken__is_empty(void **unused)
{
    (void)unused;
    mirror_t *mirror = mirror_create();
    assert_int_equal(mirror_version(mirror), 0);
    assert_int_equal(mirror_board(mirror)->row_count, 0);
    assert_null(mirror_find(mirror, TEXT("C1")));
    delta_t difference = { .base = 3, .version = 4, .parts = 1 };
    assert_int_equal(mirror_take(mirror, &difference), MIRROR_HOLE);
    mirror_destroy(&mirror);
    mirror_destroy(&mirror); /* NULL is fine */
}

static void rows__equal_ranks_and_unranked__by_code_bytewise(void **unused)
{
    (void)unused;
    const board_row_t rows[] = {
        { .subject = TEXT("b") },
        { .subject = TEXT("C1"), .rank = 2 },
        { .subject = TEXT("B"), .rank = 2 },
        { .subject = TEXT("C10"), .rank = 2 },
        { .subject = TEXT("a") },
        { .subject = TEXT("Z"), .rank = 1 },
    };
    mirror_t *mirror = mirror_of(rows, 6);
    assert_order(mirror, "Z B C1 C10 a b ");
    assert_int_equal(mirror_find(mirror, TEXT("C10"))->rank, 2);
    assert_null(mirror_find(mirror, TEXT("C")));
    mirror_destroy(&mirror);
}

static void difference__gone_and_back_in_one__the_row_stays(void **unused)
{
    (void)unused;
    const board_row_t rows[] = { { .subject = TEXT("A"), .rank = 1 } };
    const board_row_t changed[] = { { .subject = TEXT("A"), .rank = 4 } };
    const text_t gone[] = { TEXT("A"), TEXT("never seen") };
    mirror_t *mirror = mirror_of(rows, 1);
    delta_t delta = { .base = 10,
                      .version = 12,
                      .parts = 1,
                      .board = { .rows = changed, .row_count = 1, .ranked = 7 },
                      .gone = gone,
                      .gone_count = 2 };
    assert_int_equal(mirror_take(mirror, &delta), MIRROR_CHANGED);
    assert_int_equal(mirror_find(mirror, TEXT("A"))->rank, 4);
    assert_int_equal(mirror_board(mirror)->ranked, 7);
    delta = (delta_t){
        .base = 12, .version = 13, .parts = 1, .gone = gone, .gone_count = 1
    };
    assert_int_equal(mirror_take(mirror, &delta), MIRROR_CHANGED);
    assert_int_equal(mirror_board(mirror)->row_count, 0);
    mirror_destroy(&mirror);
}

static void difference__backwards_or_of_no_version__is_a_hole(void **unused)
{
    (void)unused;
    mirror_t *mirror = mirror_of(NULL, 0);
    delta_t backwards = { .base = 10, .version = 9, .parts = 1 };
    delta_t nowhere = { .base = 0, .version = 0, .parts = 1 };
    delta_t no_parts = { .base = 10, .version = 11 };
    assert_int_equal(mirror_take(mirror, &backwards), MIRROR_HOLE);
    assert_int_equal(mirror_take(mirror, &nowhere), MIRROR_HOLE);
    assert_int_equal(mirror_take(mirror, &no_parts), MIRROR_HOLE);
    assert_int_equal(mirror_version(mirror), 10);
    mirror_destroy(&mirror);
}

static void view__a_subject_twice__is_refused_whole(void **unused)
{
    (void)unused;
    const board_row_t rows[] = { { .subject = TEXT("A") }, { .subject = TEXT("A") } };
    mirror_t *mirror = mirror_of(rows, 1);
    delta_t twice = { .version = 11,
                      .parts = 1,
                      .board = { .rows = rows, .row_count = 2 } };
    assert_int_equal(mirror_take(mirror, &twice), MIRROR_HOLE);
    assert_int_equal(mirror_version(mirror), 10);
    assert_order(mirror, "A ");
    mirror_destroy(&mirror);
}

/* One row above what a view may have, at once and by a difference. */
static void view__too_many_rows__is_a_hole(void **unused)
{
    (void)unused;
    static board_row_t rows[BOARD_WINDOW_MAX + 1];
    static char codes[BOARD_WINDOW_MAX + 1][8];
    for (uint32_t i = 0; i <= BOARD_WINDOW_MAX; i++) {
        int size = snprintf(codes[i], sizeof codes[i], "S%u", i);
        rows[i].subject = (text_t){ codes[i], (uint32_t)size };
    }
    mirror_t *mirror = mirror_of(rows, BOARD_WINDOW_MAX);
    delta_t more = { .base = 10,
                     .version = 11,
                     .parts = 1,
                     .board = { .rows = &rows[BOARD_WINDOW_MAX], .row_count = 1 } };
    assert_int_equal(mirror_take(mirror, &more), MIRROR_HOLE);
    delta_t whole = { .version = 11,
                      .parts = 1,
                      .board = { .rows = rows, .row_count = BOARD_WINDOW_MAX + 1 } };
    assert_int_equal(mirror_take(mirror, &whole), MIRROR_HOLE);
    assert_int_equal(mirror_board(mirror)->row_count, BOARD_WINDOW_MAX);
    more.gone = &rows[0].subject; /* one goes for the one that comes */
    more.gone_count = 1;
    assert_int_equal(mirror_take(mirror, &more), MIRROR_CHANGED);
    assert_null(mirror_find(mirror, TEXT("S0")));
    assert_non_null(mirror_find(mirror, rows[BOARD_WINDOW_MAX].subject));
    mirror_destroy(&mirror);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mirror__nothing_taken__is_empty),
        cmocka_unit_test(rows__equal_ranks_and_unranked__by_code_bytewise),
        cmocka_unit_test(difference__gone_and_back_in_one__the_row_stays),
        cmocka_unit_test(difference__backwards_or_of_no_version__is_a_hole),
        cmocka_unit_test(view__a_subject_twice__is_refused_whole),
        cmocka_unit_test(view__too_many_rows__is_a_hole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
