/* Only + − × and truncation to integers, and the build turns contraction off: IEEE 754 then leaves no choice, so every
 * machine has the same orbit. The orbit stays in 0…1: r·x·(1 − x) ≤ r/4 ≤ 1, and rounding to nearest can't pass 1. One
 * that reaches 0 or another fixed point stays there; that is a flaw of such ciphers, and kept.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-logistic-map.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

/* With x87 arithmetic the orbits would be others. */
G_STATIC_ASSERT (FLT_EVAL_METHOD == 0);

typedef unsigned __int128 Wide;

#define TWO_61 0x1p61
#define TWO_64 0x1p64
#define DERIVED_R_MIN 3.9
#define DERIVED_R_RANGE 0.1

const TriParamSpec tri_logistic_raw_key[] = {
  { .id = "r", .title = N_("Growth rate r"), .type = TRI_PARAM_DOUBLE, .min = TRI_LOGISTIC_R_MIN,
    .max = TRI_LOGISTIC_R_MAX, .def = 3.99, .step = 0.001, .digits = 12,
    .help = N_("Above 3.57 the orbit is chaotic, apart from windows in which it is periodic.") },
  { .id = "x0", .title = N_("Start x₀"), .type = TRI_PARAM_DOUBLE, .min = 1e-12, .max = 1 - 1e-12, .def = 0.3117,
    .step = 0.001, .digits = 12, .help = N_("Where the orbit starts, between 0 and 1.") },
  { 0 },
};

static double
open_unit (guint64 bits)
{
  return (double) (2 * (bits >> 12) + 1) * 0x1p-53;
}

/**
 * tri_logistic_key:
 *
 * Raw numbers as they are. From any other key 128 derived bits: r = 3.9 + 0.1·u and x₀ = v with u and v uniform in
 * the open interval 0…1, 52 bits each as doubles and 64 in fixed point.
 */
gboolean
tri_logistic_key (const TriKey *key, const guint8 salt[TRI_SALT_SIZE], TriLogisticKey *out, GError **error)
{
  guint64 bits[2];
  if (tri_key_get_kind (key) == TRI_KEY_RAW)
    {
      out->r = tri_params_get (tri_key_get_raw (key), "r");
      out->x0 = tri_params_get (tri_key_get_raw (key), "x0");
      out->r_fixed = (guint64) (out->r * TWO_61);
      out->x_fixed = (guint64) (out->x0 * TWO_64);
      return TRUE;
    }
  if (!tri_key_derive (key, salt, "logistic r x0", (guint8 *) bits, sizeof bits, error))
    return FALSE;
  guint64 u = GUINT64_FROM_LE (bits[0]), v = GUINT64_FROM_LE (bits[1]);
  out->r = DERIVED_R_MIN + DERIVED_R_RANGE * open_unit (u);
  out->x0 = open_unit (v);
  out->r_fixed = (guint64) (DERIVED_R_MIN * TWO_61) + (guint64) ((Wide) u * (guint64) (DERIVED_R_RANGE * TWO_61) >> 64);
  out->x_fixed = v | 1;
  sodium_memzero (bits, sizeof bits);
  return TRUE;
}

/* Returns: @key with x₀ moved to x₀ + @offset·2⁻⁶⁴, modulo 1 and never 0 */
TriLogisticKey
tri_logistic_key_move (const TriLogisticKey *key, guint64 offset)
{
  TriLogisticKey moved = *key;
  moved.x_fixed = (key->x_fixed + offset) | 1;
  moved.x0 = open_unit (moved.x_fixed);
  return moved;
}

TriLogisticMap
tri_logistic_map (const TriLogisticKey *key, TriLogisticPrecision precision)
{
  TriLogisticMap map = { .precision = precision };
  switch (precision)
    {
    case TRI_LOGISTIC_FLOAT32:
      map.r.f = (float) key->r;
      map.x.f = (float) key->x0;
      break;
    case TRI_LOGISTIC_FIXED64:
      map.r.q = key->r_fixed;
      map.x.q = key->x_fixed;
      break;
    case TRI_LOGISTIC_DOUBLE:
    default:
      map.r.d = key->r;
      map.x.d = key->x0;
    }
  return map;
}

static inline float
next_float (float r, float x)
{
  return r * x * (1.0f - x);
}

static inline double
next_double (double r, double x)
{
  return r * x * (1.0 - x);
}

/* x·(1 − x) ≤ ¼ has 64 bits after the point. 1 itself, which only r = 4 and x = ½ reach, wraps to the 0 that follows. */
static inline guint64
next_fixed (guint64 r, guint64 x)
{
  guint64 product = (guint64) ((Wide) x * (guint64) -x >> 64);
  return (guint64) ((Wide) r * product >> 61);
}

