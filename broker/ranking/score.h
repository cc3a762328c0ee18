/* score.h - the formulas of SCORING.md sections 3 and 5, on plain integers.
 *
 * Units are those of SCORING.md section 2. Division is floor division, once, at the
 * named place; products go through 128 bits. Pure functions, any thread.
 */
#ifndef YX_RANKING_SCORE_H
#define YX_RANKING_SCORE_H

#include "broker/core/state.h"

#define MICRO          1000000 /* micro-points in a point */
#define CENTI_TO_MICRO 10000   /* micro-points in a centi-point */

/* Parameters of one dimension of one group: the adopted epoch's, else the prior's. */
typedef struct {
    int64_t mu;            /* micro-points */
    int64_t kappa, rho, u; /* mille */
    int64_t s2;            /* centi-points squared */
} parameters_t;

typedef struct {
    __int128 s; /* sums over the inspectors of a cell */
    int64_t w;
    int64_t score; /* micro-points */
    int64_t v;     /* floor(1000 s2 / (W + kappa)), centi-points squared */
    bool unknown;  /* an inspector counts whom no epoch knows */
} dimension_score_t;

typedef struct {
    int64_t total, error;         /* T and se, micro-points x basis points */
    uint32_t standing;            /* STANDING_* */
    uint32_t ratings, inspectors; /* least over the dimensions */
    uint32_t missing_ratings, missing_inspectors, missing_observations;
    bool enough;
} score_t;

int64_t floor_div(int64_t a, int64_t b);       /* b > 0 */
int64_t floor_div_wide(__int128 a, int64_t b); /* b > 0; CHECKs that it fits */
uint64_t isqrt(uint64_t value);                /* floor of the square root */

/* g of step 3 for a known inspector; of an unknown one with factor u. */
int64_t score_group_weight(int64_t m, int64_t rho);
int64_t score_unknown_weight(int64_t g, int64_t u);
/* f of step 4. */
int64_t score_contribution(int64_t g, int64_t a, int64_t m);
/* score_d of step 5. */
int64_t score_dimension(int64_t mu, __int128 s, int64_t w, int64_t kappa);

/* se of section 5 from the sum over the dimensions of weight x isqrt(v). */
int64_t score_error(__int128 roots);

/* The prior's parameters of a dimension of a scheme. */
void score_prior(const dimension_t *dimension, parameters_t *parameters);
/* Those that count for the k-th dimension of a standing's group. */
void score_parameters(const state_t *state, uint32_t standing, uint32_t k,
                      parameters_t *parameters);
/* Likewise for a subject of a group without any fact. */
void score_group_parameters(const state_t *state, uint32_t account,
                            uint32_t scheme_group, uint32_t k,
                            parameters_t *parameters);
/* The frozen offset of an inspector there, micro-points; false: no epoch knows them, the
 * offset is 0 and factor u applies. */
bool score_offset(const state_t *state, uint32_t standing, uint32_t k,
                  uint32_t inspector, int64_t *offset);
/* One dimension of one standing, from its groups. */
void score_cell(const state_t *state, uint32_t standing, uint32_t k,
                dimension_score_t *out);
/* The whole: steps 1 to 7 without ledger, sufficiency, live error of section 5. */
void score_standing(const state_t *state, uint32_t standing, score_t *out);
/* The same of a subject without any fact: the means, and all that is missing. */
void score_without_facts(const state_t *state, uint32_t account, uint32_t scheme_group,
                         score_t *out);

#endif
