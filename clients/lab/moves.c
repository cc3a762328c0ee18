/* moves.c - see moves.h. */
#include "clients/lab/moves.h"

#include "broker/calibration/shift.h"
#include "proto/check.h"
#include <stdlib.h>
#include <string.h>

typedef struct {
    const ratings_t *ratings;
    const places_t *before, *after;
    rank_moves_t *out;
    rank_move_t *by_subject;
} making_t;

static bool both(const rank_move_t *move)
{
    return move->before > 0 && move->after > 0;
}

static void take_places(const places_t *places, rank_move_t *by_subject, bool after)
{
    for (uint32_t i = 0; i < places->count; i++) {
        const place_t *place = &places->places[i];
        rank_move_t *move = &by_subject[place->subject];
        move->subject = place->subject;
        move->inspector = RATINGS_NONE;
        *(after ? &move->after : &move->before) = place->rank;
        *(after ? &move->total_after : &move->total_before) = place->total;
    }
}

/* ---- which dimension ---- */

static int64_t share_change(const making_t *making, uint32_t k, uint32_t subject)
{
    size_t at = (size_t)k * making->before->count + subject;
    return making->after->shares[at] - making->before->shares[at];
}

static void find_dimension(const making_t *making, uint32_t k)
{
    uint32_t subjects = making->before->count, ranked = making->out->ranked;
    int64_t sum = 0;
    for (uint32_t s = 0; s < subjects; s++)
        sum += both(&making->by_subject[s]) ? share_change(making, k, s) : 0;
    int64_t mean = ranked > 0 ? floor_div(sum, ranked) : 0;
    for (uint32_t s = 0; s < subjects; s++) {
        rank_move_t *move = &making->by_subject[s];
        int64_t part = share_change(making, k, s) - mean;
        if (k == 0 || llabs(part) > llabs(move->part)) {
            move->dimension = k;
            move->part = part;
        }
    }
}

/* ---- which inspector ---- */

static int by_who(const void *a, const void *b)
{
    const place_look_t *left = a, *right = b;
    if (left->subject != right->subject)
        return left->subject < right->subject ? -1 : 1;
    return (left->inspector > right->inspector) - (left->inspector < right->inspector);
}

static bool same_who(const place_look_t *a, const place_look_t *b)
{
    return a->subject == b->subject && a->inspector == b->inspector;
}

/* What counts after less what counted before, by subject and inspector. */
static status_t find_inspectors(making_t *making)
{
    const places_t *before = making->before, *after = making->after;
    size_t count = before->look_count + after->look_count;
    place_look_t *looks = calloc(count + 1, sizeof *looks);
    if (looks == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < before->look_count; i++) {
        looks[i] = before->looks[i];
        looks[i].amount = -looks[i].amount;
    }
    for (size_t i = 0; i < after->look_count; i++)
        looks[before->look_count + i] = after->looks[i];
    qsort(looks, count, sizeof *looks, by_who);
    for (size_t i = 0; i < count;) {
        const place_look_t *first = &looks[i];
        int64_t change = 0;
        for (; i < count && same_who(&looks[i], first); i++)
            change += looks[i].amount;
        rank_move_t *move = &making->by_subject[first->subject];
        if (llabs(change) > llabs(move->count)) {
            move->inspector = first->inspector;
            move->count = change;
        }
    }
    free(looks);
    return STATUS_OK;
}

/* ---- the whole ---- */

static status_t find_tau(making_t *making)
{
    uint32_t n = 0;
    int64_t *ranks = calloc(2 * (size_t)making->before->count + 1, sizeof *ranks);
    if (ranks == NULL)
        return STATUS_NO_MEMORY;
    int64_t *other = ranks + making->before->count;
    for (uint32_t s = 0; s < making->before->count; s++) {
        const rank_move_t *move = &making->by_subject[s];
        if (!both(move))
            continue;
        uint32_t far = (uint32_t)abs((int)move->before - (int)move->after);
        making->out->moved += far > 0 ? 1 : 0;
        making->out->largest = far > making->out->largest ? far : making->out->largest;
        ranks[n] = move->before;
        other[n++] = move->after;
    }
    status_t status = shift_tau(ranks, other, n, &making->out->tau);
    free(ranks);
    return status;
}

static int by_distance(const void *a, const void *b, void *context)
{
    const rank_move_t *left = a, *right = b;
    const ratings_t *ratings = context;
    bool whole = both(left), others = both(right);
    if (whole != others)
        return whole ? 1 : -1;
    int far = abs((int)left->before - (int)left->after);
    int farther = abs((int)right->before - (int)right->after);
    if (far != farther)
        return farther - far;
    return strcmp(ratings->subjects.names[left->subject],
                  ratings->subjects.names[right->subject]);
}

/* Who is on neither board is left out. */
static void keep_ranked(making_t *making)
{
    rank_moves_t *out = making->out;
    for (uint32_t s = 0; s < making->before->count; s++) {
        const rank_move_t *move = &making->by_subject[s];
        if (move->before > 0 || move->after > 0)
            out->moves[out->count++] = *move;
    }
    qsort_r(out->moves, out->count, sizeof *out->moves, by_distance,
            (void *)(uintptr_t)making->ratings);
}

status_t moves_make(const ratings_t *ratings, const places_t *before,
                    const places_t *after, rank_moves_t *out)
{
    CHECK(ratings != NULL && out != NULL);
    CHECK(before->count == after->count && before->count == ratings->subjects.count);
    *out = (rank_moves_t){ .moves =
                               calloc((size_t)before->count + 1, sizeof(rank_move_t)) };
    making_t making = { .ratings = ratings,
                        .before = before,
                        .after = after,
                        .out = out,
                        .by_subject =
                            calloc((size_t)before->count + 1, sizeof(rank_move_t)) };
    status_t status = STATUS_NO_MEMORY;
    if (out->moves != NULL && making.by_subject != NULL) {
        take_places(before, making.by_subject, false);
        take_places(after, making.by_subject, true);
        for (uint32_t s = 0; s < before->count; s++)
            out->ranked += both(&making.by_subject[s]) ? 1 : 0;
        for (uint32_t k = 0; k < ratings->dimensions.count; k++)
            find_dimension(&making, k);
        status = find_inspectors(&making);
        if (status == STATUS_OK)
            status = find_tau(&making);
        if (status == STATUS_OK)
            keep_ranked(&making);
    }
    free(making.by_subject);
    if (status != STATUS_OK) {
        free(out->moves);
        out->moves = NULL;
    }
    return status;
}
