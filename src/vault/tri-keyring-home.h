/* The user's own key ring, in the place that the environment names. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-keyring.h"

G_BEGIN_DECLS

TriKeyring *tri_keyring_home_new (GError **error);

G_END_DECLS
