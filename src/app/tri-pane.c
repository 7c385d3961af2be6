/* One of the three panes. What it draws is prepared on a worker; the last picture stays until then.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-pane.h"

#include "tri-canvas.h"
#include "tri-histogram.h"
#include "tri-narrow.h"
#include "tri-tooltip.h"

/* Of the pane, from its corner: there the pointer is near the pixel's values. */
#define NEAR_ACROSS 0.6
#define NEAR_DOWN 0.3

struct _TriPane {
  GtkBox parent_instance;
  GtkLabel *title, *caption, *chip, *pixel, *message;
  GtkWidget *message_box, *head;
  GtkImage *message_icon;
  TriCanvas *canvas;
  TriHistogram *histogram;
  TriView *view;
  TriImage *picture, *compared;
  TriPyramid *pyramid;
  guint gain;
  gboolean narrow, presenting;
  GCancellable *loading;
};

enum { PROP_0, PROP_TITLE, N_PROPS };

G_DEFINE_FINAL_TYPE (TriPane, tri_pane, GTK_TYPE_BOX)

typedef struct {
  TriImage *picture, *compared;
  guint gain;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;
  tri_image_unref (work->picture);
  g_clear_pointer (&work->compared, tri_image_unref);
  g_free (work);
}

static TriImage *
difference_of (const Work *work, GError **error)
{
  const TriImage *shape = work->compared;
  g_autoptr (TriImage) matched = tri_image_match (work->picture, shape->width, shape->height, shape->channels, error);
  return matched != NULL ? tri_image_difference (shape, matched, work->gain, error) : NULL;
}

static void
prepare (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Work *work = data;
  GError *error = NULL;
  g_autoptr (TriImage) picture = work->compared != NULL ? difference_of (work, &error) : tri_image_ref (work->picture);
  TriPyramid *pyramid = picture != NULL ? tri_pyramid_new (picture, &error) : NULL;
  if (pyramid == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, pyramid, (GDestroyNotify) tri_pyramid_unref);
}

static void
prepared (GObject *source, GAsyncResult *result, gpointer data)
{
  TriPane *self = TRI_PANE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriPyramid) pyramid = g_task_propagate_pointer (G_TASK (result), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (pyramid == NULL)
    {
      tri_pane_set_message (self, "dialog-error-symbolic", error->message);
      return;
    }
  g_clear_pointer (&self->pyramid, tri_pyramid_unref);
  self->pyramid = tri_pyramid_ref (pyramid);
  tri_canvas_set_pyramid (self->canvas, pyramid);
  tri_histogram_set_pyramid (self->histogram, pyramid);
}

static void
forget (TriPane *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->picture, tri_image_unref);
  g_clear_pointer (&self->compared, tri_image_unref);
}

/* @picture: (nullable); @compared: (nullable): show the difference to it, times @gain */
void
tri_pane_set_picture (TriPane *self, TriImage *picture, TriImage *compared, guint gain)
{
  g_return_if_fail (TRI_IS_PANE (self));
  if (picture != NULL && picture == self->picture && compared == self->compared && gain == self->gain)
    return;
  forget (self);
  if (picture == NULL)
    {
      g_clear_pointer (&self->pyramid, tri_pyramid_unref);
      tri_canvas_set_pyramid (self->canvas, NULL);
      tri_histogram_set_pyramid (self->histogram, NULL);
      return;
    }
  gtk_widget_set_visible (self->message_box, FALSE);
  self->picture = tri_image_ref (picture);
  self->compared = compared != NULL ? tri_image_ref (compared) : NULL;
  self->gain = gain;
  self->loading = g_cancellable_new ();
  Work *work = g_new0 (Work, 1);
  work->picture = tri_image_ref (picture);
  work->compared = compared != NULL ? tri_image_ref (compared) : NULL;
  work->gain = gain;
  g_autoptr (GTask) task = g_task_new (self, self->loading, prepared, NULL);
  g_task_set_source_tag (task, tri_pane_set_picture);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, prepare);
}

/* The caption is also what a screen reader says of the picture; its tooltip says all, also what faded from the picture. */
void
tri_pane_set_words (TriPane *self, const char *caption, const char *chip)
{
  gtk_label_set_label (self->caption, caption != NULL ? caption : "");
  gboolean both = caption != NULL && *caption != '\0' && chip != NULL && *chip != '\0';
  g_autofree char *tip = both ? g_strdup_printf ("%s\n%s", caption, chip) : g_strdup (caption);
  tri_tooltip_set (GTK_WIDGET (self->caption), tip);
  gtk_label_set_label (self->chip, chip != NULL ? chip : "");
  gtk_widget_set_visible (GTK_WIDGET (self->chip), chip != NULL && *chip != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->canvas), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  caption != NULL ? caption : "", -1);
}

/* In place of a picture. */
void
tri_pane_set_message (TriPane *self, const char *icon, const char *message)
{
  tri_pane_set_picture (self, NULL, NULL, 0);
  gtk_image_set_from_icon_name (self->message_icon, icon);
  gtk_label_set_label (self->message, message);
  gtk_widget_set_visible (self->message_box, TRUE);
}

/* Returns: (transfer none) (nullable): the picture of its own, not what it borrows; NULL until it is made */
TriPyramid *
tri_pane_get_pyramid (TriPane *self)
{
  return self->pyramid;
}

/* The caption has a line of its own where it would be cut beside the title, and several before an audience. */
static void
place_caption (TriPane *self)
{
  gboolean below = self->narrow || self->presenting;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->head), below ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (GTK_BOX (self->head), below ? 0 : 8);
  gtk_label_set_wrap (self->title, self->presenting);
  gtk_label_set_wrap (self->caption, self->presenting);
  gtk_label_set_ellipsize (self->caption, self->presenting ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
}

