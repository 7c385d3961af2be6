/* The trainings that a person has begun, each in a folder of its own beside the user's data.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-trainer.h"

G_BEGIN_DECLS

/**
 * TriSavedTraining:
 * @model: (nullable): NULL when it can't be continued: @why says why
 * @params: of the model, in words
 * @source: of tri_dataset_load()
 * @step, @steps: done, and in all
 * @ended_early: because validation got no better; continuing it begins its patience anew
 * @psnr: of the best validation; NaN before the first
 * @saved: seconds since 1970
 */
typedef struct {
  char *folder, *params, *source, *why;
  const TriModel *model;
  guint64 step, steps;
  gboolean ended_early;
  double psnr;
  gint64 saved;
} TriSavedTraining;

void tri_saved_training_free (TriSavedTraining *training);
char *tri_trainings_folder (void);
char *tri_trainings_new_folder (const TriModel *model);
GPtrArray *tri_trainings_list (void);
gboolean tri_trainings_remove (const char *folder, GError **error);

G_END_DECLS
