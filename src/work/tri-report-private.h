/* What makes reports, for this folder only. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-json.h"
#include "tri-run.h"

G_BEGIN_DECLS

TriReport *tri_report_new (void);
TriReport *tri_report_without_pictures (const TriReport *report);
void tri_report_set_randomness (TriReport *report, const TriRandomness *random);
void tri_report_set_undefined (TriReport *report, TriMetric metric, const char *reason);
const char *tri_report_general_reason (TriMetric metric);
void tri_report_write_json (const TriReport *report, TriJson *json);

G_END_DECLS
