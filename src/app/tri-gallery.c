/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-gallery.h"

#include <glib/gi18n-lib.h>

#include "tri-datadir.h"
#include "tri-picture.h"
#include "tri-recent.h"
#include "tri-thumbnail.h"
#include "tri-tooltip.h"

#define SIDE 108

static const struct { const char *file, *title; } samples[] = {
  { "astronaut.png", N_("Astronaut") }, { "bridge.png", N_("Bridge") },   { "gravel.png", N_("Gravel") },
  { "brain.png", N_("Brain scan") },    { "digits.png", N_("Digits") },   { "penguin.png", N_("Penguin") },
};

struct _TriGallery {
  GtkPopover parent_instance;
  GtkFlowBox *samples;
  GtkListBox *recent;
  GtkWidget *recent_column;
  GtkPicture *thumbnails[G_N_ELEMENTS (samples)];
  GCancellable *loading;
};

G_DEFINE_FINAL_TYPE (TriGallery, tri_gallery, GTK_TYPE_POPOVER)

enum { SAMPLE, RECENT, N_SIGNALS };
static guint signals[N_SIGNALS];

/* Returns: (transfer none): the name of a file in data/samples */
const char *
tri_gallery_get_first_sample (void)
{
  return samples[0].file;
}

/* Worker: one sample, reduced. */
static void
load_thumbnail (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autofree char *relative = g_build_filename ("samples", samples[GPOINTER_TO_UINT (data)].file, NULL);
  g_autofree char *path = tri_datadir_find (relative, &error);
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;
  g_autoptr (TriImage) image = file != NULL ? tri_picture_load (file, cancellable, &error) : NULL;
  if (image == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, tri_thumbnail_new (image, 2 * SIDE), g_object_unref);
}

/* A sample that can't be read keeps its name; choosing it says why. */
static void
thumbnail_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  TriGallery *self = TRI_GALLERY (source);
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), NULL);
  if (texture != NULL && self->loading != NULL)
    gtk_picture_set_paintable (self->thumbnails[GPOINTER_TO_UINT (data)], GDK_PAINTABLE (texture));
}

static void
load_thumbnails (TriGallery *self)
{
  if (self->loading != NULL)
    return;
  self->loading = g_cancellable_new ();
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GTask) task = g_task_new (self, self->loading, thumbnail_loaded, GUINT_TO_POINTER (i));
      g_task_set_task_data (task, GUINT_TO_POINTER (i), NULL);
      g_task_run_in_thread (task, load_thumbnail);
    }
}

static GtkWidget *
heading (const char *text)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "heading");
  return label;
}

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkWidget *
make_sample (TriGallery *self, guint i)
{
  GtkWidget *child = gtk_flow_box_child_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *picture = g_object_new (GTK_TYPE_PICTURE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *label = gtk_label_new (_(samples[i].title));
  GtkWidget *square = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *overlay = gtk_overlay_new ();
  self->thumbnails[i] = GTK_PICTURE (picture);
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_COVER);
  gtk_widget_set_size_request (square, SIDE, SIDE); /* decides; the picture would ask for its texture's size */
  gtk_overlay_set_child (GTK_OVERLAY (overlay), square);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), picture);
  gtk_widget_set_halign (overlay, GTK_ALIGN_CENTER);
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (picture, "thumbnail");
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 12);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), overlay);
  gtk_box_append (GTK_BOX (box), label);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), box);
  set_name (child, _(samples[i].title));
  return child;
}

static GtkWidget *
make_recent (GtkRecentInfo *info)
{
  gboolean encrypted = tri_recent_is_encrypted (info);
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = gtk_image_new_from_icon_name (encrypted ? "channel-secure-symbolic" : "image-x-generic-symbolic");
  GtkWidget *label = gtk_label_new (gtk_recent_info_get_display_name (info));
  g_autofree char *where = gtk_recent_info_get_uri_display (info);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (label), 24);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  tri_tooltip_set (row, where);
  g_autofree char *name = encrypted ? g_strdup_printf (_("%s, encrypted"), gtk_recent_info_get_display_name (info))
                                    : g_strdup (gtk_recent_info_get_display_name (info));
  set_name (row, name);
  g_object_set_data_full (G_OBJECT (row), "file", g_file_new_for_uri (gtk_recent_info_get_uri (info)), g_object_unref);
  return row;
}

