/* The user's key ring for the window: whatever is slow, or may ask somebody something, runs on a worker.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-keyring.h"

G_BEGIN_DECLS

#define TRI_TYPE_RING (tri_ring_get_type ())
G_DECLARE_FINAL_TYPE (TriRing, tri_ring, TRI, RING, GObject)

/* On a worker. What it finds out goes into @data. */
typedef gboolean (*TriRingFunc) (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error);

TriRing *tri_ring_dup_default (void);

gboolean tri_ring_is_known (TriRing *self);
gboolean tri_ring_is_busy (TriRing *self);
const GError *tri_ring_get_error (TriRing *self);
GPtrArray *tri_ring_get_entries (TriRing *self);
TriKeyringState tri_ring_get_state (TriRing *self);
gboolean tri_ring_is_file (TriRing *self);
GPtrArray *tri_ring_get_identities (TriRing *self);
void tri_ring_refresh (TriRing *self);
void tri_ring_set_work_factor (TriRing *self, guint work_factor);

void tri_ring_run_async (TriRing *self, TriRingFunc func, gpointer data, GDestroyNotify free_data,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gpointer tri_ring_run_finish (TriRing *self, GAsyncResult *result, GError **error);

void tri_ring_load_async (TriRing *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean tri_ring_load_finish (TriRing *self, GAsyncResult *result, GError **error);

G_END_DECLS
