/* Both maps run in whole numbers, so every machine has the same orbits. The 3-D map is x' = a₁x + a₂y + a₃y², y' = b₁ − b₂z,
 * z' = cx with a₁ = 0.04, a₂ = −a₃ = 3.84, b₁ = b₂ = c = 1: it stays in the unit cube, for a₁ + a₂/4 = 1, and its three
 * Lyapunov exponents, measured over 6,000 steps, are 0.18, 0.17 and 0.15. The memristor map is x' = k(q² − 1)x, q' = q + x
 * with k = 1.77: exponents 0.26 and 0.10.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-chaos-mask.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cnn-chaos.h"
#include "tri-error.h"

typedef unsigned __int128 Wide;
typedef __int128 Signed;

#define A1 ((guint64) (0.04 * 0x1p64))
#define A2 ((guint64) (3.84 * 0x1p61))
#define K ((gint64) (1.77 * 0x1p55))
#define ONE ((gint64) 1 << 55)
#define LIMIT (4 * ONE) /* the memristor map's attractor ends at 1.8; what leaves this is led back */
#define WARM_UP 256u    /* steps until orbits that began next to each other are strangers */
#define PIECE 16384u /* values between two looks at the progress; a multiple of 4 */
#define TELLING 64u /* least amplitude at which nothing but loss makes 3 × 3 pixels of one value */

static inline gint64
times (gint64 a, gint64 b)
{
  return (gint64) ((Signed) a * b >> 55);
}

/* Back near the middle, keeping all the lower bits. */
static inline gint64
led_back (gint64 value)
{
  return (value & (ONE - 1)) - ONE / 2;
}

static inline void
move (TriChaosOrbit *o)
{
  guint64 x = (guint64) ((Wide) o->x * A1 >> 64) + (guint64) ((Wide) (guint64) ((Wide) o->y * (guint64) -o->y >> 64) * A2 >> 61);
  o->y = -o->z; /* 1 − z, modulo 1 */
  o->z = o->x;
  o->x = x;
  gint64 m = times (times (K, times (o->q, o->q) - ONE), o->m), q = o->q + o->m;
  o->m = m < LIMIT && m > -LIMIT ? m : led_back (m);
  o->q = q < LIMIT && q > -LIMIT ? q : led_back (q);
}

void
tri_chaos_orbit_start (TriChaosOrbit *orbit, const guint8 seed[TRI_CHAOS_SEED_SIZE])
{
  guint64 words[5];
  memcpy (words, seed, sizeof words);
  *orbit = (TriChaosOrbit) { GUINT64_FROM_LE (words[0]) | 1, GUINT64_FROM_LE (words[1]) | 1, GUINT64_FROM_LE (words[2]) | 1,
                             led_back ((gint64) GUINT64_FROM_LE (words[3])) | 1, led_back ((gint64) GUINT64_FROM_LE (words[4])) };
  sodium_memzero (words, sizeof words);
  for (guint i = 0; i < WARM_UP; i++)
    move (orbit);
}

/* The first digits of an orbit's values are unevenly spread, and the last ones short of history: from between them, 32 bits of
 * either map. */
guint32
tri_chaos_orbit_next (TriChaosOrbit *orbit)
{
  move (orbit);
  return (guint32) (orbit->x >> 12) ^ ((guint32) (orbit->m >> 8) + (guint32) (orbit->q >> 14));
}

/* Every plane has an orbit for its permutation and one for its noise. */
void
tri_chaos_mask_start (const TriChaosMask *mask, guint plane, gboolean noise, TriChaosOrbit *orbit)
{
  guint8 label[2] = { (guint8) plane, noise ? 1 : 0 }, seed[TRI_CHAOS_SEED_SIZE];
  crypto_generichash (seed, sizeof seed, label, sizeof label, mask->key, sizeof mask->key);
  tri_chaos_orbit_start (orbit, seed);
  sodium_memzero (seed, sizeof seed);
}

/* Fisher and Yates's shuffle: every order is as likely, as far as the orbit's numbers are. Returns: (nullable): g_free() it */
static guint32 *
make_order (const TriChaosMask *mask, guint plane, gsize n, TriProgress *progress, GError **error)
{
  g_autofree guint32 *order = g_try_new (guint32, n);
  TriChaosOrbit orbit;
  if (order == NULL)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                   _("There is not enough memory for the permutation of %u pixels. Take a smaller picture."), (guint) n);
      return NULL;
    }
  tri_chaos_mask_start (mask, plane, FALSE, &orbit);
  for (gsize i = 0; i < n; i++)
    {
      gsize j = (gsize) ((guint64) tri_chaos_orbit_next (&orbit) * (i + 1) >> 32);
      order[i] = order[j];
      order[j] = (guint32) i;
      if (i % PIECE == PIECE - 1 && !tri_progress_check (progress, (double) i / (double) n, error))
        return NULL;
    }
  sodium_memzero (&orbit, sizeof orbit);
  return g_steal_pointer (&order);
}

/* Values 0 … amplitude, four of a number of the orbit. */
static void
fill_noise (TriChaosOrbit *orbit, guint amplitude, guint8 *noise, gsize n)
{
  for (gsize i = 0; i < n; i += 4)
    {
      guint32 number = tri_chaos_orbit_next (orbit);
      for (gsize j = i; j < MIN (i + 4, n); j++, number >>= 8)
        noise[j] = (guint8) ((number & 255) * (amplitude + 1) >> 8);
    }
}

static TriTrust
trust_of (gboolean lost, guint8 seen)
{
  return lost ? TRI_TRUST_NONE : seen == 0 || seen == 255 ? TRI_TRUST_HALF : TRI_TRUST_FULL;
}

