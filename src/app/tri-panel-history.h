/* History: every run, to go back to and to export.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-panel.h"

G_BEGIN_DECLS

#define TRI_TYPE_PANEL_HISTORY (tri_panel_history_get_type ())
G_DECLARE_FINAL_TYPE (TriPanelHistory, tri_panel_history, TRI, PANEL_HISTORY, TriPanel)

G_END_DECLS
