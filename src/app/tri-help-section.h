/* A heading of the help with what is below it: what Tab goes to, and what a screen reader then reads as a whole.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TRI_TYPE_HELP_SECTION (tri_help_section_get_type ())
G_DECLARE_FINAL_TYPE (TriHelpSectionView, tri_help_section, TRI, HELP_SECTION, GtkWidget)

GtkWidget *tri_help_section_new (const char *heading, const char *text, int level);
GtkWidget *tri_help_section_new_list (const char *heading, GtkWidget *list);

G_END_DECLS
