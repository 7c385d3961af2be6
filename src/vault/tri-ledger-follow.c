/* Whose ledger lies in the user's data: one's own, one that was begun on another computer and whose key is known here, or
 * one of which nothing is known. What is expected is in a file that is not synced. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-home-private.h"
#include "tri-ledger-key.h"
#include "tri-ledger-private.h"

#define FOLLOWED_MAX 2048 /* bytes */
#define NAME_MAX_SHOWN 200

/* Returns: FALSE with an error; *@verifier is NULL where nothing is followed */
static gboolean
read_followed (TriVerifier **verifier, GError **error)
{
  g_autoptr (GFile) file = tri_ledger_home_file ("ledger.followed");
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) bytes = tri_file_read (file, FOLLOWED_MAX, NULL, &why);
  *verifier = NULL;
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  g_autofree char *text = g_strstrip (size > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), size) : g_strdup (""));
  if (why == NULL)
    *verifier = tri_verifier_parse (text, &why);
  if (why != NULL)
    g_propagate_prefixed_error (error, g_steal_pointer (&why), "%s: ", g_file_peek_path (file));
  return *verifier != NULL;
}

/* Returns: FALSE with an error; *@verifier is NULL where there is no key */
static gboolean
read_own (TriVerifier **verifier, GError **error)
{
  g_autoptr (GError) why = NULL;
  *verifier = tri_ledger_key_load_verifier ("ledger", &why);
  if (*verifier != NULL || g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/**
 * tri_ledger_whose_read:
 *
 * Returns: FALSE with an error when a file that says it can't be read
 */
gboolean
tri_ledger_whose_read (TriLedgerWhose *whose, GError **error)
{
  g_autoptr (TriVerifier) followed = NULL, own = NULL;
  *whose = (TriLedgerWhose) { 0 };
  if (!read_followed (&followed, error) || !read_own (&own, error))
    return FALSE;
  whose->awaited = followed != NULL;
  whose->follows = followed != NULL && (own == NULL || !tri_verifier_equal (own, followed));
  whose->verifier = followed != NULL ? g_steal_pointer (&followed) : g_steal_pointer (&own);
  return TRUE;
}

void
tri_ledger_whose_clear (TriLedgerWhose *whose)
{
  g_clear_pointer (&whose->verifier, tri_verifier_free);
}

/* Returns: (transfer full): what the user's ledger is checked with; NULL with G_IO_ERROR_NOT_FOUND when no key is known */
TriVerifier *
tri_ledger_home_get_verifier (GError **error)
{
  g_auto (TriLedgerWhose) whose = { 0 };
  if (!tri_ledger_whose_read (&whose, error))
    return NULL;
  if (whose.verifier == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("This computer has no key of a ledger."));
  return g_steal_pointer (&whose.verifier);
}

/* Whether the user's ledger is one that this computer reads and has no key to sign. */
gboolean
tri_ledger_home_is_followed (void)
{
  g_auto (TriLedgerWhose) whose = { 0 };
  return tri_ledger_whose_read (&whose, NULL) && whose.follows;
}

gboolean
tri_ledger_home_is_awaited (void)
{
  g_auto (TriLedgerWhose) whose = { 0 };
  return tri_ledger_whose_read (&whose, NULL) && whose.awaited;
}

/* Returns: (transfer full) (nullable): the name that the checkpoint in @file claims; nothing has been checked */
static char *
read_claimed_name (GFile *file, const TriVerifier *not_signed_by)
{
  g_autoptr (TriNote) note = tri_log_read_note (file, NULL);
  g_autoptr (TriCheckpoint) checkpoint = note != NULL ? tri_checkpoint_parse (note, NULL) : NULL;
  if (checkpoint == NULL || strlen (checkpoint->origin) > NAME_MAX_SHOWN
      || !tri_note_name_is_valid (checkpoint->origin, strlen (checkpoint->origin))
      || (not_signed_by != NULL
          && (strcmp (checkpoint->origin, not_signed_by->name) == 0
              || tri_note_check (note, not_signed_by, NULL) != TRI_NOTE_UNSIGNED)))
    return NULL;
  return g_strdup (checkpoint->origin);
}

/* Returns: how many entries the ledger of @verifier had when it was last seen here; 0 also where it never was */
guint64
tri_ledger_count_seen (GFile *memory, const TriVerifier *verifier)
{
  g_autoptr (TriNote) note = memory != NULL ? tri_log_read_note (memory, NULL) : NULL;
  g_autoptr (TriCheckpoint) checkpoint =
      note != NULL && (verifier == NULL || tri_note_check (note, verifier, NULL) == TRI_NOTE_GOOD)
          ? tri_checkpoint_parse (note, NULL)
          : NULL;
  return checkpoint != NULL ? checkpoint->size : 0;
}

/* Nothing is wrong with a ledger that is only not one's own. */
static void
set_foreign_error (const char *name, GError **error)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
               _("The ledger that lies here, “%s”, was begun on another computer, and its key is not known on this one. To "
                 "read and check it, take the public key that triptych-cli ledger begin prints there, and say triptych-cli "
                 "ledger follow --log-key KEY here. To write to it as well, take its signing key there with ledger key "
                 "export, and here with ledger key import."),
               name);
}

