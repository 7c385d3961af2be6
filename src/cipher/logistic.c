/* The logistic map (May 1976) as a cipher.
 *
 * Classic: k_i = quantise (x_i), c_i = p_i ⊕ k_i or p_i + k_i mod 256, over the bytes as they lie in memory; r and x₀
 * come from the key alone, so one key has one keystream. More rounds go on along the same orbit. It is kept with these
 * flaws, to be broken.
 *
 * Permutation and diffusion: each round has four orbits, number m = 0, 1, 2, 3, 4 … in all, the m-th starting at
 * x₀ + nonce[0…7]·2⁻⁶⁴ + m·0x9E3779B97F4A7C15·2⁻⁶⁴ modulo 1. The first shuffles whole pixels: for i = 1 … N − 1 pixels i
 * and ⌊x·(i + 1)⌋ change places. The second chains forward, c_i = (p_i + rot (c_{i−1})) ⊕ k_i, the third backward, the
 * fourth forward again, in the same way; "add" has c_i = (p_i ⊕ rot (c_{i−1})) + k_i. rot turns a byte by three bits:
 * with ⊕ alone a changed pixel would change all others by one and the same difference. Without the third pass one
 * changed near the end would never leave a byte as it was, which chance does once in 256. The passes' chains start with
 * nonce[16], nonce[17] and nonce[18].
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cipher-checks.h"
#include "tri-logistic-inside.h"
#include "tri-logistic-map.h"

#define CHUNK 16384u /* steps between polls: some 40 µs */
#define COPY_BYTES (1024u * 1024)
#define N_PASSES 3u
#define ORBIT_STRIDE G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)

typedef enum { CLASSIC, DIFFUSE } Variant;

static const TriChoice variants[] = {
  { "classic", N_("Classic keystream") },
  { "diffuse", N_("Permutation and diffusion") },
  { 0 },
};
static const TriChoice quantisers[] = {
  { "x256", N_("⌊256·x⌋") },
  { "x1e14", N_("⌊10¹⁴·x⌋ mod 256") },
  { 0 },
};
static const TriChoice combinations[] = {
  { "xor", N_("Exclusive or") },
  { "add", N_("Addition modulo 256") },
  { 0 },
};
static const TriChoice precisions[] = {
  { "float32", N_("32-bit float") },
  { "double", N_("64-bit float") },
  { "fixed64", N_("64-bit fixed point") },
  { 0 },
};

static const TriParamSpec params_table[] = {
  { .id = "variant", .title = N_("Variant"), .type = TRI_PARAM_CHOICE, .choices = variants, .def = CLASSIC,
    .help = N_("Classic adds the orbit's bytes to the pixels; the other also shuffles the pixels and lets each depend on "
               "all others, with a new nonce for every picture.") },
  { .id = "quantiser", .title = N_("Bytes from the orbit"), .type = TRI_PARAM_CHOICE, .choices = quantisers,
    .def = TRI_LOGISTIC_TIMES_256,
    .help = N_("How a number between 0 and 1 becomes a byte: its first digits, which are unevenly spread, or late ones.") },
  { .id = "combine", .title = N_("Combined by"), .type = TRI_PARAM_CHOICE, .choices = combinations, .def = 0,
    .help = N_("How a keystream byte is combined with a byte of the picture.") },
  { .id = "precision", .title = N_("Precision"), .type = TRI_PARAM_CHOICE, .choices = precisions,
    .def = TRI_LOGISTIC_DOUBLE,
    .help = N_("A computer has finitely many numbers, so every orbit ends in a cycle: after about a thousand steps in "
               "32 bits.") },
  { .id = "burn-in", .title = N_("Burn-in"), .unit = N_("steps"), .type = TRI_PARAM_INT, .min = 0, .max = 100000,
    .def = 1000, .step = 100, .help = N_("Steps of the orbit that are thrown away before the first byte.") },
  { .id = "rounds", .title = N_("Rounds"), .type = TRI_PARAM_INT, .min = 1, .max = 16, .def = 1,
    .help = N_("How often the whole picture is gone over.") },
  { 0 },
};

