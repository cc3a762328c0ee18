/* moves.h - two boards of one table side by side: who moves, and why.
 *
 * A total is the sum of its dimensions' shares. What everybody's share changes by moves
 * nobody, so a dimension's part in a move is what its share changed by beyond the mean
 * of all who are ranked on both boards.
 * Units      totals: micro-points x basis points.
 * Ownership  moves_make() gives, the caller frees the array. Threads: any.
 */
#ifndef YX_LAB_MOVES_H
#define YX_LAB_MOVES_H

#include "clients/lab/places.h"

typedef struct {
    uint32_t subject;
    uint32_t before, after; /* ranks; 0 = not ranked on that board */
    int64_t total_before, total_after;
    uint32_t dimension; /* the one with the largest part */
    int64_t part;       /* of it, beyond the mean */
    uint32_t
        inspector; /* whose ratings count most differently; RATINGS_NONE = nobody's */
    int64_t count; /* by so much */
} rank_move_t;

typedef struct {
    uint32_t count, ranked, moved, largest; /* ranked on both; places */
    int64_t tau;                            /* tau-b of the two rankings, mille */
    rank_move_t *moves; /* who is ranked on one board only, then the farthest first */
} rank_moves_t;

/* Both boards are of `ratings`. STATUS_NO_MEMORY. */
status_t moves_make(const ratings_t *ratings, const places_t *before,
                    const places_t *after, rank_moves_t *out);

#endif
