/* The desktop's store of secrets. Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsecret/secret.h>

G_BEGIN_DECLS

SecretService *tri_secret_service_connect (GCancellable *cancellable, GError **error);
gboolean tri_secret_service_refused (GError *why, GError **error);

G_END_DECLS
