/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-chaos-layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-cipher-checks.h"
#include "tri-error.h"

#define PIECE (1u << 20) /* bytes; written between two looks at the progress */

enum { LAYOUT_COLOUR, LAYOUT_PLANES };

const TriChoice tri_chaos_layouts[] = { { "colour", N_("In colour") }, { "planes", N_("Grey planes") }, { 0 } };

static guint
even (guint side)
{
  return side + side % 2;
}

/* How many planes of the code lie one below another. */
static guint
n_below (const TriParams *params, guint n_colours)
{
  return tri_params_get_choice (params, TRI_CHAOS_LAYOUT) == LAYOUT_PLANES ? n_colours : 1;
}

/* Memory that is written for the first time comes slowly: the permutation, which writes all over it, would wait for all of
 * it at once. */
static TriImage *
new_by_pieces (guint width, guint height, guint channels, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) image = tri_image_new (width, height, channels, error);
  gsize size = image != NULL ? tri_image_n_bytes (image) : 0;
  for (gsize at = 0; at < size; at += PIECE)
    {
      memset (image->pixels + at, 0, MIN (size - at, PIECE));
      if (!tri_progress_check (progress, 0, error))
        return NULL;
    }
  return g_steal_pointer (&image);
}

/* Returns: (transfer full) (nullable): a picture for the masked @code */
TriImage *
tri_chaos_layout_new_visible (const TriParams *params, const TriImage *code, TriProgress *progress, GError **error)
{
  guint n = n_below (params, code->channels);
  g_autoptr (GError) why = NULL;
  TriImage *visible = new_by_pieces (code->width, code->height * n, code->channels / n, progress, &why);
  if (g_error_matches (why, TRI_ERROR, TRI_ERROR_TOO_LARGE) && n > 1)
    g_prefix_error (&why, "%s", _("The planes of this picture are too large to lie one below another; send it in colour. "));
  if (visible == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return visible;
}

/* Returns: (transfer full) (nullable): a picture for the code of @in */
TriImage *
tri_chaos_layout_new_code (const TriSealed *in, TriProgress *progress, GError **error)
{
  return new_by_pieces (even (in->width), even (in->height), in->channels < 3 ? 1 : 3, progress, error);
}

/* Whether the visible picture has the geometry that the header asks for. */
gboolean
tri_chaos_layout_require (const TriSealed *in, GError **error)
{
  guint n_colours = in->channels < 3 ? 1 : 3, n = n_below (in->params, n_colours);
  return tri_sealed_require_visible (in, even (in->width), (guint64) even (in->height) * n, n_colours / n, error);
}

/* Returns: (transfer full) (nullable): what lies over each pixel of an original of @width × @height, planes as the colours that
 *   they are of; @visible itself where it doesn't lie so */
TriImage *
tri_chaos_layout_lay (const TriParams *params, const TriImage *visible, guint width, guint height, GError **error)
{
  guint n = n_below (params, visible->channels == 1 && visible->height != even (height) ? 3 : 1);
  gboolean fits = visible->width == even (width) && visible->height == (guint64) even (height) * n;
  if (!fits || (visible->width == width && visible->height == height))
    return tri_image_ref (visible);
  TriImage *out = tri_image_new (width, height, visible->channels * n, error);
  gsize stride = tri_image_stride (visible), plane = stride * even (height);
  for (guint y = 0; out != NULL && y < height; y++)
    {
      guint8 *row = out->pixels + y * tri_image_stride (out);
      if (n == 1)
        memcpy (row, visible->pixels + y * stride, tri_image_stride (out));
      for (gsize i = 0; n > 1 && i < (gsize) width * n; i++)
        row[i] = visible->pixels[i % n * plane + y * stride + i / n];
    }
  return out;
}
