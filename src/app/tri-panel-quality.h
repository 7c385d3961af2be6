/* Quality: this run in numbers and words, and bars of every cipher run on this picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-panel.h"

G_BEGIN_DECLS

#define TRI_TYPE_PANEL_QUALITY (tri_panel_quality_get_type ())
G_DECLARE_FINAL_TYPE (TriPanelQuality, tri_panel_quality, TRI, PANEL_QUALITY, TriPanel)

G_END_DECLS
