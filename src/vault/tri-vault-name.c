/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-name.h"

#include <gio/gfiledescriptorbased.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tri-vault-hidden.h"

/* Returns: (transfer full): @name in the folder of the results */
GFile *
tri_vault_in_folder (GFile *source, const TriVaultOptions *options, const char *name)
{
  g_autoptr (GFile) folder = options->folder != NULL ? g_object_ref (options->folder) : g_file_get_parent (source);
  return g_file_get_child (folder, name);
}

/* @info: of @original. Returns: (transfer full): "NAME.age", or as tri_vault_hidden_name() says; NULL when that can't be */
GFile *
tri_vault_protected_name (GFile *original, GFileInfo *info, const TriVaultOptions *options, GError **error)
{
  g_autofree char *base = g_file_get_basename (original), *name = NULL;
  if (options->output != NULL)
    return g_object_ref (options->output);
  name = options->hide_name ? tri_vault_hidden_name (original, info, error) : g_strconcat (base, ".age", NULL);
  return name != NULL ? tri_vault_in_folder (original, options, name) : NULL;
}

/* Whether the file is called “….age”. */
gboolean
tri_vault_is_age_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  gsize length = base != NULL ? strlen (base) : 0;
  return length > 4 && g_ascii_strcasecmp (base + length - 4, ".age") == 0;
}

/* Returns: (transfer full): "NAME" of "NAME.age"; of another name, with ".opened" */
GFile *
tri_vault_opened_name (GFile *file, const TriVaultOptions *options)
{
  g_autofree char *base = g_file_get_basename (file), *name = NULL;
  if (tri_vault_is_age_name (file))
    name = g_strndup (base, strlen (base) - 4);
  else
    name = g_strconcat (base, ".opened", NULL);
  return tri_vault_in_folder (file, options, name);
}

/* Returns: (transfer full): "NAME (2).png" for "NAME.png", "NAME (2).jpg.age" for "NAME.jpg.age" */
static GFile *
next_number (GFile *wanted, guint number)
{
  g_autoptr (GFile) folder = g_file_get_parent (wanted);
  g_autofree char *base = g_file_get_basename (wanted);
  const char *dot = strchr (base[0] == '.' ? base + 1 : base, '.');
  gsize stem = dot != NULL ? (gsize) (dot - base) : strlen (base);
  g_autofree char *name = g_strdup_printf ("%.*s (%u)%s", (int) stem, base, number, base + stem);
  return g_file_get_child (folder, name);
}

static gboolean
claim (GFile *file, const TriVaultOptions *options)
{
  return options->claim == NULL || options->claim (file, options->claim_data);
}

/* The first number whose name is free, and nobody else's. */
static GFile *
find_number (GFile *wanted, const TriVaultOptions *options)
{
  for (guint number = 2;; number++)
    {
      g_autoptr (GFile) next = next_number (wanted, number);
      if (!g_file_query_exists (next, NULL) && claim (next, options))
        return g_steal_pointer (&next);
    }
}

/* @skip: (out): the name is taken and shall stay so
 *
 * Returns: (transfer full): the name to write to. It may be taken between now and then: writing without permission to
 *   replace fails on it. */
static GFile *
resolve (GFile *wanted, const TriVaultOptions *options, gboolean *skip)
{
  gboolean taken = g_file_query_exists (wanted, NULL);
  *skip = taken && options->conflict == TRI_VAULT_SKIP;
  if (!taken || options->conflict != TRI_VAULT_NUMBER)
    return g_object_ref (wanted);
  return find_number (wanted, options);
}

/* Returns: (transfer full) (nullable): the file that a stream reads, by whatever name, to know it by */
GFile *
tri_vault_file_of_stream (GInputStream *in)
{
  if (!G_IS_FILE_DESCRIPTOR_BASED (in))
    return NULL;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", g_file_descriptor_based_get_fd (G_FILE_DESCRIPTOR_BASED (in)));
  return g_file_new_for_path (path);
}

static gboolean
are_same (GFile *a, GFile *b)
{
  GStatBuf one, other;
  const char *first = a != NULL ? g_file_peek_path (a) : NULL, *second = g_file_peek_path (b);
  return first != NULL && second != NULL && g_stat (first, &one) == 0 && g_stat (second, &other) == 0
         && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/**
 * tri_vault_choose:
 * @source: (nullable): what the result is made from
 * @replace: (out): whether what has the name may be replaced
 *
 * The name to write to, for a file that is never to replace its original, nor what others of its run need: a name that is
 * another one's, but that nothing has yet, is let alone, or the answer to replace what has it would be about the other's.
 *
 * Returns: (transfer full): the name, or NULL with G_IO_ERROR_EXISTS
 */
GFile *
tri_vault_choose (GFile *source, GFile *wanted, const TriVaultOptions *options, gboolean *skip, gboolean *replace,
                  GError **error)
{
  gboolean mine = claim (wanted, options);
  gboolean may_number = options->conflict == TRI_VAULT_ASK || options->conflict == TRI_VAULT_NUMBER;
  *skip = FALSE;
  *replace = options->conflict == TRI_VAULT_REPLACE && mine && !are_same (source, wanted);
  if (!mine && may_number && !g_file_query_exists (wanted, NULL))
    return find_number (wanted, options);
  if (options->conflict != TRI_VAULT_REPLACE || *replace)
    return resolve (wanted, options, skip);
  if (options->output == NULL)
    return find_number (wanted, options);
  g_autofree char *base = g_file_get_basename (wanted), *name = g_filename_display_name (base);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _("“%s” is the file that is read, and is not replaced by what is made from it. Give another name."), name);
  return NULL;
}
