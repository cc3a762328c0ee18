/* shift.c - see shift.h. Kendall's tau-b by Knight (1966): sort by one ranking, count
 * the exchanges that sorting by the other needs. */
#include "broker/calibration/shift.h"

#include "broker/calibration/standing_scores.h"
#include "proto/check.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- tau-b ---- */

typedef struct {
    int64_t a, b;
} both_t;

static int by_both(const void *left, const void *right)
{
    const both_t *x = left, *y = right;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* Merges two sorted runs; returns how many of the second pass one of the first. */
static uint64_t merge(const both_t *from, uint32_t left, uint32_t middle,
                      uint32_t right, both_t *to)
{
    uint64_t passed = 0;
    uint32_t i = left, j = middle;
    for (uint32_t at = left; at < right; at++) {
        if (j == right || (i < middle && from[i].b <= from[j].b)) {
            to[at] = from[i++];
        } else {
            to[at] = from[j++];
            passed += middle - i;
        }
    }
    return passed;
}

/* Sorts by b, bottom up; returns the exchanges of neighbours that it stands for. */
static uint64_t sort_by_b(both_t *rows, both_t *spare, uint32_t count)
{
    uint64_t passed = 0;
    for (uint32_t width = 1; width < count; width *= 2) {
        for (uint32_t left = 0; left < count; left += 2 * width) {
            uint32_t middle = left + width < count ? left + width : count;
            uint32_t right = middle + width < count ? middle + width : count;
            passed += merge(rows, left, middle, right, spare);
        }
        memcpy(rows, spare, count * sizeof *rows);
    }
    return passed;
}

static uint64_t pairs_of(uint64_t count)
{
    return count * (count - 1) / 2;
}

/* Pairs tied in a (or in both when `both`) of rows sorted by a, then b. */
static uint64_t ties_by_a(const both_t *rows, uint32_t count, bool both)
{
    uint64_t ties = 0, run = 1;
    for (uint32_t i = 1; i <= count; i++) {
        if (i < count && rows[i].a == rows[i - 1].a &&
            (!both || rows[i].b == rows[i - 1].b)) {
            run++;
            continue;
        }
        ties += pairs_of(run);
        run = 1;
    }
    return ties;
}

static uint64_t ties_by_b(const both_t *rows, uint32_t count)
{
    uint64_t ties = 0, run = 1;
    for (uint32_t i = 1; i <= count; i++) {
        if (i < count && rows[i].b == rows[i - 1].b) {
            run++;
            continue;
        }
        ties += pairs_of(run);
        run = 1;
    }
    return ties;
}

static int64_t tau_of(both_t *rows, both_t *spare, uint32_t count)
{
    qsort(rows, count, sizeof *rows, by_both);
    uint64_t all = pairs_of(count), in_a = ties_by_a(rows, count, false);
    uint64_t in_both = ties_by_a(rows, count, true);
    uint64_t against = sort_by_b(rows, spare, count), in_b = ties_by_b(rows, count);
    if (all == in_a || all == in_b)
        return MILLE;
    double agree = (double)(all - in_a - in_b + in_both) - 2.0 * (double)against;
    double tau = agree / (sqrt((double)(all - in_a)) * sqrt((double)(all - in_b)));
    return (int64_t)floor(1000.0 * tau + 0.5);
}

status_t shift_tau(const int64_t *a, const int64_t *b, uint32_t count, int64_t *tau)
{
    CHECK(tau != NULL);
    *tau = MILLE;
    if (count < 2)
        return STATUS_OK;
    both_t *rows = malloc(count * sizeof *rows), *spare = malloc(count * sizeof *spare);
    if (rows != NULL && spare != NULL) {
        for (uint32_t i = 0; i < count; i++)
            rows[i] = (both_t){ a[i], b[i] };
        *tau = tau_of(rows, spare, count);
    }
    bool had = rows != NULL && spare != NULL;
    free(rows);
    free(spare);
    return had ? STATUS_OK : STATUS_NO_MEMORY;
}

/* ---- scores before and after ---- */

typedef struct {
    const intake_t *intake;
    const intake_group_t *group;
    const found_group_t *found;
    dimension_score_t *scores;  /* of one dimension */
    int64_t *before, *after;    /* totals by subject */
    int64_t *change, *weighted; /* by subject: of the dimension that moves it most */
    uint32_t *most;             /* that dimension */
    uint32_t *list, listed;     /* ranked subjects */
    int64_t *a, *b;             /* their totals, and ranks on the way */
} shift_t;

static void add_totals(shift_t *shift, uint32_t k, int64_t *totals)
{
    for (uint32_t s = 0; s < shift->group->subject_count; s++)
        totals[s] += (int64_t)shift->group->rule.weights[k] * shift->scores[s].score;
}

static int64_t size_of(int64_t value)
{
    return value < 0 ? -value : value;
}

/* `old`: scores of the dimension under the numbers that count now. */
static void compare(shift_t *shift, uint32_t k, const int64_t *old)
{
    for (uint32_t s = 0; s < shift->group->subject_count; s++) {
        int64_t change = shift->scores[s].score - old[s];
        int64_t weighted = (int64_t)shift->group->rule.weights[k] * change;
        if (k > 0 && size_of(weighted) <= size_of(shift->weighted[s]))
            continue;
        shift->weighted[s] = weighted;
        shift->change[s] = change;
        shift->most[s] = k;
    }
}

static status_t score_dimension_twice(shift_t *shift, uint32_t k)
{
    const intake_group_t *group = shift->group;
    const intake_lens_t *lens = &group->lenses[k];
    const found_dimension_t *found = &shift->found->dimensions[k];
    intake_sample_t sample;
    status_t status = intake_sample(shift->intake, group, k, &sample);
    if (status != STATUS_OK)
        return status;
    standing_scores(&sample.sample, &lens->now, group->adopted ? lens->offsets : NULL,
                    lens->known, shift->scores);
    add_totals(shift, k, shift->before);
    for (uint32_t s = 0; s < group->subject_count; s++)
        shift->a[s] = shift->scores[s].score;
    standing_scores(&sample.sample, &found->fit.parameters, found->offsets,
                    found->known, shift->scores);
    add_totals(shift, k, shift->after);
    compare(shift, k, shift->a);
    intake_sample_fini(&sample);
    return STATUS_OK;
}

/* ---- ranks ---- */

typedef struct {
    int64_t total;
    uint32_t subject;
} placed_t;

static int by_total(const void *left, const void *right)
{
    const placed_t *x = left, *y = right;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return x->subject < y->subject ? -1 : x->subject > y->subject;
}

/* Ranks by subject of those listed: 1 + how many have strictly more. */
static status_t rank(const shift_t *shift, const int64_t *totals, uint32_t *ranks)
{
    placed_t *placed = malloc(((size_t)shift->listed + 1) * sizeof *placed);
    if (placed == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < shift->listed; i++)
        placed[i] = (placed_t){ totals[shift->list[i]], shift->list[i] };
    qsort(placed, shift->listed, sizeof *placed, by_total);
    for (uint32_t i = 0; i < shift->listed; i++) {
        bool same = i > 0 && placed[i].total == placed[i - 1].total;
        ranks[placed[i].subject] = same ? ranks[placed[i - 1].subject] : i + 1;
    }
    free(placed);
    return STATUS_OK;
}

/* ---- why ---- */

/* The inspector of a subject whose offset changes most in the direction of a dimension's
 * change; INTAKE_NONE = nobody's does. */
static uint32_t find_inspector(const shift_t *shift, uint32_t subject, uint32_t k,
                               int64_t change)
{
    const intake_group_t *group = shift->group;
    const found_dimension_t *found = &shift->found->dimensions[k];
    const intake_lens_t *lens = &group->lenses[k];
    int64_t most = 0;
    uint32_t who = INTAKE_NONE;
    for (uint32_t i = 0; i < group->sighting_count; i++) {
        const sighting_t *s = &group->sightings[i];
        if (s->subject != subject || (s->rated >> k & 1u) == 0)
            continue;
        int64_t moved = lens->offsets[s->inspector] - found->offsets[s->inspector];
        int64_t helps =
            change < 0 ? -moved : moved; /* a lower offset lifts the score */
        if (helps > most) {
            most = helps;
            who = s->inspector;
        }
    }
    return who;
}

typedef struct {
    found_shift_t shift;
    uint32_t size; /* places */
} moved_t;

static int by_size(const void *left, const void *right)
{
    const moved_t *x = left, *y = right;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return x->shift.subject < y->shift.subject ? -1
                                               : x->shift.subject > y->shift.subject;
}

static uint32_t list_moved(const shift_t *shift, const uint32_t *before,
                           const uint32_t *after, moved_t *moved)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < shift->listed; i++) {
        uint32_t s = shift->list[i], x = before[s], y = after[s];
        if (x == y)
            continue;
        moved[count++] = (moved_t){
            .size = x > y ? x - y : y - x,
            .shift = { .subject = s,
                       .inspector = INTAKE_NONE,
                       .before = x,
                       .after = y,
                       .k = shift->most[s],
                       .total_before = shift->before[s],
                       .total_after = shift->after[s],
                       .change = shift->change[s] },
        };
    }
    return count;
}

