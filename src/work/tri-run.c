/* Encrypts, decrypts from what encryption gave and the key alone, and measures. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-run.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "tri-damage.h"
#include "tri-error.h"
#include "tri-report-private.h"
#include "tri-stopwatch.h"

typedef struct {
  const TriRunSpec *spec;
  TriReport *report;
  TriProgress *progress;
  const TriKey *decrypt_key;
  TriKey *flipped; /* what decrypt_key points to where its bit is turned */
} Run;

TriRunSpec *
tri_run_spec_new (const TriCipher *cipher)
{
  TriRunSpec *spec = g_new0 (TriRunSpec, 1);
  spec->cipher = cipher;
  spec->params = tri_params_new (cipher->params);
  spec->flags = TRI_RUN_ALL;
  return spec;
}

/* Returns: (transfer full): a copy that shares pictures and keys */
TriRunSpec *
tri_run_spec_copy (const TriRunSpec *spec)
{
  TriRunSpec *copy = g_memdup2 (spec, sizeof *spec);
  copy->picture = spec->picture != NULL ? tri_image_ref (spec->picture) : NULL;
  copy->sealed = spec->sealed != NULL ? tri_sealed_ref (spec->sealed) : NULL;
  copy->params = spec->params != NULL ? tri_params_copy (spec->params) : NULL;
  copy->damage = spec->damage != NULL ? tri_params_copy (spec->damage) : NULL;
  copy->key = spec->key != NULL ? tri_key_ref (spec->key) : NULL;
  copy->decrypt_key = spec->decrypt_key != NULL ? tri_key_ref (spec->decrypt_key) : NULL;
  return copy;
}

void
tri_run_spec_free (TriRunSpec *spec)
{
  g_clear_pointer (&spec->picture, tri_image_unref);
  g_clear_pointer (&spec->sealed, tri_sealed_unref);
  g_clear_pointer (&spec->params, tri_params_free);
  g_clear_pointer (&spec->damage, tri_params_free);
  g_clear_pointer (&spec->key, tri_key_unref);
  g_clear_pointer (&spec->decrypt_key, tri_key_unref);
  g_free (spec);
}

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* Errors that end the run; others are a result ("refused: wrong key"). */
static gboolean
ends_run (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         || g_error_matches (error, TRI_ERROR, TRI_ERROR_NO_MEMORY);
}

/* Argon2id before the clock starts, so that the time is the cipher's; the result is kept with the key. */
static gboolean
warm_up (const TriKey *key, const TriCipher *cipher, const TriParams *params, const guint8 *salt, GError **error)
{
  static const guint8 no_salt[TRI_SALT_SIZE];
  guint8 subkey[TRI_KEY_SIZE];
  if (key == NULL || tri_key_get_kind (key) == TRI_KEY_RAW)
    return TRUE;
  gboolean salted = cipher->uses_salt == NULL || cipher->uses_salt (params);
  gboolean good = tri_key_derive (key, salted ? salt : no_salt, "warm-up", subkey, sizeof subkey, error);
  sodium_memzero (subkey, sizeof subkey);
  return good;
}

/* What is timed, and where its result goes. */
typedef struct {
  Run *run;
  const TriFresh *fresh;
  const TriSealed *arrived;
  GError *error;
} Timed;

/* Those that nobody looks at the duration of, and that must be quick, are done once. */
static gboolean
is_timed_well (const Run *run)
{
  return (run->spec->flags & TRI_RUN_SECURITY) != 0;
}

static gboolean
encrypt_once (gpointer data)
{
  Timed *timed = data;
  const TriRunSpec *spec = timed->run->spec;
  TriReport *report = timed->run->report;
  g_autoptr (TriProgress) part = tri_progress_sub (timed->run->progress, 0, 0.2);
  g_clear_pointer (&report->sealed, tri_sealed_unref);
  report->sealed = tri_cipher_encrypt (spec->cipher, spec->picture, spec->key, spec->params, timed->fresh, part, &timed->error);
  return report->sealed != NULL;
}

static gboolean
decrypt_once (gpointer data)
{
  Timed *timed = data;
  TriReport *report = timed->run->report;
  g_autoptr (TriProgress) part = tri_progress_sub (timed->run->progress, 0.4, 0.55);
  g_clear_pointer (&report->decrypted, tri_image_unref);
  report->decrypted = tri_cipher_decrypt (timed->arrived, timed->run->decrypt_key, part, &report->refusal);
  return report->decrypted != NULL;
}

