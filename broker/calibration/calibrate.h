/* calibrate.h - the parameters of one dimension of one group, fitted to its ratings.
 *
 * SCORING.md section 4: variances by EM-REML in a fixed order until each changes by less
 * than 0.1 percent of the whole, at most CALIBRATE_SWEEPS; the output is rounded to
 * integers and from then on is data. Floating point never leaves this folder.
 * Determinism: the same sample gives the same integers with every compiler.
 * Threads: a worker; nothing shared.
 */
#ifndef YX_CALIBRATION_CALIBRATE_H
#define YX_CALIBRATION_CALIBRATE_H

#include "broker/calibration/equations.h"

#define CALIBRATE_SWEEPS    60u
#define CALIBRATE_PAIRS_MIN 30u /* repeated pairs, for a correlation of one's own */

/* Why something of the prior was kept. */
typedef enum {
    KEPT_NOTHING = 0,
    KEPT_TOO_FEW = 1u << 0,      /* fewer than 2 subjects or inspectors: all */
    KEPT_NO_SPREAD = 1u << 1,    /* no variance between subjects and units: kappa */
    KEPT_NO_NOISE = 1u << 2,     /* ratings fit without rest: all */
    KEPT_CORRELATION = 1u << 3,  /* too few repeated pairs: rho */
    KEPT_NOT_CONVERGED = 1u << 4 /* the sweeps ended first; what they gave is used */
} kept_t;

typedef struct {
    parameters_t parameters;       /* u is the prior's */
    int64_t variances[TERM_COUNT]; /* centi-points squared */
    int64_t residual;              /* within pairs, likewise */
    uint32_t sweeps, kept;         /* kept: bits of kept_t */
    uint32_t repeated_pairs;
    uint64_t ratings;
} fit_t;

/* Called after each sweep; false breaks off. May be NULL. */
typedef bool calibrate_progress_fn(void *context, uint32_t sweep, double change);

typedef struct {
    fit_t fit;
    int64_t *offsets; /* by inspector, micro-points: own severity plus team effect */
    equations_t *equations; /* solved at the fitted variances; NULL when all was kept */
    double noise;           /* variance of one rating, points squared */
    double lambda[TERM_COUNT];
} calibration_t;

/* STATUS_OK, STATUS_NO_MEMORY, STATUS_STOPPING (progress said so). Release with
 * calibration_fini also after a failure. */
status_t calibrate(const sample_t *sample, calibrate_progress_fn *progress,
                   void *context, calibration_t *out);
void calibration_fini(calibration_t *calibration);

#endif
