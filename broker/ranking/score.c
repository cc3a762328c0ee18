/* score.c - see score.h. */
#include "broker/ranking/score.h"

#include "broker/core/epoch_state.h"
#include "proto/check.h"

/* 1.39 in hundredths times micro-points in a centi-point: SCORING.md section 5. */
#define ERROR_FACTOR (139LL * CENTI_TO_MICRO)

int64_t floor_div_wide(__int128 a, int64_t b)
{
    CHECK(b > 0);
    if (a == (int64_t)a)
        return floor_div((int64_t)a,
                         b); /* what mostly happens, and five times faster */
    __int128 quotient = a / b;
    if (a % b < 0)
        quotient--; /* C rounds towards zero */
    CHECK(quotient >= INT64_MIN);
    CHECK(quotient <= INT64_MAX);
    return (int64_t)quotient;
}

int64_t floor_div(int64_t a, int64_t b)
{
    CHECK(b > 0);
    return a / b - (a % b < 0);
}

uint64_t isqrt(uint64_t value)
{
    uint64_t root = 0, bit = UINT64_C(1) << 62;
    while (bit > value)
        bit >>= 2;
    for (; bit != 0; bit >>= 2) {
        if (value >= root + bit) {
            value -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return root;
}

int64_t score_group_weight(int64_t m, int64_t rho)
{
    CHECK(m >= 0);
    CHECK(rho >= 0);
    if (m <= (int64_t)MILLE)
        return m;
    return floor_div_wide((__int128)m * 1000000, 1000000 + (m - MILLE) * rho);
}

int64_t score_unknown_weight(int64_t g, int64_t u)
{
    CHECK(g >= 0);
    CHECK(u >= 0);
    return floor_div_wide((__int128)g * u, MILLE);
}

int64_t score_contribution(int64_t g, int64_t a, int64_t m)
{
    return floor_div_wide((__int128)g * a, m);
}

int64_t score_dimension(int64_t mu, __int128 s, int64_t w, int64_t kappa)
{
    if (w == 0)
        return mu;
    return mu + floor_div_wide(s, w + kappa);
}

int64_t score_error(__int128 roots)
{
    return floor_div_wide(roots * ERROR_FACTOR, 100);
}

/* The rule a subject is scored under, with its own cells, 0 = it has no fact. */
typedef struct {
    const scheme_row_t *scheme;
    const group_rule_t *rule;
    uint32_t cells, scheme_group;
    uint32_t epoch; /* epochs: adopted for the group, 0 = none */
} frame_t;

/* How one dimension is looked at: parameters, and offsets of known inspectors. */
typedef struct {
    parameters_t p;
    const offset_row_t *offsets; /* of inspector 1; NULL = nobody is known */
    uint32_t inspectors;
} lens_t;

static frame_t frame_of(const state_t *state, uint32_t account, uint32_t scheme_group,
                        uint32_t cells)
{
    const account_row_t *row = TABLE_ROW(account_row_t, &state->accounts, account);
    const scheme_row_t *scheme = TABLE_ROW(scheme_row_t, &state->schemes, row->scheme);
    CHECK(scheme_group < scheme->group_count);
    const group_rule_t *rule = &scheme->groups[scheme_group];
    CHECK(rule->dimension_count <= GROUP_DIMENSIONS_MAX);
    return (frame_t){ .scheme = scheme,
                      .rule = rule,
                      .cells = cells,
                      .scheme_group = scheme_group,
                      .epoch = row->adopted[scheme_group] };
}

static frame_t frame_of_standing(const state_t *state, uint32_t standing)
{
    const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, standing);
    return frame_of(state, row->account, row->scheme_group, row->cells);
}

void score_prior(const dimension_t *d, parameters_t *out)
{
    *out = (parameters_t){ .mu = (int64_t)d->mu_centi * CENTI_TO_MICRO,
                           .kappa = d->kappa,
                           .rho = d->rho,
                           .u = d->u,
                           .s2 = d->s2 };
    CHECK(out->kappa > 0);
}

static lens_t lens_of(const state_t *state, const frame_t *frame, uint32_t k)
{
    CHECK(k < frame->rule->dimension_count);
    CHECK(frame->rule->dimensions[k] < DIMENSIONS_MAX);
    lens_t lens = { .offsets = NULL };
    if (frame->epoch == 0) {
        score_prior(&frame->scheme->dimensions[frame->rule->dimensions[k]], &lens.p);
        return lens;
    }
    const fit_row_t *fit = epoch_fit(state, frame->epoch, frame->scheme_group, k);
    CHECK(fit != NULL);
    lens.p = (parameters_t){
        .mu = fit->mu, .kappa = fit->kappa, .rho = fit->rho, .u = fit->u, .s2 = fit->s2
    };
    lens.inspectors = TABLE_ROW(epoch_row_t, &state->epochs, frame->epoch)->inspectors;
    if (lens.inspectors > 0)
        lens.offsets = TABLE_ROW(offset_row_t, &state->offsets, fit->offsets);
    return lens;
}

static const offset_row_t *known_offset(const lens_t *lens, uint32_t inspector)
{
    if (inspector == 0 || inspector > lens->inspectors)
        return NULL;
    const offset_row_t *offset = &lens->offsets[inspector - 1];
    return offset->known != 0 ? offset : NULL;
}

/* Steps 1 to 4: what one inspector's group adds. */
static void add_group(const group_row_t *group, const lens_t *lens,
                      dimension_score_t *out)
{
    if (group->m == 0)
        return;
    const offset_row_t *known = known_offset(lens, group->inspector);
    int64_t m = group->m, offset = known != NULL ? known->offset : 0;
    int64_t a = group->y - m * (offset + lens->p.mu);
    int64_t g = score_group_weight(m, lens->p.rho);
    if (known == NULL)
        g = score_unknown_weight(g, lens->p.u);
    out->s += score_contribution(g, a, m);
    out->w += g;
    out->unknown = out->unknown || known == NULL;
}

static void dimension_of(const state_t *state, const frame_t *frame, uint32_t k,
                         dimension_score_t *out)
{
    const lens_t lens = lens_of(state, frame, k);
    const parameters_t *p = &lens.p;
    *out = (dimension_score_t){ 0 };
    uint32_t next = 0;
    if (frame->cells != 0)
        next = TABLE_ROW(cell_row_t, &state->cells, frame->cells + k)->groups;
    while (next != 0) {
        const group_row_t *group = TABLE_ROW(group_row_t, &state->groups, next);
        add_group(group, &lens, out);
        next = group->next;
    }
    out->score = score_dimension(p->mu, out->s, out->w, p->kappa);
    out->v = floor_div((int64_t)MILLE * p->s2, out->w + p->kappa);
}

static uint32_t missing(uint32_t wanted, uint32_t have)
{
    return have < wanted ? wanted - have : 0;
}

static void least_of_cells(const state_t *state, const frame_t *frame, score_t *out)
{
    for (uint32_t k = 0; frame->cells != 0 && k < frame->rule->dimension_count; k++) {
        const cell_row_t *cell = TABLE_ROW(cell_row_t, &state->cells, frame->cells + k);
        if (k == 0 || cell->ratings < out->ratings)
            out->ratings = cell->ratings;
        if (k == 0 || cell->inspectors < out->inspectors)
            out->inspectors = cell->inspectors;
    }
}

/* `known`: an epoch is adopted and knows every inspector who counts. */
static void judge(const group_rule_t *rule, uint32_t observations, bool known,
                  score_t *out)
{
    out->missing_ratings = missing(rule->min_ratings, out->ratings);
    out->missing_inspectors = missing(rule->min_inspectors, out->inspectors);
    out->missing_observations = missing(rule->min_observations, observations);
    bool ranked = out->missing_ratings == 0 && out->missing_inspectors == 0 &&
                  out->missing_observations == 0;
    uint32_t rank = known ? STANDING_RANKED : STANDING_PROVISIONAL;
    out->standing = ranked ? rank : STANDING_NOT_RANKED;
    out->enough = out->ratings >= rule->enough_ratings;
}

static void score_frame(const state_t *state, const frame_t *frame,
                        uint32_t observations, score_t *out)
{
    *out = (score_t){ 0 };
    __int128 total = 0, roots = 0;
    bool known = frame->epoch != 0;
    for (uint32_t k = 0; k < frame->rule->dimension_count; k++) {
        dimension_score_t d;
        dimension_of(state, frame, k, &d);
        total += (__int128)frame->rule->weights[k] * d.score;
        roots += (__int128)frame->rule->weights[k] * isqrt((uint64_t)d.v);
        known = known && !d.unknown;
    }
    out->total = floor_div_wide(total, 1); /* checks that it fits */
    out->error = score_error(roots);
    least_of_cells(state, frame, out);
    judge(frame->rule, observations, known, out);
}

void score_parameters(const state_t *state, uint32_t standing, uint32_t k,
                      parameters_t *parameters)
{
    frame_t frame = frame_of_standing(state, standing);
    *parameters = lens_of(state, &frame, k).p;
}

void score_group_parameters(const state_t *state, uint32_t account,
                            uint32_t scheme_group, uint32_t k, parameters_t *parameters)
{
    frame_t frame = frame_of(state, account, scheme_group, 0);
    *parameters = lens_of(state, &frame, k).p;
}

bool score_offset(const state_t *state, uint32_t standing, uint32_t k,
                  uint32_t inspector, int64_t *offset)
{
    CHECK(offset != NULL);
    frame_t frame = frame_of_standing(state, standing);
    const lens_t lens = lens_of(state, &frame, k);
    const offset_row_t *known = known_offset(&lens, inspector);
    *offset = known != NULL ? known->offset : 0;
    return known != NULL;
}

void score_cell(const state_t *state, uint32_t standing, uint32_t k,
                dimension_score_t *out)
{
    frame_t frame = frame_of_standing(state, standing);
    dimension_of(state, &frame, k, out);
}

void score_standing(const state_t *state, uint32_t standing, score_t *out)
{
    CHECK(out != NULL);
    frame_t frame = frame_of_standing(state, standing);
    const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, standing);
    score_frame(state, &frame, row->confirmed, out);
}

void score_without_facts(const state_t *state, uint32_t account, uint32_t scheme_group,
                         score_t *out)
{
    CHECK(out != NULL);
    frame_t frame = frame_of(state, account, scheme_group, 0);
    score_frame(state, &frame, 0, out);
}