static gboolean
encrypt (Run *run, GError **error)
{
  const TriRunSpec *spec = run->spec;
  TriReport *report = run->report;
  if (spec->sealed != NULL)
    {
      report->sealed = tri_sealed_ref (spec->sealed);
      return TRUE;
    }
  guint8 salt[TRI_SALT_SIZE];
  if (spec->has_salt)
    memcpy (salt, spec->salt, sizeof salt);
  else
    randombytes_buf (salt, sizeof salt);
  if (!warm_up (spec->key, spec->cipher, spec->params, salt, error))
    return FALSE;

  TriFresh fresh = { .salt = salt, .nonce = spec->has_nonce ? spec->nonce : NULL };
  Timed timed = { .run = run, .fresh = &fresh };
  report->encrypt_s = tri_stopwatch_time (encrypt_once, &timed, is_timed_well (run));
  if (timed.error != NULL)
    g_propagate_error (error, timed.error);
  return report->sealed != NULL;
}

static gboolean
damage (Run *run, GError **error)
{
  TriReport *report = run->report;
  if (!tri_damage_is_on (run->spec->damage))
    return TRUE;
  g_autoptr (TriProgress) part = tri_progress_sub (run->progress, 0.38, 0.4);
  report->damage = tri_params_copy (run->spec->damage);
  report->arrived = tri_damage_sealed (report->damage, report->sealed, part, error);
  return report->arrived != NULL;
}

/* What the report says of the keys, and the turned bit, after Argon2id: a key with a turned bit takes over what it gave. */
static void
settle_keys (Run *run)
{
  const TriRunSpec *spec = run->spec;
  TriReport *report = run->report;
  const TriKey *first = spec->sealed == NULL || run->decrypt_key == NULL ? spec->key : run->decrypt_key;
  if (spec->flip_bit && run->decrypt_key != NULL)
    {
      guint bit = tri_cipher_lowest_bit (report->cipher, run->decrypt_key, report->params);
      report->flipped = tri_key_describe_bit (run->decrypt_key, bit);
      run->flipped = tri_key_flip_bit (run->decrypt_key, bit);
      run->decrypt_key = run->flipped;
    }
  report->key_kind = first != NULL ? tri_key_get_kind (first) : TRI_KEY_PASSPHRASE;
  report->key_mark = first != NULL ? tri_key_get_mark (first) : 0;
  report->decrypt_mark = run->decrypt_key != NULL ? tri_key_get_mark (run->decrypt_key) : 0;
  report->other_key = spec->sealed == NULL && spec->decrypt_key != NULL
                      && tri_key_get_mark (spec->decrypt_key) != report->key_mark;
}

static gboolean
decrypt (Run *run, GError **error)
{
  TriReport *report = run->report;
  const TriSealed *arrived = report->arrived != NULL ? report->arrived : report->sealed;
  if (run->decrypt_key != NULL && !warm_up (run->decrypt_key, report->cipher, report->params, report->sealed->salt, error))
    return FALSE;
  settle_keys (run);
  Timed timed = { .run = run, .arrived = arrived };
  report->decrypt_s = tri_stopwatch_time (decrypt_once, &timed, is_timed_well (run));
  if (report->refusal == NULL || !ends_run (report->refusal))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&report->refusal));
  return FALSE;
}

/* The visible picture against the original, as it lies over it. */
static gboolean
measure_encrypted (Run *run, GError **error)
{
  TriReport *report = run->report;
  const TriImage *original = report->original, *visible = report->sealed->visible;
  g_autoptr (TriImage) matched = tri_cipher_lay (report->cipher, report->params, visible, original->width, original->height,
                                                 original->channels, &report->encrypted_matched, error);
  if (matched == NULL)
    return FALSE;
  g_autoptr (TriProgress) pair = tri_progress_sub (run->progress, 0.62, 0.68);
  g_autoptr (TriProgress) leak = tri_progress_sub (run->progress, 0.68, 0.71);
  return tri_metric_pair (original, matched, &report->encrypted, pair, error)
         && tri_metric_leak (original, matched, &report->values[TRI_METRIC_LEAK], leak, error);
}

/* The decrypted picture against the original. One that is the same shares the original's memory afterwards. */
static gboolean
measure_restored (Run *run, GError **error)
{
  TriReport *report = run->report;
  g_autoptr (TriProgress) part = tri_progress_sub (run->progress, 0.55, 0.62);
  if (report->decrypted == NULL)
    return TRUE;
  if (!tri_metric_pair (report->original, report->decrypted, &report->restored, part, error))
    return FALSE;
  if (tri_image_equal (report->original, report->decrypted))
    {
      tri_image_unref (report->decrypted);
      report->decrypted = tri_image_ref (report->original);
    }
  return TRUE;
}

static gboolean
measure_visible (Run *run, GError **error)
{
  TriRandomness random;
  g_autoptr (TriProgress) part = tri_progress_sub (run->progress, 0.71, 0.75);
  if (!tri_metric_randomness (run->report->sealed->visible, &random, part, error))
    return FALSE;
  tri_report_set_randomness (run->report, &random);
  return TRUE;
}

