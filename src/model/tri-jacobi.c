/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-jacobi.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SWEEPS 30

/* Jacobi's rotation that makes a[p][q] zero (Golub and Van Loan, Matrix Computations, section 8.5). */
static void
rotate (double *a, double *vectors, guint n, guint p, guint q)
{
  double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
  double t = (theta >= 0 ? 1 : -1) / (fabs (theta) + sqrt (theta * theta + 1)), c = 1 / sqrt (t * t + 1), s = t * c;
  for (guint i = 0; i < n; i++)
    {
      double x = a[p * n + i], y = a[q * n + i], u = vectors[p * n + i], v = vectors[q * n + i];
      a[p * n + i] = c * x - s * y;
      a[q * n + i] = s * x + c * y;
      vectors[p * n + i] = c * u - s * v;
      vectors[q * n + i] = s * u + c * v;
    }
  for (guint i = 0; i < n; i++)
    {
      double x = a[i * n + p], y = a[i * n + q];
      a[i * n + p] = c * x - s * y;
      a[i * n + q] = s * x + c * y;
    }
}

static gboolean
diagonalise (double *a, double *vectors, guint n, TriProgress *progress, GError **error)
{
  for (guint sweep = 0; sweep < MAX_SWEEPS; sweep++)
    {
      double beside = 0, trace = 0;
      for (guint p = 0; p < n; p++)
        {
          trace += a[p * n + p];
          for (guint q = p + 1; q < n; q++)
            beside = MAX (beside, fabs (a[p * n + q]));
        }
      if (beside <= 1e-12 * trace)
        return TRUE;
      for (guint p = 0; p + 1 < n; p++)
        {
          if (!tri_progress_check (progress, 0, error))
            return FALSE;
          for (guint q = p + 1; q < n; q++)
            if (fabs (a[p * n + q]) > 1e-15 * trace)
              rotate (a, vectors, n, p, q);
        }
    }
  return TRUE;
}

typedef struct {
  double value;
  guint row;
} Ranked;

static int
compare (gconstpointer a, gconstpointer b)
{
  const Ranked *x = a, *y = b;
  if (x->value != y->value)
    return x->value > y->value ? -1 : 1;
  return (int) x->row - (int) y->row;
}

/**
 * tri_jacobi_solve:
 * @a: n × n, by row; its diagonal becomes the eigenvalues, largest first, and the rest is lost
 * @vectors: (out caller-allocates): n × n: a row for each
 *
 * Returns: FALSE only when cancelled
 */
gboolean
tri_jacobi_solve (double *a, double *vectors, guint n, TriProgress *progress, GError **error)
{
  memset (vectors, 0, (gsize) n * n * sizeof *vectors);
  for (guint i = 0; i < n; i++)
    vectors[i * n + i] = 1;
  if (!diagonalise (a, vectors, n, progress, error))
    return FALSE;
  g_autofree Ranked *ranked = g_new (Ranked, n);
  g_autofree double *sorted = g_new (double, (gsize) n * n);
  for (guint i = 0; i < n; i++)
    ranked[i] = (Ranked) { a[i * n + i], i };
  qsort (ranked, n, sizeof *ranked, compare);
  for (guint i = 0; i < n; i++)
    {
      a[i * n + i] = ranked[i].value;
      memcpy (sorted + i * n, vectors + ranked[i].row * n, n * sizeof *sorted);
    }
  memcpy (vectors, sorted, (gsize) n * n * sizeof *vectors);
  return TRUE;
}
