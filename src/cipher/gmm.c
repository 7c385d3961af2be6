/* A mixture of Gaussians as a "cipher": each pixel becomes the number of the component that most likely made it, which
 * anyone sees; the components are the model, and decryption gives their means. By intensity on the histogram of each
 * channel; by colour with full covariances (a grey picture has only intensities). With k = auto the Bayesian information
 * criterion (Schwarz 1978) chooses.
 *
 * Model: the palette of means; then for each map its components (weight, mean, upper triangle of the covariance), the
 * log-likelihood a pixel, the iterations, and the criterion for each k that was tried.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-mixture.h"
#include "tri-mixture-chart.h"
#include "tri-model.h"
#include "tri-palette.h"
#include "tri-palette-chart.h"

#define AUTO_MAX_INTENSITY 16
#define AUTO_MAX_COLOUR 12
#define AUTO_TOLERANCE 1e-4 /* close enough to compare one k with another */

enum { BY_INTENSITY, BY_COLOUR };
static const TriChoice modes[] = { { "intensity", N_("By intensity") }, { "colour", N_("By colour") }, { 0 } };

static const TriParamSpec params_table[] = {
  { .id = "k", .title = N_("Components"), .type = TRI_PARAM_INT, .min = 1, .max = TRI_MIXTURE_MAX, .def = 8, .step = 1,
    .flags = TRI_PARAM_ZERO_IS_AUTO,
    .help = N_("How many Gaussians share the pixels; auto chooses by the Bayesian information criterion.") },
  { .id = "mode", .title = N_("What is modelled"), .type = TRI_PARAM_CHOICE, .choices = modes,
    .help = N_("Intensities of each channel by themselves, or colours with full covariances.") },
  TRI_PALETTE_LABELS_PARAM,
  { .id = "tolerance", .title = N_("Tolerance"), .type = TRI_PARAM_DOUBLE, .min = 1e-9, .max = 1e-2, .def = 1e-4,
    .digits = 9, .flags = TRI_PARAM_LOGARITHMIC,
    .help = N_("Stops when an iteration gains less than this in log-likelihood a pixel.") },
  { .id = "seed", .title = N_("Seed"), .type = TRI_PARAM_INT, .min = 0, .max = 999999, .def = 1, .flags = TRI_PARAM_SEED,
    .when = "mode", .when_mask = 1 << BY_COLOUR, .help = N_("Where the random starts begin.") },
  TRI_MODEL_PARAMS,
  { 0 }
};

typedef struct {
  TriPalette palette;
  TriMixture fit[3]; /* in the order of the palette */
  double bic[3][TRI_MIXTURE_MAX];
  guint n_tried[3]; /* 0 when k was given */
} Model;

static void
pack (const Model *model, GByteArray *bytes)
{
  guint n_pairs = model->palette.depth == 1 ? 1 : 6;
  tri_palette_pack (&model->palette, bytes);
  for (guint m = 0; m < model->palette.n_maps; m++)
    {
      const TriMixture *fit = &model->fit[m];
      for (guint c = 0; c < fit->k; c++)
        {
          tri_pack_double (bytes, fit->weight[c]);
          for (guint a = 0; a < fit->d; a++)
            tri_pack_double (bytes, fit->mean[c][a]);
          for (guint p = 0; p < n_pairs; p++)
            tri_pack_double (bytes, fit->cov[c][p]);
        }
      tri_pack_double (bytes, fit->loglik);
      tri_pack_u32 (bytes, fit->n_iterations);
      tri_pack_u8 (bytes, model->n_tried[m]);
      for (guint k = 0; k < model->n_tried[m]; k++)
        tri_pack_double (bytes, model->bic[m][k]);
    }
}

