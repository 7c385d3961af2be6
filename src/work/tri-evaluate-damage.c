/* What comes back of a damaged encrypted picture, beside what filters make of as much damage: the best of a median filter and of
 * non-local means, chosen with the original at hand, each with several settings. So they are somewhat better here than they could
 * be where nobody has the original.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-evaluate-private.h"

#include <math.h>

#include "tri-damage.h"
#include "tri-filters.h"

#define MAX_SEED 1000000u /* of tri_damage_specs */
#define POLL_VALUES 262144u
#define ROOM 32u /* values at each end that a picture is kept from, so that noise isn't cut off there */

static const float strengths[] = { 0.35f, 0.5f, 0.7f, 0.9f, 1.1f, 1.5f };

/* The nearest so far. @original: without alpha */
typedef struct {
  const TriImage *original;
  TriImage *nearest;
  double mse;
} Search;

static TriParams *
seeded (const TriEvaluateSpec *spec, const TriParams *damage, guint number)
{
  TriParams *params = tri_params_copy (damage);
  guint32 seed;
  tri_evaluate_draw (spec, "damage", number, (guint8 *) &seed, sizeof seed);
  tri_params_set (params, "seed", GUINT32_FROM_LE (seed) % (MAX_SEED + 1), NULL);
  return params;
}

/* Whether a loop over values may go on at the @i-th of them. */
static gboolean
may_go_on (gsize i, TriProgress *progress, GError **error)
{
  return i % POLL_VALUES != 0 || tri_progress_check (progress, 0, error);
}

/* @values: on the scale of 0 … 255 */
static gboolean
try_values (Search *search, const TriTensor *values, TriProgress *progress, GError **error)
{
  const TriImage *original = search->original;
  g_autoptr (TriImage) image = tri_image_new (original->width, original->height, original->channels, error);
  double mse;
  if (image == NULL)
    return FALSE;
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    {
      if (!may_go_on (i, progress, error))
        return FALSE;
      image->pixels[i] = (guint8) lrintf (CLAMP (values->data[i], 0, 255));
    }
  if (!tri_metric_mse (original, image, &mse, NULL, progress, error))
    return FALSE;
  if (search->nearest == NULL || mse < search->mse)
    {
      search->mse = mse;
      g_clear_pointer (&search->nearest, tri_image_unref);
      search->nearest = g_steal_pointer (&image);
    }
  return TRUE;
}

static gboolean
try_median (Search *search, const TriTensor *noisy, guint side, TriProgress *progress, GError **error)
{
  g_autoptr (TriTensor) out = tri_tensor_new (noisy->shape, error);
  return out != NULL && tri_filter_median (noisy, side, out, progress, error) && try_values (search, out, progress, error);
}

static gboolean
try_nl_means (Search *search, const TriTensor *noisy, double sigma, gboolean gaussian, TriProgress *progress, GError **error)
{
  TriNlMeans how = { (float) sigma, strengths, G_N_ELEMENTS (strengths), gaussian };
  TriTensor *outs[G_N_ELEMENTS (strengths)] = { NULL };
  gboolean good = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (strengths) && good; i++)
    good = (outs[i] = tri_tensor_new (noisy->shape, error)) != NULL;
  good = good && tri_filter_nl_means (noisy, &how, outs, progress, error);
  for (guint i = 0; i < G_N_ELEMENTS (strengths); i++)
    {
      good = good && try_values (search, outs[i], progress, error);
      g_clear_pointer (&outs[i], tri_tensor_free);
    }
  return good;
}

/* @distance: root of the mean squared difference */
static gboolean
measure_distance (const TriTensor *noisy, const TriImage *original, double *distance, TriProgress *progress, GError **error)
{
  double sum = 0;
  gsize n = tri_tensor_size (noisy);
  for (gsize i = 0; i < n; i++)
    {
      double difference = (double) noisy->data[i] - original->pixels[i];
      sum += difference * difference;
      if (!may_go_on (i, progress, error))
        return FALSE;
    }
  *distance = sqrt (sum / (double) n);
  return TRUE;
}

