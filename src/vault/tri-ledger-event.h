/* What happened to a key: an entry of the ledger. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_LEDGER_LABEL_MAX 1000 /* bytes */

typedef enum {
  TRI_LEDGER_CREATED,
  TRI_LEDGER_IMPORTED,
  TRI_LEDGER_SHARED,    /* the recipient was given to somebody */
  TRI_LEDGER_REVOKED,   /* no longer to be used */
  TRI_LEDGER_BACKED_UP,
  TRI_LEDGER_DELETED,
  TRI_LEDGER_N_KINDS,
  TRI_LEDGER_UNKNOWN = TRI_LEDGER_N_KINDS, /* an entry that a newer version wrote */
} TriLedgerKind;

/**
 * TriLedgerEvent:
 * @time: in seconds since 1970, as the writer's clock had it
 * @fingerprint: of the recipient, never of anything secret
 * @label: one line that names the key; may be empty
 * @text: the entry as it is in the log; for TRI_LEDGER_UNKNOWN all that there is
 */
typedef struct {
  gint64 time;
  TriLedgerKind kind;
  char *fingerprint, *label, *text;
} TriLedgerEvent;

TriLedgerEvent *tri_ledger_event_new (gint64 time, TriLedgerKind kind, const char *fingerprint, const char *label,
                                      GError **error);
TriLedgerEvent *tri_ledger_event_parse (const char *text, gsize size);
void tri_ledger_event_free (TriLedgerEvent *event);
const char *tri_ledger_kind_to_id (TriLedgerKind kind);
gboolean tri_ledger_kind_from_id (const char *id, TriLedgerKind *kind);
const char *tri_ledger_kind_get_title (TriLedgerKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriLedgerEvent, tri_ledger_event_free)

G_END_DECLS
