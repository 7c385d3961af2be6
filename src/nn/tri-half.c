/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-half.h"

#include <math.h>
#include <string.h>

/* Rounds to the nearest, ties to even; beyond 65,504 becomes infinity. */
guint16
tri_half_from_float (float value)
{
  guint32 bits;
  memcpy (&bits, &value, sizeof bits);
  guint32 sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000)
    return (guint16) (sign | 0x7e00); /* NaN */
  if (magnitude >= 0x477ff000)
    return (guint16) (sign | 0x7c00);
  if (magnitude < 0x38800000) /* below 2⁻¹⁴: in steps of 2⁻²⁴ */
    return (guint16) (sign | (guint32) nearbyintf (fabsf (value) * 0x1p24f));
  return (guint16) (sign | ((magnitude + 0xfff + (magnitude >> 13 & 1) - 0x38000000) >> 13));
}

/* Exact. */
float
tri_half_to_float (guint16 half)
{
  guint32 exponent = half >> 10 & 31, mantissa = half & 1023, bits = (guint32) (half & 0x8000) << 16;
  float value;
  if (exponent == 0)
    return (half & 0x8000 ? -0x1p-24f : 0x1p-24f) * (float) mantissa;
  bits |= (exponent == 31 ? 255 : exponent + 112) << 23 | mantissa << 13;
  memcpy (&value, &bits, sizeof value);
  return value;
}
