/* The ledger: its files beside those of another implementation (tests/vectors/ledger/make-tiles.go), and what it notices.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tri-error.h"
#include "tri-ledger-store.h"
#include "tri-ledger.h"
#include "tri-log-proof.h"

#define FINGERPRINT "00112233445566778899aabbccddeeff"

typedef struct {
  char *path;
  GFile *folder, *memory;
  TriSigner *signer;
  const TriVerifier *verifier;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  /* in memory where that is: thousands of syncs are a disk's matter, not this test's */
  gboolean shm = g_access ("/dev/shm", W_OK) == 0;
  f->path = shm ? g_mkdtemp (g_strdup ("/dev/shm/triptych-ledger-XXXXXX"))
                : g_dir_make_tmp ("triptych-ledger-XXXXXX", NULL);
  f->folder = g_file_new_build_filename (f->path, "ledger", NULL);
  f->memory = g_file_new_build_filename (f->path, "seen", NULL);
  f->signer = tri_signer_generate ("log.example", TRI_NOTE_ED25519);
  f->verifier = tri_signer_get_verifier (f->signer);
}

static void
run (const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *command = g_strdup_vprintf (format, args);
  va_end (args);
  g_assert_cmpint (system (command), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  run ("rm -rf '%s'", f->path);
  g_free (f->path);
  g_object_unref (f->folder);
  g_object_unref (f->memory);
  tri_signer_free (f->signer);
}

static TriLedger *
open_it (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  TriLedger *ledger = tri_ledger_create (f->folder, f->signer, f->memory, &error);
  g_assert_no_error (error);
  return ledger;
}

static void
append (Fixture *f, TriLedger *ledger, const char *label)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLedgerEvent) event = tri_ledger_event_new (1700000000, TRI_LEDGER_SHARED, FINGERPRINT, label, &error);
  g_assert_no_error (error);
  tri_ledger_append (ledger, f->signer, event, &error);
  g_assert_no_error (error);
}

static void
append_n (Fixture *f, TriLedger *ledger, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = g_strdup_printf ("key %u", i);
      append (f, ledger, label);
    }
}

static void
copy_to (Fixture *f, const char *name)
{
  run ("rm -rf '%s/%s' && cp -r '%s/ledger' '%s/%s'", f->path, name, f->path, f->path, name);
}

static GFile *
child (Fixture *f, const char *name)
{
  return g_file_new_build_filename (f->path, name, NULL);
}

static void
test_append (Fixture *f, gconstpointer data)
{
  g_assert_false (tri_ledger_exists (f->folder));
  g_autoptr (TriLedger) ledger = open_it (f);
  g_assert_true (tri_ledger_exists (f->folder));
  g_assert_cmpuint (tri_ledger_get_size (ledger), ==, 0);
  append (f, ledger, "ä \"quoted\" \\ \t");
  append_n (f, ledger, 300);
  g_autoptr (TriLedger) again = open_it (f);
  g_assert_cmpuint (tri_ledger_get_size (again), ==, 301);
  g_assert_null (tri_ledger_get_trouble (again));
  g_assert_cmpuint (tri_ledger_get_n_wrong_tiles (again), ==, 0);
  const TriLedgerEvent *event = tri_ledger_get_event (again, 0);
  g_assert_cmpint (event->kind, ==, TRI_LEDGER_SHARED);
  g_assert_cmpint (event->time, ==, 1700000000);
  g_assert_cmpstr (event->label, ==, "ä \"quoted\" \\ \t");
  g_assert_cmpstr (event->text, ==,
                   "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"shared\",\"fingerprint\":\"" FINGERPRINT
                   "\",\"label\":\"ä \\\"quoted\\\" \\\\ \\u0009\"}");
  g_assert_cmpstr (tri_ledger_get_event (again, 300)->label, ==, "key 299");
  /* the whole tile has taken the place of the partial ones */
  g_autofree char *old = g_build_filename (f->path, "ledger/tile/0/000.p", NULL);
  g_autofree char *whole = g_build_filename (f->path, "ledger/tile/entries/000", NULL);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (whole, G_FILE_TEST_EXISTS));
}

