/* What triptych-cli evaluate measured, as tables. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cli.h"
#include "tri-evaluate.h"

G_BEGIN_DECLS

void tri_cli_print_evaluation (const TriEvaluation *evaluation, const TriEveConfig *eve);

G_END_DECLS
