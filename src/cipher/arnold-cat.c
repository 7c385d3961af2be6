/* Arnold's cat map (Arnold, Avez 1967) as a scrambler of whole pixels, alpha with them: see tri-cat-map.h for the map and
 * why it is a permutation of a picture of any shape. "classic" has a = b = 1 and no key; "keyed" takes a and b from the
 * key alone: raw numbers, or 128 derived bits, a = 1 + u mod (width − 1) and b = 1 + v mod (height − 1).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <sodium.h>

#include "tri-cat-map.h"
#include "tri-cipher-checks.h"
#include "tri-small-copy.h"

#define COPY_SIDE 160u /* of the pictures in the strip */

typedef enum { KEYED, CLASSIC } MatrixChoice;

static const TriChoice matrices[] = {
  { "keyed", N_("From the key") },
  { "classic", N_("Arnold's, without a key") },
  { 0 },
};

static const TriParamSpec params_table[] = {
  { .id = "iterations", .title = N_("Iterations"), .type = TRI_PARAM_INT, .min = 1, .max = 200, .def = 10,
    .help = N_("How often the picture is stretched and folded; after one whole period it is back.") },
  { .id = "matrix", .title = N_("Matrix"), .type = TRI_PARAM_CHOICE, .choices = matrices, .def = KEYED,
    .help = N_("Arnold's own matrix is the same for everyone: then there is no key at all.") },
  { 0 },
};

static const TriParamSpec raw_table[] = {
  { .id = "a", .title = N_("Shear of the rows, a"), .type = TRI_PARAM_INT, .min = 1, .max = 1000, .def = 1,
    .help = N_("Each row is turned a pixels further than the one above it.") },
  { .id = "b", .title = N_("Shear of the columns, b"), .type = TRI_PARAM_INT, .min = 1, .max = 1000, .def = 1,
    .help = N_("Each column is turned b pixels further than the one before it.") },
  { 0 },
};

static gboolean
uses_key (const TriParams *params)
{
  return tri_params_get_choice (params, "matrix") == KEYED;
}

static gboolean
make_map (const TriKey *key, const TriParams *params, guint width, guint height, TriCatMap *map, GError **error)
{
  static const guint8 no_salt[TRI_SALT_SIZE];
  guint64 bits[2];
  if (!uses_key (params))
    *map = tri_cat_map (width, height, 1, 1);
  else if (tri_key_get_kind (key) == TRI_KEY_RAW)
    *map = tri_cat_map (width, height, (guint64) tri_params_get_int (tri_key_get_raw (key), "a"),
                        (guint64) tri_params_get_int (tri_key_get_raw (key), "b"));
  else
    {
      if (!tri_key_derive (key, no_salt, "arnold-cat a b", (guint8 *) bits, sizeof bits, error))
        return FALSE;
      *map = tri_cat_map (width, height, 1 + GUINT64_FROM_LE (bits[0]) % MAX (width - 1, 1),
                          1 + GUINT64_FROM_LE (bits[1]) % MAX (height - 1, 1));
      sodium_memzero (bits, sizeof bits);
    }
  return TRUE;
}

/* Returns: (transfer full): @in moved, there or back */
static TriImage *
move (const TriImage *in, const TriKey *key, const TriParams *params, gboolean undo, TriProgress *progress,
      GError **error)
{
  TriCatMap map;
  if (!make_map (key, params, in->width, in->height, &map, error))
    return NULL;
  g_autoptr (TriImage) out = tri_image_new (in->width, in->height, in->channels, error);
  guint64 iterations = (guint64) tri_params_get_int (params, "iterations");
  if (out == NULL || !tri_cat_map_apply (&map, undo, iterations, in, out, progress, error))
    return NULL;
  return g_steal_pointer (&out);
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  out->visible = move (in, key, params, FALSE, progress, error);
  return out->visible != NULL;
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  if (!tri_sealed_require_same_shape (in, error))
    return FALSE;
  *out = move (in->visible, key, in->params, TRUE, progress, error);
  return *out != NULL;
}

static char *
period_text (const TriCatPeriod *period)
{
  if (period->iterations > 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, period->iterations);
  if (period->digits > 0)
    return g_strdup_printf (_("a number of %.0f digits"), period->digits);
  return g_strdup (_("too long to look for"));
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const guint64 *p = a, *q = b;
  return (*p > *q) - (*p < *q);
}

/* Which iterations to show: the first ones, the chosen one, half a period, a period. */
static GArray *
shown_iterations (guint64 chosen, guint64 period)
{
  GArray *shown = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 wanted[] = { 1, 2, 3, 5, 10, chosen, period / 2, period > 0 ? period - 1 : 0, period };
  qsort (wanted, G_N_ELEMENTS (wanted), sizeof wanted[0], compare_numbers);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (wanted[i] > 0 && (i == 0 || wanted[i] != wanted[i - 1]) && (period == 0 || wanted[i] <= period))
      g_array_append_val (shown, wanted[i]);
  return shown;
}

