/* IEEE 754 half precision, for stored weights.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint16 tri_half_from_float (float value);
float tri_half_to_float (guint16 half);

G_END_DECLS
