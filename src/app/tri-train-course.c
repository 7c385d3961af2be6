/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-train-course.h"

#include <glib/gi18n-lib.h>

#include "tri-card-grid.h"
#include "tri-card.h"
#include "tri-chart-button.h"
#include "tri-later.h"
#include "tri-pane.h"

/* Pixels of the charts. */
#define LOW 140
#define HIGH_WITH_LEGEND 190
#define HIGH 240
#define REDRAW_MS 250 /* between two drawings of growing curves */

struct _TriTrainCourse {
  AdwBin parent_instance;
  TriTraining *training;
  TriView *view;
  GArray *points;           /* TriTrainPoint: one for each place of the slider */
  gboolean follows, filling;
  GCancellable *loading;

  GtkPaned *split;
  TriPane *original, *code, *restored;
  GtkWidget *scrubber;
  GtkScale *scale;
  GtkAdjustment *checkpoint;
  GtkLabel *scale_label, *numbers, *warning;
  TriCardGrid *grid;
  GtkWidget *cards[TRI_TRAIN_N_CHARTS], *charts[TRI_TRAIN_N_CHARTS];
};

G_DEFINE_FINAL_TYPE (TriTrainCourse, tri_train_course, ADW_TYPE_BIN)

static TriTrainer *
get_trainer (TriTrainCourse *self)
{
  return self->training != NULL ? tri_training_get_trainer (self->training) : NULL;
}

/* Which checkpoint the slider is at. */
guint
tri_train_course_get_shown (TriTrainCourse *self)
{
  return (guint) (gtk_adjustment_get_value (self->checkpoint) + 0.5);
}

static const TriTrainPoint *
get_point (TriTrainCourse *self, guint i)
{
  return self->points != NULL && i < self->points->len ? &g_array_index (self->points, TriTrainPoint, i) : NULL;
}

static guint
get_best (TriTrainCourse *self)
{
  return tri_train_find_best ((const TriTrainPoint *) (gpointer) self->points->data, self->points->len);
}

static void
show_numbers (TriTrainCourse *self)
{
  guint i = tri_train_course_get_shown (self);
  const TriTrainPoint *point = get_point (self, i);
  if (point == NULL)
    {
      gtk_label_set_label (self->numbers, "");
      return;
    }
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, point->step);
  g_autofree char *text = g_strdup_printf (_("step %s · loss %.5f · PSNR %.2f dB"), step, point->loss, point->psnr);
  gboolean best = self->points->len > 1 && i == get_best (self);
  /* Translators: what is known of a checkpoint, and that it is the best one */
  g_autofree char *words = best ? g_strdup_printf (_("%s · best"), text) : g_strdup (text);
  gtk_label_set_label (self->numbers, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words, -1);
}

static void
show_pictures (TriTrainCourse *self, TriImage *original, TriImage *code, TriImage *restored)
{
  if (original != NULL)
    tri_view_set_reference (self->view, original->width, original->height);
  tri_pane_set_picture (self->original, original, NULL, 0);
  tri_pane_set_picture (self->code, code, NULL, 0);
  tri_pane_set_picture (self->restored, restored, NULL, 0);
}

static void
on_picture (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriTrainCourse) self = data;
  g_autoptr (TriImage) original = NULL, code = NULL, restored = NULL;
  g_autoptr (GError) error = NULL;
  if (tri_training_load_picture_finish (TRI_TRAINING (source), result, &original, &code, &restored, &error))
    show_pictures (self, original, code, restored);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tri_pane_set_message (self->restored, "dialog-error-symbolic", error->message);
}

static void
load_shown (TriTrainCourse *self)
{
  const TriTrainPoint *point = get_point (self, tri_train_course_get_shown (self));
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  if (point == NULL || get_trainer (self) == NULL)
    return;
  self->loading = g_cancellable_new ();
  tri_training_load_picture_async (self->training, point->step, self->loading, on_picture, g_object_ref (self));
}

static void
on_scrubbed (TriTrainCourse *self)
{
  if (self->filling)
    return;
  self->follows = self->points == NULL || tri_train_course_get_shown (self) + 1 >= self->points->len;
  show_numbers (self);
  load_shown (self);
}

