/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-panel-sweep-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-card-grid.h"
#include "tri-card.h"
#include "tri-chart-button.h"
#include "tri-export.h"
#include "tri-later.h"
#include "tri-name.h"

#define REDRAW_MS 100 /* between two drawings of growing curves */

G_DEFINE_FINAL_TYPE (TriPanelSweep, tri_panel_sweep, TRI_TYPE_PANEL)

/* Returns: (transfer full) (nullable): why a sweep can't start */
static char *
why_not (TriPanelSweep *self)
{
  g_autoptr (GPtrArray) ciphers = tri_panel_sweep_get_ciphers (self);
  TriSweepRange range = tri_panel_sweep_get_range (self);
  char *why = tri_session_why_not_runnable (self->panel.session);
  if (why != NULL)
    return why;
  if (tri_session_get_picture (self->panel.session) == NULL)
    return g_strdup (_("A sweep needs an original. Open a picture first."));
  if (range.param == NULL)
    return g_strdup (_("No cipher has a number to sweep."));
  if (ciphers->len == 0)
    return g_strdup (_("Choose one cipher or more."));
  if (!(range.step > 0) || range.to < range.from)
    return g_strdup (_("The range is empty: choose an end that is not below its start."));
  if (tri_sweep_range_n_points (&range) * ciphers->len > TRI_SWEEP_MAX_POINTS)
    return g_strdup_printf (_("These are more than %d points. Choose a larger step or a smaller range."),
                            TRI_SWEEP_MAX_POINTS);
  return NULL;
}

/* What the sweep would do, does or did. */
static char *
status_text (TriPanelSweep *self)
{
  guint done = self->table != NULL ? tri_sweep_table_get_n_points (self->table) : 0;
  if (self->cancellable != NULL)
    return g_strdup_printf (ngettext ("%u of %u point", "%u of %u points", self->n_expected), done, self->n_expected);
  char *why = why_not (self);
  if (why != NULL)
    return why;
  g_autoptr (GPtrArray) ciphers = tri_panel_sweep_get_ciphers (self);
  TriSweepRange range = tri_panel_sweep_get_range (self);
  guint n = tri_sweep_range_n_points (&range) * ciphers->len;
  if (done == 0)
    return g_strdup_printf (ngettext ("%u point, at full size", "%u points, at full size", n), n);
  if (done < self->n_expected)
    return g_strdup_printf (ngettext ("Stopped after %u of %u point.", "Stopped after %u of %u points.", self->n_expected),
                            done, self->n_expected);
  return g_strdup_printf (ngettext ("%u point done.", "%u points done.", done), done);
}

/* What can be done, and how far it is. */
void
tri_panel_sweep_show_state (TriPanelSweep *self)
{
  gboolean running = self->cancellable != NULL;
  g_autofree char *status = status_text (self);
  g_autofree char *why = why_not (self);
  guint done = self->table != NULL ? tri_sweep_table_get_n_points (self->table) : 0;
  g_autofree char *errors = self->table != NULL ? tri_sweep_table_describe_errors (self->table, 3) : g_strdup ("");
  guint n_errors = self->table != NULL ? tri_sweep_table_get_n_errors (self->table) : 0;
  g_autofree char *more = n_errors > 3 ? g_strdup_printf (ngettext ("%s\n… and %u more", "%s\n… and %u more", n_errors - 3),
                                                          errors, n_errors - 3) : g_strdup (errors);
  gboolean sealed = tri_session_get_opened_sealed (self->panel.session) != NULL && !running;
  gtk_widget_set_visible (self->sealed_label, sealed);
  gtk_widget_set_visible (self->grid, !sealed);
  gtk_label_set_label (self->status, status);
  gtk_label_set_label (self->errors, more);
  gtk_widget_set_visible (GTK_WIDGET (self->errors), n_errors > 0);
  gtk_button_set_label (self->start_button, running ? _("_Stop") : _("_Start"));
  tri_name_buttons (GTK_WIDGET (self->start_button));
  (running ? gtk_widget_remove_css_class : gtk_widget_add_css_class) (GTK_WIDGET (self->start_button), "suggested-action");
  gtk_widget_set_sensitive (GTK_WIDGET (self->start_button), running || why == NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->csv_button), done > 0);
  GtkWidget *const inputs[] = { GTK_WIDGET (self->param_dropdown), GTK_WIDGET (self->ciphers_button),
                                GTK_WIDGET (self->from_spin), GTK_WIDGET (self->to_spin), GTK_WIDGET (self->step_spin) };
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    gtk_widget_set_sensitive (inputs[i], !running);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), running);
  gtk_progress_bar_set_fraction (self->progress, self->n_expected > 0 ? MIN (1, (double) done / self->n_expected) : 0);
}

