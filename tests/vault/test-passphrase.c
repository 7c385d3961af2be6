/* Strength of passphrases, and those that are suggested. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "tri-error.h"
#include "tri-passphrase.h"

static TriWordList *
load (void)
{
  g_autoptr (GError) error = NULL;
  TriWordList *words = tri_word_list_load (&error);
  g_assert_no_error (error);
  return words;
}

static void
test_list (void)
{
  g_autoptr (TriWordList) words = load ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < tri_word_list_get_length (words); i++)
    {
      const char *word = tri_word_list_get (words, i);
      gsize length = strlen (word);
      g_assert_cmpuint (strspn (word, "abcdefghijklmnopqrstuvwxyz-"), ==, length);
      g_assert_cmpuint (length, >=, 3);
      g_assert_cmpuint (length, <=, 9);
      g_assert_true (g_hash_table_add (seen, (gpointer) word));
      g_assert_true (tri_word_list_contains (words, word, length));
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 6 * 6 * 6 * 6 * 6);
  g_assert_cmpstr (tri_word_list_get (words, 0), ==, "abacus");
  g_assert_cmpstr (tri_word_list_get (words, 7775), ==, "zoom");
  static const char *const others[] = { "", "a", "aba", "abacuss", "zoomx", "zzz", "drop", "Zoom" };
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (tri_word_list_contains (words, others[i], strlen (others[i])));
  g_assert_true (tri_word_list_contains (words, "yo-yo and more", 5));
}

/* One letter of it is enough: not used. */
static void
test_changed_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = g_strdup (g_getenv ("TRIPTYCH_DATA_DIR"));
  g_autofree char *real = g_build_filename (before, "words", "eff-large.txt", NULL);
  g_autofree char *folder = g_dir_make_tmp ("triptych-words-XXXXXX", NULL);
  g_autofree char *below = g_build_filename (folder, "words", NULL);
  g_autofree char *path = g_build_filename (below, "eff-large.txt", NULL);
  g_autofree char *text = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (real, &text, &size, NULL));
  g_assert_cmpint (g_mkdir (below, 0700), ==, 0);
  text[size - 2] = 'n'; /* zoom becomes zoon */
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  g_setenv ("TRIPTYCH_DATA_DIR", folder, TRUE);
  g_assert_null (tri_word_list_load (&error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (tri_word_list_load (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_setenv ("TRIPTYCH_DATA_DIR", before, TRUE);
  g_rmdir (below);
  g_rmdir (folder);
}

/* χ² of 60,000 words in 96 bins, 95 degrees of freedom: beyond 200 or below 30 less than once in 10⁸ runs. */
static void
test_suggestions (void)
{
  enum { N = 10000, BINS = 96 }; /* 7776 = 96 · 81 */
  g_autoptr (TriWordList) words = load ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) bin_of = g_hash_table_new (g_str_hash, g_str_equal);
  guint counts[BINS] = { 0 };
  for (guint i = 0; i < 7776; i++)
    g_hash_table_insert (bin_of, (gpointer) tri_word_list_get (words, i), GUINT_TO_POINTER (i / 81));
  for (guint i = 0; i < N; i++)
    {
      char *passphrase = tri_passphrase_suggest (words, TRI_PASSPHRASE_WORDS);
      g_auto (GStrv) parts = g_strsplit (passphrase, " ", -1);
      g_assert_cmpuint (g_strv_length (parts), ==, 6);
      for (guint j = 0; j < 6; j++)
        {
          gpointer bin;
          g_assert_true (g_hash_table_lookup_extended (bin_of, parts[j], NULL, &bin));
          counts[GPOINTER_TO_UINT (bin)]++;
        }
      g_assert_true (g_hash_table_add (seen, g_strdup (passphrase)));
      tri_passphrase_free (passphrase);
    }
  double chi2 = 0, expected = 6.0 * N / BINS;
  for (guint i = 0; i < BINS; i++)
    chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
  g_assert_cmpfloat (chi2, <, 200);
  g_assert_cmpfloat (chi2, >, 30);
}

static double
guesses (const char *passphrase, const TriWordList *words)
{
  TriStrength strength;
  tri_passphrase_measure (passphrase, words, &strength);
  return strength.guesses_log10;
}

/* From bad to good; each is harder to guess than the one before. */
static void
test_order (void)
{
  static const char *const samples[] = {
    "password", "Password1", "P@ssw0rd!", "qwertyuiop", "19751224", "zoom yo-yo", "zoom yo-yo abacus",
    "zoom yo-yo abacus unlit", "unlit zoom abacus yo-yo wincing edginess",
  };
  static const guint scores[] = { 0, 0, 0, 0, 0, 1, 2, 4, 4 };
  g_autoptr (TriWordList) words = load ();
  double last = -1;
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      TriStrength strength;
      tri_passphrase_measure (samples[i], words, &strength);
      g_assert_cmpfloat (strength.guesses_log10, >, last);
      g_assert_cmpuint (strength.score, ==, scores[i]);
      g_assert_cmpstr (strength.sentence, !=, "");
      last = strength.guesses_log10;
    }
  TriStrength none;
  tri_passphrase_measure ("", words, &none);
  g_assert_cmpfloat (none.guesses_log10, ==, 0);
  g_assert_cmpstr (none.sentence, ==, "");
}

/* Words of the list count as words of the list, however rare zxcvbn holds them to be. */
static void
test_words (void)
{
  g_autoptr (TriWordList) words = load ();
  for (guint i = 0; i < 200; i++)
    {
      char *passphrase = tri_passphrase_suggest (words, TRI_PASSPHRASE_WORDS);
      TriStrength strength;
      tri_passphrase_measure (passphrase, words, &strength);
      g_assert_cmpfloat (strength.guesses_log10, <=, 6 * log10 (7776) + 1e-9);
      g_assert_cmpuint (strength.score, ==, TRI_STRENGTH_MAX);
      tri_passphrase_free (passphrase);
    }
  g_assert_cmpfloat (guesses ("wincing edginess footrest vitally", NULL), >, 20);
  g_assert_cmpfloat_with_epsilon (guesses ("wincing edginess footrest vitally", words), 4 * log10 (7776), 1e-9);
}

/* Letters outside ASCII are letters, not bytes of chance; long texts and one letter often come to an end. */
static void
test_scripts (void)
{
  g_autoptr (TriWordList) words = load ();
  g_autofree char *same = g_strnfill (4000, 'x');
  GString *umlauts = g_string_new (NULL);
  for (guint i = 0; i < 1000; i++)
    g_string_append (umlauts, "ü好");
  g_assert_cmpfloat (guesses ("пароль", words), <, 6);
  g_assert_cmpfloat (guesses ("pässwörd", words), <, 3);
  g_assert_cmpfloat (guesses ("密码", words), ==, 5);
  g_assert_cmpfloat (guesses ("码码码码码码", words), ==, 2.5);
  g_assert_cmpfloat (guesses (same, words), <, 9);
  g_assert_true (isfinite (guesses (umlauts->str, words)));
  g_string_free (umlauts, TRUE);
}

#define SECRET 40 /* bytes, of which any SEEN in a row betray it */
#define SEEN 9
#define MASK 0x55
#define MAP_MAX ((gsize) 1 << 25) /* larger ones are a sanitizer's own */

/* How often SEEN bytes of the masked secret, forwards or backwards, lie somewhere in what this process can write to, but for
 * @where, which holds it. */
__attribute__ ((no_sanitize ("address", "undefined"))) static guint
count_copies (const char *masked, const char *where)
{
  g_autofree char *maps = NULL;
  guint n = 0;
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (maps, "\n", -1);
  for (guint l = 0; lines[l] != NULL; l++)
    {
      gsize from, to;
      char access[5];
      if (sscanf (lines[l], "%zx-%zx %4s", &from, &to, access) != 3 || strncmp (access, "rw", 2) != 0
          || ((gsize) where >= from && (gsize) where < to) || to - from > MAP_MAX)
        continue;
      const char *end = (const char *) to - SEEN;
      for (const char *p = (const char *) from; p <= end; p++)
        for (guint at = 0; at < SECRET; at++)
          {
            if ((*p ^ MASK) != masked[at])
              continue;
            guint forwards = 1, backwards = 1;
            while (forwards < SEEN && at + forwards < SECRET && (p[forwards] ^ MASK) == masked[at + forwards])
              forwards++;
            while (backwards < SEEN && at >= backwards && (p[backwards] ^ MASK) == masked[at - backwards])
              backwards++;
            n += forwards == SEEN || backwards == SEEN;
          }
    }
  return n;
}

static void
assert_no_copies (const char *inside, const TriWordList *words)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$@!";
  char *secret = sodium_malloc (SECRET + 1), masked[SECRET];
  TriStrength strength;
  for (guint i = 0; i < SECRET; i++)
    {
      secret[i] = i % 8 < strlen (inside) ? inside[i % 8] : letters[randombytes_uniform (sizeof letters - 1)];
      masked[i] = secret[i] ^ MASK;
    }
  secret[SECRET] = '\0';
  tri_passphrase_measure (secret, words, &strength);
  g_assert_cmpfloat (strength.guesses_log10, >, 3);
  g_assert_cmpuint (count_copies (masked, secret), ==, 0);
  g_autofree char *copy = g_strdup (secret);
  g_assert_cmpuint (count_copies (masked, secret), >, 0); /* one would be seen */
  sodium_memzero (copy, SECRET);
  sodium_free (secret);
}

/* What is measured is in no memory that is not locked, whatever of it the estimate knows. */
static void
test_no_copies (void)
{
  static const char *const insides[] = { "", "dragon", "p4ss", "nogard", "qwerty", "1987", "aaaa", "zoom " };
  g_autoptr (TriWordList) words = load ();
  g_assert_cmpint (sodium_init (), >=, 0);
  for (guint i = 0; i < G_N_ELEMENTS (insides); i++)
    {
      assert_no_copies (insides[i], NULL);
      assert_no_copies (insides[i], words);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/passphrase/list", test_list);
  g_test_add_func ("/passphrase/changed-list", test_changed_list);
  g_test_add_func ("/passphrase/suggestions", test_suggestions);
  g_test_add_func ("/passphrase/order", test_order);
  g_test_add_func ("/passphrase/words", test_words);
  g_test_add_func ("/passphrase/no-copies", test_no_copies);
  g_test_add_func ("/passphrase/scripts", test_scripts);
  return g_test_run ();
}
