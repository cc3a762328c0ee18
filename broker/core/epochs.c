/* epochs.c - see epochs.h: asking, proposing, adopting. Parts: epoch_parts.c. */
#include "broker/core/epochs.h"

#include "broker/core/authorise.h"
#include "broker/core/epoch_state.h"
#include "broker/core/judge_rights.h"
#include "broker/core/refuse.h"
#include "proto/check.h"
#include <string.h>

static epoch_row_t *epoch_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(epoch_row_t, &state->epochs, index);
}

static account_row_t *account_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(account_row_t, &state->accounts, index);
}

static const scheme_row_t *scheme_of(const state_t *state, uint32_t account)
{
    return TABLE_ROW(scheme_row_t, &state->schemes, account_at(state, account)->scheme);
}

static status_t may(const state_t *state, const event_t *event, fault_t *fault)
{
    target_t target = { 0, 0, 0 };
    return judge_rights(state, event, &target, fault);
}

static status_t find_epoch(const state_t *state, text_t code, const char *place,
                           event_t *event, fault_t *fault)
{
    event->self = state_find(&state->epochs, code);
    if (event->self == 0)
        return refuse(fault, STATUS_UNKNOWN_EPOCH, place, code);
    event_link(state, event, LINK_EPOCH, event->self);
    return STATUS_OK;
}

static status_t check_state(const state_t *state, const event_t *event, uint32_t wanted,
                            const char *place, text_t code, fault_t *fault)
{
    if (epoch_at(state, event->self)->state == wanted)
        return STATUS_OK;
    return refuse(fault, STATUS_BAD_TRANSITION, place, code);
}

/* ---- calibrate ---- */

status_t calibrate_resolve(const state_t *state, const command_t *command,
                           event_t *event, fault_t *fault)
{
    const calibrate_t *given = &command->body.calibrate;
    event->self = state_find(&state->epochs, given->code);
    event->account = state_find(&state->accounts, given->account);
    if (event->account == 0)
        return refuse(fault, STATUS_UNKNOWN_ACCOUNT, "calibrate.account",
                      given->account);
    if (event->self == 0)
        event_link(state, event, LINK_EPOCH, 0);
    return STATUS_OK;
}

/* Bit g: the scheme's g-th group is to be calibrated; 0 when a name is unknown, with
 * *bad its place in the list. */
static uint32_t groups_of(const state_t *state, uint32_t account,
                          const calibrate_t *given, uint32_t *bad)
{
    uint32_t count = scheme_of(state, account)->group_count, mask = 0;
    CHECK(count >= 1);
    CHECK(count <= GROUPS_MAX);
    if (given->group_count == 0)
        return count == 32 ? UINT32_MAX : (1u << count) - 1;
    for (uint32_t i = 0; i < given->group_count; i++) {
        uint32_t group = scheme_group_named(state, account, given->groups[i]);
        *bad = i;
        if (group == 0)
            return 0;
        mask |= 1u << (group - 1);
    }
    return mask;
}

static uint32_t fits_of(const scheme_row_t *scheme, uint32_t groups)
{
    uint32_t count = 0;
    for (uint32_t g = 0; g < scheme->group_count; g++)
        if ((groups >> g & 1) != 0)
            count += scheme->groups[g].dimension_count;
    return count;
}

static bool has_room(const state_t *state, uint32_t fits)
{
    uint64_t offsets = (uint64_t)fits * state->inspectors.count;
    return table_fits(&state->epochs, 1) && table_fits(&state->fits, fits) &&
           offsets <= UINT32_MAX && table_fits(&state->offsets, (uint32_t)offsets);
}

status_t calibrate_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const calibrate_t *given = &event->command->body.calibrate;
    status_t status = may(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (event->self != 0)
        return refuse(fault, STATUS_CODE_TAKEN, "calibrate.code", given->code);
    uint32_t bad = 0, asked[EPOCHS_ASKED_MAX];
    uint32_t groups = groups_of(state, event->account, given, &bad);
    if (groups == 0)
        return refuse_at(fault, STATUS_UNKNOWN_GROUP, "calibrate.groups", bad, "",
                         given->groups[bad]);
    if (epochs_asked(state, asked, EPOCHS_ASKED_MAX) == EPOCHS_ASKED_MAX)
        return refuse(fault, STATUS_JOBS_FULL, "calibrate.code", given->code);
    if (!has_room(state, fits_of(scheme_of(state, event->account), groups)))
        return refuse(fault, STATUS_TABLE_FULL, "calibrate.code", given->code);
    return STATUS_OK;
}

