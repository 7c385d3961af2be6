/* Parts of a statistical cipher's file: "model" (locked when "seal" is on), "alpha" (likewise; alpha is always kept
 * exact, for a hole in a mask helps nobody) and, when "lossless" is on, "residual": original minus reconstruction mod
 * 256, always locked, and bound to the visible picture so that "bit-exact" is a promise.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-model.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "tri-error.h"
#include "tri-parallel.h"
#include "tri-part.h"

#define MODEL_MAX(width) (((gsize) 1 << 16) + ((gsize) 1 << 10) * (width)) /* three channels of 128 rows of 2 bytes, and more */
#define GRAIN ((gsize) 1 << 18) /* pixels */

typedef struct {
  const guint8 *from;
  guint8 *to;
  guint from_step, to_step, n; /* bytes from pixel to pixel, bytes of each that count */
  gboolean add;
} Planes;

static void
do_planes (gsize begin, gsize end, guint slot, gpointer data)
{
  const Planes *p = data;
  for (gsize i = begin; i < end; i++)
    for (guint c = 0; c < p->n; c++)
      {
        guint8 value = p->from[i * p->from_step + c], *to = &p->to[i * p->to_step + c];
        *to = p->add ? (guint8) (value + *to) : value;
      }
}

static gboolean
seal_alpha (const TriImage *original, const TriKey *key, TriPartFlags lock, TriSealed *out, TriProgress *progress,
            GError **error)
{
  g_autoptr (TriProgress) watch = tri_progress_sub (progress, 0, 0); /* to be cancelled, not to be told */
  gsize n = tri_image_n_pixels (original);
  g_autofree guint8 *alpha = g_malloc (n);
  Planes planes = { .from = original->pixels + original->channels - 1, .to = alpha, .from_step = original->channels,
                    .to_step = 1, .n = 1 };
  return tri_parallel_for (n, GRAIN, do_planes, &planes, watch, error)
         && tri_part_seal (out, key, "alpha", lock, alpha, n, progress, error);
}

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
  if (tri_image_has_alpha (original) && !seal_alpha (original, key, model_lock (out), out, first, error))
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

/* Lays one part over the picture: alpha in its channel, or the residual added to the colours. */
static gboolean
apply_part (const TriSealed *in, const TriKey *key, const char *name, TriPartFlags flags, guint offset, guint per_pixel,
            TriImage *image, TriProgress *progress, GError **error)
{
  gsize n = tri_image_n_pixels (image);
  g_autoptr (GBytes) part = tri_part_open (in, key, name, flags, n * per_pixel, n * per_pixel, progress, error);
  if (part == NULL)
    return FALSE;
  Planes planes = { .from = g_bytes_get_data (part, NULL), .to = image->pixels + offset, .from_step = per_pixel,
                    .to_step = image->channels, .n = per_pixel, .add = offset == 0 };
  return tri_parallel_for (n, GRAIN, do_planes, &planes, progress, error);
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
  guint colours = tri_image_n_colours (image);
  if (tri_image_has_alpha (image)
      && !apply_part (in, key, "alpha", model_lock (in), colours, 1, image, alpha, error))
    return FALSE;
  if (tri_params_get_bool (in->params, "lossless")
      && !apply_part (in, key, "residual", TRI_PART_LOCKED | TRI_PART_BINDS_PICTURE, 0, colours, image, residual, error))
    return FALSE;
  if (!tri_progress_check (progress, 1, error))
    return FALSE;
  *out = g_steal_pointer (&image);
  return TRUE;
}

/* Whether the visible picture has the geometry that header and model ask for; else TRI_ERROR_DAMAGED. */
gboolean
tri_model_check_visible (const TriSealed *in, guint64 width, guint64 height, guint channels, GError **error)
{
  if (in->visible->width == width && in->visible->height == height && in->visible->channels == channels)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The picture has %u × %u pixels and its header asks for %" PRIu64 " × %" PRIu64
                 ": it was changed after encryption. Take the file as it was saved."),
               in->visible->width, in->visible->height, width, height);
  return FALSE;
}
