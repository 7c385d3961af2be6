/* Charts of the logistic map at the key's r and x₀. Cycles by Brent's algorithm (BIT 20, 1980, 176).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-logistic-inside.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define POLL_STEPS 65536u
#define SEARCH_STEPS (1u << 26) /* some 0.2 s; finds every cycle up to half as long */
#define HISTOGRAM_BYTES (1u << 20)
#define ORBIT_STEPS 100u
#define COBWEB_STEPS 50u
#define BIFURCATION_COLUMNS 480u
#define BIFURCATION_DOTS 90u
#define BIFURCATION_FROM 2.8

static double
map_r (const TriLogisticMap *map)
{
  switch (map->precision)
    {
    case TRI_LOGISTIC_FLOAT32:
      return (double) map->r.f;
    case TRI_LOGISTIC_FIXED64:
      return (double) map->r.q * 0x1p-61;
    case TRI_LOGISTIC_DOUBLE:
    default:
      return map->r.d;
    }
}

/* tri_logistic_seek() that polls. Returns: FALSE when cancelled */
static gboolean
seek (TriLogisticMap *map, TriLogisticValue target, gsize n, gboolean *found, gsize *moved, TriProgress *progress,
      GError **error)
{
  *found = FALSE;
  for (*moved = 0; *moved < n && !*found;)
    {
      gsize part;
      *found = tri_logistic_seek (map, target, MIN (POLL_STEPS, n - *moved), &part);
      *moved += part;
      if (tri_progress_is_cancelled (progress))
        return tri_progress_check (progress, 0, error);
    }
  return TRUE;
}

/* Steps that two orbits, one @length ahead on the same cycle, make before they are at the same place. From there on they
 * stay together, so it is enough to look once in a while, and then again at each step since the last look. */
static gboolean
find_tail (const TriLogisticMap *from, TriLogisticCycle *cycle, TriProgress *progress, GError **error)
{
  TriLogisticMap behind = *from, ahead = *from;
  tri_logistic_skip (&ahead, cycle->length);
  for (gsize stride = POLL_STEPS; stride > 0;)
    {
      TriLogisticMap behind_next = behind, ahead_next = ahead;
      if (!tri_progress_check (progress, 0, error))
        return FALSE;
      tri_logistic_skip (&behind_next, stride);
      tri_logistic_skip (&ahead_next, stride);
      if (tri_logistic_same_place (&behind_next, &ahead_next))
        stride /= 2;
      else
        {
          behind = behind_next;
          ahead = ahead_next;
          cycle->tail += stride;
        }
    }
  cycle->tail += !tri_logistic_same_place (&behind, &ahead);
  return TRUE;
}

/**
 * tri_logistic_find_cycle:
 * @limit: steps to make at most
 *
 * Finds the cycle that the orbit from @from ends in. Where none is found, there is none of @cycle->searched steps or
 * fewer whose tail is as short.
 *
 * Returns: FALSE with G_IO_ERROR_CANCELLED
 */
gboolean
tri_logistic_find_cycle (const TriLogisticMap *from, gsize limit, TriLogisticCycle *cycle, TriProgress *progress,
                         GError **error)
{
  TriLogisticMap hare = *from;
  gsize at = 0;
  *cycle = (TriLogisticCycle) { 0 };
  for (gsize power = 1; at < limit; power *= 2)
    {
      gboolean found;
      gsize moved, n = MIN (power, limit - at);
      if (!tri_progress_check (progress, (double) at / (double) limit, error)
          || !seek (&hare, hare.x, n, &found, &moved, progress, error))
        return FALSE;
      at += moved;
      if (found)
        {
          cycle->length = moved;
          return find_tail (from, cycle, progress, error);
        }
      cycle->searched = MAX (cycle->searched, MIN (moved, at - moved));
    }
  return TRUE;
}

