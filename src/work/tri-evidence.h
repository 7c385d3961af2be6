/* The charts of a run that need its pixels: scatter of neighbours, histograms.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-run.h"

G_BEGIN_DECLS

enum { TRI_PANE_ORIGINAL, TRI_PANE_ENCRYPTED, TRI_PANE_DECRYPTED, TRI_N_PANES };
enum { TRI_HORIZONTAL, TRI_VERTICAL, TRI_DIAGONAL, TRI_N_DIRECTIONS };

/* By pane; NULL where there is no picture. */
typedef struct {
  TriChart *scatter[TRI_N_PANES][TRI_N_DIRECTIONS];
  TriChart *histograms[TRI_N_PANES];
} TriEvidence;

TriEvidence *tri_evidence_new (const TriReport *report, TriProgress *progress, GError **error);
void tri_evidence_free (TriEvidence *evidence);
/* Draws on a worker, which keeps its own reference to @report. */
void tri_evidence_async (TriReport *report, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data);
TriEvidence *tri_evidence_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriEvidence, tri_evidence_free)

G_END_DECLS
