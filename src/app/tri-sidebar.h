/* Algorithm, key and parameters. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-session.h"

G_BEGIN_DECLS

#define TRI_TYPE_SIDEBAR (tri_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (TriSidebar, tri_sidebar, TRI, SIDEBAR, AdwBin)

/* Signal: "failed (GError)". */
void tri_sidebar_set_session (TriSidebar *self, TriSession *session);
gboolean tri_sidebar_uses_demo_key (TriSidebar *self);
void tri_sidebar_ask_for_key (TriSidebar *self);

G_END_DECLS