/* Rows of these tables are never released, so that new ones follow one another. */
static uint32_t add_rows(table_t *table, uint32_t count)
{
    uint32_t first = table->count + 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = table_add(table, NULL);
        CHECK(index == first + i);
    }
    return first;
}

void calibrate_apply(state_t *state, const event_t *event)
{
    const calibrate_t *given = &event->command->body.calibrate;
    uint32_t bad = 0, index = state_add(&state->epochs, given->code);
    epoch_row_t *row = epoch_at(state, index);
    row->cutoff = event->seq;
    row->account = event->account;
    row->state = EPOCH_ASKED;
    row->asker = event->principal;
    row->asker_key = event->key;
    row->groups = groups_of(state, event->account, given, &bad);
    CHECK(row->groups != 0);
    row->fit_count = fits_of(scheme_of(state, event->account), row->groups);
    row->inspectors = state->inspectors.count;
    row->fits = add_rows(&state->fits, row->fit_count);
    for (uint32_t i = 0; i < row->fit_count; i++)
        TABLE_ROW(fit_row_t, &state->fits, row->fits + i)->offsets =
            add_rows(&state->offsets, row->inspectors);
}

/* ---- proposed, failed, dropped ---- */

status_t propose_epoch_resolve(const state_t *state, const command_t *command,
                               event_t *event, fault_t *fault)
{
    return find_epoch(state, command->body.propose_epoch.epoch, "propose_epoch.epoch",
                      event, fault);
}

status_t propose_epoch_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const propose_epoch_t *given = &event->command->body.propose_epoch;
    const epoch_row_t *row = epoch_at(state, event->self);
    status_t status = check_state(state, event, EPOCH_ASKED, "propose_epoch.epoch",
                                  given->epoch, fault);
    if (status != STATUS_OK)
        return status;
    bool whole = row->parts == given->parts && given->hash != NULL;
    for (uint32_t i = 0; i < row->fit_count && whole; i++)
        whole = TABLE_ROW(fit_row_t, &state->fits, row->fits + i)->given != 0;
    return whole ? STATUS_OK
                 : refuse(fault, STATUS_BAD_TRANSITION, "propose_epoch.parts",
                          given->epoch);
}

void propose_epoch_apply(state_t *state, const event_t *event)
{
    const propose_epoch_t *given = &event->command->body.propose_epoch;
    epoch_row_t *row = epoch_at(state, event->self);
    account_row_t *account = account_at(state, row->account);
    row->state = EPOCH_PROPOSED;
    row->proposed = 1;
    memcpy(row->hash, given->hash, HASH_BYTES);
    for (uint32_t g = 0; g < GROUPS_MAX; g++)
        if ((row->groups >> g & 1) != 0)
            account->looked_at[g] = event->self;
}

status_t fail_epoch_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault)
{
    return find_epoch(state, command->body.fail_epoch.epoch, "fail_epoch.epoch", event,
                      fault);
}

status_t fail_epoch_judge(const state_t *state, event_t *event, fault_t *fault)
{
    return check_state(state, event, EPOCH_ASKED, "fail_epoch.epoch",
                       event->command->body.fail_epoch.epoch, fault);
}

void fail_epoch_apply(state_t *state, const event_t *event)
{
    epoch_row_t *row = epoch_at(state, event->self);
    row->state = EPOCH_FAILED;
    row->settled = event->seq;
    row->status = event->command->body.fail_epoch.status;
}

status_t drop_epoch_resolve(const state_t *state, const command_t *command,
                            event_t *event, fault_t *fault)
{
    return find_epoch(state, command->body.drop_epoch.code, "drop_epoch.code", event,
                      fault);
}

