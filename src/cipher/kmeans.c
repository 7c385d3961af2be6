/* k-means as a "cipher" (MacQueen 1967; Lloyd 1982): each pixel becomes the number of its nearest centre, which anyone
 * sees; what the numbers stand for is the model. By intensity the optimum is exact; each channel of a colour picture then
 * has centres and labels of its own. By colour one label stands for a colour; a grey picture has only intensities.
 *
 * Model: the palette, then for each map the inertia, and the iterations (0 where the optimum is exact).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>

#include "tri-kmeans.h"
#include "tri-model.h"
#include "tri-palette.h"
#include "tri-palette-chart.h"

enum { BY_INTENSITY, BY_COLOUR };
static const TriChoice modes[] = { { "intensity", N_("By intensity, exact") }, { "colour", N_("By colour") }, { 0 } };

static const TriParamSpec params_table[] = {
  { .id = "k", .title = N_("Clusters"), .type = TRI_PARAM_INT, .min = 2, .max = TRI_KMEANS_MAX, .def = 16, .step = 1,
    .help = N_("How many values are kept. More of them keep more of the picture, and show more of it.") },
  { .id = "mode", .title = N_("What is clustered"), .type = TRI_PARAM_CHOICE, .choices = modes,
    .help = N_("Intensities of each channel by themselves, or colours as points in space.") },
  TRI_PALETTE_LABELS_PARAM,
  { .id = "seed", .title = N_("Seed"), .type = TRI_PARAM_INT, .min = 0, .max = 999999, .def = 1, .flags = TRI_PARAM_SEED,
    .when = "mode", .when_mask = 1 << BY_COLOUR, .help = N_("Where the random starts begin.") },
  TRI_MODEL_PARAMS,
  { 0 }
};

typedef struct {
  TriPalette palette;
  double inertia[3];
  guint n_iterations;
} Model;

static void
pack (const Model *model, GByteArray *bytes)
{
  tri_palette_pack (&model->palette, bytes);
  for (guint m = 0; m < model->palette.n_maps; m++)
    tri_pack_double (bytes, model->inertia[m]);
  tri_pack_u32 (bytes, model->n_iterations);
}

static gboolean
unpack (GBytes *bytes, Model *model, GError **error)
{
  TriUnpacker unpacker = tri_unpacker (bytes);
  tri_palette_unpack (&model->palette, &unpacker);
  for (guint m = 0; unpacker.good && m < model->palette.n_maps; m++)
    model->inertia[m] = tri_unpack_double (&unpacker);
  model->n_iterations = tri_unpack_u32 (&unpacker);
  return tri_unpack_finish (&unpacker, error);
}

static gboolean
rebuild (const TriSealed *in, GBytes *bytes, TriImage *out, TriProgress *progress, GError **error)
{
  Model model;
  return unpack (bytes, &model, error) && tri_palette_rebuild (&model.palette, in, out, progress, error);
}

static gboolean
fit_intensities (const TriImage *in, const TriKey *key, guint k, TriLabelOrder order, TriSealed *out, Model *model,
                 TriProgress *progress, GError **error)
{
  guint64 counts[3][256];
  guint8 labels[3][256], map[3][TRI_PALETTE_MAX];
  TriKmeans1d fits[3];
  TriPalette *palette = &model->palette;
  g_autoptr (TriProgress) watch = tri_progress_sub (progress, 0, 0); /* to be cancelled, not to be told */
  if (!tri_intensities_count (in, counts, watch, error))
    return FALSE;
  palette->n_maps = tri_image_n_colours (in);
  palette->depth = 1;
  for (guint m = 0; m < palette->n_maps; m++)
    {
      tri_kmeans_1d (counts[m], k, &fits[m]);
      palette->k[m] = fits[m].k;
      model->inertia[m] = fits[m].inertia;
      for (guint c = 0; c < fits[m].k; c++)
        palette->entry[m][c][0] = tri_palette_quantise (fits[m].centre[c]);
    }
  if (!tri_palette_order (palette, order, key, out, map, error))
    return FALSE;
  for (guint m = 0; m < palette->n_maps; m++)
    for (guint v = 0; v < 256; v++)
      labels[m][v] = map[m][fits[m].labels[v]];
  return tri_palette_show_intensities (in, labels, palette, out, progress, error);
}

