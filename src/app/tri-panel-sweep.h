/* Sweep: one parameter over a range, with curves that grow.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-panel.h"

G_BEGIN_DECLS

#define TRI_TYPE_PANEL_SWEEP (tri_panel_sweep_get_type ())
G_DECLARE_FINAL_TYPE (TriPanelSweep, tri_panel_sweep, TRI, PANEL_SWEEP, TriPanel)

G_END_DECLS
