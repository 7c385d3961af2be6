/* A round: L ← L + F(R) mod 256, then the halves change places; backward, L ← L - F(R). F is any function, so the network
 * is reversible whatever the convolutions do (Feistel 1973), and all of it is integer: the same bytes on every machine.
 *
 * F(R), with R as h rows of 64 bytes that wrap around at all sides:
 *   x[p] = (R[(s·p + o) mod n] · 157) ⊕ noise[p] - 128       8 bits; s, o and the noise (ChaCha20) from the key
 *   a[c] = max (0, bias[c] + Σ first[c]·x) >> 7              3×3 convolution, ReLU; 32-bit sums
 *   y = Σ second[c]·a[c];  F = (y ⊕ y >> 8) mod 256          3×3 convolution
 * The multiplication by an odd constant spreads a change of the lowest bit over the byte before the shift drops it, and
 * the stride s spreads the five rows and columns that a byte reaches over the whole half.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-feistel.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-error.h"
#include "tri-parallel.h"

#define COLUMNS TRI_FEISTEL_COLUMNS
#define PADDED (COLUMNS + 2)
#define BAND 32u /* rows that a task works on at once: their feature maps stay in the cache */
#define WEIGHT_MAX 14
#define SPREAD 157u
#define SHIFT 7

/* Both halves are whole rows. */
gsize
tri_feistel_padded_size (gsize n_bytes)
{
  gsize row_pair = 2 * COLUMNS;
  return (n_bytes + row_pair - 1) / row_pair * row_pair;
}

static gint8
weight (guint8 byte)
{
  return (gint8) (byte % (2 * WEIGHT_MAX + 1) - WEIGHT_MAX);
}

static guint64
common_divisor (guint64 a, guint64 b)
{
  while (b != 0)
    {
      guint64 rest = a % b;
      a = b;
      b = rest;
    }
  return a;
}

/* Draws round @number for halves of @half bytes. The caller wipes @round. */
void
tri_feistel_make_round (TriFeistelRound *round, const guint8 key[TRI_FEISTEL_KEY_SIZE], const guint8 *nonce,
                        gsize nonce_size, guint number, guint width, gsize half)
{
  guint8 seed[TRI_FEISTEL_KEY_SIZE], bytes[1024], zero[crypto_stream_chacha20_NONCEBYTES] = { 0 };
  guint32 little = GUINT32_TO_LE (number);
  crypto_generichash_state state;
  g_return_if_fail (width <= TRI_FEISTEL_MAX_WIDTH);
  crypto_generichash_init (&state, key, TRI_FEISTEL_KEY_SIZE, sizeof seed);
  crypto_generichash_update (&state, (const guint8 *) &little, sizeof little);
  crypto_generichash_update (&state, nonce, nonce_size);
  crypto_generichash_final (&state, seed, sizeof seed);
  crypto_stream_chacha20 (bytes, sizeof bytes, zero, seed);

  const guint8 *next = bytes;
  round->width = width;
  for (guint c = 0; c < width; c++)
    {
      for (guint t = 0; t < TRI_FEISTEL_TAPS; t++)
        {
          round->first[c][t] = weight (*next++);
          round->second[c][t] = weight (*next++);
        }
      round->bias[c] = (gint16) ((next[0] << 8 | next[1]) % 4096 - 2048);
      next += 2;
      round->second[c][4] |= 1; /* no map is without effect */
      round->first[c][4] |= 1;
    }
  guint64 numbers[2];
  memcpy (numbers, next, sizeof numbers);
  next += sizeof numbers;
  round->stride = GUINT64_FROM_LE (numbers[0]) % half | 1;
  while (common_divisor (round->stride, half) != 1)
    round->stride = (round->stride + 2) % half | 1;
  round->offset = GUINT64_FROM_LE (numbers[1]) % half;
  memcpy (round->noise, next, sizeof round->noise);
  sodium_memzero (seed, sizeof seed);
  sodium_memzero (bytes, sizeof bytes);
  sodium_memzero (&state, sizeof state);
}

typedef struct {
  const TriFeistelRound *round;
  guint8 *left;
  const guint8 *right;
  gint8 *input; /* half, in the network's order */
  gsize n, n_rows;
  gboolean backward;
} Job;

static void
gather (gsize begin, gsize end, guint slot, gpointer data)
{
  Job *job = data;
  static const guint8 zero[crypto_stream_chacha20_NONCEBYTES];
  guint8 noise[COLUMNS];
  for (gsize y = begin; y < end; y++)
    {
      gint8 *row = job->input + y * COLUMNS;
      memset (noise, 0, sizeof noise);
      crypto_stream_chacha20_xor_ic (noise, noise, sizeof noise, zero, y, job->round->noise);
      __extension__ unsigned __int128 first = (unsigned __int128) job->round->stride * (y * COLUMNS) + job->round->offset;
      guint64 at = (guint64) (first % job->n);
      for (guint x = 0; x < COLUMNS; x++)
        {
          row[x] = (gint8) ((gint) ((guint8) (job->right[at] * SPREAD) ^ noise[x]) - 128);
          at += job->round->stride;
          at -= at >= job->n ? job->n : 0;
        }
    }
}

/* A row with its neighbours at both ends, as 16-bit numbers */
static inline void
widen (const gint8 *row, gint16 out[PADDED])
{
  out[0] = row[COLUMNS - 1];
  for (guint x = 0; x < COLUMNS; x++)
    out[x + 1] = row[x];
  out[PADDED - 1] = row[0];
}

