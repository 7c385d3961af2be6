/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-eve-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-chart-view.h"
#include "tri-later.h"
#include "tri-name.h"
#include "tri-stamp.h"
#include "tri-wrap.h"

#define SIDE 124 /* four of them fit beside each other in a window of 900 pixels */
#define CHART_HEIGHT 130
#define REDRAW_MS 250 /* between two drawings of the growing curve */

/* How long Eve may learn. */
static const guint64 lengths[] = { 300, 2000, 10000 };

enum { COPY, VISIBLE, BOB, EVE, N_PICTURES };

struct _TriEveView {
  GtkBox parent_instance;
  TriBobEve *duel;
  TriImage *original; /* what is looked at when somebody sees it; NULL: it was */
  TriSealed *sealed;
  TriKey *key;

  TriStamp *stamps[N_PICTURES];
  GtkWidget *chart;
  GtkLabel *status;
  GtkDropDown *length;
  GtkButton *train;
  GtkProgressBar *progress;
};

G_DEFINE_FINAL_TYPE (TriEveView, tri_eve_view, GTK_TYPE_BOX)

/* @who: already translated; the figures come below it */
static char *
describe (const char *who, double psnr, double ssim)
{
  g_autofree char *figures = isnan (psnr) ? NULL : isinf (psnr) ? g_strdup (_("every pixel"))
                             : isnan (ssim) ? g_strdup_printf (_("%.1f dB"), psnr)
                                            : g_strdup_printf (_("%.1f dB · SSIM %.3f"), psnr, ssim);
  return g_strjoin ("\n", who, figures, NULL);
}

static void
show_sight (TriEveView *self)
{
  const TriSight *sight = tri_bob_eve_get_sight (self->duel);
  if (sight->copy == NULL)
    return;
  g_autofree char *level = isfinite (sight->flat_psnr) ? g_strdup_printf (_("mean colour: %.1f dB"), sight->flat_psnr) : NULL;
  g_autofree char *flat = g_strjoin ("\n", _("the picture"), level, NULL);
  g_autofree char *bob = sight->bob != NULL ? describe (_("Bob, with the key"), sight->bob_psnr, sight->bob_ssim)
                                            : g_strdup (_("Bob, with the key\nrefused"));
  g_autofree char *eve = sight->eve != NULL ? describe (_("Eve, without it"), sight->eve_psnr, sight->eve_ssim)
                                            : g_strdup (_("Eve, without it\nhas not learned yet"));
  tri_stamp_show (self->stamps[COPY], sight->copy, flat);
  tri_stamp_show (self->stamps[VISIBLE], sight->visible, _("what everybody sees"));
  tri_stamp_show (self->stamps[BOB], sight->bob, bob);
  tri_stamp_show (self->stamps[EVE], sight->eve, eve);
}

static void
show_state (TriEveView *self)
{
  gboolean training = tri_bob_eve_is_training (self->duel);
  g_autofree char *words = tri_bob_eve_describe (self->duel);
  gtk_label_set_label (self->status, words);
  gtk_button_set_label (self->train, training ? _("_Stop") : _("_Train Eve"));
  tri_name_buttons (GTK_WIDGET (self->train));
  gtk_widget_set_sensitive (GTK_WIDGET (self->length), !training);
  gtk_widget_set_opacity (GTK_WIDGET (self->progress), training ? 1 : 0);
  gtk_progress_bar_set_fraction (self->progress, tri_bob_eve_get_fraction (self->duel));
}

static void
redraw (GtkWidget *widget)
{
  TriEveView *self = TRI_EVE_VIEW (widget);
  g_autoptr (TriChart) chart = tri_bob_eve_make_chart (self->duel);
  gtk_widget_set_visible (self->chart, chart->series->len > 0);
  tri_chart_view_set_chart (TRI_CHART_VIEW (self->chart), chart);
  show_state (self);
}

static void
on_learned (TriEveView *self)
{
  tri_later (GTK_WIDGET (self), redraw, REDRAW_MS);
}

static void
on_ended (TriEveView *self)
{
  tri_later_forget (GTK_WIDGET (self), redraw);
  redraw (GTK_WIDGET (self));
}

