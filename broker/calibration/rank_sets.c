/* rank_sets.c - see rank_sets.h. */
#include "broker/calibration/rank_sets.h"

#include "broker/calibration/chance.h"
#include "broker/calibration/dense.h"
#include "proto/check.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEFT_OUT 25u /* draws on each side of the middle 95 percent of 1,000 */

typedef struct {
    double value;
    uint32_t subject;
} place_t;

typedef struct {
    uint32_t subjects;
    const bool *ranked;
    chance_t chance;
    double *z;      /* standard normals: rest, units, subjects */
    double *others; /* one draw of the dense part */
    double *units;
    double *totals;  /* one draw, by subject */
    place_t *places; /* of the ranked, being sorted */
    uint16_t *ranks; /* by subject and draw */
} draws_t;

static bool take_memory(draws_t *draws, const equations_t *eq)
{
    const sample_t *sample = eq->sample;
    size_t normals = (size_t)eq->rest + sample->units + sample->subjects;
    draws->z = calloc(normals, sizeof *draws->z);
    draws->others = calloc(eq->rest, sizeof *draws->others);
    draws->units = calloc((size_t)sample->units + 1, sizeof *draws->units);
    draws->totals = calloc((size_t)draws->subjects + 1, sizeof *draws->totals);
    draws->places = calloc((size_t)draws->subjects + 1, sizeof *draws->places);
    draws->ranks =
        calloc((size_t)draws->subjects * RANK_SETS_DRAWS + 1, sizeof *draws->ranks);
    return draws->z != NULL && draws->others != NULL && draws->units != NULL &&
           draws->totals != NULL && draws->places != NULL && draws->ranks != NULL;
}

static void drop_memory(draws_t *draws)
{
    free(draws->z);
    free(draws->others);
    free(draws->units);
    free(draws->totals);
    free(draws->places);
    free(draws->ranks);
}

static void draw_normals(draws_t *draws, const equations_t *eq)
{
    size_t normals = (size_t)eq->rest + eq->sample->units + eq->sample->subjects;
    for (size_t i = 0; i < normals; i++)
        draws->z[i] = chance_normal(&draws->chance);
}

/* Offsets, teams and mu around their estimates; their covariance is noise x inverse. */
static void draw_others(draws_t *draws, const equations_t *eq, double root)
{
    memcpy(draws->others, draws->z, eq->rest * sizeof *draws->others);
    dense_solve_upper(eq->factor, eq->rest, draws->others);
    for (uint32_t i = 0; i < eq->rest; i++)
        draws->others[i] *= root; /* the distance from the estimate */
}

/* A unit's distance, given those of the others. */
static void draw_units(draws_t *draws, const equations_t *eq, double root)
{
    for (uint32_t u = 0; u < eq->sample->units; u++) {
        const double *coupling = eq->coupling + (size_t)u * eq->rest;
        double sum = 0.0;
        for (uint32_t a = 0; a < eq->rest; a++)
            sum += coupling[a] * draws->others[a];
        draws->units[u] =
            root * draws->z[eq->rest + u] / sqrt(eq->e[u]) - sum / eq->e[u];
    }
}

/* Sum of weights x distances of what the subject's ratings touch. */
static double pull(const draws_t *draws, const equations_t *eq, uint32_t s)
{
    const sample_t *sample = eq->sample;
    double sum = 0.0, mu = draws->others[eq->rest - 1];
    double unit = draws->units[sample->unit_of[s]];
    for (uint32_t i = eq->first[s]; i < eq->first[s + 1]; i++) {
        uint32_t inspector = sample->pairs[i].inspector;
        uint32_t team = sample->team_of[inspector];
        double distance = mu + unit + draws->others[inspector];
        if (team != SAMPLE_NO_TEAM)
            distance += draws->others[sample->inspectors + team];
        sum += eq->w[i] * distance;
    }
    return sum;
}

