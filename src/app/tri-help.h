/* The help, in a window of its own: what each page is for, and which cipher is secure. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TRI_TYPE_HELP (tri_help_get_type ())
G_DECLARE_FINAL_TYPE (TriHelp, tri_help, TRI, HELP, AdwWindow)

GtkWidget *tri_help_new (void);
void tri_help_show_page (TriHelp *self, const char *id);

G_END_DECLS
