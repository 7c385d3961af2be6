/* k-means in one dimension is solved exactly: clusters are runs of values, so that the best k of them over the first j
 * values follow from the best k − 1 over fewer. Wang and Song, Ckmeans.1d.dp, The R Journal 3/2 (2011). The best start
 * of the last run does not fall as j grows, so each row is filled by halving: k · 256 · 8 steps for any picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-kmeans.h"

#include <math.h>

typedef struct {
  guint n;                       /* values that occur */
  guint8 value[256];
  double w[257], s[257], ss[257]; /* prefix sums of weight, value, value² */
  double cost[2][256];
  guint8 start[TRI_KMEANS_MAX][256]; /* [clusters − 1][last value]: where the last run starts */
} Table;

/* Sum of squared distances of the values i…j to their mean. */
static double
run_cost (const Table *t, guint i, guint j)
{
  double w = t->w[j + 1] - t->w[i], s = t->s[j + 1] - t->s[i], ss = t->ss[j + 1] - t->ss[i];
  return MAX (ss - s / w * s, 0);
}

/* Row @c (clusters − 1) for the last values @lo…@hi, whose best starts are within @from…@to. */
static void
fill (Table *t, guint c, guint lo, guint hi, guint from, guint to)
{
  guint mid = (lo + hi) / 2, best = MAX (from, c);
  double least = INFINITY;
  for (guint i = MAX (from, c); i <= MIN (to, mid); i++)
    {
      double cost = t->cost[(c - 1) & 1][i - 1] + run_cost (t, i, mid);
      if (cost < least)
        least = cost, best = i;
    }
  t->cost[c & 1][mid] = least;
  t->start[c][mid] = (guint8) best;
  if (mid > lo)
    fill (t, c, lo, mid - 1, from, best);
  if (mid < hi)
    fill (t, c, mid + 1, hi, best, to);
}

static void
prepare (Table *t, const guint64 counts[256])
{
  t->n = 0;
  t->w[0] = t->s[0] = t->ss[0] = 0;
  for (guint v = 0; v < 256; v++)
    if (counts[v] > 0)
      {
        double w = (double) counts[v];
        t->w[t->n + 1] = t->w[t->n] + w;
        t->s[t->n + 1] = t->s[t->n] + w * v;
        t->ss[t->n + 1] = t->ss[t->n] + w * v * v;
        t->value[t->n++] = (guint8) v;
      }
}

static void
label_all (TriKmeans1d *out)
{
  for (guint v = 0, l = 0; v < 256; v++)
    {
      while (l + 1 < out->k && fabs (v - out->centre[l + 1]) < fabs (v - out->centre[l]))
        l++;
      out->labels[v] = (guint8) l;
    }
}

/* @counts: at least one is not 0. Fewer different values than @k give so many clusters. */
void
tri_kmeans_1d (const guint64 counts[256], guint k, TriKmeans1d *out)
{
  g_return_if_fail (k >= 1 && k <= TRI_KMEANS_MAX);
  g_autofree Table *t = g_new (Table, 1);
  prepare (t, counts);
  g_return_if_fail (t->n > 0);
  out->k = MIN (k, t->n);
  for (guint j = 0; j < t->n; j++)
    t->cost[0][j] = run_cost (t, 0, j), t->start[0][j] = 0;
  for (guint c = 1; c < out->k; c++)
    fill (t, c, c, t->n - 1, c, t->n - 1);
  out->inertia = t->cost[(out->k - 1) & 1][t->n - 1];
  for (guint c = out->k, last = t->n; c-- > 0;)
    {
      guint first = t->start[c][last - 1];
      out->centre[c] = (t->s[last] - t->s[first]) / (t->w[last] - t->w[first]);
      last = first;
    }
  label_all (out);
}
