/* Security: how random the result looks, beside a sound cipher and pure noise.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-panel.h"

G_BEGIN_DECLS

#define TRI_TYPE_PANEL_SECURITY (tri_panel_security_get_type ())
G_DECLARE_FINAL_TYPE (TriPanelSecurity, tri_panel_security, TRI, PANEL_SECURITY, TriPanel)

G_END_DECLS
