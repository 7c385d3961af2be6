/* Actions and keys of the program as a whole. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void tri_actions_add (GtkApplication *application);

G_END_DECLS
