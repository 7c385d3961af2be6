/* The key ring: the same tests with the Secret Service, a small one on a bus of its own, and with the file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <libsecret/secret.h>
#include <string.h>
#include <sys/stat.h>

#include "tri-age.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-keyring.h"
#include "tri-secret.h"

#define PASSPHRASE "wincing edginess footrest"
#define OTHER "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

typedef struct {
  GTestDBus *bus;
  GSubprocess *service;
  char *path;
  GFile *folder;
  TriKeyring *ring;
  GString *events;
} Fixture;

static void
note_event (TriKeyringEvent event, const TriKeyringEntry *entry, gpointer data)
{
  Fixture *f = data;
  g_autoptr (GPtrArray) entries = tri_keyring_list (f->ring, NULL);
  g_string_append_printf (f->events, "%c:%s;", "CIRDXV"[event], entry->label);
  g_assert_nonnull (entries);
  tri_keyring_get_state (f->ring, NULL); /* nothing is held: the ring may be used from here */
}

static TriKeyring *
open_ring (Fixture *f, TriKeyringPlace place)
{
  TriKeyring *ring = tri_keyring_new (f->folder, place);
  tri_keyring_set_work_factor (ring, 4);
  tri_keyring_watch (ring, note_event, f);
  return ring;
}

static void
start_service (Fixture *f, const char *how)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "vault", "secret-service.py", NULL);
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->bus);
  f->service = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/usr/bin/python3", script, how, NULL);
  g_assert_no_error (error);
  char ready[6];
  gsize n;
  GInputStream *out = g_subprocess_get_stdout_pipe (f->service);
  g_assert_true (g_input_stream_read_all (out, ready, sizeof ready, &n, NULL, &error));
  g_assert_cmpmem (ready, (int) n, "ready\n", 6);
}

static void
stop_service (Fixture *f)
{
  g_subprocess_force_exit (f->service);
  g_subprocess_wait (f->service, NULL, NULL);
  g_clear_object (&f->service);
  secret_service_disconnect ();
  g_test_dbus_down (f->bus);
  g_clear_object (&f->bus);
}

static void
set_up (Fixture *f, gconstpointer place)
{
  f->path = g_dir_make_tmp ("triptych-ring-XXXXXX", NULL);
  f->folder = g_file_new_build_filename (f->path, "data", NULL);
  f->events = g_string_new (NULL);
  if (GPOINTER_TO_INT (place) != TRI_KEYRING_FILE)
    start_service (f, "");
  f->ring = open_ring (f, GPOINTER_TO_INT (place));
  if (GPOINTER_TO_INT (place) == TRI_KEYRING_FILE)
    g_assert_true (tri_keyring_unlock (f->ring, PASSPHRASE, NULL));
}

static void
tear_down (Fixture *f, gconstpointer place)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->path);
  tri_keyring_free (f->ring);
  if (f->bus != NULL)
    stop_service (f);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_object_unref (f->folder);
  g_string_free (f->events, TRUE);
  g_free (f->path);
}

static guint
count (TriKeyring *ring)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = tri_keyring_list (ring, &error);
  g_assert_no_error (error);
  return entries->len;
}

/* @identity opens what was locked with @recipient. */
static void
assert_pair (const char *recipient, TriAgeIdentity *identity)
{
  g_autoptr (TriAgeRecipient) own = tri_age_identity_get_recipient (identity);
  g_autofree char *text = tri_age_recipient_to_text (own);
  g_assert_cmpstr (text, ==, recipient);
}

static char *
read_all (Fixture *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->path, name, NULL);
  char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
assert_private (Fixture *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->path, name, NULL);
  struct stat st;
  g_assert_cmpint (g_lstat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
}

