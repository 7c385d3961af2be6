/* Inside the cipher: the cards that the cipher gives.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-panel.h"

G_BEGIN_DECLS

#define TRI_TYPE_PANEL_INSIDE (tri_panel_inside_get_type ())
G_DECLARE_FINAL_TYPE (TriPanelInside, tri_panel_inside, TRI, PANEL_INSIDE, TriPanel)

G_END_DECLS
