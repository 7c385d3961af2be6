/* What a key of the CycleGAN expands to: noise, mask and signs from a stream that can be read from any position on, and a
 * permutation of all positions. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cyclegan-private.h"
#include "tri-error.h"

#define CODE TRI_CYCLEGAN_CODE
#define WIDTH TRI_CYCLEGAN_WIDTH
#define BYTES TRI_CYCLEGAN_BYTES
#define PIECE 65536u

/* Numbers of the streams: of the permutation, and of the stages before and after it */
enum { PERMUTATION, FIRST, SECOND };

static void
read_stream (const guint8 key[TRI_CYCLEGAN_KEY_SIZE], guint64 number, guint64 block, guint8 *out, gsize size)
{
  guint8 nonce[crypto_stream_chacha20_NONCEBYTES];
  guint64 little = GUINT64_TO_LE (number);
  memcpy (nonce, &little, sizeof nonce);
  memset (out, 0, size);
  crypto_stream_chacha20_xor_ic (out, out, size, nonce, block, key);
}

/* Noise is within −1 … 1; a mask is whole steps of 256 levels in it, to be added modulo their number. */
static float
fill_value (TriCycleganFill what, const guint8 *bytes, guint c)
{
  if (what == TRI_CYCLEGAN_NOISE)
    return ((float) (bytes[2 * c] | bytes[2 * c + 1] << 8) + 0.5f) / 32768 - 1;
  float step = (float) (what == TRI_CYCLEGAN_MASK ? 2 : -2) / 255;
  return step * bytes[c];
}

/* @values and signs of @n positions from @first on, which is even: noise for the stage before the permutation, masks for that
 * after it. @bytes: room for @n × TRI_CYCLEGAN_BYTES */
void
tri_cyclegan_fill_keyed (const guint8 key[TRI_CYCLEGAN_KEY_SIZE], TriCycleganFill what, guint64 first, guint n, guint8 *bytes,
                         float *values, float *signs0, float *signs1)
{
  read_stream (key, what == TRI_CYCLEGAN_NOISE ? FIRST : SECOND, first * BYTES / 64, bytes, (gsize) n * BYTES);
  for (guint i = 0; i < n; i++, bytes += BYTES)
    for (guint c = 0; c < WIDTH; c++)
      {
        gboolean free_of_sign = c >= CODE && c < 2 * CODE; /* the noise's channels */
        signs0[i * WIDTH + c] = free_of_sign || bytes[24 + c / 8] >> c % 8 & 1 ? 1.0f : -1.0f;
        signs1[i * WIDTH + c] = free_of_sign || bytes[28 + c / 8] >> c % 8 & 1 ? 1.0f : -1.0f;
        if (c < CODE)
          values[i * CODE + c] = fill_value (what, bytes, c);
      }
}

/* Fisher and Yates, in the order that Durstenfeld gave it. Returns: (transfer full): where each position comes from */
guint32 *
tri_cyclegan_make_permutation (const guint8 key[TRI_CYCLEGAN_KEY_SIZE], guint32 n, TriProgress *progress, GError **error)
{
  guint32 *order = g_try_new (guint32, n);
  g_autofree guint64 *random = g_new (guint64, PIECE);
  if (order == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                           _("There is not enough memory. Close other programs or use a smaller picture."));
      return NULL;
    }
  for (guint32 i = 0; i < n; i++)
    order[i] = i;
  for (guint32 i = n; i > 1; i--)
    {
      guint32 done = n - i;
      if (done % PIECE == 0)
        {
          read_stream (key, PERMUTATION, (guint64) done / 8, (guint8 *) random, MIN (i, PIECE) * sizeof *random);
          if (!tri_progress_check (progress, (double) done / n, error))
            {
              g_free (order);
              return NULL;
            }
        }
      guint32 j = (guint32) ((unsigned __int128) GUINT64_FROM_LE (random[done % PIECE]) * i >> 64), kept = order[i - 1];
      order[i - 1] = order[j];
      order[j] = kept;
    }
  return order;
}

void
tri_cyclegan_keyed_free (TriCycleganKeyed *keyed)
{
  if (keyed == NULL)
    return;
  tri_tensor_free (keyed->noise);
  for (guint s = 0; s < 2; s++)
    {
      tri_tensor_free (keyed->mask[s]);
      tri_tensor_free (keyed->signs[s][0]);
      tri_tensor_free (keyed->signs[s][1]);
    }
  tri_tensor_free (keyed->order);
  tri_tensor_free (keyed->back);
  g_free (keyed);
}

