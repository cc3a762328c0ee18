/* epoch_parts.c - see epochs.h: what the worker found, part by part. */
#include "broker/core/epoch_state.h"
#include "broker/core/epochs.h"
#include "broker/core/refuse.h"
#include "broker/core/refuse_number.h"
#include "broker/core/scheme_rules.h"
#include "proto/check.h"

#define POINTS_MAX                                                                     \
    (1000LL * 1000000LL) /* micro-points that a mean or offset may have */

static epoch_row_t *epoch_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(epoch_row_t, &state->epochs, index);
}

status_t epoch_part_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault)
{
    text_t code = command->body.epoch_part.epoch;
    event->self = state_find(&state->epochs, code);
    if (event->self == 0)
        return refuse(fault, STATUS_UNKNOWN_EPOCH, "epoch_part.epoch", code);
    event_link(state, event, LINK_EPOCH, event->self);
    return STATUS_OK;
}

/* The fit that a group's name and a dimension's number mean; NULL: *status tells. */
static fit_row_t *find_fit(const state_t *state, uint32_t epoch, text_t group,
                           uint32_t dimension, status_t *status)
{
    uint32_t account = epoch_at(state, epoch)->account;
    const account_row_t *row = TABLE_ROW(account_row_t, &state->accounts, account);
    const scheme_row_t *scheme = TABLE_ROW(scheme_row_t, &state->schemes, row->scheme);
    uint32_t found = scheme_group_named(state, account, group);
    *status = STATUS_UNKNOWN_GROUP;
    if (found == 0)
        return NULL;
    const group_rule_t *rule = &scheme->groups[found - 1];
    uint32_t index = 0;
    for (uint32_t k = 0; k < rule->dimension_count; k++)
        if (rule->dimensions[k] + 1 == dimension)
            index = epoch_fit_row(state, epoch, found - 1, k);
    *status = STATUS_UNKNOWN_DIMENSION;
    return index != 0 ? TABLE_ROW(fit_row_t, &state->fits, index) : NULL;
}

static bool within(int64_t value)
{
    return value >= -POINTS_MAX && value <= POINTS_MAX;
}

static bool variances_sane(const epoch_fit_t *fit)
{
    return fit->var_subject <= S2_MAX && fit->var_unit <= S2_MAX &&
           fit->var_inspector <= S2_MAX && fit->var_team <= S2_MAX;
}

static status_t check_fits(const state_t *state, const event_t *event, fault_t *fault)
{
    const epoch_part_t *part = &event->command->body.epoch_part;
    for (uint32_t i = 0; i < part->fit_count; i++) {
        const epoch_fit_t *fit = &part->fits[i];
        status_t status;
        if (find_fit(state, event->self, fit->group, fit->dimension, &status) == NULL)
            return refuse_at(fault, status, "epoch_part.fits", i, "group", fit->group);
        if (!within(fit->mu) || fit->kappa == 0 || fit->kappa > KAPPA_MAX ||
            fit->rho > MILLE || fit->u > MILLE || fit->s2 > S2_MAX ||
            !variances_sane(fit))
            return refuse_at(fault, STATUS_PARAMETER_RANGE, "epoch_part.fits", i, "",
                             fit->group);
    }
    return STATUS_OK;
}

static status_t check_offsets_of(const state_t *state, const event_t *event,
                                 const epoch_offsets_t *list, fault_t *fault)
{
    uint32_t known = epoch_at(state, event->self)->inspectors;
    for (uint32_t i = 0; i < list->offset_count; i++) {
        const epoch_offset_t *given = &list->offsets[i];
        uint32_t inspector = state_find(&state->inspectors, given->inspector);
        if (inspector == 0 || inspector > known)
            return refuse_at(fault, STATUS_UNKNOWN_INSPECTOR, "epoch_part.offsets", i,
                             "inspector", given->inspector);
        if (!within(given->offset) || given->error < 0 || given->error > UINT32_MAX)
            return refuse_at(fault, STATUS_PARAMETER_RANGE, "epoch_part.offsets", i,
                             "offset", given->inspector);
    }
    return STATUS_OK;
}

