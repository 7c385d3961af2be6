/* How hard a passphrase is to guess, and passphrases that are: words drawn by chance.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TRI_PASSPHRASE_WORDS 6 /* 7776⁶: 77.5 bits */

/* The 7,776 words of the EFF, immutable. */
typedef struct _TriWordList TriWordList;

TriWordList *tri_word_list_load (GError **error);
void tri_word_list_free (TriWordList *words);
guint tri_word_list_get_length (const TriWordList *words);
const char *tri_word_list_get (const TriWordList *words, guint index);
gboolean tri_word_list_contains (const TriWordList *words, const char *word, gsize length);

char *tri_passphrase_suggest (const TriWordList *words, guint n);
void tri_passphrase_free (char *passphrase);

#define TRI_STRENGTH_MAX 4

/**
 * TriStrength:
 * @guesses_log10: the logarithm of the guesses that somebody who knows how people choose needs
 * @score: 0 to TRI_STRENGTH_MAX; from 3 on it is fit to protect a file that others may get hold of
 * @sentence: what that means, translated
 */
typedef struct {
  double guesses_log10;
  guint score;
  const char *sentence;
} TriStrength;

void tri_passphrase_measure (const char *passphrase, const TriWordList *words, TriStrength *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriWordList, tri_word_list_free)

G_END_DECLS
