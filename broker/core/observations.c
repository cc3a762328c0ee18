/* observations.c - see observations.h. */
#include "broker/core/observations.h"
#include "broker/core/groups.h"
#include "broker/core/judge_rights.h"
#include "broker/core/observation_rules.h"
#include "broker/core/refuse.h"
#include "broker/core/refuse_number.h"
#include "proto/check.h"

#define NO_GROUP GROUPS_MAX /* event->scheme_group: the scheme does not name it */

_Static_assert(GROUP_DIMENSIONS_MAX <= 16, "`rated` has 16 bits");

static const observe_t *sheet_of(const event_t *event)
{
    return &event->command->body.observe;
}

static const visit_row_t *visit_of(const state_t *state, const event_t *event)
{
    return TABLE_ROW(visit_row_t, &state->visits, event->visit);
}

static const scheme_row_t *scheme_of(const state_t *state, const event_t *event)
{
    return TABLE_ROW(scheme_row_t, &state->schemes, event->scheme);
}

/* Resolve */

static status_t find_named(const state_t *state, const observe_t *sheet, event_t *event,
                           fault_t *fault)
{
    event->visit = state_find(&state->visits, sheet->visit);
    if (event->visit == 0)
        return refuse(fault, STATUS_UNKNOWN_VISIT, "observe.visit", sheet->visit);
    event->inspector = state_find(&state->inspectors, sheet->inspector);
    if (event->inspector == 0)
        return refuse(fault, STATUS_UNKNOWN_INSPECTOR, "observe.inspector",
                      sheet->inspector);
    event->subject = state_find(&state->subjects, sheet->subject);
    if (event->subject == 0)
        return refuse(fault, STATUS_UNKNOWN_SUBJECT, "observe.subject", sheet->subject);
    if (sheet->late_approver.size == 0)
        return STATUS_OK;
    event->staff = state_find(&state->staff, sheet->late_approver);
    if (event->staff == 0)
        return refuse(fault, STATUS_UNKNOWN_STAFF, "observe.late_approver",
                      sheet->late_approver);
    return STATUS_OK;
}

/* Visit, round, account, scheme; subject's unit and group. */
static void find_frame(const state_t *state, event_t *event)
{
    const visit_row_t *visit = visit_of(state, event);
    const subject_row_t *subject =
        TABLE_ROW(subject_row_t, &state->subjects, event->subject);
    event->round = visit->round;
    event->project = visit->project;
    event->account = TABLE_ROW(round_row_t, &state->rounds, visit->round)->account;
    event->scheme = TABLE_ROW(account_row_t, &state->accounts, event->account)->scheme;
    event->unit = subject->unit;
    event->group = subject->group;
}

/* The subject's running standing in the account, 0 = none yet. */
static uint32_t find_standing(const state_t *state, const event_t *event)
{
    uint32_t index =
        TABLE_ROW(subject_row_t, &state->subjects, event->subject)->standing;
    while (index != 0) {
        const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, index);
        if (row->ended_seq == 0 && row->account == event->account &&
            row->group == event->group && row->unit == event->unit)
            return index;
        index = row->next;
    }
    return 0;
}

static uint32_t find_scheme_group(const scheme_row_t *scheme, uint32_t word)
{
    for (uint32_t i = 0; i < scheme->group_count; i++) {
        if (scheme->groups[i].word == word)
            return i;
    }
    return NO_GROUP;
}

/* Place of a dimension in a group, dimension_count = not there. Sheets mostly follow
 * the scheme's order, so that `guess` is tried first. */
static uint32_t find_dimension(const group_rule_t *rule, uint32_t number,
                               uint32_t guess)
{
    if (guess < rule->dimension_count && rule->dimensions[guess] + 1 == number)
        return guess;
    uint32_t k = 0;
    while (k < rule->dimension_count && rule->dimensions[k] + 1 != number)
        k++;
    return k;
}

static void place_ratings(const group_rule_t *rule, const observe_t *sheet,
                          event_t *event)
{
    event->rated = 0;
    for (uint32_t i = 0; i < sheet->rating_count; i++) {
        const rating_t *rating = &sheet->ratings[i];
        uint32_t k = find_dimension(rule, rating->dimension, i);
        if (k == rule->dimension_count)
            continue;
        event->values[k] = (uint16_t)rating->value;
        event->rated = (uint16_t)(event->rated | 1u << k);
    }
}

