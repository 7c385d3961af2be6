/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-report-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-damage.h"
#include "tri-error.h"
#include "tri-run-json.h"

/* Returns: (transfer full): a report in which nothing is defined */
TriReport *
tri_report_new (void)
{
  TriReport *report = g_new0 (TriReport, 1);
  g_atomic_ref_count_init (&report->refs);
  for (guint m = 0; m < TRI_N_METRICS; m++)
    report->values[m] = NAN;
  report->encrypted = report->restored = (TriPair) { .mse = NAN, .psnr = NAN, .ssim = NAN, .ssim_uniform = NAN,
                                                     .differing = NAN };
  return report;
}

TriReport *
tri_report_ref (TriReport *report)
{
  g_atomic_ref_count_inc (&report->refs);
  return report;
}

void
tri_report_unref (TriReport *report)
{
  if (!g_atomic_ref_count_dec (&report->refs))
    return;
  g_clear_pointer (&report->params, tri_params_free);
  g_clear_pointer (&report->damage, tri_params_free);
  g_clear_pointer (&report->arrived, tri_sealed_unref);
  g_clear_pointer (&report->original, tri_image_unref);
  g_clear_pointer (&report->sealed, tri_sealed_unref);
  g_clear_pointer (&report->decrypted, tri_image_unref);
  g_clear_pointer (&report->wrong_key, tri_image_unref);
  g_clear_pointer (&report->insights, g_ptr_array_unref);
  g_clear_error (&report->refusal);
  g_clear_error (&report->wrong_key_refusal);
  for (guint m = 0; m < TRI_N_METRICS; m++)
    g_free (report->undefined[m]);
  g_free (report->flipped);
  g_free (report->key_bit);
  g_free (report);
}

/* Returns: (transfer full): the numbers, parameters and reasons of @report; no picture, no sealed data, no cards */
TriReport *
tri_report_without_pictures (const TriReport *report)
{
  TriReport *copy = g_memdup2 (report, sizeof *report);
  g_atomic_ref_count_init (&copy->refs);
  copy->params = tri_params_copy (report->params);
  copy->original = copy->decrypted = copy->wrong_key = NULL;
  copy->damage = report->damage != NULL ? tri_params_copy (report->damage) : NULL;
  copy->sealed = copy->arrived = NULL;
  copy->insights = NULL;
  copy->refusal = report->refusal != NULL ? g_error_copy (report->refusal) : NULL;
  copy->wrong_key_refusal = report->wrong_key_refusal != NULL ? g_error_copy (report->wrong_key_refusal) : NULL;
  copy->flipped = g_strdup (report->flipped);
  copy->key_bit = g_strdup (report->key_bit);
  for (guint m = 0; m < TRI_N_METRICS; m++)
    copy->undefined[m] = g_strdup (report->undefined[m]);
  return copy;
}

void
tri_report_set_randomness (TriReport *report, const TriRandomness *random)
{
  report->values[TRI_METRIC_ENTROPY] = random->entropy;
  report->values[TRI_METRIC_LOCAL_ENTROPY] = random->local_entropy;
  report->values[TRI_METRIC_CHI2] = random->chi2;
  report->values[TRI_METRIC_CHI2_P] = random->chi2_p;
  report->values[TRI_METRIC_CORR_H] = random->corr_h;
  report->values[TRI_METRIC_CORR_V] = random->corr_v;
  report->values[TRI_METRIC_CORR_D] = random->corr_d;
}

/* @reason: translated */
void
tri_report_set_undefined (TriReport *report, TriMetric metric, const char *reason)
{
  report->values[metric] = NAN;
  g_free (report->undefined[metric]);
  report->undefined[metric] = g_strdup (reason);
}

/* Why a metric may be undefined where nothing more is known. Returns: translated */
const char *
tri_report_general_reason (TriMetric metric)
{
  const char *undefined = tri_metric_infos[metric].undefined;
  return undefined != NULL ? _(undefined) : _("Not defined for this picture.");
}

