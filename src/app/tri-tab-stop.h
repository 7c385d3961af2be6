/* What Tab enters and leaves in one step, as a list of ten thousand rows; arrows move in it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TRI_TYPE_TAB_STOP (tri_tab_stop_get_type ())
G_DECLARE_FINAL_TYPE (TriTabStop, tri_tab_stop, TRI, TAB_STOP, AdwBin)

G_END_DECLS
