/* Little-endian numbers in a row of bytes, written and read back with bounds checked: the form of a model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads from a hostile row of bytes: after the first that is missing or not finite, good is FALSE and all is zero. */
typedef struct {
  const guint8 *at;
  gsize left;
  gboolean good;
} TriUnpacker;

/* Appended in little-endian order; doubles as IEEE 754 has them. */
void tri_pack_u8 (GByteArray *bytes, guint value);
void tri_pack_u16 (GByteArray *bytes, guint value);
void tri_pack_u32 (GByteArray *bytes, guint value);
void tri_pack_double (GByteArray *bytes, double value);

/* Reads what the functions above wrote, and stays good while all of it is there. @bytes must outlive it. */
TriUnpacker tri_unpacker (GBytes *bytes);
guint tri_unpack_u8 (TriUnpacker *unpacker);
guint tri_unpack_u16 (TriUnpacker *unpacker);
guint tri_unpack_u32 (TriUnpacker *unpacker);
double tri_unpack_double (TriUnpacker *unpacker);
gboolean tri_unpack_finish (TriUnpacker *unpacker, GError **error);

G_END_DECLS