static void
show_chart (TriPanelSweep *self, TriMetric metric, TriChartView *view)
{
  gboolean decrypted = gtk_drop_down_get_selected (self->side_dropdown) == 0;
  const char *param = tri_panel_sweep_get_param (self);
  const TriParams *params = tri_session_get_params (self->panel.session);
  double now = self->table != NULL && param != NULL && tri_params_find_spec (params, param) != NULL
                 ? tri_params_get (params, param) : NAN;
  g_autoptr (TriSweepTable) none = NULL;
  if (self->table == NULL)
    none = tri_sweep_table_new (&(TriSweepRange) { (char *) "", 0, 1, 1 });
  g_autoptr (TriChart) chart = tri_sweep_table_make_chart (self->table ? self->table : none, metric, decrypted, now);
  if (chart->empty == NULL)
    chart->empty = g_strdup (self->cancellable != NULL ? _("Waiting for the first point…")
                                                       : _("Choose a range and start: the curve grows here."));
  tri_chart_view_set_chart (view, chart);
}

static void
show_charts (TriPanelSweep *self)
{
  show_chart (self, TRI_METRIC_MSE, self->mse_view);
  show_chart (self, TRI_METRIC_PSNR, self->psnr_view);
  show_chart (self, TRI_METRIC_SSIM, self->ssim_view);
}

static void
redraw (GtkWidget *widget)
{
  TriPanelSweep *self = TRI_PANEL_SWEEP (widget);
  show_charts (self);
  tri_panel_sweep_show_state (self);
}

static void
on_param (TriPanelSweep *self)
{
  if (self->filling || self->panel.session == NULL)
    return;
  tri_panel_sweep_fill_ciphers (self);
  self->filling = TRUE;
  tri_panel_sweep_propose_range (self);
  self->filling = FALSE;
  tri_panel_sweep_show_state (self);
}

static void
on_range (TriPanelSweep *self)
{
  if (!self->filling && self->panel.session != NULL)
    tri_panel_sweep_show_state (self);
}

static void
on_side (TriPanelSweep *self)
{
  if (self->panel.session != NULL)
    show_charts (self);
}

static void
on_point (const TriSweepPoint *point, gpointer data)
{
  TriPanelSweep *self = data;
  if (self->table == NULL || self->cancellable == NULL)
    return;
  tri_sweep_table_add (self->table, point);
  tri_later (GTK_WIDGET (self), redraw, REDRAW_MS);
}

static void
on_finished (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriPanelSweep) self = data;
  g_autoptr (GError) error = NULL;
  tri_session_sweep_finish (TRI_SESSION (source), result, &error);
  g_clear_object (&self->cancellable);
  if (self->panel.session == NULL)
    return;
  show_charts (self);
  tri_panel_sweep_show_state (self);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gtk_label_set_label (self->status, error->message);
}

static void
start (TriPanelSweep *self)
{
  g_autoptr (GPtrArray) ciphers = tri_panel_sweep_get_ciphers (self);
  TriSweepRange range = tri_panel_sweep_get_range (self);
  g_clear_pointer (&self->table, tri_sweep_table_free);
  self->table = tri_sweep_table_new (&range);
  self->n_expected = tri_sweep_range_n_points (&range) * ciphers->len;
  self->cancellable = g_cancellable_new ();
  show_charts (self);
  tri_panel_sweep_show_state (self);
  tri_session_sweep_async (self->panel.session, ciphers, &range, on_point, self, self->cancellable, on_finished,
                           g_object_ref (self));
}

