/* equations.h - the mixed-model equations of one dimension, subjects and units
 * eliminated.
 *
 * y = mu + subject + unit + inspector + team + noise / sqrt(w) with given variances
 * (SCORING.md section 4). Each subject has one unit and each record one subject, so both
 * blocks are diagonal and go exactly; what is left is one dense system in inspectors,
 * teams and mu, in that order, `rest` unknowns.
 * Units      points; variances relative to the noise (lambda = noise / variance).
 * Ownership  equations_create takes all memory; nothing is allocated afterwards.
 * Threads    one owner.
 */
#ifndef YX_CALIBRATION_EQUATIONS_H
#define YX_CALIBRATION_EQUATIONS_H

#include "broker/calibration/sample.h"

/* The random terms. */
typedef enum { TERM_SUBJECT, TERM_UNIT, TERM_INSPECTOR, TERM_TEAM, TERM_COUNT } term_t;

typedef struct {
    const sample_t *sample;
    uint32_t rest;                   /* inspectors + teams + 1 */
    double *y, *w;                   /* by pair: its value in points, its weight */
    uint32_t *first;                 /* by subject and one more: its first pair */
    uint32_t *first_of_unit, *order; /* by unit and one more: where in `order` its
                                        subjects begin */
    /* the solution */
    double *subject, *unit;
    double *others; /* `rest` of them */
    /* what elimination left */
    double *d, *e;    /* diagonals of subjects and units */
    double *coupling; /* by unit, `rest` each */
    double *factor, *inverse;
    /* one subject's row, while it is looked at */
    double *row, *product;
    uint32_t *index, index_count;
} equations_t;

/* STATUS_OK, STATUS_NO_MEMORY. The sample is borrowed. */
status_t equations_create(const sample_t *sample, equations_t **equations);
void equations_destroy(equations_t **equations);

/* Weights from the groups' counts under `rho` (mille). */
void equations_weigh(equations_t *equations, int64_t rho);
/* Solves for all effects. False: numerically singular. */
bool equations_solve(equations_t *equations, const double lambda[TERM_COUNT]);
/* After equations_solve: the trace of each term's block of the inverse. */
void equations_traces(equations_t *equations, double traces[TERM_COUNT]);
/* Sum of w y (y - fitted) over all pairs. */
double equations_residual(const equations_t *equations);
double equations_mu(const equations_t *equations);

#endif