static gboolean
fit_colours (const TriImage *in, const TriKey *key, guint k, guint64 seed, TriLabelOrder order, TriSealed *out,
             Model *model, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) counting = tri_progress_sub (progress, 0, 0.2);
  g_autoptr (TriProgress) fitting = tri_progress_sub (progress, 0.2, 0.9);
  g_autoptr (TriProgress) showing = tri_progress_sub (progress, 0.9, 1);
  TriKmeansRgb fit = { 0 };
  guint8 map[3][TRI_PALETTE_MAX], shades[TRI_PALETTE_MAX];
  TriPalette *palette = &model->palette;
  g_autoptr (TriColours) colours = tri_colours_count (in, counting, error);
  if (colours == NULL || !tri_kmeans_rgb (colours, k, seed, &fit, fitting, error))
    return FALSE;
  *palette = (TriPalette) { .n_maps = 1, .depth = 3, .k = { fit.k } };
  model->inertia[0] = fit.inertia;
  model->n_iterations = fit.n_iterations;
  for (guint c = 0; c < fit.k; c++)
    for (guint a = 0; a < 3; a++)
      palette->entry[0][c][a] = tri_palette_quantise (fit.centre[c][a]);
  if (!tri_palette_order (palette, order, key, out, map, error))
    return FALSE;
  for (guint c = 0; c < fit.k; c++)
    shades[c] = tri_palette_shade (map[0][c], fit.k);
  out->visible = tri_image_new (in->width, in->height, 1, error);
  return out->visible != NULL && tri_kmeans_rgb_label (&fit, in, shades, out->visible, showing, error);
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  g_autoptr (TriProgress) fitting = tri_progress_sub (progress, 0, 0.6);
  g_autoptr (TriProgress) sealing = tri_progress_sub (progress, 0.6, 1);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint k = (guint) tri_params_get_int (params, "k");
  guint64 seed = (guint64) tri_params_get_int (params, "seed");
  TriLabelOrder order = tri_params_get_choice (params, "labels");
  Model model = { 0 };
  gboolean by_colour = tri_params_get_choice (params, "mode") == BY_COLOUR && tri_image_n_colours (in) == 3;
  if (!(by_colour ? fit_colours (in, key, k, seed, order, out, &model, fitting, error)
                  : fit_intensities (in, key, k, order, out, &model, fitting, error)))
    return FALSE;
  pack (&model, bytes);
  return tri_model_seal (in, key, bytes, rebuild, out, sealing, error);
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  return tri_model_decrypt (in, key, rebuild, out, progress, error);
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  Model model;
  g_autoptr (GBytes) bytes = tri_model_open (sealed, key, error);
  if (bytes == NULL || !unpack (bytes, &model, error))
    return NULL;
  g_autoptr (TriInsight) card = tri_palette_insight (&model.palette, original, sealed, progress, error);
  if (card == NULL)
    return NULL;
  double inertia = 0;
  for (guint m = 0; m < model.palette.n_maps; m++)
    inertia += model.inertia[m];
  double per_value = inertia / (double) tri_image_n_pixels (original) / tri_image_n_colours (original);
  tri_insight_add_fact (card, _("Inertia: squared distances to the centres, summed"), "%.6g", inertia);
  tri_insight_add_fact (card, _("The same as a mean squared error"), "%.3f", per_value);
  if (model.n_iterations == 0)
    tri_insight_add_fact (card, _("Solution"), "%s", _("the best there is, by dynamic programming"));
  else
    tri_insight_add_fact (card, _("Iterations over all colours"), "%u", model.n_iterations);
  GPtrArray *cards = tri_insights_new ();
  g_ptr_array_add (cards, g_steal_pointer (&card));
  return cards;
}

const TriCipher tri_cipher_kmeans = {
  .id = "kmeans",
  .title = N_("k-means"),
  .summary = N_("Each pixel shows the number of its cluster; the centres are kept back"),
  .reference = "S. P. Lloyd, IEEE Trans. Inf. Theory 28 (1982); H. Wang, M. Song, The R Journal 3/2 (2011)",
  .family = TRI_FAMILY_STATISTICAL,
  .verdict = TRI_VERDICT_NOT_ENCRYPTION,
  .why = N_("The map of labels shows every outline at once, whatever the key: equal pixels stay equal, and sorting a few "
            "labels by who touches whom gives the greys back."),
  .flags = TRI_CIPHER_LOSSY_UNLESS_KEPT,
  .params = params_table,
  .uses_key = tri_model_uses_key,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
