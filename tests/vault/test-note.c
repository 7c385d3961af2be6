/* Signed notes against what another implementation made and said (tests/vectors/ledger/make-notes.go), and against
 * hostile ones. SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <sodium.h>
#include <string.h>

#include "tri-checkpoint.h"
#include "tri-error.h"

typedef struct {
  JsonParser *parser;
  GPtrArray *signers, *verifiers;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "ledger", "notes.json", NULL);
  f->parser = json_parser_new ();
  f->signers = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_signer_free);
  f->verifiers = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_verifier_free);
  json_parser_load_from_file (f->parser, path, &error);
  g_assert_no_error (error);
  JsonArray *keys = json_object_get_array_member (json_node_get_object (json_parser_get_root (f->parser)), "keys");
  for (guint i = 0; i < json_array_get_length (keys); i++)
    {
      JsonObject *key = json_array_get_object_element (keys, i);
      g_ptr_array_add (f->signers, tri_signer_parse (json_object_get_string_member (key, "Secret"), &error));
      g_assert_no_error (error);
      g_ptr_array_add (f->verifiers, tri_verifier_parse (json_object_get_string_member (key, "Public"), &error));
      g_assert_no_error (error);
    }
  g_assert_cmpuint (f->signers->len, ==, 4);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->parser);
  g_ptr_array_unref (f->signers);
  g_ptr_array_unref (f->verifiers);
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  JsonArray *keys = json_object_get_array_member (json_node_get_object (json_parser_get_root (f->parser)), "keys");
  for (guint i = 0; i < f->signers->len; i++)
    {
      JsonObject *key = json_array_get_object_element (keys, i);
      const TriVerifier *verifier = f->verifiers->pdata[i];
      g_autofree char *public = tri_verifier_to_text (verifier);
      char *secret = tri_signer_to_text (f->signers->pdata[i]);
      g_assert_cmpstr (public, ==, json_object_get_string_member (key, "Public"));
      g_assert_cmpstr (secret, ==, json_object_get_string_member (key, "Secret"));
      g_assert_true (tri_verifier_equal (tri_signer_get_verifier (f->signers->pdata[i]), verifier));
      g_assert_false (tri_verifier_equal (verifier, f->verifiers->pdata[(i + 1) % 4]));
      sodium_free (secret);
    }
}

/* What the other implementation made comes out of ours, byte for byte. */
static void
sign_again (Fixture *f, const char *text, JsonArray *signers, const char *wanted)
{
  g_autoptr (TriNote) note = tri_note_new (text);
  for (guint k = 0; k < json_array_get_length (signers); k++)
    for (guint i = 0; i < f->signers->len; i++)
      if (strcmp (tri_signer_get_verifier (f->signers->pdata[i])->name, json_array_get_string_element (signers, k)) == 0)
        tri_note_sign (note, f->signers->pdata[i], 1679315147);
  g_autofree char *made = tri_note_to_text (note);
  g_assert_cmpstr (made, ==, wanted);
}

static const char *
judge (Fixture *f, const TriNote *note, guint *n_good)
{
  gboolean bad = FALSE;
  *n_good = 0;
  for (guint i = 0; i < f->verifiers->len; i++)
    {
      gint64 time = -1;
      const TriVerifier *verifier = f->verifiers->pdata[i];
      TriNoteCheck check = tri_note_check (note, verifier, &time);
      bad |= check == TRI_NOTE_BAD;
      *n_good += check == TRI_NOTE_GOOD;
      if (check == TRI_NOTE_GOOD)
        g_assert_cmpint (time, ==, verifier->type == TRI_NOTE_COSIGNATURE ? 1679315147 : 0);
    }
  return bad ? "bad" : *n_good > 0 ? "good" : "unsigned";
}

