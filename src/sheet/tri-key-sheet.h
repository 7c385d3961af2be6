/* The recovery sheet of a key in the ring. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-keyring.h"

G_BEGIN_DECLS

gboolean tri_key_sheet_write (TriKeyring *keyring, const char *fingerprint, GFile *file, GCancellable *cancellable,
                              GError **error);

G_END_DECLS
