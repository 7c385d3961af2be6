/* The data of the chunk trPT is a GVariant in little-endian normal form of the type CHUNK_TYPE below:
 *
 *   u         version; at offset 0 in every version to come, so that an older program can tell
 *   s         cipher
 *   u         kind of key
 *   a{sv}     parameters, each a double
 *   ay, ay    salt, nonce
 *   (uuu)     width, height, channels of the original
 *   (uuu)     and of the visible picture
 *   a{say}    side data, sorted by name
 *
 * All but the last is what tri_sealed_header_bytes() authenticates. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sealed-chunk.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"

#define CHUNK_TYPE "(usua{sv}ayay(uuu)(uuu)a{say})"
#define MAX_NAME 64   /* bytes of a cipher's, parameter's or side part's name */
#define MAX_ENTRIES 64 /* parameters, side parts */

static GVariant *
bytes_variant (GBytes *bytes)
{
  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static GVariant *
side_variant (const TriSealed *sealed)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{say}"));
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (sealed->side), (GCompareFunc) strcmp);
  for (GList *l = names; l != NULL; l = l->next)
    g_variant_builder_add (&builder, "{s@ay}", l->data, bytes_variant (g_hash_table_lookup (sealed->side, l->data)));
  return g_variant_builder_end (&builder);
}

/* Returns: (transfer full) */
GBytes *
tri_sealed_chunk_write (const TriSealed *sealed)
{
  return tri_sealed_serialise (sealed, side_variant (sealed));
}

static gboolean
set_damaged (GError **error, const char *what)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The encryption data in this PNG is damaged: %s. Try another copy of the file."), what);
  return FALSE;
}

/* A name of lower-case letters, digits, hyphens, underscores and dots. */
static gboolean
is_name (const char *name)
{
  gsize n = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-_.");
  return n > 0 && n <= MAX_NAME && name[n] == '\0';
}

static gboolean
check_version (GBytes *chunk, GError **error)
{
  gsize size;
  const guint8 *p = g_bytes_get_data (chunk, &size);
  if (size < 4)
    return set_damaged (error, _("it has no version"));
  guint32 version = (guint32) p[3] << 24 | (guint32) p[2] << 16 | (guint32) p[1] << 8 | p[0];
  if (version == 0)
    return set_damaged (error, _("it has no version"));
  if (version <= TRI_SEALED_VERSION)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
               _("This picture was encrypted by a newer Triptych (file version %u; this one reads up to %u). Update the "
                 "program to open it."), version, (guint) TRI_SEALED_VERSION);
  return FALSE;
}

/* Returns: (transfer full): the chunk in this machine's byte order; NULL when it isn't in normal form */
static GVariant *
parse (GBytes *chunk, GError **error)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (CHUNK_TYPE), chunk, FALSE));
  if (!g_variant_is_normal_form (variant))
    {
      set_damaged (error, _("it is not in the form that Triptych writes"));
      return NULL;
    }
  return G_BYTE_ORDER == G_BIG_ENDIAN ? g_variant_byteswap (variant) : g_steal_pointer (&variant);
}

static gboolean
read_fixed (GVariant *chunk, gsize child, guint8 *out, gsize size)
{
  g_autoptr (GVariant) variant = g_variant_get_child_value (chunk, child);
  gsize n;
  const guint8 *data = g_variant_get_fixed_array (variant, &n, 1);
  if (n == size)
    memcpy (out, data, size);
  return n == size;
}