static TriInsight *
bifurcation_card (const TriLogisticMap *start, const TriParams *raw)
{
  TriInsight *card = tri_insight_new ("bifurcation", _("Where the orbit goes, for every r"),
                                      _("Each column has the values that the orbit visits in the long run. One value "
                                        "becomes two, four, eight, then chaos from 3.57 on, broken by windows of order: "
                                        "a key whose r lies in one is worthless."));
  card->chart = tri_chart_new (_("Bifurcation diagram"), _("r"), _("x"));
  card->chart->x.min = BIFURCATION_FROM;
  card->chart->x.max = TRI_LOGISTIC_R_MAX;
  card->chart->y.min = 0;
  card->chart->y.max = 1;
  TriSeries *dots = tri_chart_add (card->chart, _("Values of the orbit"), TRI_MARK_DOTS, TRI_HUE_1);
  for (guint column = 0; column < BIFURCATION_COLUMNS; column++)
    {
      double r = BIFURCATION_FROM + (TRI_LOGISTIC_R_MAX - BIFURCATION_FROM) * column / (BIFURCATION_COLUMNS - 1);
      TriLogisticMap map = { .precision = TRI_LOGISTIC_DOUBLE, .r.d = r, .x.d = 0.4 };
      tri_logistic_skip (&map, 400);
      for (guint i = 0; i < BIFURCATION_DOTS; i++)
        {
          tri_logistic_skip (&map, 1);
          tri_series_append (dots, r, map.x.d);
        }
    }
  TriSeries *rule = tri_chart_add (card->chart, _("This key's r"), TRI_MARK_VRULE, TRI_HUE_ACCENT);
  tri_series_append (rule, map_r (start), 0);
  if (raw != NULL)
    {
      tri_insight_add_fact (card, "r", "%.12g", tri_params_get (raw, "r"));
      tri_insight_add_fact (card, "x₀", "%.12g", tri_params_get (raw, "x0"));
    }
  else
    tri_insight_add_fact (card, _("r and x₀"), "%s", _("derived from the key"));
  return card;
}

static TriInsight *
orbit_card (const TriLogisticMap *start)
{
  gboolean coarse = start->precision == TRI_LOGISTIC_FLOAT32;
  TriInsight *card = tri_insight_new ("orbit", _("The orbit"),
                                      _("The first values that the keystream is made of, and those of an orbit that "
                                        "starts a hair beside it: soon the two have nothing in common."));
  card->chart = tri_chart_new (_("Orbit"), _("Step"), _("x"));
  card->chart->y.min = 0;
  card->chart->y.max = 1;
  TriLogisticMap map = *start, near = *start;
  if (coarse)
    near.x.f += near.x.f < 0.5f ? 1e-6f : -1e-6f;
  else if (near.precision == TRI_LOGISTIC_FIXED64)
    near.x.q += near.x.q >> 63 ? -(guint64) 1844674407 : (guint64) 1844674407; /* 10⁻¹⁰·2⁶⁴ */
  else
    near.x.d += near.x.d < 0.5 ? 1e-10 : -1e-10;
  TriSeries *here = tri_chart_add (card->chart, _("This key"), TRI_MARK_LINE, TRI_HUE_1);
  TriSeries *there = tri_chart_add (card->chart, coarse ? _("Start moved by 10⁻⁶") : _("Start moved by 10⁻¹⁰"),
                                    TRI_MARK_LINE, TRI_HUE_2);
  for (guint i = 0; i < ORBIT_STEPS; i++)
    {
      tri_logistic_skip (&map, 1);
      tri_logistic_skip (&near, 1);
      tri_series_append (here, i, tri_logistic_x (&map));
      tri_series_append (there, i, tri_logistic_x (&near));
    }
  return card;
}

static TriInsight *
cobweb_card (const TriLogisticMap *start)
{
  TriInsight *card = tri_insight_new ("cobweb", _("Cobweb"),
                                      _("The orbit drawn as a path: up or down to the parabola, across to the diagonal, "
                                        "and again. Stretching and folding make the chaos; a thief walks the same path "
                                        "backwards, with two choices at each step."));
  card->chart = tri_chart_new (_("Cobweb"), _("x"), _("Next x"));
  card->chart->square = TRUE;
  card->chart->x.min = card->chart->y.min = 0;
  card->chart->x.max = card->chart->y.max = 1;
  TriSeries *parabola = tri_chart_add (card->chart, _("r·x·(1 − x)"), TRI_MARK_LINE, TRI_HUE_2);
  for (guint i = 0; i <= 100; i++)
    tri_series_append (parabola, i / 100.0, map_r (start) * (i / 100.0) * (1 - i / 100.0));
  TriSeries *diagonal = tri_chart_add (card->chart, _("Next x = x"), TRI_MARK_LINE, TRI_HUE_MUTED);
  tri_series_append (diagonal, 0, 0);
  tri_series_append (diagonal, 1, 1);
  TriSeries *path = tri_chart_add (card->chart, _("Orbit"), TRI_MARK_LINE, TRI_HUE_1);
  TriLogisticMap map = *start;
  for (guint i = 0; i < COBWEB_STEPS; i++)
    {
      double x = tri_logistic_x (&map);
      tri_logistic_skip (&map, 1);
      tri_series_append (path, x, x);
      tri_series_append (path, x, tri_logistic_x (&map));
    }
  return card;
}

