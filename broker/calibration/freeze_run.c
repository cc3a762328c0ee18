/* freeze_run.c - see freeze_run.h. */
#include "broker/calibration/freeze_run.h"

#include "broker/calibration/rank_sets.h"
#include "broker/calibration/standing_scores.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

#define CENTI_SQUARED 10000.0 /* centi-points squared in a point squared */
#define LAMBDA_ABSENT 1e9     /* as calibrate.c: a term without variance stays at 0 */

_Static_assert(FIT_TERMS == TERM_COUNT, "an epoch keeps a variance for every term");

typedef struct {
    const intake_t *intake;
    const intake_group_t *group;
    int64_t *totals, *errors; /* by subject */
    bool *unknown, *ranked;   /* by subject: an unknown inspector counts; takes part */
    rank_set_t *sets;
    intake_sample_t samples[GROUP_DIMENSIONS_MAX];
    calibration_t solved[GROUP_DIMENSIONS_MAX];
    uint32_t dimensions; /* that have a sample */
} freeze_t;

/* ---- scores ---- */

static status_t add_dimension(freeze_t *freeze, uint32_t k, dimension_score_t *scores,
                              __int128 *roots)
{
    const intake_group_t *group = freeze->group;
    const intake_lens_t *lens = &group->lenses[k];
    intake_sample_t *sample = &freeze->samples[k];
    status_t status = intake_sample(freeze->intake, group, k, sample);
    if (status != STATUS_OK)
        return status;
    freeze->dimensions = k + 1;
    standing_scores(&sample->sample, &lens->now, group->adopted ? lens->offsets : NULL,
                    lens->known, scores);
    for (uint32_t s = 0; s < group->subject_count; s++) {
        freeze->totals[s] += (int64_t)group->rule.weights[k] * scores[s].score;
        roots[s] += (__int128)group->rule.weights[k] * isqrt((uint64_t)scores[s].v);
    }
    for (uint32_t i = 0; i < sample->sample.pair_count; i++) {
        const pair_t *pair = &sample->sample.pairs[i];
        if (!lens->known[pair->inspector])
            freeze->unknown[pair->subject] = true;
    }
    return STATUS_OK;
}

static status_t score_all(freeze_t *freeze)
{
    const intake_group_t *group = freeze->group;
    size_t room = (size_t)group->subject_count + 1;
    dimension_score_t *scores = calloc(room, sizeof *scores);
    __int128 *roots = calloc(room, sizeof *roots);
    status_t status = scores != NULL && roots != NULL ? STATUS_OK : STATUS_NO_MEMORY;
    for (uint32_t k = 0; k < group->rule.dimension_count && status == STATUS_OK; k++)
        status = add_dimension(freeze, k, scores, roots);
    for (uint32_t s = 0; status == STATUS_OK && s < group->subject_count; s++) {
        freeze->errors[s] = score_error(roots[s]);
        freeze->ranked[s] = group->subjects[s].ranked;
    }
    free(scores);
    free(roots);
    return status;
}

/* ---- order and ranks ---- */

typedef struct {
    int64_t total;
    const char *code;
    uint32_t subject;
    bool ranked;
} order_t;

static int by_place(const void *left, const void *right)
{
    const order_t *a = left, *b = right;
    if (a->ranked != b->ranked)
        return a->ranked ? -1 : 1;
    if (a->ranked && a->total != b->total)
        return a->total > b->total ? -1 : 1;
    return memcmp(a->code, b->code, sizeof(code_t));
}

static uint32_t standing_of(const freeze_t *freeze, uint32_t s)
{
    if (!freeze->ranked[s])
        return STANDING_NOT_RANKED;
    return freeze->group->adopted && !freeze->unknown[s] ? STANDING_RANKED
                                                         : STANDING_PROVISIONAL;
}

static status_t place_all(const freeze_t *freeze, found_board_t *board)
{
    const intake_group_t *group = freeze->group;
    order_t *keys = calloc((size_t)group->subject_count + 1, sizeof *keys);
    board->places = calloc((size_t)group->subject_count + 1, sizeof *board->places);
    if (keys == NULL || board->places == NULL) {
        free(keys);
        return STATUS_NO_MEMORY;
    }
    for (uint32_t s = 0; s < group->subject_count; s++)
        if (group->subjects[s].runs)
            keys[board->count++] =
                (order_t){ freeze->totals[s], group->subjects[s].code.text, s,
                           freeze->ranked[s] };
    qsort(keys, board->count, sizeof *keys, by_place);
    for (uint32_t i = 0; i < board->count; i++) {
        found_place_t *place = &board->places[i];
        *place = (found_place_t){ .subject = keys[i].subject,
                                  .standing = standing_of(freeze, keys[i].subject),
                                  .total = freeze->totals[keys[i].subject],
                                  .error = freeze->errors[keys[i].subject] };
        if (!keys[i].ranked)
            continue;
        bool same = i > 0 && place->total == board->places[i - 1].total;
        place->rank = same ? board->places[i - 1].rank : i + 1;
        board->ranked++;
    }
    free(keys);
    return STATUS_OK;
}

/* ---- the wide interval ---- */

