/* collect.c - see collect.h. */
#include "broker/calibration/collect.h"

#include "proto/check.h"
#include <stdlib.h>

static int by_pair(const void *a, const void *b)
{
    const look_t *left = a, *right = b;
    if (left->subject != right->subject)
        return left->subject < right->subject ? -1 : 1;
    if (left->inspector != right->inspector)
        return left->inspector < right->inspector ? -1 : 1;
    if (left->adjusted != right->adjusted)
        return left->adjusted < right->adjusted ? -1 : 1;
    return left->weight < right->weight ? -1 : left->weight > right->weight;
}

static bool same_pair(const look_t *a, const look_t *b)
{
    return a->subject == b->subject && a->inspector == b->inspector;
}

/* `from` to before `to` are of one pair and move something. */
static pair_t join(const look_t *ratings, size_t from, size_t to)
{
    pair_t pair = { .subject = ratings[from].subject,
                    .inspector = ratings[from].inspector };
    double mean = 0.0;
    for (size_t i = from; i < to; i++) {
        pair.ratings++;
        pair.m += ratings[i].weight;
        pair.y += (int64_t)ratings[i].weight * ratings[i].adjusted;
        mean += (double)ratings[i].adjusted / MICRO;
    }
    mean /= pair.ratings;
    for (size_t i = from; i < to; i++) {
        double distance = (double)ratings[i].adjusted / MICRO - mean;
        pair.within += distance * distance;
    }
    return pair;
}

/* What weighs nothing makes no group. */
static size_t drop_weightless(look_t *ratings, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (ratings[i].weight > 0)
            ratings[kept++] = ratings[i];
    }
    return kept;
}

status_t collect_pairs(look_t *ratings, size_t count, pair_t **pairs,
                       uint32_t *pair_count)
{
    CHECK(ratings != NULL || count == 0);
    CHECK(pairs != NULL && pair_count != NULL);
    count = drop_weightless(ratings, count);
    *pair_count = 0;
    *pairs = calloc(count + 1, sizeof **pairs);
    if (*pairs == NULL)
        return STATUS_NO_MEMORY;
    if (count > 0)
        qsort(ratings, count, sizeof *ratings, by_pair);
    for (size_t from = 0; from < count;) {
        size_t to = from + 1;
        while (to < count && same_pair(&ratings[from], &ratings[to]))
            to++;
        (*pairs)[(*pair_count)++] = join(ratings, from, to);
        from = to;
    }
    return STATUS_OK;
}