void
tri_ledger_set_follows_error (const TriVerifier *verifier, GError **error)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
               _("This computer only follows the ledger “%s”, and can't sign it. Write to it on the computer that has its "
                 "key, with triptych-cli ledger append, or bring the key here: ledger key export there, ledger key import "
                 "here."),
               verifier->name);
}

static void
set_awaited_error (const TriVerifier *verifier, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _("The ledger “%s” of another computer is not here yet. Let the sync finish, or copy its folder here."),
               verifier->name);
}

/* A ledger that was here with entries, and isn't. */
void
tri_ledger_set_lost_error (guint64 size, GError **error)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "triptych", "ledger", NULL);
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               ngettext ("There was a ledger with %" PRIu64 " entry in %s when it was last seen, and its files are gone. Copy "
                         "it back from another computer or from a backup.",
                         "There was a ledger with %" PRIu64 " entries in %s when it was last seen, and its files are gone. "
                         "Copy it back from another computer or from a backup.",
                         (gulong) size),
               size, path);
}

/**
 * tri_ledger_explain:
 * @why: (inout): why the ledger in @place can't be used; becomes what is the matter in the end
 * @memory: (nullable): as for tri_ledger_open(); NULL for a folder that isn't the usual one, of which nothing is expected
 */
void
tri_ledger_explain (GFile *place, GFile *memory, const TriLedgerWhose *whose, GError **why)
{
  guint64 seen = tri_ledger_count_seen (memory, whose->verifier);
  if (!tri_ledger_exists (place))
    {
      gboolean known = memory != NULL && g_file_query_exists (memory, NULL), awaited = memory != NULL && whose->awaited;
      if (seen > 0 || known || awaited) /* the memory may be gone since it was read */
        g_clear_error (why);
      if (seen > 0 || (known && !awaited))
        tri_ledger_set_lost_error (seen, why);
      else if (awaited)
        set_awaited_error (whose->verifier, why);
      return;
    }
  g_autoptr (GFile) file = g_file_get_child (place, "checkpoint");
  g_autofree char *name = memory != NULL ? read_claimed_name (file, whose->verifier) : NULL;
  if (name == NULL || (whose->verifier != NULL && !g_error_matches (*why, TRI_ERROR, TRI_ERROR_WRONG_KEY)))
    return;
  g_clear_error (why);
  if (whose->verifier != NULL && seen > 0)
    g_set_error (why, TRI_ERROR, TRI_ERROR_DAMAGED,
                 ngettext ("The ledger had %" PRIu64 " entry when it was last seen, and another ledger, “%s”, has taken its "
                           "place. Copy yours back from another computer or from a backup.",
                           "The ledger had %" PRIu64 " entries when it was last seen, and another ledger, “%s”, has taken "
                           "its place. Copy yours back from another computer or from a backup.",
                           (gulong) seen),
                 seen, name);
  else
    set_foreign_error (name, why);
}

