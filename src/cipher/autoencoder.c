/* A convolutional autoencoder as a cipher (after Hinton and Salakhutdinov 2006): a network makes a short code of the
 * picture, a keystream hides it, and another network restores the picture from it. Seen is the hidden code, as a picture
 * of a half, a quarter or an eighth of the bytes: each block of 8 × 8 pixels becomes a smaller block of pixels there.
 *
 * Side data: "weights", which ones; "alpha", kept exactly.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-autoencoder.h"
#include "tri-keystream.h"
#include "tri-model-picture.h"
#include "tri-neural.h"
#include "tri-neural-inside.h"
#include "tri-planes.h"

#define SHOWN_SIDE 256u /* pixels; of the copy that the insights work on */
#define SHOWN_PLANES 12u
#define MAPS "repair.in" /* the decoder's row whose channels are shown */

static const TriParamSpec params_table[] = {
  { .id = "rate", .title = N_("Size of the code"), .type = TRI_PARAM_CHOICE, .choices = tri_autoencoder_rates, .def = TRI_AUTOENCODER_QUARTER,
    .flags = TRI_PARAM_CHOOSES_WEIGHTS,
    .help = N_("How many bytes the code has, of those of a colour picture. A shorter code restores less.") },
  { .id = "keystream", .title = N_("Keystream"), .type = TRI_PARAM_CHOICE, .choices = tri_keystream_choices,
    .help = N_("What hides the code. Only this is encryption; the network compresses.") },
  { 0 }
};

static TriNet *
make_net (TriAutoencoderRate rate, TriAutoencoderPart part, const TriStored *stored, GError **error)
{
  g_autofree TriLayer *layers = tri_autoencoder_layers (rate, part);
  return tri_neural_net (layers, stored, error);
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  g_autoptr (TriProgress) encoding = tri_progress_sub (progress, 0, 0.8);
  g_autoptr (TriProgress) hiding = tri_progress_sub (progress, 0.8, 0.9);
  g_autoptr (TriProgress) sealing = tri_progress_sub (progress, 0.9, 1);
  TriAutoencoderRate rate = tri_params_get_choice (params, "rate");
  g_autoptr (TriStored) stored = tri_neural_load_for (out, tri_autoencoder_codes[rate].id, error);
  g_autoptr (TriNet) encoder = stored != NULL ? make_net (rate, TRI_AUTOENCODER_ENCODER, stored, error) : NULL;
  out->visible = encoder != NULL ? tri_autoencoder_encode (encoder, rate, in, encoding, error) : NULL;
  return out->visible != NULL
         && tri_keystream_xor (tri_params_get_choice (params, "keystream"), key, out, out->visible->pixels,
                               tri_image_n_bytes (out->visible), hiding, error)
         && (!tri_image_has_alpha (in) || tri_planes_seal_alpha (in, key, TRI_PART_LOCKED, out, sealing, error));
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) opening = tri_progress_sub (progress, 0, 0.1);
  g_autoptr (TriProgress) decoding = tri_progress_sub (progress, 0.1, 0.9);
  g_autoptr (TriProgress) laying = tri_progress_sub (progress, 0.9, 1);
  TriAutoencoderRate rate = tri_params_get_choice (in->params, "rate");
  g_autoptr (TriImage) code = tri_image_copy (in->visible, error);
  if (code == NULL
      || !tri_keystream_xor (tri_params_get_choice (in->params, "keystream"), key, in, code->pixels, tri_image_n_bytes (code),
                             opening, error))
    return FALSE;
  g_autoptr (TriStored) stored = tri_neural_load_of (in, tri_autoencoder_codes[rate].id, error);
  g_autoptr (TriNet) decoder = stored != NULL ? make_net (rate, TRI_AUTOENCODER_DECODER, stored, error) : NULL;
  g_autoptr (TriImage) image = decoder != NULL ? tri_image_new (in->width, in->height, in->channels, error) : NULL;
  if (image == NULL || !tri_autoencoder_decode (decoder, rate, code, image, decoding, error)
      || (tri_image_has_alpha (image) && !tri_planes_open_alpha (in, key, TRI_PART_LOCKED, image, laying, error)))
    return FALSE;
  *out = g_steal_pointer (&image);
  return TRUE;
}

static TriInsight *
inspect_latents (const TriAutoencoderCode *code, const TriTensor *latents)
{
  TriInsight *card = tri_insight_new (
      "latents", _("The code before it is hidden"),
      _("The first channels of the code, those with the largest share of the picture. The first is a small copy of it: a "
        "code hides nothing until the keystream is added."));
  for (guint c = 0; c < MIN (SHOWN_PLANES, code->channels); c++)
    {
      g_autofree char *caption = g_strdup_printf (ngettext ("%u bit", "%u bits", code->bits[c]), code->bits[c]);
      TriImage *shown = tri_neural_show_channel (latents, c);
      if (shown != NULL)
        tri_insight_take_picture (card, shown, caption);
    }
  tri_insight_add_fact (card, _("Channels"), "%u", code->channels);
  tri_insight_add_fact (card, _("Bytes for a block of 8 × 8 pixels"), "%u", code->n_bytes);
  return card;
}

static TriInsight *
inspect_bits (const TriAutoencoderCode *code)
{
  TriInsight *card = tri_insight_new (
      "bits", _("Where the bits go"),
      _("Channels that vary much get many levels, those that vary little few, and the least important are left out."));
  card->chart = tri_chart_new (_("Bits for each channel"), _("Channel"), _("Bits"));
  card->chart->y.min = 0;
  TriSeries *series = tri_chart_add (card->chart, _("Bits"), TRI_MARK_LINE, TRI_HUE_ACCENT);
  for (guint c = 0; c < code->channels; c++)
    tri_series_append (series, c + 1, code->bits[c]);
  return card;
}

