/* ML-KEM-768 (FIPS 203): the system's where it has one, else our own. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_MLKEM_SEED_SIZE 64    /* d ‖ z */
#define TRI_MLKEM_EK_SIZE 1184    /* encapsulation (public) key */
#define TRI_MLKEM_DK_SIZE 2400    /* decapsulation (secret) key, expanded */
#define TRI_MLKEM_M_SIZE 32
#define TRI_MLKEM_CT_SIZE 1088
#define TRI_MLKEM_SHARED_SIZE 32

/**
 * TriMlkem:
 * @is_available: whether the library that does the work has it
 * @keygen: ML-KEM.KeyGen_internal (algorithm 16). The caller wipes @dk, which is dk_PKE ‖ ek ‖ H(ek) ‖ z.
 * @encapsulate: ML-KEM.Encaps (algorithms 17 and 20) with the randomness given, uniformly random and secret. FALSE when
 *   a coefficient of @ek is not reduced (the modulus check of section 7.2).
 * @decapsulate: ML-KEM.Decaps (algorithms 18 and 21). A ciphertext that does not re-encrypt to itself gives a
 *   pseudorandom secret and no error (implicit rejection), in the same time. FALSE when the two parts of @dk do not
 *   belong together (the hash check of section 7.3).
 *
 * An implementation; all give the same bytes. Each may be called from any thread.
 */
typedef struct {
  const char *name;
  gboolean (*is_available) (void);
  void (*keygen) (const guint8 seed[TRI_MLKEM_SEED_SIZE], guint8 ek[TRI_MLKEM_EK_SIZE], guint8 dk[TRI_MLKEM_DK_SIZE]);
  gboolean (*encapsulate) (const guint8 ek[TRI_MLKEM_EK_SIZE], const guint8 m[TRI_MLKEM_M_SIZE],
                           guint8 ct[TRI_MLKEM_CT_SIZE], guint8 shared[TRI_MLKEM_SHARED_SIZE]);
  gboolean (*decapsulate) (const guint8 dk[TRI_MLKEM_DK_SIZE], const guint8 ct[TRI_MLKEM_CT_SIZE],
                           guint8 shared[TRI_MLKEM_SHARED_SIZE]);
} TriMlkem;

extern const TriMlkem tri_mlkem_libcrypto, tri_mlkem_own;
extern const TriMlkem *const tri_mlkem_all[]; /* best first; NULL-terminated */

const TriMlkem *tri_mlkem_get (void);
gboolean tri_mlkem_check_ek (const guint8 ek[TRI_MLKEM_EK_SIZE]);

G_END_DECLS
