/* The trainings that are kept: to continue, or to remove. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TRI_TYPE_SAVED_TRAININGS (tri_saved_trainings_get_type ())
G_DECLARE_FINAL_TYPE (TriSavedTrainings, tri_saved_trainings, TRI, SAVED_TRAININGS, AdwWindow)

/* Signals: "resume (const char *folder)" */
TriSavedTrainings *tri_saved_trainings_new (GtkWindow *parent);
guint tri_saved_trainings_count (TriSavedTrainings *self);

G_END_DECLS
