/* Beside each other in the user's data directory: the folder "ledger", which may be synced, and what stays on this
 * computer, the key and the last checkpoint that was seen. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ledger-home.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tri-error.h"
#include "tri-file.h"

#define KEY_MAX 2048 /* bytes of a key's text */

/* Returns: (transfer full): in the folder "triptych" of the user's data */
GFile *
tri_ledger_home_file (const char *name)
{
  return g_file_new_build_filename (g_get_user_data_dir (), "triptych", name, NULL);
}

static TriSigner *
read_key (int fd, const char *path, GError **error)
{
  char *text = sodium_init () < 0 ? NULL : sodium_malloc (KEY_MAX + 1);
  gsize size = 0;
  gssize n = 1;
  if (text == NULL)
    g_error ("no locked memory for a key");
  while (n != 0 && size < KEY_MAX && !(n < 0 && errno != EINTR))
    {
      n = read (fd, text + size, KEY_MAX - size);
      size += n > 0 ? (gsize) n : 0;
    }
  if (size > 0 && text[size - 1] == '\n')
    size--;
  text[size] = '\0';
  TriSigner *signer = tri_signer_parse (text, error);
  sodium_free (text);
  if (signer == NULL)
    g_prefix_error (error, "%s: ", path);
  return signer;
}

/* Returns: (transfer full): NULL with G_IO_ERROR_NOT_FOUND, or TRI_ERROR_NO_KEY for a file that others may read */
TriSigner *
tri_ledger_home_load_signer (GFile *file, GError **error)
{
  const char *path = g_file_peek_path (file);
  TriSigner *signer = NULL;
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 || fstat (fd, &st) != 0)
    {
      int code = errno;
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _("The key %s can't be read: %s."), path,
                   g_strerror (code));
    }
  else if (!S_ISREG (st.st_mode) || (st.st_mode & 077) != 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                 _("The secret key %s could be read by other users, and is not used. If nobody did, say chmod 600 on it."),
                 path);
  else
    signer = read_key (fd, path, error);
  if (fd >= 0)
    close (fd);
  return signer;
}

static gboolean
make_key (GFile *file, const char *prefix, TriNoteType type, GError **error)
{
  guint8 random[4];
  if (sodium_init () < 0)
    g_error ("libsodium can't start: no source of randomness");
  randombytes_buf (random, sizeof random);
  g_autofree char *name = g_strdup_printf ("%s/%02x%02x%02x%02x", prefix, random[0], random[1], random[2], random[3]);
  g_autofree char *folder = g_path_get_dirname (g_file_peek_path (file));
  g_autoptr (TriSigner) signer = tri_signer_generate (name, type);
  char *text = tri_signer_to_text (signer);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  (void) g_mkdir_with_parents (folder, 0700); /* writing says what is wrong with the folder */
  gboolean good = tri_file_write_private (file, bytes, FALSE, NULL, error);
  sodium_free (text);
  return good;
}

