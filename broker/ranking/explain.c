/* explain.c - see explain.h.
 *
 * The line of observation i is c_i = g w_i a_i / (m (W + kappa)) exactly. Each is
 * floored; what is left of floor(S / (W + kappa)) goes to the largest fractions, one
 * micro-point each. It is never negative, because within a group the floor of the sum
 * is at least the sum of floors, and always less than the number of lines. Fractions
 * are r_i / (m_i (W + kappa)), compared as r_i m_j with r_j m_i in 128 bits: r < 2^81,
 * m < 2^32.
 */
#include "broker/ranking/explain.h"

#include "broker/core/groups.h"
#include "proto/check.h"

typedef struct {
    const state_t *state;
    const standing_row_t *standing;
    const scheme_row_t *scheme;
    uint32_t dimension; /* index = number - 1 */
    uint32_t index;     /* of the standing */
    uint32_t cell, k;
    parameters_t parameters;
    int64_t divisor; /* W + kappa */
} explain_t;

static explain_t explain_of(const state_t *state, uint32_t standing, uint32_t k,
                            dimension_score_t *sums)
{
    const standing_row_t *row = TABLE_ROW(standing_row_t, &state->standings, standing);
    const account_row_t *account =
        TABLE_ROW(account_row_t, &state->accounts, row->account);
    explain_t explain = { .state = state,
                          .standing = row,
                          .scheme =
                              TABLE_ROW(scheme_row_t, &state->schemes, account->scheme),
                          .index = standing,
                          .cell = row->cells + k,
                          .k = k };
    const group_rule_t *rule = &explain.scheme->groups[row->scheme_group];
    CHECK(k < rule->dimension_count);
    explain.dimension = rule->dimensions[k];
    score_parameters(state, standing, k, &explain.parameters);
    score_cell(state, standing, k, sums);
    explain.divisor = sums->w + explain.parameters.kappa;
    return explain;
}

static void fill_line(const explain_t *explain, uint32_t index,
                      const observation_row_t *row, const channel_t *channel,
                      explain_line_t *line)
{
    uint32_t found = group_find(explain->state, explain->cell, row->inspector);
    CHECK(found != 0);
    const group_row_t *group = TABLE_ROW(group_row_t, &explain->state->groups, found);
    const parameters_t *p = &explain->parameters;
    *line = (explain_line_t){ .seq = row->seq,
                              .observation = index,
                              .inspector = row->inspector,
                              .value_centi = row->values[explain->k],
                              .weight = channel->weight,
                              .m = group->m };
    line->unknown = !score_offset(explain->state, explain->index, explain->k,
                                  row->inspector, &line->offset);
    line->adjusted = (int64_t)line->value_centi * CENTI_TO_MICRO -
                     channel->offset[explain->dimension] - line->offset - p->mu;
    line->g = score_group_weight(line->m, p->rho);
    if (line->unknown)
        line->g = score_unknown_weight(line->g, p->u);
}

/* Lines of the confirmed ratings, newest first; how many there are, room or not. */
static uint32_t gather(const explain_t *explain, explain_line_t *lines, uint32_t room)
{
    uint32_t count = 0, index = explain->standing->observation;
    while (index != 0) {
        const observation_row_t *row =
            TABLE_ROW(observation_row_t, &explain->state->observations, index);
        CHECK(row->channel >= 1);
        CHECK(row->channel <= CHANNELS_MAX);
        const channel_t *channel = &explain->scheme->channels[row->channel - 1];
        if (row->state == OBSERVATION_CONFIRMED && channel->weight > 0 &&
            (row->rated >> explain->k & 1u) != 0) {
            if (count < room)
                fill_line(explain, index, row, channel, &lines[count]);
            count++;
        }
        index = row->previous;
    }
    return count;
}

static __int128 numerator(const explain_line_t *line)
{
    return (__int128)line->g * line->weight * line->adjusted;
}

/* The floor of a line; *rest = r of its fraction. */
static int64_t floor_line(const explain_line_t *line, int64_t divisor, __int128 *rest)
{
    __int128 above = numerator(line), below = (__int128)line->m * divisor;
    __int128 quotient = above / below;
    *rest = above % below;
    if (*rest < 0) {
        quotient--;
        *rest += below;
    }
    return (int64_t)quotient; /* at most 2^29: a share of one adjusted rating */
}

typedef bool line_before(const explain_line_t *a, const explain_line_t *b,
                         int64_t divisor);

static bool before_by_seq(const explain_line_t *a, const explain_line_t *b,
                          int64_t divisor)
{
    (void)divisor; /* of the other order */
    return a->seq < b->seq;
}

static bool before_by_fraction(const explain_line_t *a, const explain_line_t *b,
                               int64_t divisor)
{
    __int128 rest_a = 0, rest_b = 0;
    (void)floor_line(a, divisor, &rest_a); /* only the rests are compared */
    (void)floor_line(b, divisor, &rest_b);
    __int128 x = rest_a * b->m, y = rest_b * a->m;
    return x != y ? x > y : a->seq < b->seq;
}

static void sink(explain_line_t *lines, uint32_t at, uint32_t count,
                 line_before *before, int64_t divisor)
{
    explain_line_t line = lines[at];
    for (uint32_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && before(&lines[child], &lines[child + 1], divisor))
            child++;
        if (!before(&line, &lines[child], divisor))
            break;
        lines[at] = lines[child];
        at = child;
    }
    lines[at] = line;
}

/* Heap sort: no memory beside the caller's array, and no bad case. */
static void sort_lines(explain_line_t *lines, uint32_t count, line_before *before,
                       int64_t divisor)
{
    for (uint32_t i = count / 2; i > 0; i--)
        sink(lines, i - 1, count, before, divisor);
    for (uint32_t end = count; end > 1; end--) {
        explain_line_t last = lines[end - 1];
        lines[end - 1] = lines[0];
        lines[0] = last;
        sink(lines, 0, end - 1, before, divisor);
    }
}

static void share_out(const explain_t *explain, const dimension_score_t *sums,
                      explain_line_t *lines, uint32_t count)
{
    __int128 rest = 0;
    int64_t left = floor_div_wide(sums->s, explain->divisor);
    for (uint32_t i = 0; i < count; i++) {
        lines[i].contribution = floor_line(&lines[i], explain->divisor, &rest);
        left -= lines[i].contribution;
    }
    CHECK(left >= 0);
    CHECK(left == 0 || left < count);
    if (left > 0)
        sort_lines(lines, count, before_by_fraction, explain->divisor);
    for (uint32_t i = 0; i < left; i++)
        lines[i].contribution++;
    sort_lines(lines, count, before_by_seq, explain->divisor);
}

status_t explain_standing(const state_t *state, uint32_t standing, uint32_t k,
                          explain_line_t *lines, uint32_t room, uint32_t *count)
{
    CHECK(state != NULL);
    CHECK(lines != NULL || room == 0);
    CHECK(count != NULL);
    dimension_score_t sums;
    explain_t explain = explain_of(state, standing, k, &sums);
    *count = gather(&explain, lines, room);
    if (*count > room)
        return STATUS_WINDOW_TOO_LARGE;
    share_out(&explain, &sums, lines, *count);
    return STATUS_OK;
}
