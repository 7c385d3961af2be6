/* The points of a sweep, collected: as curves and as CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-sweep.h"

G_BEGIN_DECLS

typedef struct _TriSweepTable TriSweepTable;

/* What a sweep gave, one point a value and cipher. @range, and each point, are copied. */
TriSweepTable *tri_sweep_table_new (const TriSweepRange *range);
void tri_sweep_table_free (TriSweepTable *table);
void tri_sweep_table_add (TriSweepTable *table, const TriSweepPoint *point);
guint tri_sweep_table_get_n_points (const TriSweepTable *table);
guint tri_sweep_table_get_n_errors (const TriSweepTable *table);
char *tri_sweep_table_describe_errors (const TriSweepTable *table, guint at_most);
TriChart *tri_sweep_table_make_chart (const TriSweepTable *table, TriMetric metric, gboolean decrypted, double now);
char *tri_sweep_table_to_csv (const TriSweepTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriSweepTable, tri_sweep_table_free)

G_END_DECLS
