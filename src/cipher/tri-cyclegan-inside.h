/* What "inside the cipher" shows of "cyclegan".
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-cyclegan.h"

G_BEGIN_DECLS

GPtrArray *tri_cyclegan_inside (const TriCyclegan *gan, gboolean shipped, const TriImage *picture, TriProgress *progress,
                                GError **error);

G_END_DECLS
