/* Pictures, keys and waiting, for the tests of src/work. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-session.h"

/* A smooth picture with a little texture; the same for the same numbers. */
TriImage *fixture_picture (guint width, guint height, guint channels);
TriKey *fixture_key (const char *bytes);
TriSealed *fixture_seal (const char *cipher, const TriImage *picture, const TriKey *key);
const TriCipher *fixture_cipher (const char *id);

/* Runs the main loop until the session is at rest. */
void fixture_settle (TriSession *session);
/* Runs the main loop until everything that was under way has had its chance to arrive. */
void fixture_drain (void);