typedef struct {
  TriLogisticKey key;
  Variant variant;
  TriLogisticQuantiser quantiser;
  TriLogisticPrecision precision;
  gboolean add;
  gsize burn_in;
  guint rounds;
  guint64 nonce;
  guint8 chain[3]; /* forward, backward, forward */
  gsize n_pixels, channels, n_bytes;
  guint8 *pixels; /* worked on in place */
  TriProgress *progress;
  gsize steps_done, n_steps;
} Job;

static gboolean
job_init (Job *job, const TriKey *key, const TriParams *params, const TriSealed *header, TriProgress *progress,
          GError **error)
{
  static const guint8 no_salt[TRI_SALT_SIZE];
  guint64 nonce;
  memcpy (&nonce, header->nonce, sizeof nonce);
  *job = (Job) {
    .variant = tri_params_get_choice (params, "variant"),
    .quantiser = tri_params_get_choice (params, "quantiser"),
    .precision = tri_params_get_choice (params, "precision"),
    .add = tri_params_get_choice (params, "combine") == 1,
    .burn_in = (gsize) tri_params_get_int (params, "burn-in"),
    .rounds = (guint) tri_params_get_int (params, "rounds"),
    .nonce = GUINT64_FROM_LE (nonce),
    .chain = { header->nonce[16], header->nonce[17], header->nonce[18] },
    .n_pixels = (gsize) header->width * header->height,
    .channels = header->channels,
    .progress = progress,
  };
  job->n_bytes = job->n_pixels * job->channels;
  job->n_steps = job->rounds * (job->variant == CLASSIC ? job->n_bytes : N_PASSES * job->n_bytes + 2 * job->n_pixels);
  /* The classic variant has no salt either: one key, one keystream. */
  return tri_logistic_key (key, job->variant == CLASSIC ? no_salt : header->salt, &job->key, error);
}

static gboolean
step (Job *job, gsize n, GError **error)
{
  job->steps_done += n;
  return tri_progress_check (job->progress, (double) job->steps_done / (double) job->n_steps, error);
}

/* Orbit number @index, at its first byte; the classic variant has one only. */
static TriLogisticMap
start_orbit (const Job *job, guint index)
{
  TriLogisticKey key = job->key;
  if (job->variant == DIFFUSE)
    key = tri_logistic_key_move (&job->key, job->nonce + index * ORBIT_STRIDE);
  TriLogisticMap map = tri_logistic_map (&key, job->precision);
  tri_logistic_skip (&map, job->burn_in);
  sodium_memzero (&key, sizeof key);
  return map;
}

static void
combine (guint8 *p, const guint8 *k, gsize n, gboolean add, gboolean decrypt)
{
  if (!add)
    for (gsize i = 0; i < n; i++)
      p[i] ^= k[i];
  else if (!decrypt)
    for (gsize i = 0; i < n; i++)
      p[i] = (guint8) (p[i] + k[i]);
  else
    for (gsize i = 0; i < n; i++)
      p[i] = (guint8) (p[i] - k[i]);
}

static gboolean
run_classic (Job *job, gboolean decrypt, GError **error)
{
  guint8 k[CHUNK];
  TriLogisticMap map = start_orbit (job, 0);
  gboolean good = TRUE;
  for (guint round = 0; round < job->rounds; round++)
    for (gsize at = 0; good && at < job->n_bytes; at += CHUNK)
      {
        gsize n = MIN (CHUNK, job->n_bytes - at);
        tri_logistic_bytes (&map, job->quantiser, k, n);
        combine (job->pixels + at, k, n, job->add, decrypt);
        good = step (job, n, error);
      }
  sodium_memzero (k, sizeof k);
  return good;
}

static inline void
swap_pixels (const Job *job, gsize a, gsize b)
{
  guint8 *p = job->pixels + a * job->channels, *q = job->pixels + b * job->channels;
  for (gsize c = 0; c < job->channels; c++)
    {
      guint8 keep = p[c];
      p[c] = q[c];
      q[c] = keep;
    }
}

/* Pixel i = 1 … N − 1 changes places with one before it or stays; @undo goes through the same exchanges from the last to
 * the first, a chunk at a time, from places on the orbit noted on the way there. */
