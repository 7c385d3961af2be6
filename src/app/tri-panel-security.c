/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-panel-security.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-card-grid.h"
#include "tri-card.h"
#include "tri-chart-view.h"
#include "tri-evidence.h"
#include "tri-reference.h"
#include "tri-table.h"

/* True noise stays in the accepted interval 99 times of a hundred. */
#define ALPHA 0.01

/* What a key with one wrong bit gives, by its similarity: nothing of the original below the first, all of it above the
 * second. */
#define KEY_BIT_HIDDEN 0.1
#define KEY_BIT_SAME 0.999

/* Work on workers is started only while the panel is seen. */
struct _TriPanelSecurity {
  TriPanel panel;
  TriEvidence *evidence;   /* of @evidence_of */
  TriReport *evidence_of;
  TriReference *reference; /* of @reference_of */
  TriImage *reference_of;
  GCancellable *measuring, *drawing;

  GtkStack *stack;
  GtkLabel *empty_label, *moral;
  GtkSpinner *spinner;
  TriTable *table;
  GtkToggleButton *vertical, *diagonal;
  TriChartView *scatter_original, *scatter_encrypted;
  TriChartView *histogram_original, *histogram_encrypted, *histogram_decrypted;
};

G_DEFINE_FINAL_TYPE (TriPanelSecurity, tri_panel_security, TRI_TYPE_PANEL)

/* Of the panel that is gone by then: the callbacks must not touch it. */
typedef struct {
  GWeakRef panel;
  gpointer of; /* the report or picture, with a reference */
} Waiting;

static Waiting *
waiting_new (TriPanelSecurity *self, gpointer of)
{
  Waiting *waiting = g_new0 (Waiting, 1);
  g_weak_ref_init (&waiting->panel, self);
  waiting->of = of;
  return waiting;
}

static char *
interval_text (TriMetric metric, const TriExpectation *expected)
{
  g_autofree char *low = isnan (expected->low) ? NULL : tri_metric_format (metric, expected->low);
  g_autofree char *high = isnan (expected->high) ? NULL : tri_metric_format (metric, expected->high);
  if (low != NULL && high != NULL)
    return g_strdup_printf (_("%s to %s"), low, high);
  return low != NULL ? g_strdup_printf ("≥ %s", low) : high != NULL ? g_strdup_printf ("≤ %s", high) : g_strdup ("–");
}

static void
add_verdict (TriPanelSecurity *self, const TriExpectation *expected, double value)
{
  gboolean bounded = !isnan (expected->low) || !isnan (expected->high);
  if (!bounded || isnan (value))
    tri_table_cell (self->table, "–", TRI_TONE_DIM, NULL);
  else if ((isnan (expected->low) || value >= expected->low) && (isnan (expected->high) || value <= expected->high))
    tri_table_cell (self->table, _("as noise"), TRI_TONE_PASS, _("Inside the interval that true noise stays in."));
  else
    tri_table_cell (self->table, _("outside"), TRI_TONE_WARN,
                    _("Outside the interval that true noise stays in, 99 times of a hundred."));
}

/* Noise says nothing of a key: what one wrong bit gives is judged by itself. */
static void
add_key_verdict (TriPanelSecurity *self, const TriReport *report)
{
  double ssim = report->values[TRI_METRIC_KEY_BIT_SSIM];
  g_autofree char *which = report->key_bit != NULL ? g_strdup_printf (_("Turned: %s."), report->key_bit) : NULL;
  if (report->wrong_key_refusal != NULL)
    tri_table_cell (self->table, _("refused"), TRI_TONE_PASS, which);
  else if (isnan (ssim))
    tri_table_cell (self->table, "–", TRI_TONE_DIM, NULL);
  else if (ssim < KEY_BIT_HIDDEN)
    tri_table_cell (self->table, _("hidden"), TRI_TONE_PASS, which);
  else
    tri_table_cell (self->table, ssim < KEY_BIT_SAME ? _("shows through") : _("no effect"), TRI_TONE_WARN, which);
}

static void
add_value (TriPanelSecurity *self, TriMetric metric, double value, const char *undefined)
{
  g_autofree char *text = isnan (value) ? g_strdup ("–") : tri_metric_format (metric, value);
  tri_table_cell (self->table, text, isnan (value) ? TRI_TONE_DIM : TRI_TONE_PLAIN, isnan (value) ? undefined : NULL);
}

