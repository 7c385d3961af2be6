/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-folder.h"

/* A folder that is gone, or on a server that may not answer, is not asked for: the chooser then begins where it likes. */
void
tri_folder_restore (GtkFileChooser *chooser)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.triptych.Triptych");
  g_autofree char *uri = g_settings_get_string (settings, "last-folder");
  g_autoptr (GFile) folder = *uri != '\0' ? g_file_new_for_uri (uri) : NULL;
  if (folder != NULL && g_file_is_native (folder)
      && g_file_query_file_type (folder, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
    gtk_file_chooser_set_current_folder (chooser, folder, NULL);
}

/* @file: a picture that was chosen; not a key, whose place is nobody's business */
void
tri_folder_remember (GFile *file)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  if (folder == NULL || !g_file_is_native (folder))
    return;
  g_autoptr (GSettings) settings = g_settings_new ("io.github.triptych.Triptych");
  g_autofree char *uri = g_file_get_uri (folder);
  g_settings_set_string (settings, "last-folder", uri);
}
