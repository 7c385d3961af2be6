/* What the parts of the panel share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart-view.h"
#include "tri-panel-sweep.h"
#include "tri-sweep-table.h"

G_BEGIN_DECLS

struct _TriPanelSweep {
  TriPanel panel;
  const TriCipher *cipher;    /* that the lists below were made for */
  GPtrArray *params;          /* char *: ids, in the order of the list */
  GPtrArray *ciphers;         /* TriCipher, of the check buttons */
  gboolean filling;

  TriSweepTable *table;       /* of the sweep that runs or ran last */
  guint n_expected;
  GCancellable *cancellable;  /* while it runs */

  GtkDropDown *param_dropdown, *side_dropdown;
  GtkMenuButton *ciphers_button;
  GtkBox *ciphers_box;
  GtkLabel *ciphers_label, *status, *errors;
  GtkSpinButton *from_spin, *to_spin, *step_spin;
  GtkButton *start_button, *csv_button;
  GtkProgressBar *progress;
  GtkWidget *sealed_label, *grid;
  TriChartView *mse_view, *psnr_view, *ssim_view;
};

/* tri-panel-sweep-choice.c */
const char *tri_panel_sweep_get_param (TriPanelSweep *self);
GPtrArray *tri_panel_sweep_get_ciphers (TriPanelSweep *self);
TriSweepRange tri_panel_sweep_get_range (TriPanelSweep *self);
void tri_panel_sweep_fill_params (TriPanelSweep *self);
void tri_panel_sweep_fill_ciphers (TriPanelSweep *self);
void tri_panel_sweep_propose_range (TriPanelSweep *self);

/* tri-panel-sweep.c */
void tri_panel_sweep_show_state (TriPanelSweep *self);

G_END_DECLS