static gboolean
shuffle (Job *job, guint orbit, gboolean undo, GError **error)
{
  gsize n_swaps = job->n_pixels - 1, n_chunks = (n_swaps + CHUNK - 1) / CHUNK;
  TriLogisticMap map = start_orbit (job, orbit);
  g_autofree TriLogisticMap *places = g_new (TriLogisticMap, undo ? MAX (n_chunks, 1) : 1);
  g_autofree guint32 *with = g_new (guint32, CHUNK);
  gboolean good = TRUE;
  for (gsize chunk = 0; good && undo && chunk < n_chunks; chunk++)
    {
      places[chunk] = map;
      tri_logistic_skip (&map, CHUNK);
      good = step (job, MIN (CHUNK, n_swaps - chunk * CHUNK), error);
    }
  for (gsize done = 0; good && done < n_chunks; done++)
    {
      gsize chunk = undo ? n_chunks - 1 - done : done, first = 1 + chunk * CHUNK;
      gsize n = MIN (CHUNK, n_swaps - chunk * CHUNK);
      tri_logistic_indices (undo ? &places[chunk] : &map, (guint32) first, with, n);
      for (gsize i = 0; i < n; i++)
        {
          gsize at = undo ? n - 1 - i : i;
          swap_pixels (job, first + at, with[at]);
        }
      good = step (job, undo ? n : 2 * n, error);
    }
  return good;
}

static inline guint8
turn (guint8 byte)
{
  return (guint8) (byte << 3 | byte >> 5);
}

/* One of a round's passes of the chain over all bytes; the middle one goes from the last to the first. */
static gboolean
diffuse (Job *job, guint orbit, guint pass, gboolean undo, GError **error)
{
  gboolean backward = pass == 1;
  guint8 k[CHUNK], chain = job->chain[pass];
  TriLogisticMap map = start_orbit (job, orbit);
  gboolean good = TRUE;
  for (gsize at = 0; good && at < job->n_bytes; at += CHUNK)
    {
      gsize n = MIN (CHUNK, job->n_bytes - at);
      guint8 *p = backward ? job->pixels + job->n_bytes - 1 - at : job->pixels + at;
      gssize next = backward ? -1 : 1;
      tri_logistic_bytes (&map, job->quantiser, k, n);
      for (gsize i = 0; i < n; i++, p += next)
        {
          guint8 in = *p, before = turn (chain);
          if (undo)
            *p = job->add ? (guint8) (in - k[i]) ^ before : (guint8) ((in ^ k[i]) - before);
          else
            *p = job->add ? (guint8) ((in ^ before) + k[i]) : (guint8) (in + before) ^ k[i];
          chain = undo ? in : *p;
        }
      good = step (job, n, error);
    }
  sodium_memzero (k, sizeof k);
  return good;
}

static gboolean
run (Job *job, gboolean decrypt, GError **error)
{
  if (job->variant == CLASSIC)
    return run_classic (job, decrypt, error);
  gboolean good = TRUE;
  for (guint round = 0; round < job->rounds; round++)
    {
      guint first = (1 + N_PASSES) * (decrypt ? job->rounds - 1 - round : round);
      good = good && (decrypt || shuffle (job, first, FALSE, error));
      for (guint i = 0; good && i < N_PASSES; i++)
        {
          guint pass = decrypt ? N_PASSES - 1 - i : i;
          good = diffuse (job, first + 1 + pass, pass, decrypt, error);
        }
      good = good && (!decrypt || shuffle (job, first, TRUE, error));
    }
  return good;
}

