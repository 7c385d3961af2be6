/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-keystream.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>

#include "tri-logistic-map.h"

#define PIECE ((gsize) 1 << 18) /* bytes between two looks at the progress; a multiple of XChaCha20's blocks of 64 */
#define CONTEXT "keystream"

const TriChoice tri_keystream_choices[] = { { "xchacha20", N_("XChaCha20") }, { "logistic", N_("Logistic map") }, { 0 } };

static void
xor_logistic (TriLogisticMap *map, guint8 *data, gsize size)
{
  guint8 stream[4096];
  for (gsize done = 0; done < size; done += sizeof stream)
    {
      gsize n = MIN (size - done, sizeof stream);
      tri_logistic_bytes (map, TRI_LOGISTIC_TIMES_1E14, stream, n);
      for (gsize i = 0; i < n; i++)
        data[done + i] ^= stream[i];
    }
}

/* Hides @data, or shows it again. The stream depends on @header's salt and, for XChaCha20, on its nonce too. */
gboolean
tri_keystream_xor (TriKeystream kind, const TriKey *key, const TriSealed *header, guint8 *data, gsize size,
                   TriProgress *progress, GError **error)
{
  guint8 subkey[crypto_stream_xchacha20_KEYBYTES];
  TriLogisticKey start;
  TriLogisticMap map;
  gboolean good = kind == TRI_KEYSTREAM_LOGISTIC
                      ? tri_logistic_key (key, header->salt, &start, error)
                      : tri_key_derive (key, header->salt, CONTEXT, subkey, sizeof subkey, error);
  if (good && kind == TRI_KEYSTREAM_LOGISTIC)
    map = tri_logistic_map (&start, TRI_LOGISTIC_DOUBLE);
  for (gsize done = 0; good && done < size; done += PIECE)
    {
      gsize n = MIN (size - done, PIECE);
      if (kind == TRI_KEYSTREAM_LOGISTIC)
        xor_logistic (&map, data + done, n);
      else
        crypto_stream_xchacha20_xor_ic (data + done, data + done, n, header->nonce, done / 64, subkey);
      good = tri_progress_check (progress, (double) (done + n) / (double) size, error);
    }
  sodium_memzero (subkey, sizeof subkey);
  sodium_memzero (&start, sizeof start);
  sodium_memzero (&map, sizeof map);
  return good;
}
