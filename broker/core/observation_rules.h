/* observation_rules.h - R1, R2, R15 and R16 of DOMAIN.md section 4, one predicate each.
 *
 * Straight-line: each looks at rows that were found before and answers STATUS_OK or the
 * status of the rule. None changes anything, none knows a command's place. Rules on the
 * same person compare persons, since one person may stand in several registers.
 */
#ifndef YX_CORE_OBSERVATION_RULES_H
#define YX_CORE_OBSERVATION_RULES_H

#include "broker/core/state.h"

enum { STAFF_APPROVER = 3 }; /* staff_row_t.role */

/* A sheet is negative by its polarity or by a rating below `review_below` centi-points
 * (0 = off): it counts only when a second person confirms it. */
bool observation_is_negative(const observe_t *sheet, uint32_t review_below);

/* R1: STATUS_NARRATIVE_MISSING, STATUS_EVIDENCE_MISSING. For negative sheets. */
status_t rule_negative_support(uint32_t narrative_chars, uint32_t evidence_count);

/* R15: STATUS_OUTSIDE_VISIT, STATUS_IN_FUTURE. The visit has been opened. */
status_t rule_observed_time(const visit_row_t *visit, int64_t observed_ms,
                            int64_t now_ms);
/* R15: received after the visit closed. */
bool visit_is_late(const visit_row_t *visit, int64_t now_ms);
/* R15: the visit or its round is sealed. */
bool visit_is_sealed(const state_t *state, const visit_row_t *visit);
/* R15: a member of staff (0 = none) who may approve a sheet after sealing: an approver,
 * neither the author nor the subject. */
bool late_approver_fits(const state_t *state, uint32_t staff, uint32_t inspector,
                        uint32_t subject);

/* R16: STATUS_SUBJECT_NOT_RATED, STATUS_OWN_UNIT, STATUS_DECLARED_CONFLICT,
 * STATUS_MUTUAL_RATING (looks at confirmed and unreviewed sheets of the account). */
status_t rule_unbiased(const state_t *state, uint32_t inspector, uint32_t subject,
                       uint32_t account);

/* The part of R16 that a unit alone decides: whether the inspector does not belong to it
 * and declared no conflict with it. */
bool rule_unit_unbiased(const state_t *state, uint32_t inspector, uint32_t unit);

/* R2: STATUS_SAME_AUTHOR, STATUS_OWN_MATTER, STATUS_SAME_TEAM (also: on that visit),
 * STATUS_REVIEWER_CONFLICT. `unit` of the subject counts as it is and as it was. */
status_t rule_second_reviewer(const state_t *state, uint32_t staff,
                              const observation_row_t *observation);
/* R2 for whoever submits the review in another's name: STATUS_SAME_AUTHOR,
 * STATUS_OWN_MATTER. `person` 0 = the principal has none. */
status_t rule_not_involved(const state_t *state, uint32_t person,
                           const observation_row_t *observation);

/* Whether a member of the visit is this person. */
bool visit_has_person(const state_t *state, const visit_row_t *visit, uint32_t person);
bool visit_has_inspector(const visit_row_t *visit, uint32_t inspector);

#endif
