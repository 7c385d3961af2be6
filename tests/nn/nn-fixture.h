/* Small nets and tensors for tests.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"
#include "tri-rng.h"

TriTensor *fixture_random (TriShape shape, guint64 seed);
TriTensor *fixture_permutation (TriShape shape, guint64 seed);
TriTensor *fixture_signs (TriShape shape, guint64 seed);
TriNet *fixture_net (const TriLayer *layers, guint64 seed);
