/* standing_scores.c - see standing_scores.h. */
#include "broker/calibration/standing_scores.h"

#include "proto/check.h"
#include <stddef.h>

static void add_pair(const pair_t *pair, const parameters_t *p, const int64_t *offsets,
                     const bool *known, dimension_score_t *out)
{
    int64_t m = pair->m, g = score_group_weight(m, p->rho), offset = 0;
    if (offsets != NULL && (known == NULL || known[pair->inspector]))
        offset = offsets[pair->inspector];
    else
        g = score_unknown_weight(g, p->u);
    int64_t a = pair->y - m * (offset + p->mu);
    out->s += score_contribution(g, a, m);
    out->w += g;
}

void standing_scores(const sample_t *sample, const parameters_t *p,
                     const int64_t *offsets, const bool *known, dimension_score_t *out)
{
    CHECK(sample != NULL && p != NULL);
    CHECK(out != NULL);
    for (uint32_t s = 0; s < sample->subjects; s++)
        out[s] = (dimension_score_t){ 0 };
    for (uint32_t i = 0; i < sample->pair_count; i++)
        add_pair(&sample->pairs[i], p, offsets, known, &out[sample->pairs[i].subject]);
    for (uint32_t s = 0; s < sample->subjects; s++) {
        out[s].score = score_dimension(p->mu, out[s].s, out[s].w, p->kappa);
        out[s].v = floor_div((int64_t)MILLE * p->s2, out[s].w + p->kappa);
    }
}