/* Shows one of the checkpoints, as the slider does. */
void
tri_train_course_show (TriTrainCourse *self, guint checkpoint)
{
  g_return_if_fail (TRI_IS_TRAIN_COURSE (self));
  gtk_adjustment_set_value (self->checkpoint, checkpoint);
}

/* The slider has a place for each validation, and a mark at the best. */
static void
show_points (TriTrainCourse *self)
{
  TriTrainer *trainer = get_trainer (self);
  g_clear_pointer (&self->points, g_array_unref);
  self->points = trainer != NULL ? tri_trainer_get_points (trainer) : g_array_new (FALSE, FALSE, sizeof (TriTrainPoint));
  guint n = self->points->len;
  self->filling = TRUE;
  gtk_adjustment_set_upper (self->checkpoint, n > 0 ? n - 1 : 0);
  if (self->follows)
    gtk_adjustment_set_value (self->checkpoint, n > 0 ? n - 1 : 0);
  gtk_scale_clear_marks (self->scale);
  if (n > 1)
    gtk_scale_add_mark (self->scale, get_best (self), GTK_POS_TOP, NULL);
  self->filling = FALSE;
  gtk_widget_set_sensitive (self->scrubber, n > 1);
  gtk_widget_set_opacity (GTK_WIDGET (self->scale_label), n > 1 ? 1 : 0); /* a slider without places is a hole */
  gtk_widget_set_opacity (GTK_WIDGET (self->scale), n > 1 ? 1 : 0);
  show_numbers (self);
}

static void
draw_chart (TriTrainCourse *self, TriTrainChart kind)
{
  TriTrainer *trainer = get_trainer (self);
  const TriTrainPoint *point = get_point (self, tri_train_course_get_shown (self));
  g_autoptr (TriChart) chart = trainer != NULL ? tri_trainer_make_chart (trainer, kind)
                                               : tri_chart_new (tri_train_chart_title (kind), NULL, NULL);
  if (trainer == NULL)
    chart->empty = g_strdup (_("The curve grows here."));
  else if (point != NULL && !self->follows)
    tri_series_append (tri_chart_add (chart, _("Shown above"), TRI_MARK_VRULE, TRI_HUE_1), (double) point->step, 0);
  tri_chart_view_set_chart (TRI_CHART_VIEW (self->charts[kind]), chart);
}

static void
draw_charts (TriTrainCourse *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->charts); i++)
    if (gtk_widget_get_visible (self->cards[i]))
      draw_chart (self, (TriTrainChart) i);
}

static void
redraw (GtkWidget *widget)
{
  if (gtk_widget_get_mapped (widget))
    draw_charts (TRI_TRAIN_COURSE (widget));
}

static void
draw_soon (TriTrainCourse *self)
{
  tri_later (GTK_WIDGET (self), redraw, REDRAW_MS);
}

static void
on_validated (TriTrainCourse *self)
{
  const TriTrainEvent *event = tri_training_get_event (self->training);
  show_points (self);
  if (self->follows)
    show_pictures (self, event->original, event->visible, event->restored);
  draw_soon (self);
}

/* Whose picture it is; or what will be here. */
static void
describe_original (TriTrainCourse *self, TriTrainer *trainer)
{
  if (trainer == NULL)
    {
      tri_pane_set_words (self->original, NULL, NULL);
      tri_pane_set_message (self->original, "image-x-generic-symbolic",
                            _("At each checkpoint, a picture that the network was not trained on is shown here."));
      return;
    }
  const TriDataset *dataset = tri_trainer_get_dataset (trainer);
  const char *name = tri_dataset_get_name (dataset, TRI_DATASET_VALIDATE, 0);
  g_autofree char *words = g_strdup_printf (tri_dataset_is_split (dataset) ? _("%s · never trained on") : _("%s · trained on"), name);
  tri_pane_set_words (self->original, words, NULL);
}

/* Loss and PSNR; what else there is when the model tells it. */
static void
show_cards (TriTrainCourse *self, TriTrainer *trainer)
{
  const TriModel *model = trainer != NULL ? tri_trainer_get_model (trainer) : NULL;
  for (guint i = TRI_TRAIN_CHART_SHARES; i < TRI_TRAIN_N_CHARTS; i++)
    gtk_widget_set_visible (self->cards[i], model != NULL && tri_model_has_chart (model, (TriTrainChart) i));
  gboolean many = gtk_widget_get_visible (self->cards[TRI_TRAIN_CHART_SHARES]);
  for (guint i = 0; i < TRI_TRAIN_N_CHARTS; i++)
    gtk_widget_set_size_request (self->charts[i], -1, i == TRI_TRAIN_CHART_OTHERS ? HIGH : many ? HIGH_WITH_LEGEND : LOW);
}