static void
test_vectors (Fixture *f, gconstpointer data)
{
  JsonArray *notes = json_object_get_array_member (json_node_get_object (json_parser_get_root (f->parser)), "notes");
  guint again = 0;
  g_assert_cmpuint (json_array_get_length (notes), ==, 24);
  for (guint i = 0; i < json_array_get_length (notes); i++)
    {
      JsonObject *one = json_array_get_object_element (notes, i);
      const char *text = json_object_get_string_member (one, "Note"), *says = json_object_get_string_member (one, "Says");
      JsonArray *signers = json_object_get_array_member (one, "Signers");
      g_autoptr (GError) error = NULL;
      g_autoptr (TriNote) note = tri_note_parse (text, strlen (text), &error);
      g_test_message ("%s", json_object_get_string_member (one, "Name"));
      if (note == NULL)
        {
          g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
          g_assert_cmpstr (says, ==, "malformed");
          continue;
        }
      guint n_good;
      g_assert_cmpstr (judge (f, note, &n_good), ==, says);
      g_autofree char *same = tri_note_to_text (note);
      g_assert_cmpstr (same, ==, text);
      if (strcmp (says, "good") != 0)
        continue;
      g_assert_cmpstr (note->text, ==, json_object_get_string_member (one, "Text"));
      g_assert_cmpuint (n_good, ==, json_array_get_length (signers));
      if (note->signatures->len != n_good)
        continue;
      sign_again (f, note->text, signers, text);
      again++;
    }
  g_assert_cmpuint (again, ==, 6);
}

static void
assert_malformed (const char *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriNote) note = tri_note_parse (data, size, &error);
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
  g_assert_null (note);
}