static void
test_events (void)
{
  static const char *const unknown[] = {
    "", "{}", "{\"time\":\"2023-11-14T22:13:20Z\"}",
    "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"eaten\",\"fingerprint\":\"" FINGERPRINT "\",\"label\":\"\"}",
    "{\"time\":\"1923-11-14T22:13:20Z\",\"kind\":\"shared\",\"fingerprint\":\"" FINGERPRINT "\",\"label\":\"\"}",
    "{\"time\":\"2023-11-14T22:13:20+00\",\"kind\":\"shared\",\"fingerprint\":\"" FINGERPRINT "\",\"label\":\"\"}",
    "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"shared\",\"fingerprint\":\"" FINGERPRINT "\",\"label\":\"\\u0041\"}",
    "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"shared\",\"fingerprint\":\"0011\",\"label\":\"\"}",
    "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"shared\",\"fingerprint\":\"" FINGERPRINT "\",\"label\":\"\"} ",
    "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"shared\",\"fingerprint\":\"" FINGERPRINT "\",\"label\":\"\\u00\"}",
    "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"shared\",\"fingerprint\":\"" FINGERPRINT "\",\"label\":\"\\u0000\"}",
    "{\"time\":\"2023-11-14T22:13:20Z\",\"kind\":\"shared\",\"fingerprint\":\"" FINGERPRINT "\",\"label\":\"a\\",
  };
  static const char *const refused[] = {
    "AGE-SECRET-KEY-1QQQ", "my age-secret-key-pq-1qqq", "PRIVATE+KEY+a+b+c", "two\nlines", "\xff",
  };
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autoptr (TriLedgerEvent) event = tri_ledger_event_parse (unknown[i], strlen (unknown[i]));
      g_assert_cmpint (event->kind, ==, TRI_LEDGER_UNKNOWN);
      g_assert_cmpstr (event->text, ==, unknown[i]);
    }
  g_autoptr (TriLedgerEvent) empty = tri_ledger_event_parse (NULL, 0);
  g_assert_cmpint (empty->kind, ==, TRI_LEDGER_UNKNOWN);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (tri_ledger_event_new (0, TRI_LEDGER_CREATED, FINGERPRINT, refused[i], &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
      g_assert_null (strstr (error->message, "SECRET-KEY"));
    }
  g_autoptr (GError) error = NULL;
  g_assert_null (tri_ledger_event_new (0, TRI_LEDGER_CREATED, "AGE-SECRET-KEY-1QQQ", "", &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  for (guint kind = 0; kind < TRI_LEDGER_N_KINDS; kind++)
    {
      g_autoptr (TriLedgerEvent) event = tri_ledger_event_new (kind, kind, FINGERPRINT, "x", NULL);
      g_autoptr (TriLedgerEvent) back = tri_ledger_event_parse (event->text, strlen (event->text));
      g_assert_cmpint (back->kind, ==, kind);
      g_assert_cmpint (back->time, ==, kind);
    }
}

static void
check_files (Fixture *f, char **lines, guint *n)
{
  for (; lines[*n] != NULL && lines[*n][0] == 't'; (*n)++)
    {
      g_auto (GStrv) words = g_strsplit (lines[*n], " ", 2);
      g_autofree char *path = g_build_filename (f->path, "ledger", words[0], NULL), *text = NULL;
      gsize size;
      g_assert_true (g_file_get_contents (path, &text, &size, NULL));
      g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) text, size);
      g_assert_cmpstr (digest, ==, words[1]);
    }
}

