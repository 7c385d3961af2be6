/* What the files of the evaluation share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-evaluate.h"

G_BEGIN_DECLS

/* One cipher with one picture. @values: of one->values, that picture's */
typedef struct {
  const TriEvaluateSpec *spec;
  const TriEvaluation *evaluation;
  TriEvaluatedCase *one;
  guint index;
  const TriImage *picture;
  TriReport *report;
  double *values;
} TriEvaluateWork;

/* tri-evaluate-cases.c */
gboolean tri_evaluate_make_cases (const TriEvaluateSpec *spec, TriEvaluation *evaluation, GError **error);

/* tri-evaluate-picture.c */
void tri_evaluate_draw (const TriEvaluateSpec *spec, const char *what, guint number, guint8 *out, gsize size);
TriKey *tri_evaluate_make_key (const TriEvaluateSpec *spec, GError **error);
gboolean tri_evaluate_picture (TriEvaluateWork *work, TriEve *eve, TriProgress *progress, GError **error);

/* tri-evaluate-damage.c */
gboolean tri_evaluate_bare (const TriEvaluateSpec *spec, TriEvaluation *evaluation, TriProgress *progress, GError **error);
gboolean tri_evaluate_damages (const TriEvaluateWork *work, TriProgress *progress, GError **error);

G_END_DECLS