static void
on_start (TriPanelSweep *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    start (self);
}

static void
on_csv (TriPanelSweep *self)
{
  static const TriExportFormat csv = { "csv", N_("Table of comma-separated values (CSV)") };
  if (self->table != NULL)
    tri_export_text (GTK_WIDGET (self), _("Export Sweep"), _("sweep"), &csv, tri_sweep_table_to_csv (self->table));
}

/* Another cipher: other parameters. Not while a sweep runs, whose controls stay as they are until it ends. */
static void
update (TriPanelSweep *self)
{
  if (self->cipher != tri_session_get_cipher (self->panel.session) && self->cancellable == NULL)
    {
      self->cipher = tri_session_get_cipher (self->panel.session);
      tri_panel_sweep_fill_params (self);
      gtk_drop_down_set_selected (self->param_dropdown, 0);
      on_param (self);
    }
  tri_panel_sweep_show_state (self);
}

/* The curves are of another picture: stop, and start anew. */
static void
on_picture_changed (TriPanelSweep *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->table, tri_sweep_table_free);
  show_charts (self);
  update (self);
}

static void
tri_panel_sweep_constructed (GObject *object)
{
  TriPanelSweep *self = TRI_PANEL_SWEEP (object);
  G_OBJECT_CLASS (tri_panel_sweep_parent_class)->constructed (object);
  static const char *const signals[] = { "cipher-changed", "key-changed" };
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->panel.session, signals[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panel.session, "picture-changed", G_CALLBACK (on_picture_changed), self, G_CONNECT_SWAPPED);
  update (self);
  show_charts (self);
}

static void
tri_panel_sweep_dispose (GObject *object)
{
  TriPanelSweep *self = TRI_PANEL_SWEEP (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->table, tri_sweep_table_free);
  G_OBJECT_CLASS (tri_panel_sweep_parent_class)->dispose (object);
}

static void
tri_panel_sweep_finalize (GObject *object)
{
  TriPanelSweep *self = TRI_PANEL_SWEEP (object);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->params);
  g_ptr_array_unref (self->ciphers);
  G_OBJECT_CLASS (tri_panel_sweep_parent_class)->finalize (object);
}

/* A sweep keeps the panel alive until its thread is back: leaving the window stops it. */
static void
tri_panel_sweep_unroot (GtkWidget *widget)
{
  g_cancellable_cancel (TRI_PANEL_SWEEP (widget)->cancellable);
  GTK_WIDGET_CLASS (tri_panel_sweep_parent_class)->unroot (widget);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, param_dropdown);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, side_dropdown);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, ciphers_button);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, ciphers_box);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, ciphers_label);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, status);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, errors);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, from_spin);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, to_spin);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, step_spin);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, start_button);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, csv_button);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, progress);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, sealed_label);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, grid);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, mse_view);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, psnr_view);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSweep, ssim_view);
}

static void
tri_panel_sweep_class_init (TriPanelSweepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->constructed = tri_panel_sweep_constructed;
  object_class->dispose = tri_panel_sweep_dispose;
  object_class->finalize = tri_panel_sweep_finalize;
  widget_class->unroot = tri_panel_sweep_unroot;
  g_type_ensure (TRI_TYPE_CARD_GRID);
  g_type_ensure (TRI_TYPE_CARD);
  g_type_ensure (TRI_TYPE_CHART_VIEW);
  g_type_ensure (TRI_TYPE_CHART_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-panel-sweep.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_param);
  gtk_widget_class_bind_template_callback (widget_class, on_range);
  gtk_widget_class_bind_template_callback (widget_class, on_side);
  gtk_widget_class_bind_template_callback (widget_class, on_start);
  gtk_widget_class_bind_template_callback (widget_class, on_csv);
}

static void
tri_panel_sweep_init (TriPanelSweep *self)
{
  self->params = g_ptr_array_new_with_free_func (g_free);
  self->ciphers = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
