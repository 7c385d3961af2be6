/* A convolutional network as a cipher that can be undone exactly: a Feistel network over the two halves of the picture's
 * bytes, round functions from tri-feistel. Bytes that fill the last rows up lie in the side data "rest".
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cipher-checks.h"
#include "tri-error.h"
#include "tri-feistel.h"

#define CONTEXT "cnn-feistel key"
#define SHOWN_SIDE 96u /* pixels; of the copy that the insights work on */

static const TriParamSpec params[] = {
  { .id = "rounds", .title = N_("Rounds"), .type = TRI_PARAM_INT, .min = 1, .max = 32, .def = 12,
    .help = N_("How often one half of the picture changes the other. With few rounds a change in one pixel does not reach "
               "the whole picture, and with one round half of it stays in the clear.") },
  { .id = "width", .title = N_("Feature maps"), .type = TRI_PARAM_INT, .min = 1, .max = TRI_FEISTEL_MAX_WIDTH, .def = 8,
    .help = N_("How many feature maps each round's network has between its two convolutions.") },
  { 0 },
};

/* Returns: (transfer full): the picture's bytes, and @rest or zeros up to the padded size; NULL without memory */
static guint8 *
pad (const TriImage *image, GBytes *rest, gsize *size, GError **error)
{
  gsize n = tri_image_n_bytes (image);
  *size = tri_feistel_padded_size (n);
  guint8 *data = g_try_malloc0 (*size);
  if (data == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                           _("There is not enough memory. Close other programs or use a smaller picture."));
      return NULL;
    }
  memcpy (data, image->pixels, n);
  if (rest != NULL)
    memcpy (data + n, g_bytes_get_data (rest, NULL), *size - n);
  return data;
}

static gboolean
run (guint8 *data, gsize size, const TriSealed *sealed, const TriKey *key, guint n_rounds, gboolean backward,
     TriProgress *progress, GError **error)
{
  guint8 subkey[TRI_FEISTEL_KEY_SIZE];
  gboolean good = tri_key_derive (key, sealed->salt, CONTEXT, subkey, sizeof subkey, error)
                  && tri_feistel_run (data, size, subkey, sealed->nonce, TRI_NONCE_SIZE, n_rounds,
                                      (guint) tri_params_get_int (sealed->params, "width"), backward, progress, error);
  sodium_memzero (subkey, sizeof subkey);
  return good;
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *values, TriSealed *out, TriProgress *progress,
         GError **error)
{
  gsize size, n = tri_image_n_bytes (in);
  g_autofree guint8 *data = pad (in, NULL, &size, error);
  if (data == NULL
      || !run (data, size, out, key, (guint) tri_params_get_int (values, "rounds"), FALSE, progress, error))
    return FALSE;
  if (size > n)
    tri_sealed_set_side (out, "rest", data + n, size - n);
  out->visible = tri_image_new_take (in->width, in->height, in->channels, g_steal_pointer (&data));
  return TRUE;
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  if (!tri_sealed_require_same_shape (in, error))
    return FALSE;
  gsize n = tri_image_n_bytes (in->visible), size = tri_feistel_padded_size (n);
  GBytes *rest = size > n ? tri_sealed_require_side (in, "rest", size - n, size - n, error) : NULL;
  if (size > n && rest == NULL)
    return FALSE;
  g_autofree guint8 *data = pad (in->visible, rest, &size, error);
  if (data == NULL
      || !run (data, size, in, key, (guint) tri_params_get_int (in->params, "rounds"), TRUE, progress, error))
    return FALSE;
  *out = tri_image_new_take (in->width, in->height, in->channels, g_steal_pointer (&data));
  return TRUE;
}

/* What a small copy of the picture looks like after some of the rounds. */
static TriInsight *
inspect_rounds (const TriImage *small, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  g_autoptr (TriInsight) card = tri_insight_new (
      "rounds", _("Round by round"),
      _("Each round changes one half of the bytes by what a network makes of the other half, on a small copy. After one "
        "round the second half is still in the clear."));
  guint n_rounds = (guint) tri_params_get_int (sealed->params, "rounds");
  for (guint done = 0, next = 1; done <= n_rounds; done = next, next *= 2)
    {
      gsize size;
      g_autofree guint8 *data = pad (small, NULL, &size, error);
      if (data == NULL || !run (data, size, sealed, key, done, FALSE, progress, error))
        return NULL;
      TriImage *shown = tri_image_new_from_data (small->width, small->height, small->channels, data, error);
      if (shown == NULL)
        return NULL;
      g_autofree char *caption = g_strdup_printf (ngettext ("%u round", "%u rounds", done), done);
      tri_insight_take_picture (card, shown, caption);
    }
  return g_steal_pointer (&card);
}

