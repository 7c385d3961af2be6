/* How much has been done since the program began: pieces of straight code. Only where -Dcount_work=true.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

extern guint64 tri_work_count;

G_END_DECLS