/* Also what is read back, at every size on the way. */
static void
test_layout (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "ledger", "tiles.txt", NULL), *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (TriMerkle) tree = tri_merkle_new ();
  guint n = 0, sizes = 0;
  while (lines[n] != NULL && lines[n][0] == 's')
    {
      guint64 size = g_ascii_strtoull (lines[n++] + strlen ("size "), NULL, 10), old = entries->len;
      g_autoptr (GError) error = NULL;
      for (guint64 i = old; i < size; i++)
        {
          char *entry = g_strdup_printf ("entry %" G_GUINT64_FORMAT, i);
          TriHash leaf;
          tri_merkle_hash_leaf (entry, strlen (entry), &leaf);
          tri_merkle_append (tree, &leaf);
          g_ptr_array_add (entries, g_bytes_new_take (entry, strlen (entry)));
        }
      tri_log_write_tiles (f->folder, entries, tree, old, &error);
      g_assert_no_error (error);
      tri_log_clean (f->folder, size);
      g_autoptr (GPtrArray) back = tri_log_read_entries (f->folder, size, &error);
      g_assert_no_error (error);
      for (guint64 i = 0; i < size; i++)
        g_assert_true (g_bytes_equal (back->pdata[i], entries->pdata[i]));
      g_assert_cmpuint (tri_log_check_tiles (f->folder, tree, FALSE, NULL), ==, 0);
      check_files (f, lines, &n);
      sizes++;
    }
  g_assert_cmpuint (sizes, ==, 7);
  g_autofree char *deep = tri_log_tile_path (2, 1234067, 256), *partial = tri_log_tile_path (TRI_LOG_ENTRIES, 1000, 7);
  g_assert_cmpstr (deep, ==, "tile/2/x001/x234/067");
  g_assert_cmpstr (partial, ==, "tile/entries/x001/000.p/7");
}

static void
assert_relation (TriLedger *ledger, GFile *copy, TriLedgerRelation relation, gint64 where, const char *there)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLedgerDifference) difference = tri_ledger_compare (ledger, copy, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tri_ledger_relation_to_id (difference->relation), ==, tri_ledger_relation_to_id (relation));
  g_assert_cmpint (difference->where, ==, where);
  if (there != NULL)
    g_assert_nonnull (strstr (difference->there, there));
  g_autofree char *sentence = tri_ledger_difference_to_sentence (difference);
  g_assert_true (g_str_has_suffix (sentence, "."));
  if (there != NULL)
    g_assert_nonnull (strstr (sentence, there));
}

/* Writes @entry over the label "key 1" wherever it stands under @folder. */
static void
edit (Fixture *f, const char *folder)
{
  run ("grep -rlZ 'key 1\"' '%s/%s/tile/entries' | xargs -0 sed -i 's/key 1\"/KEY 1\"/'", f->path, folder);
}