/* Adds one dimension to the totals of the draw. */
static void draw_dimension(draws_t *draws, const rank_dimension_t *dimension)
{
    const equations_t *eq = dimension->calibration->equations;
    const sample_t *sample = eq->sample;
    double root = sqrt(dimension->calibration->noise);
    const double *z = draws->z + eq->rest + sample->units;
    draw_others(draws, eq, root);
    draw_units(draws, eq, root);
    for (uint32_t s = 0; s < sample->subjects; s++) {
        double distance = root * z[s] / sqrt(eq->d[s]) - pull(draws, eq, s) / eq->d[s];
        uint32_t unit = sample->unit_of[s];
        double quality = eq->others[eq->rest - 1] + draws->others[eq->rest - 1] +
                         eq->unit[unit] + draws->units[unit] + eq->subject[s] +
                         distance;
        draws->totals[s] += dimension->weight * quality;
    }
}

static int by_value_down(const void *a, const void *b)
{
    const place_t *left = a, *right = b;
    if (left->value != right->value)
        return left->value > right->value ? -1 : 1;
    return left->subject < right->subject ? -1 : 1;
}

static int by_rank(const void *a, const void *b)
{
    uint16_t left = *(const uint16_t *)a, right = *(const uint16_t *)b;
    return left < right ? -1 : left > right;
}

static uint32_t sort_places(draws_t *draws)
{
    uint32_t count = 0;
    for (uint32_t s = 0; s < draws->subjects; s++) {
        if (draws->ranked[s])
            draws->places[count++] = (place_t){ draws->totals[s], s };
    }
    qsort(draws->places, count, sizeof *draws->places, by_value_down);
    return count;
}

static void rank_draw(draws_t *draws, uint32_t draw)
{
    uint32_t count = sort_places(draws);
    for (uint32_t i = 0; i < count; i++)
        draws->ranks[(size_t)draws->places[i].subject * RANK_SETS_DRAWS + draw] =
            (uint16_t)(i + 1);
}

/* The middle of all draws. */
static void take_middle(draws_t *draws, rank_set_t *out)
{
    for (uint32_t s = 0; s < draws->subjects; s++) {
        uint16_t *ranks = draws->ranks + (size_t)s * RANK_SETS_DRAWS;
        out[s] = (rank_set_t){ 0, 0 };
        if (!draws->ranked[s])
            continue;
        qsort(ranks, RANK_SETS_DRAWS, sizeof *ranks, by_rank);
        out[s].low = ranks[LEFT_OUT];
        out[s].high = ranks[RANK_SETS_DRAWS - 1 - LEFT_OUT];
    }
}

/* A set holds the rank that stands beside it: 1 + how many have strictly more. Totals
 * are whole and far below 2^53, so doubles hold them exactly. */
static void widen_to_shown(draws_t *draws, const int64_t *totals, rank_set_t *out)
{
    for (uint32_t s = 0; s < draws->subjects; s++)
        draws->totals[s] = (double)totals[s];
    uint32_t count = sort_places(draws), rank = 1;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && draws->places[i].value < draws->places[i - 1].value)
            rank = i + 1;
        rank_set_t *set = &out[draws->places[i].subject];
        set->low = rank < set->low ? rank : set->low;
        set->high = rank > set->high ? rank : set->high;
    }
}

status_t rank_sets(const rank_dimension_t *dimensions, uint32_t count,
                   const bool *ranked, const int64_t *totals, uint64_t seed,
                   rank_set_t *out)
{
    CHECK(dimensions != NULL && count > 0);
    CHECK(ranked != NULL && totals != NULL && out != NULL);
    const equations_t *first = dimensions[0].calibration->equations;
    CHECK(first->sample->subjects <= RANK_SETS_SUBJECTS_MAX);
    draws_t draws = { .subjects = first->sample->subjects, .ranked = ranked };
    chance_init(&draws.chance, seed);
    if (!take_memory(&draws, first)) {
        drop_memory(&draws);
        return STATUS_NO_MEMORY;
    }
    for (uint32_t draw = 0; draw < RANK_SETS_DRAWS; draw++) {
        memset(draws.totals, 0, draws.subjects * sizeof *draws.totals);
        draw_normals(&draws, first);
        for (uint32_t d = 0; d < count; d++) {
            CHECK(dimensions[d].calibration->equations->rest == first->rest);
            draw_dimension(&draws, &dimensions[d]);
        }
        rank_draw(&draws, draw);
    }
    take_middle(&draws, out);
    widen_to_shown(&draws, totals, out);
    drop_memory(&draws);
    return STATUS_OK;
}