static gboolean
unpack (GBytes *bytes, Model *model, GError **error)
{
  TriUnpacker unpacker = tri_unpacker (bytes);
  memset (model, 0, sizeof *model);
  tri_palette_unpack (&model->palette, &unpacker);
  guint n_pairs = model->palette.depth == 1 ? 1 : 6;
  for (guint m = 0; unpacker.good && m < model->palette.n_maps; m++)
    {
      TriMixture *fit = &model->fit[m];
      fit->d = model->palette.depth;
      fit->k = model->palette.k[m];
      unpacker.good = fit->k <= TRI_MIXTURE_MAX;
      for (guint c = 0; unpacker.good && c < fit->k; c++)
        {
          fit->weight[c] = tri_unpack_double (&unpacker);
          for (guint a = 0; a < fit->d; a++)
            fit->mean[c][a] = tri_unpack_double (&unpacker);
          for (guint p = 0; p < n_pairs; p++)
            fit->cov[c][p] = tri_unpack_double (&unpacker);
        }
      fit->loglik = tri_unpack_double (&unpacker);
      fit->n_iterations = tri_unpack_u32 (&unpacker);
      model->n_tried[m] = tri_unpack_u8 (&unpacker);
      unpacker.good = unpacker.good && model->n_tried[m] <= TRI_MIXTURE_MAX;
      for (guint k = 0; unpacker.good && k < model->n_tried[m]; k++)
        model->bic[m][k] = tri_unpack_double (&unpacker);
    }
  return tri_unpack_finish (&unpacker, error);
}

static gboolean
rebuild (const TriSealed *in, GBytes *bytes, TriImage *out, TriProgress *progress, GError **error)
{
  Model model;
  return unpack (bytes, &model, error) && tri_palette_rebuild (&model.palette, in, out, progress, error);
}

/* Means into the palette, the palette into its order, and the components after it. */
static gboolean
order_components (Model *model, const TriKey *key, TriSealed *out, guint8 map[3][TRI_PALETTE_MAX], GError **error)
{
  TriPalette *palette = &model->palette;
  for (guint m = 0; m < palette->n_maps; m++)
    {
      palette->k[m] = model->fit[m].k;
      for (guint c = 0; c < palette->k[m]; c++)
        for (guint a = 0; a < palette->depth; a++)
          palette->entry[m][c][a] = tri_palette_quantise (model->fit[m].mean[c][a]);
    }
  if (!tri_palette_order (palette, tri_params_get_choice (out->params, "labels"), key, out, map, error))
    return FALSE;
  for (guint m = 0; m < palette->n_maps; m++)
    {
      TriMixture before = model->fit[m], *after = &model->fit[m];
      for (guint c = 0; c < before.k; c++)
        {
          after->weight[map[m][c]] = before.weight[c];
          memcpy (after->mean[map[m][c]], before.mean[c], sizeof before.mean[c]);
          memcpy (after->cov[map[m][c]], before.cov[c], sizeof before.cov[c]);
        }
    }
  return TRUE;
}

static guint
least_bic (const double *bic, guint n_tried)
{
  guint best = 1;
  for (guint k = 2; k <= n_tried; k++)
    if (bic[k - 1] < bic[best - 1])
      best = k;
  return best;
}

static gboolean
fit_channel (Model *model, guint m, const guint64 counts[256], guint k, double n, double tolerance,
             TriProgress *progress, GError **error)
{
  TriMixture *fit = &model->fit[m];
  for (guint tried = 1; k == 0 && tried <= AUTO_MAX_INTENSITY; tried++)
    {
      if (!tri_mixture_fit_counts (fit, counts, tried, MAX (tolerance, AUTO_TOLERANCE), progress, error))
        return FALSE;
      if (fit->k < tried)
        break;
      model->bic[m][tried - 1] = tri_mixture_bic (fit, n);
      model->n_tried[m] = tried;
    }
  if (k == 0)
    k = least_bic (model->bic[m], model->n_tried[m]);
  return tri_mixture_fit_counts (fit, counts, k, tolerance, progress, error);
}

