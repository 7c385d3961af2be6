/* A page of the window: what the window asks of the one that is shown. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TRI_TYPE_PAGE (tri_page_get_type ())
G_DECLARE_INTERFACE (TriPage, tri_page, TRI, PAGE, GtkWidget)

/**
 * TriPageInterface: every function may be missing.
 * @activate: one of the window's actions that mean something else on each page: "win.open", "win.paste", "win.run",
 *   "win.run-or-stop", "win.stop", "win.undo", "win.redo"; %FALSE: this page has none such
 * @why_stay: (transfer full) (nullable): what would be lost if the window closed now, in one sentence
 */
struct _TriPageInterface {
  GTypeInterface parent;
  gboolean (*activate) (TriPage *self, const char *action);
  char *(*why_stay) (TriPage *self);
};

gboolean tri_page_activate (TriPage *self, const char *action);
char *tri_page_why_stay (TriPage *self);

G_END_DECLS
