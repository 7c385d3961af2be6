/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-passphrase.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <sodium.h>
#include <string.h>
#include <zxcvbn.h>

#include "tri-datadir.h"
#include "tri-error.h"
#include "tri-secret.h"

#define LIST "words/eff-large.txt"
#define LIST_LENGTH 7776
/* log₁₀ of the guesses for a letter that has no Latin spelling here. In running text it is worth some 2.3 bits; a Chinese
 * character some 8. */
#define LETTER 0.7
#define WIDE_LETTER 2.5

struct _TriWordList {
  char *text; /* the words, each ended by a zero */
  const char *words[LIST_LENGTH]; /* in the order of strcmp() */
};

/* A shorter list would look the same and make weaker passphrases: it must be this one, byte for byte. */
static const char list_sha256[] = "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522";

static gboolean
split (TriWordList *list)
{
  guint n = 0;
  for (char *word = list->text, *end; (end = strchr (word, '\n')) != NULL; word = end + 1)
    {
      if (n == LIST_LENGTH)
        return FALSE;
      *end = '\0';
      list->words[n++] = word;
    }
  return n == LIST_LENGTH;
}

/* Returns: (transfer full): the list; NULL when it is not installed, or not the one that this program knows */
TriWordList *
tri_word_list_load (GError **error)
{
  g_autofree char *path = tri_datadir_find (LIST, error);
  g_autoptr (TriWordList) list = g_new0 (TriWordList, 1);
  gsize size;
  if (path == NULL || !g_file_get_contents (path, &list->text, &size, error))
    return NULL;
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) list->text, size);
  if (strcmp (digest, list_sha256) == 0 && split (list))
    return g_steal_pointer (&list);
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The list of words in %s was changed, and is not used: passphrases from it could be weak. Install "
                 "Triptych again."),
               path);
  return NULL;
}

void
tri_word_list_free (TriWordList *words)
{
  g_free (words->text);
  g_free (words);
}

guint
tri_word_list_get_length (const TriWordList *words)
{
  return LIST_LENGTH;
}

const char *
tri_word_list_get (const TriWordList *words, guint index)
{
  g_return_val_if_fail (index < LIST_LENGTH, NULL);
  return words->words[index];
}

/* @length: of @word in bytes; it needs no zero at its end */
gboolean
tri_word_list_contains (const TriWordList *words, const char *word, gsize length)
{
  guint from = 0, to = LIST_LENGTH;
  while (from < to)
    {
      guint middle = (from + to) / 2;
      int order = strncmp (word, words->words[middle], length);
      if (order == 0)
        order = words->words[middle][length] == '\0' ? 0 : -1;
      if (order == 0)
        return TRUE;
      if (order < 0)
        to = middle;
      else
        from = middle + 1;
    }
  return FALSE;
}

/**
 * tri_passphrase_suggest:
 * @n: how many words; TRI_PASSPHRASE_WORDS
 *
 * Returns: (transfer full): @n words, each drawn by libsodium's generator with equal chances, with spaces between them;
 *   in locked memory, freed with tri_passphrase_free()
 */
char *
tri_passphrase_suggest (const TriWordList *words, guint n)
{
  g_return_val_if_fail (n > 0 && n <= 64, NULL);
  guint drawn[64];
  gsize size = n;
  for (guint i = 0; i < n; i++)
    {
      drawn[i] = randombytes_uniform (LIST_LENGTH);
      size += strlen (words->words[drawn[i]]);
    }
  char *passphrase = tri_secret_new (size);
  char *end = passphrase;
  for (guint i = 0; i < n; i++)
    {
      end = stpcpy (end, words->words[drawn[i]]);
      *end++ = i + 1 < n ? ' ' : '\0';
    }
  sodium_memzero (drawn, sizeof drawn);
  return passphrase;
}

/* Wipes and frees. @passphrase: (nullable) */
void
tri_passphrase_free (char *passphrase)
{
  tri_secret_free (passphrase);
}

/* zxcvbn knows Latin letters only and takes every other byte for chance. What has a Latin spelling is spelled so; other
 * letters are left out. Returns: log₁₀ of the guesses for those, a row of the same one counted once */
static double
spell_latin (const char *text, char *out, gsize room)
{
  double unknown = 0;
  gunichar last = 0;
  gsize size = 0;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar letter = g_utf8_get_char (p);
      char one[8] = { 0 };
      g_unichar_to_utf8 (letter, one);
      g_autofree char *latin = letter < 128 ? g_strdup (one) : g_str_to_ascii (one, NULL);
      gsize length = strlen (latin);
      gboolean known = letter < 128 || strchr (latin, '?') == NULL;
      if (known && size + length < room)
        {
          memcpy (out + size, latin, length);
          size += length;
        }
      else if (letter != last)
        unknown += g_unichar_iswide (letter) ? WIDE_LETTER : LETTER;
      last = letter;
      sodium_memzero (latin, length);
      sodium_memzero (one, sizeof one);
    }
  out[size] = '\0';
  return unknown;
}

static double
estimate (const char *text)
{
  return ZxcvbnMatch (text, NULL, NULL) * M_LN2 / M_LN10;
}

/* For the one who tries words of the list: a word costs its choice out of the list, what is between words what zxcvbn
 * says. @text: changed */
static double
estimate_words (char *text, const TriWordList *words)
{
  double sum = 0;
  gboolean more = TRUE;
  for (char *word = text; more;)
    {
      gsize length = strcspn (word, " ");
      more = word[length] != '\0';
      word[length] = '\0';
      sum += tri_word_list_contains (words, word, length) ? log10 (LIST_LENGTH) : estimate (word);
      word += length + 1;
    }
  return sum;
}

/* At 10,000 tries a second, which takes some thousands of cores at age's work factor of 18: minutes, a day, years,
 * thousands of years. */
static const double limits[TRI_STRENGTH_MAX] = { 6, 9, 12, 15 };
static const char *const sentences[TRI_STRENGTH_MAX + 1] = {
  N_("Too easy: a program guesses it within minutes."),
  N_("Weak: somebody who wants in guesses it within a day."),
  N_("Fair: it keeps the curious out, but not somebody with time and many computers."),
  N_("Good: guessing it takes many computers many years."),
  N_("Strong: nobody gets it by guessing."),
};

/**
 * tri_passphrase_measure:
 * @passphrase: UTF-8
 * @words: (nullable): to see words of the list as an attacker would
 *
 * An estimate, by zxcvbn (Wheeler 2016): it knows common passwords, names, words of English, dates, keyboard rows and the
 * usual replacements, and nothing of what only friends of this person would try.
 */
void
tri_passphrase_measure (const char *passphrase, const TriWordList *words, TriStrength *out)
{
  g_return_if_fail (g_utf8_validate (passphrase, -1, NULL));
  gsize room = 4 * strlen (passphrase) + 1;
  char *latin = tri_secret_new (room);
  double unknown = spell_latin (passphrase, latin, room);
  double guesses = estimate (latin);
  double by_words = words != NULL ? estimate_words (latin, words) : guesses;
  tri_secret_free (latin);
  out->guesses_log10 = MAX (MIN (guesses, by_words), 0) + unknown;
  out->score = 0;
  while (out->score < TRI_STRENGTH_MAX && out->guesses_log10 >= limits[out->score])
    out->score++;
  out->sentence = passphrase[0] != '\0' ? _(sentences[out->score]) : "";
}
