/* frames.h - rows of schemes, accounts, rounds and visits.
 *
 * Times are Unix milliseconds, dates yyyymmdd in UTC+8. Dimensions and channels are
 * kept at index number - 1. Units of the parameters: SCORING.md section 2.
 */
#ifndef YX_CORE_FRAMES_H
#define YX_CORE_FRAMES_H

#include "broker/core/rows.h"

typedef struct {
    char name[LABEL_BYTES_MAX + 1];
    uint32_t used; /* 0 = the scheme has no dimension of this number */
    uint32_t mu_centi, kappa, s2, rho, u;
} dimension_t;

typedef struct {
    char name[LABEL_BYTES_MAX + 1];
    uint32_t used, weight;
    int64_t offset[DIMENSIONS_MAX]; /* gamma per dimension, micro-points */
} channel_t;

typedef struct {
    uint32_t word; /* words: the group's name */
    uint32_t dimension_count;
    uint32_t dimensions[GROUP_DIMENSIONS_MAX]; /* index = number - 1 */
    uint32_t weights[GROUP_DIMENSIONS_MAX];    /* basis points, sum WEIGHT_SUM */
    uint32_t min_ratings, min_inspectors, min_observations, enough_ratings;
} group_rule_t;

enum { SCHEME_PROPOSED = 1, SCHEME_ACTIVE = 2 };

typedef struct {
    code_t code;
    uint32_t state, scoring_revision;
    uint32_t proposer; /* principals */
    uint32_t review_below, cap_positive, cap_negative, cap_achievement;
    uint32_t achievement_weight, reply_window_days;
    uint32_t dimension_count, channel_count, group_count;
    dimension_t dimensions[DIMENSIONS_MAX];
    channel_t channels[CHANNELS_MAX];
    group_rule_t groups[GROUPS_MAX];
} scheme_row_t;

enum { ACCOUNT_OPEN = 1, ACCOUNT_CLOSED = 2 };

/* Per group of the scheme: the epoch adopted, the newest one that looked at how the
 * ratings hang together, and why its board is shown although they do not (reasons). */
typedef struct {
    code_t code;
    uint32_t scheme, state, from, to;
    uint32_t closer_key, unused;                         /* keys: who closed it */
    uint32_t adopted[GROUPS_MAX], looked_at[GROUPS_MAX]; /* epochs */
    uint32_t reasons[GROUPS_MAX];
} account_row_t;

typedef struct {
    code_t code;
    uint32_t account, stage, kind, from, to, coverage_target;
    uint32_t visits;                        /* visits: newest, then .next_of_round */
    uint32_t planned, open, closed, sealed; /* visits in these stages */
    uint32_t observations;                  /* ever accepted on its visits */
} round_row_t;

typedef struct {
    code_t code;
    uint64_t newest;
    int64_t opened_ms, closed_ms; /* valid when stage or closed_known says so */
    int64_t last_observed_ms;     /* latest time told by its observations, 0 = none */
    uint32_t round, team, unit, project;
    uint32_t stage, closed_known;
    uint32_t inspectors[VISIT_INSPECTORS_MAX];
    uint32_t inspector_count;
    uint32_t observations;  /* ever accepted on this visit */
    uint32_t next_of_round; /* visits */
    uint32_t unused;
} visit_row_t;

#endif
