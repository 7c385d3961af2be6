/* Eigenvectors of symmetric matrices, for first weights that are a linear code. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"

G_BEGIN_DECLS

gboolean tri_jacobi_solve (double *a, double *vectors, guint n, TriProgress *progress, GError **error);

G_END_DECLS