/* Where a plane of the code lies in what is seen, and what was found lost of it. */
typedef struct {
  gsize first, step, first_lost;
} Place;

static Place
place_of (guint plane, const TriImage *code, const TriImage *seen)
{
  gsize below = plane * tri_image_n_pixels (code);
  return seen->channels == code->channels ? (Place) { plane, seen->channels, 0 } : (Place) { below, 1, below };
}

/**
 * move_plane:
 * @lost: (nullable): for each pixel of what arrived, whether it was lost
 * @trust: (nullable): filled in; NULL to mask instead of unmasking
 */
static gboolean
move_plane (const TriChaosMask *mask, guint plane, const TriImage *in, TriImage *out, const guint8 *lost, TriImage *trust,
            TriProgress *progress, GError **error)
{
  const TriImage *code = trust == NULL ? in : out, *seen = trust == NULL ? out : in;
  gsize n = tri_image_n_pixels (code), step = code->channels;
  Place place = place_of (plane, code, seen);
  g_autoptr (TriProgress) ordering = tri_progress_sub (progress, 0, 0.7);
  g_autofree guint32 *order = make_order (mask, plane, n, ordering, error);
  g_autofree guint8 *noise = g_malloc (PIECE);
  TriChaosOrbit orbit;
  if (order == NULL)
    return FALSE;
  tri_chaos_mask_start (mask, plane, TRUE, &orbit);
  for (gsize first = 0; first < n; first += PIECE)
    {
      gsize end = MIN (first + PIECE, n);
      fill_noise (&orbit, mask->amplitude, noise, end - first);
      for (gsize i = first; i < end; i++)
        {
          gsize there = place.first + i * place.step, here = order[i] * step + plane;
          if (trust == NULL)
            out->pixels[there] = (guint8) (in->pixels[here] + noise[i - first]);
          else
            {
              guint8 value = in->pixels[there];
              out->pixels[here] = (guint8) (value - noise[i - first]);
              trust->pixels[here] = trust_of (lost != NULL && lost[place.first_lost + i], value);
            }
        }
      if (!tri_progress_check (progress, 0.7 + 0.3 * (double) end / (double) n, error))
        return FALSE;
    }
  sodium_memzero (&orbit, sizeof orbit);
  return TRUE;
}

/* Of @code's shape, or grey with its planes one below another. */
static gboolean
holds (const TriImage *seen, const TriImage *code)
{
  return tri_image_same_shape (seen, code)
         || (seen->channels == 1 && seen->width == code->width && seen->height == (guint64) code->height * code->channels);
}

/* @out: of @code's shape, or grey, for its planes one below another */
gboolean
tri_chaos_mask_hide (const TriChaosMask *mask, const TriImage *code, TriImage *out, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (holds (out, code), FALSE);
  for (guint c = 0; c < code->channels; c++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, c / (double) code->channels, (c + 1) / (double) code->channels);
      if (!move_plane (mask, c, code, out, NULL, NULL, part, error))
        return FALSE;
    }
  return TRUE;
}

/* 3 × 3 pixels from there on are all one colour. */
static gboolean
is_flat (const TriImage *seen, guint x, guint y)
{
  gsize stride = tri_image_stride (seen), c = seen->channels;
  const guint8 *corner = seen->pixels + y * stride + x * c;
  for (guint row = 0; row < 3; row++)
    for (gsize i = 0; i < 3 * c; i++)
      if (corner[row * stride + i] != corner[i % c])
        return FALSE;
  return TRUE;
}

/* Noise leaves no flat places: with one colour, nine equal pixels come about once in 2⁶⁴ places. What is flat didn't arrive.
 * Returns: (transfer full) (nullable): for each pixel; NULL with no error where the amplitude is too small to tell */
static guint8 *
find_lost (const TriChaosMask *mask, const TriImage *seen, TriProgress *progress, GError **error)
{
  g_autofree guint8 *lost = mask->amplitude >= TELLING ? g_try_malloc0 (tri_image_n_pixels (seen)) : NULL;
  for (guint y = 0; lost != NULL && y + 3 <= seen->height; y++)
    {
      for (guint x = 0; x + 3 <= seen->width; x++)
        if (is_flat (seen, x, y))
          for (guint row = 0; row < 3; row++)
            memset (lost + (gsize) (y + row) * seen->width + x, 1, 3);
      if (!tri_progress_check (progress, (double) y / seen->height, error))
        return NULL;
    }
  return g_steal_pointer (&lost);
}

/* @out, @trust: of the code's shape, see tri_chaos_mask_hide(); @trust: a TriTrust for each value */
gboolean
tri_chaos_mask_show (const TriChaosMask *mask, const TriImage *seen, TriImage *out, TriImage *trust, TriProgress *progress,
                     GError **error)
{
  g_return_val_if_fail (holds (seen, out) && tri_image_same_shape (out, trust), FALSE);
  g_autoptr (TriProgress) finding = tri_progress_sub (progress, 0, 0.1);
  g_autoptr (GError) stopped = NULL;
  g_autofree guint8 *lost = find_lost (mask, seen, finding, &stopped);
  if (stopped != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&stopped));
      return FALSE;
    }
  for (guint c = 0; c < out->channels; c++)
    {
      double share = 0.9 / out->channels;
      g_autoptr (TriProgress) part = tri_progress_sub (progress, 0.1 + c * share, 0.1 + (c + 1) * share);
      if (!move_plane (mask, c, seen, out, lost, trust, part, error))
        return FALSE;
    }
  return TRUE;
}
