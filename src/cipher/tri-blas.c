/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-blas.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

extern void openblas_set_num_threads (int n); /* its <cblas.h> can't be included beside GSL's */

static gpointer
set_threads (gpointer unused)
{
  openblas_set_num_threads (1);
  return NULL;
}

/* Before the first product of a thread. */
void
tri_blas_init (void)
{
  static GOnce once = G_ONCE_INIT;
  g_once (&once, set_threads, NULL);
}

/* Lower Cholesky factor in place. Returns: FALSE when a pivot is lost in rounding */
static gboolean
cholesky (double *a, guint l)
{
  for (guint j = 0; j < l; j++)
    {
      double diagonal = a[j * l + j], left = diagonal - cblas_ddot ((int) j, a + j * l, 1, a + j * l, 1);
      if (!(left > 1e-11 * diagonal))
        return FALSE;
      a[j * l + j] = sqrt (left);
      for (guint i = j + 1; i < l; i++)
        a[i * l + j] = (a[i * l + j] - cblas_ddot ((int) j, a + i * l, 1, a + j * l, 1)) / a[j * l + j];
    }
  return TRUE;
}

/* Householder: slower, and orthonormal whatever the rank. Q = E − V (T V₁ᵀ). */
static void
householder (double *q, gsize n, guint l)
{
  g_autofree double *v = g_memdup2 (q, n * l * sizeof *v), *t = g_new0 (double, l * l);
  gsl_matrix_view v_view = gsl_matrix_view_array (v, n, l), t_view = gsl_matrix_view_array (t, l, l);
  gsl_linalg_QR_decomp_r (&v_view.matrix, &t_view.matrix);
  for (guint i = 0; i < l; i++)
    {
      memset (t + i * l, 0, i * sizeof *t);
      memset (v + i * l + i, 0, (l - i) * sizeof *v);
      v[i * l + i] = 1;
    }
  cblas_dtrmm (CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasUnit, (int) l, (int) l, 1, v, (int) l, t, (int) l);
  memset (q, 0, n * l * sizeof *q);
  for (guint i = 0; i < l; i++)
    q[i * l + i] = 1;
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) n, (int) l, (int) l, -1, v, (int) l, t, (int) l, 1, q,
               (int) l);
}

/**
 * tri_orthonormalise:
 * @q: @n × @l by rows, @n ≥ @l; replaced by an orthonormal basis of its columns' span
 *
 * By the Cholesky factor of the Gram matrix, which is nearly all matrix products; where that loses a pivot, by
 * Householder reflections. Call it twice for a basis that is orthonormal to the last digits.
 *
 * Returns: whether Cholesky sufficed
 */
gboolean
tri_orthonormalise (double *q, gsize n, guint l)
{
  g_autofree double *gram = g_new0 (double, l * l);
  g_return_val_if_fail (n >= l, FALSE);
  cblas_dsyrk (CblasRowMajor, CblasLower, CblasTrans, (int) l, (int) n, 1, q, (int) l, 0, gram, (int) l);
  if (!cholesky (gram, l))
    {
      householder (q, n, l);
      return FALSE;
    }
  cblas_dtrsm (CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int) n, (int) l, 1, gram, (int) l, q,
               (int) l);
  return TRUE;
}

/* Eigenvalues from the largest, and eigenvectors as the columns of @vectors (@n × @n by rows). Destroys @matrix. */
void
tri_eigen_symmetric (double *matrix, guint n, double *values, double *vectors)
{
  gsl_matrix_view m = gsl_matrix_view_array (matrix, n, n), v = gsl_matrix_view_array (vectors, n, n);
  gsl_vector_view w = gsl_vector_view_array (values, n);
  gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc (n);
  gsl_eigen_symmv (&m.matrix, &w.vector, &v.matrix, work);
  gsl_eigen_symmv_free (work);
  gsl_eigen_symmv_sort (&w.vector, &v.matrix, GSL_EIGEN_SORT_VAL_DESC);
}
