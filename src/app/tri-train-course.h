/* The course of a training: the validation picture at each checkpoint, and the curves.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-training.h"

G_BEGIN_DECLS

#define TRI_TYPE_TRAIN_COURSE (tri_train_course_get_type ())
G_DECLARE_FINAL_TYPE (TriTrainCourse, tri_train_course, TRI, TRAIN_COURSE, AdwBin)

void tri_train_course_set_training (TriTrainCourse *self, TriTraining *training);
void tri_train_course_show (TriTrainCourse *self, guint checkpoint);
guint tri_train_course_get_shown (TriTrainCourse *self);

G_END_DECLS
