/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-chaos-inside.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cnn-chaos.h"
#include "tri-neural-inside.h"

#define DOTS 4000u /* of each orbit */
#define SHOWN 12u  /* filters, and maps */

static TriInsight *
cube_card (const TriChaosMask *mask)
{
  TriInsight *card = tri_insight_new (
      "cube", _("The hyperchaotic 3-D map"),
      _("Each value against the one three steps before. Without the third dimension it would be a parabola; with it, points "
        "that lie next to each other soon part in three directions."));
  card->chart = tri_chart_new (_("3-D map"), _("x, three steps before"), _("x"));
  card->chart->square = TRUE;
  TriSeries *dots = tri_chart_add (card->chart, _("Orbit"), TRI_MARK_DOTS, TRI_HUE_1);
  TriChaosOrbit orbit;
  tri_chaos_mask_start (mask, 0, TRUE, &orbit);
  for (guint i = 0; i < DOTS; i++)
    {
      double before = 1 - (double) orbit.y * 0x1p-64;
      tri_chaos_orbit_next (&orbit);
      tri_series_append (dots, before, (double) orbit.x * 0x1p-64);
    }
  sodium_memzero (&orbit, sizeof orbit);
  tri_insight_add_fact (card, _("Lyapunov exponents"), "%s", "0.18, 0.17, 0.15");
  return card;
}

static TriInsight *
memristor_card (const TriChaosMask *mask)
{
  TriInsight *card = tri_insight_new (
      "memristor", _("The memristor map"),
      _("Charge against voltage of a resistor that remembers. Where the orbits start follows from the key and from a number "
        "that is new for each picture; the mask's bytes are lower digits of both maps, added and combined."));
  card->chart = tri_chart_new (_("Memristor map"), _("Charge q"), _("Voltage x"));
  TriSeries *dots = tri_chart_add (card->chart, _("Orbit"), TRI_MARK_DOTS, TRI_HUE_2);
  TriChaosOrbit orbit;
  tri_chaos_mask_start (mask, 0, TRUE, &orbit);
  for (guint i = 0; i < DOTS; i++)
    {
      tri_chaos_orbit_next (&orbit);
      tri_series_append (dots, (double) orbit.q * 0x1p-55, (double) orbit.m * 0x1p-55);
    }
  sodium_memzero (&orbit, sizeof orbit);
  tri_insight_add_fact (card, _("Lyapunov exponents"), "%s", "0.26, 0.10");
  return card;
}

static TriInsight *
steps_card (const TriImage *picture, const TriImage *code, const TriImage *masked, const TriImage *restored)
{
  TriInsight *card = tri_insight_new (
      "steps", _("From the picture to the mask, and back"),
      _("The code is still the picture, drawn together so that no value comes near 0 or 255. The mask then scatters its pixels "
        "and adds noise to them; the second network makes the picture of what is left when the mask is off."));
  tri_insight_take_picture (card, tri_image_ref (picture), _("The picture"));
  tri_insight_take_picture (card, tri_image_ref (code), _("Its code"));
  tri_insight_take_picture (card, tri_image_ref (masked), _("Masked"));
  tri_insight_take_picture (card, tri_image_ref (restored), _("Restored"));
  tri_neural_add_histogram (card, _("Code"), TRI_HUE_1, code);
  tri_neural_add_histogram (card, _("Masked"), TRI_HUE_2, masked);
  tri_insight_add_fact (card, _("Values that the code leaves free at each end"), "%u", TRI_CNN_CHAOS_GUARD);
  return card;
}

static TriInsight *
filters_card (const TriWeights *weights)
{
  TriInsight *card = tri_insight_new (
      "filters", _("What the coding network looks for"),
      _("The filters of its first layer, each as the 6 × 6 pixels of one colour that it answers to most: edges, spots and "
        "averages."));
  tri_neural_add_filters (card, weights, "encoder.in", 2, 1, SHOWN);
  return card;
}

static TriInsight *
maps_card (const TriTensor *maps)
{
  TriInsight *card = tri_insight_new (
      "maps", _("What the coding network finds in this picture"),
      _("Channels of its middle, those that vary most: bright is where a filter answers. Each colour of the picture goes through "
        "the network by itself; this is the first."));
  tri_neural_add_maps (card, maps, SHOWN);
  return card;
}

/* @code: of @picture; @masked: the same, masked; @decoder: that belongs to it. Returns: (transfer full) (nullable): the cards */
GPtrArray *
tri_chaos_inside (const TriChaosMask *mask, const TriWeights *weights, const TriImage *picture, const TriImage *code,
                  const TriImage *masked, TriNet *decoder, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) trust = tri_image_copy (code, error);
  g_autoptr (TriImage) restored = trust != NULL ? tri_image_copy (picture, error) : NULL;
  if (restored == NULL)
    return NULL;
  memset (trust->pixels, TRI_TRUST_FULL, tri_image_n_bytes (trust));
  if (!tri_cnn_chaos_decode (decoder, code, trust, restored, TRI_CNN_CHAOS_EDGES_MEET, progress, error))
    return NULL;
  g_autoptr (TriTensor) maps = tri_cnn_chaos_look (weights, picture, progress, error);
  if (maps == NULL)
    return NULL;
  GPtrArray *cards = tri_insights_new ();
  g_ptr_array_add (cards, steps_card (picture, code, masked, restored));
  g_ptr_array_add (cards, filters_card (weights));
  g_ptr_array_add (cards, maps_card (maps));
  g_ptr_array_add (cards, cube_card (mask));
  g_ptr_array_add (cards, memristor_card (mask));
  return cards;
}
