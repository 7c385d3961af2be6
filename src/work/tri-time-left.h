/* How long a run over files will go on, learned while it runs. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sums over what was seen so far; all zero at the start. Sizes in MiB, times in seconds. */
typedef struct {
  double sizes, products, files, size_times, file_times; /* Σ size², Σ size × files, Σ files², Σ size × time, Σ files × time */
  guint n;
} TriTimeLeft;

void tri_time_left_add (TriTimeLeft *self, double files, double size, double time);
double tri_time_left_get (const TriTimeLeft *self, double files, double size);

G_END_DECLS