static void
test_compare (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) old = child (f, "old"), new = child (f, "new"), fork = child (f, "fork"), edited = child (f, "edited");
  g_autoptr (GFile) old_point = child (f, "old/checkpoint"), new_point = child (f, "new/checkpoint");
  g_autoptr (GFile) fork_point = child (f, "fork/checkpoint"), cut = child (f, "cut"), nothing = child (f, "nothing");
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLedger) ledger = open_it (f);
  append_n (f, ledger, 3);
  copy_to (f, "old");
  g_autoptr (TriLedger) other = tri_ledger_open (old, f->verifier, NULL, &error);
  append_n (f, ledger, 1);
  copy_to (f, "edited");
  copy_to (f, "cut");
  assert_relation (ledger, edited, TRI_LEDGER_SAME, -1, NULL);
  assert_relation (ledger, old, TRI_LEDGER_BEHIND, -1, NULL);
  assert_relation (ledger, old_point, TRI_LEDGER_BEHIND, -1, NULL);
  edit (f, "edited");
  assert_relation (ledger, edited, TRI_LEDGER_EDITED, 1, "KEY 1");
  g_assert_null (tri_ledger_open (edited, f->verifier, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "Entry 2 "));
  g_clear_error (&error);

  run ("rm '%s'/cut/tile/entries/000.p/4", f->path);
  g_assert_null (tri_ledger_compare (ledger, cut, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED);
  g_clear_error (&error);
  g_assert_null (tri_ledger_compare (ledger, nothing, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  run ("cp -r '%s/old' '%s/fork'", f->path, f->path);
  g_autoptr (TriLedger) forked = tri_ledger_open (fork, f->verifier, NULL, NULL);
  append (f, forked, "another key");
  append (f, forked, "one more");
  assert_relation (ledger, fork, TRI_LEDGER_FORKED, 3, "another key");
  assert_relation (forked, f->folder, TRI_LEDGER_FORKED, 3, "key 0");
  copy_to (f, "new");
  assert_relation (other, new, TRI_LEDGER_AHEAD, -1, NULL);
  assert_relation (other, new_point, TRI_LEDGER_ROLLED_BACK, -1, NULL);
  append_n (f, ledger, 2);
  assert_relation (ledger, fork_point, TRI_LEDGER_FORKED, -1, NULL);
}

static void
test_wrong_key (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLedger) ledger = open_it (f);
  append_n (f, ledger, 2);
  g_autoptr (TriSigner) other = tri_signer_generate ("log.example", TRI_NOTE_ED25519);
  g_assert_null (tri_ledger_open (f->folder, tri_signer_get_verifier (other), NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_clear_error (&error);
  run ("sed -i 's/^2$/1/' '%s/ledger/checkpoint'", f->path);
  g_assert_null (tri_ledger_open (f->folder, f->verifier, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
  g_clear_error (&error);
  run ("echo >'%s/ledger/checkpoint'", f->path);
  g_assert_null (tri_ledger_open (f->folder, f->verifier, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
}

/* Put back as a whole, signatures and all: only what this computer remembers tells. */
static void
test_rolled_back (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLedgerEvent) event = tri_ledger_event_new (0, TRI_LEDGER_CREATED, FINGERPRINT, "", NULL);
  g_autoptr (TriLedger) ledger = open_it (f);
  append_n (f, ledger, 3);
  copy_to (f, "old");
  append_n (f, ledger, 2);
  copy_to (f, "new");
  run ("rm -r '%s/ledger' && cp -r '%s/old' '%s/ledger'", f->path, f->path, f->path);
  g_assert_false (tri_ledger_append (ledger, f->signer, event, &error)); /* the one that was open meanwhile */
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
  g_clear_error (&error);
  g_autoptr (TriLedger) back = open_it (f);
  g_assert_nonnull (tri_ledger_get_trouble (back));
  g_assert_cmpint (tri_ledger_get_trouble (back)->relation, ==, TRI_LEDGER_ROLLED_BACK);
  g_assert_cmpuint (tri_ledger_get_trouble (back)->other_size, ==, 5);
  g_assert_false (tri_ledger_append (back, f->signer, event, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
  g_clear_error (&error);
  run ("rm -r '%s/ledger'", f->path);
  g_assert_null (tri_ledger_create (f->folder, f->signer, f->memory, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
  g_clear_error (&error);
  run ("cp -r '%s/new' '%s/ledger'", f->path, f->path);
  g_autoptr (TriLedger) restored = open_it (f);
  g_assert_null (tri_ledger_get_trouble (restored));
  append_n (f, restored, 1);
}

static void
test_repair (Fixture *f, gconstpointer data)
{
  g_autoptr (TriLedger) ledger = open_it (f);
  append_n (f, ledger, 257);
  run ("echo x >'%s/ledger/tile/0/000'; echo x >'%s/ledger/tile/entries/001.p/2'", f->path, f->path);
  run ("echo x >'%s/ledger/.triptych-0123'; echo x >'%s/ledger/tile/0/.triptych-0123'", f->path, f->path);
  g_autoptr (TriLedger) again = open_it (f);
  g_assert_cmpuint (tri_ledger_get_n_wrong_tiles (again), ==, 1);
  append_n (f, again, 1);
  g_autoptr (TriLedger) right = open_it (f);
  g_assert_cmpuint (tri_ledger_get_n_wrong_tiles (right), ==, 0);
  g_assert_cmpuint (tri_ledger_get_size (right), ==, 258);
  run ("test -z \"$(find '%s' -name '.triptych-*')\"", f->path);
}

static void
test_cosigned (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriSigner) witness = tri_signer_generate ("friend.example", TRI_NOTE_COSIGNATURE);
  g_autoptr (TriSigner) stranger = tri_signer_generate ("stranger.example", TRI_NOTE_COSIGNATURE);
  g_autoptr (GPtrArray) witnesses = g_ptr_array_new ();
  g_ptr_array_add (witnesses, (gpointer) tri_signer_get_verifier (witness));
  g_autoptr (TriLedger) ledger = open_it (f);
  append_n (f, ledger, 2);
  copy_to (f, "old");
  append_n (f, ledger, 1);
  g_autoptr (TriNote) note = tri_note_copy (tri_ledger_get_checkpoint (ledger));
  tri_note_sign (note, stranger, 1000);
  g_assert_false (tri_ledger_add_cosignatures (ledger, note, witnesses, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_clear_error (&error);
  tri_note_sign (note, witness, 1000);
  g_assert_true (tri_ledger_add_cosignatures (ledger, note, witnesses, &error));
  g_assert_no_error (error);
  append_n (f, ledger, 1);
  g_autoptr (TriLedger) again = open_it (f);
  gint64 time;
  g_assert_null (tri_ledger_get_trouble (again));
  g_assert_cmpint (tri_note_check (tri_ledger_get_cosigned (again), witnesses->pdata[0], &time), ==, TRI_NOTE_GOOD);
  g_assert_cmpint (time, ==, 1000);
  g_assert_cmpuint (tri_ledger_get_cosigned (again)->signatures->len, ==, 2); /* the stranger's is not kept */

  /* the owner of the key writes another history: what was cosigned contradicts it */
  run ("cp '%s/ledger/checkpoint.cosigned' '%s/old/'", f->path, f->path);
  g_autoptr (GFile) old = child (f, "old");
  g_autoptr (TriLedger) rewritten = tri_ledger_open (old, f->verifier, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (tri_ledger_get_trouble (rewritten));
  g_assert_cmpint (tri_ledger_get_trouble (rewritten)->relation, ==, TRI_LEDGER_ROLLED_BACK);
}

static void
test_growth (Fixture *f, gconstpointer data)
{
  g_autoptr (TriLedger) ledger = open_it (f);
  append_n (f, ledger, 13);
  for (guint old = 0; old <= 13; old++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = tri_ledger_prove_growth (ledger, old);
      g_autoptr (TriLogGrowth) growth = tri_log_growth_parse (text, strlen (text), &error);
      g_assert_no_error (error);
      g_assert_true (tri_log_growth_probe (text, strlen (text)));
      g_autofree char *same = tri_log_growth_make (growth->old_size, growth->hashes, growth->note);
      g_assert_cmpstr (same, ==, text);
      for (guint other = 0; other <= 13; other++)
        {
          TriHash root;
          tri_ledger_get_root (ledger, other, &root);
          g_assert_cmpint (tri_log_growth_check (growth, &root, NULL), ==, other == old);
        }
      for (gsize size = 0; size < strlen (text); size++) /* cut off anywhere */
        g_assert_null (tri_log_growth_parse (text, size, NULL));
    }
}

static void
test_proof (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLedger) ledger = open_it (f);
  append_n (f, ledger, 7);
  for (guint i = 0; i < 7; i++)
    {
      g_autofree char *text = tri_ledger_prove (ledger, i);
      g_autoptr (TriLogProof) proof = tri_log_proof_parse (text, strlen (text), &error);
      g_assert_no_error (error);
      g_assert_true (tri_log_proof_check (proof, proof->extra, f->verifier, &error));
      g_assert_no_error (error);
      const char *wanted = tri_ledger_get_event (ledger, i)->text;
      g_assert_cmpmem (g_bytes_get_data (proof->extra, NULL), (int) g_bytes_get_size (proof->extra), wanted,
                       (int) strlen (wanted));
      g_autofree char *same = tri_log_proof_make (proof->index, proof->hashes, proof->extra, proof->note);
      g_assert_cmpstr (same, ==, text);
      g_autoptr (GBytes) other = g_bytes_new_static ("{}", 2);
      g_assert_false (tri_log_proof_check (proof, other, f->verifier, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
      g_clear_error (&error);
      g_autoptr (TriSigner) stranger = tri_signer_generate ("log.example", TRI_NOTE_ED25519);
      g_assert_false (tri_log_proof_check (proof, proof->extra, tri_signer_get_verifier (stranger), &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
      g_clear_error (&error);
      proof->index = (proof->index + 1) % 7;
      g_assert_false (tri_log_proof_check (proof, proof->extra, f->verifier, NULL));
      for (gsize size = 0; size < strlen (text); size += 7)
        g_assert_null (tri_log_proof_parse (text, size, NULL));
    }
}

/* A child that appends and says so, until it is killed. */
static G_GNUC_NORETURN void
append_for_ever (Fixture *f, int out)
{
  g_autoptr (TriLedger) ledger = open_it (f);
  for (;;)
    {
      guint64 size;
      append_n (f, ledger, 1);
      size = tri_ledger_get_size (ledger);
      if (write (out, &size, sizeof size) != sizeof size)
        _exit (1);
    }
}

static void
test_killed (Fixture *f, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  guint64 promised = 0;
  for (guint i = 0; i < 40; i++)
    {
      int ends[2], status;
      guint64 size;
      g_assert_cmpint (pipe (ends), ==, 0);
      pid_t pid = fork ();
      if (pid == 0)
        append_for_ever (f, ends[1]);
      close (ends[1]);
      g_usleep ((gulong) g_rand_int_range (rand, 500, 40000));
      kill (pid, SIGKILL);
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_true (WIFSIGNALED (status));
      while (read (ends[0], &size, sizeof size) == sizeof size)
        promised = size;
      close (ends[0]);
      g_autoptr (TriLedger) ledger = open_it (f);
      g_assert_null (tri_ledger_get_trouble (ledger));
      g_assert_cmpuint (tri_ledger_get_size (ledger), >=, promised);
    }
  g_assert_cmpuint (promised, >, 0);
  g_autoptr (TriLedger) ledger = open_it (f);
  append_n (f, ledger, 1);
  /* beside the folder, of what this computer saw, a kill may leave a piece that nobody reads */
  run ("test -z \"$(find '%s/ledger' -name '.triptych-*')\"", f->path);
}

static void
test_together (Fixture *f, gconstpointer data)
{
  pid_t pids[4];
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    if ((pids[i] = fork ()) == 0)
      {
        g_autoptr (TriLedger) ledger = open_it (f);
        append_n (f, ledger, 12);
        _exit (0);
      }
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      int status;
      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
    }
  g_autoptr (TriLedger) ledger = open_it (f);
  g_assert_cmpuint (tri_ledger_get_size (ledger), ==, 48);
  g_assert_null (tri_ledger_get_trouble (ledger));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/ledger/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_add_func ("/ledger/events", test_events);
  ADD ("append", test_append);
  ADD ("layout", test_layout);
  ADD ("compare", test_compare);
  ADD ("wrong-key", test_wrong_key);
  ADD ("rolled-back", test_rolled_back);
  ADD ("repair", test_repair);
  ADD ("cosigned", test_cosigned);
  ADD ("proof", test_proof);
  ADD ("growth", test_growth);
  ADD ("killed", test_killed);
  ADD ("together", test_together);
  return g_test_run ();
}
