/* Large buffers that are used again and again, by whatever thread. Private to the vault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-age-stream.h"

G_BEGIN_DECLS

#define TRI_BUFFER_SIZE (TRI_AGE_STREAM_BATCH * TRI_AGE_STREAM_SEALED) /* so many chunks as are worked on at once */

guint8 *tri_buffer_new (void);
void tri_buffer_free (guint8 *buffer, gsize used);

G_END_DECLS