static int by_value(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

/* How many of the sorted values are less than `bound`, or not more when `equal`. */
static uint32_t count_below(const int64_t *values, uint32_t count, int64_t bound,
                            bool equal)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        bool below = equal ? values[middle] <= bound : values[middle] < bound;
        if (below)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static status_t widen(found_board_t *board)
{
    uint32_t n = board->ranked;
    int64_t *lows = calloc((size_t)n + 1, sizeof *lows);
    int64_t *highs = calloc((size_t)n + 1, sizeof *highs);
    if (lows == NULL || highs == NULL) {
        free(lows);
        free(highs);
        return STATUS_NO_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) {
        lows[i] = board->places[i].total - board->places[i].error;
        highs[i] = board->places[i].total + board->places[i].error;
    }
    qsort(lows, n, sizeof *lows, by_value);
    qsort(highs, n, sizeof *highs, by_value);
    for (uint32_t i = 0; i < n; i++) {
        found_place_t *place = &board->places[i];
        place->low = 1 + n - count_below(lows, n, place->total + place->error, true);
        place->high = n - count_below(highs, n, place->total - place->error, false);
    }
    free(lows);
    free(highs);
    return STATUS_OK;
}

/* ---- sets of ranks ---- */

/* The dimension's equations at the epoch's variances; false: they cannot be solved. */
static bool solve(freeze_t *freeze, uint32_t k)
{
    const intake_lens_t *lens = &freeze->group->lenses[k];
    calibration_t *solved = &freeze->solved[k];
    if (lens->now.s2 <= 0 ||
        lens->variances[TERM_SUBJECT] + lens->variances[TERM_UNIT] <= 0)
        return false;
    if (equations_create(&freeze->samples[k].sample, &solved->equations) != STATUS_OK)
        return false;
    solved->noise = (double)lens->now.s2 / CENTI_SQUARED;
    for (uint32_t t = 0; t < TERM_COUNT; t++)
        solved->lambda[t] = lens->variances[t] <= 0
                                ? LAMBDA_ABSENT
                                : (double)lens->now.s2 / (double)lens->variances[t];
    equations_weigh(solved->equations, lens->now.rho);
    return equations_solve(solved->equations, solved->lambda);
}

static bool may_draw(const freeze_t *freeze, const found_board_t *board)
{
    const intake_group_t *group = freeze->group;
    uint64_t effects = (uint64_t)group->inspector_count + group->team_count;
    return group->adopted && board->ranked > 1 &&
           group->subject_count <= RANK_SETS_SUBJECTS_MAX &&
           effects <= FREEZE_EFFECTS_MAX &&
           (effects + 1) * group->unit_count <= FREEZE_UNIT_CELLS_MAX;
}

static status_t draw(freeze_t *freeze, uint64_t seed, found_board_t *board)
{
    const intake_group_t *group = freeze->group;
    rank_dimension_t dimensions[GROUP_DIMENSIONS_MAX];
    for (uint32_t k = 0; k < group->rule.dimension_count; k++) {
        if (!solve(freeze, k))
            return STATUS_OK; /* the wide ones stay */
        dimensions[k] =
            (rank_dimension_t){ &freeze->solved[k], group->rule.weights[k] };
    }
    status_t status = rank_sets(dimensions, group->rule.dimension_count, freeze->ranked,
                                freeze->totals, seed, freeze->sets);
    if (status != STATUS_OK)
        return status;
    for (uint32_t i = 0; i < board->ranked; i++) {
        found_place_t *place = &board->places[i];
        place->low = freeze->sets[place->subject].low;
        place->high = freeze->sets[place->subject].high;
    }
    board->sets = true;
    return STATUS_OK;
}

/* In rank order: a band ends before the first whose set does not touch its first's. */
static void band_all(found_board_t *board)
{
    uint32_t band = 0, low = 0, high = 0;
    for (uint32_t i = 0; i < board->ranked; i++) {
        found_place_t *place = &board->places[i];
        if (band == 0 || place->low > high || place->high < low) {
            band++;
            low = place->low;
            high = place->high;
        }
        place->band = band;
    }
}

/* ---- the whole ---- */

static bool take_room(freeze_t *freeze)
{
    size_t room = (size_t)freeze->group->subject_count + 1;
    freeze->totals = calloc(room, sizeof *freeze->totals);
    freeze->errors = calloc(room, sizeof *freeze->errors);
    freeze->unknown = calloc(room, sizeof *freeze->unknown);
    freeze->ranked = calloc(room, sizeof *freeze->ranked);
    freeze->sets = calloc(room, sizeof *freeze->sets);
    return freeze->totals != NULL && freeze->errors != NULL &&
           freeze->unknown != NULL && freeze->ranked != NULL && freeze->sets != NULL;
}

static void give_room(freeze_t *freeze)
{
    for (uint32_t k = 0; k < GROUP_DIMENSIONS_MAX; k++)
        calibration_fini(&freeze->solved[k]);
    for (uint32_t k = 0; k < freeze->dimensions; k++)
        intake_sample_fini(&freeze->samples[k]);
    free(freeze->totals);
    free(freeze->errors);
    free(freeze->unknown);
    free(freeze->ranked);
    free(freeze->sets);
}

static status_t run(freeze_t *freeze, uint64_t seed, found_board_t *board)
{
    status_t status = take_room(freeze) ? score_all(freeze) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = place_all(freeze, board);
    if (status == STATUS_OK)
        status = widen(board);
    if (status == STATUS_OK && may_draw(freeze, board))
        status = draw(freeze, seed, board);
    if (status == STATUS_OK)
        band_all(board);
    return status;
}

status_t freeze_run(const intake_t *intake, uint64_t seed, found_board_t **out)
{
    CHECK(intake != NULL && out != NULL);
    CHECK(intake->group_count == 1);
    freeze_t freeze = { .intake = intake, .group = &intake->groups[0] };
    found_board_t *board = calloc(1, sizeof *board);
    status_t status = board != NULL ? run(&freeze, seed, board) : STATUS_NO_MEMORY;
    give_room(&freeze);
    if (status != STATUS_OK)
        found_board_destroy(&board);
    *out = board;
    return status;
}

void found_board_destroy(found_board_t **board)
{
    CHECK(board != NULL);
    if (*board != NULL)
        free((*board)->places);
    free(*board);
    *board = NULL;
}
