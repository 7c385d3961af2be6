/* What the tests of trained models share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"
#include "tri-image.h"
#include "tri-key.h"
#include "tri-sealed.h"
#include "tri-tensor.h"
#include "tri-weights.h"

TriImage *model_fixture_sample (const char *name);
double model_fixture_psnr (const TriImage *a, const TriImage *b);
TriTensor model_fixture_view (const TriWeights *vectors, const char *name);
void model_fixture_compare (const char *what, const float *ours, const float *theirs, gsize size, double tolerance);
guint model_fixture_compare_gradients (TriNet *net, const TriWeights *vectors);
TriSealed *model_fixture_hide (const char *id, const TriImage *picture, const TriKey *key);