/* The members of one run, into an object that is open. */
void
tri_report_write_json (const TriReport *report, TriJson *json)
{
  tri_json_cipher (json, report->cipher != NULL ? report->cipher->id : NULL, report->params, report->width,
                   report->height, report->channels);
  if (report->damage != NULL)
    tri_json_params (json, "damage", report->damage);
  tri_json_pair (json, "encrypted", &report->encrypted);
  tri_json_pair (json, "decrypted", &report->restored);
  tri_json_begin_object (json, "security");
  for (guint m = 0; m < TRI_N_METRICS; m++)
    if (tri_metric_infos[m].group == TRI_METRIC_GROUP_SECURITY)
      tri_json_number (json, tri_metric_infos[m].id, report->values[m]);
  tri_json_end (json);
  tri_json_begin_object (json, "time");
  tri_json_number (json, "encrypt_s", report->encrypt_s);
  tri_json_number (json, "decrypt_s", report->decrypt_s);
  tri_json_number (json, "metrics_s", report->metrics_s);
  tri_json_end (json);
  tri_json_begin_object (json, "bytes");
  tri_json_integer (json, "original", report->bytes_original);
  tri_json_integer (json, "sealed", report->bytes_sealed);
  tri_json_end (json);
}

/* Returns: (transfer full): one object, see the manual page for its keys */
char *
tri_report_to_json (const TriReport *report)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_report_write_json (report, json);
  tri_json_end (json);
  return tri_json_free_to_text (json);
}

static const char *
channels_title (guint channels)
{
  static const char *const titles[] = { N_("grey"), N_("grey with alpha"), N_("colour"), N_("colour with alpha") };
  return _(titles[channels - 1]);
}

static char *
original_caption (const TriReport *report)
{
  if (report->width == 0)
    return g_strdup ("");
  g_autofree char *size = g_strdup_printf (_("%u × %u, %s"), report->width, report->height,
                                           channels_title (report->channels));
  if (!report->has_original)
    return g_strdup_printf (_("not known: only the encrypted picture was opened (%s)"), size);
  if (report->original != NULL && report->original->notes != NULL)
    return g_strdup_printf ("%s · %s", size, report->original->notes);
  return g_steal_pointer (&size);
}

static char *
measured_caption (const TriReport *report)
{
  g_autofree char *entropy = tri_metric_format (TRI_METRIC_ENTROPY, report->values[TRI_METRIC_ENTROPY]);
  if (!report->has_original)
    return g_strdup_printf (_("%s · entropy %s"), _(report->cipher->title), entropy);
  g_autofree char *ssim = tri_metric_format (TRI_METRIC_SSIM, report->encrypted.ssim);
  if (report->encrypted_matched)
    return g_strdup_printf (_("SSIM %s, scaled to the original's size · entropy %s"), ssim, entropy);
  return g_strdup_printf (_("SSIM %s · entropy %s"), ssim, entropy);
}

/* What was measured is what the cipher made of the picture, not what arrived of it. */
static char *
encrypted_caption (const TriReport *report)
{
  g_autofree char *words = measured_caption (report);
  return report->damage != NULL ? g_strdup_printf (_("%s · before damage"), words) : g_steal_pointer (&words);
}

/* Whether the two differ in cipher and parameters only, so that what was measured can be put side by side. */
gboolean
tri_report_is_comparable (const TriReport *a, const TriReport *b)
{
  gboolean same_damage = a->damage == NULL || b->damage == NULL ? a->damage == b->damage
                                                                : tri_params_equal (a->damage, b->damage);
  return same_damage && a->key_mark == b->key_mark && a->decrypt_mark == b->decrypt_mark;
}

/* Returns: (transfer full): "k=16 seed=3", of the parameters that have an effect and are not the default */
char *
tri_report_chosen_params (const TriReport *report)
{
  GString *text = g_string_new (NULL);
  for (const TriParamSpec *spec = tri_params_get_specs (report->params); spec != NULL && spec->id != NULL; spec++)
    {
      double value = tri_params_get (report->params, spec->id);
      if ((value >= spec->def && value <= spec->def) || !tri_params_is_relevant (report->params, spec))
        continue;
      g_autofree char *words = tri_params_value_to_text (report->params, spec->id);
      g_string_append_printf (text, "%s%s=%s", text->len > 0 ? " " : "", spec->id, words);
    }
  return g_string_free (text, FALSE);
}