static TriInsight *
inspect_filters (const TriStored *stored)
{
  TriInsight *card = tri_insight_new (
      "filters", _("What the first layer looks for"),
      _("Its first filters, each as the picture that it answers to most, 24 × 24 pixels large: averages of a colour, then "
        "edges and finer patterns. They begin as the best linear code has them (KLT), and training moves them."));
  tri_neural_add_filters (card, stored->weights, "analysis", TRI_AUTOENCODER_BLOCK, 3, SHOWN_PLANES);
  return card;
}

static TriInsight *
inspect_maps (TriPass *pass)
{
  TriInsight *card = tri_insight_new (
      "maps", _("What the decoder finds in this picture"),
      _("Channels of its repairing half, those that vary most: bright is where a filter answers. They find edges and the "
        "borders of blocks, which are to be repaired."));
  tri_neural_add_maps (card, tri_pass_get_output (pass, MAPS), SHOWN_PLANES);
  return card;
}

/* The decoder, with the row to be shown kept. */
static TriNet *
make_open_decoder (TriAutoencoderRate rate, const TriStored *stored, GError **error)
{
  g_autofree TriLayer *layers = tri_autoencoder_layers (rate, TRI_AUTOENCODER_DECODER);
  tri_layers_keep (layers, MAPS);
  return tri_neural_net (layers, stored, error);
}

static TriPass *
run_decoder (TriNet *decoder, const TriTensor *latents, TriProgress *progress, GError **error)
{
  g_autoptr (TriPass) pass = tri_pass_new (decoder, TRI_PASS_INFER, &latents->shape, error);
  if (pass == NULL)
    return NULL;
  tri_pass_set_input (pass, 0, latents);
  return tri_pass_forward (pass, progress, error) ? g_steal_pointer (&pass) : NULL;
}

/* What the decoder makes of the code, in two steps. */
static TriInsight *
inspect_steps (TriNet *decoder, TriPass *pass, const TriStored *stored, const TriImage *small, GError **error)
{
  g_autoptr (TriInsight) card = tri_insight_new (
      "steps", _("Restoring, in two steps"),
      _("First the coefficients are turned back into pixels; then a residual network repairs the edges of blocks and what "
        "rounding took."));
  const char *rows[] = { "draft", NULL }, *captions[] = { _("From the coefficients"), _("Repaired") };
  tri_insight_take_picture (card, tri_image_ref (small), _("The picture"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TriImage *image = tri_image_new (small->width, small->height, small->channels, error);
      if (image == NULL)
        return NULL;
      memcpy (image->pixels, small->pixels, tri_image_n_bytes (small)); /* for alpha */
      tri_model_write_picture (tri_pass_get_output (pass, rows[i]), image, NULL, NULL);
      tri_insight_take_picture (card, image, captions[i]);
    }
  tri_insight_add_fact (card, _("Weights of the decoder"), "%" G_GSIZE_FORMAT, tri_net_count_weights (decoder));
  tri_insight_add_fact (card, _("Trained"), "%s", stored->shipped ? _("with the program") : _("here"));
  return g_steal_pointer (&card);
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  TriAutoencoderRate rate = tri_params_get_choice (sealed->params, "rate");
  const TriAutoencoderCode *code = &tri_autoencoder_codes[rate];
  g_autoptr (TriImage) small = tri_image_scale_down (original, SHOWN_SIDE, error);
  g_autoptr (TriStored) stored = small != NULL ? tri_neural_load_of (sealed, code->id, error) : NULL;
  g_autoptr (TriNet) encoder = stored != NULL ? make_net (rate, TRI_AUTOENCODER_ENCODER, stored, error) : NULL;
  g_autoptr (TriNet) decoder = encoder != NULL ? make_open_decoder (rate, stored, error) : NULL;
  g_autoptr (TriTensor) latents = decoder != NULL ? tri_autoencoder_infer_code (encoder, rate, small, progress, error) : NULL;
  g_autoptr (TriPass) pass = latents != NULL ? run_decoder (decoder, latents, progress, error) : NULL;
  TriInsight *steps = pass != NULL ? inspect_steps (decoder, pass, stored, small, error) : NULL;
  if (steps == NULL)
    return NULL;
  GPtrArray *cards = tri_insights_new ();
  g_ptr_array_add (cards, inspect_latents (code, latents));
  g_ptr_array_add (cards, steps);
  g_ptr_array_add (cards, inspect_filters (stored));
  g_ptr_array_add (cards, inspect_maps (pass));
  g_ptr_array_add (cards, inspect_bits (code));
  return cards;
}

const TriCipher tri_cipher_autoencoder = {
  .id = "autoencoder",
  .title = N_("Autoencoder"),
  .summary = N_("A network compresses the picture into a code, and a keystream hides the code"),
  .reference = "Hinton, Salakhutdinov, Science 313 (2006); Ballé, Laparra, Simoncelli, ICLR 2017",
  .family = TRI_FAMILY_NEURAL,
  .verdict = TRI_VERDICT_BREAKABLE,
  .why = N_("The network only compresses: whoever has the public weights reads the code. All secrecy is the keystream's, and "
            "nothing notices a change; with the logistic map even that falls."),
  .flags = TRI_CIPHER_FRESH_NONCE,
  .params = params_table,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
