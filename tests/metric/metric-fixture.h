/* Pictures made by a recurrence, the same as in tests/vectors/make-metric.py.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-metric.h"

TriImage *metric_noise (guint width, guint height, guint channels, guint32 seed);
TriImage *metric_scene (guint width, guint height, guint channels);
TriImage *metric_faint (const TriImage *image, const TriImage *grain);
TriImage *metric_flat (guint width, guint height, guint channels, guint8 value);
