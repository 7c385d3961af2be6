/* The page where networks are trained, and watched while they learn. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-train-form.h"
#include "tri-training.h"

G_BEGIN_DECLS

#define TRI_TYPE_TRAIN_PAGE (tri_train_page_get_type ())
G_DECLARE_FINAL_TYPE (TriTrainPage, tri_train_page, TRI, TRAIN_PAGE, AdwBin)

/* Actions: train.start, train.pause (or go on), train.stop, train.choose. Implements TriPage. */
TriTraining *tri_train_page_get_training (TriTrainPage *self);
TriTrainForm *tri_train_page_get_form (TriTrainPage *self);

G_END_DECLS
