/* What can be asked of the ledger, on a worker that opens and checks it anew. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-age-keys.h"
#include "tri-error.h"
#include "tri-ledger-watch.h"
#include "tri-secret.h"

typedef struct {
  TriLedgerJob job; /* its pointers are owned */
  TriLedgerRelation relation;
} Job;

static void
job_free (Job *job)
{
  g_clear_object (&job->job.file);
  g_free ((char *) job->job.key);
  if (job->job.passphrase != NULL)
    tri_secret_free ((char *) job->job.passphrase);
  g_free (job);
}

static char *
begin (GError **error)
{
  g_autoptr (TriSigner) signer = NULL;
  g_autoptr (GError) why = NULL;
  guint n = 0;
  g_autoptr (TriLedger) ledger = tri_ledger_home_begin (NULL, FALSE, &signer, error);
  if (ledger == NULL)
    return NULL;
  if (!tri_ledger_home_record_older (ledger, signer, &n, &why))
    return g_strdup_printf (_("The ledger was begun. Not every key of the key ring is in it: %s"), why->message);
  g_autofree char *older = n > 0 ? tri_ledger_home_older_to_sentence (n) : NULL;
  return older != NULL ? g_strdup_printf (_("The ledger was begun. %s"), older) : g_strdup (_("The ledger was begun."));
}

static char *
accept_cosigned (const TriLedgerJob *job, GError **error)
{
  g_autofree char *key = job->key != NULL ? g_strstrip (g_strdup (job->key)) : NULL;
  g_autoptr (TriVerifier) witness = key != NULL && *key != '\0' ? tri_verifier_parse (key, error) : NULL;
  if (key != NULL && *key != '\0' && witness == NULL)
    return NULL;
  if (witness != NULL && witness->type != TRI_NOTE_COSIGNATURE)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                   _("The key of “%s” signs ledgers, and is not a witness's. Ask for the key that triptych-cli ledger cosign "
                     "printed."), witness->name);
      return NULL;
    }
  if (!tri_ledger_home_accept (job->file, witness, error))
    return NULL;
  return g_strdup (_("The signature is genuine, and the ledger continues what was signed. It was kept."));
}

static char *
follow (const TriLedgerJob *job, GError **error)
{
  g_autofree char *key = g_strstrip (g_strdup (job->key));
  g_autoptr (TriLedger) ledger = NULL;
  g_autoptr (TriVerifier) verifier = tri_verifier_parse (key, error);
  if (verifier == NULL || !tri_ledger_home_follow (verifier, FALSE, &ledger, error))
    return NULL;
  return g_strdup_printf (ledger != NULL ? _("The ledger “%s” is followed. It is genuine as far as its key can tell.")
                                         : _("The ledger “%s” is followed as soon as its folder is here."),
                          verifier->name);
}

static char *
export_key (const TriLedgerJob *job, GError **error)
{
  if (!tri_ledger_home_export_key (job->file, job->passphrase, error))
    return NULL;
  return g_strdup_printf (_("The signing key was written, locked with the passphrase. %s"),
                          tri_ledger_home_get_fork_warning ());
}

static char *
import_key (const TriLedgerJob *job, GError **error)
{
  g_autoptr (TriVerifier) verifier = tri_ledger_home_import_key (job->file, job->passphrase, error);
  if (verifier == NULL)
    return NULL;
  return g_strdup_printf (_("This computer signs the ledger “%s” from now on. %s"), verifier->name,
                          tri_ledger_home_get_fork_warning ());
}

static char *
compare (Job *job, GError **error)
{
  g_autoptr (TriLedger) ledger = tri_ledger_home_open (NULL, NULL, error);
  g_autoptr (TriLedgerDifference) difference = ledger != NULL ? tri_ledger_compare (ledger, job->job.file, error) : NULL;
  if (difference == NULL)
    return NULL;
  job->relation = difference->relation;
  return tri_ledger_difference_to_sentence (difference);
}

static void
do_on_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  char *sentence = NULL;
  switch (job->job.action)
    {
    case TRI_LEDGER_BEGIN:
      sentence = begin (&error);
      break;
    case TRI_LEDGER_ACCEPT:
      sentence = accept_cosigned (&job->job, &error);
      break;
    case TRI_LEDGER_FOLLOW:
      sentence = follow (&job->job, &error);
      break;
    case TRI_LEDGER_EXPORT_KEY:
      sentence = export_key (&job->job, &error);
      break;
    case TRI_LEDGER_IMPORT_KEY:
      sentence = import_key (&job->job, &error);
      break;
    case TRI_LEDGER_GO_ON:
      sentence = tri_ledger_home_go_on (&error) ? g_strdup (_("The history that is here goes on.")) : NULL;
      break;
    case TRI_LEDGER_COMPARE:
    default:
      sentence = compare (job, &error);
      break;
    }
  if (sentence != NULL)
    g_task_return_pointer (task, sentence, g_free);
  else
    g_task_return_error (task, error);
}

/* @job: is copied */
void
tri_ledger_watch_do_async (TriLedgerWatch *self, const TriLedgerJob *job, GAsyncReadyCallback callback, gpointer user_data)
{
  gboolean no_file =
      job->action == TRI_LEDGER_BEGIN || job->action == TRI_LEDGER_FOLLOW || job->action == TRI_LEDGER_GO_ON;
  gboolean secret = job->action == TRI_LEDGER_EXPORT_KEY || job->action == TRI_LEDGER_IMPORT_KEY;
  g_return_if_fail (TRI_IS_LEDGER_WATCH (self) && (no_file || job->file != NULL));
  g_return_if_fail (!secret || job->passphrase != NULL);
  g_return_if_fail (job->action != TRI_LEDGER_FOLLOW || job->key != NULL);
  Job *copy = g_new0 (Job, 1);
  copy->job = *job;
  copy->job.file = job->file != NULL ? g_object_ref (job->file) : NULL;
  copy->job.key = g_strdup (job->key);
  if (job->passphrase != NULL)
    copy->job.passphrase = strcpy (tri_secret_new (strlen (job->passphrase) + 1), job->passphrase);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tri_ledger_watch_do_async);
  g_task_set_task_data (task, copy, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, do_on_worker);
}

/**
 * tri_ledger_watch_do_finish:
 * @relation: (out) (optional): after TRI_LEDGER_COMPARE, else TRI_LEDGER_SAME
 *
 * Reads the ledger again when it may have changed.
 *
 * Returns: (transfer full): what was done or found, translated
 */
char *
tri_ledger_watch_do_finish (TriLedgerWatch *self, GAsyncResult *result, TriLedgerRelation *relation, GError **error)
{
  const Job *job = g_task_get_task_data (G_TASK (result));
  if (job->job.action != TRI_LEDGER_COMPARE && job->job.action != TRI_LEDGER_EXPORT_KEY)
    tri_ledger_watch_read (self);
  if (relation != NULL)
    *relation = job->relation;
  return g_task_propagate_pointer (G_TASK (result), error);
}
