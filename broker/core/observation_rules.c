/* observation_rules.c - the chains that rules walk are short: the registers in which
 * one person stands, the standings of one subject. Only somebody who is inspected and
 * inspects at once makes R16 look at observations. */
#include "broker/core/observation_rules.h"
#include "proto/check.h"

static const inspector_row_t *inspector_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(inspector_row_t, &state->inspectors, index);
}

static const subject_row_t *subject_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(subject_row_t, &state->subjects, index);
}

static const person_row_t *person_at(const state_t *state, uint32_t index)
{
    return TABLE_ROW(person_row_t, &state->persons, index);
}

bool observation_is_negative(const observe_t *sheet, uint32_t review_below)
{
    if (sheet->polarity == POLARITY_NEGATIVE)
        return true;
    for (uint32_t i = 0; i < sheet->rating_count; i++) {
        if (sheet->ratings[i].value < review_below)
            return true;
    }
    return false;
}

status_t rule_negative_support(uint32_t narrative_chars, uint32_t evidence_count)
{
    if (narrative_chars == 0)
        return STATUS_NARRATIVE_MISSING;
    return evidence_count == 0 ? STATUS_EVIDENCE_MISSING : STATUS_OK;
}

status_t rule_observed_time(const visit_row_t *visit, int64_t observed_ms,
                            int64_t now_ms)
{
    CHECK(visit->stage != STAGE_PLANNED);
    if (observed_ms < visit->opened_ms)
        return STATUS_OUTSIDE_VISIT;
    if (visit->closed_known && observed_ms > visit->closed_ms)
        return STATUS_OUTSIDE_VISIT;
    return observed_ms > now_ms + CLOCK_SKEW_MS ? STATUS_IN_FUTURE : STATUS_OK;
}

bool visit_is_late(const visit_row_t *visit, int64_t now_ms)
{
    if (visit->stage == STAGE_CLOSED || visit->stage == STAGE_SEALED)
        return true;
    return visit->closed_known && now_ms > visit->closed_ms;
}

bool visit_is_sealed(const state_t *state, const visit_row_t *visit)
{
    const round_row_t *round = TABLE_ROW(round_row_t, &state->rounds, visit->round);
    return visit->stage == STAGE_SEALED || round->stage == STAGE_SEALED;
}

bool late_approver_fits(const state_t *state, uint32_t staff, uint32_t inspector,
                        uint32_t subject)
{
    if (staff == 0)
        return false;
    const staff_row_t *approver = TABLE_ROW(staff_row_t, &state->staff, staff);
    return approver->role == STAFF_APPROVER &&
           approver->person != inspector_at(state, inspector)->person &&
           approver->person != subject_at(state, subject)->person;
}

bool visit_has_inspector(const visit_row_t *visit, uint32_t inspector)
{
    for (uint32_t i = 0; i < visit->inspector_count; i++) {
        if (visit->inspectors[i] == inspector)
            return true;
    }
    return false;
}

bool visit_has_person(const state_t *state, const visit_row_t *visit, uint32_t person)
{
    for (uint32_t i = 0; i < visit->inspector_count; i++) {
        if (inspector_at(state, visit->inspectors[i])->person == person)
            return true;
    }
    return false;
}

/* Whether the person is a registered cadre of the unit. */
static bool person_is_cadre_of(const state_t *state, uint32_t person, uint32_t unit)
{
    uint32_t subject = person_at(state, person)->subject;
    while (subject != 0 && subject_at(state, subject)->unit != unit)
        subject = subject_at(state, subject)->same_person;
    return subject != 0;
}

/* Whether a list of subjects names this one, or another row of the same person. */
static bool list_names_subject(const state_t *state, uint32_t list, uint32_t subject)
{
    uint32_t person = subject_at(state, subject)->person;
    for (uint32_t node = list; node != 0;) {
        const node_row_t *row = TABLE_ROW(node_row_t, &state->nodes, node);
        if (row->value == subject)
            return true;
        if (person != 0 && subject_at(state, row->value)->person == person)
            return true;
        node = row->next;
    }
    return false;
}

/* Whether a list of units names one that this unit lies within. */
static bool list_names_unit(const state_t *state, uint32_t list, uint32_t unit)
{
    for (uint32_t node = list; node != 0;) {
        const node_row_t *row = TABLE_ROW(node_row_t, &state->nodes, node);
        if (unit_is_within(state, unit, row->value))
            return true;
        node = row->next;
    }
    return false;
}

static bool conflict_declared(const state_t *state, const inspector_row_t *inspector,
                              uint32_t subject, uint32_t unit)
{
    return list_names_subject(state, inspector->conflict_subjects, subject) ||
           list_names_unit(state, inspector->conflict_units, unit);
}

/* Whether a sheet of this standing that counts or may count is by the person. */
static bool standing_rated_by(const state_t *state, uint32_t standing, uint32_t person)
{
    uint32_t index =
        TABLE_ROW(standing_row_t, &state->standings, standing)->observation;
    while (index != 0) {
        const observation_row_t *row =
            TABLE_ROW(observation_row_t, &state->observations, index);
        bool counts = row->state == OBSERVATION_CONFIRMED ||
                      row->state == OBSERVATION_UNDER_REVIEW;
        if (counts && inspector_at(state, row->inspector)->person == person)
            return true;
        index = row->previous;
    }
    return false;
}

