/* scheme_judge.h - a scheme judged without a broker, by the broker's own rules.
 *
 * Everything that propose_scheme is refused for except what depends on the broker's
 * state: who proposes, and whether the code is taken.
 *
 * Threads: no state of its own.
 */
#ifndef YX_LAB_SCHEME_JUDGE_H
#define YX_LAB_SCHEME_JUDGE_H

#include "proto/answer.h"
#include "proto/status.h"

/* What stands out of a good scheme. A weight is in basis points and never absent: the
 * given one, or the equal share that the broker takes. */
typedef struct {
    uint32_t dimension; /* number */
    uint32_t weight;
} judged_weight_t;

typedef struct {
    uint32_t number;
    char name[LABEL_BYTES_MAX + 1];
    uint32_t mu_centi, kappa, s2, rho, u; /* the prior, as on the wire */
} judged_dimension_t;

typedef struct {
    char name[LABEL_BYTES_MAX + 1];
    uint32_t weight_count;
    judged_weight_t weights[GROUP_DIMENSIONS_MAX];
    uint32_t min_ratings, min_inspectors, min_observations;
} judged_group_t;

typedef struct {
    uint32_t group_count, dimension_count;
    judged_group_t groups[GROUPS_MAX];
    judged_dimension_t dimensions[DIMENSIONS_MAX];
} judged_scheme_t;

/* `json` is the object of propose_scheme. The statuses are those of json_to_command(),
 * wire_read_command() and scheme_check(); *fault tells the place as the broker would. */
status_t scheme_judge(const char *json, size_t size, judged_scheme_t *judged,
                      fault_t *fault);

#endif