status_t drop_epoch_judge(const state_t *state, event_t *event, fault_t *fault)
{
    text_t code = event->command->body.drop_epoch.code;
    uint32_t now = epoch_at(state, event->self)->state;
    status_t status = may(state, event, fault);
    if (status == STATUS_OK && now != EPOCH_ASKED && now != EPOCH_PROPOSED)
        return refuse(fault, STATUS_BAD_TRANSITION, "drop_epoch.code", code);
    return status;
}

static void settle(state_t *state, const event_t *event, uint32_t to)
{
    epoch_row_t *row = epoch_at(state, event->self);
    row->state = to;
    row->settled = event->seq;
    row->settler = event->principal;
}

void drop_epoch_apply(state_t *state, const event_t *event)
{
    settle(state, event, EPOCH_DROPPED);
}

/* ---- adopt ---- */

status_t adopt_epoch_resolve(const state_t *state, const command_t *command,
                             event_t *event, fault_t *fault)
{
    return find_epoch(state, command->body.adopt_epoch.code, "adopt_epoch.code", event,
                      fault);
}

status_t adopt_epoch_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const adopt_epoch_t *given = &event->command->body.adopt_epoch;
    const epoch_row_t *row = epoch_at(state, event->self);
    status_t status = may(state, event, fault);
    if (status == STATUS_OK)
        status = check_state(state, event, EPOCH_PROPOSED, "adopt_epoch.code",
                             given->code, fault);
    if (status != STATUS_OK)
        return status;
    if (!is_second_person(state, row->asker, event->principal))
        return refuse(fault, STATUS_SECOND_PERSON, "adopt_epoch.code", given->code);
    if (given->hash == NULL || memcmp(given->hash, row->hash, HASH_BYTES) != 0)
        return refuse(fault, STATUS_HASH_DIFFERS, "adopt_epoch.hash", given->code);
    return STATUS_OK;
}

/* One pass over the standings: every one of the groups is scored anew. */
static void mark_groups(state_t *state, uint32_t account, uint32_t groups)
{
    for (uint32_t i = 1; i <= state->standings.count; i++) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, i);
        if (row->account == account && row->ended_seq == 0 &&
            (groups >> row->scheme_group & 1) != 0)
            state_mark_changed(state, i);
    }
}

void adopt_epoch_apply(state_t *state, const event_t *event)
{
    settle(state, event, EPOCH_ADOPTED);
    const epoch_row_t *row = epoch_at(state, event->self);
    account_row_t *account = account_at(state, row->account);
    for (uint32_t g = 0; g < GROUPS_MAX; g++)
        if ((row->groups >> g & 1) != 0)
            account->adopted[g] = event->self;
    mark_groups(state, row->account, row->groups);
}

/* ---- boards that fall apart ---- */

status_t override_links_resolve(const state_t *state, const command_t *command,
                                event_t *event, fault_t *fault)
{
    const override_links_t *given = &command->body.override_links;
    event->account = state_find(&state->accounts, given->account);
    if (event->account == 0)
        return refuse(fault, STATUS_UNKNOWN_ACCOUNT, "override_links.account",
                      given->account);
    uint32_t group = scheme_group_named(state, event->account, given->group);
    if (group == 0)
        return refuse(fault, STATUS_UNKNOWN_GROUP, "override_links.group",
                      given->group);
    event->scheme_group = group - 1;
    return STATUS_OK;
}

status_t override_links_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const override_links_t *given = &event->command->body.override_links;
    status_t status = may(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (given->reason.size > sizeof((reason_row_t *)NULL)->text)
        return refuse(fault, STATUS_TEXT_TOO_LONG, "override_links.reason",
                      given->group);
    if (!table_fits(&state->reasons, 1))
        return refuse(fault, STATUS_TABLE_FULL, "override_links.reason", given->group);
    return STATUS_OK;
}

void override_links_apply(state_t *state, const event_t *event)
{
    text_t reason = event->command->body.override_links.reason;
    uint32_t *place = &account_at(state, event->account)->reasons[event->scheme_group];
    *place = 0;
    if (reason.size == 0)
        return;
    *place = table_add(&state->reasons, NULL);
    reason_row_t *row = TABLE_ROW(reason_row_t, &state->reasons, *place);
    CHECK(reason.size <= sizeof row->text);
    row->size = reason.size;
    memcpy(row->text, reason.data, reason.size);
}
