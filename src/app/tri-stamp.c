/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-stamp.h"

#include "tri-thumbnail.h"

struct _TriStamp {
  GtkBox parent_instance;
  guint side;
  GtkPicture *picture;
  GtkLabel *caption;
};

G_DEFINE_FINAL_TYPE (TriStamp, tri_stamp, GTK_TYPE_BOX)

static void
tri_stamp_class_init (TriStampClass *klass)
{
}

static void
tri_stamp_init (TriStamp *self)
{
  GtkWidget *picture = gtk_picture_new (), *caption = gtk_label_new ("");
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 3);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (picture, "tri-thumbnail");
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_label_set_wrap (GTK_LABEL (caption), TRUE);
  gtk_label_set_justify (GTK_LABEL (caption), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_box_append (GTK_BOX (self), picture);
  gtk_box_append (GTK_BOX (self), caption);
  self->picture = GTK_PICTURE (picture);
  self->caption = GTK_LABEL (caption);
}

/* @side: pixels of the picture's longer side, at most. @chars: the words wrap there */
GtkWidget *
tri_stamp_new (guint side, int chars)
{
  TriStamp *self = g_object_new (TRI_TYPE_STAMP, NULL);
  self->side = side;
  gtk_picture_set_can_shrink (self->picture, FALSE);
  gtk_widget_set_valign (GTK_WIDGET (self->picture), GTK_ALIGN_END);
  gtk_label_set_max_width_chars (self->caption, chars);
  return GTK_WIDGET (self);
}

/* The same, with the place of a square of @side and of @chars kept free for what changes or is yet to come, and figures in
 * the words that don't jump. */
GtkWidget *
tri_stamp_new_square (guint side, int chars)
{
  TriStamp *self = g_object_new (TRI_TYPE_STAMP, NULL);
  self->side = side;
  gtk_widget_set_size_request (GTK_WIDGET (self->picture), (int) side, (int) side);
  gtk_widget_add_css_class (GTK_WIDGET (self->picture), "empty");
  gtk_label_set_width_chars (self->caption, chars);
  gtk_label_set_max_width_chars (self->caption, chars);
  gtk_widget_add_css_class (GTK_WIDGET (self->caption), "numeric");
  return GTK_WIDGET (self);
}

/* @image: (nullable): none yet. @words: are the picture's name for those who don't see it, too */
void
tri_stamp_show (TriStamp *self, const TriImage *image, const char *words)
{
  g_return_if_fail (TRI_IS_STAMP (self));
  g_autoptr (GdkTexture) texture = image != NULL ? tri_thumbnail_new (image, self->side) : NULL;
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_picture_set_alternative_text (self->picture, words);
  if (image != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->picture), "empty");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->picture), "empty");
  tri_stamp_set_words (self, words);
}

/* Of the picture that comes next. */
void
tri_stamp_set_words (TriStamp *self, const char *words)
{
  g_return_if_fail (TRI_IS_STAMP (self));
  gtk_label_set_label (self->caption, words);
}
