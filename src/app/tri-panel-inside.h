/* Inside the cipher: the cards that the cipher gives.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-session.h"

G_BEGIN_DECLS

#define TRI_TYPE_PANEL_INSIDE (tri_panel_inside_get_type ())
G_DECLARE_FINAL_TYPE (TriPanelInside, tri_panel_inside, TRI, PANEL_INSIDE, AdwBin)

G_END_DECLS
