/* Bob's decryption beside what Eve makes of the same encrypted picture without the key, and her training.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-bob-eve.h"
#include "tri-chart-view.h"

G_BEGIN_DECLS

#define TRI_TYPE_EVE_VIEW (tri_eve_view_get_type ())
G_DECLARE_FINAL_TYPE (TriEveView, tri_eve_view, TRI, EVE_VIEW, GtkBox)

GtkWidget *tri_eve_view_new (void);
void tri_eve_view_show (TriEveView *self, const TriImage *original, const TriSealed *sealed, const TriKey *key);
TriBobEve *tri_eve_view_get_duel (TriEveView *self);
TriChartView *tri_eve_view_get_chart (TriEveView *self);

G_END_DECLS
