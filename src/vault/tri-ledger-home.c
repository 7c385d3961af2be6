/* Beside each other in the user's data directory: the folder "ledger", which may be synced, and what stays on this
 * computer, the public key and the last checkpoint that was seen. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "tri-error.h"
#include "tri-ledger-home-private.h"
#include "tri-ledger-key.h"
#include "tri-ledger-store.h"

/* Returns: (transfer full): in the folder "triptych" of the user's data */
GFile *
tri_ledger_home_file (const char *name)
{
  return g_file_new_build_filename (g_get_user_data_dir (), "triptych", name, NULL);
}

/* @folder: (nullable): NULL: the usual one. Only that has a memory: what another one had last is not known. */
static GFile *
get_place (GFile *folder, GFile **memory)
{
  *memory = folder == NULL ? tri_ledger_home_file ("ledger.seen") : NULL;
  return folder != NULL ? g_object_ref (folder) : tri_ledger_home_file ("ledger");
}

static TriLedger *
open_explained (GFile *place, GFile *memory, const TriLedgerWhose *whose, GError **error)
{
  g_autoptr (GError) why = NULL;
  TriLedger *ledger = NULL;
  if (whose->verifier != NULL)
    ledger = tri_ledger_open (place, whose->verifier, memory, &why);
  else
    g_set_error_literal (&why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("This computer has no key of a ledger."));
  if (ledger == NULL)
    {
      tri_ledger_explain (place, memory, whose, &why);
      g_propagate_error (error, g_steal_pointer (&why));
    }
  return ledger;
}

/* Whether a ledger may be begun in @place without a key: not where there is, or was, or will be another one. */
static gboolean
check_place_is_free (GFile *place, GFile *memory, const TriLedgerWhose *whose, GError **error)
{
  GError *why = NULL;
  if (tri_ledger_exists (place) || (memory != NULL && whose->awaited) || tri_ledger_count_seen (memory, whose->verifier) > 0)
    {
      g_autoptr (TriLedger) ledger = open_explained (place, memory, whose, &why);
      if (why != NULL)
        g_propagate_error (error, why);
      return ledger != NULL;
    }
  (void) g_mkdir_with_parents (g_file_peek_path (place), 0700); /* the lock says what is wrong with the folder */
  int lock = tri_log_lock (place, error);
  if (lock >= 0)
    close (lock);
  return lock >= 0;
}

/**
 * tri_ledger_home_begin:
 * @folder: (nullable): NULL: the usual one
 * @force: takes the history that is there for the right one although this computer has seen another
 * @signer: (out) (transfer full): with the key on this computer, which is made when there is none
 *
 * Nothing is made where a ledger lies that this computer has no key of.
 */
TriLedger *
tri_ledger_home_begin (GFile *folder, gboolean force, TriSigner **signer, GError **error)
{
  g_autoptr (GFile) memory = NULL, place = get_place (folder, &memory);
  g_auto (TriLedgerWhose) whose = { 0 };
  g_autoptr (GError) why = NULL;
  if (!tri_ledger_whose_read (&whose, error))
    return NULL;
  if (whose.follows)
    {
      tri_ledger_set_follows_error (whose.verifier, error);
      return NULL;
    }
  if ((force && folder == NULL && whose.verifier != NULL && tri_ledger_exists (place) && !tri_ledger_home_go_on (&why))
      || (why == NULL && !check_place_is_free (place, memory, &whose, &why)))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return NULL;
    }
  g_autoptr (TriSigner) mine = tri_ledger_key_need_signer ("ledger", TRI_NOTE_ED25519, error);
  TriLedger *ledger = mine != NULL ? tri_ledger_create (place, mine, memory, error) : NULL;
  if (ledger != NULL)
    *signer = g_steal_pointer (&mine);
  return ledger;
}

/**
 * tri_ledger_home_open:
 * @folder: (nullable): NULL: the usual one
 * @signer: (out) (optional) (transfer full): with the key on this computer; without, nothing secret is asked for
 *
 * Returns: (transfer full): NULL with G_IO_ERROR_NOT_FOUND when there is no key, or no ledger; with TRI_ERROR_NO_KEY when
 *   the ledger is another computer's, or is only followed and @signer was asked for
 */
TriLedger *
tri_ledger_home_open (GFile *folder, TriSigner **signer, GError **error)
{
  g_autoptr (GFile) memory = NULL, place = get_place (folder, &memory);
  g_autoptr (TriSigner) mine = NULL;
  g_auto (TriLedgerWhose) whose = { 0 };
  if (!tri_ledger_whose_read (&whose, error))
    return NULL;
  g_autoptr (TriLedger) ledger = open_explained (place, memory, &whose, error);
  if (ledger == NULL || signer == NULL)
    return g_steal_pointer (&ledger);
  if (whose.follows)
    tri_ledger_set_follows_error (whose.verifier, error);
  else
    mine = tri_ledger_key_load_signer ("ledger", error);
  *signer = g_steal_pointer (&mine);
  return *signer != NULL ? g_steal_pointer (&ledger) : NULL;
}

/* Adds an event to the user's ledger. Where none was begun, there is nothing to do, and that is no error; a ledger that is
 * gone, or that can't be signed here, is one. */
gboolean
tri_ledger_home_record (TriLedgerKind kind, const char *fingerprint, const char *label, GError **error)
{
  g_autoptr (GFile) memory = tri_ledger_home_file ("ledger.seen"), folder = tri_ledger_home_file ("ledger");
  if (!tri_ledger_exists (folder) && !g_file_query_exists (memory, NULL) && !tri_ledger_home_is_awaited ())
    return TRUE;
  g_autoptr (TriSigner) signer = NULL;
  g_autoptr (TriLedger) ledger = tri_ledger_home_open (NULL, &signer, error);
  g_autoptr (TriLedgerEvent) event =
      ledger != NULL ? tri_ledger_event_new (g_get_real_time () / G_USEC_PER_SEC, kind, fingerprint, label, error) : NULL;
  return event != NULL && tri_ledger_append (ledger, signer, event, error);
}