static TriInsight *
keystream_card (const TriLogisticMap *start, TriLogisticQuantiser quantiser, gsize n_bytes)
{
  gsize n = MIN (n_bytes, HISTOGRAM_BYTES);
  TriInsight *card = tri_insight_new ("keystream", _("Keystream bytes"),
                                      _("How often each byte occurs in the keystream. Good keystream is flat; and flat "
                                        "alone proves nothing, for one known picture gives away even a flat one."));
  g_autofree guint8 *bytes = g_malloc (n);
  guint counts[256] = { 0 };
  double entropy = 0;
  TriLogisticMap map = *start;
  tri_logistic_bytes (&map, quantiser, bytes, n);
  for (gsize i = 0; i < n; i++)
    counts[bytes[i]]++;
  card->chart = tri_chart_new (_("Histogram of the keystream"), _("Byte"), _("How often"));
  card->chart->y.min = 0;
  TriSeries *series = tri_chart_add (card->chart, _("Keystream"), TRI_MARK_AREA, TRI_HUE_1);
  for (guint v = 0; v < 256; v++)
    {
      double p = counts[v] / (double) n;
      entropy -= counts[v] > 0 ? p * log2 (p) : 0;
      tri_series_append (series, v, counts[v]);
    }
  TriSeries *flat = tri_chart_add (card->chart, _("Flat"), TRI_MARK_HRULE, TRI_HUE_MUTED);
  tri_series_append (flat, 0, (double) n / 256);
  tri_insight_add_fact (card, _("Bytes counted"), "%u", (guint) n);
  tri_insight_add_fact (card, _("Entropy, bits a byte"), "%.4f", entropy);
  memset (bytes, 0, n);
  return card;
}

static TriInsight *
cycle_card (const TriLogisticMap *start, gsize n_bytes, TriProgress *progress, GError **error)
{
  TriLogisticCycle cycle;
  if (!tri_logistic_find_cycle (start, SEARCH_STEPS, &cycle, progress, error))
    return NULL;
  TriLogisticMap end = *start;
  tri_logistic_skip (&end, cycle.length > 0 ? cycle.tail : 0);
  gboolean fell = cycle.length == 1 && tri_logistic_x (&end) == 0;
  TriInsight *card = tri_insight_new ("cycle", _("When the keystream repeats"),
                                      fell ? _("This orbit falls to 0 and stays there: from that step on the keystream is "
                                               "0, and nothing is hidden.")
                                           : _("Numbers in a computer are finitely many, so the orbit must come back to a "
                                               "place where it has been, and from there on the keystream repeats."));
  if (cycle.length > 0)
    {
      tri_insight_add_fact (card, _("Cycle length"), _("%zu steps"), cycle.length);
      tri_insight_add_fact (card, _("Steps before the cycle"), "%" G_GSIZE_FORMAT, cycle.tail);
      gsize inside = n_bytes > cycle.tail ? n_bytes - cycle.tail : 0;
      tri_insight_add_fact (card, _("Times around it in one round"), "%.1f", (double) inside / (double) cycle.length);
    }
  else
    tri_insight_add_fact (card, _("Cycle length"), _("none within %zu steps"), cycle.searched);
  return card;
}

/**
 * tri_logistic_cards:
 * @start: the orbit at its first byte
 * @n_bytes: of the picture
 * @raw: (nullable): the raw key, whose numbers are shown; those of a derived key are not printed
 *
 * Returns: (transfer full) (element-type TriInsight): or NULL when cancelled
 */
GPtrArray *
tri_logistic_cards (const TriLogisticMap *start, TriLogisticQuantiser quantiser, gsize n_bytes, const TriParams *raw,
                    TriProgress *progress, GError **error)
{
  TriInsight *cycle = cycle_card (start, n_bytes, progress, error);
  if (cycle == NULL)
    return NULL;
  GPtrArray *cards = tri_insights_new ();
  g_ptr_array_add (cards, bifurcation_card (start, raw));
  g_ptr_array_add (cards, orbit_card (start));
  g_ptr_array_add (cards, cobweb_card (start));
  g_ptr_array_add (cards, keystream_card (start, quantiser, n_bytes));
  g_ptr_array_add (cards, cycle);
  return cards;
}
