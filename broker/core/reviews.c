/* reviews.c - see reviews.h. */
#include "broker/core/reviews.h"
#include "broker/core/groups.h"
#include "broker/core/judge_rights.h"
#include "broker/core/observation_rules.h"
#include "broker/core/refuse.h"
#include "proto/check.h"

static observation_row_t *observation_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(observation_row_t, &state->observations, index);
}

static standing_row_t *standing_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(standing_row_t, &state->standings, index);
}

static uint32_t author_person(const state_t *state, const event_t *event)
{
    return TABLE_ROW(inspector_row_t, &state->inspectors, event->inspector)->person;
}

/* What both commands look up: the sheet and all that it names. */
static status_t find_sheet(const state_t *state, text_t code, const char *place,
                           event_t *event, fault_t *fault)
{
    event->observation = state_find(&state->observations, code);
    if (event->observation == 0)
        return refuse(fault, STATUS_UNKNOWN_OBSERVATION, place, code);
    const observation_row_t *sheet = observation_at(state, event->observation);
    const standing_row_t *standing = standing_at(state, sheet->standing);
    const subject_row_t *subject =
        TABLE_ROW(subject_row_t, &state->subjects, standing->subject);
    event->visit = sheet->visit;
    event->inspector = sheet->inspector;
    event->standing = sheet->standing;
    event->subject = standing->subject;
    event->account = standing->account;
    event->unit = subject->unit;
    event->group = subject->group;
    event_link(state, event, LINK_SUBJECT, event->subject);
    event_link(state, event, LINK_INSPECTOR, event->inspector);
    event_link(state, event, LINK_VISIT, event->visit);
    return STATUS_OK;
}

static status_t check_account(const state_t *state, const event_t *event,
                              const char *place, text_t code, fault_t *fault)
{
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, event->account);
    if (account->state != ACCOUNT_OPEN)
        return refuse(fault, STATUS_ACCOUNT_CLOSED, place, code);
    return STATUS_OK;
}

/* review */

status_t review_resolve(const state_t *state, const command_t *command, event_t *event,
                        fault_t *fault)
{
    const review_t *review = &command->body.review;
    status_t status =
        find_sheet(state, review->observation, "review.observation", event, fault);
    if (status != STATUS_OK)
        return status;
    event->staff = state_find(&state->staff, review->reviewer);
    if (event->staff == 0)
        return refuse(fault, STATUS_UNKNOWN_STAFF, "review.reviewer", review->reviewer);
    return STATUS_OK;
}

static status_t check_review_rights(const state_t *state, const event_t *event,
                                    fault_t *fault)
{
    target_t target = {
        .unit = event->unit,
        .group = event->group,
        .person = TABLE_ROW(staff_row_t, &state->staff, event->staff)->person,
    };
    return judge_rights(state, event, &target, fault);
}

static status_t reviewable(const observation_row_t *sheet)
{
    if (sheet->state == OBSERVATION_UNDER_REVIEW)
        return STATUS_OK;
    return sheet->reviewed ? STATUS_REVIEWED_ALREADY : STATUS_NOT_UNDER_REVIEW;
}

/* R2, for the reviewer who is named and for the principal who submits. */
static status_t check_second_person(const state_t *state, const event_t *event,
                                    const observation_row_t *sheet, fault_t *fault)
{
    const review_t *review = &event->command->body.review;
    status_t status = rule_second_reviewer(state, event->staff, sheet);
    if (status != STATUS_OK)
        return refuse(fault, status, "review.reviewer", review->reviewer);
    uint32_t person =
        TABLE_ROW(principal_row_t, &state->principals, event->principal)->person;
    status = rule_not_involved(state, person, sheet);
    if (status != STATUS_OK)
        return refuse(fault, status, "review.observation", review->observation);
    return STATUS_OK;
}

static uint32_t channel_weight(const state_t *state, const observation_row_t *sheet)
{
    uint32_t account = standing_at(state, sheet->standing)->account;
    uint32_t scheme = TABLE_ROW(account_row_t, &state->accounts, account)->scheme;
    CHECK(sheet->channel >= 1);
    return TABLE_ROW(scheme_row_t, &state->schemes, scheme)
        ->channels[sheet->channel - 1]
        .weight;
}

static status_t check_confirm_room(const state_t *state, const event_t *event,
                                   const observation_row_t *sheet, fault_t *fault)
{
    const review_t *review = &event->command->body.review;
    if (review->decision != REVIEW_CONFIRM)
        return STATUS_OK;
    uint32_t cells = standing_at(state, sheet->standing)->cells;
    status_t status = observation_groups_fit(
        state, cells, sheet->inspector, sheet->rated, channel_weight(state, sheet));
    return status == STATUS_OK
               ? STATUS_OK
               : refuse(fault, status, "review.observation", review->observation);
}

