/* query_overview.c - units and schemes, and what its neighbours share; see the header. */
#include "broker/runtime/query_overview.h"

#include "broker/core/authorise.h"
#include "broker/runtime/board_rows.h"
#include "proto/check.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_BYTES_MAX (2u * CODE_BYTES_MAX + 4u * NAME_CHARS_MAX + 24u)
#define PART_UNITS     50u
_Static_assert(PART_UNITS *UNIT_BYTES_MAX <= ANSWER_PART_BYTES_MAX, "a part fits");
_Static_assert((UNITS_MAX + PART_UNITS - 1) / PART_UNITS <= MAILER_ANSWER_PARTS_MAX,
               "the parts fit into an answer");
_Static_assert(PUBLIC_BYTES_MAX + 4u * NAME_CHARS_MAX + 64u <= ANSWER_PART_BYTES_MAX,
               "a part holds a scheme");
_Static_assert(SCHEMES_MAX <= MAILER_ANSWER_PARTS_MAX, "schemes, one a part");

/* ---- shared ---- */

uint32_t overview_principal(const core_t *core, const caller_t *caller)
{
    return TABLE_ROW(key_row_t, &core->state->keys, caller->key)->principal;
}

bool overview_sees(const core_t *core, uint32_t principal, query_kind_t kind,
                   uint32_t unit, uint32_t group)
{
    const target_t target = { .unit = unit, .group = group };
    return authorise(core->state, principal, OPERATION_QUERY(kind), &target) ==
           STATUS_OK;
}

status_t overview_window(uint32_t count, uint32_t limit, const char *place,
                         fault_t *fault)
{
    char number[16];
    if (count <= limit)
        return STATUS_OK;
    int size = snprintf(number, sizeof number, "%" PRIu32, count);
    fault_set(fault, place, number, (size_t)size);
    return STATUS_WINDOW_TOO_LARGE;
}

text_t overview_unit(const core_t *core, uint32_t unit, text_t *name)
{
    if (unit == 0)
        return (text_t){ 0 };
    *name = directory_name(core->directory, DIRECTORY_UNIT, unit);
    return text_of_code(&TABLE_ROW(unit_row_t, &core->state->units, unit)->code);
}

/* ---- units ---- */

static void post_units(core_t *core, const caller_t *caller, const uint32_t *found,
                       uint32_t count, uint32_t matching)
{
    unit_info_t infos[PART_UNITS];
    answer_t answer = { .kind = QUERY_UNITS, .seq = core->state->head_seq };
    answer.parts = count == 0 ? 1 : (count + PART_UNITS - 1) / PART_UNITS;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        uint32_t taken = 0, from = answer.part * PART_UNITS;
        for (; taken < PART_UNITS && from + taken < count; taken++) {
            text_t unused;
            uint32_t unit = found[from + taken];
            uint32_t parent = TABLE_ROW(unit_row_t, &core->state->units, unit)->parent;
            infos[taken].code = overview_unit(core, unit, &infos[taken].name);
            infos[taken].parent = overview_unit(core, parent, &unused);
        }
        answer.body.units = (units_answer_t){ infos, taken, matching };
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* the Failure that was posted instead ends the answer */
    }
}

status_t query_units(core_t *core, const caller_t *caller, const query_t *query,
                     fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    uint32_t found[UNITS_MAX], count = 0, matching = 0;
    uint32_t principal = overview_principal(core, caller);
    const units_query_t *asked = &query->units;
    status_t status =
        overview_window(asked->count, UNITS_MAX, "query.units.count", fault);
    if (status != STATUS_OK)
        return status;
    for (uint32_t unit = 1; unit <= core->state->units.count; unit++) {
        if (!overview_sees(core, principal, QUERY_UNITS, unit, 0))
            continue;
        if (matching++ >= asked->offset && count < asked->count)
            found[count++] = unit;
    }
    post_units(core, caller, found, count, matching);
    return STATUS_OK;
}

/* ---- schemes ---- */

/* A scheme as it was proposed, from the row of the state. */
typedef struct {
    scheme_dimension_t dimensions[DIMENSIONS_MAX];
    scheme_channel_t channels[CHANNELS_MAX];
    scheme_offset_t offsets[CHANNELS_MAX][DIMENSIONS_MAX];
    scheme_group_t groups[GROUPS_MAX];
    scheme_group_dimension_t members[GROUPS_MAX][GROUP_DIMENSIONS_MAX];
    scheme_info_t info;
    propose_scheme_t scheme;
} told_t;

static text_t label(const char *text)
{
    return (text_t){ text, (uint32_t)strlen(text) };
}

