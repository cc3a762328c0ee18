/* plan.h - whom to visit next, and by which team (SCORING.md section 6).
 *
 * A visit is by two inspectors of one team. In this order: everybody's minimum; parts
 * that cannot be compared are joined; teams on a thin link share more subjects; enough
 * for a decision; the widest intervals. Pairs rotate: of the teams that may go, the one
 * that has seen the subject least goes, of those the one with the fewest visits in the
 * plan. Where less than 15 percent of all sheets are link visits (outside the team's home
 * units), the next visit is one if any team can make it.
 * R16: teams are counted by inspectors whom no unit forbids; what concerns one subject
 * alone is looked at by the caller when the plan is told (plan_may_go).
 * Integers only. Threads: plan_gather and plan_may_go the core thread, plan_make a worker.
 */
#ifndef YX_CALIBRATION_PLAN_H
#define YX_CALIBRATION_PLAN_H

#include "broker/calibration/intake.h"

#define PLAN_LINK_MILLE 150u                 /* of all sheets shall be link visits */
#define PLAN_INSPECTORS 2u                   /* of a visit */
#define PLAN_MATRIX_MAX (4u * 1024u * 1024u) /* inspectors x units of the group */

typedef struct {
    uint32_t subject, team; /* number in the intake's group; row of teams */
    uint32_t reason;        /* PLAN_* */
    uint32_t ratings, inspectors, ratings_after;
    int64_t error_before, error_after;
    bool link;
} planned_t;

typedef struct {
    planned_t *visits;
    uint32_t count, subjects, ranked_before, ranked_after;
    uint32_t components_before, components_after, thin_before, thin_after;
    uint32_t links_before, links_after; /* mille */
} plan_t;

/* Teams as far as a plan needs them, beside an intake of one group that knows the
 * waiting subjects too. */
typedef struct {
    uint32_t team_count, unit_count;
    uint16_t *
        able; /* by team row - 1 and unit of the group: inspectors who may, at most PLAN_INSPECTORS */
    bool *home;        /* likewise: it is one of the team's own */
    uint32_t *team_of; /* by inspector of the group: row of teams, 0 = none */
} plan_teams_t;

/* STATUS_NO_MEMORY, STATUS_GROUP_TOO_LARGE (PLAN_MATRIX_MAX). */
status_t plan_gather(const state_t *state, const intake_t *intake,
                     plan_teams_t **teams);
void plan_teams_destroy(plan_teams_t **teams);
/* At most `count` visits; `team` (a row, 0 = any) alone. STATUS_NO_MEMORY. */
status_t plan_make(const intake_t *intake, const plan_teams_t *teams, uint32_t team,
                   uint32_t count, plan_t **plan);
void plan_destroy(plan_t **plan);
/* Whether two inspectors of the team may rate the subject now, by all of R16. */
bool plan_may_go(const state_t *state, uint32_t account, uint32_t team,
                 uint32_t subject);

#endif