static status_t check_review_time(const event_t *event, fault_t *fault)
{
    const review_t *review = &event->command->body.review;
    if (review->has_reviewed && review->reviewed_ms > event->now_ms + CLOCK_SKEW_MS)
        return refuse(fault, STATUS_IN_FUTURE, "review.reviewed_ms",
                      review->observation);
    return STATUS_OK;
}

status_t review_judge(const state_t *state, event_t *event, fault_t *fault)
{
    const review_t *review = &event->command->body.review;
    const observation_row_t *sheet = observation_at(state, event->observation);
    static const char place[] = "review.observation";
    status_t status = check_review_rights(state, event, fault);
    if (status == STATUS_OK)
        status = check_account(state, event, place, review->observation, fault);
    if (status != STATUS_OK)
        return status;
    status = reviewable(sheet);
    if (status != STATUS_OK)
        return refuse(fault, status, place, review->observation);
    status = check_review_time(event, fault);
    if (status == STATUS_OK)
        status = check_second_person(state, event, sheet, fault);
    return status == STATUS_OK ? check_confirm_room(state, event, sheet, fault)
                               : status;
}

void review_apply(state_t *state, const event_t *event)
{
    observation_row_t *sheet = observation_at(state, event->observation);
    standing_row_t *standing = standing_at(state, event->standing);
    CHECK(sheet->state == OBSERVATION_UNDER_REVIEW);
    CHECK(standing->under_review > 0);
    standing->under_review--;
    sheet->reviewed = 1;
    sheet->reviewer = event->staff;
    if (event->command->body.review.decision == REVIEW_CONFIRM) {
        sheet->state = OBSERVATION_CONFIRMED;
        standing->confirmed++;
        observation_groups_add(state, event->observation);
    } else {
        sheet->state = OBSERVATION_RETURNED;
    }
    state_mark_changed(state, event->standing);
}

/* retract */

status_t retract_resolve(const state_t *state, const command_t *command, event_t *event,
                         fault_t *fault)
{
    return find_sheet(state, command->body.retract.code, "retract.observation", event,
                      fault);
}

/* R11: only the author, whoever submitted the sheet. */
static status_t check_retract_rights(const state_t *state, const event_t *event,
                                     fault_t *fault)
{
    const target_t target = { .person = author_person(state, event) };
    status_t status = judge_rights(state, event, &target, fault);
    if (status != STATUS_OUT_OF_SCOPE)
        return status;
    return refuse(fault, STATUS_NOT_AUTHOR, "retract.observation",
                  event->command->body.retract.code);
}

static status_t retractable(const state_t *state, const observation_row_t *sheet)
{
    if (sheet->state == OBSERVATION_RETURNED || sheet->state == OBSERVATION_RETRACTED)
        return STATUS_ALREADY_TAKEN_OUT;
    if (sheet->state == OBSERVATION_UNDER_REVIEW)
        return STATUS_OK;
    if (sheet->reviewed)
        return STATUS_REVIEWED_ALREADY;
    const visit_row_t *visit = TABLE_ROW(visit_row_t, &state->visits, sheet->visit);
    return visit_is_sealed(state, visit) ? STATUS_VISIT_SEALED : STATUS_OK;
}

status_t retract_judge(const state_t *state, event_t *event, fault_t *fault)
{
    static const char place[] = "retract.observation";
    text_t code = event->command->body.retract.code;
    status_t status = check_retract_rights(state, event, fault);
    if (status == STATUS_OK)
        status = check_account(state, event, place, code, fault);
    if (status != STATUS_OK)
        return status;
    status = retractable(state, observation_at(state, event->observation));
    return status == STATUS_OK ? STATUS_OK : refuse(fault, status, place, code);
}

void retract_apply(state_t *state, const event_t *event)
{
    observation_row_t *sheet = observation_at(state, event->observation);
    standing_row_t *standing = standing_at(state, event->standing);
    if (sheet->state == OBSERVATION_CONFIRMED) {
        CHECK(standing->confirmed > 0);
        observation_groups_remove(state, event->observation);
        standing->confirmed--;
    } else {
        CHECK(sheet->state == OBSERVATION_UNDER_REVIEW);
        CHECK(standing->under_review > 0);
        standing->under_review--;
    }
    sheet->state = OBSERVATION_RETRACTED;
    state_mark_changed(state, event->standing);
}
