/* SplitMix64 (Steele, Lea, Flood 2014): what is random in a fit comes from a seed, the same on every machine.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <math.h>

static inline guint64
tri_random_next (guint64 *state)
{
  guint64 z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/* [0, 1) */
static inline double
tri_random_uniform (guint64 *state)
{
  return (double) (tri_random_next (state) >> 11) * 0x1p-53;
}
