/* A slider of how many bits of the key are wrong, and what decryption gives then: as a picture and in a chart.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-chart-view.h"
#include "tri-near-keys.h"

G_BEGIN_DECLS

#define TRI_TYPE_KEY_SCRUBBER (tri_key_scrubber_get_type ())
G_DECLARE_FINAL_TYPE (TriKeyScrubber, tri_key_scrubber, TRI, KEY_SCRUBBER, GtkBox)

GtkWidget *tri_key_scrubber_new (void);
void tri_key_scrubber_set_bits (TriKeyScrubber *self, TriNearKeys *bits);
TriNearKeys *tri_key_scrubber_get_bits (TriKeyScrubber *self);
void tri_key_scrubber_show (TriKeyScrubber *self, guint n);
guint tri_key_scrubber_get_shown (TriKeyScrubber *self);
GtkScale *tri_key_scrubber_get_scale (TriKeyScrubber *self);
TriChartView *tri_key_scrubber_get_chart (TriKeyScrubber *self);

G_END_DECLS
