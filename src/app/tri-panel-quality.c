/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-panel-quality.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-card-grid.h"
#include "tri-card.h"
#include "tri-chart-button.h"
#include "tri-chart-view.h"
#include "tri-name.h"
#include "tri-table.h"
#include "tri-tooltip.h"

struct _TriPanelQuality {
  TriPanel panel;
  gboolean running_all;

  TriTable *table;
  GtkLabel *sentence;
  TriChartView *ssim_view, *mse_view;
  GtkWidget *ssim_card, *mse_card;
  GtkDropDown *side_dropdown;
  GtkButton *run_all;
  GtkProgressBar *progress;
};

G_DEFINE_FINAL_TYPE (TriPanelQuality, tri_panel_quality, TRI_TYPE_PANEL)

/* The short names; the full one and its sentence are in the tooltip. */
static const struct { TriMetric metric; const char *name; } pair_metrics[] = {
  { TRI_METRIC_MSE, N_("MSE") },
  { TRI_METRIC_PSNR, N_("PSNR") },
  { TRI_METRIC_SSIM, N_("SSIM (Wang)") },
  { TRI_METRIC_SSIM_UNIFORM, N_("SSIM (7 × 7)") },
  { TRI_METRIC_DIFFERING, N_("Pixels that differ") },
};

static double
pair_value (const TriPair *pair, TriMetric metric)
{
  switch ((int) metric)
    {
    case TRI_METRIC_MSE: return pair->mse;
    case TRI_METRIC_PSNR: return pair->psnr;
    case TRI_METRIC_SSIM: return pair->ssim;
    case TRI_METRIC_SSIM_UNIFORM: return pair->ssim_uniform;
    case TRI_METRIC_DIFFERING: return pair->differing;
    default: g_return_val_if_reached (NAN);
    }
}

static char *
time_text (double seconds)
{
  if (!(seconds > 0))
    return g_strdup ("–");
  return seconds < 1 ? g_strdup_printf (_("%.1f ms"), seconds * 1000) : g_strdup_printf (_("%.2f s"), seconds);
}

static char *
speed_text (guint64 bytes, double seconds)
{
  return seconds > 0 ? g_strdup_printf (_("%.1f MB/s"), (double) bytes / seconds / 1e6) : g_strdup ("–");
}

static void
fill_costs (TriPanelQuality *self, const TriReport *report)
{
  gboolean refused = report->refusal != NULL;
  g_autofree char *encrypt = time_text (report->encrypt_s), *decrypt = time_text (refused ? 0 : report->decrypt_s);
  g_autofree char *speed = speed_text (report->bytes_original, report->encrypt_s);
  g_autofree char *back = speed_text (report->bytes_original, refused ? 0 : report->decrypt_s);
  g_autofree char *sealed = g_format_size (report->bytes_sealed), *original = g_format_size (report->bytes_original);
  tri_table_row (self->table, _("Duration"),
                 _("How long encryption and decryption took, without deriving the key. Short work that other programs "
                   "held up is timed again, and the quickest counts."));
  tri_table_cell (self->table, encrypt, TRI_TONE_PLAIN, NULL);
  tri_table_cell (self->table, decrypt, TRI_TONE_PLAIN, NULL);
  tri_table_row (self->table, _("Throughput"), _("Bytes of the original for each second."));
  tri_table_cell (self->table, speed, TRI_TONE_PLAIN, NULL);
  tri_table_cell (self->table, back, TRI_TONE_PLAIN, NULL);
  tri_table_row (self->table, _("Size"), _("Pixels and side data before compression. At the right: the original."));
  tri_table_cell (self->table, sealed, TRI_TONE_PLAIN, NULL);
  tri_table_cell (self->table, original, TRI_TONE_PLAIN, NULL);
}