/* The original with one channel of its middle pixel changed by one. */
static TriImage *
one_pixel_apart (const TriImage *original, GError **error)
{
  TriImage *changed = tri_image_copy (original, error);
  if (changed == NULL)
    return NULL;
  guint8 *middle = changed->pixels
                   + ((gsize) (changed->height / 2) * changed->width + changed->width / 2) * changed->channels;
  *middle = (guint8) (*middle < 255 ? *middle + 1 : *middle - 1);
  return changed;
}

/* @params without what is kept beside the visible picture to make it lossless. */
static TriParams *
visible_params (const TriCipher *cipher, const TriParams *params)
{
  TriParams *copy = tri_params_copy (params);
  if ((cipher->flags & TRI_CIPHER_LOSSY_UNLESS_KEPT) != 0)
    tri_params_set (copy, "lossless", 0, NULL);
  return copy;
}

/* NPCR and UACI: the picture one pixel apart is really encrypted, under the same key, salt and parameters; the nonce
 * is drawn anew, as it is for every picture, unless the caller fixed it. Only the visible pictures are compared. */
static gboolean
measure_differential (Run *run, GError **error)
{
  const TriRunSpec *spec = run->spec;
  TriReport *report = run->report;
  g_autoptr (GError) why = NULL;
  g_autoptr (TriSealed) second = NULL;
  {
    g_autoptr (TriImage) changed = one_pixel_apart (report->original, error);
    if (changed == NULL)
      return FALSE;
    TriFresh fresh = { .salt = report->sealed->salt, .nonce = spec->has_nonce ? spec->nonce : NULL };
    g_autoptr (TriProgress) part = tri_progress_sub (run->progress, 0.2, 0.37);
    g_autoptr (TriParams) params = visible_params (spec->cipher, report->params);
    second = tri_cipher_encrypt (spec->cipher, changed, spec->key, params, &fresh, part, &why);
  }
  if (why != NULL && ends_run (why))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  if (second == NULL || !tri_image_same_shape (report->sealed->visible, second->visible))
    {
      const char *reason = why != NULL ? why->message : _("The two encrypted pictures have different sizes.");
      tri_report_set_undefined (report, TRI_METRIC_NPCR, reason);
      tri_report_set_undefined (report, TRI_METRIC_UACI, reason);
      return TRUE;
    }
  g_autoptr (TriProgress) part = tri_progress_sub (run->progress, 0.37, 0.38);
  return tri_metric_npcr_uaci (report->sealed->visible, second->visible, &report->values[TRI_METRIC_NPCR],
                               &report->values[TRI_METRIC_UACI], part, error);
}

/* What a key with one wrong bit gives. It is the encryption key's bit, so that it says the same whatever key the
 * reader tries. */
static gboolean
measure_wrong_key (Run *run, GError **error)
{
  TriReport *report = run->report;
  guint bit = tri_cipher_lowest_bit (report->cipher, run->spec->key, report->params);
  g_autoptr (TriKey) wrong = tri_key_flip_bit (run->spec->key, bit);
  report->key_bit = tri_key_describe_bit (run->spec->key, bit);
  g_autoptr (TriProgress) part = tri_progress_sub (run->progress, 0.75, 0.9);
  report->wrong_key = tri_cipher_decrypt (report->sealed, wrong, part, &report->wrong_key_refusal);
  if (report->wrong_key != NULL)
    {
      g_autoptr (TriProgress) ssim = tri_progress_sub (run->progress, 0.9, 0.93);
      if (tri_image_equal (report->wrong_key, report->original))
        {
          tri_image_unref (report->wrong_key);
          report->wrong_key = tri_image_ref (report->original);
        }
      return tri_metric_ssim (report->original, report->wrong_key, &report->values[TRI_METRIC_KEY_BIT_SSIM], ssim,
                              error);
    }
  if (ends_run (report->wrong_key_refusal))
    {
      g_propagate_error (error, g_steal_pointer (&report->wrong_key_refusal));
      return FALSE;
    }
  tri_report_set_undefined (report, TRI_METRIC_KEY_BIT_SSIM, _("Refused: decryption with a wrong key gives no picture."));
  return TRUE;
}

/* Whether something is encrypted in this run, so that it can be encrypted and decrypted otherwise as well. */
static gboolean
is_whole (const Run *run)
{
  return run->report->original != NULL && run->spec->sealed == NULL;
}

static gboolean
wants_security (const Run *run)
{
  return is_whole (run) && (run->spec->flags & TRI_RUN_SECURITY) != 0;
}

/* @step, its time counted as measuring */
static gboolean
measure (Run *run, gboolean (*step) (Run *run, GError **error), GError **error)
{
  gint64 start = g_get_monotonic_time ();
  gboolean good = step (run, error);
  run->report->metrics_s += seconds_since (start);
  return good;
}

