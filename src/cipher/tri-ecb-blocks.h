/* Equal 16-byte blocks of a picture: what ECB gives away.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-progress.h"

G_BEGIN_DECLS

TriInsight *tri_ecb_insight (const TriImage *picture, TriProgress *progress, GError **error);

G_END_DECLS
