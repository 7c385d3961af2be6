/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-reference.h"

#include <math.h>
#include <sodium.h>

#define PIECE (1u << 20) /* bytes of noise between two looks at the progress */

static gboolean
measure_aead (TriImage *picture, double values[TRI_N_METRICS], TriProgress *progress, GError **error)
{
  guint8 secret[TRI_KEY_SIZE];
  g_autoptr (TriRunSpec) spec = tri_run_spec_new (tri_cipher_find ("xchacha20-poly1305"));
  randombytes_buf (secret, sizeof secret);
  spec->key = tri_key_new_file (secret, sizeof secret, error);
  sodium_memzero (secret, sizeof secret);
  if (spec->key == NULL)
    return FALSE;
  spec->picture = tri_image_ref (picture);
  spec->flags = TRI_RUN_SECURITY;
  g_autoptr (TriReport) report = tri_run (spec, progress, error);
  if (report == NULL)
    return FALSE;
  for (guint m = 0; m < TRI_N_METRICS; m++)
    values[m] = report->values[m];
  return TRUE;
}

static TriImage *
noise_like (const TriImage *picture, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) noise = tri_image_new (picture->width, picture->height, picture->channels, error);
  gsize size = noise != NULL ? tri_image_n_bytes (noise) : 0;
  for (gsize at = 0; at < size; at += PIECE)
    {
      randombytes_buf (noise->pixels + at, MIN (PIECE, size - at));
      if (!tri_progress_check (progress, (double) at / (double) size, error))
        return NULL;
    }
  return g_steal_pointer (&noise);
}

static gboolean
measure_noise (const TriImage *picture, double values[TRI_N_METRICS], TriProgress *progress, GError **error)
{
  TriRandomness r;
  g_autoptr (TriImage) first = noise_like (picture, progress, error);
  g_autoptr (TriImage) second = first != NULL ? noise_like (picture, progress, error) : NULL;
  if (second == NULL || !tri_progress_check (progress, 0.3, error)
      || !tri_metric_randomness (first, &r, progress, error)
      || !tri_metric_npcr_uaci (first, second, &values[TRI_METRIC_NPCR], &values[TRI_METRIC_UACI], progress, error)
      || !tri_metric_leak (picture, first, &values[TRI_METRIC_LEAK], progress, error)
      || !tri_metric_ssim (picture, first, &values[TRI_METRIC_KEY_BIT_SSIM], progress, error))
    return FALSE;
  values[TRI_METRIC_ENTROPY] = r.entropy;
  values[TRI_METRIC_LOCAL_ENTROPY] = r.local_entropy;
  values[TRI_METRIC_CHI2] = r.chi2;
  values[TRI_METRIC_CHI2_P] = r.chi2_p;
  values[TRI_METRIC_CORR_H] = r.corr_h;
  values[TRI_METRIC_CORR_V] = r.corr_v;
  values[TRI_METRIC_CORR_D] = r.corr_d;
  return TRUE;
}

/**
 * tri_reference_measure:
 *
 * Encrypts @picture with XChaCha20-Poly1305 under a random key, and makes noise of its shape; measures both as a run
 * is measured.
 */
gboolean
tri_reference_measure (TriImage *picture, TriReference *out, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (picture != NULL && out != NULL, FALSE);
  for (guint m = 0; m < TRI_N_METRICS; m++)
    out->aead[m] = out->noise[m] = NAN;
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.7);
  g_autoptr (TriProgress) second = tri_progress_sub (progress, 0.7, 1);
  return measure_aead (picture, out->aead, first, error) && measure_noise (picture, out->noise, second, error);
}

static void
measure_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  TriReference *reference = g_new0 (TriReference, 1);
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  if (tri_reference_measure (data, reference, progress, &error))
    g_task_return_pointer (task, reference, g_free);
  else
    {
      g_free (reference);
      g_task_return_error (task, error);
    }
}

void
tri_reference_async (TriImage *picture, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (picture != NULL);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, tri_reference_async);
  g_task_set_task_data (task, tri_image_ref (picture), (GDestroyNotify) tri_image_unref);
  g_task_run_in_thread (task, measure_thread);
}

/* Returns: (transfer full): free it with g_free() */
TriReference *
tri_reference_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
