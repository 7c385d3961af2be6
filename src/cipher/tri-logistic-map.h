/* The logistic map x ← r·x·(1 − x) in three precisions, bit-exact on every machine, and the bytes made from it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-key.h"

G_BEGIN_DECLS

#define TRI_LOGISTIC_R_MIN 3.57
#define TRI_LOGISTIC_R_MAX 4.0

typedef enum {
  TRI_LOGISTIC_FLOAT32,
  TRI_LOGISTIC_DOUBLE,
  TRI_LOGISTIC_FIXED64,
} TriLogisticPrecision;

typedef enum {
  TRI_LOGISTIC_TIMES_256,  /* ⌊256·x⌋: the orbit's uneven density shows in the bytes */
  TRI_LOGISTIC_TIMES_1E14, /* ⌊10¹⁴·x⌋ mod 256: looks uniform */
} TriLogisticQuantiser;

/* Where an orbit starts: the same two numbers as doubles and with 64 bits. */
typedef struct {
  double r, x0;
  guint64 r_fixed; /* r·2⁶¹ */
  guint64 x_fixed; /* x₀·2⁶⁴ */
} TriLogisticKey;

typedef union {
  float f;
  double d;
  guint64 q; /* x·2⁶⁴ */
} TriLogisticValue;

/* An orbit; copied to remember a place on it. */
typedef struct {
  TriLogisticPrecision precision;
  TriLogisticValue r, x; /* r.q is r·2⁶¹ */
} TriLogisticMap;

extern const TriParamSpec tri_logistic_raw_key[];

gboolean tri_logistic_key (const TriKey *key, const guint8 salt[TRI_SALT_SIZE], TriLogisticKey *out, GError **error);
TriLogisticKey tri_logistic_key_move (const TriLogisticKey *key, guint64 offset);

TriLogisticMap tri_logistic_map (const TriLogisticKey *key, TriLogisticPrecision precision);
void tri_logistic_skip (TriLogisticMap *map, gsize n);
void tri_logistic_bytes (TriLogisticMap *map, TriLogisticQuantiser quantiser, guint8 *out, gsize n);
void tri_logistic_indices (TriLogisticMap *map, guint32 first, guint32 *out, gsize n);
gboolean tri_logistic_seek (TriLogisticMap *map, TriLogisticValue target, gsize n, gsize *moved);
gboolean tri_logistic_same_place (const TriLogisticMap *a, const TriLogisticMap *b);
double tri_logistic_x (const TriLogisticMap *map);

G_END_DECLS