/* Keys of both kinds are made, listed, and there again for the next program that looks. */
static void
test_create (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  for (TriAgeKind kind = TRI_AGE_X25519; kind <= TRI_AGE_HYBRID; kind++)
    {
      const char *label = kind == TRI_AGE_X25519 ? "Übung “1”" : "später";
      g_autoptr (TriKeyringEntry) entry = tri_keyring_create (f->ring, kind, label, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (entry->label, ==, label);
      g_assert_cmpuint (entry->kind, ==, kind);
      g_assert_cmpint (ABS (entry->created - g_get_real_time () / G_USEC_PER_SEC), <, 60);
    }
  g_assert_null (tri_keyring_create (f->ring, TRI_AGE_X25519, "später", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);

  g_autoptr (TriKeyring) again = open_ring (f, GPOINTER_TO_INT (place));
  g_autoptr (GPtrArray) entries = tri_keyring_list (again, &error);
  g_assert_cmpuint (entries->len, ==, 2);
  if (GPOINTER_TO_INT (place) == TRI_KEYRING_FILE)
    {
      const TriKeyringEntry *first = entries->pdata[0];
      g_assert_cmpint (tri_keyring_get_state (again, NULL), ==, TRI_KEYRING_LOCKED);
      g_assert_null (tri_keyring_get_identity (again, first->fingerprint, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
      g_clear_error (&error);
      g_assert_true (tri_keyring_unlock (again, PASSPHRASE, &error));
    }
  g_assert_cmpint (tri_keyring_get_state (again, NULL), ==, TRI_KEYRING_OPEN);
  for (guint i = 0; i < 2; i++)
    {
      const TriKeyringEntry *entry = entries->pdata[i];
      g_autoptr (TriAgeIdentity) identity = tri_keyring_get_identity (again, entry->fingerprint, NULL, &error);
      g_assert_no_error (error);
      assert_pair (entry->recipient, identity);
      g_assert_cmpstr (entry->store, ==, GPOINTER_TO_INT (place) == TRI_KEYRING_FILE ? "file" : "secret-service");
    }
  g_autoptr (GPtrArray) all = tri_keyring_get_identities (again, NULL, &error);
  g_assert_cmpuint (all->len, ==, 2);
  assert_private (f, "data/keys.json");
  g_autofree char *index = read_all (f, "data/keys.json");
  g_assert_null (strstr (index, "SECRET"));
  g_assert_cmpstr (f->events->str, ==, "C:Übung “1”;C:später;");
}

/* Secret keys and recipients from one text, with labels from comments; what is known is passed over. */
static void
test_import (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriAgeIdentity) made = tri_age_identity_generate (TRI_AGE_X25519);
  char *secret = tri_age_identity_to_text (made);
  g_autofree char *text = g_strdup_printf ("# created: 2020-02-03T04:05:06Z\n# public key: age1x\n  %s\r\n\n# Bob\n" OTHER
                                           "\n", secret);
  g_autoptr (GPtrArray) added = tri_keyring_import (f->ring, text, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (added->len, ==, 2);
  const TriKeyringEntry *own = added->pdata[0], *bob = added->pdata[1];
  g_assert_true (g_str_has_prefix (own->label, "age1"));
  g_assert_cmpuint (strlen (own->label), <, 20);
  g_assert_cmpint (own->created, ==, 1580702706);
  g_assert_nonnull (own->store);
  g_assert_cmpstr (bob->label, ==, "Bob");
  g_assert_cmpstr (bob->recipient, ==, OTHER);
  g_assert_null (bob->store);
  g_autoptr (TriAgeIdentity) kept = tri_keyring_get_identity (f->ring, own->fingerprint, NULL, &error);
  assert_pair (own->recipient, kept);
  g_assert_null (tri_keyring_get_identity (f->ring, bob->fingerprint, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_clear_error (&error);

  g_assert_null (tri_keyring_import (f->ring, text, "again", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_cmpuint (count (f->ring), ==, 2);
  static const char *const wrong[] = {
    "", "# only a comment\n", "age1nonsense", "AGE-SECRET-KEY-1NONSENSE", "ssh-ed25519 AAAA", "hello",
    OTHER "\nAGE-SECRET-KEY-1NONSENSE\n",
  };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_null (tri_keyring_import (f->ring, wrong[i], NULL, NULL, &error));
      g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT);
      g_assert_null (strstr (error->message, "NONSENSE"));
      g_clear_error (&error);
    }
  g_assert_cmpuint (count (f->ring), ==, 2);
  g_string_truncate (f->events, 2);
  g_assert_cmpstr (f->events->str, ==, "I:");
  tri_secret_free (secret);
}

/* A recipient becomes one's own when its secret key turns up. */
static void
test_upgrade (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriAgeIdentity) made = tri_age_identity_generate (TRI_AGE_HYBRID);
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (made);
  g_autofree char *text = tri_age_recipient_to_text (recipient);
  char *secret = tri_age_identity_to_text (made);
  g_autoptr (GPtrArray) first = tri_keyring_import (f->ring, text, "Mine", NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) then = tri_keyring_import (f->ring, secret, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (f->ring), ==, 1);
  const TriKeyringEntry *entry = then->pdata[0];
  g_assert_cmpstr (entry->label, ==, "Mine");
  g_autoptr (TriAgeIdentity) kept = tri_keyring_get_identity (f->ring, entry->fingerprint, NULL, &error);
  assert_pair (text, kept);
  tri_secret_free (secret);
}

static void
test_rename_and_remove (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriKeyringEntry) a = tri_keyring_create (f->ring, TRI_AGE_X25519, "a", NULL, &error);
  g_autoptr (TriKeyringEntry) b = tri_keyring_create (f->ring, TRI_AGE_X25519, "b", NULL, &error);
  g_assert_no_error (error);
  g_assert_false (tri_keyring_rename (f->ring, a->fingerprint, "b", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (tri_keyring_rename (f->ring, a->fingerprint, " a\nnew\tname ", NULL, &error));
  g_autoptr (TriKeyringEntry) named = tri_keyring_find (f->ring, "a new name", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (named->fingerprint, ==, a->fingerprint);
  g_assert_true (tri_keyring_rename (f->ring, a->fingerprint, "a new name", NULL, &error));

  g_assert_true (tri_keyring_remove (f->ring, a->fingerprint, NULL, &error));
  g_assert_null (tri_keyring_get_identity (f->ring, a->fingerprint, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_clear_error (&error);
  g_assert_false (tri_keyring_remove (f->ring, a->fingerprint, NULL, &error));
  g_clear_error (&error);
  g_autoptr (TriAgeIdentity) left = tri_keyring_get_identity (f->ring, b->fingerprint, NULL, &error);
  assert_pair (b->recipient, left);
  guint found;
  g_assert_true (tri_keyring_recover (f->ring, &found, NULL, &error));
  g_assert_cmpuint (found, ==, 0); /* removed from the store as well */
  g_assert_cmpstr (f->events->str, ==, "C:a;C:b;R:a new name;R:a new name;D:a new name;");
}

static void
test_find (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriKeyringEntry) a = tri_keyring_create (f->ring, TRI_AGE_X25519, "a", NULL, &error);
  g_autoptr (TriKeyringEntry) b = tri_keyring_create (f->ring, TRI_AGE_X25519, "b", NULL, &error);
  g_autofree char *begin = g_strndup (b->fingerprint, 8), *too_short = g_strndup (b->fingerprint, 7);
  const char *const texts[] = { "b", b->recipient, b->fingerprint, begin };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (TriKeyringEntry) found = tri_keyring_find (f->ring, texts[i], &error);
      g_assert_no_error (error);
      g_assert_cmpstr (found->label, ==, "b");
    }
  g_assert_null (tri_keyring_find (f->ring, too_short, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
}

/* Never over another file; read by this library and, in test-interop, by age. */
static void
test_export (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriKeyringEntry) a = tri_keyring_create (f->ring, TRI_AGE_HYBRID, "a", NULL, &error);
  g_autoptr (GPtrArray) people = tri_keyring_import (f->ring, OTHER, "Bob", NULL, &error);
  g_autoptr (GFile) key = g_file_new_build_filename (f->path, "key.txt", NULL);
  g_autoptr (GFile) bob = g_file_new_build_filename (f->path, "bob.txt", NULL);
  g_assert_true (tri_keyring_export (f->ring, a->fingerprint, key, NULL, &error));
  g_assert_true (tri_keyring_export (f->ring, ((TriKeyringEntry *) people->pdata[0])->fingerprint, bob, NULL, &error));
  g_assert_no_error (error);
  assert_private (f, "key.txt");
  g_autofree char *text = read_all (f, "key.txt"), *other = read_all (f, "bob.txt");
  g_autoptr (GPtrArray) identities = tri_age_identities_parse_file (text, &error);
  g_assert_cmpuint (identities->len, ==, 1);
  assert_pair (a->recipient, identities->pdata[0]);
  g_assert_cmpstr (other, ==, "# Bob\n" OTHER "\n");
  g_assert_false (tri_keyring_export (f->ring, a->fingerprint, bob, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_autofree char *same = read_all (f, "bob.txt");
  g_assert_cmpstr (same, ==, other);

  /* and back into a ring that lost it */
  g_assert_true (tri_keyring_remove (f->ring, a->fingerprint, NULL, &error));
  g_autoptr (GPtrArray) back = tri_keyring_import_file (f->ring, key, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((TriKeyringEntry *) back->pdata[0])->label, ==, "a");
  g_assert_cmpint (((TriKeyringEntry *) back->pdata[0])->created, ==, a->created);
  g_assert_cmpstr (f->events->str, ==, "C:a;I:Bob;X:a;X:Bob;D:a;I:a;");
}

/* A revoked key stays in the list, says so in the next program, too, and still opens. */
static void
test_revoke (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriKeyringEntry) a = tri_keyring_create (f->ring, TRI_AGE_X25519, "a", NULL, &error);
  g_autoptr (GPtrArray) bob = tri_keyring_import (f->ring, OTHER, "Bob", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (a->revoked, ==, 0);
  g_assert_true (tri_keyring_revoke (f->ring, a->fingerprint, NULL, &error));
  g_assert_no_error (error);
  g_autoptr (TriKeyringEntry) after = tri_keyring_find (f->ring, "a", NULL), other = tri_keyring_find (f->ring, "Bob", NULL);
  g_assert_cmpint (after->revoked, >=, a->created);
  g_assert_cmpint (other->revoked, ==, 0);
  g_autoptr (TriAgeIdentity) identity = tri_keyring_get_identity (f->ring, a->fingerprint, NULL, &error);
  assert_pair (a->recipient, identity);
  g_assert_false (tri_keyring_revoke (f->ring, a->fingerprint, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_cmpstr (f->events->str, ==, "C:a;I:Bob;V:a;");
}

static void
seal (const char *text, GPtrArray *recipients, TriAgeFlags flags, GFile *file)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (text, (gssize) strlen (text), NULL);
  g_autoptr (GFileOutputStream) out = g_file_replace (file, NULL, FALSE, 0, NULL, NULL);
  g_assert_true (tri_age_encrypt (in, G_OUTPUT_STREAM (out), recipients, flags, 0, NULL, NULL));
  g_assert_true (g_output_stream_close (G_OUTPUT_STREAM (out), NULL, NULL));
}

/* Identity files that are encrypted themselves. */
static void
test_sealed (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_build_filename (f->path, "key.age", NULL);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (TRI_AGE_HYBRID);
  char *secret = tri_age_identity_to_text (identity);
  g_autofree char *text = g_strdup_printf ("# of paper\n%s\n", secret);
  tri_secret_free (secret);
  g_ptr_array_add (recipients, tri_age_recipient_new_passphrase ("its own words", 4, NULL));
  seal (text, recipients, TRI_AGE_ARMOR, file);
  g_assert_true (tri_keyring_is_sealed (file, NULL));
  g_assert_null (tri_keyring_import_file (f->ring, file, NULL, NULL, NULL));
  g_assert_null (tri_keyring_import_sealed (f->ring, file, PASSPHRASE, NULL, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_clear_error (&error);
  g_assert_null (tri_keyring_import_sealed (f->ring, file, "", NULL, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_clear_error (&error);
  g_autoptr (GPtrArray) added = tri_keyring_import_sealed (f->ring, file, "its own words", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (added->len, ==, 1);
  const TriKeyringEntry *entry = added->pdata[0];
  g_assert_cmpstr (entry->label, ==, "of paper");
  assert_pair (entry->recipient, identity);
  seal ("no key at all", recipients, 0, file);
  g_assert_null (tri_keyring_import_sealed (f->ring, file, "its own words", NULL, NULL, &error));
  g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT);
  g_clear_error (&error);
  g_ptr_array_remove_index (recipients, 0);
  g_ptr_array_add (recipients, tri_age_recipient_parse (OTHER, NULL)); /* which no passphrase opens */
  seal (text, recipients, 0, file);
  g_assert_null (tri_keyring_import_sealed (f->ring, file, "its own words", NULL, NULL, &error));
  g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT);
  g_assert_cmpuint (count (f->ring), ==, 1);
}

/* The list of what is public can be made again from the store, labels and dates included. */
static void
test_recover (Fixture *f, gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriKeyringEntry) a = tri_keyring_create (f->ring, TRI_AGE_X25519, "first", NULL, &error);
  g_autoptr (TriKeyringEntry) b = tri_keyring_create (f->ring, TRI_AGE_HYBRID, "b", NULL, &error);
  g_assert_true (tri_keyring_rename (f->ring, a->fingerprint, "a", NULL, &error));
  g_autofree char *index = g_build_filename (f->path, "data", "keys.json", NULL);
  g_assert_cmpint (g_unlink (index), ==, 0);
  while (g_get_real_time () / G_USEC_PER_SEC == b->created) /* so that now is another date */
    g_usleep (10000);
  guint found;
  g_assert_true (tri_keyring_recover (f->ring, &found, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (found, ==, 2);
  g_autoptr (TriKeyringEntry) again = tri_keyring_find (f->ring, "a", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->recipient, ==, a->recipient);
  g_assert_cmpint (again->created, ==, a->created);
  g_autoptr (TriAgeIdentity) secret = tri_keyring_get_identity (f->ring, again->fingerprint, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (TriAgeRecipient) own = tri_age_identity_get_recipient (secret);
  g_autofree char *text = tri_age_recipient_to_text (own);
  g_assert_cmpstr (text, ==, a->recipient);
  g_autoptr (TriKeyringEntry) other = tri_keyring_find (f->ring, "b", &error);
  g_assert_cmpstr (other->recipient, ==, b->recipient);
  g_assert_cmpint (other->created, ==, b->created);
  g_assert_true (tri_keyring_recover (f->ring, &found, NULL, &error));
  g_assert_cmpuint (found, ==, 0);
  g_assert_cmpuint (count (f->ring), ==, 2);
}

/* A list that is no list, of another version, or with the same key twice: refused, and not written over. */
static void
test_hostile_index (Fixture *f, gconstpointer place)
{
#define ENTRY(label) "{\"label\": \"" label "\", \"recipient\": \"" OTHER "\", \"created\": \"2026-01-01T00:00:00Z\"}"
  static const struct { const char *text; int code; } cases[] = {
    { "", TRI_ERROR_DAMAGED }, { "[]", TRI_ERROR_DAMAGED }, { "{}", TRI_ERROR_DAMAGED }, { "\xff", TRI_ERROR_DAMAGED },
    { "{\"version\": 1, \"keys\": {}}", TRI_ERROR_DAMAGED }, { "{\"version\": 1, \"keys\": [1]}", TRI_ERROR_DAMAGED },
    { "{\"version\": 1, \"keys\": [{}]}", TRI_ERROR_DAMAGED }, { "{\"version\": 1, \"keys\": [", TRI_ERROR_DAMAGED },
    { "{\"version\": 2, \"keys\": []}", TRI_ERROR_UNSUPPORTED },
    { "{\"version\": 1, \"keys\": [" ENTRY ("a") ", " ENTRY ("b") "]}", TRI_ERROR_DAMAGED },
    { "{\"version\": 1, \"keys\": [{\"label\": 7, \"recipient\": \"" OTHER "\", \"created\": \"2026-01-01T00:00:00Z\"}]}",
      TRI_ERROR_DAMAGED },
    { "{\"version\": 1, \"keys\": [{\"label\": \"a\", \"recipient\": \"age1x\", \"created\": \"2026-01-01T00:00:00Z\"}]}",
      TRI_ERROR_DAMAGED },
  };
  g_autofree char *data = g_build_filename (f->path, "data", NULL), *path = g_build_filename (data, "keys.json", NULL);
  g_assert_cmpint (g_mkdir_with_parents (data, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL, second = NULL;
      g_assert_true (g_file_set_contents (path, cases[i].text, -1, NULL));
      g_assert_null (tri_keyring_list (f->ring, &error));
      g_assert_error (error, TRI_ERROR, cases[i].code);
      g_assert_null (tri_keyring_create (f->ring, TRI_AGE_X25519, "new", NULL, &second));
      g_assert_error (second, TRI_ERROR, cases[i].code);
      g_autofree char *after = read_all (f, "data/keys.json");
      g_assert_cmpstr (after, ==, cases[i].text);
    }
  g_assert_true (g_file_set_contents (path, "{\"version\": 1, \"more\": 0, \"keys\": [" ENTRY ("a") "]}", -1, NULL));
  g_assert_cmpuint (count (f->ring), ==, 1);
}

static gpointer
create_many (gpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *label = g_strdup_printf ("%p %u", (void *) g_thread_self (), i);
      g_autoptr (TriKeyringEntry) entry = tri_keyring_create (data, TRI_AGE_X25519, label, NULL, &error);
      g_assert_no_error (error);
    }
  return NULL;
}

/* Two rings in one folder, as two programs have, and two threads on each: nothing is lost. */
static void
test_together (Fixture *f, gconstpointer place)
{
  g_autoptr (TriKeyring) other = open_ring (f, GPOINTER_TO_INT (place));
  g_autoptr (GError) error = NULL;
  tri_keyring_watch (f->ring, NULL, NULL);
  tri_keyring_watch (other, NULL, NULL);
  if (GPOINTER_TO_INT (place) == TRI_KEYRING_FILE)
    g_assert_true (tri_keyring_unlock (other, PASSPHRASE, NULL));
  GThread *threads[4];
  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("ring", create_many, i < 2 ? f->ring : other);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (count (f->ring), ==, 20);
  g_autoptr (GPtrArray) identities = tri_keyring_get_identities (f->ring, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (identities->len, ==, 20);
}

/* The file alone: wrong passphrase, another passphrase, locking, and what is on the disk. */
static void
test_passphrase (void)
{
  g_autoptr (GError) error = NULL;
  Fixture f = { 0 };
  set_up (&f, GINT_TO_POINTER (TRI_KEYRING_FILE));
  tri_keyring_lock (f.ring);
  g_assert_cmpint (tri_keyring_get_state (f.ring, NULL), ==, TRI_KEYRING_NEW);
  g_assert_null (tri_keyring_create (f.ring, TRI_AGE_X25519, "a", NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_clear_error (&error);
  g_assert_false (tri_keyring_unlock (f.ring, "", &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_clear_error (&error);
  g_assert_true (tri_keyring_unlock (f.ring, PASSPHRASE, &error));
  g_autoptr (TriKeyringEntry) a = tri_keyring_create (f.ring, TRI_AGE_X25519, "a", NULL, &error);
  g_assert_no_error (error);
  assert_private (&f, "data/keyring.age");
  g_autofree char *sealed = read_all (&f, "data/keyring.age");
  g_assert_true (g_str_has_prefix (sealed, "age-encryption.org/v1\n-> scrypt "));

  tri_keyring_lock (f.ring);
  g_assert_cmpint (tri_keyring_get_state (f.ring, NULL), ==, TRI_KEYRING_LOCKED);
  g_assert_false (tri_keyring_unlock (f.ring, PASSPHRASE "?", &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_clear_error (&error);
  g_assert_cmpint (tri_keyring_get_state (f.ring, NULL), ==, TRI_KEYRING_LOCKED);
  g_assert_false (tri_keyring_remove (f.ring, a->fingerprint, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_clear_error (&error);
  g_assert_cmpuint (count (f.ring), ==, 1);

  g_assert_true (tri_keyring_unlock (f.ring, PASSPHRASE, &error));
  g_assert_true (tri_keyring_change_passphrase (f.ring, "another one", &error));
  g_autoptr (TriKeyringEntry) b = tri_keyring_create (f.ring, TRI_AGE_X25519, "b", NULL, &error);
  g_assert_no_error (error);
  g_autoptr (TriKeyring) again = open_ring (&f, TRI_KEYRING_FILE);
  g_assert_false (tri_keyring_unlock (again, PASSPHRASE, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_clear_error (&error);
  g_assert_true (tri_keyring_unlock (again, "another one", &error));
  g_autoptr (GPtrArray) identities = tri_keyring_get_identities (again, NULL, &error);
  g_assert_cmpuint (identities->len, ==, 2);
  tear_down (&f, NULL);
}

/* A folder that can't be written to, a damaged file: said, and nothing is lost. */
static void
test_broken_file (void)
{
  g_autoptr (GError) error = NULL;
  Fixture f = { 0 };
  set_up (&f, GINT_TO_POINTER (TRI_KEYRING_FILE));
  g_autoptr (TriKeyringEntry) a = tri_keyring_create (f.ring, TRI_AGE_X25519, "a", NULL, &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (f.path, "data", "keyring.age", NULL), *text = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *changed = g_memdup2 (text, size);
      changed[i == 0 ? size - 1 : i == 1 ? 5 : 60] ^= 1;
      g_assert_true (g_file_set_contents (path, changed, (gssize) size, NULL));
      g_assert_null (tri_keyring_get_identity (f.ring, a->fingerprint, NULL, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
      g_assert_null (tri_keyring_create (f.ring, TRI_AGE_X25519, "b", NULL, &error));
      g_clear_error (&error);
      g_autofree char *after = NULL;
      gsize after_size;
      g_assert_true (g_file_get_contents (path, &after, &after_size, NULL));
      g_assert_cmpmem (after, (int) after_size, changed, (int) size);
    }
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  g_autoptr (TriAgeIdentity) identity = tri_keyring_get_identity (f.ring, a->fingerprint, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (tri_keyring_get_identity (f.ring, a->fingerprint, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_assert_nonnull (strstr (error->message, "backup"));
  tear_down (&f, NULL);
}

/* No bus, no service: the file is taken. A service that refuses: said, and nothing is listed. */
static void
test_automatic (void)
{
  g_autoptr (GError) error = NULL;
  Fixture f = { 0 };
  g_test_dbus_unset ();
  secret_service_disconnect ();
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  set_up (&f, GINT_TO_POINTER (TRI_KEYRING_FILE));
  g_autoptr (TriKeyring) alone = open_ring (&f, TRI_KEYRING_AUTOMATIC);
  g_assert_cmpint (tri_keyring_get_state (alone, NULL), ==, TRI_KEYRING_NEW);
  g_assert_true (tri_keyring_unlock (alone, PASSPHRASE, &error));
  g_autoptr (TriKeyringEntry) a = tri_keyring_create (alone, TRI_AGE_X25519, "a", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (a->store, ==, "file");
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");

  start_service (&f, "");
  g_autoptr (TriKeyring) both = open_ring (&f, TRI_KEYRING_AUTOMATIC);
  g_assert_cmpint (tri_keyring_get_state (both, NULL), ==, TRI_KEYRING_LOCKED); /* for the first key */
  g_autoptr (TriKeyringEntry) b = tri_keyring_create (both, TRI_AGE_X25519, "b", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (b->store, ==, "secret-service");
  g_autoptr (GPtrArray) some = tri_keyring_get_identities (both, NULL, &error);
  g_assert_cmpuint (some->len, ==, 1);
  g_assert_true (tri_keyring_unlock (both, PASSPHRASE, &error));
  g_autoptr (GPtrArray) all = tri_keyring_get_identities (both, NULL, &error);
  g_assert_cmpuint (all->len, ==, 2);
  stop_service (&f);

  start_service (&f, "refuse");
  g_autoptr (TriKeyring) refused = open_ring (&f, TRI_KEYRING_AUTOMATIC);
  g_assert_null (tri_keyring_create (refused, TRI_AGE_X25519, "c", NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
  g_assert_cmpuint (count (refused), ==, 2);
  tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; void (*func) (Fixture *f, gconstpointer place); } tests[] = {
    { "create", test_create }, { "import", test_import }, { "upgrade", test_upgrade },
    { "rename-and-remove", test_rename_and_remove }, { "find", test_find }, { "export", test_export },
    { "revoke", test_revoke }, { "sealed", test_sealed }, { "recover", test_recover },
    { "hostile-index", test_hostile_index }, { "together", test_together },
  };
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    for (TriKeyringPlace place = TRI_KEYRING_SECRET_SERVICE; place <= TRI_KEYRING_FILE; place++)
      {
        g_autofree char *path = g_strdup_printf ("/keyring/%s/%s", place == TRI_KEYRING_FILE ? "file" : "secret-service",
                                                 tests[i].name);
        g_test_add (path, Fixture, GINT_TO_POINTER (place), set_up, tests[i].func, tear_down);
      }
  g_test_add_func ("/keyring/passphrase", test_passphrase);
  g_test_add_func ("/keyring/broken-file", test_broken_file);
  g_test_add_func ("/keyring/automatic", test_automatic);
  return g_test_run ();
}