static void find_place_in_scheme(const state_t *state, const observe_t *sheet,
                                 event_t *event)
{
    const scheme_row_t *scheme = scheme_of(state, event);
    event->standing = find_standing(state, event);
    event->new_standing = event->standing == 0;
    if (event->new_standing)
        event->scheme_group = find_scheme_group(scheme, event->group);
    else
        event->scheme_group =
            TABLE_ROW(standing_row_t, &state->standings, event->standing)->scheme_group;
    if (event->scheme_group != NO_GROUP)
        place_ratings(&scheme->groups[event->scheme_group], sheet, event);
}

status_t observe_resolve(const state_t *state, const command_t *command, event_t *event,
                         fault_t *fault)
{
    const observe_t *sheet = &command->body.observe;
    status_t status = find_named(state, sheet, event, fault);
    if (status != STATUS_OK)
        return status;
    find_frame(state, event);
    find_place_in_scheme(state, sheet, event);
    event->self = state_find(&state->observations, sheet->code);
    event_link(state, event, LINK_SUBJECT, event->subject);
    event_link(state, event, LINK_INSPECTOR, event->inspector);
    event_link(state, event, LINK_VISIT, event->visit);
    if (event->project != 0)
        event_link(state, event, LINK_PROJECT, event->project);
    return STATUS_OK;
}

/* Judge */

static status_t check_rights(const state_t *state, const event_t *event, fault_t *fault)
{
    target_t target = {
        .unit = event->unit,
        .group = event->group,
        .person =
            TABLE_ROW(inspector_row_t, &state->inspectors, event->inspector)->person,
    };
    return judge_rights(state, event, &target, fault);
}

/* R15: after sealing only with an approver and a reason. */
static status_t check_late_entry(const state_t *state, const event_t *event,
                                 fault_t *fault)
{
    const observe_t *sheet = sheet_of(event);
    if (sheet->late_approver.size == 0)
        return refuse(fault, STATUS_VISIT_SEALED, "observe.visit", sheet->visit);
    if (!late_approver_fits(state, event->staff, event->inspector, event->subject))
        return refuse(fault, STATUS_VISIT_SEALED, "observe.late_approver",
                      sheet->late_approver);
    if (sheet->reason_chars == 0)
        return refuse(fault, STATUS_VISIT_SEALED, "observe.reason_chars", sheet->visit);
    return STATUS_OK;
}

static status_t check_frame(const state_t *state, const event_t *event, fault_t *fault)
{
    const observe_t *sheet = sheet_of(event);
    const visit_row_t *visit = visit_of(state, event);
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, event->account);
    if (account->state != ACCOUNT_OPEN)
        return refuse(fault, STATUS_ACCOUNT_CLOSED, "observe.visit", sheet->visit);
    if (visit->stage == STAGE_PLANNED)
        return refuse(fault, STATUS_VISIT_NOT_OPEN, "observe.visit", sheet->visit);
    if (visit_is_sealed(state, visit))
        return check_late_entry(state, event, fault);
    return STATUS_OK;
}

static status_t check_author(const state_t *state, const event_t *event, fault_t *fault)
{
    text_t code = sheet_of(event)->inspector;
    const inspector_row_t *author =
        TABLE_ROW(inspector_row_t, &state->inspectors, event->inspector);
    if (author->state != INSPECTOR_ACTIVE)
        return refuse(fault, STATUS_INSPECTOR_SUSPENDED, "observe.inspector", code);
    if (!visit_has_inspector(visit_of(state, event), event->inspector))
        return refuse(fault, STATUS_NOT_ON_VISIT, "observe.inspector", code);
    return STATUS_OK;
}

static const channel_t *channel_of(const state_t *state, const event_t *event)
{
    uint32_t number = sheet_of(event)->channel;
    if (number < 1 || number > CHANNELS_MAX)
        return NULL;
    const channel_t *channel = &scheme_of(state, event)->channels[number - 1];
    return channel->used ? channel : NULL;
}

static status_t check_scheme(const state_t *state, const event_t *event, fault_t *fault)
{
    const observe_t *sheet = sheet_of(event);
    if (channel_of(state, event) == NULL)
        return refuse_number(fault, STATUS_UNKNOWN_CHANNEL, "observe.channel",
                             sheet->channel);
    if (event->scheme_group == NO_GROUP)
        return refuse(fault, STATUS_GROUP_NOT_IN_SCHEME, "observe.subject",
                      sheet->subject);
    return STATUS_OK;
}

