/* What the panels below the panes are: a bin with a session.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-session.h"

G_BEGIN_DECLS

#define TRI_TYPE_PANEL (tri_panel_get_type ())
#define TRI_PANEL(object) (G_TYPE_CHECK_INSTANCE_CAST ((object), TRI_TYPE_PANEL, TriPanel))

/* @session: given when it is made, and never another; NULL after it was disposed of */
typedef struct {
  AdwBin parent_instance;
  TriSession *session;
} TriPanel;

typedef struct {
  AdwBinClass parent_class;
} TriPanelClass;

GType tri_panel_get_type (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriPanel, g_object_unref)

G_END_DECLS