static bool subject_rated_by(const state_t *state, const subject_row_t *subject,
                             uint32_t account, uint32_t person)
{
    uint32_t standing = subject->standing;
    while (standing != 0) {
        const standing_row_t *row =
            TABLE_ROW(standing_row_t, &state->standings, standing);
        if (row->account == account && standing_rated_by(state, standing, person))
            return true;
        standing = row->next;
    }
    return false;
}

/* Whether `rater` rated `rated`, in any register, in the account. */
static bool person_rated(const state_t *state, uint32_t rater, uint32_t rated,
                         uint32_t account)
{
    if (rater == 0 || person_at(state, rater)->inspector == 0)
        return false;
    uint32_t subject = person_at(state, rated)->subject;
    while (subject != 0) {
        const subject_row_t *row = subject_at(state, subject);
        if (subject_rated_by(state, row, account, rater))
            return true;
        subject = row->same_person;
    }
    return false;
}

/* Whether the person works in the unit, by any register: another code in the same one
 * changes nothing about who it is. */
static bool person_is_of_unit(const state_t *state, uint32_t person, uint32_t unit)
{
    uint32_t index = person_at(state, person)->inspector;
    for (; index != 0; index = inspector_at(state, index)->same_person)
        if (inspector_at(state, index)->own_unit == unit)
            return true;
    index = person_at(state, person)->staff;
    while (index != 0) {
        const staff_row_t *row = TABLE_ROW(staff_row_t, &state->staff, index);
        if (row->unit == unit)
            return true;
        index = row->same_person;
    }
    return person_is_cadre_of(state, person, unit);
}

/* Whether what the person declared as an inspector covers the subject in this unit. */
static bool person_declared(const state_t *state, uint32_t person, uint32_t subject,
                            uint32_t unit)
{
    uint32_t index = person_at(state, person)->inspector;
    for (; index != 0; index = inspector_at(state, index)->same_person)
        if (conflict_declared(state, inspector_at(state, index), subject, unit))
            return true;
    return false;
}

status_t rule_unbiased(const state_t *state, uint32_t inspector, uint32_t subject,
                       uint32_t account)
{
    uint32_t person = inspector_at(state, inspector)->person;
    const subject_row_t *of = subject_at(state, subject);
    CHECK(person != 0);
    if (of->person == person)
        return STATUS_SUBJECT_NOT_RATED;
    if (person_is_of_unit(state, person, of->unit))
        return STATUS_OWN_UNIT;
    if (person_declared(state, person, subject, of->unit))
        return STATUS_DECLARED_CONFLICT;
    if (person_rated(state, of->person, person, account))
        return STATUS_MUTUAL_RATING;
    return STATUS_OK;
}

bool rule_unit_unbiased(const state_t *state, uint32_t inspector, uint32_t unit)
{
    uint32_t person = inspector_at(state, inspector)->person;
    uint32_t index = person_at(state, person)->inspector;
    for (; index != 0; index = inspector_at(state, index)->same_person)
        if (list_names_unit(state, inspector_at(state, index)->conflict_units, unit))
            return false;
    return !person_is_of_unit(state, person, unit);
}

/* Whether the person inspects in one of the two teams. */
static bool person_is_in_team(const state_t *state, uint32_t person, uint32_t team,
                              uint32_t other_team)
{
    uint32_t index = person_at(state, person)->inspector;
    while (index != 0) {
        const inspector_row_t *row = inspector_at(state, index);
        if (row->team == team || row->team == other_team)
            return true;
        index = row->same_person;
    }
    return false;
}

static bool has_conflict(const state_t *state, uint32_t person, uint32_t subject,
                         uint32_t unit)
{
    return person_is_of_unit(state, person, unit) ||
           person_declared(state, person, subject, unit);
}

status_t rule_not_involved(const state_t *state, uint32_t person,
                           const observation_row_t *observation)
{
    if (person == 0)
        return STATUS_OK;
    const standing_row_t *standing =
        TABLE_ROW(standing_row_t, &state->standings, observation->standing);
    if (inspector_at(state, observation->inspector)->person == person)
        return STATUS_SAME_AUTHOR;
    return subject_at(state, standing->subject)->person == person ? STATUS_OWN_MATTER
                                                                  : STATUS_OK;
}

status_t rule_second_reviewer(const state_t *state, uint32_t staff,
                              const observation_row_t *observation)
{
    const staff_row_t *reviewer = TABLE_ROW(staff_row_t, &state->staff, staff);
    const visit_row_t *visit =
        TABLE_ROW(visit_row_t, &state->visits, observation->visit);
    const standing_row_t *standing =
        TABLE_ROW(standing_row_t, &state->standings, observation->standing);
    CHECK(reviewer->person != 0);
    status_t status = rule_not_involved(state, reviewer->person, observation);
    if (status != STATUS_OK)
        return status;
    uint32_t team = inspector_at(state, observation->inspector)->team;
    if (person_is_in_team(state, reviewer->person, team, visit->team) ||
        visit_has_person(state, visit, reviewer->person))
        return STATUS_SAME_TEAM;
    uint32_t subject = standing->subject;
    uint32_t unit_now = subject_at(state, subject)->unit;
    if (has_conflict(state, reviewer->person, subject, standing->unit) ||
        has_conflict(state, reviewer->person, subject, unit_now))
        return STATUS_REVIEWER_CONFLICT;
    return STATUS_OK;
}