static gboolean
read_params (TriSealed *sealed, GVariant *chunk, TriSpecsFunc find_specs, GError **error)
{
  const TriParamSpec *specs = NULL;
  g_autoptr (GVariant) variant = g_variant_get_child_value (chunk, 3);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gsize n = g_variant_n_children (variant);
  if (n > MAX_ENTRIES)
    return set_damaged (error, _("it has too many parameters"));
  for (gsize i = 0; i < n; i++)
    {
      const char *id;
      g_variant_get_child (variant, i, "{&sv}", &id, NULL);
      if (!is_name (id) || !g_hash_table_add (seen, (gpointer) id))
        return set_damaged (error, _("a parameter has an impossible name, or is there twice"));
    }
  if (!find_specs (sealed->cipher, &specs, error))
    return FALSE;
  g_autoptr (GError) cause = NULL;
  sealed->params = tri_params_from_variant (specs, variant, &cause);
  if (sealed->params != NULL)
    return TRUE;
  if (g_error_matches (cause, TRI_ERROR, TRI_ERROR_INVALID))
    g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                 _("This version of Triptych can't use the parameters in the file: %s The file is from a newer version, "
                   "or damaged."), cause->message);
  else
    g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
read_side (TriSealed *sealed, GVariant *chunk, GError **error)
{
  g_autoptr (GVariant) side = g_variant_get_child_value (chunk, 8);
  gsize n = g_variant_n_children (side);
  if (n > MAX_ENTRIES)
    return set_damaged (error, _("it has too many parts"));
  for (gsize i = 0; i < n; i++)
    {
      const char *name;
      g_autoptr (GVariant) value = NULL;
      g_variant_get_child (side, i, "{&s@ay}", &name, &value);
      if (!is_name (name) || tri_sealed_get_side (sealed, name) != NULL)
        return set_damaged (error, _("a part has an impossible name, or is there twice"));
      tri_sealed_take_side (sealed, name, g_variant_get_data_as_bytes (value));
    }
  return TRUE;
}

static gboolean
is_geometry (const guint32 shape[3])
{
  return shape[2] >= 1 && shape[2] <= 4 && tri_image_check_size (shape[0], shape[1], shape[2], NULL);
}

/**
 * tri_sealed_chunk_read:
 * @visible: set to width, height and channels that the visible picture must have
 *
 * Reads what may be hostile: every name, number and length is checked. Nothing is allocated by a number in the file;
 * the side data shares the memory of @chunk.
 *
 * Returns: (transfer full): all but the visible picture; NULL with TRI_ERROR_DAMAGED or _UNSUPPORTED
 */
TriSealed *
tri_sealed_chunk_read (GBytes *chunk, TriSpecsFunc find_specs, guint visible[3], GError **error)
{
  if (!check_version (chunk, error))
    return NULL;
  g_autoptr (GVariant) variant = parse (chunk, error);
  if (variant == NULL)
    return NULL;

  g_autoptr (TriSealed) sealed = tri_sealed_new ();
  guint32 key_kind, shape[3];
  g_variant_get_child (variant, 1, "s", &sealed->cipher);
  g_variant_get_child (variant, 2, "u", &key_kind);
  g_variant_get_child (variant, 6, "(uuu)", &shape[0], &shape[1], &shape[2]);
  g_variant_get_child (variant, 7, "(uuu)", &visible[0], &visible[1], &visible[2]);
  if (!is_name (sealed->cipher))
    set_damaged (error, _("it names no cipher"));
  else if (!is_geometry (shape) || !is_geometry (visible))
    set_damaged (error, _("it names an impossible picture size"));
  else if (!read_fixed (variant, 4, sealed->salt, TRI_SALT_SIZE) || !read_fixed (variant, 5, sealed->nonce, TRI_NONCE_SIZE))
    set_damaged (error, _("its salt or nonce has the wrong length"));
  else if (key_kind > TRI_KEY_RAW)
    g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                 _("This picture wants a kind of key (%u) that this version of Triptych does not know. Update the program "
                   "to open it."), key_kind);
  else if (read_params (sealed, variant, find_specs, error) && read_side (sealed, variant, error))
    {
      sealed->key_kind = (TriKeyKind) key_kind;
      sealed->width = shape[0];
      sealed->height = shape[1];
      sealed->channels = shape[2];
      return g_steal_pointer (&sealed);
    }
  return NULL;
}
