/* A small age file under a passphrase, opened into locked memory. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *tri_age_open_text (GBytes *bytes, const char *passphrase, gsize *size, GError **error);

G_END_DECLS
