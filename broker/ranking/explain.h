/* explain.h - where a score comes from: one line per confirmed rating (R6).
 *
 * SCORING.md section 3, "Explanation": the mean of the dimension plus the contributions
 * of its lines is the dimension's score to the micro-point; the weighted sum over the
 * dimensions is T. Pure functions, any thread that owns the state.
 */
#ifndef YX_RANKING_EXPLAIN_H
#define YX_RANKING_EXPLAIN_H

#include "broker/ranking/score.h"

typedef struct {
    uint64_t seq;         /* of the observation's record */
    uint32_t observation; /* observations */
    uint32_t inspector;   /* inspectors */
    uint32_t value_centi; /* the rating as given */
    uint32_t weight;      /* of its channel, mille */
    int64_t offset;       /* of the inspector, micro-points; 0 while unknown */
    bool unknown;         /* no adopted epoch knows the inspector */
    int64_t adjusted;     /* rating - channel offset - offset - mean, micro-points */
    int64_t g, m;         /* of the inspector's ratings together, mille */
    int64_t contribution; /* to the dimension's score, micro-points */
} explain_line_t;

/* Fills the lines of the k-th dimension of a standing, in order of seq. Ratings of a
 * channel of weight 0 move nothing and have no line. STATUS_WINDOW_TOO_LARGE: there are
 * more than `room`; *count then says how many, and `lines` holds nothing of use. */
status_t explain_standing(const state_t *state, uint32_t standing, uint32_t k,
                          explain_line_t *lines, uint32_t room, uint32_t *count);

#endif
