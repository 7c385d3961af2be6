/* The triptych as one picture for a slide. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-run.h"

G_BEGIN_DECLS

TriImage *tri_slide_new (const TriReport *report, GError **error);

G_END_DECLS
