/* Shared by the two files of convolutions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-conv.h"

G_BEGIN_DECLS

guint tri_conv_band (guint n_rows, guint window_rows, guint row_step, gsize row_floats);
void tri_conv_window (const float *picture, guint h, guint w, guint c, gssize y0, guint n_rows, gssize x0,
                      guint n_columns, guint first, guint n_channels, float *out);

G_END_DECLS
