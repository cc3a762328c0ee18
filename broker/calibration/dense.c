/* dense.c - see dense.h. */
#include "broker/calibration/dense.h"

#include <math.h>
#include <string.h>

/* y -= factor x, the one loop that everything rests on. */
static void subtract(double *restrict y, const double *restrict x, double factor,
                     uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        y[i] -= factor * x[i];
}

/* Works on the transpose of the lower triangle, so that each step runs along rows: the
 * upper triangle is filled with U = L' and copied back at the end. */
bool dense_factor(double *a, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < i; j++)
            a[(size_t)j * n + i] = a[(size_t)i * n + j];
    }
    for (uint32_t k = 0; k < n; k++) {
        double *row = a + (size_t)k * n;
        if (!(row[k] > 0.0) || !isfinite(row[k]))
            return false;
        double root = sqrt(row[k]);
        for (uint32_t j = k; j < n; j++)
            row[j] /= root;
        for (uint32_t i = k + 1; i < n; i++) {
            if (row[i] != 0.0)
                subtract(a + (size_t)i * n + i, row + i, row[i], n - i);
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < i; j++)
            a[(size_t)i * n + j] = a[(size_t)j * n + i];
    }
    return true;
}

/* L x = x. The upper triangle holds L', so column k of L is a row. */
static void solve_lower(const double *l, uint32_t n, double *x)
{
    for (uint32_t k = 0; k < n; k++) {
        const double *row = l + (size_t)k * n;
        x[k] /= row[k];
        subtract(x + k + 1, row + k + 1, x[k], n - k - 1);
    }
}

void dense_solve_upper(const double *l, uint32_t n, double *x)
{
    for (uint32_t k = n; k-- > 0;) {
        const double *row = l + (size_t)k * n;
        x[k] /= row[k];
        subtract(x, row, x[k], k);
    }
}

void dense_solve(const double *l, uint32_t n, double *x)
{
    solve_lower(l, n, x);
    dense_solve_upper(l, n, x);
}

/* Row i of the inverse M of L: M L = 1, row by row from the right; then C = M' M. */
static void invert_lower(const double *l, uint32_t n, double *out)
{
    memset(out, 0, (size_t)n * n * sizeof *out);
    for (uint32_t i = 0; i < n; i++) {
        double *row = out + (size_t)i * n;
        const double *of_l = l + (size_t)i * n;
        for (uint32_t k = 0; k < i; k++) /* row_i = (e_i - sum l_ik row_k) / l_ii */
            subtract(row, out + (size_t)k * n, of_l[k], k + 1);
        row[i] = 1.0;
        for (uint32_t j = 0; j <= i; j++)
            row[j] /= of_l[i];
    }
}

void dense_invert(const double *l, uint32_t n, double *out)
{
    invert_lower(l, n, out);
    /* C_jk = sum over i >= max(j, k) of M_ij M_ik: row j may be written over, for rows
     * above are done and rows below are read only from column j on. */
    for (uint32_t j = 0; j < n; j++) {
        double *target = out + (size_t)j * n;
        double own = target[j];
        for (uint32_t k = 0; k <= j; k++)
            target[k] *= own;
        for (uint32_t i = j + 1; i < n; i++) {
            const double *row = out + (size_t)i * n;
            subtract(target, row, -row[j], j + 1);
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < i; j++)
            out[(size_t)j * n + i] = out[(size_t)i * n + j];
    }
}
