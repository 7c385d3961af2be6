/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-damage.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-jpeg.h"
#include "tri-rng.h"

#define BLOCK 8u /* pixels of a side */
#define POLL_BYTES 65536u

enum { STREAM_GAUSSIAN = 1, STREAM_PEPPER, STREAM_LOST };

const TriParamSpec tri_damage_specs[] = {
  { .id = "gaussian", .title = N_("Gaussian noise, σ"), .type = TRI_PARAM_DOUBLE, .min = 0, .max = 64, .step = 1, .digits = 1,
    .help = N_("Standard deviation of what is added to every value, of 255.") },
  { .id = "pepper", .title = N_("Salt and pepper"), .unit = N_("%"), .type = TRI_PARAM_DOUBLE, .min = 0, .max = 50, .step = 1,
    .digits = 1, .help = N_("How many pixels become black or white.") },
  { .id = "lost", .title = N_("Lost blocks"), .unit = N_("%"), .type = TRI_PARAM_DOUBLE, .min = 0, .max = 50, .step = 1, .digits = 1,
    .help = N_("How many blocks of 8 × 8 pixels don't arrive; they are black.") },
  { .id = "jpeg", .title = N_("JPEG quality"), .type = TRI_PARAM_INT, .min = 0, .max = 100, .step = 1,
    .help = N_("Somebody saves the encrypted picture as JPEG; 0 is nobody. JPEG keeps colours at half the resolution: little is left "
               "of what looks like noise in colour.") },
  { .id = "seed", .title = N_("Seed"), .type = TRI_PARAM_INT, .min = 0, .max = 1000000, .def = 1, .step = 1, .flags = TRI_PARAM_SEED,
    .help = N_("Another number strikes other pixels.") },
  { 0 }
};

/* @damage: (nullable) */
gboolean
tri_damage_is_on (const TriParams *damage)
{
  return damage != NULL
         && (tri_params_get (damage, "gaussian") > 0 || tri_params_get (damage, "pepper") > 0 || tri_params_get (damage, "lost") > 0
             || tri_params_get (damage, "jpeg") > 0);
}

static void
append (GString *text, const char *part)
{
  if (text->len > 0)
    g_string_append (text, ", ");
  g_string_append (text, part);
}

