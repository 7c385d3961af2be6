/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-stream.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-diagnose.h"
#include "tri-age-stanza.h"
#include "tri-hkdf.h"
#include "tri-parallel.h"

#define GRAIN (TRI_AGE_STREAM_BATCH / 4)
#define N_CHUNKS(size, chunk) ((size) == 0 ? 1 : ((size) + (chunk) - 1) / (chunk))

void
tri_age_stream_key (const guint8 *file_key, const guint8 nonce[TRI_AGE_STREAM_NONCE], guint8 key[32])
{
  tri_hkdf (nonce, TRI_AGE_STREAM_NONCE, file_key, TRI_AGE_FILE_KEY_SIZE, "payload", key, 32);
}

/* 11 bytes of big-endian counter and the flag of the last chunk */
static void
set_nonce (guint8 nonce[12], guint64 counter, gboolean last)
{
  guint64 big_endian = GUINT64_TO_BE (counter);
  memset (nonce, 0, 12);
  memcpy (nonce + 3, &big_endian, 8);
  nonce[11] = last ? 1 : 0;
}

typedef struct {
  const guint8 *key, *in;
  guint8 *out;
  guint64 counter;
  gsize size, n_chunks;
  gboolean last;
  gboolean good[TRI_AGE_STREAM_BATCH];
} Batch;

/* libcrypto's ChaCha20-Poly1305 is twice to thrice as fast as libsodium's where the processor has AVX2 or AVX-512. */
static EVP_CIPHER_CTX *
context_new (const guint8 key[32], gboolean seal)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  if (context == NULL || EVP_CipherInit_ex (context, EVP_chacha20_poly1305 (), NULL, key, NULL, seal) != 1)
    g_error ("libcrypto has no ChaCha20-Poly1305");
  return context;
}

static void
seal_chunks (gsize begin, gsize end, gpointer data)
{
  Batch *batch = data;
  EVP_CIPHER_CTX *context = context_new (batch->key, TRUE);
  for (gsize i = begin; i < end; i++)
    {
      guint8 nonce[12], *out = batch->out + i * TRI_AGE_STREAM_SEALED;
      gsize at = i * TRI_AGE_STREAM_CHUNK;
      int n = (int) MIN (TRI_AGE_STREAM_CHUNK, batch->size - at), written, rest;
      set_nonce (nonce, batch->counter + i, batch->last && i == batch->n_chunks - 1);
      if (EVP_EncryptInit_ex (context, NULL, NULL, NULL, nonce) != 1
          || EVP_EncryptUpdate (context, out, &written, batch->in + at, n) != 1 || written != n
          || EVP_EncryptFinal_ex (context, out + n, &rest) != 1
          || EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, TRI_AGE_STREAM_TAG, out + n) != 1)
        g_error ("libcrypto does not encrypt");
    }
  EVP_CIPHER_CTX_free (context);
}

/**
 * tri_age_stream_seal:
 * @counter: number of the first chunk
 * @last: whether the payload ends with this
 * @plain: @size bytes: whole chunks, unless @last; at most TRI_AGE_STREAM_BATCH chunks
 * @sealed: (out): @size bytes and a tag for each chunk (for one chunk when @size is 0)
 */
void
tri_age_stream_seal (const guint8 key[32], guint64 counter, gboolean last, const guint8 *plain, gsize size,
                     guint8 *sealed)
{
  Batch batch = { .key = key, .in = plain, .out = sealed, .counter = counter, .size = size, .last = last,
                  .n_chunks = N_CHUNKS (size, TRI_AGE_STREAM_CHUNK) };
  tri_parallel_each (batch.n_chunks, GRAIN, seal_chunks, &batch);
}

gboolean
tri_age_chunk_open (const guint8 key[32], guint64 counter, gboolean last, const guint8 *sealed, gsize size,
                    guint8 *plain)
{
  guint8 nonce[12];
  set_nonce (nonce, counter, last);
  return size >= TRI_AGE_STREAM_TAG
         && crypto_aead_chacha20poly1305_ietf_decrypt (plain, NULL, NULL, sealed, size, NULL, 0, nonce, key) == 0;
}

/* Whether a last chunk that is not authentic has one wrong byte, rather than a missing end. */
gboolean
tri_age_chunk_is_damaged (const guint8 key[32], guint64 counter, const guint8 *sealed, gsize size)
{
  guint8 nonce[12];
  set_nonce (nonce, counter, TRUE);
  return tri_age_one_byte_wrong (key, nonce, sealed, size);
}

/* What is not authentic is wiped: libcrypto writes before it knows. */
static gboolean
open_chunk (EVP_CIPHER_CTX *context, const guint8 nonce[12], const guint8 *sealed, gsize size, guint8 *plain)
{
  guint8 tag[TRI_AGE_STREAM_TAG];
  if (size < TRI_AGE_STREAM_TAG)
    return FALSE;
  int n = (int) (size - TRI_AGE_STREAM_TAG), written, rest;
  memcpy (tag, sealed + n, sizeof tag);
  gboolean good = EVP_DecryptInit_ex (context, NULL, NULL, NULL, nonce) == 1
                  && EVP_DecryptUpdate (context, plain, &written, sealed, n) == 1
                  && EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) == 1
                  && EVP_DecryptFinal_ex (context, plain + n, &rest) == 1;
  if (!good)
    sodium_memzero (plain, (gsize) n);
  return good;
}

static void
open_chunks (gsize begin, gsize end, gpointer data)
{
  Batch *batch = data;
  EVP_CIPHER_CTX *context = context_new (batch->key, FALSE);
  for (gsize i = begin; i < end; i++)
    {
      guint8 nonce[12];
      gsize at = i * TRI_AGE_STREAM_SEALED, n = MIN (TRI_AGE_STREAM_SEALED, batch->size - at);
      set_nonce (nonce, batch->counter + i, batch->last && i == batch->n_chunks - 1);
      batch->good[i] = open_chunk (context, nonce, batch->in + at, n, batch->out + i * TRI_AGE_STREAM_CHUNK);
    }
  EVP_CIPHER_CTX_free (context);
}

/**
 * tri_age_stream_open:
 *
 * The reverse of tri_age_stream_seal().
 *
 * Returns: how many of the chunks, from the first on, are authentic; @plain past them must not be used
 */
gsize
tri_age_stream_open (const guint8 key[32], guint64 counter, gboolean last, const guint8 *sealed, gsize size,
                     guint8 *plain)
{
  Batch batch = { .key = key, .in = sealed, .out = plain, .counter = counter, .size = size, .last = last,
                  .n_chunks = N_CHUNKS (size, TRI_AGE_STREAM_SEALED) };
  gsize n_good = 0;
  tri_parallel_each (batch.n_chunks, GRAIN, open_chunks, &batch);
  while (n_good < batch.n_chunks && batch.good[n_good])
    n_good++;
  return n_good;
}
