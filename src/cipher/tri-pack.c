/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-pack.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"

void
tri_pack_u8 (GByteArray *bytes, guint value)
{
  guint8 byte = (guint8) value;
  g_byte_array_append (bytes, &byte, 1);
}

void
tri_pack_u16 (GByteArray *bytes, guint value)
{
  guint16 le = GUINT16_TO_LE ((guint16) value);
  g_byte_array_append (bytes, (guint8 *) &le, sizeof le);
}

void
tri_pack_u32 (GByteArray *bytes, guint value)
{
  guint32 le = GUINT32_TO_LE ((guint32) value);
  g_byte_array_append (bytes, (guint8 *) &le, sizeof le);
}

void
tri_pack_double (GByteArray *bytes, double value)
{
  guint64 le;
  memcpy (&le, &value, sizeof le);
  le = GUINT64_TO_LE (le);
  g_byte_array_append (bytes, (guint8 *) &le, sizeof le);
}

TriUnpacker
tri_unpacker (GBytes *bytes)
{
  TriUnpacker unpacker = { NULL, 0, TRUE };
  unpacker.at = g_bytes_get_data (bytes, &unpacker.left);
  return unpacker;
}

static void
take (TriUnpacker *unpacker, gpointer out, gsize size)
{
  unpacker->good = unpacker->good && unpacker->left >= size;
  if (!unpacker->good)
    {
      memset (out, 0, size);
      return;
    }
  memcpy (out, unpacker->at, size);
  unpacker->at += size;
  unpacker->left -= size;
}

guint
tri_unpack_u8 (TriUnpacker *unpacker)
{
  guint8 byte;
  take (unpacker, &byte, 1);
  return byte;
}

guint
tri_unpack_u16 (TriUnpacker *unpacker)
{
  guint16 le;
  take (unpacker, &le, sizeof le);
  return GUINT16_FROM_LE (le);
}

guint
tri_unpack_u32 (TriUnpacker *unpacker)
{
  guint32 le;
  take (unpacker, &le, sizeof le);
  return GUINT32_FROM_LE (le);
}

/* NaN and infinity are bad. */
double
tri_unpack_double (TriUnpacker *unpacker)
{
  guint64 le;
  double value;
  take (unpacker, &le, sizeof le);
  le = GUINT64_FROM_LE (le);
  memcpy (&value, &le, sizeof value);
  unpacker->good = unpacker->good && isfinite (value);
  return unpacker->good ? value : 0;
}

/* Whether everything was there and nothing is left over; else TRI_ERROR_DAMAGED. */
gboolean
tri_unpack_finish (TriUnpacker *unpacker, GError **error)
{
  if (unpacker->good && unpacker->left == 0)
    return TRUE;
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                       _("The model in the file contradicts itself. It is damaged or was changed; try another copy."));
  return FALSE;
}