/* The numbers lie on the picture: they fade while it is pointed at in any pane, and while it is enlarged to be looked
 * at. Screen readers find them all the same, and an audience sees them always. */
static void
place_chips (TriPane *self)
{
  double fx, fy, across, down;
  if (self->view == NULL)
    return;
  gboolean pointed = tri_view_get_crosshair (self->view, &fx, &fy);
  gboolean away = !self->presenting && (pointed || tri_view_is_enlarged (self->view));
  (away ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (GTK_WIDGET (self->chip), "away");
  if (self->presenting) /* with the other numbers below */
    gtk_widget_set_valign (GTK_WIDGET (self->pixel), GTK_ALIGN_START);
  if (!pointed || self->presenting)
    return;
  /* The pixel's values go to the other end when the pointer comes near. */
  tri_view_locate_crosshair (self->view, &across, &down);
  if (across < NEAR_ACROSS && (down < NEAR_DOWN || down > 1 - NEAR_DOWN))
    gtk_widget_set_valign (GTK_WIDGET (self->pixel), down < NEAR_DOWN ? GTK_ALIGN_END : GTK_ALIGN_START);
}

void
tri_pane_set_presenting (TriPane *self, gboolean presenting)
{
  self->presenting = presenting;
  place_caption (self);
  place_chips (self);
}

/* What takes the keys that zoom and pan. */
GtkWidget *
tri_pane_get_canvas (TriPane *self)
{
  return GTK_WIDGET (self->canvas);
}

/* Gives the heads of panes that stand beside each other one height, so that one whose words wrap leaves the pictures level. */
void
tri_pane_align_heads (TriPane *const *panes, guint n)
{
  g_autoptr (GtkSizeGroup) heads = gtk_size_group_new (GTK_SIZE_GROUP_VERTICAL);
  for (guint i = 0; i < n; i++)
    gtk_size_group_add_widget (heads, panes[i]->head);
}

/* Shows another pane's picture while a key is held; NULL: its own again. */
void
tri_pane_borrow (TriPane *self, TriPyramid *pyramid)
{
  tri_canvas_set_pyramid (self->canvas, pyramid != NULL ? pyramid : self->pyramid);
}

static void
on_crosshair (TriPane *self)
{
  double fx, fy;
  gboolean there = self->pyramid != NULL && tri_view_get_crosshair (self->view, &fx, &fy);
  gtk_widget_set_visible (GTK_WIDGET (self->pixel), there);
  place_chips (self);
  if (!there)
    return;
  const TriImage *image = self->pyramid->levels[0];
  guint x = MIN ((guint) (fx * image->width), image->width - 1);
  guint y = MIN ((guint) (fy * image->height), image->height - 1);
  const guint8 *p = image->pixels + ((gsize) y * image->width + x) * image->channels;
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_printf (text, "x %u y %u ·", x, y);
  for (guint c = 0; c < image->channels; c++)
    g_string_append_printf (text, " %u", p[c]);
  gtk_label_set_label (self->pixel, text->str);
}

/* Once. @view: (transfer none): shared with the other panes, and kept alive */
void
tri_pane_set_view (TriPane *self, TriView *view)
{
  g_return_if_fail (TRI_IS_PANE (self) && self->view == NULL);
  self->view = g_object_ref (view);
  tri_canvas_set_view (self->canvas, view);
  g_signal_connect_object (view, "crosshair", G_CALLBACK (on_crosshair), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "changed", G_CALLBACK (place_chips), self, G_CONNECT_SWAPPED);
}

void
tri_pane_set_grid (TriPane *self, gboolean grid)
{
  tri_canvas_set_grid (self->canvas, grid);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, gtk_label_get_label (TRI_PANE (object)->title));
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TriPane *self = TRI_PANE (object);
  gtk_label_set_label (self->title, g_value_get_string (value));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->canvas), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  g_value_get_string (value), -1);
}

static void
dispose (GObject *object)
{
  TriPane *self = TRI_PANE (object);
  forget (self);
  g_clear_object (&self->view);
  g_clear_pointer (&self->pyramid, tri_pyramid_unref);
  G_OBJECT_CLASS (tri_pane_parent_class)->dispose (object);
}

static void
tri_pane_class_init (TriPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->dispose = dispose;
  g_object_class_install_property (object_class, PROP_TITLE,
      g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_type_ensure (TRI_TYPE_CANVAS);
  g_type_ensure (TRI_TYPE_HISTOGRAM);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, TriPane, title);
  gtk_widget_class_bind_template_child (widget_class, TriPane, caption);
  gtk_widget_class_bind_template_child (widget_class, TriPane, chip);
  gtk_widget_class_bind_template_child (widget_class, TriPane, pixel);
  gtk_widget_class_bind_template_child (widget_class, TriPane, message);
  gtk_widget_class_bind_template_child (widget_class, TriPane, message_box);
  gtk_widget_class_bind_template_child (widget_class, TriPane, message_icon);
  gtk_widget_class_bind_template_child (widget_class, TriPane, canvas);
  gtk_widget_class_bind_template_child (widget_class, TriPane, histogram);
  gtk_widget_class_bind_template_child (widget_class, TriPane, head);
}

static void
apply_narrow (GtkWidget *widget, gboolean narrow)
{
  TRI_PANE (widget)->narrow = narrow;
  place_caption (TRI_PANE (widget));
}

static void
tri_pane_init (TriPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tri_narrow_watch (GTK_WIDGET (self), apply_narrow);
}
