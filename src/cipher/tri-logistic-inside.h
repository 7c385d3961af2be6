/* What "inside the cipher" shows of the logistic map.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-logistic-map.h"

G_BEGIN_DECLS

/**
 * TriLogisticCycle:
 * @length: of the cycle; 0 when none was found
 * @tail: steps before it
 * @searched: steps that were looked at
 */
typedef struct {
  gsize length, tail, searched;
} TriLogisticCycle;

gboolean tri_logistic_find_cycle (const TriLogisticMap *from, gsize limit, TriLogisticCycle *cycle,
                                  TriProgress *progress, GError **error);
GPtrArray *tri_logistic_cards (const TriLogisticMap *start, TriLogisticQuantiser quantiser, gsize n_bytes,
                               const TriParams *raw, TriProgress *progress, GError **error);

G_END_DECLS
