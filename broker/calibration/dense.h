/* dense.h - a symmetric positive definite matrix: factor, solve, invert.
 *
 * Rows lie one behind the other, `n` doubles each. Loops run along rows and sum in one fixed order, so that
 * every compiler gives the same bits (no contraction: the folder is built with
 * -ffp-contract=off). Threads: any, each with its own matrix.
 */
#ifndef YX_CALIBRATION_DENSE_H
#define YX_CALIBRATION_DENSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The lower triangle of `a` is read; a becomes L with L L' = a below the diagonal and L'
 * above it. False: not positive definite, `a` is then of no use. */
bool dense_factor(double *a, uint32_t n);
/* x becomes the solution of L L' x = x. */
void dense_solve(const double *l, uint32_t n, double *x);
/* x becomes the solution of L' x = x. */
void dense_solve_upper(const double *l, uint32_t n, double *x);
/* `out` becomes the whole inverse of L L', both triangles; `l` is kept. */
void dense_invert(const double *l, uint32_t n, double *out);

#endif
