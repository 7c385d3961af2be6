/* Signed notes, checkpoints, proofs, keys and entries of logs on hostile input: what is read writes itself again byte for
 * byte, and what is verified was signed. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fuzz.h"
#include "tri-error.h"
#include "tri-ledger-event.h"
#include "tri-log-proof.h"

/* Keys of tests/vectors/ledger/make-notes.go, for tests only. */
#define SECRET "PRIVATE+KEY+log.example/keys+f0692de5+AXNpeHRlZW4gYnl0ZSBydW5zaXh0ZWVuIGJ5dGUgcnVu"
#define WITNESS "PRIVATE+KEY+witness.example/w1+046744c2+BGEgc2VlZCBvZiB0aGlydHktdHdvIGJ5dGVzLCB3MS4u"
#define ENTRIES 5
#define ENTRY "{\"time\":\"2026-11-21T09:00:00Z\",\"kind\":\"shared\",\"fingerprint\":\"00112233445566778899aabbccddeeff\"," \
              "\"label\":\"a \\\"b\\\" \\\\ \\u0009\"}"

static TriSigner *signer, *witness;
static TriMerkle *tree;
static char *signed_text;

/* Five entries, the same one each time, and what is signed of them. */
static void
prepare (void)
{
  if (signer != NULL)
    return;
  signer = tri_signer_parse (SECRET, NULL);
  witness = tri_signer_parse (WITNESS, NULL);
  tree = tri_merkle_new ();
  for (guint i = 0; i < ENTRIES; i++)
    {
      TriHash leaf;
      tri_merkle_hash_leaf (ENTRY, strlen (ENTRY), &leaf);
      tri_merkle_append (tree, &leaf);
    }
  TriCheckpoint checkpoint = { .origin = tri_signer_get_verifier (signer)->name, .size = ENTRIES };
  tri_merkle_get_root (tree, ENTRIES, &checkpoint.root);
  g_autoptr (TriNote) note = tri_checkpoint_to_note (&checkpoint);
  signed_text = g_strdup (note->text);
}

static void
check_signatures (const TriNote *note)
{
  gint64 time;
  if (tri_note_check (note, tri_signer_get_verifier (signer), NULL) == TRI_NOTE_GOOD)
    g_assert_cmpstr (note->text, ==, signed_text);
  if (tri_note_check (note, tri_signer_get_verifier (witness), &time) == TRI_NOTE_GOOD)
    {
      g_assert_cmpstr (note->text, ==, signed_text);
      g_assert_cmpint (time, ==, 1679315147);
    }
}

static void
try_note (const char *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriNote) note = tri_note_parse (data, size, &error);
  g_assert_true ((note == NULL) == (error != NULL) && (error == NULL || error->domain == TRI_ERROR));
  if (note == NULL)
    return;
  g_autofree char *same = tri_note_to_text (note);
  g_assert_true (strlen (same) == size && memcmp (same, data, size) == 0);
  check_signatures (note);
  g_autoptr (TriCheckpoint) checkpoint = tri_checkpoint_parse (note, NULL);
  if (checkpoint == NULL)
    return;
  g_autoptr (TriNote) again = tri_checkpoint_to_note (checkpoint);
  g_assert_true (g_str_has_prefix (note->text, again->text));
}

static void
try_proof (const char *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLogProof) proof = tri_log_proof_parse (data, size, &error);
  g_assert_true ((proof == NULL) == (error != NULL) && (error == NULL || error->domain == TRI_ERROR));
  if (proof == NULL)
    return;
  g_autofree char *same = tri_log_proof_make (proof->index, proof->hashes, proof->extra, proof->note);
  g_assert_true (strlen (same) == size && memcmp (same, data, size) == 0);
  if (proof->extra == NULL || !tri_log_proof_check (proof, proof->extra, tri_signer_get_verifier (signer), NULL))
    return;
  g_assert_cmpuint (proof->index, <, ENTRIES);
  g_assert_cmpmem (g_bytes_get_data (proof->extra, NULL), (int) g_bytes_get_size (proof->extra), ENTRY,
                   (int) strlen (ENTRY));
}

/* A proof that holds begins with the tree that the signer's log had. */
static void
try_growth (const char *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLogGrowth) growth = tri_log_growth_parse (data, size, &error);
  g_assert_true ((growth == NULL) == (error != NULL) && (error == NULL || error->domain == TRI_ERROR));
  if (growth == NULL)
    return;
  g_autofree char *same = tri_log_growth_make (growth->old_size, growth->hashes, growth->note);
  g_assert_true (strlen (same) == size && memcmp (same, data, size) == 0);
  TriHash root;
  tri_merkle_get_root (tree, MIN (growth->old_size, ENTRIES), &root);
  if (tri_note_check (growth->note, tri_signer_get_verifier (signer), NULL) == TRI_NOTE_GOOD
      && tri_log_growth_check (growth, &root, NULL))
    g_assert_cmpuint (growth->old_size, <=, ENTRIES);
}

static void
try_event (const char *data, gsize size)
{
  g_autoptr (TriLedgerEvent) event = tri_ledger_event_parse (data, size);
  g_assert_true (g_utf8_validate (event->text, -1, NULL));
  if (event->kind == TRI_LEDGER_UNKNOWN)
    return;
  g_assert_true (strlen (event->text) == size && memcmp (event->text, data, size) == 0);
  g_autoptr (TriLedgerEvent) again =
      tri_ledger_event_new (event->time, event->kind, event->fingerprint, event->label, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->text, ==, event->text);
}

static void
try_key (const char *data, gsize size)
{
  g_autofree char *text = g_strndup (size > 0 ? data : "", size);
  g_autoptr (TriVerifier) verifier = tri_verifier_parse (text, NULL);
  g_autoptr (TriSigner) secret = tri_signer_parse (text, NULL);
  g_autofree char *same = verifier != NULL ? tri_verifier_to_text (verifier) : NULL;
  if (verifier != NULL)
    g_assert_cmpint (g_ascii_strcasecmp (same, text), ==, 0); /* the hash may be in upper case */
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  prepare ();
  try_note (text, size);
  try_proof (text, size);
  try_growth (text, size);
  try_event (text, size);
  try_key (text, size);
  return 0;
}

static void
add (GPtrArray *seeds, char *text)
{
  g_ptr_array_add (seeds, g_bytes_new_take (text, strlen (text)));
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  prepare ();
  g_autoptr (TriNote) note = tri_note_new (signed_text);
  tri_note_sign (note, signer, 0);
  add (seeds, tri_note_to_text (note));
  tri_note_sign (note, witness, 1679315147);
  add (seeds, tri_note_to_text (note));
  for (guint i = 0; i < ENTRIES; i += 2)
    {
      g_autoptr (GArray) hashes = tri_merkle_prove_inclusion (tree, i, ENTRIES);
      g_autoptr (GBytes) entry = g_bytes_new_static (ENTRY, strlen (ENTRY));
      add (seeds, tri_log_proof_make (i, hashes, i == 0 ? NULL : entry, note));
      g_autoptr (GArray) growth = tri_merkle_prove_consistency (tree, i, ENTRIES);
      add (seeds, tri_log_growth_make (i, growth, note));
    }
  add (seeds, g_strdup (ENTRY));
  add (seeds, tri_verifier_to_text (tri_signer_get_verifier (signer)));
  add (seeds, g_strdup (SECRET));
}
