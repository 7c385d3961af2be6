/* What the ledger says of the key ring. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-keyring-home.h"
#include "tri-ledger-home.h"

/* What the ledger says of what happened in a key ring. */
gboolean
tri_ledger_home_record_ring (TriKeyringEvent event, const TriKeyringEntry *entry, GError **error)
{
  static const TriLedgerKind kinds[] = {
    [TRI_KEYRING_CREATED] = TRI_LEDGER_CREATED,
    [TRI_KEYRING_IMPORTED] = TRI_LEDGER_IMPORTED,
    [TRI_KEYRING_RENAMED] = TRI_LEDGER_UNKNOWN, /* the fingerprint stays */
    [TRI_KEYRING_REMOVED] = TRI_LEDGER_DELETED,
    [TRI_KEYRING_EXPORTED] = TRI_LEDGER_BACKED_UP,
    [TRI_KEYRING_REVOKED] = TRI_LEDGER_REVOKED,
  };
  return kinds[event] == TRI_LEDGER_UNKNOWN
         || tri_ledger_home_record (kinds[event], entry->fingerprint, entry->label, error);
}

static gboolean
knows (const TriLedger *ledger, const char *fingerprint)
{
  for (guint64 i = 0; i < tri_ledger_get_size (ledger); i++)
    if (strcmp (tri_ledger_get_event (ledger, i)->fingerprint, fingerprint) == 0)
      return TRUE;
  return FALSE;
}

/* The entry itself says that its time is not the key's. */
static gboolean
append_older (TriLedger *ledger, const TriSigner *signer, TriLedgerKind kind, const TriKeyringEntry *key, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  /* Translators: of a key, which is named before, in a log of what happened to keys */
  g_autofree char *label = g_strdup_printf (_("%s (was in the key ring already)"), key->label);
  g_autoptr (TriLedgerEvent) event =
      tri_ledger_event_new (now, kind, key->fingerprint, strlen (label) <= TRI_LEDGER_LABEL_MAX ? label : key->label, error);
  return event != NULL && tri_ledger_append (ledger, signer, event, error);
}

static int
compare_created (gconstpointer a, gconstpointer b)
{
  const TriKeyringEntry *x = *(TriKeyringEntry *const *) a, *y = *(TriKeyringEntry *const *) b;
  return (x->created > y->created) - (x->created < y->created);
}

/**
 * tri_ledger_home_record_older:
 * @ledger: the user's, just begun
 * @n: (out): of how many keys
 *
 * Adds the keys of the ring of which the ledger has nothing: one's own as created, other people's as imported, and those
 * that were revoked as that. When it happened is not known, so the entries have the time of now.
 */
gboolean
tri_ledger_home_record_older (TriLedger *ledger, const TriSigner *signer, guint *n, GError **error)
{
  *n = 0;
  if (tri_ledger_get_trouble (ledger) != NULL)
    return TRUE;
  g_autoptr (TriKeyring) keyring = tri_keyring_home_new (error);
  g_autoptr (GPtrArray) keys = keyring != NULL ? tri_keyring_list (keyring, error) : NULL;
  if (keys == NULL)
    return FALSE;
  g_ptr_array_sort (keys, compare_created);
  for (guint i = 0; i < keys->len; i++)
    {
      const TriKeyringEntry *key = keys->pdata[i];
      if (knows (ledger, key->fingerprint))
        continue;
      if (!append_older (ledger, signer, key->store != NULL ? TRI_LEDGER_CREATED : TRI_LEDGER_IMPORTED, key, error)
          || (key->revoked != 0 && !append_older (ledger, signer, TRI_LEDGER_REVOKED, key, error)))
        return FALSE;
      (*n)++;
    }
  return TRUE;
}

/* Returns: (transfer full): translated */
char *
tri_ledger_home_older_to_sentence (guint n)
{
  return g_strdup_printf (ngettext ("%u key that was in the key ring already was added. The time of its entry is that of now, "
                                    "not when the key was made.",
                                    "%u keys that were in the key ring already were added. The time of their entries is that "
                                    "of now, not when the keys were made.",
                                    n),
                          n);
}
