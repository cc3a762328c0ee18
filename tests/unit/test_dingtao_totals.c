/* Goal: the totals of a whole scenario are those that an independent computation gave.
 * Method: the ratings of 291 fictional subjects (data/dingtao_ratings.csv: one line per
 * observation, or per subject without any; group 0 项目领办专员, 1 党政正职; centi-points)
 * go through rows, groups, score and boards under the default prior and equal weights;
 * the expected sums are those of SCORING.md section 9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/board_world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIMENSIONS 5u
#define FIELDS     9u

static FILE *open_table(void)
{
    char path[4096] = __FILE__;
    char *slash = strrchr(path, '/');
    assert_non_null(slash);
    size_t used = (size_t)(slash + 1 - path);
    assert_true(snprintf(slash + 1, sizeof path - used, "data/dingtao_ratings.csv") >
                0);
    FILE *table = fopen(path, "re");
    assert_non_null(table);
    return table;
}

static void split(char *line, char *fields[FIELDS])
{
    line[strcspn(line, "\r\n")] = '\0';
    for (uint32_t i = 0; i < FIELDS; i++)
        fields[i] = strsep(&line, ",");
    assert_non_null(fields[FIELDS - 1]);
}

static uint32_t find_or_zero(const table_t *table, const char *text)
{
    code_t code = { { 0 } };
    assert_true(strlen(text) < sizeof code.text);
    memcpy(code.text, text, strlen(text));
    return table_find(table, &code);
}

static void take_line(board_world_t *world, uint32_t unit, char *line)
{
    char *fields[FIELDS];
    split(line, fields);
    uint32_t group = (uint32_t)strtoul(fields[2], NULL, 10);
    board_sheet_t sheet = { .code = fields[0],
                            .account = world->account,
                            .channel = 1 };
    sheet.subject = find_or_zero(&world->state.subjects, fields[1]);
    if (sheet.subject == 0)
        sheet.subject = board_world_subject(world, fields[1], unit, group);
    if (fields[3][0] == '\0')
        return;
    sheet.inspector = find_or_zero(&world->state.inspectors, fields[3]);
    if (sheet.inspector == 0)
        sheet.inspector = board_world_inspector(world, fields[3]);
    for (uint32_t k = 0; k < DIMENSIONS; k++) {
        sheet.values[k] = (uint16_t)strtoul(fields[4 + k], NULL, 10);
        if (fields[4 + k][0] != '\0')
            sheet.rated |= 1u << k;
    }
    board_world_observe(world, &sheet);
}

static board_world_t *scenario(void)
{
    board_world_t *world = board_world_create(2, DIMENSIONS);
    uint32_t unit = board_world_unit(world, "U001", 0);
    FILE *table = open_table();
    char line[256];
    assert_non_null(fgets(line, sizeof line, table)); /* the header */
    while (fgets(line, sizeof line, table) != NULL)
        take_line(world, unit, line);
    assert_int_equal(fclose(table), 0);
    boards_refresh(world->boards, &world->state);
    return world;
}

typedef struct {
    int64_t sum, highest;
    const char *first; /* code of the highest, ranked or not */
} totals_t;

static void add_rows(const board_world_t *world, uint32_t group, bool unranked,
                     view_head_t *head, totals_t *totals)
{
    static view_row_t rows[BOARD_WINDOW_MAX];
    view_t view = { .account = world->account,
                    .group = world->groups[group],
                    .count = BOARD_WINDOW_MAX,
                    .unranked = unranked };
    assert_int_equal(boards_view(world->boards, &world->state, &view, rows, head),
                     STATUS_OK);
    for (uint32_t i = 0; i < head->count; i++) {
        totals->sum += rows[i].score.total;
        if (rows[i].score.total <= totals->highest)
            continue;
        totals->highest = rows[i].score.total;
        totals->first =
            TABLE_ROW(subject_row_t, &world->state.subjects, rows[i].subject)
                ->code.text;
    }
}

static void specialists__under_the_default_prior__have_the_known_totals(void **unused)
{
    (void)unused;
    board_world_t *world = scenario();
    view_head_t head;
    totals_t totals = { 0 };
    add_rows(world, 0, false, &head, &totals);
    add_rows(world, 0, true, &head, &totals);
    assert_int_equal(head.ranked, 158);
    assert_int_equal(head.ranked + head.not_ranked, 199);
    assert_int_equal(totals.sum, 161199754388000);
    assert_int_equal(totals.highest, 922244208000);
    assert_string_equal(totals.first, "C0133");
    board_world_destroy(&world);
}

static void heads__under_the_default_prior__have_the_known_totals(void **unused)
{
    (void)unused;
    board_world_t *world = scenario();
    view_head_t head;
    totals_t totals = { 0 };
    add_rows(world, 1, false, &head, &totals);
    add_rows(world, 1, true, &head, &totals);
    assert_int_equal(head.ranked, 73);
    assert_int_equal(head.ranked + head.not_ranked, 92);
    assert_int_equal(totals.sum, 74146816424000);
    assert_int_equal(totals.highest, 941737868000);
    assert_string_equal(totals.first, "C0018");
    board_world_destroy(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specialists__under_the_default_prior__have_the_known_totals),
        cmocka_unit_test(heads__under_the_default_prior__have_the_known_totals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
