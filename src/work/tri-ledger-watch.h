/* The user's ledger of keys as the window shows it: read and checked on a worker, again whenever another program or a sync
 * tool changes it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-ledger-home.h"

G_BEGIN_DECLS

/* An entry, for lists. */
#define TRI_TYPE_LEDGER_ENTRY (tri_ledger_entry_get_type ())
G_DECLARE_FINAL_TYPE (TriLedgerEntry, tri_ledger_entry, TRI, LEDGER_ENTRY, GObject)

guint64 tri_ledger_entry_get_number (TriLedgerEntry *self);
const TriLedgerEvent *tri_ledger_entry_get_event (TriLedgerEntry *self);

/**
 * TriLedgerWitness:
 * @time: when it signed, in seconds since 1970, by its own clock
 * @size: how many entries there were then
 */
typedef struct {
  char *name;
  gint64 time;
  guint64 size;
} TriLedgerWitness;

/**
 * TriLedgerWatch:
 *
 * A #GListModel of TriLedgerEntry, newest first. Used on the main thread. Emits "changed" after the ledger was read, also
 * when it is as it was.
 */
#define TRI_TYPE_LEDGER_WATCH (tri_ledger_watch_get_type ())
G_DECLARE_FINAL_TYPE (TriLedgerWatch, tri_ledger_watch, TRI, LEDGER_WATCH, GObject)

TriLedgerWatch *tri_ledger_watch_new (void);
TriLedgerWatch *tri_ledger_watch_get_default (void);
void tri_ledger_watch_read (TriLedgerWatch *self);
gboolean tri_ledger_watch_is_reading (TriLedgerWatch *self);
TriLedgerState tri_ledger_watch_get_state (TriLedgerWatch *self);
gboolean tri_ledger_watch_is_broken (TriLedgerWatch *self);
gboolean tri_ledger_watch_is_followed (TriLedgerWatch *self);
const char *tri_ledger_watch_get_sentence (TriLedgerWatch *self);
const TriLedger *tri_ledger_watch_get_ledger (TriLedgerWatch *self);
gint64 tri_ledger_watch_get_signed_time (TriLedgerWatch *self);
GPtrArray *tri_ledger_watch_get_witnesses (TriLedgerWatch *self);

typedef enum {
  TRI_LEDGER_BEGIN,
  TRI_LEDGER_COMPARE, /* with another copy, a folder or a checkpoint */
  TRI_LEDGER_ACCEPT,  /* a checkpoint that a witness signed */
  TRI_LEDGER_FOLLOW,  /* a ledger that another computer signs */
  TRI_LEDGER_EXPORT_KEY,
  TRI_LEDGER_IMPORT_KEY,
  TRI_LEDGER_GO_ON, /* with the history that is here, although this computer has seen another */
} TriLedgerAction;

/**
 * TriLedgerJob:
 * @file: (nullable): what is compared or accepted, or has the signing key
 * @key: (nullable): public; for TRI_LEDGER_ACCEPT of a witness who isn't trusted yet, for TRI_LEDGER_FOLLOW of the ledger
 * @passphrase: (nullable): of the signing key's file
 */
typedef struct {
  TriLedgerAction action;
  GFile *file;
  const char *key, *passphrase;
} TriLedgerJob;

void tri_ledger_watch_do_async (TriLedgerWatch *self, const TriLedgerJob *job, GAsyncReadyCallback callback,
                                gpointer user_data);
char *tri_ledger_watch_do_finish (TriLedgerWatch *self, GAsyncResult *result, TriLedgerRelation *relation, GError **error);

G_END_DECLS
