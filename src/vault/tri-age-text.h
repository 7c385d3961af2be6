/* A small age file under a passphrase, made from locked memory and opened into it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GBytes *tri_age_seal_text (const char *text, gsize size, const char *passphrase, guint work_factor, GError **error);
gboolean tri_age_check_takes_passphrase (GBytes *bytes, const char *name, GCancellable *cancellable, GError **error);
char *tri_age_open_text (GBytes *bytes, const char *passphrase, gsize *size, GError **error);

G_END_DECLS
