/* board_band.c - intervals of ranks and bands: SCORING.md section 5.
 *
 * With L = T - se, U = T + se and n ranked: low = 1 + number with L_j > U_i and high =
 * n - number with U_j < L_i. A band starts at its first subject f and holds the
 * following ones up to the first j whose [low, high] does not overlap f's. As j stands
 * behind f, high_j >= low_f always; so the sets part when low_j > high_f, that is when
 * at least high_f subjects have L > U_j, that is when U_j is less than the high_f-th
 * largest L. One selection per band, then one comparison per subject.
 */
#include "broker/ranking/board_parts.h"

#include "proto/check.h"

void board_interval(const boards_t *boards, const board_t *board, const score_t *score,
                    uint32_t *low, uint32_t *high)
{
    *low = 1 +
           ostat_count_above(boards->bounds, &board->lows, score->total + score->error);
    *high = board->highs.count - ostat_count_below(boards->bounds, &board->highs,
                                                   score->total - score->error);
    CHECK(*low <= *high);
}

typedef struct {
    const boards_t *boards;
    const board_t *board;
    uint32_t last; /* the position that is wanted */
} reach_band_t;

static bool extend(void *context, int64_t value, uint32_t standing)
{
    const reach_band_t *reach = context;
    const board_t *board = reach->board;
    bands_t *bands = board->bands;
    const score_t *score = &reach->boards->scores[standing];
    CHECK(score->total == value);
    if (bands->count == 0 || score->total + score->error < bands->threshold) {
        uint32_t low = 0, high = 0;
        board_interval(reach->boards, board, score, &low, &high);
        bands->starts[bands->count++] = bands->through;
        bands->threshold =
            ostat_value_at(reach->boards->bounds, &board->lows, high - 1);
    }
    bands->through++;
    return bands->through <= reach->last;
}

uint32_t board_band(const boards_t *boards, const board_t *board, uint32_t position)
{
    CHECK(position < board->totals.count);
    if (board->totals.count > BAND_SUBJECTS_MAX)
        return 0;
    bands_t *bands = board->bands;
    reach_band_t reach = { .boards = boards, .board = board, .last = position };
    if (bands->through <= position)
        ostat_walk(boards->totals, &board->totals, bands->through, extend, &reach);
    uint32_t low = 0, high = bands->count; /* starts[low] <= position < starts[high] */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (bands->starts[middle] <= position)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}