static void
fill_row (TriPanelSecurity *self, const TriReport *report, TriMetric metric)
{
  const TriMetricInfo *info = &tri_metric_infos[metric];
  const TriImage *visible = report->sealed != NULL ? report->sealed->visible : NULL;
  TriExpectation expected = { NAN, NAN, NAN, ALPHA };
  if (visible != NULL)
    expected = tri_metric_expect (metric, visible->width, visible->height, visible->channels, ALPHA);
  const char *undefined = report->undefined[metric] != NULL ? report->undefined[metric] : _(info->undefined);
  g_autofree char *interval = interval_text (metric, &expected);

  tri_table_row (self->table, _(info->title), _(info->sentence));
  add_value (self, metric, report->values[metric], undefined);
  if (metric == TRI_METRIC_KEY_BIT_SSIM)
    add_key_verdict (self, report);
  else
    add_verdict (self, &expected, report->values[metric]);
  add_value (self, metric, expected.mean, _("No figure of its own for noise."));
  tri_table_cell (self->table, interval, TRI_TONE_DIM, NULL);
  const char *waiting = _("Being measured, or there is no original.");
  add_value (self, metric, self->reference != NULL ? self->reference->aead[metric] : NAN,
             self->reference != NULL ? _(info->undefined) : waiting);
  add_value (self, metric, self->reference != NULL ? self->reference->noise[metric] : NAN,
             self->reference != NULL ? _(info->undefined) : waiting);
}

static void
show_moral (TriPanelSecurity *self, const TriReport *report)
{
  g_autofree char *text = report->cipher == NULL ? NULL
    : report->cipher->verdict == TRI_VERDICT_SECURE
      ? g_strdup_printf (_("%s is secure for a reason that no figure here shows: %s"), _(report->cipher->title),
                         _(report->cipher->why))
      : g_strdup_printf (_("Figures like noise's prove little: a broken cipher can have them all. %s: %s"),
                         _(report->cipher->title), _(report->cipher->why));
  g_autofree char *damaged = report->damage == NULL || text == NULL ? NULL
                             : g_strdup_printf (_("Measured before damage, on what the cipher made. %s"), text);
  gtk_label_set_label (self->moral, damaged != NULL ? damaged : text != NULL ? text : "");
}

static void
show_table (TriPanelSecurity *self)
{
  TriReport *report = tri_session_get_report (self->panel.session);
  g_autofree char *why = tri_session_why_not_runnable (self->panel.session);
  gtk_stack_set_visible_child_name (self->stack, report != NULL ? "figures" : "empty");
  gtk_label_set_label (self->empty_label, why != NULL ? why : _("Run the cipher to see how random its result looks."));
  if (report == NULL)
    return;
  tri_table_begin (self->table);
  for (guint m = 0; m < TRI_N_METRICS; m++)
    if (tri_metric_infos[m].group == TRI_METRIC_GROUP_SECURITY)
      fill_row (self, report, (TriMetric) m);
  tri_table_end (self->table);
  show_moral (self, report);
}

static void
show_charts (TriPanelSecurity *self)
{
  const TriEvidence *e = self->evidence;
  guint d = gtk_toggle_button_get_active (self->vertical) ? TRI_VERTICAL
            : gtk_toggle_button_get_active (self->diagonal) ? TRI_DIAGONAL : TRI_HORIZONTAL;
  TriChart *const none[TRI_N_PANES] = { NULL };
  TriChart *const *histograms = e != NULL ? e->histograms : none;
  tri_chart_view_set_chart (self->scatter_original, e != NULL ? e->scatter[TRI_PANE_ORIGINAL][d] : NULL);
  tri_chart_view_set_chart (self->scatter_encrypted, e != NULL ? e->scatter[TRI_PANE_ENCRYPTED][d] : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->scatter_original), e == NULL || e->scatter[TRI_PANE_ORIGINAL][d] != NULL);
  tri_chart_view_set_chart (self->histogram_original, histograms[TRI_PANE_ORIGINAL]);
  tri_chart_view_set_chart (self->histogram_encrypted, histograms[TRI_PANE_ENCRYPTED]);
  tri_chart_view_set_chart (self->histogram_decrypted, histograms[TRI_PANE_DECRYPTED]);
  gtk_widget_set_visible (GTK_WIDGET (self->histogram_original), e == NULL || histograms[TRI_PANE_ORIGINAL] != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->histogram_encrypted), e == NULL || histograms[TRI_PANE_ENCRYPTED] != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->histogram_decrypted), e == NULL || histograms[TRI_PANE_DECRYPTED] != NULL);
}

static void update (TriPanelSecurity *self);

static void
on_evidence (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;
  g_autoptr (TriPanelSecurity) self = g_weak_ref_get (&waiting->panel);
  g_autoptr (TriEvidence) evidence = tri_evidence_finish (result, NULL);
  g_autoptr (TriReport) report = waiting->of;
  g_weak_ref_clear (&waiting->panel);
  g_free (waiting);
  if (self == NULL)
    return;
  g_clear_object (&self->drawing);
  if (evidence != NULL)
    {
      g_clear_pointer (&self->evidence, tri_evidence_free);
      g_clear_pointer (&self->evidence_of, tri_report_unref);
      self->evidence = g_steal_pointer (&evidence);
      self->evidence_of = g_steal_pointer (&report);
      show_charts (self);
      update (self);
    }
}

static void
on_reference (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;
  g_autoptr (TriPanelSecurity) self = g_weak_ref_get (&waiting->panel);
  g_autoptr (GError) error = NULL;
  g_autofree TriReference *reference = tri_reference_finish (result, &error);
  g_autoptr (TriImage) picture = waiting->of;
  g_weak_ref_clear (&waiting->panel);
  g_free (waiting);
  if (self == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->measuring);
  gtk_spinner_stop (self->spinner);
  if (error != NULL)
    g_message ("%s", error->message);
  g_clear_pointer (&self->reference, g_free);
  g_clear_pointer (&self->reference_of, tri_image_unref);
  self->reference = g_steal_pointer (&reference);
  self->reference_of = g_steal_pointer (&picture);
  show_table (self);
}