static void
fill_table (TriPanelQuality *self, const TriReport *report)
{
  tri_table_begin (self->table);
  for (guint i = 0; i < G_N_ELEMENTS (pair_metrics) && report != NULL; i++)
    {
      TriMetric metric = pair_metrics[i].metric;
      const TriMetricInfo *info = &tri_metric_infos[metric];
      g_autofree char *hidden = tri_metric_format (metric, pair_value (&report->encrypted, metric));
      g_autofree char *sentence = g_strdup_printf ("%s. %s", _(info->title), _(info->sentence));
      g_autofree char *refusal = tri_report_refusal (report);
      double restored = pair_value (&report->restored, metric);
      gboolean same = report->restored.mse == 0 && !isnan (restored);
      g_autofree char *back = tri_metric_format (metric, restored);
      tri_table_row (self->table, _(pair_metrics[i].name), sentence);
      tri_table_cell (self->table, hidden, TRI_TONE_PLAIN,
                      isnan (pair_value (&report->encrypted, metric)) ? _(info->undefined) : NULL);
      tri_table_cell (self->table, back, same ? TRI_TONE_GOOD : TRI_TONE_PLAIN,
                      !isnan (restored) ? NULL : refusal != NULL ? refusal : _(info->undefined));
    }
  if (report != NULL)
    fill_costs (self, report);
  tri_table_end (self->table);
}

static void
show_report (TriPanelQuality *self)
{
  TriReport *report = tri_session_get_report (self->panel.session);
  gboolean sealed = tri_session_get_opened_sealed (self->panel.session) != NULL;
  g_autofree char *why = report == NULL ? tri_session_why_not_runnable (self->panel.session) : NULL;
  g_autofree char *encrypted = report != NULL ? tri_report_caption (report, 1) : NULL;
  g_autofree char *decrypted = report != NULL ? tri_report_caption (report, 2) : NULL;
  g_autofree char *text = report != NULL ? g_strdup_printf (_("Encrypted: %s.\nDecrypted: %s."), encrypted, decrypted)
                          : why != NULL ? g_strdup (why) : g_strdup (_("Run the cipher to see its numbers."));
  gtk_label_set_label (self->sentence,
                       !sealed ? text : _("Only the encrypted picture is open: there is no original to measure against."));
  gtk_widget_set_visible (GTK_WIDGET (self->table), report != NULL && !sealed);
  gtk_widget_set_visible (self->ssim_card, !sealed);
  gtk_widget_set_visible (self->mse_card, !sealed);
  fill_table (self, report);
}

/* One bar a cipher, in the order of the list of ciphers; the current one stands out. */
static TriChart *
make_bars (TriPanelQuality *self, TriMetric metric, gboolean decrypted, const char *title)
{
  GPtrArray *reports = tri_session_get_comparisons (self->panel.session);
  const TriCipher *current = tri_session_get_cipher (self->panel.session);
  TriChart *chart = tri_chart_new (title, NULL, NULL);
  chart->empty = g_strdup (_("Each cipher that has run on this picture with the same key and damage gets a bar here."));
  TriSeries *others = tri_chart_add (chart, NULL, TRI_MARK_HBARS, TRI_HUE_MUTED);
  TriSeries *chosen = tri_chart_add (chart, NULL, TRI_MARK_HBARS, TRI_HUE_ACCENT);
  if (reports->len > 0)
    chart->categories = g_ptr_array_new_with_free_func (g_free);
  if (metric == TRI_METRIC_SSIM)
    chart->x.max = 1;
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    for (guint i = 0; i < reports->len; i++)
      {
        const TriReport *report = g_ptr_array_index (reports, i);
        if (report->cipher != *c)
          continue;
        double value = pair_value (decrypted ? &report->restored : &report->encrypted, metric);
        gboolean refused = decrypted && report->refusal != NULL;
        g_autofree char *label = refused ? g_strdup (_("refused")) : tri_metric_format (metric, value);
        tri_series_append_labelled (*c == current ? chosen : others, isnan (value) ? 0 : value,
                                    chart->categories->len, label);
        g_ptr_array_add (chart->categories, g_strdup (_((*c)->title)));
      }
  return chart;
}