/* Works on a copy of @in, made in pieces: 400 megabytes at once would keep a cancellation waiting. */
static TriImage *
run_on_copy (Job *job, const TriImage *in, gboolean decrypt, GError **error)
{
  g_autoptr (TriImage) out = tri_image_new (in->width, in->height, in->channels, error);
  if (out == NULL)
    return NULL;
  job->pixels = out->pixels;
  for (gsize at = 0; at < job->n_bytes; at += COPY_BYTES)
    {
      memcpy (out->pixels + at, in->pixels + at, MIN (COPY_BYTES, job->n_bytes - at));
      if (!tri_progress_check (job->progress, 0, error))
        return NULL;
    }
  return run (job, decrypt, error) ? g_steal_pointer (&out) : NULL;
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  Job job;
  if (job_init (&job, key, params, out, progress, error))
    out->visible = run_on_copy (&job, in, FALSE, error);
  sodium_memzero (&job, sizeof job);
  return out->visible != NULL;
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  Job job;
  if (!tri_sealed_require_same_shape (in, error))
    return FALSE;
  if (job_init (&job, key, in->params, in, progress, error))
    *out = run_on_copy (&job, in->visible, TRUE, error);
  sodium_memzero (&job, sizeof job);
  return *out != NULL;
}

/* Of the first keystream: the only one in the classic variant, the forward chain's in the other. */
static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  Job job;
  if (!job_init (&job, key, sealed->params, sealed, progress, error))
    return NULL;
  TriLogisticMap start = start_orbit (&job, 1);
  GPtrArray *cards = tri_logistic_cards (&start, job.quantiser, tri_image_n_bytes (original), tri_key_get_raw (key),
                                         progress, error);
  sodium_memzero (&job, sizeof job);
  sodium_memzero (&start, sizeof start);
  return cards;
}

static gboolean
uses_salt (const TriParams *params)
{
  return tri_params_get_choice (params, "variant") != CLASSIC;
}

/* Rounding merges orbits that start close to each other: those that haven't met after so many steps never do, in
 * practice. */
#define MEETING_STEPS 4096u

/* Whether the orbits of the two keys stay apart, wherever the nonce moves their start. */
static gboolean
stay_apart (const TriLogisticKey *a, const TriLogisticKey *b, const Job *job)
{
  for (guint orbit = 0; orbit < (job->variant == DIFFUSE ? 8u : 1u); orbit++)
    {
      TriLogisticKey from = *a, to = *b;
      if (job->variant == DIFFUSE)
        {
          from = tri_logistic_key_move (a, orbit * ORBIT_STRIDE);
          to = tri_logistic_key_move (b, orbit * ORBIT_STRIDE);
        }
      TriLogisticMap one = tri_logistic_map (&from, job->precision), other = tri_logistic_map (&to, job->precision);
      tri_logistic_skip (&one, job->burn_in + MEETING_STEPS);
      tri_logistic_skip (&other, job->burn_in + MEETING_STEPS);
      if (tri_logistic_same_place (&one, &other))
        return FALSE;
    }
  return TRUE;
}

static guint
raw_bit (const TriKey *key, const TriParams *params)
{
  static const TriSealed no_header;
  guint n_bits = tri_key_get_n_bits (key) / 2; /* of x₀ */
  Job job;
  if (!job_init (&job, key, params, &no_header, NULL, NULL))
    return 0;
  for (guint bit = 0; bit < n_bits; bit++)
    {
      g_autoptr (TriKey) near = tri_key_flip_bit (key, bit);
      TriLogisticKey numbers;
      if (tri_logistic_key (near, no_header.salt, &numbers, NULL) && stay_apart (&job.key, &numbers, &job))
        return bit;
    }
  return n_bits - 1;
}

const TriCipher tri_cipher_logistic = {
  .id = "logistic",
  .title = N_("Logistic map"),
  .summary = N_("A keystream from the chaotic orbit x ← r·x·(1 − x)"), /* no-break spaces */
  .reference = "R. M. May, Nature 261 (1976) 459; Pareek, Patidar, Sud, Image and Vision Computing 24 (2006) 926",
  .family = TRI_FAMILY_CHAOS,
  .verdict = TRI_VERDICT_BREAKABLE,
  .why = N_("The keystream does not depend on the picture, so one known picture gives it away in milliseconds, and its "
            "bytes give r and x₀ away in seconds."),
  .flags = TRI_CIPHER_LOSSLESS | TRI_CIPHER_RAW_KEY,
  .params = params_table,
  .raw_key = tri_logistic_raw_key,
  .raw_bit = raw_bit,
  .uses_salt = uses_salt,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
