/* Goal: the facts digest is a function of the facts, not of how they came in.
 * Method: the same small world is laid in two orders, with other row numbers, seqs and
 * a retracted observation on one side; the bytes must be equal. Then one fact at a time
 * is changed, and the bytes must differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/ranking/facts_digest.h"
#include "tests/support/board_world.h"
#include <stdlib.h>
#include <string.h>

#define BYTES_MAX 65536u
#define SUBJECTS  5u

typedef struct {
    uint8_t bytes[BYTES_MAX];
    size_t used;
} facts_t;

static void collect(void *context, const void *bytes, size_t size)
{
    facts_t *facts = context;
    assert_true(facts->used + size <= BYTES_MAX);
    memcpy(facts->bytes + facts->used, bytes, size);
    facts->used += size;
}

static facts_t *facts_of(board_world_t *world)
{
    facts_t *facts = calloc(1, sizeof *facts);
    assert_non_null(facts);
    boards_refresh(world->boards, &world->state);
    size_t bytes = facts_scratch_bytes(&world->state);
    uint32_t *scratch = malloc(bytes);
    assert_non_null(scratch);
    assert_int_equal(
        facts_visit(world->boards, &world->state, scratch, bytes, collect, facts),
        STATUS_OK);
    assert_true(facts->used > 0);
    free(scratch);
    return facts;
}

static uint32_t row_of(const table_t *table, const char *text)
{
    code_t code = { { 0 } };
    memcpy(code.text, text, strlen(text));
    uint32_t index = table_find(table, &code);
    assert_int_not_equal(index, 0);
    return index;
}

static uint32_t list_of(board_world_t *world, uint32_t first, uint32_t second)
{
    uint32_t tail = table_add(&world->state.nodes, NULL);
    uint32_t head = table_add(&world->state.nodes, NULL);
    *TABLE_ROW(node_row_t, &world->state.nodes, tail) = (node_row_t){ .value = second };
    *TABLE_ROW(node_row_t, &world->state.nodes, head) =
        (node_row_t){ .value = first, .next = tail };
    return head;
}

static void lay_names(board_world_t *world, bool backwards)
{
    static const char *subjects[] = { "C1", "C2", "C3", "C4", "C5" };
    static const char *inspectors[] = { "I1", "I2", "I3" };
    static const char *fronts[] = { "f1", "f2" };
    uint32_t unit = board_world_unit(world, "U1", 0);
    uint32_t below = board_world_unit(world, "U2", unit), words[2];
    for (uint32_t i = 0; i < 2; i++)
        words[backwards ? 1 - i : i] =
            board_world_word(world, fronts[backwards ? 1 - i : i]);
    for (uint32_t i = 0; i < SUBJECTS; i++) {
        uint32_t at = backwards ? SUBJECTS - 1 - i : i;
        board_world_subject(world, subjects[at], at % 2 ? below : unit, at / 3);
    }
    for (uint32_t i = 0; i < 3; i++)
        board_world_inspector(world, inspectors[backwards ? 2 - i : i]);
    board_world_assign(world, "P1", row_of(&world->state.subjects, "C1"), words[0],
                       words[1], 20240801, 0);
    inspector_row_t *inspector = TABLE_ROW(inspector_row_t, &world->state.inspectors,
                                           row_of(&world->state.inspectors, "I1"));
    uint32_t a = row_of(&world->state.subjects, "C1");
    uint32_t b = row_of(&world->state.subjects, "C2");
    inspector->conflict_subjects =
        backwards ? list_of(world, b, a) : list_of(world, a, b);
}

static void lay_sheet(board_world_t *world, uint32_t number)
{
    static const char *codes[] = { "O0", "O1", "O2", "O3", "O4", "O5", "O6", "O7" };
    static const char *subjects[] = { "C1", "C2", "C4", "C5" };
    static const char *inspectors[] = { "I1", "I2", "I3" };
    const state_t *state = &world->state;
    board_sheet_t sheet = {
        .code = codes[number],
        .account = world->account,
        .subject = row_of(&state->subjects, subjects[number / 4]),
        .inspector = row_of(&state->inspectors, inspectors[number % 3]),
        .channel = 1,
        .rated = 3,
        .values = { (uint16_t)(7000 + 111 * number), (uint16_t)(9000 - 7 * number) },
    };
    board_world_observe(world, &sheet);
}

static board_world_t *lay(bool backwards)
{
    board_world_t *world = board_world_create(2, 2);
    lay_names(world, backwards);
    if (backwards) {
        world->seq += 1000;
        uint32_t gone = board_world_rate(world, row_of(&world->state.subjects, "C3"),
                                         row_of(&world->state.inspectors, "I2"), 4000);
        board_world_retract(world, gone);
    }
    for (uint32_t i = 0; i < 8; i++)
        lay_sheet(world, backwards ? 7 - i : i);
    return world;
}

static void facts__in_another_order__are_the_same_bytes(void **unused)
{
    (void)unused;
    board_world_t *one = lay(false), *other = lay(true);
    facts_t *a = facts_of(one), *b = facts_of(other);
    assert_int_equal(a->used, b->used);
    assert_memory_equal(a->bytes, b->bytes, a->used);
    free(a);
    free(b);
    board_world_destroy(&one);
    board_world_destroy(&other);
}

static void facts__of_late_and_renumbered_rows__are_the_same_bytes(void **unused)
{
    (void)unused;
    board_world_t *one = lay(false), *other = lay(false);
    state_t *state = &other->state;
    for (uint32_t i = 1; i <= state->observations.count; i++) {
        observation_row_t *row = TABLE_ROW(observation_row_t, &state->observations, i);
        row->late = 1;
        row->seq += 77;
    }
    TABLE_ROW(visit_row_t, &state->visits, 1)->newest = 5;
    TABLE_ROW(subject_row_t, &state->subjects, 1)->newest = 99;
    facts_t *a = facts_of(one), *b = facts_of(other);
    assert_int_equal(a->used, b->used);
    assert_memory_equal(a->bytes, b->bytes, a->used);
    free(a);
    free(b);
    board_world_destroy(&one);
    board_world_destroy(&other);
}

typedef void change_fact(board_world_t *world);

static void change_percent(board_world_t *world)
{
    TABLE_ROW(project_row_t, &world->state.projects, 1)->percent_centi = 1;
}

static void change_polarity(board_world_t *world)
{
    TABLE_ROW(observation_row_t, &world->state.observations, 3)->polarity = 3;
}

static void change_by_retraction(board_world_t *world)
{
    board_world_retract(world, 4);
}

static void change_by_move(board_world_t *world)
{
    board_world_move(world, 1, 2, 0);
}

static void change_prior(board_world_t *world)
{
    board_world_scheme(world)->dimensions[0].kappa++;
    state_mark_changed(&world->state, 1);
}

static void change_stage(board_world_t *world)
{
    TABLE_ROW(visit_row_t, &world->state.visits, 1)->stage = STAGE_SEALED;
}

static void change_list(board_world_t *world)
{
    TABLE_ROW(inspector_row_t, &world->state.inspectors, 1)->conflict_subjects = 0;
}

static void facts__when_one_changes__are_other_bytes(void **unused)
{
    (void)unused;
    static change_fact *const changes[] = { change_percent,       change_polarity,
                                            change_by_retraction, change_by_move,
                                            change_prior,         change_stage,
                                            change_list };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        board_world_t *one = lay(false), *other = lay(false);
        changes[i](other);
        facts_t *a = facts_of(one), *b = facts_of(other);
        assert_true(a->used != b->used || memcmp(a->bytes, b->bytes, a->used) != 0);
        free(a);
        free(b);
        board_world_destroy(&one);
        board_world_destroy(&other);
    }
}

static void scratch__that_is_too_small__is_refused(void **unused)
{
    (void)unused;
    board_world_t *world = lay(false);
    boards_refresh(world->boards, &world->state);
    static uint32_t scratch[1024];
    facts_t *facts = calloc(1, sizeof *facts);
    assert_non_null(facts);
    size_t bytes = facts_scratch_bytes(&world->state);
    assert_true(bytes <= sizeof scratch);
    assert_int_equal(
        facts_visit(world->boards, &world->state, scratch, bytes - 1, collect, facts),
        STATUS_NO_MEMORY);
    assert_int_equal(facts->used, 0);
    free(facts);
    board_world_destroy(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts__in_another_order__are_the_same_bytes),
        cmocka_unit_test(facts__of_late_and_renumbered_rows__are_the_same_bytes),
        cmocka_unit_test(facts__when_one_changes__are_other_bytes),
        cmocka_unit_test(scratch__that_is_too_small__is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