/* The second encryption comes before decryption, and the wrong key's last, so that few pictures are alive together. */
static gboolean
decrypt_and_measure (Run *run, GError **error)
{
  gboolean has_original = run->report->original != NULL, security = wants_security (run);
  return (!security || measure (run, measure_differential, error))
         && damage (run, error)
         && decrypt (run, error)
         && (!has_original || (measure (run, measure_restored, error) && measure (run, measure_encrypted, error)))
         && measure (run, measure_visible, error)
         && (!security || measure (run, measure_wrong_key, error));
}

/* Whatever is not defined by now gets its reason. */
static void
explain_undefined (Run *run)
{
  TriReport *report = run->report;
  for (guint m = 0; m < TRI_N_METRICS; m++)
    {
      if (tri_metric_infos[m].group != TRI_METRIC_GROUP_SECURITY || !isnan (report->values[m])
          || report->undefined[m] != NULL)
        continue;
      gboolean needs_second = m == TRI_METRIC_NPCR || m == TRI_METRIC_UACI || m == TRI_METRIC_KEY_BIT_SSIM;
      if (report->original == NULL && (needs_second || m == TRI_METRIC_LEAK))
        tri_report_set_undefined (report, m, _("The original is not known: only the encrypted picture was opened."));
      else if (needs_second && !is_whole (run))
        tri_report_set_undefined (report, m, _("The picture was encrypted elsewhere; nothing was encrypted in this run."));
      else if (needs_second && !wants_security (run))
        tri_report_set_undefined (report, m, _("Not measured in a preview."));
      else
        tri_report_set_undefined (report, m, tri_report_general_reason (m));
    }
}

/* Cards that can't be made are left out; the run has its result. */
static gboolean
inspect (Run *run, GError **error)
{
  TriReport *report = run->report;
  const TriImage *original = report->original != NULL ? report->original : report->decrypted;
  const TriKey *key = run->spec->key != NULL ? run->spec->key : run->decrypt_key;
  if ((run->spec->flags & TRI_RUN_INSPECT) == 0 || original == NULL || key == NULL)
    return TRUE;
  g_autoptr (GError) why = NULL;
  g_autoptr (TriProgress) part = tri_progress_sub (run->progress, 0.93, 1);
  gint64 start = g_get_monotonic_time ();
  report->insights = tri_cipher_inspect (original, report->sealed, key, part, &why);
  report->inspect_s = seconds_since (start);
  if (report->insights == NULL && ends_run (why))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_spec (const TriRunSpec *spec, GError **error)
{
  if (spec->picture == NULL && spec->sealed == NULL)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_INVALID, _("There is no picture yet. Open one first."));
  else if (spec->sealed != NULL && spec->decrypt_key == NULL && spec->key == NULL)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("A key is needed to decrypt. Give the one that the "
                                                                "picture was encrypted with."));
  else
    return TRUE;
  return FALSE;
}

/**
 * tri_run:
 *
 * A refused decryption is a result (@refusal of the report), not an error.
 *
 * At most four pictures are alive at a time beside what the cipher itself needs: original, encrypted, the picture one
 * pixel apart and its encryption; then original, encrypted, decrypted, and what the wrong key gives.
 *
 * Returns: (transfer full): the report, or NULL with an error
 */
TriReport *
tri_run (const TriRunSpec *spec, TriProgress *progress, GError **error)
{
  if (!check_spec (spec, error))
    return NULL;
  g_autoptr (TriReport) report = tri_report_new ();
  Run run = { .spec = spec, .report = report, .progress = progress,
              .decrypt_key = spec->decrypt_key != NULL ? spec->decrypt_key : spec->key };
  report->original = spec->picture != NULL ? tri_image_ref (spec->picture) : NULL;
  if (!encrypt (&run, error))
    return NULL;

  const TriSealed *sealed = report->sealed;
  report->cipher = tri_cipher_find_or_error (sealed->cipher, error);
  if (report->cipher == NULL)
    return NULL;
  report->params = sealed->params != NULL ? tri_params_copy (sealed->params) : tri_params_new (report->cipher->params);
  report->has_original = report->original != NULL;
  report->width = sealed->width;
  report->height = sealed->height;
  report->channels = sealed->channels;
  report->bytes_original = (guint64) sealed->width * sealed->height * sealed->channels;
  report->bytes_sealed = tri_image_n_bytes (sealed->visible) + tri_sealed_get_side_size (sealed);

  gboolean good = decrypt_and_measure (&run, error) && inspect (&run, error);
  g_clear_pointer (&run.flipped, tri_key_unref);
  if (!good)
    return NULL;
  explain_undefined (&run);
  return tri_progress_check (progress, 1, error) ? g_steal_pointer (&report) : NULL;
}
