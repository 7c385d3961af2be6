/* Principal component analysis as a "cipher" (Pearson 1901; Hotelling 1933): the scores, in 255 steps of each
 * component's range, are the visible picture; mean, components and ranges are the model. Each channel has components of
 * its own. By rows, as scikit-learn's PCA takes a picture, the visible picture has the original's height and k columns;
 * by blocks of 8×8 it is a mosaic of k small pictures, one a component, so that the leak can be seen. More components
 * than rows, columns or a block's 64 pixels don't exist: k is then reduced to what there is.
 *
 * Model: u16 k, then the components of each channel.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-cipher-checks.h"
#include "tri-model.h"
#include "tri-parallel.h"
#include "tri-pca.h"
#include "tri-pca-chart.h"

static const TriChoice modes[] = { { "rows", N_("Rows of the picture") }, { "blocks", N_("Blocks of 8 × 8 pixels") }, { 0 } };

static const TriParamSpec params_table[] = {
  { .id = "k", .title = N_("Components"), .type = TRI_PARAM_INT, .min = 1, .max = TRI_PCA_MAX, .def = 50, .step = 1,
    .help = N_("How many components are kept: no more than the picture has rows or columns, or a block pixels.") },
  { .id = "mode", .title = N_("Samples"), .type = TRI_PARAM_CHOICE, .choices = modes,
    .help = N_("What the components are found for: whole rows, or small blocks as in JPEG.") },
  { .id = "seed", .title = N_("Seed"), .type = TRI_PARAM_INT, .min = 0, .max = 999999, .def = 1, .flags = TRI_PARAM_SEED,
    .when = "mode", .when_mask = 1 << TRI_PCA_ROWS,
    .help = N_("Where the random projection begins that large pictures are solved with.") },
  TRI_MODEL_PARAMS,
  { 0 }
};

/* The visible picture: where the score of a sample for a component stands. */
typedef struct {
  TriPcaMode mode;
  guint width, height, n_channels, k;
  guint tile_width, tile_height, tiles_across; /* of the mosaic */
} Layout;

static Layout
layout_for (TriPcaMode mode, guint width, guint height, guint n_channels, guint k)
{
  Layout layout = { .mode = mode, .width = k, .height = height, .n_channels = n_channels, .k = k };
  if (mode == TRI_PCA_BLOCKS)
    {
      layout.tile_width = (width + TRI_PCA_BLOCK - 1) / TRI_PCA_BLOCK;
      layout.tile_height = (height + TRI_PCA_BLOCK - 1) / TRI_PCA_BLOCK;
      layout.tiles_across = (guint) ceil (sqrt (k));
      layout.width = layout.tiles_across * layout.tile_width;
      layout.height = (k + layout.tiles_across - 1) / layout.tiles_across * layout.tile_height;
    }
  return layout;
}

static inline gsize
place (const Layout *layout, guint channel, gsize sample, guint c)
{
  gsize x = c, y = sample;
  if (layout->mode == TRI_PCA_BLOCKS)
    {
      x = c % layout->tiles_across * layout->tile_width + sample % layout->tile_width;
      y = c / layout->tiles_across * layout->tile_height + sample / layout->tile_width;
    }
  return (y * layout->width + x) * layout->n_channels + channel;
}

typedef struct {
  const Layout *layout;
  guint channel;
  guint8 *scores, *visible;
  gboolean show; /* from the scores to the picture, or back */
} Move;

static void
move_scores (gsize begin, gsize end, guint slot, gpointer data)
{
  const Move *move = data;
  guint k = move->layout->k;
  for (gsize s = begin; s < end; s++)
    for (guint c = 0; c < k; c++)
      {
        guint8 *seen = &move->visible[place (move->layout, move->channel, s, c)], *score = &move->scores[s * k + c];
        if (move->show)
          *seen = *score;
        else
          *score = *seen;
      }
}

static gboolean
encrypt_channel (const TriImage *in, const TriParams *params, guint channel, TriSealed *out, GByteArray *model,
                 TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) fitting = tri_progress_sub (progress, 0, 0.7);
  g_autoptr (TriProgress) showing = tri_progress_sub (progress, 0.7, 1);
  TriPcaMode mode = tri_params_get_choice (params, "mode");
  guint n_channels = tri_image_n_colours (in);
  TriPcaSource source = tri_pca_source (mode, in->width, in->height, in->channels, channel, in->pixels);
  g_autoptr (TriPca) pca = tri_pca_fit (&source, (guint) tri_params_get_int (params, "k"),
                                        (guint64) tri_params_get_int (params, "seed"), fitting, error);
  if (pca == NULL)
    return FALSE;
  Layout layout = layout_for (mode, in->width, in->height, n_channels, pca->k);
  if (channel == 0)
    {
      tri_pack_u16 (model, pca->k);
      out->visible = tri_image_new (layout.width, layout.height, n_channels, error);
      if (out->visible == NULL)
        return FALSE;
    }
  g_autofree guint8 *scores = g_malloc (source.n_samples * pca->k);
  if (!tri_pca_scores (pca, &source, scores, showing, error))
    return FALSE;
  tri_pca_pack (pca, model);
  Move move = { &layout, channel, scores, out->visible->pixels, TRUE };
  return tri_parallel_for (source.n_samples, 1024, move_scores, &move, showing, error);
}

