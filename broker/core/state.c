/* state.c - see state.h. */
#include "broker/core/state.h"

#include "proto/check.h"
#include <string.h>

/* No padding: every byte of a row is said by somebody, and digests see no stray one. */
_Static_assert(sizeof(word_row_t) == 8 + LABEL_BYTES_MAX + 1, "word_row_t");
_Static_assert(sizeof(unit_row_t) == 40, "unit_row_t");
_Static_assert(sizeof(person_row_t) == 48, "person_row_t");
_Static_assert(sizeof(subject_row_t) == 64, "subject_row_t");
_Static_assert(sizeof(project_row_t) == 96, "project_row_t");
_Static_assert(sizeof(milestone_row_t) == 40, "milestone_row_t");
_Static_assert(sizeof(assignment_row_t) == 72, "assignment_row_t");
_Static_assert(sizeof(team_row_t) == 32, "team_row_t");
_Static_assert(sizeof(inspector_row_t) == 64, "inspector_row_t");
_Static_assert(sizeof(staff_row_t) == 40, "staff_row_t");
_Static_assert(sizeof(node_row_t) == 8, "node_row_t");
_Static_assert(sizeof(account_row_t) == 48 + 12 * GROUPS_MAX, "account_row_t");
_Static_assert(sizeof(round_row_t) == 72, "round_row_t");
_Static_assert(sizeof(observation_row_t) == 96, "observation_row_t");
_Static_assert(sizeof(standing_row_t) == 48, "standing_row_t");
_Static_assert(sizeof(cell_row_t) == 16, "cell_row_t");
_Static_assert(sizeof(group_row_t) == 24, "group_row_t");
_Static_assert(sizeof(principal_row_t) ==
                   44 + 4 * SCOPE_UNITS_MAX + 4 * SCOPE_GROUPS_MAX + 12,
               "principal_row_t");
_Static_assert(sizeof(user_row_t) == 24 + 2 * HASH_BYTES + SALT_BYTES, "user_row_t");
_Static_assert(sizeof(key_row_t) == 64, "key_row_t");
_Static_assert(sizeof(instance_row_t) == 32, "instance_row_t");
_Static_assert(sizeof(window_row_t) == 24 * WINDOW_NUMBERS, "window_row_t");
_Static_assert(sizeof(epoch_row_t) == 96 + HASH_BYTES, "epoch_row_t");
_Static_assert(sizeof(fit_row_t) == 80, "fit_row_t");
_Static_assert(sizeof(offset_row_t) == 16, "offset_row_t");
_Static_assert(sizeof(reason_row_t) == 8 + 4 * REASON_CHARS_MAX, "reason_row_t");
_Static_assert(sizeof(frozen_row_t) == 104 + HASH_BYTES, "frozen_row_t");
_Static_assert(sizeof(frozen_entry_t) == 64, "frozen_entry_t");
_Static_assert(sizeof(attention_row_t) == 112, "attention_row_t");
_Static_assert(sizeof(scheme_row_t) == 72 + DIMENSIONS_MAX * sizeof(dimension_t) +
                                           CHANNELS_MAX * sizeof(channel_t) +
                                           GROUPS_MAX * sizeof(group_rule_t),
               "scheme_row_t");

void state_limits_default(state_limits_t *limits)
{
    CHECK(limits != NULL);
#define X(name, row, key_bytes, limit) limits->rows[TABLE_##name] = (limit);
    TABLE_LIST(X)
#undef X
}

static status_t lay_table(table_t *table, uint32_t row_bytes, uint32_t key_bytes,
                          uint32_t limit, const state_memory_t *memory)
{
    void *rows = memory->take(memory->context, table_bytes(row_bytes, limit));
    void *heads = NULL;
    if (rows != NULL && key_bytes != 0)
        heads = memory->take(memory->context, table_heads_bytes(limit));
    if (rows == NULL || (key_bytes != 0 && heads == NULL))
        return STATUS_NO_MEMORY;
    table_init(table, rows, heads, row_bytes, key_bytes, limit);
    return STATUS_OK;
}

static status_t lay_changed(changed_t *changed, uint32_t standings,
                            const state_memory_t *memory)
{
    changed->limit = standings;
    changed->list =
        memory->take(memory->context, ((size_t)standings + 1) * sizeof *changed->list);
    changed->marks = memory->take(memory->context, ((size_t)standings / 64 + 1) *
                                                       sizeof *changed->marks);
    return changed->list != NULL && changed->marks != NULL ? STATUS_OK
                                                           : STATUS_NO_MEMORY;
}

