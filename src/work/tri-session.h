/* The state behind the Explore page, without GTK: the picture, the cipher, parameters, keys, the run in flight, its
 * report, and history. The window observes it and draws. All calls and signals on the main thread; work on workers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-run.h"
#include "tri-sweep.h"

G_BEGIN_DECLS

#define TRI_PREVIEW_SIDE 512 /* pixels, of the longer side; a slow cipher's previews are smaller */
#define TRI_THUMBNAIL_SIDE 96
/* When the pictures of the history take more than this, the oldest runs lose theirs and keep their numbers. */
#define TRI_HISTORY_BYTES (256u * 1024 * 1024)

#define TRI_TYPE_SESSION (tri_session_get_type ())
G_DECLARE_FINAL_TYPE (TriSession, tri_session, TRI, SESSION, GObject)

/* One finished run. What it shows can be restored; it holds no key. */
#define TRI_TYPE_HISTORY_ENTRY (tri_history_entry_get_type ())
G_DECLARE_FINAL_TYPE (TriHistoryEntry, tri_history_entry, TRI, HISTORY_ENTRY, GObject)
TriReport *tri_history_entry_get_report (TriHistoryEntry *self);
GDateTime *tri_history_entry_get_time (TriHistoryEntry *self);
const char *tri_history_entry_get_picture_name (TriHistoryEntry *self);
TriImage *tri_history_entry_get_thumbnail (TriHistoryEntry *self);

/**
 * TriSession:
 *
 * Properties (notify): picture-name (string), busy (boolean), progress (double), can-undo, can-redo (boolean),
 * live (boolean: run as I change things, default TRUE), decrypt-linked (boolean).
 *
 * Signals:
 *  - "picture-changed": another original, or a sealed picture was opened
 *  - "cipher-changed": another cipher or parameters (also by undo, history)
 *  - "key-changed"
 *  - "damage-changed"
 *  - "report (preview: boolean)": tri_session_get_report() is new
 *  - "failed (GError)": the run in flight ended in an error; what was shown stays
 *  - "comparisons-changed": the table for the bars of "every cipher run on this picture"
 */
TriSession *tri_session_new (void);

/* The picture: takes effect at once, cancels what runs, starts a run if live and a key is there. */
void tri_session_set_picture (TriSession *self, TriImage *picture, const char *name);
TriImage *tri_session_get_picture (TriSession *self);          /* (transfer none) (nullable) */
const char *tri_session_get_picture_name (TriSession *self);   /* (nullable) */
/* A sealed picture that was opened: chooses its cipher and parameters, and waits for the key. */
void tri_session_set_sealed (TriSession *self, TriSealed *sealed, const char *name);
TriSealed *tri_session_get_opened_sealed (TriSession *self);   /* (transfer none) (nullable) */
gboolean tri_session_get_lost_chunk (TriSession *self);        /* it was sealed before another program saved it */
/* Loads on a worker whatever @file is: a picture or a sealed PNG. The previous picture stays on error. */
void tri_session_open_async (TriSession *self, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
void tri_session_open_bytes_async (TriSession *self, GBytes *bytes, const char *name, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean tri_session_open_finish (TriSession *self, GAsyncResult *result, GError **error);

/* Cipher and parameters, which belong to the session. What can't be set, by its name or range, is an error of TRI_ERROR. */
void tri_session_set_cipher (TriSession *self, const TriCipher *cipher);
const TriCipher *tri_session_get_cipher (TriSession *self);
const TriParams *tri_session_get_params (TriSession *self);
const TriParams *tri_session_get_params_of (TriSession *self, const TriCipher *cipher);
/* What an earlier session left: no step of undo. */
void tri_session_preset (TriSession *self, const TriCipher *cipher, const TriParams *params);
void tri_session_start_with (TriSession *self, const TriCipher *cipher);
gboolean tri_session_set_param (TriSession *self, const char *id, double value, GError **error);
/* A drag of a slider is one step of undo and runs only previews until it ends. */
void tri_session_begin_change (TriSession *self);
void tri_session_end_change (TriSession *self);
void tri_session_reset_params (TriSession *self);
void tri_session_undo (TriSession *self);
void tri_session_redo (TriSession *self);

/* What happens to the encrypted picture before it is decrypted, of tri_damage_specs; all off at first. */
const TriParams *tri_session_get_damage (TriSession *self);
gboolean tri_session_set_damage (TriSession *self, const char *id, double value, GError **error);
void tri_session_reset_damage (TriSession *self);

/* Keys (nullable: none yet). Linked: decryption uses the first, with the bits in flips turned. */
void tri_session_set_key (TriSession *self, TriKey *key);
TriKey *tri_session_get_key (TriSession *self);
void tri_session_set_decrypt_key (TriSession *self, TriKey *key); /* NULL: linked */
TriKey *tri_session_get_decrypt_key (TriSession *self);
void tri_session_set_flip_bit (TriSession *self, gboolean flip); /* "change one bit" of the decryption key */

/* The kind of key that is asked for while there is none. */
void tri_session_set_key_kind (TriSession *self, TriKeyKind kind);
/* Whether the report that is shown, if any, was made with the keys and the bit of now. */
gboolean tri_session_report_is_of_keys (TriSession *self);

/* Runs. */
void tri_session_run (TriSession *self);
void tri_session_cancel (TriSession *self); /* no signal of the run comes after this, but for notify::busy */
gboolean tri_session_is_busy (TriSession *self);
double tri_session_get_progress (TriSession *self); /* 0 … 1 of the run in flight */
TriReport *tri_session_get_report (TriSession *self); /* (transfer none) (nullable) */
char *tri_session_why_not_runnable (TriSession *self); /* NULL: it can run; else what is missing, translated */

/* Every cipher on this picture with the current key and each one's current parameters. */
void tri_session_run_all (TriSession *self);
/* (element-type TriReport), the latest of each cipher on this picture with this key and damage */
GPtrArray *tri_session_get_comparisons (TriSession *self);

/* History: TriHistoryEntry, newest first. */
GListModel *tri_session_get_history (TriSession *self);
void tri_session_restore (TriSession *self, TriHistoryEntry *entry);
char *tri_session_history_to_csv (TriSession *self);
char *tri_session_history_to_json (TriSession *self);

/* Sweep on a worker: @func is called on the main thread. */
void tri_session_sweep_async (TriSession *self, GPtrArray *ciphers, const TriSweepRange *range, TriSweepFunc func,
                              gpointer func_data, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean tri_session_sweep_finish (TriSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