/* The first rating that is at fault; there is one, or they are all right. */
static status_t find_bad_rating(const state_t *state, const event_t *event,
                                fault_t *fault)
{
    static const char place[] = "observe.ratings";
    const observe_t *sheet = sheet_of(event);
    const scheme_row_t *scheme = scheme_of(state, event);
    const group_rule_t *rule = &scheme->groups[event->scheme_group];
    uint32_t seen = 0;
    for (uint32_t i = 0; i < sheet->rating_count; i++) {
        uint32_t number = sheet->ratings[i].dimension;
        uint32_t k = find_dimension(rule, number, i);
        if (number < 1 || number > DIMENSIONS_MAX ||
            !scheme->dimensions[number - 1].used)
            return refuse_number_at(fault, STATUS_UNKNOWN_DIMENSION, place, i,
                                    ".dimension", number);
        if (k == rule->dimension_count)
            return refuse_number_at(fault, STATUS_WRONG_DIMENSION, place, i,
                                    ".dimension", number);
        if ((seen >> k & 1u) != 0)
            return refuse_number_at(fault, STATUS_RATING_TWICE, place, i, ".dimension",
                                    number);
        if (sheet->ratings[i].value > RATING_MAX)
            return refuse_points_at(fault, STATUS_RATING_RANGE, place, i, ".value",
                                    sheet->ratings[i].value);
        seen |= 1u << k;
    }
    return STATUS_OK;
}

static status_t check_ratings(const state_t *state, const event_t *event,
                              fault_t *fault)
{
    const observe_t *sheet = sheet_of(event);
    if (sheet->rating_count == 0)
        return sheet->narrative_chars > 0
                   ? STATUS_OK
                   : refuse(fault, STATUS_NO_RATING, "observe.ratings", sheet->code);
    bool fine = (uint32_t)__builtin_popcount(event->rated) == sheet->rating_count;
    for (uint32_t i = 0; i < sheet->rating_count && fine; i++)
        fine = sheet->ratings[i].value <= RATING_MAX;
    return fine ? STATUS_OK : find_bad_rating(state, event, fault);
}

/* R1, and the verdict that the sheet waits for a second person. */
static status_t check_negative(const state_t *state, event_t *event, fault_t *fault)
{
    const observe_t *sheet = sheet_of(event);
    if (!observation_is_negative(sheet, scheme_of(state, event)->review_below))
        return STATUS_OK;
    event->verdict |= VERDICT_UNDER_REVIEW;
    status_t status =
        rule_negative_support(sheet->narrative_chars, sheet->evidence_count);
    if (status == STATUS_OK)
        return STATUS_OK;
    return refuse(fault, status,
                  status == STATUS_NARRATIVE_MISSING ? "observe.narrative_chars"
                                                     : "observe.evidence",
                  sheet->code);
}

/* R15, and the verdict that the sheet came late. */
static status_t check_time(const state_t *state, event_t *event, fault_t *fault)
{
    const observe_t *sheet = sheet_of(event);
    const visit_row_t *visit = visit_of(state, event);
    status_t status = rule_observed_time(visit, sheet->observed_ms, event->now_ms);
    if (status != STATUS_OK)
        return refuse(fault, status, "observe.observed_ms", sheet->visit);
    if (visit_is_late(visit, event->now_ms) || visit_is_sealed(state, visit))
        event->verdict |= VERDICT_LATE;
    return STATUS_OK;
}

static status_t check_unbiased(const state_t *state, const event_t *event,
                               fault_t *fault)
{
    status_t status =
        rule_unbiased(state, event->inspector, event->subject, event->account);
    if (status == STATUS_OK)
        return STATUS_OK;
    return refuse(fault, status, "observe.subject", sheet_of(event)->subject);
}

static status_t check_room(const state_t *state, const event_t *event, fault_t *fault)
{
    const observe_t *sheet = sheet_of(event);
    const group_rule_t *rule = &scheme_of(state, event)->groups[event->scheme_group];
    uint32_t cells = 0;
    bool fits = table_fits(&state->observations, 1);
    if (event->new_standing)
        fits = fits && table_fits(&state->standings, 1) &&
               table_fits(&state->cells, rule->dimension_count);
    else
        cells = TABLE_ROW(standing_row_t, &state->standings, event->standing)->cells;
    if (!fits)
        return refuse(fault, STATUS_TABLE_FULL, "observe.code", sheet->code);
    status_t status = observation_groups_fit(
        state, cells, event->inspector, event->rated, channel_of(state, event)->weight);
    return status == STATUS_OK
               ? STATUS_OK
               : refuse(fault, status, "observe.subject", sheet->subject);
}