/* That this computer is not made to forget another ledger by the way, and that what lies here is of @verifier's key. */
gboolean
tri_ledger_check_expected (const TriVerifier *verifier, gboolean force, GError **error)
{
  g_autoptr (GFile) place = tri_ledger_home_file ("ledger"), memory = tri_ledger_home_file ("ledger.seen");
  if (verifier->type != TRI_NOTE_ED25519)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                   _("The key of “%s” is a witness's, and signs no ledger. Take the one that triptych-cli ledger begin "
                     "prints."), verifier->name);
      return FALSE;
    }
  guint64 seen = tri_ledger_count_seen (memory, NULL);
  if (!force && seen > 0 && tri_ledger_count_seen (memory, verifier) == 0)
    {
      g_autofree char *name = read_claimed_name (memory, NULL);
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                   ngettext ("This computer has another ledger, “%s”, with %" PRIu64 " entry. Nothing was changed. "
                             "triptych-cli ledger follow --force leaves that one for “%s”.",
                             "This computer has another ledger, “%s”, with %" PRIu64 " entries. Nothing was changed. "
                             "triptych-cli ledger follow --force leaves that one for “%s”.",
                             (gulong) seen),
                   name != NULL ? name : "?", seen, verifier->name);
      return FALSE;
    }
  g_autoptr (TriLedger) ledger = tri_ledger_exists (place) ? tri_ledger_open (place, verifier, NULL, error) : NULL;
  return ledger != NULL || !tri_ledger_exists (place);
}

/* The ledger of this key is the one that is expected here, from wherever it comes. */
gboolean
tri_ledger_expect (const TriVerifier *verifier, GError **error)
{
  g_autoptr (GFile) file = tri_ledger_home_file ("ledger.followed"), folder = g_file_get_parent (file);
  g_autofree char *key = tri_verifier_to_text (verifier), *text = g_strconcat (key, "\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  (void) g_mkdir_with_parents (g_file_peek_path (folder), 0700); /* writing says what is wrong with the folder */
  return tri_file_write_private (file, bytes, TRUE, NULL, error);
}

/* Lets the next reading remember what is there then. */
gboolean
tri_ledger_forget (GError **error)
{
  g_autoptr (GFile) memory = tri_ledger_home_file ("ledger.seen");
  g_autoptr (GError) why = NULL;
  if (g_file_delete (memory, NULL, &why) || g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/**
 * tri_ledger_home_follow:
 * @verifier: of the key of a ledger that another computer signs, from its owner
 * @force: also when another ledger was seen here, which is forgotten then, or another history of this one
 * @ledger: (out) (transfer full) (nullable): NULL when its files aren't here yet
 *
 * Remembers whose ledger is in the user's data: from now on it is read and checked like one's own.
 */
gboolean
tri_ledger_home_follow (const TriVerifier *verifier, gboolean force, TriLedger **ledger, GError **error)
{
  g_autoptr (GFile) place = tri_ledger_home_file ("ledger");
  g_auto (TriLedgerWhose) whose = { 0 };
  *ledger = NULL;
  if (!tri_ledger_whose_read (&whose, error) || !tri_ledger_check_expected (verifier, force, error))
    return FALSE;
  if (!force && !whose.follows && whose.verifier != NULL && tri_verifier_equal (whose.verifier, verifier))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
                   _("This computer has the key of “%s” and signs it: there is nothing to follow."), verifier->name);
      return FALSE;
    }
  if ((force && !tri_ledger_forget (error)) || !tri_ledger_expect (verifier, error))
    return FALSE;
  if (tri_ledger_exists (place))
    *ledger = tri_ledger_home_open (NULL, NULL, error);
  return *ledger != NULL || !tri_ledger_exists (place);
}

/* Takes the history that is here for the right one, as long as it is whole, although this computer has seen another. */
gboolean
tri_ledger_home_go_on (GError **error)
{
  g_autoptr (GFile) place = tri_ledger_home_file ("ledger");
  g_autoptr (TriVerifier) verifier = tri_ledger_home_get_verifier (error);
  g_autoptr (TriLedger) ledger = verifier != NULL ? tri_ledger_open (place, verifier, NULL, error) : NULL;
  return ledger != NULL && tri_ledger_forget (error);
}