/* One picture's part, of a key of its own. */
static gboolean
expand (TriCycleganKeyed *keyed, guint n, const guint8 key[TRI_CYCLEGAN_KEY_SIZE], GError **error)
{
  guint h = keyed->order->shape.h, w = keyed->order->shape.w;
  g_autofree guint8 *bytes = g_malloc ((gsize) w * BYTES);
  g_autofree guint32 *order = tri_cyclegan_make_permutation (key, h * w, NULL, error);
  if (order == NULL)
    return FALSE;
  TriTensor *const values[] = { keyed->noise, keyed->mask[0], keyed->mask[1] };
  for (TriCycleganFill what = TRI_CYCLEGAN_NOISE; what <= TRI_CYCLEGAN_UNMASK; what++)
    for (guint y = 0; y < h; y++)
      {
        TriTensor *const *signs = keyed->signs[what != TRI_CYCLEGAN_NOISE];
        tri_cyclegan_fill_keyed (key, what, (guint64) y * (w + w % 2), w, bytes, tri_tensor_at (values[what], n, y, 0),
                                 tri_tensor_at (signs[0], n, y, 0), tri_tensor_at (signs[1], n, y, 0));
      }
  for (guint32 i = 0; i < h * w; i++)
    {
      tri_tensor_at (keyed->order, n, 0, 0)[i] = (float) order[i];
      tri_tensor_at (keyed->back, n, 0, 0)[order[i]] = (float) i;
    }
  return TRUE;
}

void
tri_cyclegan_draw_keys (TriRng *rng, guint n, TriCycleganKey *keys)
{
  for (guint i = 0; i < n; i++)
    for (guint b = 0; b < TRI_CYCLEGAN_KEY_SIZE; b++)
      keys[i][b] = (guint8) tri_rng_u32 (rng);
}

/* Keys with one bit wrong, or with half of them: as often the one as the other. */
void
tri_cyclegan_draw_near_keys (TriRng *rng, guint n, const TriCycleganKey *keys, TriCycleganKey *near_keys)
{
  for (guint i = 0; i < n; i++)
    {
      TriCycleganKey change = { 0 };
      guint32 random = tri_rng_u32 (rng);
      if (random >> 31)
        tri_cyclegan_draw_keys (rng, 1, &change);
      else
        change[random % TRI_CYCLEGAN_KEY_SIZE] = (guint8) (1u << (random / TRI_CYCLEGAN_KEY_SIZE) % 8);
      for (guint b = 0; b < TRI_CYCLEGAN_KEY_SIZE; b++)
        near_keys[i][b] = keys[i][b] ^ change[b];
    }
}

/* @keys: of @n pictures. @h, @w: positions, half the pictures' sides. Returns: (transfer full) (nullable) */
TriCycleganKeyed *
tri_cyclegan_keyed_new (const TriCycleganKey *keys, guint n, guint h, guint w, GError **error)
{
  g_autoptr (TriCycleganKeyed) keyed = g_new0 (TriCycleganKeyed, 1);
  TriShape values = { n, h, w, CODE }, signs = { n, h, w, WIDTH }, order = { n, h, w, 1 };
  if ((keyed->noise = tri_tensor_new (values, error)) == NULL)
    return NULL;
  for (guint s = 0; s < 2; s++)
    if ((keyed->mask[s] = tri_tensor_new (values, error)) == NULL
        || (keyed->signs[s][0] = tri_tensor_new (signs, error)) == NULL
        || (keyed->signs[s][1] = tri_tensor_new (signs, error)) == NULL)
      return NULL;
  if ((keyed->order = tri_tensor_new (order, error)) == NULL || (keyed->back = tri_tensor_new (order, error)) == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    if (!expand (keyed, i, keys[i], error))
      return NULL;
  return g_steal_pointer (&keyed);
}

/* As tri_cyclegan_keyed_new(), of fresh keys that @rng draws. */
TriCycleganKeyed *
tri_cyclegan_keyed_draw (guint n, guint h, guint w, TriRng *rng, GError **error)
{
  g_autofree TriCycleganKey *keys = g_new (TriCycleganKey, n);
  tri_cyclegan_draw_keys (rng, n, keys);
  return tri_cyclegan_keyed_new (keys, n, h, w, error);
}
