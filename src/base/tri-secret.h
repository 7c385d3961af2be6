/* Memory for secrets. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gpointer tri_secret_new (gsize size) G_GNUC_MALLOC;
gpointer tri_secret_copy (gconstpointer data, gsize size);
void tri_secret_free (gpointer secret);
void tri_secret_forbid_dumps (void);

G_END_DECLS
