/* Matrix products on one thread of BLAS: our pool has the threads, and one thread's sums are always in one order.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gsl/gsl_cblas.h>

G_BEGIN_DECLS

void tri_blas_init (void);

gboolean tri_orthonormalise (double *q, gsize n, guint l);
void tri_eigen_symmetric (double *matrix, guint n, double *values, double *vectors);

G_END_DECLS