/* Stricter than the other one: one text only for one signature. */
static void
test_strict (void)
{
  static const char *const bad[] = {
    "a\n\n\xe2\x80\x94 n AAAAAAB=\n",          /* bits that mean nothing */
    "a\n\n\xe2\x80\x94 n AAAAAAA\n",           /* no padding */
    "a\n\n\xe2\x80\x94 n AAAA AAA=\n",
    "a\n\n\xe2\x80\x94 n AAAAAAA=\n\n",
    "a\n\n\xe2\x80\x94 n\xc2\xa0m AAAAAAA=\n", /* a space of Unicode's */
    "a\n\n\xe2\x80\x94 n\xe3\x80\x80m AAAAAAA=\n",
    "a\n\n\xe2\x80\x94  AAAAAAA=\n",
    "a\n\n\xe2\x80\x94\n",
    "a\xff\n\n\xe2\x80\x94 n AAAAAAA=\n",
    "\n",
    "\n\n",
  };
  static const char good[] = "a\n\n\xe2\x80\x94 n AAAAAAA=\n", zero[] = "a\0\n\n\xe2\x80\x94 n AAAAAAA=\n";
  g_autoptr (TriNote) note = tri_note_parse (good, sizeof good - 1, NULL);
  g_assert_nonnull (note);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_malformed (bad[i], strlen (bad[i]));
  for (gsize size = 0; size < sizeof good - 1; size++)
    assert_malformed (good, size);
  assert_malformed (zero, sizeof zero - 1);
  assert_malformed (NULL, 0);

  g_autoptr (GError) error = NULL;
  g_autofree char *large = g_strnfill (TRI_NOTE_SIZE_MAX + 1, 'a');
  g_assert_null (tri_note_parse (large, TRI_NOTE_SIZE_MAX + 1, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE);
}

static void
test_bad_keys (void)
{
  static const char *const bad[] = {
    "", "log.example/keys", "+f0692de5+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwu",
    "log.example/keys+f0692de5", "log.example/keys+f0692de+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwu",
    "log.example/keys+f0692de5+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTw",
    "log.example/keys+f0692de5+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwuAAAA",
    "log.example/keys+f0692de5+AoH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwu",  /* ECDSA */
    "log.example/keys+f0692de5+BIH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwu",  /* the type is part of the hash */
    "log.example/key+f0692de5+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwu",
    "log.example/keys+f0692de4+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwu",
    "log.example/keys+f0692de5+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwv",
    "log example+f0692de5+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwu",
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL, error2 = NULL;
      g_autofree char *private = g_strconcat ("PRIVATE+KEY+", bad[i], NULL);
      g_assert_null (tri_verifier_parse (bad[i], &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
      g_assert_null (tri_signer_parse (private, &error2));
      g_assert_error (error2, TRI_ERROR, TRI_ERROR_INVALID);
      g_assert_null (strstr (error2->message, "AYH0")); /* no secret in a message */
    }
  g_autoptr (TriVerifier) good =
      tri_verifier_parse ("log.example/keys+f0692de5+AYH0RNy+5eyfd3UHTbY3HccMb93ASxaYiNebdf7pPTwu", NULL);
  g_assert_nonnull (good);
}

/* The example of the specification: two signatures of keys that it doesn't tell. */
static void
test_checkpoint (void)
{
  static const char example[] =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
      "\xe2\x80\x94 example.com/behind-the-sofa "
      "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
      "\xe2\x80\x94 witness.example.com/w1 "
      "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
  g_autoptr (TriNote) note = tri_note_parse (example, strlen (example), NULL);
  g_autoptr (TriCheckpoint) checkpoint = tri_checkpoint_parse (note, NULL);
  g_assert_cmpstr (checkpoint->origin, ==, "example.com/behind-the-sofa");
  g_assert_cmpuint (checkpoint->size, ==, 20852163);
  g_assert_cmpint (checkpoint->root.bytes[0], ==, 0x0a);
  g_assert_cmpint (checkpoint->root.bytes[31], ==, 0x62);
  g_autoptr (TriNote) made = tri_checkpoint_to_note (checkpoint);
  g_assert_cmpuint (tri_note_add_signatures (made, note), ==, 2);
  g_assert_cmpuint (tri_note_add_signatures (made, note), ==, 0);
  g_autofree char *text = tri_note_to_text (made);
  g_assert_cmpstr (text, ==, example);
}

static void
test_bad_checkpoints (void)
{
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
  static const char *const bad[] = {
    "a\n", "a\n1\n", "\n1\n" ROOT "\n", "a\n\n" ROOT "\n", "a\n01\n" ROOT "\n", "a\n-1\n" ROOT "\n", "a\n+1\n" ROOT "\n",
    "a\n 1\n" ROOT "\n", "a\n1 \n" ROOT "\n", "a\n9223372036854775808\n" ROOT "\n", "a\n18446744073709551617\n" ROOT "\n",
    "a\n99999999999999999999\n" ROOT "\n", "a\n1\nCsUY\n", "a\n1\n" ROOT "A\n", "a\n1\n" ROOT "\n\n", "a\n1\n" ROOT "\n\nb\n",
  };
  static const char *const good[] = { "a\n0\n" ROOT "\n", "a b\n9223372036854775807\n" ROOT "\n", "a\n1\n" ROOT "\nmore\n" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TriNote) note = tri_note_new (bad[i]);
      g_test_message ("%u", i);
      g_assert_null (tri_checkpoint_parse (note, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
    }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (TriNote) note = tri_note_new (good[i]);
      g_autoptr (TriCheckpoint) checkpoint = tri_checkpoint_parse (note, NULL);
      g_assert_nonnull (checkpoint);
    }
}

/* A witness may sign again later; one false signature under its name spoils the note. */
static void
test_cosignatures (void)
{
  g_autoptr (TriSigner) witness = tri_signer_generate ("witness.example", TRI_NOTE_COSIGNATURE);
  g_autoptr (TriSigner) other = tri_signer_generate ("witness.example", TRI_NOTE_COSIGNATURE);
  const TriVerifier *verifier = tri_signer_get_verifier (witness);
  g_autoptr (TriNote) note = tri_note_new ("a\n0\n" ROOT "\n"), changed = tri_note_new ("a\n1\n" ROOT "\n");
  gint64 time;
  g_assert_cmpint (tri_note_check (note, verifier, &time), ==, TRI_NOTE_UNSIGNED);
  tri_note_sign (note, other, 50);
  g_assert_cmpint (tri_note_check (note, verifier, &time), ==, TRI_NOTE_UNSIGNED);
  tri_note_sign (note, witness, 40);
  tri_note_sign (note, witness, 30);
  g_assert_cmpint (tri_note_check (note, verifier, &time), ==, TRI_NOTE_GOOD);
  g_assert_cmpint (time, ==, 40);
  g_autoptr (TriNote) copy = tri_note_copy (note);
  g_assert_cmpuint (copy->signatures->len, ==, 3);
  tri_note_sign (changed, witness, 60);
  g_ptr_array_add (copy->signatures, g_ptr_array_steal_index (changed->signatures, 0));
  g_assert_cmpint (tri_note_check (copy, verifier, &time), ==, TRI_NOTE_BAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/note/keys", Fixture, NULL, set_up, test_keys, tear_down);
  g_test_add ("/note/vectors", Fixture, NULL, set_up, test_vectors, tear_down);
  g_test_add_func ("/note/strict", test_strict);
  g_test_add_func ("/note/bad-keys", test_bad_keys);
  g_test_add_func ("/note/checkpoint", test_checkpoint);
  g_test_add_func ("/note/bad-checkpoints", test_bad_checkpoints);
  g_test_add_func ("/note/cosignatures", test_cosignatures);
  return g_test_run ();
}
