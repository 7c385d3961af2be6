/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-key-scrubber.h"

#include <glib/gi18n-lib.h>

#include "tri-chart-view.h"
#include "tri-later.h"
#include "tri-stamp.h"

#define SIDE 128
#define CHART_HEIGHT 150
#define REDRAW_MS 100 /* between two drawings of the growing curve */

struct _TriKeyScrubber {
  GtkBox parent_instance;
  TriNearKeys *bits;

  TriStamp *right, *tried;
  GtkWidget *chart;
  GtkLabel *judgement;
  GtkScale *scale;
};

G_DEFINE_FINAL_TYPE (TriKeyScrubber, tri_key_scrubber, GTK_TYPE_BOX)

static guint
get_shown (TriKeyScrubber *self)
{
  return (guint) (gtk_range_get_value (GTK_RANGE (self->scale)) + 0.5);
}

/* The slider says what it shows; whoever sees it reads the same below the picture. */
static void
show_try (TriKeyScrubber *self)
{
  guint n = get_shown (self);
  const TriKeyTry *one = tri_near_keys_get (self->bits, n);
  g_autofree char *words = tri_near_keys_describe (self->bits, n);
  tri_stamp_set_words (self->tried, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words, -1);
  if (one->done)
    tri_stamp_show (self->tried, one->picture, words);
}

static void
draw (TriKeyScrubber *self)
{
  const GError *error = tri_near_keys_get_error (self->bits);
  g_autoptr (TriChart) chart = tri_near_keys_make_chart (self->bits, get_shown (self));
  g_autofree char *judgement = error != NULL ? g_strdup (error->message) : tri_near_keys_judge (self->bits);
  tri_chart_view_set_chart (TRI_CHART_VIEW (self->chart), chart);
  if (g_strcmp0 (gtk_label_get_label (self->judgement), judgement) != 0)
    gtk_label_set_label (self->judgement, judgement);
}

static void
redraw (GtkWidget *widget)
{
  TriKeyScrubber *self = TRI_KEY_SCRUBBER (widget);
  if (self->bits != NULL)
    draw (self);
}

static void
on_tried (TriKeyScrubber *self, guint n)
{
  tri_stamp_show (self->right, tri_near_keys_get_copy (self->bits), _("the picture, small"));
  if (n == get_shown (self))
    {
      show_try (self);
      draw (self);
    }
  tri_later (GTK_WIDGET (self), redraw, REDRAW_MS);
}

static void
on_scrubbed (TriKeyScrubber *self)
{
  if (self->bits == NULL)
    return;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    tri_near_keys_want (self->bits, get_shown (self));
  show_try (self);
  draw (self);
}

/* @bits: (nullable): what was shown before ends; the slider stays where it is */
void
tri_key_scrubber_set_bits (TriKeyScrubber *self, TriNearKeys *bits)
{
  g_return_if_fail (TRI_IS_KEY_SCRUBBER (self));
  if (self->bits != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->bits, self);
      tri_near_keys_stop (self->bits);
    }
  g_set_object (&self->bits, bits);
  if (bits == NULL)
    return;
  g_signal_connect_object (bits, "tried", G_CALLBACK (on_tried), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bits, "failed", G_CALLBACK (draw), self, G_CONNECT_SWAPPED);
  gtk_adjustment_set_upper (gtk_range_get_adjustment (GTK_RANGE (self->scale)), tri_near_keys_get_most (bits));
  on_scrubbed (self);
}

/* Moves the slider to @n wrong bits. */
void
tri_key_scrubber_show (TriKeyScrubber *self, guint n)
{
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (self->scale));
  gtk_adjustment_set_upper (adjustment, MAX (gtk_adjustment_get_upper (adjustment), n));
  gtk_adjustment_set_value (adjustment, n);
}

/* Returns: how many bits of the key are wrong where the slider is */
guint
tri_key_scrubber_get_shown (TriKeyScrubber *self)
{
  return get_shown (self);
}

/* Returns: (transfer none) (nullable) */
TriNearKeys *
tri_key_scrubber_get_bits (TriKeyScrubber *self)
{
  return self->bits;
}

GtkScale *
tri_key_scrubber_get_scale (TriKeyScrubber *self)
{
  return self->scale;
}

GtkWidget *
tri_key_scrubber_new (void)
{
  return g_object_new (TRI_TYPE_KEY_SCRUBBER, NULL);
}

/* Works only while somebody looks. */
static void
map (GtkWidget *widget)
{
  TriKeyScrubber *self = TRI_KEY_SCRUBBER (widget);
  GTK_WIDGET_CLASS (tri_key_scrubber_parent_class)->map (widget);
  if (self->bits != NULL)
    tri_near_keys_want (self->bits, get_shown (self));
}

static void
unmap (GtkWidget *widget)
{
  TriKeyScrubber *self = TRI_KEY_SCRUBBER (widget);
  if (self->bits != NULL)
    tri_near_keys_stop (self->bits);
  GTK_WIDGET_CLASS (tri_key_scrubber_parent_class)->unmap (widget);
}

static void
dispose (GObject *object)
{
  TriKeyScrubber *self = TRI_KEY_SCRUBBER (object);
  tri_key_scrubber_set_bits (self, NULL);
  G_OBJECT_CLASS (tri_key_scrubber_parent_class)->dispose (object);
}

static void
tri_key_scrubber_class_init (TriKeyScrubberClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  GTK_WIDGET_CLASS (klass)->map = map;
  GTK_WIDGET_CLASS (klass)->unmap = unmap;
}

static void
add_slider (TriKeyScrubber *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *label = gtk_label_new (_("Wrong bits"));
  GtkAdjustment *adjustment = gtk_adjustment_new (1, 0, 1, 1, 8, 0);
  self->scale = GTK_SCALE (gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, adjustment));
  gtk_range_set_round_digits (GTK_RANGE (self->scale), 0);
  gtk_scale_set_digits (self->scale, 0);
  gtk_scale_set_draw_value (self->scale, TRUE);
  gtk_scale_set_value_pos (self->scale, GTK_POS_RIGHT);
  gtk_widget_set_hexpand (GTK_WIDGET (self->scale), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Wrong bits of the key"), -1);
  g_signal_connect_object (self->scale, "value-changed", G_CALLBACK (on_scrubbed), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->scale));
  gtk_box_append (GTK_BOX (self), row);
}

static void
tri_key_scrubber_init (TriKeyScrubber *self)
{
  GtkWidget *above = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->right = TRI_STAMP (tri_stamp_new_square (SIDE, 22));
  self->tried = TRI_STAMP (tri_stamp_new_square (SIDE, 22));
  tri_stamp_set_words (self->right, _("the picture, small"));
  gtk_box_append (GTK_BOX (above), GTK_WIDGET (self->right));
  gtk_box_append (GTK_BOX (above), GTK_WIDGET (self->tried));
  self->chart = tri_chart_view_new ();
  gtk_widget_set_size_request (self->chart, 200, CHART_HEIGHT);
  gtk_widget_set_hexpand (self->chart, TRUE);
  gtk_box_append (GTK_BOX (above), self->chart);
  gtk_box_append (GTK_BOX (self), above);
  add_slider (self);
  self->judgement = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0f, "wrap", TRUE, NULL);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->judgement));
}

/* Returns: (transfer none): of the similarity after each number of wrong bits */
TriChartView *
tri_key_scrubber_get_chart (TriKeyScrubber *self)
{
  g_return_val_if_fail (TRI_IS_KEY_SCRUBBER (self), NULL);
  return TRI_CHART_VIEW (self->chart);
}
