/* The desktop's list of recent files, as far as it is ours. Entries are private: what somebody encrypts is not told to
 * other programs. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-recent.h"

#define APPLICATION "Triptych"
#define ENCRYPTED "encrypted"

/* @file: was opened, or saved, by the person; never what exists in this program alone */
void
tri_recent_add (GFile *file, gboolean encrypted)
{
  static char *groups[] = { (char *) ENCRYPTED, NULL };
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);
  g_autofree char *mime = g_content_type_get_mime_type (type);
  GtkRecentData data = { .mime_type = mime, .app_name = (char *) APPLICATION, .app_exec = (char *) "triptych %u",
                         .groups = encrypted ? groups : NULL, .is_private = TRUE };
  GtkRecentManager *manager = gtk_recent_manager_get_default ();
  gtk_recent_manager_remove_item (manager, uri, NULL); /* or a group of an earlier file of this name would stay */
  gtk_recent_manager_add_full (manager, uri, &data);
}

static gboolean
is_ours (GtkRecentInfo *info)
{
  return gtk_recent_info_has_application (info, APPLICATION);
}

static int
newest_first (gconstpointer a, gconstpointer b)
{
  return g_date_time_compare (gtk_recent_info_get_modified ((GtkRecentInfo *) b),
                              gtk_recent_info_get_modified ((GtkRecentInfo *) a));
}

/* Returns: (element-type GtkRecentInfo) (transfer full): newest first; a file that is gone, or not on this machine, is
 * left out */
GList *
tri_recent_list (void)
{
  GList *items = g_list_sort (gtk_recent_manager_get_items (gtk_recent_manager_get_default ()), newest_first);
  GList *kept = NULL;
  guint n = 0;
  for (GList *item = items; item != NULL; item = item->next)
    if (n < TRI_RECENT_MAX && is_ours (item->data) && gtk_recent_info_is_local (item->data)
        && gtk_recent_info_exists (item->data))
      {
        kept = g_list_prepend (kept, gtk_recent_info_ref (item->data));
        n++;
      }
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
  return g_list_reverse (kept);
}

gboolean
tri_recent_is_encrypted (GtkRecentInfo *info)
{
  return gtk_recent_info_has_group (info, ENCRYPTED);
}

/* Forgets ours, those that are gone too. */
void
tri_recent_clear (void)
{
  GtkRecentManager *manager = gtk_recent_manager_get_default ();
  GList *items = gtk_recent_manager_get_items (manager);
  for (GList *item = items; item != NULL; item = item->next)
    if (is_ours (item->data))
      gtk_recent_manager_remove_item (manager, gtk_recent_info_get_uri (item->data), NULL);
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
}