static status_t check_offsets(const state_t *state, const event_t *event,
                              fault_t *fault)
{
    const epoch_part_t *part = &event->command->body.epoch_part;
    for (uint32_t i = 0; i < part->offsets_count; i++) {
        const epoch_offsets_t *list = &part->offsets[i];
        status_t status;
        if (find_fit(state, event->self, list->group, list->dimension, &status) == NULL)
            return refuse_at(fault, status, "epoch_part.offsets", i, "group",
                             list->group);
        status = check_offsets_of(state, event, list, fault);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

status_t epoch_part_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const epoch_part_t *part = &event->command->body.epoch_part;
    const epoch_row_t *row = epoch_at(state, event->self);
    if (row->state != EPOCH_ASKED || (part->part != 0 && part->part != row->parts))
        return refuse_number(fault, STATUS_BAD_TRANSITION, "epoch_part.part",
                             part->part);
    status_t status = check_fits(state, event, fault);
    if (status == STATUS_OK)
        status = check_offsets(state, event, fault);
    return status;
}

/* A draft begins anew: what another run of the worker told is forgotten. */
static void forget(state_t *state, const epoch_row_t *row)
{
    for (uint32_t i = 0; i < row->fit_count; i++) {
        fit_row_t *fit = TABLE_ROW(fit_row_t, &state->fits, row->fits + i);
        *fit = (fit_row_t){ .offsets = fit->offsets };
        for (uint32_t at = 0; at < row->inspectors; at++)
            *TABLE_ROW(offset_row_t, &state->offsets, fit->offsets + at) =
                (offset_row_t){ 0 };
    }
}

static void take_fit(state_t *state, uint32_t epoch, const epoch_fit_t *given)
{
    status_t status;
    fit_row_t *fit = find_fit(state, epoch, given->group, given->dimension, &status);
    CHECK(fit != NULL);
    fit->mu = given->mu;
    fit->s2 = given->s2;
    fit->variances[0] = (int64_t)given->var_subject;
    fit->variances[1] = (int64_t)given->var_unit;
    fit->variances[2] = (int64_t)given->var_inspector;
    fit->variances[3] = (int64_t)given->var_team;
    fit->kappa = given->kappa;
    fit->rho = given->rho;
    fit->u = given->u;
    fit->components = given->components;
    fit->thin = given->thin;
    fit->given = 1;
}

static void take_offsets(state_t *state, uint32_t epoch, const epoch_offsets_t *given)
{
    status_t status;
    const fit_row_t *fit =
        find_fit(state, epoch, given->group, given->dimension, &status);
    CHECK(fit != NULL);
    for (uint32_t i = 0; i < given->offset_count; i++) {
        uint32_t inspector =
            state_find(&state->inspectors, given->offsets[i].inspector);
        CHECK(inspector != 0);
        CHECK(inspector <= epoch_at(state, epoch)->inspectors);
        *TABLE_ROW(offset_row_t, &state->offsets, fit->offsets + inspector - 1) =
            (offset_row_t){ .offset = given->offsets[i].offset,
                            .error = (uint32_t)given->offsets[i].error,
                            .known = 1 };
    }
}

void epoch_part_apply(state_t *state, const event_t *event)
{
    const epoch_part_t *part = &event->command->body.epoch_part;
    epoch_row_t *row = epoch_at(state, event->self);
    if (part->part == 0)
        forget(state, row);
    row->parts = part->part + 1;
    for (uint32_t i = 0; i < part->fit_count; i++)
        take_fit(state, event->self, &part->fits[i]);
    for (uint32_t i = 0; i < part->offsets_count; i++)
        take_offsets(state, event->self, &part->offsets[i]);
}
