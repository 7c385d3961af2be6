/* What the tests of trained models share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

TriImage *model_fixture_sample (const char *name);
double model_fixture_psnr (const TriImage *a, const TriImage *b);
