/* ML-KEM-768 (FIPS 203). SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_MLKEM_SEED_SIZE 64    /* d ‖ z */
#define TRI_MLKEM_EK_SIZE 1184    /* encapsulation (public) key */
#define TRI_MLKEM_DK_SIZE 2400    /* decapsulation (secret) key, expanded */
#define TRI_MLKEM_CT_SIZE 1088
#define TRI_MLKEM_SHARED_SIZE 32

void tri_mlkem_keygen (const guint8 seed[TRI_MLKEM_SEED_SIZE], guint8 ek[TRI_MLKEM_EK_SIZE],
                       guint8 dk[TRI_MLKEM_DK_SIZE]);
gboolean tri_mlkem_check_ek (const guint8 ek[TRI_MLKEM_EK_SIZE]);
gboolean tri_mlkem_check_dk (const guint8 dk[TRI_MLKEM_DK_SIZE]);
gboolean tri_mlkem_encapsulate (const guint8 ek[TRI_MLKEM_EK_SIZE], const guint8 m[32],
                                guint8 ct[TRI_MLKEM_CT_SIZE], guint8 shared[TRI_MLKEM_SHARED_SIZE]);
void tri_mlkem_decapsulate (const guint8 dk[TRI_MLKEM_DK_SIZE], const guint8 ct[TRI_MLKEM_CT_SIZE],
                            guint8 shared[TRI_MLKEM_SHARED_SIZE]);

G_END_DECLS
