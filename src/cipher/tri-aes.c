/* AES-256 (FIPS 197) in the modes ECB and CTR of NIST SP 800-38A. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-aes.h"

#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <sodium.h>
#include <string.h>

#include "tri-parallel.h"

#define GRAIN 8192 /* blocks: 128 KiB, some 30 µs with AES instructions, 1 ms without */

G_STATIC_ASSERT (TRI_AES_KEY_SIZE == AES256_KEY_SIZE && TRI_AES_BLOCK_SIZE == AES_BLOCK_SIZE);

typedef struct {
  struct aes256_ctx aes;
  gboolean decrypt;
  const guint8 *counter;
  const guint8 *src;
  guint8 *dst;
  gsize size; /* bytes */
} Job;

static void
ecb_blocks (gsize begin, gsize end, guint slot, gpointer user_data)
{
  const Job *job = user_data;
  gsize at = begin * AES_BLOCK_SIZE, size = (end - begin) * AES_BLOCK_SIZE;
  if (job->decrypt)
    aes256_decrypt (&job->aes, size, job->dst + at, job->src + at);
  else
    aes256_encrypt (&job->aes, size, job->dst + at, job->src + at);
}

/* @src and @dst have @n_blocks × 16 bytes and may be the same. */
gboolean
tri_aes256_ecb (const guint8 key[TRI_AES_KEY_SIZE], gboolean decrypt, const guint8 *src, guint8 *dst, gsize n_blocks,
                TriProgress *progress, GError **error)
{
  Job job = { .decrypt = decrypt, .src = src, .dst = dst };
  if (decrypt)
    aes256_set_decrypt_key (&job.aes, key);
  else
    aes256_set_encrypt_key (&job.aes, key);
  gboolean good = tri_parallel_for (n_blocks, GRAIN, ecb_blocks, &job, progress, error);
  sodium_memzero (&job.aes, sizeof job.aes);
  return good;
}

/* out = counter + add, both as big-endian numbers modulo 2¹²⁸ */
static void
add_to_counter (guint8 out[AES_BLOCK_SIZE], const guint8 counter[AES_BLOCK_SIZE], guint64 add)
{
  guint carry = 0;
  for (int i = AES_BLOCK_SIZE - 1; i >= 0; i--)
    {
      guint sum = counter[i] + (guint) (add & 255) + carry;
      out[i] = (guint8) sum;
      carry = sum >> 8;
      add >>= 8;
    }
}

static void
ctr_blocks (gsize begin, gsize end, guint slot, gpointer user_data)
{
  const Job *job = user_data;
  guint8 counter[AES_BLOCK_SIZE];
  gsize at = begin * AES_BLOCK_SIZE, stop = MIN (end * AES_BLOCK_SIZE, job->size);
  add_to_counter (counter, job->counter, begin);
  ctr_crypt (&job->aes, (nettle_cipher_func *) aes256_encrypt, AES_BLOCK_SIZE, counter, stop - at, job->dst + at,
             job->src + at);
}

/**
 * tri_aes256_ctr:
 * @counter: the first counter block; it counts up by one a block as a 128-bit big-endian number, wrapping
 * @src: and @dst: @size bytes each; they may be the same
 *
 * Encrypts and decrypts.
 */
gboolean
tri_aes256_ctr (const guint8 key[TRI_AES_KEY_SIZE], const guint8 counter[TRI_AES_BLOCK_SIZE], const guint8 *src,
                guint8 *dst, gsize size, TriProgress *progress, GError **error)
{
  Job job = { .counter = counter, .src = src, .dst = dst, .size = size };
  aes256_set_encrypt_key (&job.aes, key);
  gboolean good = tri_parallel_for ((size + AES_BLOCK_SIZE - 1) / AES_BLOCK_SIZE, GRAIN, ctr_blocks, &job, progress,
                                    error);
  sodium_memzero (&job.aes, sizeof job.aes);
  return good;
}