static status_t take_moved(const shift_t *shift, const uint32_t *before,
                           const uint32_t *after, found_group_t *found)
{
    moved_t *moved = calloc((size_t)shift->listed + 1, sizeof *moved);
    if (moved == NULL)
        return STATUS_NO_MEMORY;
    found->moved = list_moved(shift, before, after, moved);
    qsort(moved, found->moved, sizeof *moved, by_size);
    found->largest = found->moved > 0 ? moved[0].size : 0;
    found->shift_count = found->moved < SHIFT_ROWS_MAX ? found->moved : SHIFT_ROWS_MAX;
    found->shifts = calloc((size_t)found->shift_count + 1, sizeof *found->shifts);
    for (uint32_t i = 0; found->shifts != NULL && i < found->shift_count; i++) {
        found->shifts[i] = moved[i].shift;
        found->shifts[i].inspector = find_inspector(
            shift, moved[i].shift.subject, moved[i].shift.k, moved[i].shift.change);
    }
    free(moved);
    return found->shifts != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

/* ---- the whole ---- */

static status_t compare_ranks(shift_t *shift, found_group_t *found)
{
    size_t subjects = (size_t)shift->group->subject_count + 1;
    uint32_t *before = calloc(subjects, sizeof *before);
    uint32_t *after = calloc(subjects, sizeof *after);
    status_t status = STATUS_NO_MEMORY;
    if (before == NULL || after == NULL)
        goto done;
    found->ranked = shift->listed;
    for (uint32_t i = 0; i < shift->listed; i++) {
        shift->a[i] = shift->before[shift->list[i]];
        shift->b[i] = shift->after[shift->list[i]];
    }
    status = shift_tau(shift->a, shift->b, shift->listed, &found->tau);
    if (status == STATUS_OK)
        status = rank(shift, shift->before, before);
    if (status == STATUS_OK)
        status = rank(shift, shift->after, after);
    if (status == STATUS_OK)
        status = take_moved(shift, before, after, found);

done:
    free(before);
    free(after);
    return status;
}

static bool take_room(shift_t *shift)
{
    size_t n = (size_t)shift->group->subject_count + 1;
    int64_t **const totals[] = { &shift->before,   &shift->after, &shift->change,
                                 &shift->weighted, &shift->a,     &shift->b };
    bool had = true;
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        *totals[i] = calloc(n, sizeof(int64_t));
        had = had && *totals[i] != NULL;
    }
    shift->scores = calloc(n, sizeof *shift->scores);
    shift->most = calloc(n, sizeof *shift->most);
    shift->list = calloc(n, sizeof *shift->list);
    return had && shift->scores != NULL && shift->most != NULL && shift->list != NULL;
}

static void give_room(shift_t *shift)
{
    free(shift->before);
    free(shift->after);
    free(shift->change);
    free(shift->weighted);
    free(shift->a);
    free(shift->b);
    free(shift->scores);
    free(shift->most);
    free(shift->list);
}

status_t shift_find(const intake_t *intake, const intake_group_t *group,
                    found_group_t *found)
{
    CHECK(group != NULL && found != NULL);
    shift_t shift = { .intake = intake, .group = group, .found = found };
    status_t status = take_room(&shift) ? STATUS_OK : STATUS_NO_MEMORY;
    for (uint32_t k = 0; k < group->rule.dimension_count && status == STATUS_OK; k++)
        status = score_dimension_twice(&shift, k);
    for (uint32_t s = 0; status == STATUS_OK && s < group->subject_count; s++)
        if (group->subjects[s].ranked)
            shift.list[shift.listed++] = s;
    if (status == STATUS_OK)
        status = compare_ranks(&shift, found);
    give_room(&shift);
    return status;
}
