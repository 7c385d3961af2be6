/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sealed.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"

TriSealed *
tri_sealed_new (void)
{
  TriSealed *sealed = g_new0 (TriSealed, 1);
  g_atomic_ref_count_init (&sealed->refs);
  sealed->side = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  return sealed;
}

TriSealed *
tri_sealed_ref (const TriSealed *sealed)
{
  TriSealed *shared = (TriSealed *) sealed;
  g_atomic_ref_count_inc (&shared->refs);
  return shared;
}

void
tri_sealed_unref (TriSealed *sealed)
{
  if (!g_atomic_ref_count_dec (&sealed->refs))
    return;
  g_clear_pointer (&sealed->visible, tri_image_unref);
  g_clear_pointer (&sealed->params, tri_params_free);
  g_hash_table_unref (sealed->side);
  g_free (sealed->cipher);
  g_free (sealed);
}

/* Returns: (transfer full): @sealed with another visible picture, of which it takes a reference */
TriSealed *
tri_sealed_with_visible (const TriSealed *sealed, TriImage *visible)
{
  TriSealed *copy = tri_sealed_new ();
  GHashTableIter iter;
  gpointer name, bytes;
  copy->visible = tri_image_ref (visible);
  copy->cipher = g_strdup (sealed->cipher);
  copy->params = sealed->params != NULL ? tri_params_copy (sealed->params) : NULL;
  copy->key_kind = sealed->key_kind;
  memcpy (copy->salt, sealed->salt, TRI_SALT_SIZE);
  memcpy (copy->nonce, sealed->nonce, TRI_NONCE_SIZE);
  copy->width = sealed->width;
  copy->height = sealed->height;
  copy->channels = sealed->channels;
  g_hash_table_iter_init (&iter, sealed->side);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    tri_sealed_take_side (copy, name, g_bytes_ref (bytes));
  return copy;
}

void
tri_sealed_set_side (TriSealed *sealed, const char *name, const void *data, gsize size)
{
  tri_sealed_take_side (sealed, name, g_bytes_new (data, size));
}

/* @bytes: (transfer full) */
void
tri_sealed_take_side (TriSealed *sealed, const char *name, GBytes *bytes)
{
  g_hash_table_insert (sealed->side, g_strdup (name), bytes);
}

/* Returns: (nullable) (transfer none) */
GBytes *
tri_sealed_get_side (const TriSealed *sealed, const char *name)
{
  return g_hash_table_lookup (sealed->side, name);
}

/* Side data that must be there with @min…@max bytes; else NULL with TRI_ERROR_DAMAGED. Returns: (transfer none) */
GBytes *
tri_sealed_require_side (const TriSealed *sealed, const char *name, gsize min, gsize max, GError **error)
{
  GBytes *bytes = tri_sealed_get_side (sealed, name);
  if (bytes != NULL && g_bytes_get_size (bytes) >= min && g_bytes_get_size (bytes) <= max)
    return bytes;
  if (bytes == NULL)
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 _("The file lacks its “%s” part, without which it can't be decrypted. It is damaged or was changed; "
                   "try another copy."), name);
  else
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 _("The “%s” part of the file has %zu bytes, which can't be right. It is damaged or "
                   "was changed; try another copy."), name, g_bytes_get_size (bytes));
  return NULL;
}

/* Bytes of side data in all, names not counted. */
gsize
tri_sealed_get_side_size (const TriSealed *sealed)
{
  gsize size = 0;
  GHashTableIter iter;
  gpointer bytes;
  g_hash_table_iter_init (&iter, sealed->side);
  while (g_hash_table_iter_next (&iter, NULL, &bytes))
    size += g_bytes_get_size (bytes);
  return size;
}

/**
 * tri_sealed_serialise:
 * @side: (transfer floating) (nullable): what follows the header
 *
 * The header (version, cipher, key kind, parameters, salt, nonce, both geometries) as bytes in one unambiguous form. The same
 * on every machine: a little-endian GVariant in normal form.
 *
 * Returns: (transfer full)
 */
GBytes *
tri_sealed_serialise (const TriSealed *sealed, GVariant *side)
{
  const TriImage *visible = sealed->visible;
  GVariantBuilder tuple;
  g_variant_builder_init (&tuple, G_VARIANT_TYPE_TUPLE);
  g_variant_builder_add (&tuple, "u", (guint32) TRI_SEALED_VERSION);
  g_variant_builder_add (&tuple, "s", sealed->cipher);
  g_variant_builder_add (&tuple, "u", (guint32) sealed->key_kind);
  g_variant_builder_add_value (&tuple, sealed->params != NULL ? tri_params_to_variant (sealed->params)
                                                              : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  g_variant_builder_add_value (&tuple, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, sealed->salt, TRI_SALT_SIZE, 1));
  g_variant_builder_add_value (&tuple, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, sealed->nonce, TRI_NONCE_SIZE, 1));
  g_variant_builder_add (&tuple, "(uuu)", sealed->width, sealed->height, sealed->channels);
  g_variant_builder_add (&tuple, "(uuu)", visible != NULL ? visible->width : 0, visible != NULL ? visible->height : 0,
                         visible != NULL ? visible->channels : 0);
  if (side != NULL)
    g_variant_builder_add_value (&tuple, side);
  g_autoptr (GVariant) whole = g_variant_ref_sink (g_variant_builder_end (&tuple));
  if (G_BYTE_ORDER == G_BIG_ENDIAN)
    {
      GVariant *swapped = g_variant_byteswap (whole);
      g_variant_unref (whole);
      whole = swapped;
    }
  return g_variant_get_data_as_bytes (whole);
}

/* Returns: (transfer full): the header alone, for an AEAD to authenticate */
GBytes *
tri_sealed_header_bytes (const TriSealed *sealed)
{
  return tri_sealed_serialise (sealed, NULL);
}
