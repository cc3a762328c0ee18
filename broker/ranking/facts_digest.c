/* facts_digest.c - see facts_digest.h. */
#include "broker/ranking/facts_digest.h"

#include "broker/ranking/facts_rows.h"
#include "proto/check.h"

/* One section per kind of row: its number, where its table is, how a row is told. */
typedef struct {
    uint64_t number;
    size_t table;
    facts_row *put;
} section_t;

static const section_t sections[] = {
    { 1, offsetof(state_t, units), facts_unit },
    { 2, offsetof(state_t, persons), facts_person },
    { 3, offsetof(state_t, subjects), facts_subject },
    { 4, offsetof(state_t, projects), facts_project },
    { 5, offsetof(state_t, milestones), facts_milestone },
    { 6, offsetof(state_t, assignments), facts_assignment },
    { 7, offsetof(state_t, teams), facts_team },
    { 8, offsetof(state_t, inspectors), facts_inspector },
    { 9, offsetof(state_t, staff), facts_staff },
    { 10, offsetof(state_t, schemes), facts_scheme },
    { 11, offsetof(state_t, accounts), facts_account },
    { 12, offsetof(state_t, rounds), facts_round },
    { 13, offsetof(state_t, visits), facts_visited },
    { 14, offsetof(state_t, observations), facts_observation },
    { 15, offsetof(state_t, subjects), facts_standings },
};
#define SECTIONS (sizeof sections / sizeof sections[0])

static const table_t *table_of(const state_t *state, const section_t *section)
{
    return (const table_t *)(const void *)((const uint8_t *)state + section->table);
}

/* Rows of the largest table that is sorted as a whole. */
static size_t row_room(const state_t *state)
{
    size_t most = 0;
    for (size_t i = 0; i < SECTIONS; i++) {
        size_t count = table_of(state, &sections[i])->count;
        most = count > most ? count : most;
    }
    return most;
}

/* Entries of the longest list inside a row. */
static size_t list_room(const state_t *state)
{
    size_t most = VISIT_INSPECTORS_MAX;
    most = state->nodes.count > most ? state->nodes.count : most;
    return state->inspectors.count > most ? state->inspectors.count : most;
}

size_t facts_scratch_bytes(const state_t *state)
{
    CHECK(state != NULL);
    return 2 * (row_room(state) + list_room(state)) * sizeof(uint32_t);
}

static bool row_counts(const state_t *state, const section_t *section, uint32_t index)
{
    if (section->put != facts_observation)
        return true;
    return TABLE_ROW(observation_row_t, &state->observations, index)->state ==
           OBSERVATION_CONFIRMED;
}

static void put_section(facts_writer_t *writer, const section_t *section,
                        uint32_t *order, uint32_t *spare)
{
    const table_t *table = table_of(writer->state, section);
    uint32_t count = 0;
    for (uint32_t i = 1; i <= table->count; i++)
        if (row_counts(writer->state, section, i))
            order[count++] = i;
    facts_sort(table, order, spare, count);
    facts_put_number(writer, section->number);
    facts_put_number(writer, count);
    for (uint32_t i = 0; i < count; i++) {
        facts_put_name(writer, table, order[i]);
        section->put(writer, order[i]);
    }
}

status_t facts_visit(const boards_t *boards, const state_t *state, uint32_t *scratch,
                     size_t scratch_bytes, state_bytes_visitor *visit, void *context)
{
    CHECK(boards != NULL);
    CHECK(state != NULL);
    CHECK(visit != NULL);
    if (scratch == NULL || scratch_bytes < facts_scratch_bytes(state))
        return STATUS_NO_MEMORY;
    size_t rows = row_room(state), lists = list_room(state);
    facts_writer_t writer = { .state = state,
                              .boards = boards,
                              .visit = visit,
                              .context = context,
                              .order = scratch + 2 * rows,
                              .spare = scratch + 2 * rows + lists,
                              .list_room = (uint32_t)lists };
    for (size_t i = 0; i < SECTIONS; i++)
        put_section(&writer, &sections[i], scratch, scratch + rows);
    facts_flush(&writer);
    return STATUS_OK;
}