/* Iterations of a small copy, which has a period of its own. */
static gboolean
add_strip (TriInsight *card, const TriImage *original, const TriKey *key, const TriParams *params,
           TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) small = tri_image_small_copy (original, COPY_SIDE, error);
  TriCatMap map;
  TriCatPeriod period;
  if (small == NULL || !make_map (key, params, small->width, small->height, &map, error)
      || !tri_cat_map_find_period (&map, &period, progress, error))
    return FALSE;
  /* A picture that is not square has to be stepped through, which a long period forbids. */
  guint64 reachable = map.width == map.height || period.iterations <= 1000 ? period.iterations : 0;
  g_autoptr (GArray) shown = shown_iterations ((guint64) tri_params_get_int (params, "iterations"), reachable);
  tri_insight_take_picture (card, tri_image_ref (small), _("The picture"));
  for (guint i = 0; i < shown->len; i++)
    {
      guint64 k = g_array_index (shown, guint64, i);
      g_autoptr (TriImage) moved = tri_image_new (small->width, small->height, small->channels, error);
      g_autofree char *caption = g_strdup_printf (k == reachable ? _("After %" PRIu64 ": back") :
                                                  _("After %" PRIu64), k);
      if (moved == NULL || !tri_cat_map_apply (&map, FALSE, k, small, moved, progress, error))
        return FALSE;
      tri_insight_take_picture (card, g_steal_pointer (&moved), caption);
    }
  g_autofree char *text = period_text (&period);
  g_autofree char *label = g_strdup_printf (_("Period of the copy shown, %u × %u"), small->width, small->height);
  tri_insight_add_fact (card, label, "%s", text);
  return TRUE;
}

static TriInsight *
iterations_card (const TriImage *original, const TriKey *key, const TriParams *params, TriProgress *progress,
                 GError **error)
{
  TriCatMap map;
  TriCatPeriod period;
  guint64 iterations = (guint64) tri_params_get_int (params, "iterations");
  if (!make_map (key, params, original->width, original->height, &map, error)
      || !tri_cat_map_find_period (&map, &period, progress, error))
    return NULL;
  TriInsight *card = tri_insight_new ("iterations", _("Iteration after iteration"),
                                      _("Stretched, folded, stretched again: after a few iterations it looks like noise. "
                                        "But every pixel is on a round trip, so the picture comes back: on a square soon, "
                                        "and for anyone who goes on iterating, key or no key."));
  g_autofree char *text = period_text (&period);
  tri_insight_add_fact (card, _("Iterations"), "%" G_GUINT64_FORMAT, iterations);
  tri_insight_add_fact (card, _("Period of this picture"), "%s", text);
  if (period.iterations > 0 && iterations % period.iterations == 0)
    tri_insight_add_fact (card, _("Beware"), "%s", _("these iterations are whole periods: nothing is moved"));
  if (!uses_key (params))
    tri_insight_add_fact (card, _("Key"), "%s", _("none"));
  else if (tri_key_get_kind (key) == TRI_KEY_RAW)
    tri_insight_add_fact (card, _("Key"), "a = %d, b = %d", tri_params_get_int (tri_key_get_raw (key), "a"),
                          tri_params_get_int (tri_key_get_raw (key), "b"));
  else
    tri_insight_add_fact (card, _("Key"), "%s", _("a and b, derived from the key"));
  tri_insight_add_fact (card, _("Different keys for this size, at most"), "%" G_GUINT64_FORMAT,
                        uses_key (params) ? (guint64) map.width * map.height : 1);
  if (!add_strip (card, original, key, params, progress, error))
    g_clear_pointer (&card, tri_insight_free);
  return card;
}

static gboolean
add_histogram (TriChart *chart, const char *name, TriMark mark, TriHue hue, const TriImage *image,
               TriProgress *progress, GError **error)
{
  g_autofree float *row = g_new (float, image->width);
  double counts[256] = { 0 };
  for (guint y = 0; y < image->height; y++)
    {
      if (!tri_progress_check (progress, (double) y / image->height, error))
        return FALSE;
      tri_image_luminance_row (image, y, row);
      for (guint x = 0; x < image->width; x++)
        counts[(guint) CLAMP (row[x] + 0.5f, 0, 255)]++;
    }
  tri_chart_add_data (chart, name, mark, hue, NULL, counts, 256);
  return TRUE;
}

static TriInsight *
histogram_card (const TriImage *original, const TriImage *visible, TriProgress *progress, GError **error)
{
  TriInsight *card = tri_insight_new ("histogram", _("What moving can't hide"),
                                      _("Every pixel is still there, so the histogram is the same before and after. An "
                                        "attacker knows how much of each colour the picture has."));
  card->chart = tri_chart_new (_("Luminance before and after"), _("Luminance"), _("Pixels"));
  card->chart->y.min = 0;
  if (!add_histogram (card->chart, _("Original"), TRI_MARK_AREA, TRI_HUE_MUTED, original, progress, error)
      || !add_histogram (card->chart, _("Encrypted"), TRI_MARK_STEP, TRI_HUE_1, visible, progress, error))
    g_clear_pointer (&card, tri_insight_free);
  return card;
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) cards = tri_insights_new ();
  TriInsight *iterations = iterations_card (original, key, sealed->params, progress, error);
  if (iterations == NULL)
    return NULL;
  g_ptr_array_add (cards, iterations);
  TriInsight *histogram = histogram_card (original, sealed->visible, progress, error);
  if (histogram == NULL)
    return NULL;
  g_ptr_array_add (cards, histogram);
  return g_steal_pointer (&cards);
}

static gboolean
uses_salt (const TriParams *params)
{
  return FALSE;
}

const TriCipher tri_cipher_arnold_cat = {
  .id = "arnold-cat",
  .title = N_("Arnold's cat map"),
  .summary = N_("Scrambles the pixels by stretching and folding the picture"),
  .reference = "Arnold, Avez, Problèmes ergodiques de la mécanique classique (1967); Dyson, Falk, American "
               "Mathematical Monthly 99 (1992) 603",
  .family = TRI_FAMILY_CHAOS,
  .verdict = TRI_VERDICT_BREAKABLE,
  .why = N_("It only moves pixels: two or three chosen pictures show where each one goes, there are no more keys than "
            "pixels, and with Arnold's own matrix there is no key at all."),
  .flags = TRI_CIPHER_LOSSLESS | TRI_CIPHER_RAW_KEY,
  .params = params_table,
  .raw_key = raw_table,
  .uses_key = uses_key,
  .uses_salt = uses_salt,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
