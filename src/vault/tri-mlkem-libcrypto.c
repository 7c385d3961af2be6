/* ML-KEM-768 of libcrypto, which has it since OpenSSL 3.5. All functions that this needs are older, so whether it is there
 * is asked when the program runs. SPDX-License-Identifier: GPL-3.0-or-later */
#include <openssl/evp.h>

#include "tri-mlkem.h"

#define NAME "ML-KEM-768"

/* Names of parameters that the headers of OpenSSL 3.0 lack */
#define PARAM_SEED "seed"
#define PARAM_IKME "ikme"

static gboolean
is_available (void)
{
  EVP_KEM *kem = EVP_KEM_fetch (NULL, NAME, NULL);
  EVP_KEYMGMT *keys = EVP_KEYMGMT_fetch (NULL, NAME, NULL);
  gboolean both = kem != NULL && keys != NULL;
  EVP_KEM_free (kem);
  EVP_KEYMGMT_free (keys);
  return both;
}

static void
keygen (const guint8 seed[TRI_MLKEM_SEED_SIZE], guint8 ek[TRI_MLKEM_EK_SIZE], guint8 dk[TRI_MLKEM_DK_SIZE])
{
  OSSL_PARAM params[] = { OSSL_PARAM_octet_string (PARAM_SEED, (void *) seed, TRI_MLKEM_SEED_SIZE), OSSL_PARAM_END };
  EVP_PKEY *key = NULL;
  gsize ek_size = TRI_MLKEM_EK_SIZE, dk_size = TRI_MLKEM_DK_SIZE;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, NAME, NULL);
  if (context == NULL || EVP_PKEY_fromdata_init (context) != 1
      || EVP_PKEY_fromdata (context, &key, EVP_PKEY_KEYPAIR, params) != 1
      || EVP_PKEY_get_raw_public_key (key, ek, &ek_size) != 1 || ek_size != TRI_MLKEM_EK_SIZE
      || EVP_PKEY_get_raw_private_key (key, dk, &dk_size) != 1 || dk_size != TRI_MLKEM_DK_SIZE)
    g_error ("libcrypto makes no " NAME " key");
  EVP_PKEY_free (key);
  EVP_PKEY_CTX_free (context);
}

static gboolean
encapsulate (const guint8 ek[TRI_MLKEM_EK_SIZE], const guint8 m[TRI_MLKEM_M_SIZE], guint8 ct[TRI_MLKEM_CT_SIZE],
             guint8 shared[TRI_MLKEM_SHARED_SIZE])
{
  OSSL_PARAM params[] = { OSSL_PARAM_octet_string (PARAM_IKME, (void *) m, TRI_MLKEM_M_SIZE), OSSL_PARAM_END };
  gsize ct_size = TRI_MLKEM_CT_SIZE, shared_size = TRI_MLKEM_SHARED_SIZE;
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key_ex (NULL, NAME, NULL, ek, TRI_MLKEM_EK_SIZE);
  if (key == NULL)
    return FALSE;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  if (context == NULL || EVP_PKEY_encapsulate_init (context, params) != 1
      || EVP_PKEY_encapsulate (context, ct, &ct_size, shared, &shared_size) != 1)
    g_error ("libcrypto does not encapsulate");
  EVP_PKEY_CTX_free (context);
  EVP_PKEY_free (key);
  return TRUE;
}

static gboolean
decapsulate (const guint8 dk[TRI_MLKEM_DK_SIZE], const guint8 ct[TRI_MLKEM_CT_SIZE], guint8 shared[TRI_MLKEM_SHARED_SIZE])
{
  gsize shared_size = TRI_MLKEM_SHARED_SIZE;
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex (NULL, NAME, NULL, dk, TRI_MLKEM_DK_SIZE);
  if (key == NULL)
    return FALSE;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey (NULL, key, NULL);
  if (context == NULL || EVP_PKEY_decapsulate_init (context, NULL) != 1
      || EVP_PKEY_decapsulate (context, shared, &shared_size, ct, TRI_MLKEM_CT_SIZE) != 1)
    g_error ("libcrypto does not decapsulate");
  EVP_PKEY_CTX_free (context);
  EVP_PKEY_free (key);
  return TRUE;
}

const TriMlkem tri_mlkem_libcrypto = {
  .name = "libcrypto",
  .is_available = is_available,
  .keygen = keygen,
  .encapsulate = encapsulate,
  .decapsulate = decapsulate,
};