/* Charts of the report that is shown; while one is made, the next waits for it, so that a drag shows each that it can. */
static void
want_evidence (TriPanelSecurity *self, TriReport *report)
{
  if (report == NULL || report == self->evidence_of || self->drawing != NULL || report->sealed == NULL)
    return;
  self->drawing = g_cancellable_new ();
  tri_evidence_async (report, self->drawing, on_evidence, waiting_new (self, tri_report_ref (report)));
}

/* After the run, so that the two don't share the processor. */
static void
want_reference (TriPanelSecurity *self)
{
  TriImage *picture = tri_session_get_picture (self->panel.session);
  if (picture == self->reference_of && (picture == NULL || self->reference != NULL))
    return;
  if (self->reference_of != NULL && picture != self->reference_of)
    {
      g_clear_pointer (&self->reference, g_free);
      g_clear_pointer (&self->reference_of, tri_image_unref);
      g_cancellable_cancel (self->measuring);
      g_clear_object (&self->measuring);
    }
  if (picture == NULL || self->measuring != NULL || self->reference_of == picture
      || tri_session_is_busy (self->panel.session) || tri_session_get_report (self->panel.session) == NULL)
    return;
  self->measuring = g_cancellable_new ();
  gtk_spinner_start (self->spinner);
  tri_reference_async (picture, self->measuring, on_reference, waiting_new (self, tri_image_ref (picture)));
}

static void
update (TriPanelSecurity *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  want_reference (self);
  want_evidence (self, tri_session_get_report (self->panel.session));
  show_table (self);
}

static void
on_picture_changed (TriPanelSecurity *self)
{
  if (self->measuring != NULL)
    {
      g_cancellable_cancel (self->measuring);
      g_clear_object (&self->measuring);
      gtk_spinner_stop (self->spinner);
    }
  update (self);
}

static void
on_direction (TriPanelSecurity *self, GtkToggleButton *button)
{
  if (gtk_toggle_button_get_active (button))
    show_charts (self);
}

static void
tri_panel_security_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tri_panel_security_parent_class)->map (widget);
  update (TRI_PANEL_SECURITY (widget));
}

static void
tri_panel_security_constructed (GObject *object)
{
  TriPanelSecurity *self = TRI_PANEL_SECURITY (object);
  G_OBJECT_CLASS (tri_panel_security_parent_class)->constructed (object);
  static const char *const signals[] = { "cipher-changed", "key-changed", "report", "notify::busy" };
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->panel.session, signals[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->panel.session, "picture-changed", G_CALLBACK (on_picture_changed), self, G_CONNECT_SWAPPED);
  show_table (self);
}

static void
tri_panel_security_dispose (GObject *object)
{
  TriPanelSecurity *self = TRI_PANEL_SECURITY (object);
  g_cancellable_cancel (self->measuring);
  g_cancellable_cancel (self->drawing);
  g_clear_object (&self->measuring);
  g_clear_object (&self->drawing);
  g_clear_pointer (&self->evidence, tri_evidence_free);
  g_clear_pointer (&self->evidence_of, tri_report_unref);
  g_clear_pointer (&self->reference, g_free);
  g_clear_pointer (&self->reference_of, tri_image_unref);
  G_OBJECT_CLASS (tri_panel_security_parent_class)->dispose (object);
}

static void
tri_panel_security_class_init (TriPanelSecurityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->constructed = tri_panel_security_constructed;
  object_class->dispose = tri_panel_security_dispose;
  widget_class->map = tri_panel_security_map;
  g_type_ensure (TRI_TYPE_CARD_GRID);
  g_type_ensure (TRI_TYPE_CARD);
  g_type_ensure (TRI_TYPE_TABLE);
  g_type_ensure (TRI_TYPE_CHART_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-panel-security.ui");
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, stack);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, empty_label);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, moral);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, spinner);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, table);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, vertical);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, diagonal);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, scatter_original);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, scatter_encrypted);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, histogram_original);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, histogram_encrypted);
  gtk_widget_class_bind_template_child (widget_class, TriPanelSecurity, histogram_decrypted);
  gtk_widget_class_bind_template_callback (widget_class, on_direction);
}

/* The columns of the table that a narrow window has no room for. */
enum { ACCEPTED = 4, NOISE = 6 };

static void
tri_panel_security_init (TriPanelSecurity *self)
{
  const char *columns[] = { _("This run"), _("Verdict"), _("Expected"), _("Accepted"), _("XChaCha20"), _("Noise"), NULL };
  gtk_widget_init_template (GTK_WIDGET (self));
  tri_table_set_columns (self->table, columns);
  tri_table_set_wide_only (self->table, 1 << ACCEPTED | 1 << NOISE);
}
