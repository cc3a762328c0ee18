/* groups.c - cells, and the list of groups that hangs from each. */
#include "broker/core/groups.h"
#include "proto/check.h"

_Static_assert(CHANNEL_WEIGHT_MAX <= UINT32_MAX / 2, "one weight must fit in m");
_Static_assert((__int128)UINT32_MAX *(RATING_MAX *MICRO_OF_CENTI + CHANNEL_OFFSET_MAX) <
                   INT64_MAX,
               "Y must fit in 64 bits whenever m fits in 32");

static group_row_t *group_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(group_row_t, &state->groups, index);
}

static cell_row_t *cell_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(cell_row_t, &state->cells, index);
}

uint32_t cells_create(state_t *state, uint32_t count)
{
    CHECK(count > 0);
    CHECK(table_fits(&state->cells, count));
    uint32_t first = table_add(&state->cells, NULL);
    for (uint32_t i = 1; i < count; i++) {
        uint32_t next = table_add(&state->cells, NULL);
        CHECK(next == first + i); /* cells are never released */
    }
    return first;
}

uint32_t group_find(const state_t *state, uint32_t cell, uint32_t inspector)
{
    CHECK(inspector != 0);
    uint32_t index = cell_at(state, cell)->groups;
    while (index != 0 && group_at(state, index)->inspector != inspector)
        index = group_at(state, index)->next;
    return index;
}

/* Whether another group of the cell is by the same person under another code (R10). */
static bool person_has_other(const state_t *state, uint32_t cell, uint32_t inspector)
{
    const inspector_row_t *by =
        TABLE_ROW(inspector_row_t, &state->inspectors, inspector);
    uint32_t next = TABLE_ROW(person_row_t, &state->persons, by->person)->inspector;
    if (next == inspector && by->same_person == 0)
        return false; /* as nearly always: the person has one code */
    while (next != 0) {
        if (next != inspector && group_find(state, cell, next) != 0)
            return true;
        next = TABLE_ROW(inspector_row_t, &state->inspectors, next)->same_person;
    }
    return false;
}

static uint32_t group_create(state_t *state, uint32_t cell, uint32_t inspector)
{
    uint32_t index = table_add(&state->groups, NULL);
    cell_row_t *owner = cell_at(state, cell);
    *group_at(state, index) =
        (group_row_t){ .next = owner->groups, .cell = cell, .inspector = inspector };
    owner->groups = index;
    if (!person_has_other(state, cell, inspector))
        owner->inspectors++;
    return index;
}

/* Takes an empty group out of its cell's list and gives the row back. */
static void group_drop(state_t *state, uint32_t cell, uint32_t index)
{
    cell_row_t *owner = cell_at(state, cell);
    uint32_t inspector = group_at(state, index)->inspector;
    CHECK(owner->inspectors > 0);
    CHECK(group_at(state, index)->y == 0);
    uint32_t *link = &owner->groups;
    while (*link != index) {
        CHECK(*link != 0);
        link = &group_at(state, *link)->next;
    }
    *link = group_at(state, index)->next;
    if (!person_has_other(state, cell, inspector))
        owner->inspectors--;
    table_release(&state->groups, index);
}

void group_add(state_t *state, const group_rating_t *rating)
{
    if (rating->weight == 0)
        return;
    uint32_t index = group_find(state, rating->cell, rating->inspector);
    if (index == 0)
        index = group_create(state, rating->cell, rating->inspector);
    group_row_t *group = group_at(state, index);
    CHECK(group->m <= UINT32_MAX - rating->weight);
    group->m += rating->weight;
    group->y += (int64_t)rating->weight * rating->adjusted;
    cell_at(state, rating->cell)->ratings++;
}