/* Only while somebody sees it; a training goes on. */
static void
look (TriEveView *self)
{
  if (self->original == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  tri_bob_eve_look (self->duel, self->original, self->sealed, self->key);
  g_clear_pointer (&self->original, tri_image_unref);
  g_clear_pointer (&self->sealed, tri_sealed_unref);
  g_clear_pointer (&self->key, tri_key_unref);
}

static void
drop_duel (TriEveView *self)
{
  tri_later_forget (GTK_WIDGET (self), redraw);
  if (self->duel == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->duel, self);
  tri_bob_eve_cancel (self->duel);
  g_clear_object (&self->duel);
}

/* What Eve learned stays good for other pictures and keys; against another cipher, parameters or weights she begins anew. */
void
tri_eve_view_show (TriEveView *self, const TriImage *original, const TriSealed *sealed, const TriKey *key)
{
  g_return_if_fail (TRI_IS_EVE_VIEW (self));
  g_clear_pointer (&self->original, tri_image_unref);
  g_clear_pointer (&self->sealed, tri_sealed_unref);
  g_clear_pointer (&self->key, tri_key_unref);
  self->original = tri_image_ref (original);
  self->sealed = tri_sealed_ref (sealed);
  self->key = tri_key_ref (key);
  if (self->duel == NULL || !tri_bob_eve_fits (self->duel, sealed))
    {
      drop_duel (self);
      self->duel = tri_bob_eve_new (sealed);
      g_signal_connect_object (self->duel, "sighted", G_CALLBACK (show_sight), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->duel, "learned", G_CALLBACK (on_learned), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->duel, "ended", G_CALLBACK (on_ended), self, G_CONNECT_SWAPPED);
      on_ended (self);
    }
  look (self);
}

/* Returns: (transfer none) (nullable) */
TriBobEve *
tri_eve_view_get_duel (TriEveView *self)
{
  return self->duel;
}

static void
on_train (TriEveView *self)
{
  if (self->duel == NULL)
    return;
  if (tri_bob_eve_is_training (self->duel))
    tri_bob_eve_cancel (self->duel);
  else
    tri_bob_eve_train (self->duel, lengths[gtk_drop_down_get_selected (self->length)]);
  show_state (self);
}

GtkWidget *
tri_eve_view_new (void)
{
  return g_object_new (TRI_TYPE_EVE_VIEW, NULL);
}

static void
map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tri_eve_view_parent_class)->map (widget);
  look (TRI_EVE_VIEW (widget));
}

static void
dispose (GObject *object)
{
  TriEveView *self = TRI_EVE_VIEW (object);
  drop_duel (self);
  g_clear_pointer (&self->original, tri_image_unref);
  g_clear_pointer (&self->sealed, tri_sealed_unref);
  g_clear_pointer (&self->key, tri_key_unref);
  G_OBJECT_CLASS (tri_eve_view_parent_class)->dispose (object);
}

static void
tri_eve_view_class_init (TriEveViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  GTK_WIDGET_CLASS (klass)->map = map;
}

static GtkWidget *
make_lengths (void)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%u step", "%u steps", (gulong) lengths[i]), (guint) lengths[i]);
      gtk_string_list_append (list, text);
    }
  return gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&list)), NULL);
}

static void
add_controls (TriEveView *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *length = make_lengths ();
  GtkWidget *train = gtk_button_new_with_mnemonic (_("_Train Eve")), *progress = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (length), GTK_ACCESSIBLE_PROPERTY_LABEL, _("How long Eve learns"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (progress), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Progress of Eve's training"), -1);
  gtk_widget_set_hexpand (progress, TRUE);
  gtk_widget_set_valign (progress, GTK_ALIGN_CENTER);
  gtk_widget_set_opacity (progress, 0);
  gtk_box_append (GTK_BOX (row), train);
  gtk_box_append (GTK_BOX (row), length);
  gtk_box_append (GTK_BOX (row), progress);
  gtk_box_append (GTK_BOX (self), row);
  g_signal_connect_object (train, "clicked", G_CALLBACK (on_train), self, G_CONNECT_SWAPPED);
  self->train = GTK_BUTTON (train);
  self->length = GTK_DROP_DOWN (length);
  self->progress = GTK_PROGRESS_BAR (progress);
}

static void
tri_eve_view_init (TriEveView *self)
{
  GtkWidget *strip = tri_wrap_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  for (guint i = 0; i < N_PICTURES; i++)
    {
      GtkWidget *stamp = tri_stamp_new_square (SIDE, 8);
      gtk_widget_set_size_request (stamp, SIDE, -1);
      tri_wrap_append (TRI_WRAP (strip), stamp);
      self->stamps[i] = TRI_STAMP (stamp);
    }
  gtk_box_append (GTK_BOX (self), strip);
  add_controls (self);
  self->status = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0f, "wrap", TRUE, NULL);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->status));
  self->chart = tri_chart_view_new ();
  gtk_widget_set_size_request (self->chart, -1, CHART_HEIGHT);
  gtk_widget_set_visible (self->chart, FALSE);
  gtk_box_append (GTK_BOX (self), self->chart);
}

/* Returns: (transfer none): of her errors; not shown before there are any */
TriChartView *
tri_eve_view_get_chart (TriEveView *self)
{
  g_return_val_if_fail (TRI_IS_EVE_VIEW (self), NULL);
  return TRI_CHART_VIEW (self->chart);
}
