/* triptych-cli advise: what to choose for these files, and why. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-advisor.h"
#include "tri-cli-vault.h"
#include "tri-ledger-home.h"

static const char *const purposes[] = { "keep", "send", "show", NULL };                               /* TriPurpose */
static const char *const networks[] = { "offline", "metered", "restricted", "open", "automatic", NULL }; /* TriNetwork */
static const char *const threats[] = { "curious", "targeted", "quantum", NULL };                      /* TriThreat */
static const char *const contents[] = { "jpeg", "raw", "video", "other" };                            /* TriContent */
static const char *const kinds[] = { "X25519", "mlkem768x25519", "passphrase" };                      /* TriAgeKind */

/* @names: ends with NULL. @value: (inout): left alone when @text is NULL */
static gboolean
choose (const char *option, const char *text, const char *const *names, guint *value, GError **error)
{
  for (guint i = 0; text != NULL && names[i] != NULL; i++)
    if (strcmp (names[i], text) == 0)
      {
        *value = i;
        return TRUE;
      }
  if (text == NULL)
    return TRUE;
  g_autofree char *list = g_strjoinv (", ", (char **) names);
  g_set_error (error, TRI_USAGE_ERROR, 0, _("--%s takes one of %s, not “%s”."), option, list, text);
  return FALSE;
}

/* Counts the files, those in folders, too, and finds what most of their bytes are. */
static gboolean
look_at_files (char **files, TriSituation *situation, GCancellable *cancellable, GError **error)
{
  guint64 sizes[TRI_N_CONTENTS] = { 0 };
  TriVaultOptions how = { 0 };
  TriVaultPassed passed = { 0 };
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  g_autoptr (TriVaultBatch) batch = tri_vault_batch_new_protect (nobody, &how); /* is never run */
  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (files[i]);
      g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, 0, cancellable, error);
      if (info == NULL)
        {
          tri_file_explain_read_error (file, error);
          return FALSE;
        }
      if (!tri_vault_batch_add (batch, file, &passed, cancellable, error))
        return FALSE;
    }
  situation->n_files = tri_vault_batch_get_n_items (batch);
  situation->size = tri_vault_batch_get_size (batch);
  for (guint i = 0; i < situation->n_files; i++)
    {
      const TriVaultItem *item = tri_vault_batch_get_item (batch, i);
      g_autofree char *name = g_file_get_basename (item->source);
      sizes[tri_content_from_name (name)] += item->size;
    }
  situation->content = situation->n_files == 0 ? TRI_CONTENT_OTHER : 0;
  for (guint i = 0; i < TRI_N_CONTENTS && situation->n_files > 0; i++)
    if (sizes[i] > sizes[situation->content])
      situation->content = i;
  return TRUE;
}

/* Returns: (nullable): why the threat is higher than was said; the key ledger tells whether somebody is after the keys */
static const char *
raise_threat (TriSituation *situation)
{
  g_autoptr (TriLedger) ledger = NULL;
  g_autofree char *sentence = NULL;
  TriSigns signs = { .broken_ledger = tri_ledger_state_is_broken (tri_ledger_home_read (&ledger, &sentence)) };
  const char *reason;
  situation->threat = tri_advisor_raise_threat (situation->threat, &signs, &reason);
  return reason;
}

static void
print_json (const TriSituation *situation, const TriAdvice *advice, const char *threat_reason)
{
  static const char *const keys[] = { "recipient", "work_factor", "armor", "shrink", "picture" }; /* TriQuestion */
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "purpose", purposes[situation->purpose]);
  tri_json_string (json, "network", networks[situation->network]);
  tri_json_string (json, "threat", threats[situation->threat]);
  if (threat_reason != NULL)
    tri_json_string (json, "threat_reason", threat_reason);
  tri_json_string (json, "content", contents[situation->content]);
  tri_json_integer (json, "files", situation->n_files);
  tri_json_integer (json, "bytes", situation->size);
  for (TriQuestion q = 0; q < TRI_N_QUESTIONS; q++)
    {
      const TriAdvisedValue *answer = &advice->answers[q];
      tri_json_begin_object (json, keys[q]);
      if (q == TRI_QUESTION_RECIPIENT)
        tri_json_string (json, "value", kinds[answer->value]);
      else if (q == TRI_QUESTION_WORK_FACTOR)
        tri_json_integer (json, "value", answer->value);
      else
        tri_json_boolean (json, "value", answer->value != 0);
      tri_json_string (json, "reason", answer->reason);
      tri_json_end (json);
    }
  tri_json_string (json, "cipher", TRI_ADVISOR_CIPHER);
  tri_json_end (json);
  tri_cli_print_json (json);
}

static void
print_answer (const char *title, const char *value, const char *reason)
{
  tri_cli_print ("%s: %s\n    %s\n", title, value, reason);
}

static void
print_text (const TriAdvice *advice)
{
  const char *const titles[] = { _("A key (X25519)"), _("A post-quantum key (ML-KEM-768 and X25519)"), _("A passphrase") };
  const TriAdvisedValue *answers = advice->answers;
  g_autofree char *work = g_strdup_printf ("%u", answers[TRI_QUESTION_WORK_FACTOR].value);
  print_answer (_("Locked with"), titles[answers[TRI_QUESTION_RECIPIENT].value], answers[TRI_QUESTION_RECIPIENT].reason);
  print_answer (_("Work factor of a passphrase"), work, answers[TRI_QUESTION_WORK_FACTOR].reason);
  print_answer (_("Written as"), answers[TRI_QUESTION_ARMOR].value ? _("text") : _("bytes"),
                answers[TRI_QUESTION_ARMOR].reason);
  print_answer (_("Made smaller first"), answers[TRI_QUESTION_SHRINK].value ? _("ask") : _("no"),
                answers[TRI_QUESTION_SHRINK].reason);
  print_answer (_("Form"),
                answers[TRI_QUESTION_PICTURE].value ? _("a picture, encrypted with XChaCha20-Poly1305") : _("an age file"),
                answers[TRI_QUESTION_PICTURE].reason);
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  guint purpose = TRI_PURPOSE_KEEP, network = TRI_N_NETWORKS, threat = TRI_THREAT_CURIOUS;
  TriSituation situation = { 0 };
  TriAdvice advice;
  if (!choose ("purpose", options->purpose, purposes, &purpose, error)
      || !choose ("network", options->network, networks, &network, error)
      || !choose ("threat", options->threat, threats, &threat, error)
      || !look_at_files (options->files, &situation, tri_progress_get_cancellable (progress), error))
    return FALSE;
  situation.purpose = purpose;
  situation.network = network < TRI_N_NETWORKS ? network : tri_network_now ();
  situation.threat = threat;
  const char *threat_reason = raise_threat (&situation);
  tri_advise (&situation, &advice);
  if (options->json)
    print_json (&situation, &advice, threat_reason);
  else
    {
      if (threat_reason != NULL)
        print_answer (_("Against"), tri_threat_title (situation.threat), threat_reason);
      print_text (&advice);
    }
  return TRUE;
}

const TriCommand tri_command_advise = {
  .name = "advise",
  .synopsis = N_("[--purpose keep|send|show] [--network …] [--threat curious|targeted|quantum] [FILE…]"),
  .summary = N_("Say what to choose to protect files, and why"),
  .takes = TRI_TAKES_SITUATION,
  .n_files = TRI_ANY_FILES,
  .run = run,
};