static status_t check_content(const state_t *state, event_t *event, fault_t *fault)
{
    status_t status = check_scheme(state, event, fault);
    if (status == STATUS_OK)
        status = check_ratings(state, event, fault);
    if (status == STATUS_OK)
        status = check_negative(state, event, fault);
    if (status == STATUS_OK)
        status = check_time(state, event, fault);
    if (status == STATUS_OK)
        status = check_unbiased(state, event, fault);
    return status;
}

status_t observe_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const observe_t *sheet = sheet_of(event);
    status_t status = check_rights(state, event, fault);
    if (status != STATUS_OK)
        return status;
    if (event->self != 0)
        return refuse(fault, STATUS_CODE_TAKEN, "observe.code", sheet->code);
    status = check_frame(state, event, fault);
    if (status == STATUS_OK)
        status = check_author(state, event, fault);
    if (status == STATUS_OK)
        status = check_content(state, event, fault);
    return status == STATUS_OK ? check_room(state, event, fault) : status;
}

/* Apply */

static uint32_t standing_create(state_t *state, const event_t *event)
{
    const scheme_row_t *scheme = scheme_of(state, event);
    CHECK(event->scheme_group < scheme->group_count);
    uint32_t count = scheme->groups[event->scheme_group].dimension_count;
    subject_row_t *subject = TABLE_ROW(subject_row_t, &state->subjects, event->subject);
    uint32_t index = table_add(&state->standings, NULL);
    *TABLE_ROW(standing_row_t, &state->standings, index) = (standing_row_t){
        .subject = event->subject,
        .account = event->account,
        .next = subject->standing,
        .group = event->group,
        .unit = event->unit,
        .scheme_group = event->scheme_group,
        .cells = cells_create(state, count),
    };
    subject->standing = index;
    return index;
}

/* The row alone; neither standing nor visit know of it yet. */
static observation_row_t *row_create(state_t *state, const event_t *event,
                                     uint32_t *index)
{
    const observe_t *sheet = sheet_of(event);
    code_t code;
    code_of_text(&code, sheet->code);
    *index = table_add(&state->observations, &code);
    observation_row_t *row = TABLE_ROW(observation_row_t, &state->observations, *index);
    row->seq = event->seq;
    row->observed_ms = sheet->observed_ms;
    row->visit = event->visit;
    row->inspector = event->inspector;
    row->polarity = (uint8_t)sheet->polarity;
    row->channel = (uint8_t)sheet->channel;
    row->late = (event->verdict & VERDICT_LATE) != 0;
    row->rated = event->rated;
    for (uint32_t k = 0; k < GROUP_DIMENSIONS_MAX; k++)
        row->values[k] = event->values[k];
    return row;
}

static void visit_count_sheet(const state_t *state, visit_row_t *visit,
                              int64_t observed_ms)
{
    TABLE_ROW(round_row_t, &state->rounds, visit->round)->observations++;
    if (visit->observations == 0 || observed_ms > visit->last_observed_ms)
        visit->last_observed_ms = observed_ms;
    visit->observations++;
}

void observe_apply(state_t *state, const event_t *event)
{
    CHECK(event->self == 0);
    CHECK(event->new_standing == (event->standing == 0));
    uint32_t index;
    observation_row_t *row = row_create(state, event, &index);
    row->standing =
        event->new_standing ? standing_create(state, event) : event->standing;
    standing_row_t *standing =
        TABLE_ROW(standing_row_t, &state->standings, row->standing);
    row->previous = standing->observation;
    standing->observation = index;
    visit_count_sheet(state, TABLE_ROW(visit_row_t, &state->visits, event->visit),
                      row->observed_ms);
    if ((event->verdict & VERDICT_UNDER_REVIEW) != 0) {
        row->state = OBSERVATION_UNDER_REVIEW;
        standing->under_review++;
    } else {
        row->state = OBSERVATION_CONFIRMED;
        standing->confirmed++;
        observation_groups_add(state, index);
    }
    state_mark_changed(state, row->standing);
}