static void
fill_recent (TriGallery *self)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->recent))) != NULL)
    gtk_list_box_remove (self->recent, child);
  GList *items = tri_recent_list ();
  for (GList *item = items; item != NULL; item = item->next)
    gtk_list_box_append (self->recent, make_recent (item->data));
  gtk_widget_set_visible (self->recent_column, items != NULL);
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
}

static void
map (GtkWidget *widget)
{
  TriGallery *self = TRI_GALLERY (widget);
  load_thumbnails (self);
  fill_recent (self);
  GTK_WIDGET_CLASS (tri_gallery_parent_class)->map (widget);
}

static void
on_sample (TriGallery *self, GtkFlowBoxChild *child)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[SAMPLE], 0, samples[gtk_flow_box_child_get_index (child)].file);
}

static void
on_recent (TriGallery *self, GtkListBoxRow *row)
{
  g_autoptr (GFile) file = g_object_ref (g_object_get_data (G_OBJECT (row), "file"));
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[RECENT], 0, file);
}

static void
on_clear (TriGallery *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->samples), GTK_DIR_TAB_FORWARD);
  tri_recent_clear ();
  fill_recent (self);
}

static GtkWidget *
sample_column (TriGallery *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *title = heading (C_("pictures", "Samples"));
  self->samples = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_flow_box_set_selection_mode (self->samples, GTK_SELECTION_NONE);
  gtk_flow_box_set_min_children_per_line (self->samples, 3);
  gtk_flow_box_set_max_children_per_line (self->samples, 3);
  gtk_flow_box_set_homogeneous (self->samples, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    gtk_flow_box_insert (self->samples, make_sample (self, i), -1);
  g_signal_connect_swapped (self->samples, "child-activated", G_CALLBACK (on_sample), self);
  set_name (GTK_WIDGET (self->samples), _("Sample pictures"));
  gtk_widget_set_size_request (title, -1, 26);
  gtk_box_append (GTK_BOX (column), title);
  gtk_box_append (GTK_BOX (column), GTK_WIDGET (self->samples));
  return column;
}

static GtkWidget *
recent_column (TriGallery *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *clear = gtk_button_new_with_label (_("Clear"));
  self->recent = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->recent, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->recent), "recent");
  set_name (GTK_WIDGET (self->recent), _("Recent pictures"));
  g_signal_connect_swapped (self->recent, "row-activated", G_CALLBACK (on_recent), self);
  gtk_widget_add_css_class (clear, "flat");
  tri_tooltip_set (clear, _("Forget which pictures were opened"));
  g_signal_connect_swapped (clear, "clicked", G_CALLBACK (on_clear), self);
  gtk_box_append (GTK_BOX (top), heading (_("Recent")));
  gtk_box_append (GTK_BOX (top), clear);
  gtk_box_append (GTK_BOX (column), top);
  gtk_box_append (GTK_BOX (column), GTK_WIDGET (self->recent));
  return self->recent_column = column;
}

guint
tri_gallery_count_thumbnails (TriGallery *self)
{
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    n += gtk_picture_get_paintable (self->thumbnails[i]) != NULL;
  return n;
}

guint
tri_gallery_count_recent (TriGallery *self)
{
  guint n = 0;
  while (gtk_list_box_get_row_at_index (self->recent, (int) n) != NULL)
    n++;
  return n;
}

GtkWidget *
tri_gallery_new (void)
{
  return g_object_new (TRI_TYPE_GALLERY, NULL);
}

static void
dispose (GObject *object)
{
  TriGallery *self = TRI_GALLERY (object);
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  G_OBJECT_CLASS (tri_gallery_parent_class)->dispose (object);
}

static void
tri_gallery_class_init (TriGalleryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  GTK_WIDGET_CLASS (klass)->map = map;
  signals[SAMPLE] = g_signal_new ("sample", TRI_TYPE_GALLERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_STRING);
  signals[RECENT] = g_signal_new ("recent", TRI_TYPE_GALLERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_FILE);
}

static void
tri_gallery_init (TriGallery *self)
{
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  gtk_widget_add_css_class (columns, "gallery");
  gtk_box_append (GTK_BOX (columns), sample_column (self));
  gtk_box_append (GTK_BOX (columns), recent_column (self));
  gtk_popover_set_child (GTK_POPOVER (self), columns);
}