/* Loads a key, or makes one with a name of chance. Returns: (transfer full) */
TriSigner *
tri_ledger_home_need_signer (GFile *file, const char *prefix, TriNoteType type, GError **error)
{
  g_autoptr (GError) why = NULL;
  TriSigner *signer = tri_ledger_home_load_signer (file, &why);
  if (signer == NULL && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&why);
      if (make_key (file, prefix, type, &why) || g_error_matches (why, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_clear_error (&why);
          signer = tri_ledger_home_load_signer (file, &why);
        }
    }
  if (signer != NULL && tri_signer_get_verifier (signer)->type != type)
    {
      g_clear_pointer (&signer, tri_signer_free);
      g_set_error (&why, TRI_ERROR, TRI_ERROR_NO_KEY, _("The key %s is of another kind."), g_file_peek_path (file));
    }
  if (signer == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return signer;
}

/* @folder: (nullable). Only the usual folder has a memory: what another one had last is not known. */
static TriLedger *
open_with (GFile *folder, gboolean create, const TriSigner *signer, GError **error)
{
  g_autoptr (GFile) memory = folder == NULL ? tri_ledger_home_file ("ledger.seen") : NULL;
  g_autoptr (GFile) place = folder != NULL ? g_object_ref (folder) : tri_ledger_home_file ("ledger");
  return create ? tri_ledger_create (place, signer, memory, error)
                : tri_ledger_open (place, tri_signer_get_verifier (signer), memory, error);
}

/**
 * tri_ledger_home_begin:
 * @folder: (nullable): NULL: the usual one
 * @signer: (out) (transfer full): with the key on this computer, which is made when there is none
 */
TriLedger *
tri_ledger_home_begin (GFile *folder, TriSigner **signer, GError **error)
{
  g_autoptr (GFile) file = tri_ledger_home_file ("ledger.key");
  g_autoptr (TriSigner) mine = tri_ledger_home_need_signer (file, "triptych/ledger", TRI_NOTE_ED25519, error);
  TriLedger *ledger = mine != NULL ? open_with (folder, TRUE, mine, error) : NULL;
  if (ledger != NULL)
    *signer = g_steal_pointer (&mine);
  return ledger;
}

/* Opens a ledger that is there, with the key on this computer. @signer: (out) (optional) (transfer full). Returns: (transfer full): NULL with G_IO_ERROR_NOT_FOUND
 *   when there is no key, or no ledger */
TriLedger *
tri_ledger_home_open (GFile *folder, TriSigner **signer, GError **error)
{
  g_autoptr (GFile) file = tri_ledger_home_file ("ledger.key");
  g_autoptr (TriSigner) mine = tri_ledger_home_load_signer (file, error);
  TriLedger *ledger = mine != NULL ? open_with (folder, FALSE, mine, error) : NULL;
  if (ledger != NULL && signer != NULL)
    *signer = g_steal_pointer (&mine);
  return ledger;
}

/* Adds an event to the user's ledger. Where none was begun, there is nothing to do, and that is no error; a ledger that is
 * gone is one. */
gboolean
tri_ledger_home_record (TriLedgerKind kind, const char *fingerprint, const char *label, GError **error)
{
  g_autoptr (GFile) memory = tri_ledger_home_file ("ledger.seen"), folder = tri_ledger_home_file ("ledger");
  if (!tri_ledger_exists (folder) && !g_file_query_exists (memory, NULL))
    return TRUE;
  g_autoptr (TriSigner) signer = NULL;
  g_autoptr (TriLedger) ledger = tri_ledger_home_open (NULL, &signer, error);
  g_autoptr (TriLedgerEvent) event =
      ledger != NULL ? tri_ledger_event_new (g_get_real_time () / G_USEC_PER_SEC, kind, fingerprint, label, error) : NULL;
  return event != NULL && tri_ledger_append (ledger, signer, event, error);
}

/* What the ledger says of what happened in a key ring. */
gboolean
tri_ledger_home_record_ring (TriKeyringEvent event, const TriKeyringEntry *entry, GError **error)
{
  static const TriLedgerKind kinds[] = {
    [TRI_KEYRING_CREATED] = TRI_LEDGER_CREATED,
    [TRI_KEYRING_IMPORTED] = TRI_LEDGER_IMPORTED,
    [TRI_KEYRING_RENAMED] = TRI_LEDGER_UNKNOWN, /* the fingerprint stays */
    [TRI_KEYRING_REMOVED] = TRI_LEDGER_DELETED,
    [TRI_KEYRING_EXPORTED] = TRI_LEDGER_BACKED_UP,
    [TRI_KEYRING_REVOKED] = TRI_LEDGER_REVOKED,
  };
  return kinds[event] == TRI_LEDGER_UNKNOWN
         || tri_ledger_home_record (kinds[event], entry->fingerprint, entry->label, error);
}

/* What this computer remembers of somebody else's log. */
static GFile *
get_witness_memory (const TriVerifier *log)
{
  g_autofree char *text = tri_verifier_to_text (log);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *name = g_strdup_printf ("witnessed-%.16s", digest);
  return tri_ledger_home_file (name);
}

/**
 * tri_ledger_home_cosign:
 * @copy: the folder of somebody else's log; a checkpoint alone would not show that it continues the last one
 * @log: of its key
 * @witness: (out) (transfer full): of the key on this computer that signed
 *
 * Checks the log, and that it continues what was cosigned here before, and signs its checkpoint as a witness.
 *
 * Returns: (transfer full): the checkpoint; NULL with TRI_ERROR_DAMAGED when it contradicts the last one
 */
TriNote *
tri_ledger_home_cosign (GFile *copy, const TriVerifier *log, TriVerifier **witness, GError **error)
{
  g_autoptr (GFile) file = tri_ledger_home_file ("witness.key"), memory = get_witness_memory (log);
  g_autoptr (TriSigner) signer = tri_ledger_home_need_signer (file, "triptych/witness", TRI_NOTE_COSIGNATURE, error);
  g_autoptr (TriLedger) ledger = signer != NULL ? tri_ledger_open (copy, log, memory, error) : NULL;
  if (ledger == NULL)
    return NULL;
  if (tri_ledger_get_trouble (ledger) != NULL)
    {
      g_autofree char *sentence = tri_ledger_difference_to_sentence (tri_ledger_get_trouble (ledger));
      g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The checkpoint was not cosigned. %s"), sentence);
      return NULL;
    }
  if (!g_file_query_exists (memory, NULL))
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_FAILED,
                           _("The checkpoint was not cosigned, because what was seen can't be remembered here. Check "
                             "whether you may write to your data folder."));
      return NULL;
    }
  TriNote *note = tri_note_copy (tri_ledger_get_checkpoint (ledger));
  tri_note_sign (note, signer, g_get_real_time () / G_USEC_PER_SEC);
  *witness = tri_verifier_copy (tri_signer_get_verifier (signer));
  return note;
}
