/* What the files of the page share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-train-course.h"
#include "tri-train-page.h"
#include "tri-saved-trainings.h"

G_BEGIN_DECLS

struct _TriTrainPage {
  AdwBin parent_instance;
  TriTraining *training;
  GtkFileChooserNative *chooser;
  gboolean shows_continued;

  TriTrainCourse *course;
  TriTrainForm *form;
  GtkProgressBar *progress;
  GtkLabel *where, *status, *in_use;
  GtkButton *start, *pause, *stop, *install;
  GtkWidget *idle_box;
};

/* tri-train-page.c */
void tri_train_page_say (TriTrainPage *self, const char *text);
void tri_train_page_say_error (TriTrainPage *self, const GError *error);
void tri_train_page_resume (TriTrainPage *self, const char *folder);

/* tri-train-page-weights.c */
void tri_train_page_class_add_weights (GtkWidgetClass *klass);
void tri_train_page_show_weights (TriTrainPage *self);
void tri_train_page_import (TriTrainPage *self, const char *path);

G_END_DECLS
