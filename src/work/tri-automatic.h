/* The advisor while the program runs: what it advises for what is chosen, the network as it is now and the signs of trouble
 * that were seen, and what the person chose instead. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-advisor.h"
#include "tri-ledger-watch.h"

G_BEGIN_DECLS

/**
 * TriAutomatic:
 *
 * Used on the main thread. "changed" is emitted when an answer, a reason or what they depend on is another. What a person
 * chose stays when the advice changes, until tri_automatic_follow().
 */
#define TRI_TYPE_AUTOMATIC (tri_automatic_get_type ())
G_DECLARE_FINAL_TYPE (TriAutomatic, tri_automatic, TRI, AUTOMATIC, GObject)

TriAutomatic *tri_automatic_new (GNetworkMonitor *network, TriLedgerWatch *ledger);
TriAutomatic *tri_automatic_get_default (void);

void tri_automatic_set_purpose (TriAutomatic *self, TriPurpose purpose);
void tri_automatic_set_threat (TriAutomatic *self, TriThreat threat);
void tri_automatic_set_files (TriAutomatic *self, guint n_files, guint64 size, TriContent content);
void tri_automatic_note_opening (TriAutomatic *self, gboolean opened);

TriThreat tri_automatic_get_chosen_threat (TriAutomatic *self);
const TriSituation *tri_automatic_get_situation (TriAutomatic *self);
const char *tri_automatic_get_threat_reason (TriAutomatic *self);
TriAdvisedValue tri_automatic_get_advice (TriAutomatic *self, TriQuestion question);

void tri_automatic_choose (TriAutomatic *self, TriQuestion question, guint value);
void tri_automatic_follow (TriAutomatic *self, TriQuestion question);
gboolean tri_automatic_is_chosen (TriAutomatic *self, TriQuestion question);
guint tri_automatic_get_value (TriAutomatic *self, TriQuestion question);

G_END_DECLS
