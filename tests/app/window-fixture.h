/* A window to test, with a sample in it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-window-private.h"

G_BEGIN_DECLS

void fixture_init (int *argc, char ***argv);
int fixture_run (void);
void fixture_spin_until (gboolean (*done) (gpointer), gpointer data);
TriWindow *fixture_window (void);
TriWindow *fixture_window_with_sample (void);
void fixture_close (TriWindow *self);
GtkWindow *fixture_find_message_dialog (void);
guint fixture_count_nameless (GtkWidget *widget, const char *place);

G_END_DECLS
