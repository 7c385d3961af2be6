/* What a training is begun with: the model, its pictures, and numbers, all made from tables.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-trainer.h"

G_BEGIN_DECLS

#define TRI_TYPE_TRAIN_FORM (tri_train_form_get_type ())
G_DECLARE_FINAL_TYPE (TriTrainForm, tri_train_form, TRI, TRAIN_FORM, AdwBin)

/* Signals: "changed" */
const TriModel *tri_train_form_get_model (TriTrainForm *self);
const TriParams *tri_train_form_get_params (TriTrainForm *self);
const TriParams *tri_train_form_get_chosen (TriTrainForm *self);
const char *tri_train_form_get_source (TriTrainForm *self);
void tri_train_form_set_model (TriTrainForm *self, const TriModel *model);
void tri_train_form_set_source (TriTrainForm *self, const char *source);
void tri_train_form_show_trainer (TriTrainForm *self, TriTrainer *trainer);
gboolean tri_train_form_set (TriTrainForm *self, const char *id, double value, GError **error);
void tri_train_form_choose (TriTrainForm *self);

G_END_DECLS