void group_remove(state_t *state, const group_rating_t *rating)
{
    if (rating->weight == 0)
        return;
    uint32_t index = group_find(state, rating->cell, rating->inspector);
    CHECK(index != 0);
    group_row_t *group = group_at(state, index);
    cell_row_t *cell = cell_at(state, rating->cell);
    CHECK(group->m >= rating->weight);
    CHECK(cell->ratings > 0);
    group->m -= rating->weight;
    group->y -= (int64_t)rating->weight * rating->adjusted;
    cell->ratings--;
    if (group->m == 0)
        group_drop(state, rating->cell, index);
}

static bool group_fits(const state_t *state, uint32_t cell, uint32_t inspector,
                       uint32_t weight)
{
    /* Few ratings cannot fill 32 bits, and then nobody has to walk the list. */
    uint64_t ratings = (uint64_t)cell_at(state, cell)->ratings + 1;
    if (ratings * CHANNEL_WEIGHT_MAX <= UINT32_MAX)
        return true;
    uint32_t index = group_find(state, cell, inspector);
    return index == 0 || group_at(state, index)->m <= UINT32_MAX - weight;
}

status_t observation_groups_fit(const state_t *state, uint32_t cells,
                                uint32_t inspector, uint32_t rated, uint32_t weight)
{
    CHECK(rated < 1u << GROUP_DIMENSIONS_MAX);
    CHECK(weight <= CHANNEL_WEIGHT_MAX);
    if (!table_fits(&state->groups, (uint32_t)__builtin_popcount(rated)))
        return STATUS_TABLE_FULL;
    if (cells == 0 || weight == 0)
        return STATUS_OK;
    for (; rated != 0; rated &= rated - 1) {
        uint32_t cell = cells + (uint32_t)__builtin_ctz(rated);
        if (!group_fits(state, cell, inspector, weight))
            return STATUS_GROUP_FULL;
    }
    return STATUS_OK;
}

/* What every rating of a sheet is weighed and shifted with. */
typedef struct {
    const observation_row_t *observation;
    const standing_row_t *standing;
    const group_rule_t *rule;
    const channel_t *channel;
} sheet_t;

static sheet_t sheet_of(const state_t *state, uint32_t index)
{
    sheet_t sheet;
    sheet.observation = TABLE_ROW(observation_row_t, &state->observations, index);
    sheet.standing =
        TABLE_ROW(standing_row_t, &state->standings, sheet.observation->standing);
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, sheet.standing->account);
    const scheme_row_t *scheme =
        TABLE_ROW(scheme_row_t, &state->schemes, account->scheme);
    uint32_t channel = sheet.observation->channel;
    CHECK(sheet.standing->scheme_group < scheme->group_count);
    CHECK(channel >= 1 && channel <= CHANNELS_MAX);
    sheet.rule = &scheme->groups[sheet.standing->scheme_group];
    sheet.channel = &scheme->channels[channel - 1];
    return sheet;
}

static group_rating_t sheet_rating(const sheet_t *sheet, uint32_t k)
{
    CHECK(k < sheet->rule->dimension_count);
    int64_t gamma = sheet->channel->offset[sheet->rule->dimensions[k]];
    return (group_rating_t){
        .cell = sheet->standing->cells + k,
        .inspector = sheet->observation->inspector,
        .weight = sheet->channel->weight,
        .adjusted = sheet->observation->values[k] * MICRO_OF_CENTI - gamma,
    };
}

void observation_groups_add(state_t *state, uint32_t observation)
{
    sheet_t sheet = sheet_of(state, observation);
    for (uint32_t rated = sheet.observation->rated; rated != 0; rated &= rated - 1) {
        group_rating_t rating = sheet_rating(&sheet, (uint32_t)__builtin_ctz(rated));
        group_add(state, &rating);
    }
}

void observation_groups_remove(state_t *state, uint32_t observation)
{
    sheet_t sheet = sheet_of(state, observation);
    for (uint32_t rated = sheet.observation->rated; rated != 0; rated &= rated - 1) {
        group_rating_t rating = sheet_rating(&sheet, (uint32_t)__builtin_ctz(rated));
        group_remove(state, &rating);
    }
}