static void
on_changed (TriTrainCourse *self)
{
  TriTrainer *trainer = get_trainer (self);
  const char *warning = tri_training_get_overfitting (self->training);
  gtk_label_set_label (self->warning, warning != NULL ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), warning != NULL);
  show_cards (self, trainer);
  if (tri_training_get_state (self->training) == TRI_TRAINING_LOADING)
    {
      self->follows = TRUE;
      show_pictures (self, NULL, NULL, NULL);
    }
  describe_original (self, trainer);
  show_points (self);
  if (tri_training_get_event (self->training) == NULL)
    load_shown (self);
  draw_soon (self);
}

/* Once. */
void
tri_train_course_set_training (TriTrainCourse *self, TriTraining *training)
{
  g_return_if_fail (TRI_IS_TRAIN_COURSE (self) && self->training == NULL);
  self->training = g_object_ref (training);
  g_signal_connect_object (training, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (training, "stepped", G_CALLBACK (draw_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (training, "validated", G_CALLBACK (on_validated), self, G_CONNECT_SWAPPED);
  on_changed (self);
}

static void
add_chart (TriTrainCourse *self, TriTrainChart kind)
{
  GtkWidget *card = tri_card_new (tri_train_chart_title (kind)), *view = tri_chart_view_new ();
  tri_card_add_end (TRI_CARD (card), tri_chart_button_new (TRI_CHART_VIEW (view)));
  gtk_box_append (GTK_BOX (card), view);
  /* With many curves, whose names need the whole width. */
  tri_card_set_span (TRI_CARD (card), kind >= TRI_TRAIN_CHART_SHARES ? 2 : 1);
  tri_card_grid_append (self->grid, card);
  self->cards[kind] = card;
  self->charts[kind] = view;
}

static void
map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tri_train_course_parent_class)->map (widget);
  draw_charts (TRI_TRAIN_COURSE (widget));
}

/* The curves take two fifths of the height at first. */
static gboolean
place_split (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  TriTrainCourse *self = TRI_TRAIN_COURSE (widget);
  int height = gtk_widget_get_height (GTK_WIDGET (self->split));
  if (height <= 0)
    return G_SOURCE_CONTINUE;
  gtk_paned_set_position (self->split, height - MAX (230, height * 2 / 5));
  return G_SOURCE_REMOVE;
}

static void
dispose (GObject *object)
{
  TriTrainCourse *self = TRI_TRAIN_COURSE (object);
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_object (&self->training);
  g_clear_object (&self->view);
  g_clear_pointer (&self->points, g_array_unref);
  G_OBJECT_CLASS (tri_train_course_parent_class)->dispose (object);
}

static void
tri_train_course_class_init (TriTrainCourseClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  widget_class->map = map;
  g_type_ensure (TRI_TYPE_PANE);
  g_type_ensure (TRI_TYPE_CARD_GRID);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-train-course.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriTrainCourse, name)
  BIND (split); BIND (original); BIND (code); BIND (restored); BIND (scrubber); BIND (scale); BIND (scale_label); BIND (checkpoint);
  BIND (numbers); BIND (warning); BIND (grid);
#undef BIND
}

static void
tri_train_course_init (TriTrainCourse *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  TriPane *const panes[] = { self->original, self->code, self->restored };
  self->follows = TRUE;
  self->view = tri_view_new ();
  for (guint i = 0; i < G_N_ELEMENTS (panes); i++)
    tri_pane_set_view (panes[i], self->view);
  tri_pane_set_words (self->code, _("what the receiver gets"), NULL);
  tri_pane_set_words (self->restored, _("what its network makes of it"), NULL);
  for (guint i = 0; i < TRI_TRAIN_N_CHARTS; i++)
    add_chart (self, (TriTrainChart) i);
  g_signal_connect_object (self->checkpoint, "value-changed", G_CALLBACK (on_scrubbed), self, G_CONNECT_SWAPPED);
  gtk_widget_add_tick_callback (GTK_WIDGET (self), place_split, NULL, NULL);
}
