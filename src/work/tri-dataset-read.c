/* Finds and decodes the pictures of a set. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-dataset-private.h"
#include "tri-error.h"
#include "tri-picture.h"
#include "tri-samples.h"

#define MAX_DEPTH 64
#define DIGIT_SIDE 28 /* of the shipped sheet's cells */

/**
 * tri_dataset_take:
 * @picture: (transfer full): brought to the set's channels and size
 * @name: (transfer full)
 *
 * Returns: FALSE with TRI_ERROR_TOO_LARGE when the set is full
 */
gboolean
tri_dataset_take (TriDatasetReader *reader, TriImage *picture, char *name, GError **error)
{
  g_autoptr (TriImage) given = picture;
  g_autofree char *owned = name;
  guint max_side = reader->spec->max_side, channels = reader->spec->channels > 0 ? reader->spec->channels : given->channels;
  g_autoptr (TriImage) matched = tri_image_match (given, given->width, given->height, channels, error);
  if (matched == NULL)
    return FALSE;
  g_autoptr (TriImage) small = max_side > 0 && MAX (matched->width, matched->height) > max_side
                                 ? tri_image_scale_down (matched, max_side, error) : tri_image_ref (matched);
  if (small == NULL)
    return FALSE;
  reader->n_bytes += tri_image_n_bytes (small);
  if (reader->n_bytes > TRI_DATASET_MAX_BYTES || reader->pictures->len >= TRI_DATASET_MAX_PICTURES)
    {
      g_autofree char *most = g_format_size (TRI_DATASET_MAX_BYTES);
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                   _("The pictures take more than %s of memory, or are more than %u. Choose a folder with fewer of them."),
                   most, TRI_DATASET_MAX_PICTURES);
      return FALSE;
    }
  g_ptr_array_add (reader->pictures, g_steal_pointer (&small));
  g_ptr_array_add (reader->names, g_steal_pointer (&owned));
  return TRUE;
}

static gboolean
read_file (TriDatasetReader *reader, GFile *file, const char *name, GCancellable *cancellable, GError **error)
{
  gboolean is_idx;
  if (!tri_dataset_read_idx (reader, file, name, &is_idx, cancellable, error))
    return FALSE;
  if (is_idx)
    return TRUE;
  TriImage *picture = tri_picture_load (file, cancellable, error);
  return picture != NULL && tri_dataset_take (reader, picture, g_strdup (name), error);
}

/* What must end the reading, where a bad file only is passed over. */
static gboolean
is_fatal (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_error_matches (error, TRI_ERROR, TRI_ERROR_NO_MEMORY)
         || g_error_matches (error, TRI_ERROR, TRI_ERROR_TOO_LARGE);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Adds the regular files at and below @path, as paths from the first folder on. */
static gboolean
list_folder (GFile *folder, const char *path, guint depth, GPtrArray *paths, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileEnumerator) children
      = g_file_enumerate_children (folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                                   G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, error);
  if (children == NULL)
    return FALSE;
  for (;;)
    {
      GFileInfo *info;
      GFile *child;
      if (!g_file_enumerator_iterate (children, &info, &child, cancellable, error))
        return FALSE;
      if (info == NULL)
        return TRUE;
      const char *name = g_file_info_get_name (info);
      GFileType type = g_file_info_get_file_type (info);
      g_autofree char *below = path != NULL ? g_build_filename (path, name, NULL) : g_strdup (name);
      if (name[0] == '.' || paths->len >= TRI_DATASET_MAX_PICTURES)
        continue;
      if (type == G_FILE_TYPE_REGULAR)
        g_ptr_array_add (paths, g_steal_pointer (&below));
      else if (type == G_FILE_TYPE_DIRECTORY && depth < MAX_DEPTH
               && !list_folder (child, below, depth + 1, paths, cancellable, error))
        return FALSE;
    }
}

static gboolean
read_folder (TriDatasetReader *reader, GFile *folder, TriProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  if (!list_folder (folder, NULL, 0, paths, cancellable, error))
    return FALSE;
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++)
    {
      g_autoptr (GFile) file = g_file_get_child (folder, paths->pdata[i]);
      g_autofree char *name = g_filename_display_name (paths->pdata[i]);
      g_autoptr (GError) why = NULL;
      if (!tri_progress_check (progress, (double) i / paths->len, error))
        return FALSE;
      if (read_file (reader, file, name, cancellable, &why))
        continue;
      if (is_fatal (why))
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return FALSE;
        }
      g_ptr_array_add (reader->refused, g_strdup_printf (_("%s: %s"), name, why->message));
    }
  return TRUE;
}

/* Each cell of the sheet, left to right and down, is a picture. */
static gboolean
read_digits (TriDatasetReader *reader, GCancellable *cancellable, GError **error)
{
  g_autoptr (TriImage) sheet = tri_sample_load ("digits", cancellable, error);
  if (sheet == NULL)
    return FALSE;
  for (guint y = 0; y + DIGIT_SIDE <= sheet->height; y += DIGIT_SIDE)
    for (guint x = 0; x + DIGIT_SIDE <= sheet->width; x += DIGIT_SIDE)
      {
        TriImage *digit = tri_image_new (DIGIT_SIDE, DIGIT_SIDE, sheet->channels, error);
        if (digit == NULL)
          return FALSE;
        for (guint row = 0; row < DIGIT_SIDE; row++)
          memcpy (digit->pixels + row * tri_image_stride (digit),
                  sheet->pixels + (y + row) * tri_image_stride (sheet) + (gsize) x * sheet->channels, tri_image_stride (digit));
        if (!tri_dataset_take (reader, digit, g_strdup_printf ("digits/%04u", reader->pictures->len), error))
          return FALSE;
      }
  return TRUE;
}

static gboolean
read_samples (TriDatasetReader *reader, GCancellable *cancellable, GError **error)
{
  for (const TriSample *sample = tri_samples (); sample->id != NULL; sample++)
    {
      if (strcmp (sample->id, "digits") == 0)
        continue;
      TriImage *picture = tri_sample_load (sample->id, cancellable, error);
      if (picture == NULL || !tri_dataset_take (reader, picture, g_strdup (sample->id), error))
        return FALSE;
    }
  return TRUE;
}

/* FALSE with @error also when there is no picture. */
gboolean
tri_dataset_read (TriDatasetReader *reader, const char *source, TriProgress *progress, GError **error)
{
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  if (strcmp (source, "digits") == 0)
    return read_digits (reader, cancellable, error);
  if (strcmp (source, "samples") == 0)
    return read_samples (reader, cancellable, error);
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (source);
  g_autofree char *name = tri_file_get_name (file);
  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, cancellable) != G_FILE_TYPE_DIRECTORY)
    return read_file (reader, file, name, cancellable, error);
  if (!read_folder (reader, file, progress, error))
    return FALSE;
  if (reader->pictures->len > 0)
    return TRUE;
  if (reader->refused->len > 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_NOT_A_PICTURE,
                 g_dngettext (GETTEXT_PACKAGE, "No file in “%s” is a picture that can be read (%u was tried, such as %s).",
                              "No file in “%s” is a picture that can be read (%u were tried, such as %s).", reader->refused->len),
                 name, reader->refused->len, (const char *) reader->refused->pdata[0]);
  else
    g_set_error (error, TRI_ERROR, TRI_ERROR_NOT_A_PICTURE, _("There is no picture in “%s”. Choose a folder with pictures."),
                 name);
  return FALSE;
}
