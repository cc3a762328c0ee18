/* Goal: the state's tables come from one source of memory, its bytes tell two states
 * apart, and its lookups and lists answer for what is there and what is not.
 * Method: a source that fails on the n-th piece for every n; small states by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "broker/core/lists.h"
#include "tests/support/world.h"
#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

typedef struct {
    void *pieces[128];
    uint32_t taken, fails_at; /* 0 = never */
} source_t;

static void *take(void *context, size_t bytes)
{
    source_t *source = context;
    assert_in_range(source->taken, 0, 127);
    if (source->taken + 1 == source->fails_at)
        return NULL;
    void *piece = calloc(1, bytes);
    source->pieces[source->taken++] = piece;
    return piece;
}

static void give_back(source_t *source)
{
    for (uint32_t i = 0; i < source->taken; i++)
        free(source->pieces[i]);
}

static status_t lay(state_t *state, source_t *source, uint32_t rows)
{
    state_limits_t limits;
    for (uint32_t i = 0; i < TABLE_COUNT; i++)
        limits.rows[i] = rows;
    const state_memory_t memory = { take, source };
    return state_init(state, &limits, &memory);
}

static void init__memory_short_at_any_piece__said(void **unused)
{
    (void)unused;
    uint32_t fails_at = 0;
    status_t status = STATUS_NO_MEMORY;
    while (status != STATUS_OK) {
        state_t state;
        source_t source = { .fails_at = ++fails_at };
        status = lay(&state, &source, 16);
        if (status != STATUS_OK)
            assert_int_equal(status, STATUS_NO_MEMORY);
        give_back(&source);
    }
    assert_in_range(fails_at, TABLE_COUNT, 128); /* at least a piece a table */
}

static void init__fresh__empty_and_sane(void **unused)
{
    (void)unused;
    state_t state;
    source_t source = { .taken = 0 };
    assert_int_equal(lay(&state, &source, 16), STATUS_OK);
    assert_true(state_sane(&state));
    assert_int_equal(state.head_seq, 0);
#define X(name, row, key_bytes, rows)                                                  \
    assert_int_equal(state.name.count, 0);                                             \
    assert_int_equal(state.name.limit, 16);                                            \
    assert_int_equal(state.name.row_bytes, sizeof(row));                               \
    assert_int_equal(state.name.row_bytes % 8, 0);
    TABLE_LIST(X)
#undef X
    state.head_ms = -1;
    assert_false(state_sane(&state));
    give_back(&source);
}

static void limits__default__those_of_the_list(void **unused)
{
    (void)unused;
    state_limits_t limits;
    state_limits_default(&limits);
    assert_int_equal(limits.rows[TABLE_subjects], 2097152);
    assert_int_equal(limits.rows[TABLE_observations], 67108864);
    for (uint32_t i = 0; i < TABLE_COUNT; i++)
        assert_int_not_equal(limits.rows[i], 0);
}

/* ---- bytes ---- */

static void bytes__same_events__same_digest(void **unused)
{
    (void)unused;
    uint8_t first[HASH_BYTES], second[HASH_BYTES];
    world_t *one = world_create(), *two = world_create();
    world_settle(one);
    world_settle(two);
    world_digest(one, first);
    world_digest(two, second);
    assert_memory_equal(first, second, HASH_BYTES);
    state_mark_changed(&one->state, 1); /* derived: in no digest */
    world_digest(one, first);
    assert_memory_equal(first, second, HASH_BYTES);
    world_destroy(&one);
    world_destroy(&two);
}

static void expect_other(const world_t *world, const uint8_t before[HASH_BYTES])
{
    uint8_t after[HASH_BYTES];
    world_digest(world, after);
    assert_memory_not_equal(before, after, HASH_BYTES);
}

/* One bit in the last byte of any row, or in any field beside the tables, shows. */
static void bytes__any_difference__shows(void **unused)
{
    (void)unused;
    uint8_t before[HASH_BYTES];
    world_t *world = world_create();
    world_settle(world);
    world_digest(world, before);
#define X(name, row, key_bytes, limit)                                                 \
    if (world->state.name.count > 0) {                                                 \
        uint8_t *last = table_row(&world->state.name, world->state.name.count);        \
        last[sizeof(row) - 1] ^= 1;                                                    \
        expect_other(world, before);                                                   \
        last[sizeof(row) - 1] ^= 1;                                                    \
    }
    TABLE_LIST(X)
#undef X
#define FIELD(name)                                                                    \
    world->state.name ^= 1;                                                            \
    expect_other(world, before);                                                       \
    world->state.name ^= 1;
    FIELD(head_seq)
    FIELD(head_ms)
    FIELD(newest_directory)
    FIELD(journal_id[15])
    FIELD(hash_seed[15])
    FIELD(open_account)
    FIELD(administrators)
#undef FIELD
    world_destroy(&world);
}

/* ---- what changed ---- */

static void changed__marked_twice__listed_once_until_cleared(void **unused)
{
    (void)unused;
    state_t state;
    source_t source = { .taken = 0 };
    assert_int_equal(lay(&state, &source, 200), STATUS_OK);
    static const uint32_t standings[] = { 200, 1, 64, 1, 63, 200 };
    for (uint32_t i = 0; i < 6; i++)
        state_mark_changed(&state, standings[i]);
    assert_int_equal(state.changed.count, 4);
    assert_int_equal(state.changed.list[0], 200);
    assert_int_equal(state.changed.list[3], 63);
    state_clear_changed(&state);
    assert_int_equal(state.changed.count, 0);
    for (uint32_t i = 1; i <= 200; i++) /* all of them fit */
        state_mark_changed(&state, i);
    assert_int_equal(state.changed.count, 200);
    give_back(&source);
}

