/* XChaCha20-Poly1305 (RFC 8439, draft-irtf-cfrg-xchacha-03) from libsodium's parts. Encryption works in windows: while
 * one thread authenticates the window before, the others encrypt the next. Decryption authenticates everything before
 * it decrypts anything. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-xchacha.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-error.h"
#include "tri-parallel.h"

#define WINDOW (512u * 1024)  /* bytes; a multiple of 64: some 0.3 ms */
#define BLOCK 64u             /* of ChaCha20 */

typedef struct {
  guint8 subkey[crypto_stream_chacha20_ietf_KEYBYTES];
  guint8 nonce[crypto_stream_chacha20_ietf_NONCEBYTES];
  crypto_onetimeauth_state mac;
  const guint8 *src;
  guint8 *dst;
  gsize mac_begin, mac_end;       /* of dst: to authenticate now */
  gsize stream_begin, stream_end; /* of src: to encrypt now */
  guint n_streams;                /* threads that encrypt while one authenticates */
} State;

static void
mac_pad (State *state, gsize size)
{
  static const guint8 zeros[16];
  if (size % 16 > 0)
    crypto_onetimeauth_update (&state->mac, zeros, 16 - size % 16);
}

/* Subkey, the nonce's rest, and Poly1305 keyed with the keystream's block 0 and fed with @ad. */
static void
start (State *state, const guint8 *key, const guint8 *nonce, GBytes *ad)
{
  guint8 first[crypto_onetimeauth_KEYBYTES];
  gsize ad_size;
  const guint8 *ad_bytes = g_bytes_get_data (ad, &ad_size);
  crypto_core_hchacha20 (state->subkey, nonce, key, NULL);
  memset (state->nonce, 0, 4);
  memcpy (state->nonce + 4, nonce + crypto_core_hchacha20_INPUTBYTES, 8);
  crypto_stream_chacha20_ietf (first, sizeof first, state->nonce, state->subkey);
  crypto_onetimeauth_init (&state->mac, first);
  sodium_memzero (first, sizeof first);
  crypto_onetimeauth_update (&state->mac, ad_bytes, ad_size);
  mac_pad (state, ad_size);
}

static void
finish (State *state, GBytes *ad, gsize size, guint8 *tag)
{
  guint64 sizes[2] = { GUINT64_TO_LE ((guint64) g_bytes_get_size (ad)), GUINT64_TO_LE ((guint64) size) };
  mac_pad (state, size);
  crypto_onetimeauth_update (&state->mac, (const guint8 *) sizes, sizeof sizes);
  crypto_onetimeauth_final (&state->mac, tag);
}

/* @begin is a multiple of 64. */
static void
stream (const State *state, gsize begin, gsize end)
{
  crypto_stream_chacha20_ietf_xor_ic (state->dst + begin, state->src + begin, end - begin, state->nonce,
                                      (guint32) (1 + begin / BLOCK), state->subkey);
}

/* Item 0 authenticates; the others, one for each thread that is left, encrypt. */
static void
do_window (gsize begin, gsize end, guint slot, gpointer user_data)
{
  State *state = user_data;
  gsize size = state->stream_end - state->stream_begin, piece = (size / state->n_streams + BLOCK) / BLOCK * BLOCK;
  if (begin == 0)
    {
      crypto_onetimeauth_update (&state->mac, state->dst + state->mac_begin, state->mac_end - state->mac_begin);
      return;
    }
  gsize from = MIN ((begin - 1) * piece, size), to = MIN (begin * piece, size);
  if (from < to)
    stream (state, state->stream_begin + from, state->stream_begin + to);
}

/**
 * tri_xchacha_encrypt:
 * @ad: additional data, authenticated
 * @dst: (out): @size bytes; when this fails, what is in it must not be used
 *
 * Returns: FALSE with G_IO_ERROR_CANCELLED when cancelled
 */
gboolean
tri_xchacha_encrypt (const guint8 key[TRI_XCHACHA_KEY_SIZE], const guint8 nonce[TRI_XCHACHA_NONCE_SIZE], GBytes *ad,
                     const guint8 *src, guint8 *dst, gsize size, guint8 tag[TRI_XCHACHA_TAG_SIZE],
                     TriProgress *progress, GError **error)
{
  State state = { .src = src, .dst = dst, .n_streams = MAX (tri_parallel_get_threads (), 2) - 1 };
  gboolean good = TRUE;
  start (&state, key, nonce, ad);
  while (good && state.mac_end < size)
    {
      state.mac_begin = state.mac_end;
      state.mac_end = state.stream_end;
      state.stream_begin = state.stream_end;
      state.stream_end = MIN (state.stream_end + WINDOW, size);
      tri_parallel_for (1 + state.n_streams, 1, do_window, &state, NULL, NULL);
      good = tri_progress_check (progress, (double) state.mac_end / (double) size, error);
    }
  if (good)
    finish (&state, ad, size, tag);
  sodium_memzero (&state, sizeof state);
  return good;
}

static void
stream_windows (gsize begin, gsize end, guint slot, gpointer user_data)
{
  const State *state = user_data;
  stream (state, begin * WINDOW, MIN (end * WINDOW, state->stream_end));
}

/**
 * tri_xchacha_decrypt:
 * @dst: (out): @size bytes; untouched unless the tag is right
 *
 * Returns: FALSE with TRI_ERROR_WRONG_KEY when the tag is wrong, or G_IO_ERROR_CANCELLED
 */
gboolean
tri_xchacha_decrypt (const guint8 key[TRI_XCHACHA_KEY_SIZE], const guint8 nonce[TRI_XCHACHA_NONCE_SIZE], GBytes *ad,
                     const guint8 *src, guint8 *dst, gsize size, const guint8 tag[TRI_XCHACHA_TAG_SIZE],
                     TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.5), second = tri_progress_sub (progress, 0.5, 1);
  State state = { .src = src, .dst = dst, .stream_end = size };
  guint8 right[TRI_XCHACHA_TAG_SIZE];
  gboolean good = TRUE;
  start (&state, key, nonce, ad);
  for (gsize at = 0; good && at < size; at += WINDOW)
    {
      crypto_onetimeauth_update (&state.mac, src + at, MIN (WINDOW, size - at));
      good = tri_progress_check (first, (double) at / (double) size, error);
    }
  if (good)
    {
      finish (&state, ad, size, right);
      good = sodium_memcmp (right, tag, sizeof right) == 0;
      if (!good)
        g_set_error_literal (error, TRI_ERROR, TRI_ERROR_WRONG_KEY,
                             _("Refused: the key is wrong, or the file was changed after it was encrypted. Check the key, "
                               "or take another copy of the file."));
    }
  if (good)
    good = tri_parallel_for ((size + WINDOW - 1) / WINDOW, 1, stream_windows, &state, second, error);
  sodium_memzero (&state, sizeof state);
  sodium_memzero (right, sizeof right);
  return good;
}