static gboolean
encrypt_intensities (const TriImage *in, const TriKey *key, TriSealed *out, Model *model, TriProgress *progress,
                     GError **error)
{
  guint64 counts[3][256];
  guint8 labels[3][256], map[3][TRI_PALETTE_MAX];
  guint k = (guint) tri_params_get_int (out->params, "k"), n_maps = tri_image_n_colours (in);
  double tolerance = tri_params_get (out->params, "tolerance");
  g_autoptr (TriProgress) watch = tri_progress_sub (progress, 0, 0); /* to be cancelled, not to be told */
  if (!tri_intensities_count (in, counts, watch, error))
    return FALSE;
  model->palette.n_maps = n_maps;
  model->palette.depth = 1;
  for (guint m = 0; m < n_maps; m++)
    {
      g_autoptr (TriProgress) fitting = tri_progress_sub (progress, 0.5 * m / n_maps, 0.5 * (m + 1) / n_maps);
      if (!fit_channel (model, m, counts[m], k, (double) tri_image_n_pixels (in), tolerance, fitting, error))
        return FALSE;
      tri_mixture_label_values (&model->fit[m], labels[m]);
    }
  if (!order_components (model, key, out, map, error))
    return FALSE;
  for (guint m = 0; m < n_maps; m++)
    for (guint v = 0; v < 256; v++)
      labels[m][v] = map[m][labels[m][v]];
  g_autoptr (TriProgress) showing = tri_progress_sub (progress, 0.5, 1);
  return tri_palette_show_intensities (in, labels, &model->palette, out, showing, error);
}

static gboolean
fit_colours (Model *model, const TriImage *in, const TriParams *params, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) counting = tri_progress_sub (progress, 0, 0.2);
  guint k = (guint) tri_params_get_int (params, "k");
  guint64 seed = (guint64) tri_params_get_int (params, "seed");
  double tolerance = tri_params_get (params, "tolerance"), n = (double) tri_image_n_pixels (in);
  g_autoptr (TriColours) colours = tri_colours_count (in, counting, error);
  if (colours == NULL)
    return FALSE;
  g_autoptr (TriPoints) points = tri_points_new (colours);
  for (guint tried = 1; k == 0 && tried <= MIN (AUTO_MAX_COLOUR, points->n); tried++)
    {
      g_autoptr (TriProgress) trying = tri_progress_sub (progress, 0.2 + 0.05 * tried, 0.25 + 0.05 * tried);
      if (!tri_mixture_fit_colours (&model->fit[0], colours, points, tried, seed, MAX (tolerance, AUTO_TOLERANCE), 0,
                                    trying, error))
        return FALSE;
      model->bic[0][tried - 1] = tri_mixture_bic (&model->fit[0], n);
      model->n_tried[0] = tried;
    }
  if (k == 0)
    k = least_bic (model->bic[0], model->n_tried[0]);
  return tri_mixture_fit_colours (&model->fit[0], colours, points, k, seed, tolerance, TRI_MIXTURE_ITERATIONS, progress,
                                  error);
}

static gboolean
encrypt_colours (const TriImage *in, const TriKey *key, TriSealed *out, Model *model, TriProgress *progress,
                 GError **error)
{
  g_autoptr (TriProgress) fitting = tri_progress_sub (progress, 0, 0.8);
  g_autoptr (TriProgress) showing = tri_progress_sub (progress, 0.8, 1);
  guint8 map[3][TRI_PALETTE_MAX], shades[TRI_PALETTE_MAX];
  model->palette.n_maps = 1;
  model->palette.depth = 3;
  if (!fit_colours (model, in, out->params, fitting, error))
    return FALSE;
  TriMixture fit = model->fit[0]; /* for labels before the palette's order */
  if (!order_components (model, key, out, map, error))
    return FALSE;
  for (guint c = 0; c < fit.k; c++)
    shades[c] = tri_palette_shade (map[0][c], fit.k);
  out->visible = tri_image_new (in->width, in->height, 1, error);
  return out->visible != NULL && tri_mixture_label_pixels (&fit, in, shades, out->visible, showing, error);
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  g_autoptr (TriProgress) fitting = tri_progress_sub (progress, 0, 0.6);
  g_autoptr (TriProgress) sealing = tri_progress_sub (progress, 0.6, 1);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree Model *model = g_new0 (Model, 1);
  gboolean by_colour = tri_params_get_choice (params, "mode") == BY_COLOUR && tri_image_n_colours (in) == 3;
  if (!(by_colour ? encrypt_colours : encrypt_intensities) (in, key, out, model, fitting, error))
    return FALSE;
  pack (model, bytes);
  return tri_model_seal (in, key, bytes, rebuild, out, sealing, error);
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  return tri_model_decrypt (in, key, rebuild, out, progress, error);
}

