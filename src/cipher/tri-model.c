/* Parts of a statistical cipher's file: "model" (locked when "seal" is on), "alpha" (likewise; alpha is always kept
 * exact, for a hole in a mask helps nobody) and, when "lossless" is on, "residual": original minus reconstruction mod
 * 256, always locked, and bound to the visible picture so that "bit-exact" is a promise.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-model.h"

#include <glib/gi18n-lib.h>

#include "tri-error.h"
#include "tri-planes.h"

#define MODEL_MAX(width) (((gsize) 1 << 16) + ((gsize) 1 << 10) * (width)) /* three channels of 128 rows of 2 bytes, and more */
#define GRAIN ((gsize) 1 << 18) /* pixels */

static gboolean
seal_residual (const TriImage *original, const TriKey *key, GByteArray *model, TriModelRebuild rebuild, TriSealed *out,
               TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) rebuilding = tri_progress_sub (progress, 0, 0.3);
  g_autoptr (TriProgress) sealing = tri_progress_sub (progress, 0.3, 1);
  g_autoptr (GBytes) bytes = g_bytes_new_static (model->data, model->len);
  g_autoptr (TriImage) rebuilt = tri_image_new (original->width, original->height, original->channels, error);
  if (rebuilt == NULL || !rebuild (out, bytes, rebuilt, rebuilding, error))
    return FALSE;
  /* Over the reconstruction itself, packed: pixel i is written at or before where it was read. One thread, for two
   * would overtake each other when alpha is dropped. */
  guint ch = original->channels, colours = tri_image_n_colours (original);
  gsize n = tri_image_n_pixels (original);
  for (gsize begin = 0; begin < n; begin += GRAIN)
    {
      gsize end = MIN (begin + GRAIN, n);
      for (gsize i = begin; i < end; i++)
        for (guint c = 0; c < colours; c++)
          rebuilt->pixels[i * colours + c] = (guint8) (original->pixels[i * ch + c] - rebuilt->pixels[i * ch + c]);
      if (!tri_progress_check (sealing, 0, error))
        return FALSE;
    }
  return tri_part_seal (out, key, "residual", TRI_PART_LOCKED | TRI_PART_BINDS_PICTURE, rebuilt->pixels, n * colours,
                        sealing, error);
}

static TriPartFlags
model_lock (const TriSealed *sealed)
{
  return tri_params_get_bool (sealed->params, "seal") ? TRI_PART_LOCKED : 0;
}

/* Whether decryption asks for the key at all. */
gboolean
tri_model_uses_key (const TriParams *params)
{
  return tri_params_get_bool (params, "seal") || tri_params_get_bool (params, "lossless");
}

/* Adds model, alpha and residual to @out, as its parameters ask; its visible picture is there. */
gboolean
tri_model_seal (const TriImage *original, const TriKey *key, GByteArray *model, TriModelRebuild rebuild, TriSealed *out,
                TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.3);
  g_autoptr (TriProgress) second = tri_progress_sub (progress, 0.3, 1);
  g_assert (model->len <= MODEL_MAX (original->width));
  if (!tri_part_seal (out, key, "model", model_lock (out), model->data, model->len, NULL, error))
    return FALSE;
  if (tri_image_has_alpha (original) && !tri_planes_seal_alpha (original, key, model_lock (out), out, first, error))
    return FALSE;
  if (tri_params_get_bool (out->params, "lossless")
      && !seal_residual (original, key, model, rebuild, out, second, error))
    return FALSE;
  return tri_progress_check (progress, 1, error);
}

/* Returns: (transfer full): the model's bytes; or NULL with TRI_ERROR_WRONG_KEY or _DAMAGED */
GBytes *
tri_model_open (const TriSealed *in, const TriKey *key, GError **error)
{
  return tri_part_open (in, key, "model", model_lock (in), 1, MODEL_MAX (in->width), NULL, error);
}

/* The whole decryption of a statistical cipher. */
gboolean
tri_model_decrypt (const TriSealed *in, const TriKey *key, TriModelRebuild rebuild, TriImage **out,
                   TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) rebuilding = tri_progress_sub (progress, 0, 0.4);
  g_autoptr (TriProgress) alpha = tri_progress_sub (progress, 0.4, 0.5);
  g_autoptr (TriProgress) residual = tri_progress_sub (progress, 0.5, 1);
  g_autoptr (GBytes) model = tri_model_open (in, key, error);
  if (model == NULL)
    return FALSE;
  g_autoptr (TriImage) image = tri_image_new (in->width, in->height, in->channels, error);
  if (image == NULL || !rebuild (in, model, image, rebuilding, error))
    return FALSE;
  if (tri_image_has_alpha (image)
      && !tri_planes_open_alpha (in, key, model_lock (in), image, alpha, error))
    return FALSE;
  if (tri_params_get_bool (in->params, "lossless")
      && !tri_planes_open (in, key, "residual", TRI_PART_LOCKED | TRI_PART_BINDS_PICTURE, 0, tri_image_n_colours (image), image,
                           residual, error))
    return FALSE;
  if (!tri_progress_check (progress, 1, error))
    return FALSE;
  *out = g_steal_pointer (&image);
  return TRUE;
}
