/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protect-fixture.h"

#include "tri-picture.h"

GFile *
protect_write_picture (const char *folder, const char *name, guint side)
{
  g_autoptr (TriImage) image = tri_image_new (side, side, 3, NULL);
  g_autofree char *below = g_build_filename (g_get_tmp_dir (), folder, NULL);
  g_assert_cmpint (g_mkdir_with_parents (below, 0700), ==, 0);
  for (guint i = 0; i < side * side * 3; i++)
    image->pixels[i] = (guint8) (i * 7);
  GFile *file = g_file_new_build_filename (below, name, NULL);
  g_assert_true (tri_picture_save_png (image, file, TRUE, NULL, NULL));
  return file;
}

GtkEditable *
protect_find_entry (GtkWidget *widget, const char *id)
{
  GtkEditable *found = NULL;
  if (GTK_IS_PASSWORD_ENTRY (widget) && g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), id) == 0)
    return GTK_EDITABLE (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = protect_find_entry (child, id);
  return found;
}

void
protect_type (TriProtectPage *page, const char *passphrase)
{
  tri_automatic_choose (page->automatic, TRI_QUESTION_WORK_FACTOR, 10); /* quick */
  gtk_editable_set_text (protect_find_entry (GTK_WIDGET (page->keys), "first"), passphrase);
  gtk_editable_set_text (protect_find_entry (GTK_WIDGET (page->keys), "second"), passphrase);
}

static GtkDropTarget *
drop_target_of (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (GTK_IS_DROP_TARGET (controller))
        return GTK_DROP_TARGET (controller);
    }
  g_assert_not_reached ();
}

gboolean
protect_is_added (gpointer data)
{
  return !tri_vault_queue_is_adding (TRI_PROTECT_PAGE (data)->queue);
}

/* As if these files were dropped on the page. Frees the list. */
void
protect_drop (TriProtectPage *page, GSList *files)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&value, files);
  g_signal_emit_by_name (drop_target_of (page->left), "drop", &value, 10.0, 10.0, &taken);
  g_assert_true (taken);
  g_slist_free (files);
  fixture_spin_until (protect_is_added, page);
}

gboolean
protect_is_over (gpointer data)
{
  TriProtectPage *page = data;
  return !page->beginning && !tri_vault_queue_is_running (page->queue);
}

void
protect_run (TriProtectPage *page)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.run", NULL));
  g_assert_true (page->beginning || tri_vault_queue_is_running (page->queue));
  fixture_spin_until (protect_is_over, page);
}

TriVaultTotals
protect_totals (TriProtectPage *page)
{
  TriVaultTotals totals;
  tri_vault_queue_get_totals (page->queue, &totals);
  return totals;
}

static gboolean
is_drawn (gpointer frames)
{
  return *(guint *) frames > 2;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer frames)
{
  (*(guint *) frames)++;
  return G_SOURCE_CONTINUE;
}

void
protect_spin_frames (TriWindow *window)
{
  guint frames = 0;
  guint id = gtk_widget_add_tick_callback (GTK_WIDGET (window), on_tick, &frames, NULL);
  fixture_spin_until (is_drawn, &frames);
  gtk_widget_remove_tick_callback (GTK_WIDGET (window), id);
}
