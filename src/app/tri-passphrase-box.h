/* A passphrase: typed once to open, or chosen with care. What is typed stays in GTK's locked buffer.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TRI_TYPE_PASSPHRASE_BOX (tri_passphrase_box_get_type ())
G_DECLARE_FINAL_TYPE (TriPassphraseBox, tri_passphrase_box, TRI, PASSPHRASE_BOX, AdwBin)

void tri_passphrase_box_set_choosing (TriPassphraseBox *self, gboolean choosing);
gboolean tri_passphrase_box_is_ready (TriPassphraseBox *self);
gboolean tri_passphrase_box_is_empty (TriPassphraseBox *self);
const char *tri_passphrase_box_get_text (TriPassphraseBox *self);
const char *tri_passphrase_box_why_not (TriPassphraseBox *self);
void tri_passphrase_box_clear (TriPassphraseBox *self);

G_END_DECLS