/* What was done to this run that decryption may refuse, so that nobody looks for a fault in a key or file. */
static const char *
refusal_reason (const TriReport *report)
{
  gboolean damaged = report->damage != NULL, flipped = report->flipped != NULL;
  if (damaged && (flipped || report->other_key))
    return _("Refused: the key to decrypt is another, and the encrypted picture was damaged on the way.");
  if (damaged)
    return _("Refused: the encrypted picture was damaged on the way, and this cipher notices.");
  if (report->other_key)
    return _("Refused: the key to decrypt is not the one that encrypted, and this cipher notices.");
  return flipped ? _("Refused: one bit of the key was changed, and this cipher notices.") : NULL;
}

/* Returns: (transfer full) (nullable): why there is no decrypted picture, translated; NULL when there is one */
char *
tri_report_refusal (const TriReport *report)
{
  if (report->refusal == NULL)
    return NULL;
  gboolean noticed = g_error_matches (report->refusal, TRI_ERROR, TRI_ERROR_WRONG_KEY)
                     || (report->damage != NULL && !g_error_matches (report->refusal, TRI_ERROR, TRI_ERROR_NO_KEY));
  const char *reason = noticed ? refusal_reason (report) : NULL;
  return g_strdup (reason != NULL ? reason : report->refusal->message);
}

static char *
restored_caption (const TriReport *report)
{
  if (g_error_matches (report->refusal, TRI_ERROR, TRI_ERROR_WRONG_KEY))
    {
      gboolean other = report->flipped != NULL || report->other_key;
      return g_strdup (other && report->damage != NULL ? _("refused: another key, and damaged")
                       : report->damage != NULL        ? _("refused: damaged")
                       : report->other_key             ? _("refused: another key")
                       : other                         ? _("refused: one bit of the key changed")
                                                       : _("refused: wrong key or damaged"));
    }
  if (report->refusal != NULL)
    return g_strdup_printf (_("refused: %s"), report->refusal->message);
  if (!report->has_original)
    return g_strdup (_("decrypted; there is no original to compare it with"));
  if (report->restored.mse == 0)
    return g_strdup (_("identical to the original"));
  g_autofree char *psnr = tri_metric_format (TRI_METRIC_PSNR, report->restored.psnr);
  if (report->damage == NULL && tri_cipher_is_lossless (report->cipher, report->params))
    return g_strdup_printf (_("not the original: the key is wrong (PSNR %s)"), psnr);
  return g_strdup_printf (_("lossy: PSNR %s"), psnr);
}

static char *
decrypted_caption (const TriReport *report)
{
  g_autofree char *restored = restored_caption (report);
  g_autofree char *words = report->flipped != NULL && report->refusal == NULL
                               ? g_strdup_printf (_("%s · one bit changed: %s"), restored, report->flipped)
                               : g_steal_pointer (&restored);
  if (report->damage == NULL)
    return g_steal_pointer (&words);
  g_autofree char *damage = tri_damage_describe (report->damage);
  g_autofree char *advice = report->sealed != NULL && report->restored.mse > 0
                                ? tri_damage_advise (report->damage, report->params, report->sealed->visible) : NULL;
  if (advice != NULL)
    return g_strdup_printf (_("%s · after damage: %s · %s"), words, damage, advice);
  return g_strdup_printf (_("%s · after damage: %s"), words, damage);
}

/* Returns: (transfer full): what matters about a pane, in words, translated */
char *
tri_report_caption (const TriReport *report, guint pane)
{
  g_return_val_if_fail (pane < 3, NULL);
  return pane == 0 ? original_caption (report) : pane == 1 ? encrypted_caption (report) : decrypted_caption (report);
}