/* One row of a 3×3 convolution. Nine products of 8 and 5 bits: the sum fits 16. */
static inline void
convolve (gint16 rows[3][PADDED], const gint8 weights[TRI_FEISTEL_TAPS], gint16 out[COLUMNS])
{
  for (guint dy = 0; dy < 3; dy++)
    for (guint dx = 0; dx < 3; dx++)
      {
        gint16 w = weights[3 * dy + dx];
        for (guint x = 0; x < COLUMNS; x++)
          out[x] = (gint16) (out[x] + w * rows[dy][x + dx]);
      }
}

/* Feature maps of row @y of the network's input, widened: maps[c] */
static inline void
feature_row (const Job *job, gsize y, gint16 maps[TRI_FEISTEL_MAX_WIDTH][PADDED])
{
  gint16 rows[3][PADDED];
  for (guint dy = 0; dy < 3; dy++)
    widen (job->input + (y + job->n_rows + dy - 1) % job->n_rows * COLUMNS, rows[dy]);
  for (guint c = 0; c < job->round->width; c++)
    {
      gint16 sum[COLUMNS];
      for (guint x = 0; x < COLUMNS; x++)
        sum[x] = job->round->bias[c];
      convolve (rows, job->round->first[c], sum);
      for (guint x = 0; x < COLUMNS; x++)
        maps[c][x + 1] = (gint16) (MAX (sum[x], 0) >> SHIFT);
      maps[c][0] = maps[c][COLUMNS];
      maps[c][PADDED - 1] = maps[c][1];
    }
}

TRI_WIDE static void
network (gsize begin, gsize end, guint slot, gpointer data)
{
  Job *job = data;
  static const guint ring = 3;
  gint16 maps[3][TRI_FEISTEL_MAX_WIDTH][PADDED]; /* of three rows in turn */
  feature_row (job, (begin + job->n_rows - 1) % job->n_rows, maps[0]);
  feature_row (job, begin, maps[1]);
  for (gsize y = begin; y < end; y++)
    {
      gsize turn = y - begin;
      feature_row (job, (y + 1) % job->n_rows, maps[(turn + 2) % ring]);
      gint32 sums[COLUMNS] = { 0 };
      for (guint c = 0; c < job->round->width; c++)
        {
          gint16 rows[3][PADDED], sum[COLUMNS] = { 0 };
          for (guint dy = 0; dy < 3; dy++)
            memcpy (rows[dy], maps[(turn + dy) % ring][c], sizeof rows[dy]);
          convolve (rows, job->round->second[c], sum);
          for (guint x = 0; x < COLUMNS; x++)
            sums[x] += sum[x];
        }
      guint8 *left = job->left + y * COLUMNS;
      for (guint x = 0; x < COLUMNS; x++)
        {
          guint8 f = (guint8) (sums[x] ^ sums[x] >> 8);
          left[x] = (guint8) (job->backward ? left[x] - f : left[x] + f);
        }
    }
}

/**
 * tri_feistel_run:
 * @data: @size bytes, replaced; @size from tri_feistel_padded_size(), two rows at least
 * @backward: decrypt
 *
 * Runs all rounds. Round 0 changes the first half, round 1 the second, and so on.
 */
gboolean
tri_feistel_run (guint8 *data, gsize size, const guint8 key[TRI_FEISTEL_KEY_SIZE], const guint8 *nonce, gsize nonce_size,
                 guint n_rounds, guint width, gboolean backward, TriProgress *progress, GError **error)
{
  gsize half = size / 2;
  g_return_val_if_fail (half > 0 && half % COLUMNS == 0, FALSE);
  g_autofree gint8 *input = g_try_malloc (half);
  if (input == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                           _("There is not enough memory. Close other programs or use a smaller picture."));
      return FALSE;
    }
  gboolean good = TRUE;
  for (guint i = 0; i < n_rounds && good; i++)
    {
      guint number = backward ? n_rounds - 1 - i : i;
      TriFeistelRound round;
      tri_feistel_make_round (&round, key, nonce, nonce_size, number, width, half);
      Job job = { .round = &round, .left = data + (number % 2) * half, .right = data + (1 - number % 2) * half,
                  .input = input, .n = half, .n_rows = half / COLUMNS, .backward = backward };
      double per = 1.0 / n_rounds;
      g_autoptr (TriProgress) first = tri_progress_sub (progress, per * i, per * (i + 0.3));
      g_autoptr (TriProgress) second = tri_progress_sub (progress, per * (i + 0.3), per * (i + 1));
      good = tri_parallel_for (job.n_rows, 8 * BAND, gather, &job, first, error)
             && tri_parallel_for (job.n_rows, BAND, network, &job, second, error);
      sodium_memzero (&round, sizeof round);
    }
  return good;
}

/**
 * tri_feistel_features:
 * @half: @n bytes, whole rows; a small picture's
 * @maps: (out): @round's width planes of @n bytes, 0…127
 *
 * The feature maps that a round makes of a half: what its network sees.
 */
void
tri_feistel_features (const guint8 *half, gsize n, const TriFeistelRound *round, guint8 *maps)
{
  g_autofree gint8 *input = g_malloc (n);
  Job job = { .round = round, .right = half, .input = input, .n = n, .n_rows = n / COLUMNS };
  gather (0, job.n_rows, 0, &job);
  for (gsize y = 0; y < job.n_rows; y++)
    {
      gint16 rows[TRI_FEISTEL_MAX_WIDTH][PADDED];
      feature_row (&job, y, rows);
      for (guint c = 0; c < round->width; c++)
        for (guint x = 0; x < COLUMNS; x++)
          maps[c * n + y * COLUMNS + x] = (guint8) rows[c][x + 1];
    }
}
