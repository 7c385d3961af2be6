/* The header of an age file: stanzas, each a recipient's wrapped file key. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TRI_AGE_FILE_KEY_SIZE 16
#define TRI_AGE_MAC_SIZE 32
#define TRI_AGE_VERSION_LINE "age-encryption.org/v1\n"
/* What fits some two thousand post-quantum recipients; a longer header is refused before it is held. */
#define TRI_AGE_HEADER_MAX (4u * 1024 * 1024)

/**
 * TriAgeStanza:
 * @args: (element-type utf8): the first is the type
 */
typedef struct {
  GPtrArray *args;
  GByteArray *body;
} TriAgeStanza;

/**
 * TriAgeHeader:
 * @stanzas: (element-type TriAgeStanza)
 * @text: what the MAC covers: everything up to and including "---"
 */
typedef struct {
  GPtrArray *stanzas;
  GByteArray *text;
  guint8 mac[TRI_AGE_MAC_SIZE];
  /*< private >*/
  gboolean in_body; /* reading: the last stanza's body goes on */
} TriAgeHeader;

TriAgeStanza *tri_age_stanza_new (const char *type, ...) G_GNUC_NULL_TERMINATED;
void tri_age_stanza_free (TriAgeStanza *stanza);
const char *tri_age_stanza_type (const TriAgeStanza *stanza);

TriAgeHeader *tri_age_header_new (void);
void tri_age_header_free (TriAgeHeader *header);
gboolean tri_age_header_add_line (TriAgeHeader *header, const guint8 *line, gsize size, gboolean *done, GError **error);
void tri_age_header_finish (TriAgeHeader *header, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE]);
gboolean tri_age_header_check_mac (const TriAgeHeader *header, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE]);

gboolean tri_age_base64_decode (const char *text, gsize length, guint8 *out, gsize out_max, gsize *out_size);
char *tri_age_base64_encode (const guint8 *data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAgeStanza, tri_age_stanza_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAgeHeader, tri_age_header_free)

G_END_DECLS