/* @sigma: of the noise; 0 where it is none that is known: then as far as @noisy is from the original */
static gboolean
filter (Search *search, const TriTensor *noisy, double sigma, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) begun = tri_progress_sub (progress, 0, 0.1);
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0.1, 0.55), second = tri_progress_sub (progress, 0.55, 1);
  if (!try_values (search, noisy, begun, error) || !try_median (search, noisy, 3, begun, error)
      || !try_median (search, noisy, 5, begun, error)
      || (sigma == 0 && !measure_distance (noisy, search->original, &sigma, begun, error)))
    return FALSE;
  return sigma == 0
         || (try_nl_means (search, noisy, sigma, FALSE, first, error) && try_nl_means (search, noisy, sigma, TRUE, second, error));
}

/* Fills @values from @psnr on, with two figures. */
static gboolean
take_nearest (const Search *search, double *psnr, TriProgress *progress, GError **error)
{
  TriPair pair;
  if (!tri_metric_pair (search->original, search->nearest, &pair, progress, error))
    return FALSE;
  psnr[0] = pair.psnr;
  psnr[1] = pair.ssim;
  return TRUE;
}

/* Returns: (transfer full): @picture in the values from @room to 255 - @room */
static TriImage *
make_room (const TriImage *picture, guint room, double scale, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) out = tri_image_copy (picture, error);
  for (gsize i = 0; out != NULL && i < tri_image_n_bytes (out); i++)
    {
      if (!may_go_on (i, progress, error))
        return NULL;
      out->pixels[i] = (guint8) lrint (room + scale * out->pixels[i]);
    }
  return g_steal_pointer (&out);
}

/* Returns: (transfer full): what make_room() did undone */
static TriTensor *
take_room (const TriImage *arrived, guint room, double scale, TriProgress *progress, GError **error)
{
  g_autoptr (TriTensor) out = tri_tensor_new ((TriShape) { 1, arrived->height, arrived->width, arrived->channels }, error);
  for (gsize i = 0; out != NULL && i < tri_tensor_size (out); i++)
    {
      if (!may_go_on (i, progress, error))
        return NULL;
      out->data[i] = (float) ((arrived->pixels[i] - (double) room) / scale);
    }
  return g_steal_pointer (&out);
}

/* The original, sent in its values from @room to 255 - @room, with damage */
static gboolean
filter_sent (Search *search, const TriParams *damage, guint room, TriProgress *progress, GError **error)
{
  double scale = (255 - 2.0 * room) / 255;
  g_autoptr (TriProgress) damaging = tri_progress_sub (progress, 0, 0.1), filtering = tri_progress_sub (progress, 0.1, 1);
  g_autoptr (TriImage) sent = make_room (search->original, room, scale, damaging, error);
  g_autoptr (TriImage) arrived = sent != NULL ? tri_damage_picture (damage, sent, damaging, error) : NULL;
  g_autoptr (TriTensor) values = arrived != NULL ? take_room (arrived, room, scale, damaging, error) : NULL;
  return values != NULL && filter (search, values, tri_params_get (damage, "gaussian") / scale, filtering, error);
}

static gboolean
measure_bare (const TriImage *picture, const TriParams *damage, double values[TRI_N_DAMAGED], TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.5), second = tri_progress_sub (progress, 0.5, 1);
  Search search = { .original = picture };
  gboolean good = filter_sent (&search, damage, 0, first, error) && filter_sent (&search, damage, ROOM, second, error)
                  && take_nearest (&search, &values[TRI_DAMAGED_BARE_PSNR], second, error);
  g_clear_pointer (&search.nearest, tri_image_unref);
  return good;
}

static TriImage *
without_alpha (const TriImage *picture, GError **error)
{
  return tri_image_match (picture, picture->width, picture->height, tri_image_n_colours (picture), error);
}