status_t state_init(state_t *state, const state_limits_t *limits,
                    const state_memory_t *memory)
{
    CHECK(state != NULL);
    CHECK(limits != NULL);
    CHECK(memory != NULL);
    memset(state, 0, sizeof *state);
    status_t status = STATUS_OK;
#define X(name, row, key_bytes, limit)                                                 \
    if (status == STATUS_OK)                                                           \
        status = lay_table(&state->name, sizeof(row), key_bytes,                       \
                           limits->rows[TABLE_##name], memory);
    TABLE_LIST(X)
#undef X
    if (status == STATUS_OK)
        status = lay_changed(&state->changed, limits->rows[TABLE_standings], memory);
    return status;
}

bool state_sane(const state_t *state)
{
    return state->head_ms >= 0 && state->observations.count <= state->head_seq &&
           state->changed.count <= state->standings.count &&
           state->standings.count <= state->standings.limit &&
           state->open_account <= state->accounts.count;
}

/* ---- digest ---- */

static void visit_table(const table_t *table, state_bytes_visitor *visit, void *context)
{
    const uint32_t counts[] = { table->count, table->free_head, table->free_count };
    visit(context, counts, sizeof counts);
    visit(context, table->rows + table->row_bytes,
          (size_t)table->count * table->row_bytes);
}

void state_visit_bytes(const state_t *state, state_bytes_visitor *visit, void *context)
{
    CHECK(state != NULL);
    CHECK(visit != NULL);
#define X(name, row, key_bytes, limit) visit_table(&state->name, visit, context);
    TABLE_LIST(X)
#undef X
    visit(context, &state->head_seq, sizeof state->head_seq);
    visit(context, &state->head_ms, sizeof state->head_ms);
    visit(context, &state->newest_directory, sizeof state->newest_directory);
    visit(context, state->journal_id, sizeof state->journal_id);
    visit(context, state->hash_seed, sizeof state->hash_seed);
    visit(context, &state->open_account, sizeof state->open_account);
    visit(context, &state->administrators, sizeof state->administrators);
    visit(context, &state->demo.from_ms, sizeof state->demo.from_ms);
    visit(context, &state->demo.started_ms, sizeof state->demo.started_ms);
    visit(context, &state->demo.rate, sizeof state->demo.rate);
}

/* ---- what changed ---- */

void state_mark_changed(state_t *state, uint32_t standing)
{
    changed_t *changed = &state->changed;
    CHECK(standing >= 1);
    CHECK(standing <= changed->limit);
    uint64_t bit = 1ull << (standing % 64);
    if ((changed->marks[standing / 64] & bit) != 0)
        return;
    changed->marks[standing / 64] |= bit;
    changed->list[changed->count++] = standing;
}

void state_clear_changed(state_t *state)
{
    changed_t *changed = &state->changed;
    for (uint32_t i = 0; i < changed->count; i++)
        changed->marks[changed->list[i] / 64] = 0;
    changed->count = 0;
}

uint32_t state_take_changed(state_t *state, uint32_t **spare)
{
    CHECK(spare != NULL && *spare != NULL);
    uint32_t count = state->changed.count, *list = state->changed.list;
    state_clear_changed(state);
    state->changed.list = *spare;
    *spare = list;
    return count;
}

/* ---- lookups ---- */

void code_of_text(code_t *code, text_t text)
{
    CHECK(text.size <= CODE_BYTES_MAX);
    memset(code, 0, sizeof *code);
    if (text.size > 0)
        memcpy(code->text, text.data, text.size);
}

text_t text_of_code(const code_t *code)
{
    CHECK(code != NULL);
    return (text_t){ code->text, (uint32_t)strlen(code->text) };
}

uint32_t state_find(const table_t *table, text_t code)
{
    code_t key;
    if (code.size == 0 || code.size > CODE_BYTES_MAX)
        return 0;
    code_of_text(&key, code);
    return table_find(table, &key);
}

uint32_t state_add(table_t *table, text_t code)
{
    code_t key;
    code_of_text(&key, code);
    return table_add(table, &key);
}

uint32_t state_find_word(const state_t *state, text_t label)
{
    char key[LABEL_BYTES_MAX + 1] = { 0 };
    if (label.size == 0 || label.size > LABEL_BYTES_MAX)
        return 0;
    memcpy(key, label.data, label.size);
    return table_find(&state->words, key);
}

bool unit_is_within(const state_t *state, uint32_t unit, uint32_t ancestor)
{
    for (uint32_t depth = 0; unit != 0 && depth <= UNIT_DEPTH_MAX; depth++) {
        if (unit == ancestor)
            return true;
        unit = TABLE_ROW(unit_row_t, &state->units, unit)->parent;
    }
    return false;
}

bool list_has(const state_t *state, uint32_t list, uint32_t value)
{
    while (list != 0) {
        const node_row_t *node = TABLE_ROW(node_row_t, &state->nodes, list);
        if (node->value == value)
            return true;
        list = node->next;
    }
    return false;
}
