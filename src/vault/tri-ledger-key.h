/* The keys of this computer that sign ledgers: the secret with the desktop's store of secrets where one answers, else in a
 * file that only the user may read; what is public in a file beside it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "tri-note.h"

G_BEGIN_DECLS

TriVerifier *tri_ledger_key_load_verifier (const char *name, GError **error);
TriSigner *tri_ledger_key_load_signer (const char *name, GError **error);
TriSigner *tri_ledger_key_need_signer (const char *name, TriNoteType type, GError **error);
gboolean tri_ledger_key_install (const char *name, const TriSigner *signer, GError **error);

G_END_DECLS
