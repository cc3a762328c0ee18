/* standing_scores.c - see standing_scores.h. */
#include "broker/calibration/standing_scores.h"

#include "proto/check.h"
#include <stddef.h>

int64_t standing_contribution(const pair_t *pair, const parameters_t *p,
                              const int64_t *offsets, const bool *known,
                              int64_t *weight)
{
    CHECK(pair->m > 0);
    int64_t m = pair->m, g = score_group_weight(m, p->rho), offset = 0;
    if (offsets != NULL && (known == NULL || known[pair->inspector]))
        offset = offsets[pair->inspector];
    else
        g = score_unknown_weight(g, p->u);
    int64_t a = pair->y - m * (offset + p->mu);
    *weight = g;
    return score_contribution(g, a, m);
}

void standing_scores(const sample_t *sample, const parameters_t *p,
                     const int64_t *offsets, const bool *known, dimension_score_t *out)
{
    CHECK(sample != NULL && p != NULL);
    CHECK(out != NULL);
    for (uint32_t s = 0; s < sample->subjects; s++)
        out[s] = (dimension_score_t){ 0 };
    for (uint32_t i = 0; i < sample->pair_count; i++) {
        dimension_score_t *one = &out[sample->pairs[i].subject];
        int64_t weight;
        one->s += standing_contribution(&sample->pairs[i], p, offsets, known, &weight);
        one->w += weight;
    }
    for (uint32_t s = 0; s < sample->subjects; s++) {
        out[s].score = score_dimension(p->mu, out[s].s, out[s].w, p->kappa);
        out[s].v = floor_div((int64_t)MILLE * p->s2, out[s].w + p->kappa);
    }
}