/* Returns: (transfer full): in words, translated */
char *
tri_damage_describe (const TriParams *damage)
{
  g_autoptr (GString) text = g_string_new (NULL);
  double gaussian = tri_params_get (damage, "gaussian"), pepper = tri_params_get (damage, "pepper");
  double lost = tri_params_get (damage, "lost");
  int jpeg = tri_params_get_int (damage, "jpeg");
  if (jpeg > 0)
    {
      g_autofree char *part = g_strdup_printf (_("JPEG of quality %d"), jpeg);
      append (text, part);
    }
  if (gaussian > 0)
    {
      g_autofree char *part = g_strdup_printf (_("noise of σ = %.3g"), gaussian);
      append (text, part);
    }
  if (pepper > 0)
    {
      g_autofree char *part = g_strdup_printf (_("%.3g %% salt and pepper"), pepper);
      append (text, part);
    }
  if (lost > 0)
    {
      g_autofree char *part = g_strdup_printf (_("%.3g %% of the blocks lost"), lost);
      append (text, part);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns: (transfer full) (nullable): how an encrypted picture that was made with @params would endure this damage better, in
 *   words, translated */
char *
tri_damage_advise (const TriParams *damage, const TriParams *params, const TriImage *visible)
{
  const TriParamSpec *spec = tri_params_get_specs (params);
  if (tri_params_get_int (damage, "jpeg") == 0 || tri_image_n_colours (visible) != 3)
    return NULL;
  while (spec != NULL && spec->id != NULL && (spec->flags & TRI_PARAM_ENDURES_JPEG) == 0)
    spec++;
  if (spec == NULL || spec->id == NULL)
    return NULL;
  const TriChoice *last = spec->choices;
  while (last[1].id != NULL)
    last++;
  return g_strdup_printf (_("“%s: %s” would endure JPEG"), _(spec->title), _(last->title));
}

static gboolean
add_gaussian (TriImage *picture, TriRng rng, double sigma, TriProgress *progress, GError **error)
{
  gsize n = tri_image_n_bytes (picture);
  for (gsize i = 0; i < n; i++)
    {
      long value = lrint (picture->pixels[i] + sigma * (double) tri_rng_normal (&rng));
      picture->pixels[i] = (guint8) CLAMP (value, 0, 255);
      if (i % POLL_BYTES == 0 && !tri_progress_check (progress, (double) i / (double) n, error))
        return FALSE;
    }
  return TRUE;
}

/* Of a pixel all channels. */
static gboolean
add_pepper (TriImage *picture, TriRng rng, double share, TriProgress *progress, GError **error)
{
  gsize n = tri_image_n_pixels (picture);
  for (gsize i = 0; i < n; i++)
    {
      guint32 draw = tri_rng_u32 (&rng);
      if ((draw >> 1) < share * 0x1p31)
        memset (picture->pixels + i * picture->channels, (draw & 1) != 0 ? 255 : 0, picture->channels);
      if (i % POLL_BYTES == 0 && !tri_progress_check (progress, (double) i / (double) n, error))
        return FALSE;
    }
  return TRUE;
}

static void
blacken (TriImage *picture, guint left, guint top)
{
  guint right = MIN (left + BLOCK, picture->width), bottom = MIN (top + BLOCK, picture->height);
  for (guint y = top; y < bottom; y++)
    memset (picture->pixels + y * tri_image_stride (picture) + (gsize) left * picture->channels, 0,
            (gsize) (right - left) * picture->channels);
}

/* Exactly that share of the blocks, rounded up: each of those left is taken with the chance that makes it come out. */
static gboolean
lose_blocks (TriImage *picture, TriRng rng, double share, TriProgress *progress, GError **error)
{
  gsize left = (gsize) ((picture->width + BLOCK - 1) / BLOCK) * ((picture->height + BLOCK - 1) / BLOCK), n = left;
  gsize wanted = (gsize) ceil (share * (double) n);
  for (guint y = 0; y < picture->height; y += BLOCK)
    {
      for (guint x = 0; x < picture->width; x += BLOCK, left--)
        if ((double) tri_rng_uniform (&rng) * (double) left < (double) wanted)
          {
            blacken (picture, x, y);
            wanted--;
          }
      if (!tri_progress_check (progress, 1 - (double) left / (double) n, error))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): first the JPEG, then noise, then what is lost */
TriImage *
tri_damage_picture (const TriParams *damage, const TriImage *picture, TriProgress *progress, GError **error)
{
  guint64 seed = (guint64) tri_params_get (damage, "seed");
  int quality = tri_params_get_int (damage, "jpeg");
  double gaussian = tri_params_get (damage, "gaussian"), pepper = tri_params_get (damage, "pepper") / 100;
  double lost = tri_params_get (damage, "lost") / 100;
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0.2, 0.7);
  g_autoptr (TriProgress) second = tri_progress_sub (progress, 0.7, 0.9);
  g_autoptr (TriProgress) third = tri_progress_sub (progress, 0.9, 1);
  g_autoptr (TriImage) out = quality > 0 ? tri_jpeg_pass (picture, (guint) quality, error) : tri_image_copy (picture, error);
  if (out == NULL || (gaussian > 0 && !add_gaussian (out, tri_rng (seed, STREAM_GAUSSIAN), gaussian, first, error))
      || (pepper > 0 && !add_pepper (out, tri_rng (seed, STREAM_PEPPER), pepper, second, error))
      || (lost > 0 && !lose_blocks (out, tri_rng (seed, STREAM_LOST), lost, third, error)))
    return NULL;
  return g_steal_pointer (&out);
}

/* Returns: (transfer full) (nullable): what arrives of @sealed: its picture damaged, all else as it was */
TriSealed *
tri_damage_sealed (const TriParams *damage, const TriSealed *sealed, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) visible = tri_damage_picture (damage, sealed->visible, progress, error);
  return visible != NULL ? tri_sealed_with_visible (sealed, visible) : NULL;
}