/* How far a change of one byte's lowest bit gets, under the same key and nonce. */
static TriInsight *
inspect_diffusion (const TriImage *small, const TriSealed *sealed, const TriKey *key, TriProgress *progress,
                   GError **error)
{
  g_autoptr (TriInsight) card = tri_insight_new (
      "diffusion", _("How a change spreads"),
      /* xgettext:no-c-format */
      _("One bit of one pixel is changed. The curve shows how many bytes of the ciphertext differ after each round; of two "
        "unrelated ciphertexts, 99.6 % differ."));
  guint n_rounds = (guint) tri_params_get_int (sealed->params, "rounds");
  card->chart = tri_chart_new (_("Bytes that differ"), _("Rounds"), _("Share"));
  card->chart->y.min = 0;
  card->chart->y.max = 1;
  TriSeries *curve = tri_chart_add (card->chart, _("After one bit was changed"), TRI_MARK_LINE, TRI_HUE_ACCENT);
  TriSeries *rule = tri_chart_add (card->chart, _("Unrelated"), TRI_MARK_HRULE, TRI_HUE_MUTED);
  tri_series_append (rule, 0, 255.0 / 256.0);
  for (guint done = 0; done <= n_rounds; done++)
    {
      gsize size, n_different = 0;
      g_autofree guint8 *one = pad (small, NULL, &size, error), *two = pad (small, NULL, &size, error);
      if (one == NULL || two == NULL)
        return NULL;
      two[tri_image_n_bytes (small) / 2] ^= 1;
      if (!run (one, size, sealed, key, done, FALSE, progress, error)
          || !run (two, size, sealed, key, done, FALSE, progress, error))
        return NULL;
      for (gsize i = 0; i < size; i++)
        n_different += one[i] != two[i];
      tri_series_append (curve, done, (double) n_different / (double) size);
    }
  return g_steal_pointer (&card);
}

/* The first convolution's, each as the 3 × 3 bytes that it answers to most: grey is no weight. */
static void
add_filters (TriInsight *card, const TriFeistelRound *round)
{
  for (guint c = 0; c < round->width; c++)
    {
      guint8 pixels[TRI_FEISTEL_TAPS];
      for (guint i = 0; i < TRI_FEISTEL_TAPS; i++)
        pixels[i] = (guint8) (round->first[c][i] + 128);
      g_autofree char *caption = g_strdup_printf (_("filter %u"), c + 1);
      TriImage *image = tri_image_new_from_data (3, 3, 1, pixels, NULL);
      if (image != NULL)
        tri_insight_take_picture (card, image, caption);
    }
}

/* What the first round's network sees of the half that it reads. */
static TriInsight *
inspect_features (const TriImage *small, const TriSealed *sealed, const TriKey *key, GError **error)
{
  gsize size;
  g_autofree guint8 *data = pad (small, NULL, &size, error);
  guint8 subkey[TRI_FEISTEL_KEY_SIZE];
  if (data == NULL || !tri_key_derive (key, sealed->salt, CONTEXT, subkey, sizeof subkey, error))
    return NULL;
  gsize half = size / 2;
  guint width = (guint) tri_params_get_int (sealed->params, "width");
  TriFeistelRound round;
  tri_feistel_make_round (&round, subkey, sealed->nonce, TRI_NONCE_SIZE, 0, width, half);
  g_autofree guint8 *maps = g_malloc (width * half);
  tri_feistel_features (data + half, half, &round, maps);
  for (gsize i = 0; i < width * half; i++)
    maps[i] = (guint8) (2 * maps[i]);
  g_autoptr (TriInsight) card = tri_insight_new (
      "features", _("Feature maps of the first round"),
      _("What the first convolution makes of the half it reads, and its filters, which come from the key too. The network sees the bytes in an order and under a noise "
        "that come from the key, so nothing of the picture's shapes should be left here."));
  for (guint c = 0; c < width; c++)
    {
      g_autofree char *caption = g_strdup_printf ("%u", c + 1);
      TriImage *map = tri_image_new_from_data (TRI_FEISTEL_COLUMNS, (guint) (half / TRI_FEISTEL_COLUMNS), 1,
                                               maps + c * half, error);
      if (map == NULL)
        break;
      tri_insight_take_picture (card, map, caption);
    }
  add_filters (card, &round);
  tri_insight_add_fact (card, _("Weights of a round, from the key"), "%u", 2 * TRI_FEISTEL_TAPS * width);
  tri_insight_add_fact (card, _("Arithmetic"), "%s", _("8-bit weights, 32-bit sums: the same on every machine"));
  sodium_memzero (subkey, sizeof subkey);
  sodium_memzero (&round, sizeof round);
  return g_steal_pointer (&card);
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) cards = tri_insights_new ();
  g_autoptr (TriImage) small = tri_image_scale_down (original, SHOWN_SIDE, error);
  TriInsight *card;
  if (small == NULL || (card = inspect_rounds (small, sealed, key, progress, error)) == NULL)
    return NULL;
  g_ptr_array_add (cards, card);
  if ((card = inspect_diffusion (small, sealed, key, progress, error)) == NULL)
    return NULL;
  g_ptr_array_add (cards, card);
  if ((card = inspect_features (small, sealed, key, error)) == NULL)
    return NULL;
  g_ptr_array_add (cards, card);
  return g_steal_pointer (&cards);
}

const TriCipher tri_cipher_cnn_feistel = {
  .id = "cnn-feistel",
  .title = N_("CNN Feistel network"),
  .summary = N_("Convolutional networks with weights from the key, arranged so that every step can be undone"),
  .reference = "Feistel, Cryptography and Computer Privacy, Scientific American 228 (1973); this arrangement is our own",
  .family = TRI_FAMILY_NEURAL,
  .verdict = TRI_VERDICT_BREAKABLE,
  .why = N_("It passes the statistical tests and gives back every bit, but nobody has analysed it: random convolutions are "
            "no proof of anything, so count it as broken."),
  .flags = TRI_CIPHER_LOSSLESS | TRI_CIPHER_FRESH_NONCE,
  .params = params,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
