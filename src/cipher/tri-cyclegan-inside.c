/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cyclegan-inside.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>

#include "tri-neural-inside.h"

#define SHOWN_FILTERS 16u
#define SHOWN_MAPS 12u

/* A small picture on its way there and back */
typedef struct {
  TriImage *picture, *hidden, *code, *sent, *restored;
} Steps;

static void
steps_clear (Steps *steps)
{
  g_clear_pointer (&steps->hidden, tri_image_unref);
  g_clear_pointer (&steps->code, tri_image_unref);
  g_clear_pointer (&steps->sent, tri_image_unref);
  g_clear_pointer (&steps->restored, tri_image_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Steps, steps_clear)

static gboolean
take_steps (Steps *steps, const TriCyclegan *gan, const TriCycleganLook *look, TriProgress *progress, GError **error)
{
  return (steps->hidden = tri_cyclegan_show_halved (look->hidden, error)) != NULL
         && (steps->code = tri_cyclegan_show_halved (look->code, error)) != NULL
         && (steps->sent = tri_cyclegan_hide (gan, steps->picture, progress, error)) != NULL
         && (steps->restored = tri_image_copy (steps->picture, error)) != NULL
         && tri_cyclegan_show (gan, steps->sent, steps->restored, progress, error);
}

static TriInsight *
make_steps_card (const Steps *steps)
{
  TriInsight *card = tri_insight_new (
      "steps", _("From the picture to noise, and back"),
      _("The first network hides little: where the picture is flat, so is this. Its places are then moved by the key, and the second "
        "makes a code of them whose values are not even yet, as the curve shows. The mask that is added last makes them so."));
  tri_insight_take_picture (card, tri_image_ref (steps->picture), _("The picture"));
  tri_insight_take_picture (card, tri_image_ref (steps->hidden), _("First network"));
  tri_insight_take_picture (card, tri_image_ref (steps->code), _("Moved, second network"));
  tri_insight_take_picture (card, tri_image_ref (steps->sent), _("Masked"));
  tri_insight_take_picture (card, tri_image_ref (steps->restored), _("Restored"));
  tri_neural_add_histogram (card, _("Code"), TRI_HUE_1, steps->code);
  tri_neural_add_histogram (card, _("Masked"), TRI_HUE_2, steps->sent);
  return card;
}

static TriInsight *
make_filters_card (const TriCyclegan *gan, gboolean shipped)
{
  TriInsight *card = tri_insight_new (
      "filters", _("What the hiding network looks for"),
      _("The filters of its first layer, each as the 6 × 6 pixels that it answers to most. The key's noise, which comes in "
        "beside the picture, is not shown."));
  tri_neural_add_filters (card, gan->weights, "g.s1.i", 2, 3, SHOWN_FILTERS);
  tri_insight_add_fact (card, _("Trained"), "%s", shipped ? _("with the program") : _("here"));
  return card;
}

static TriInsight *
make_maps_card (const TriCycleganLook *look)
{
  TriInsight *card = tri_insight_new (
      "maps", _("What the hiding network finds in this picture"),
      _("Channels of its first block, those that vary most: bright is where a filter answers. The key turns the sign of each "
        "value after this."));
  tri_neural_add_maps (card, look->maps, SHOWN_MAPS);
  return card;
}

static double
mean (const TriTensor *scores)
{
  double sum = 0;
  for (gsize i = 0; i < tri_tensor_size (scores); i++)
    sum += (double) scores->data[i];
  return sum / (double) tri_tensor_size (scores);
}

/* Scores as a picture: black is 0 or less, white 1 or more. */
static TriImage *
draw_scores (const TriTensor *scores, GError **error)
{
  TriImage *image = tri_image_new (scores->shape.w, scores->shape.h, 1, error);
  if (image != NULL)
    tri_tensor_get_image (scores, 0, image, 0, 0, 0, 1);
  return image;
}

static gboolean
add_judgement (TriInsight *card, const TriCyclegan *gan, TriCycleganJudge judge, const TriImage *picture, const char *caption,
               const char *fact, TriProgress *progress, GError **error)
{
  g_autoptr (TriTensor) scores = tri_cyclegan_judge (gan->weights, judge, picture, progress, error);
  TriImage *drawn = scores != NULL ? draw_scores (scores, error) : NULL;
  if (drawn == NULL)
    return FALSE;
  tri_insight_take_picture (card, drawn, caption);
  tri_insight_add_fact (card, fact, "%.2f", mean (scores));
  return TRUE;
}

/* Returns: (nullable): none for weights that came without the judges */
static TriInsight *
make_judges_card (const TriCyclegan *gan, const Steps *steps, TriProgress *progress)
{
  g_autoptr (TriInsight) card = tri_insight_new (
      "judges", _("What the judges say"),
      _("Two networks that were trained against the others. D1 is asked whether it sees true noise, D2 whether it sees a true "
        "picture, part by part: white is yes, black no. Where both of a pair look alike, the judge can't tell them apart."));
  g_autoptr (TriImage) noise = tri_image_copy (steps->sent, NULL);
  if (noise == NULL)
    return NULL;
  randombytes_buf (noise->pixels, tri_image_n_bytes (noise));
  if (!add_judgement (card, gan, TRI_CYCLEGAN_IS_NOISE, noise, _("D1 on noise"), _("D1 on noise, mean"), progress, NULL)
      || !add_judgement (card, gan, TRI_CYCLEGAN_IS_NOISE, steps->sent, _("D1 on the encrypted"), _("D1 on the encrypted, mean"),
                         progress, NULL)
      || !add_judgement (card, gan, TRI_CYCLEGAN_IS_PICTURE, steps->picture, _("D2 on the picture"), _("D2 on the picture, mean"),
                         progress, NULL)
      || !add_judgement (card, gan, TRI_CYCLEGAN_IS_PICTURE, steps->restored, _("D2 on the decrypted"),
                         _("D2 on the decrypted, mean"), progress, NULL))
    return NULL;
  return g_steal_pointer (&card);
}

/* @picture: small. Returns: (transfer full) (nullable): the cards */
GPtrArray *
tri_cyclegan_inside (const TriCyclegan *gan, gboolean shipped, const TriImage *picture, TriProgress *progress, GError **error)
{
  g_auto (TriCycleganLook) look = { 0 };
  g_auto (Steps) steps = { .picture = (TriImage *) picture };
  if (!tri_cyclegan_look (gan, picture, &look, progress, error) || !take_steps (&steps, gan, &look, progress, error))
    return NULL;
  GPtrArray *cards = tri_insights_new ();
  TriInsight *judges = make_judges_card (gan, &steps, progress);
  g_ptr_array_add (cards, make_steps_card (&steps));
  g_ptr_array_add (cards, make_filters_card (gan, shipped));
  g_ptr_array_add (cards, make_maps_card (&look));
  if (judges != NULL)
    g_ptr_array_add (cards, judges);
  return cards;
}