/* Reads the model as far as it agrees with the header and the visible picture. Returns: channels, or 0 with an error */
static guint
read_model (const TriSealed *in, GBytes *bytes, Layout *layout, TriPca *channels[3], GError **error)
{
  TriUnpacker unpacker = tri_unpacker (bytes);
  TriPcaMode mode = tri_params_get_choice (in->params, "mode");
  guint n_channels = in->channels < 3 ? 1 : 3, k = tri_unpack_u16 (&unpacker);
  TriPcaSource shape = tri_pca_source (mode, in->width, in->height, 1, 0, NULL);
  if (k < 1 || k > MIN (TRI_PCA_MAX, MIN (shape.n_samples, shape.n_features)))
    unpacker.good = FALSE;
  else
    *layout = layout_for (mode, in->width, in->height, n_channels, k);
  for (guint m = 0; unpacker.good && m < n_channels; m++)
    channels[m] = tri_pca_unpack (&unpacker, shape.n_features, k);
  if (!tri_unpack_finish (&unpacker, error)
      || !tri_sealed_require_visible (in, layout->width, layout->height, n_channels, error))
    return 0;
  return n_channels;
}

static void
free_channels (TriPca *channels[3])
{
  for (guint m = 0; m < 3; m++)
    g_clear_pointer (&channels[m], tri_pca_free);
}

static gboolean
rebuild (const TriSealed *in, GBytes *bytes, TriImage *out, TriProgress *progress, GError **error)
{
  TriPca *channels[3] = { NULL };
  Layout layout;
  guint n_channels = read_model (in, bytes, &layout, channels, error);
  gboolean good = n_channels > 0;
  for (guint m = 0; good && m < n_channels; m++)
    {
      g_autoptr (TriProgress) one = tri_progress_sub (progress, (double) m / n_channels, (m + 1.0) / n_channels);
      g_autoptr (TriProgress) watch = tri_progress_sub (one, 0, 0); /* to be cancelled, not to be told */
      TriPcaSource shape = tri_pca_source (layout.mode, out->width, out->height, out->channels, m, NULL);
      g_autofree guint8 *scores = g_malloc (shape.n_samples * layout.k);
      Move move = { &layout, m, scores, in->visible->pixels, FALSE };
      good = tri_parallel_for (shape.n_samples, 1024, move_scores, &move, watch, error)
             && tri_pca_rebuild (channels[m], &shape, scores, out->pixels, one, error);
    }
  free_channels (channels);
  return good;
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  g_autoptr (GByteArray) model = g_byte_array_new ();
  guint n_channels = tri_image_n_colours (in);
  for (guint m = 0; m < n_channels; m++)
    {
      g_autoptr (TriProgress) one = tri_progress_sub (progress, 0.6 * m / n_channels, 0.6 * (m + 1) / n_channels);
      if (!encrypt_channel (in, params, m, out, model, one, error))
        return FALSE;
    }
  g_autoptr (TriProgress) sealing = tri_progress_sub (progress, 0.6, 1);
  return tri_model_seal (in, key, model, rebuild, out, sealing, error);
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  return tri_model_decrypt (in, key, rebuild, out, progress, error);
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  TriPca *channels[3] = { NULL };
  Layout layout;
  g_autoptr (GBytes) bytes = tri_model_open (sealed, key, error);
  if (bytes == NULL)
    return NULL;
  guint n_channels = read_model (sealed, bytes, &layout, channels, error);
  TriInsight *components = NULL;
  if (n_channels > 0)
    components = layout.mode == TRI_PCA_BLOCKS
        ? tri_pca_insight_blocks (channels, n_channels, layout.k)
        : tri_pca_insight_layers (channels, n_channels, layout.k, sealed->visible, progress, error);
  GPtrArray *cards = components != NULL ? tri_insights_new () : NULL;
  if (cards != NULL)
    {
      TriInsight *variance = tri_pca_insight_variance (channels, n_channels, layout.k);
      tri_insight_add_fact (variance, _("Model: mean, components and ranges"), ngettext ("%'u byte", "%'u bytes",
                            (gulong) g_bytes_get_size (bytes)), (guint) g_bytes_get_size (bytes));
      g_ptr_array_add (cards, components);
      g_ptr_array_add (cards, variance);
    }
  free_channels (channels);
  return cards;
}

const TriCipher tri_cipher_pca = {
  .id = "pca",
  .title = N_("Principal components"),
  .summary = N_("The scores are shown, the components that give them meaning are kept back"),
  .reference = "K. Pearson, Phil. Mag. 2 (1901); N. Halko, P. G. Martinsson, J. A. Tropp, SIAM Review 53 (2011)",
  .family = TRI_FAMILY_STATISTICAL,
  .verdict = TRI_VERDICT_NOT_ENCRYPTION,
  .why = N_("It is a linear map: one known picture of the same model gives equations enough to solve for it, and by blocks "
            "the first scores are a small copy of the picture that anyone can look at."),
  .flags = TRI_CIPHER_LOSSY_UNLESS_KEPT,
  .params = params_table,
  .uses_key = tri_model_uses_key,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