static void
show_comparisons (TriPanelQuality *self)
{
  gboolean decrypted = gtk_drop_down_get_selected (self->side_dropdown) == 0;
  const char *ssim = decrypted ? _("SSIM of what comes back, by cipher") : _("SSIM of what is seen, by cipher");
  const char *mse = decrypted ? _("MSE of what comes back, by cipher") : _("MSE of what is seen, by cipher");
  g_autoptr (TriChart) ssim_chart = make_bars (self, TRI_METRIC_SSIM, decrypted, ssim);
  g_autoptr (TriChart) mse_chart = make_bars (self, TRI_METRIC_MSE, decrypted, mse);
  tri_chart_view_set_chart (self->ssim_view, ssim_chart);
  tri_chart_view_set_chart (self->mse_view, mse_chart);
}

/* The button starts a run of every cipher, and while that goes on it stops it. */
static void
update_run_all (TriPanelQuality *self)
{
  self->running_all = self->running_all && tri_session_is_busy (self->panel.session);
  g_autofree char *why_not = tri_session_why_not_runnable (self->panel.session);
  if (why_not == NULL && tri_session_get_picture (self->panel.session) == NULL)
    why_not = g_strdup (_("Comparing ciphers needs an original. Open a picture first."));
  gtk_button_set_label (self->run_all, self->running_all ? _("_Stop") : _("_Run All"));
  tri_name_buttons (GTK_WIDGET (self->run_all));
  gtk_widget_set_sensitive (GTK_WIDGET (self->run_all), self->running_all || why_not == NULL);
  tri_tooltip_set (GTK_WIDGET (self->run_all), self->running_all ? _("Stop running every cipher")
                               : why_not != NULL ? why_not : _("Run every cipher on this picture with the same key"));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), self->running_all);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (tri_session_get_progress (self->panel.session), 0, 1));
}

static void
on_run_all (TriPanelQuality *self)
{
  if (self->running_all)
    tri_session_cancel (self->panel.session);
  else
    {
      tri_session_run_all (self->panel.session);
      self->running_all = TRUE;
    }
  update_run_all (self);
}

static void
on_side (TriPanelQuality *self)
{
  show_comparisons (self);
}

static void
on_state (TriPanelQuality *self)
{
  show_report (self);
  show_comparisons (self);
  update_run_all (self);
}

static void
on_report (TriPanelQuality *self)
{
  show_report (self);
}

static void
tri_panel_quality_constructed (GObject *object)
{
  TriPanelQuality *self = TRI_PANEL_QUALITY (object);
  G_OBJECT_CLASS (tri_panel_quality_parent_class)->constructed (object);
  static const char *const signals[] = { "picture-changed", "cipher-changed", "key-changed" };
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->panel.session, signals[i], G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panel.session, "report", G_CALLBACK (on_report), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panel.session, "comparisons-changed", G_CALLBACK (show_comparisons), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panel.session, "notify::busy", G_CALLBACK (update_run_all), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panel.session, "notify::progress", G_CALLBACK (update_run_all), self, G_CONNECT_SWAPPED);
  on_state (self);
}

static void
tri_panel_quality_class_init (TriPanelQualityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->constructed = tri_panel_quality_constructed;
  g_type_ensure (TRI_TYPE_CARD_GRID);
  g_type_ensure (TRI_TYPE_CARD);
  g_type_ensure (TRI_TYPE_TABLE);
  g_type_ensure (TRI_TYPE_CHART_VIEW);
  g_type_ensure (TRI_TYPE_CHART_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-panel-quality.ui");
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, table);
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, sentence);
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, ssim_view);
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, mse_view);
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, ssim_card);
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, mse_card);
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, side_dropdown);
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, run_all);
  gtk_widget_class_bind_template_child (widget_class, TriPanelQuality, progress);
  gtk_widget_class_bind_template_callback (widget_class, on_run_all);
  gtk_widget_class_bind_template_callback (widget_class, on_side);
}

static void
tri_panel_quality_init (TriPanelQuality *self)
{
  const char *columns[] = { _("Encrypted"), _("Decrypted"), NULL };
  gtk_widget_init_template (GTK_WIDGET (self));
  tri_table_set_columns (self->table, columns);
}
