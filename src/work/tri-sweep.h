/* One numeric parameter over a range, for one or several ciphers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-run.h"

G_BEGIN_DECLS

typedef struct {
  char *param;
  double from, to, step;
} TriSweepRange;

typedef struct {
  const TriCipher *cipher;
  double value;               /* of the parameter */
  TriPair encrypted, restored;
  double encrypt_s, decrypt_s;
  char *error;                /* (nullable): this point failed, translated */
} TriSweepPoint;

/* Called from the worker thread as each point is done. @point is valid during the call. */
typedef void (*TriSweepFunc) (const TriSweepPoint *point, gpointer user_data);

#define TRI_SWEEP_MAX_POINTS 1000

gboolean tri_sweep_range_parse (const char *text, TriSweepRange *out, GError **error); /* NAME=FROM:TO:STEP */
void tri_sweep_range_clear (TriSweepRange *range);
guint tri_sweep_range_n_points (const TriSweepRange *range);
/* @specs: (element-type TriRunSpec): one for each cipher */
gboolean tri_sweep (GPtrArray *specs, const TriSweepRange *range, TriSweepFunc func, gpointer user_data,
                    TriProgress *progress, GError **error);

G_END_DECLS