static void
add_facts (TriInsight *card, const TriMixture *fit, double n_pixels)
{
  tri_insight_add_fact (card, _("Components"), "%u", fit->k);
  tri_insight_add_fact (card, _("Log-likelihood a pixel"), "%.5f", fit->loglik);
  tri_insight_add_fact (card, _("Bayesian information criterion"), "%.6g", tri_mixture_bic (fit, n_pixels));
  tri_insight_add_fact (card, _("Iterations"), "%u", fit->n_iterations);
}

static gboolean
add_intensity_cards (GPtrArray *cards, const Model *model, const TriImage *original, TriProgress *progress,
                     GError **error)
{
  guint64 counts[3][256];
  guint n_maps = model->palette.n_maps;
  if (!tri_intensities_count (original, counts, progress, error))
    return FALSE;
  for (guint m = 0; m < n_maps; m++)
    {
      TriInsight *card = tri_mixture_insight (&model->fit[m], counts[m], n_maps, m);
      add_facts (card, &model->fit[m], (double) tri_image_n_pixels (original));
      g_ptr_array_add (cards, card);
    }
  return TRUE;
}

static gboolean
add_colour_cards (GPtrArray *cards, const Model *model, const TriImage *original, const TriSealed *sealed,
                  TriProgress *progress, GError **error)
{
  TriInsight *palette = tri_palette_insight (&model->palette, original, sealed, progress, error);
  if (palette == NULL)
    return FALSE;
  g_ptr_array_add (cards, palette);
  TriInsight *card = tri_mixture_insight_luminance (&model->fit[0], original, progress, error);
  if (card == NULL)
    return FALSE;
  add_facts (card, &model->fit[0], (double) tri_image_n_pixels (original));
  g_ptr_array_add (cards, card);
  return TRUE;
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  g_autofree Model *model = g_new (Model, 1);
  g_autoptr (GBytes) bytes = tri_model_open (sealed, key, error);
  g_autoptr (GPtrArray) cards = tri_insights_new ();
  if (bytes == NULL || !unpack (bytes, model, error))
    return NULL;
  if (!(model->palette.depth == 1 ? add_intensity_cards (cards, model, original, progress, error)
                                  : add_colour_cards (cards, model, original, sealed, progress, error)))
    return NULL;
  guint n_maps = model->palette.n_maps;
  for (guint m = 0; m < n_maps; m++)
    if (model->n_tried[m] > 0)
      g_ptr_array_add (cards, tri_mixture_insight_bic (model->bic[m], model->n_tried[m],
                                                       least_bic (model->bic[m], model->n_tried[m]), n_maps, m));
  return g_steal_pointer (&cards);
}

const TriCipher tri_cipher_gmm = {
  .id = "gmm",
  .title = N_("Gaussian mixture"),
  .summary = N_("Each pixel shows which Gaussian it most likely comes from; their means are kept back"),
  .reference = "A. P. Dempster, N. M. Laird, D. B. Rubin, J. R. Stat. Soc. B 39 (1977)",
  .family = TRI_FAMILY_STATISTICAL,
  .verdict = TRI_VERDICT_NOT_ENCRYPTION,
  .why = N_("The map of labels shows every outline at once, whatever the key: equal pixels stay equal, and the order of a "
            "few labels is soon guessed from who touches whom."),
  .flags = TRI_CIPHER_LOSSY_UNLESS_KEPT,
  .params = params_table,
  .uses_key = tri_model_uses_key,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
