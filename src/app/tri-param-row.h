/* One parameter as a row, made from its table. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-params.h"

G_BEGIN_DECLS

#define TRI_TYPE_PARAM_ROW (tri_param_row_get_type ())
G_DECLARE_FINAL_TYPE (TriParamRow, tri_param_row, TRI, PARAM_ROW, GtkListBoxRow)

/* Signals: "changed (double)", "drag (gboolean: begins)" */
TriParamRow *tri_param_row_new (const TriParamSpec *spec);
TriParamRow *tri_param_row_new_plain (const TriParamSpec *spec);
const TriParamSpec *tri_param_row_get_spec (TriParamRow *self);
void tri_param_row_show (TriParamRow *self, double value, gboolean relevant);

G_END_DECLS