/* ---- lookups ---- */

static void code__longest__there_and_back(void **unused)
{
    (void)unused;
    static const char longest[] = "ABCDEFGHIJKLMNOPQRSTUVW";
    _Static_assert(sizeof longest == CODE_BYTES_MAX + 1, "as long as a code may be");
    code_t code;
    code_of_text(&code, world_text(longest));
    text_t text = text_of_code(&code);
    assert_int_equal(text.size, CODE_BYTES_MAX);
    assert_memory_equal(text.data, longest, CODE_BYTES_MAX);
    memset(&code, 0xff, sizeof code);
    code_of_text(&code, world_text("U1"));
    for (size_t i = 2; i < sizeof code; i++)
        assert_int_equal(code.text[i], 0); /* keys compare as bytes */
}

static void find__blank_or_too_long__nothing(void **unused)
{
    (void)unused;
    static const char long_text[] =
        "0123456789012345678901234567890123456789012345678901234567890123";
    _Static_assert(sizeof long_text == LABEL_BYTES_MAX + 2, "a byte more than allowed");
    world_t *world = world_create();
    world_settle(world);
    const state_t *state = &world->state;
    assert_int_equal(state_find(&state->units, world_text("U1")), 1);
    assert_int_equal(state_find(&state->units, world_text("U")), 0);
    assert_int_equal(state_find(&state->units, world_text(NULL)), 0);
    assert_int_equal(state_find(&state->units, world_text(long_text)), 0);
    assert_int_equal(state_find_word(state, world_text("specialists")), 1);
    assert_int_equal(state_find_word(state, world_text("specialist")), 0);
    assert_int_equal(state_find_word(state, world_text(NULL)), 0);
    assert_int_equal(state_find_word(state, world_text(long_text)), 0);
    world_destroy(&world);
}

static void unit_is_within__itself_and_above__never_below_or_beside(void **unused)
{
    (void)unused;
    world_t *world = world_create();
    world_settle(world);
    const state_t *state = &world->state;
    uint32_t u1 = state_find(&state->units, world_text("U1"));
    uint32_t u2 = state_find(&state->units, world_text("U2"));
    uint32_t u3 = state_find(&state->units, world_text("U3"));
    uint32_t u4 = state_find(&state->units, world_text("U4"));
    assert_true(unit_is_within(state, u4, u4));
    assert_true(unit_is_within(state, u4, u1));
    assert_false(unit_is_within(state, u1, u4));
    assert_false(unit_is_within(state, u4, u3));
    assert_true(unit_is_within(state, u2, u1));
    assert_false(unit_is_within(state, 0, u1));
    assert_false(unit_is_within(state, u4, 0));
    world_destroy(&world);
}

/* ---- lists and labels ---- */

static void list__replaced__keeps_order_and_gives_nodes_back(void **unused)
{
    (void)unused;
    state_t state;
    source_t source = { .taken = 0 };
    assert_int_equal(lay(&state, &source, 16), STATUS_OK);
    static const uint32_t values[] = { 7, 3, 9 };
    uint32_t list = 0;
    list_replace(&state, &list, values, 3);
    uint32_t at = list;
    for (uint32_t i = 0; i < 3; i++) {
        const node_row_t *node = TABLE_ROW(node_row_t, &state.nodes, at);
        assert_int_equal(node->value, values[i]);
        at = node->next;
    }
    assert_int_equal(at, 0);
    assert_true(list_has(&state, list, 9));
    assert_false(list_has(&state, list, 8));
    for (uint32_t i = 0; i < 100; i++) /* no more room than at first */
        list_replace(&state, &list, values, 3);
    assert_int_equal(state.nodes.count, 3);
    list_replace(&state, &list, NULL, 0);
    assert_int_equal(list, 0);
    assert_false(list_has(&state, list, 9));
    assert_int_equal(state.nodes.free_count, 3);
    give_back(&source);
}

static void word__of_a_label__added_once(void **unused)
{
    (void)unused;
    state_t state;
    source_t source = { .taken = 0 };
    assert_int_equal(lay(&state, &source, 16), STATUS_OK);
    assert_int_equal(word_of_label(&state, world_text(NULL)), 0);
    assert_int_equal(word_of_label(&state, world_text("专员")), 1);
    assert_int_equal(word_of_label(&state, world_text("heads")), 2);
    assert_int_equal(word_of_label(&state, world_text("专员")), 1);
    assert_int_equal(state.words.count, 2);
    give_back(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init__memory_short_at_any_piece__said),
        cmocka_unit_test(init__fresh__empty_and_sane),
        cmocka_unit_test(limits__default__those_of_the_list),
        cmocka_unit_test(bytes__same_events__same_digest),
        cmocka_unit_test(bytes__any_difference__shows),
        cmocka_unit_test(changed__marked_twice__listed_once_until_cleared),
        cmocka_unit_test(code__longest__there_and_back),
        cmocka_unit_test(find__blank_or_too_long__nothing),
        cmocka_unit_test(unit_is_within__itself_and_above__never_below_or_beside),
        cmocka_unit_test(list__replaced__keeps_order_and_gives_nodes_back),
        cmocka_unit_test(word__of_a_label__added_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