/* The loop over one precision: @type and @field of the value, @next, and what to do with each x after it moved. */
#define ORBIT(map, type, field, next, n, ...)          \
  G_STMT_START                                         \
  {                                                    \
    const type r = (map)->r.field;                     \
    type x = (map)->x.field;                           \
    for (gsize i = 0; i < (n); i++)                    \
      {                                                \
        x = next (r, x);                               \
        __VA_ARGS__;                                   \
      }                                                \
    (map)->x.field = x;                                \
  }                                                    \
  G_STMT_END

/* Moves @n steps along; the caller polls. */
void
tri_logistic_skip (TriLogisticMap *map, gsize n)
{
  switch (map->precision)
    {
    case TRI_LOGISTIC_FLOAT32:
      ORBIT (map, float, f, next_float, n, );
      break;
    case TRI_LOGISTIC_FIXED64:
      ORBIT (map, guint64, q, next_fixed, n, );
      break;
    case TRI_LOGISTIC_DOUBLE:
    default:
      ORBIT (map, double, d, next_double, n, );
    }
}

/* Moves @n steps along and makes a byte of each x arrived at. With float32, 10¹⁴·x is a double, as C has it. */
void
tri_logistic_bytes (TriLogisticMap *map, TriLogisticQuantiser quantiser, guint8 *out, gsize n)
{
  gboolean coarse = quantiser == TRI_LOGISTIC_TIMES_256;
  switch (map->precision)
    {
    case TRI_LOGISTIC_FLOAT32:
      if (coarse)
        ORBIT (map, float, f, next_float, n, out[i] = (guint8) (gint32) (x * 256.0f));
      else
        ORBIT (map, float, f, next_float, n, out[i] = (guint8) (gint64) ((double) x * 1e14));
      break;
    case TRI_LOGISTIC_FIXED64:
      if (coarse)
        ORBIT (map, guint64, q, next_fixed, n, out[i] = (guint8) (x >> 56));
      else
        ORBIT (map, guint64, q, next_fixed, n,
               out[i] = (guint8) ((Wide) x * G_GUINT64_CONSTANT (100000000000000) >> 64));
      break;
    case TRI_LOGISTIC_DOUBLE:
    default:
      if (coarse)
        ORBIT (map, double, d, next_double, n, out[i] = (guint8) (gint32) (x * 256.0));
      else
        ORBIT (map, double, d, next_double, n, out[i] = (guint8) (gint64) (x * 1e14));
    }
}

/* Moves @n steps along and makes an index 0…@first + i of the i-th x: ⌊x·(first + i + 1)⌋. */
void
tri_logistic_indices (TriLogisticMap *map, guint32 first, guint32 *out, gsize n)
{
  guint32 last = first;
  switch (map->precision)
    {
    case TRI_LOGISTIC_FLOAT32:
      ORBIT (map, float, f, next_float, n, out[i] = MIN (last, (guint32) ((double) x * ((double) last + 1))); last++);
      break;
    case TRI_LOGISTIC_FIXED64:
      ORBIT (map, guint64, q, next_fixed, n, out[i] = (guint32) ((Wide) x * ((guint64) last + 1) >> 64); last++);
      break;
    case TRI_LOGISTIC_DOUBLE:
    default:
      ORBIT (map, double, d, next_double, n, out[i] = MIN (last, (guint32) (x * ((double) last + 1))); last++);
    }
}

/**
 * tri_logistic_seek:
 * @moved: (out): how many steps were made, at most @n
 *
 * Moves along until x is @target. Returns: whether it is
 */
gboolean
tri_logistic_seek (TriLogisticMap *map, TriLogisticValue target, gsize n, gsize *moved)
{
  gboolean found = FALSE;
  gsize last = 0;
  switch (map->precision)
    {
    case TRI_LOGISTIC_FLOAT32:
      ORBIT (map, float, f, next_float, n, last = i + 1; if ((found = x == target.f)) break);
      break;
    case TRI_LOGISTIC_FIXED64:
      ORBIT (map, guint64, q, next_fixed, n, last = i + 1; if ((found = x == target.q)) break);
      break;
    case TRI_LOGISTIC_DOUBLE:
    default:
      ORBIT (map, double, d, next_double, n, last = i + 1; if ((found = x == target.d)) break);
    }
  *moved = last;
  return found;
}

/* Whether two orbits of one precision are at the same x. */
gboolean
tri_logistic_same_place (const TriLogisticMap *a, const TriLogisticMap *b)
{
  switch (a->precision)
    {
    case TRI_LOGISTIC_FLOAT32:
      return a->x.f == b->x.f;
    case TRI_LOGISTIC_FIXED64:
      return a->x.q == b->x.q;
    case TRI_LOGISTIC_DOUBLE:
    default:
      return a->x.d == b->x.d;
    }
}

/* Where the orbit is, rounded to a double. */
double
tri_logistic_x (const TriLogisticMap *map)
{
  switch (map->precision)
    {
    case TRI_LOGISTIC_FLOAT32:
      return (double) map->x.f;
    case TRI_LOGISTIC_FIXED64:
      return (double) map->x.q * 0x1p-64;
    case TRI_LOGISTIC_DOUBLE:
    default:
      return map->x.d;
    }
}