/* What filters make of every picture itself, with every damage: the same for all ciphers. */
gboolean
tri_evaluate_bare (const TriEvaluateSpec *spec, TriEvaluation *evaluation, TriProgress *progress, GError **error)
{
  guint n_pictures = spec->pictures->len, n_damages = spec->damages->len, n = n_pictures * n_damages;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, i / (double) n, (i + 1) / (double) n);
      g_autoptr (TriImage) picture = without_alpha (spec->pictures->pdata[i / n_damages], error);
      g_autoptr (TriParams) damage = seeded (spec, spec->damages->pdata[i % n_damages], i / n_damages);
      if (picture == NULL || !measure_bare (picture, damage, evaluation->bare[i], part, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
measure_code (const TriEvaluateWork *work, const TriKey *key, const TriSealed *arrived, const TriParams *damage, double *psnr,
              TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) opening = tri_progress_sub (progress, 0, 0.2), filtering = tri_progress_sub (progress, 0.2, 1);
  double gain;
  g_autoptr (TriTensor) code = tri_cipher_unmask (arrived, key, &gain, opening, error);
  g_autoptr (TriImage) picture = code != NULL ? without_alpha (work->picture, error) : NULL;
  Search search = { .original = picture };
  gboolean good = picture != NULL && filter (&search, code, gain * tri_params_get (damage, "gaussian"), filtering, error)
                  && take_nearest (&search, psnr, filtering, error);
  g_clear_pointer (&search.nearest, tri_image_unref);
  return good;
}

static gboolean
measure_restored (const TriEvaluateWork *work, const TriKey *key, const TriSealed *arrived, double values[TRI_N_DAMAGED],
                  TriProgress *progress, GError **error)
{
  g_autoptr (GError) refusal = NULL;
  g_autoptr (TriImage) restored = tri_cipher_decrypt (arrived, key, progress, &refusal);
  TriPair pair;
  values[TRI_DAMAGED_REFUSED] = restored == NULL;
  if (g_error_matches (refusal, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  if (restored == NULL)
    return TRUE;
  if (!tri_metric_pair (work->picture, restored, &pair, progress, error))
    return FALSE;
  values[TRI_DAMAGED_PSNR] = pair.psnr;
  values[TRI_DAMAGED_SSIM] = pair.ssim;
  return TRUE;
}

/* Each damage to what was encrypted in the report. */
gboolean
tri_evaluate_damages (const TriEvaluateWork *work, TriProgress *progress, GError **error)
{
  guint n = work->spec->damages->len;
  g_autoptr (TriKey) key = tri_evaluate_make_key (work->spec, error);
  for (guint d = 0; key != NULL && d < n; d++)
    {
      double *values = work->one->damaged[(gsize) work->index * n + d], at = d / (double) n;
      const double *bare = work->evaluation->bare[(gsize) work->index * n + d];
      g_autoptr (TriProgress) damaging = tri_progress_sub (progress, at, at + 0.1 / n);
      g_autoptr (TriProgress) restoring = tri_progress_sub (progress, at + 0.1 / n, at + 0.3 / n);
      g_autoptr (TriProgress) filtering = tri_progress_sub (progress, at + 0.3 / n, at + 1. / n);
      g_autoptr (TriParams) damage = seeded (work->spec, work->spec->damages->pdata[d], work->index);
      g_autoptr (TriSealed) arrived = tri_damage_sealed (damage, work->report->sealed, damaging, error);
      for (guint v = 0; v < TRI_N_DAMAGED; v++)
        values[v] = v == TRI_DAMAGED_BARE_PSNR || v == TRI_DAMAGED_BARE_SSIM ? bare[v] : NAN;
      if (arrived == NULL || !measure_restored (work, key, arrived, values, restoring, error)
          || (work->one->cipher->unmask != NULL
              && !measure_code (work, key, arrived, damage, &values[TRI_DAMAGED_CODE_PSNR], filtering, error)))
        return FALSE;
    }
  return key != NULL;
}
