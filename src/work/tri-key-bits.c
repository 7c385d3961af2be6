/* A small copy of the picture is encrypted, and decrypted with keys of which 0, 1, 2 … bits are wrong: where an algorithm,
 * such as a network that was trained badly, learned to do without the key, the picture shows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-key-bits.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-metric.h"

#define SIDE 128u /* pixels of the copy */
#define N_TRIES 9u /* 0 … 8 wrong bits */

/* Returns: (transfer full): @key with @n bits turned, spread over all of it */
static TriKey *
turn_bits (const TriKey *key, guint n)
{
  TriKey *near = tri_key_ref (key);
  guint apart = tri_key_get_n_bits (key) / N_TRIES;
  for (guint i = 0; i < n; i++)
    {
      TriKey *next = tri_key_flip_bit (near, i * apart);
      tri_key_unref (near);
      near = next;
    }
  return near;
}

/* Returns: FALSE when the run ends; @ssim is NaN where the key was refused */
static gboolean
try_key (TriInsight *card, const TriImage *small, const TriSealed *hidden, const TriKey *key, guint n, double *ssim,
         TriProgress *progress, GError **error)
{
  g_autoptr (TriKey) near = turn_bits (key, n);
  g_autoptr (GError) why = NULL;
  g_autoptr (TriImage) opened = tri_cipher_decrypt (hidden, near, progress, &why);
  g_autofree char *bits = n == 0 ? g_strdup (_("the right key")) : g_strdup_printf (ngettext ("%u wrong bit", "%u wrong bits", n), n);
  *ssim = NAN;
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  if (opened == NULL)
    return TRUE;
  if (!tri_metric_ssim (small, opened, ssim, NULL, error))
    return FALSE;
  g_autofree char *caption = g_strdup_printf (_("%s: %.3f"), bits, *ssim);
  tri_insight_take_picture (card, g_steal_pointer (&opened), caption);
  return TRUE;
}

/* Returns: (transfer full): a card for "inside the cipher" */
TriInsight *
tri_key_bits_inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress,
                      GError **error)
{
  const TriCipher *cipher = tri_cipher_find_or_error (sealed->cipher, error);
  g_autoptr (TriImage) small = cipher != NULL ? tri_image_scale_down (original, SIDE, error) : NULL;
  g_autoptr (TriProgress) hiding = tri_progress_sub (progress, 0, 0.1);
  TriFresh fresh = { .salt = sealed->salt };
  g_autoptr (TriSealed) hidden = small != NULL ? tri_cipher_encrypt (cipher, small, key, sealed->params, &fresh, hiding, error)
                                               : NULL;
  if (hidden == NULL)
    return NULL;
  g_autoptr (TriInsight) card = tri_insight_new (
      "key-bits", _("Keys that are nearly right"),
      _("A small copy of the picture, decrypted with keys of which some bits are wrong, and its similarity (SSIM) to the "
        "original. One wrong bit must be enough to lose everything: where the network does without the key, the curve stays up."));
  card->chart = tri_chart_new (_("Similarity after decryption"), _("Wrong bits of the key"), _("SSIM"));
  card->chart->y.min = 0;
  card->chart->y.max = 1;
  TriSeries *series = tri_chart_add (card->chart, _("SSIM"), TRI_MARK_LINE, TRI_HUE_ACCENT);
  for (guint n = 0; n < N_TRIES; n++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, 0.1 + 0.9 * n / N_TRIES, 0.1 + 0.9 * (n + 1) / N_TRIES);
      double ssim;
      if (!try_key (card, small, hidden, key, n, &ssim, part, error))
        return NULL;
      tri_series_append (series, n, isnan (ssim) ? 0 : MAX (ssim, 0));
    }
  return g_steal_pointer (&card);
}