static uint32_t tell_dimensions(const scheme_row_t *row, told_t *told)
{
    uint32_t count = 0;
    for (uint32_t d = 0; d < DIMENSIONS_MAX; d++) {
        const dimension_t *from = &row->dimensions[d];
        if (from->used != 0)
            told->dimensions[count++] = (scheme_dimension_t){
                label(from->name), d + 1,     from->mu_centi, from->kappa,
                from->s2,          from->rho, from->u
            };
    }
    return count;
}

static uint32_t tell_channels(const scheme_row_t *row, told_t *told)
{
    uint32_t count = 0;
    for (uint32_t c = 0; c < CHANNELS_MAX; c++) {
        const channel_t *from = &row->channels[c];
        scheme_channel_t *to = &told->channels[count];
        if (from->used == 0)
            continue;
        *to = (scheme_channel_t){ .name = label(from->name),
                                  .number = c + 1,
                                  .weight = from->weight,
                                  .offsets = told->offsets[count] };
        for (uint32_t d = 0; d < DIMENSIONS_MAX; d++)
            if (from->offset[d] != 0)
                told->offsets[count][to->offset_count++] =
                    (scheme_offset_t){ d + 1, from->offset[d] };
        count++;
    }
    return count;
}

static void tell_groups(const state_t *state, const scheme_row_t *row, told_t *told)
{
    for (uint32_t g = 0; g < row->group_count; g++) {
        const group_rule_t *from = &row->groups[g];
        for (uint32_t k = 0; k < from->dimension_count; k++)
            told->members[g][k] = (scheme_group_dimension_t){ from->dimensions[k] + 1,
                                                              from->weights[k], true };
        told->groups[g] = (scheme_group_t){
            .name = board_rows_word(state, from->word),
            .dimensions = told->members[g],
            .dimension_count = from->dimension_count,
            .min_ratings = from->min_ratings,
            .min_inspectors = from->min_inspectors,
            .min_observations = from->min_observations,
            .enough_ratings = from->enough_ratings,
        };
    }
}

static void tell_scheme(const core_t *core, uint32_t scheme, told_t *told)
{
    const state_t *state = core->state;
    const scheme_row_t *row = TABLE_ROW(scheme_row_t, &state->schemes, scheme);
    const principal_row_t *proposer =
        TABLE_ROW(principal_row_t, &state->principals, row->proposer);
    memset(told, 0, sizeof *told);
    told->info = (scheme_info_t){
        .code = text_of_code(&row->code),
        .name = directory_name(core->directory, DIRECTORY_SCHEME, scheme),
        .proposed_by = text_of_code(&proposer->code),
        .active = row->state == SCHEME_ACTIVE,
    };
    tell_groups(state, row, told);
    told->scheme = (propose_scheme_t){
        .code = text_of_code(&row->code),
        .dimensions = told->dimensions,
        .channels = told->channels,
        .groups = told->groups,
        .dimension_count = tell_dimensions(row, told),
        .channel_count = tell_channels(row, told),
        .group_count = row->group_count,
        .scoring_revision = row->scoring_revision,
        .review_below = row->review_below,
        .cap_positive = row->cap_positive,
        .cap_negative = row->cap_negative,
        .cap_achievement = row->cap_achievement,
        .achievement_weight = row->achievement_weight,
        .reply_window_days = row->reply_window_days,
    };
}

static void post_schemes(core_t *core, const caller_t *caller, uint32_t newest,
                         uint32_t count, told_t *told)
{
    answer_t answer = { .kind = QUERY_SCHEMES, .seq = core->state->head_seq };
    answer.parts = count == 0 ? 1 : count;
    for (answer.part = 0; answer.part < answer.parts; answer.part++) {
        if (count > 0)
            tell_scheme(core, newest - answer.part, told);
        answer.body.schemes =
            (schemes_answer_t){ &told->info, &told->scheme, count > 0, count > 0 };
        status_t status = wire_write_answer(&core->reply, caller->correlation, &answer);
        core_post(core, caller, answer.seq, status);
        if (status != STATUS_OK)
            return; /* as above */
    }
}

status_t query_schemes(core_t *core, const caller_t *caller, const query_t *query,
                       fault_t *fault)
{
    CHECK(core != NULL && caller != NULL && query != NULL);
    uint32_t newest = core->state->schemes.count;
    uint32_t count = newest < SCHEMES_MAX ? newest : SCHEMES_MAX;
    if (query->scheme.size > 0) {
        newest = state_find(&core->state->schemes, query->scheme);
        count = 1;
        fault_set(fault, "query.schemes.code", query->scheme.data, query->scheme.size);
        if (newest == 0)
            return STATUS_UNKNOWN_SCHEME;
    }
    told_t *told = calloc(1, sizeof *told); /* large, and seldom asked for */
    if (told == NULL)
        return STATUS_NO_MEMORY;
    post_schemes(core, caller, newest, count, told);
    free(told);
    return STATUS_OK;
}
