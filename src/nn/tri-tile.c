/* Each tile is computed with a margin of the net's radius, and only its middle is kept. At the picture's edges a tile
 * ends where the picture ends, so that the zeros of the padding are where they would be for the whole picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-tile.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-net-private.h"

#define SMALLEST 16
#define COPIED 32 /* rows between two looks at the progress */

/* Of the first input, in its pixels. */
typedef struct {
  guint x, y, width, height;
} Rect;

typedef struct {
  guint align, margin;
} Grid;

static gboolean
grid_of (const TriNet *net, Grid *grid, GError **error)
{
  guint radius = tri_net_get_radius (net);
  grid->align = tri_net_get_alignment (net);
  if (radius == G_MAXUINT)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                   _("This network looks at the whole picture at once and can't work in tiles. Choose a smaller picture."));
      return FALSE;
    }
  grid->margin = (radius + grid->align - 1) / grid->align * grid->align;
  return TRUE;
}

static Rect
with_margin (Rect core, const Grid *grid, TriShape whole)
{
  guint x = core.x - MIN (core.x, grid->margin), y = core.y - MIN (core.y, grid->margin);
  return (Rect) { x, y, MIN (core.x + core.width + grid->margin, whole.w) - x,
                  MIN (core.y + core.height + grid->margin, whole.h) - y };
}

static void
shapes_of (const TriNet *net, const TriTileInput *inputs, Rect rect, TriShape *shapes)
{
  for (guint i = 0; i < net->n_inputs; i++)
    shapes[i] = (TriShape) { 1, rect.height / inputs[i].step, rect.width / inputs[i].step, inputs[i].tensor->shape.c };
}

static gboolean
copy_rows (const TriTensor *from, guint from_x, guint from_y, TriTensor *to, guint to_x, guint to_y, guint width, guint height,
           TriProgress *progress, GError **error)
{
  for (guint y = 0; y < height; y++)
    {
      if (y % COPIED == 0 && !tri_progress_check (progress, 0, error))
        return FALSE;
      memcpy (tri_tensor_at (to, 0, to_y + y, to_x), tri_tensor_at (from, 0, from_y + y, from_x),
              (gsize) width * from->shape.c * sizeof (float));
    }
  return TRUE;
}

static gboolean
check_inputs (const TriNet *net, const TriTileInput *inputs, const Grid *grid, GError **error)
{
  TriShape whole = inputs[0].tensor->shape;
  gboolean good = whole.n == 1 && inputs[0].step == 1 && whole.w % grid->align == 0 && whole.h % grid->align == 0;
  for (guint i = 0; good && i < net->n_inputs; i++)
    good = inputs[i].step > 0 && grid->align % inputs[i].step == 0 && inputs[i].tensor->shape.n == 1
           && inputs[i].tensor->shape.w == whole.w / inputs[i].step
           && inputs[i].tensor->shape.h == whole.h / inputs[i].step;
  if (!good)
    g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
                 _("The inputs of the network don't fit together, or their sides aren't multiples of %u."), grid->align);
  return good;
}

/* Returns: the side of tiles, without their margin, with which tri_tile_infer() takes at most about @max_bytes besides
 * inputs and output; 0 with TRI_ERROR_NO_MEMORY when even the smallest take more */
guint
tri_tile_choose_side (TriNet *net, const TriTileInput *inputs, guint64 max_bytes, GError **error)
{
  Grid grid;
  TriShape whole = inputs[0].tensor->shape, shapes[TRI_NET_MAX_INPUTS];
  if (!grid_of (net, &grid, error))
    return 0;
  guint smallest = (SMALLEST + grid.align - 1) / grid.align * grid.align, longest = MAX (whole.w, whole.h);
  for (guint side = smallest, best = 0;; side += MAX (side / 4 / grid.align, 1) * grid.align)
    {
      guint width = MIN (side + 2 * grid.margin, whole.w), height = MIN (side + 2 * grid.margin, whole.h);
      guint64 bytes;
      shapes_of (net, inputs, (Rect) { 0, 0, width, height }, shapes);
      if ((bytes = tri_pass_estimate (net, TRI_PASS_INFER, shapes, error)) == 0)
        return 0;
      for (guint i = 0; i < net->n_inputs; i++)
        bytes += tri_shape_size (shapes[i]) * sizeof (float);
      if (bytes <= max_bytes)
        best = side;
      if (bytes <= max_bytes && side < longest)
        continue;
      if (best == 0)
        g_set_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY, _("The network needs more memory than it may take."));
      return best;
    }
}

/* The pass and its inputs for the present size of tiles; most tiles have the same. */
typedef struct {
  TriPass *pass;
  TriTensor *inputs[TRI_NET_MAX_INPUTS];
  Rect size;
} Bench;

static void
bench_clear (Bench *bench)
{
  g_clear_pointer (&bench->pass, tri_pass_free);
  for (guint i = 0; i < TRI_NET_MAX_INPUTS; i++)
    g_clear_pointer (&bench->inputs[i], tri_tensor_free);
}

static gboolean
bench_fit (Bench *bench, TriNet *net, const TriTileInput *inputs, Rect rect, GError **error)
{
  TriShape shapes[TRI_NET_MAX_INPUTS];
  if (bench->pass != NULL && bench->size.width == rect.width && bench->size.height == rect.height)
    return TRUE;
  bench_clear (bench);
  bench->size = rect;
  shapes_of (net, inputs, rect, shapes);
  bench->pass = tri_pass_new (net, TRI_PASS_INFER, shapes, error);
  if (bench->pass == NULL)
    return FALSE;
  for (guint i = 0; i < net->n_inputs; i++)
    {
      bench->inputs[i] = tri_tensor_new (shapes[i], error);
      if (bench->inputs[i] == NULL)
        return FALSE;
      tri_pass_set_input (bench->pass, i, bench->inputs[i]);
    }
  return TRUE;
}

static gboolean
do_tile (TriNet *net, const TriTileInput *inputs, TriTensor *out, const Grid *grid, Rect core, Bench *bench,
         TriProgress *progress, GError **error)
{
  TriShape whole = inputs[0].tensor->shape;
  Rect rect = with_margin (core, grid, whole);
  if (!bench_fit (bench, net, inputs, rect, error))
    return FALSE;
  for (guint i = 0; i < net->n_inputs; i++)
    if (!copy_rows (inputs[i].tensor, rect.x / inputs[i].step, rect.y / inputs[i].step, bench->inputs[i], 0, 0,
                    bench->inputs[i]->shape.w, bench->inputs[i]->shape.h, progress, error))
      return FALSE;
  if (!tri_pass_forward (bench->pass, progress, error))
    return FALSE;
  const TriTensor *result = tri_pass_get_output (bench->pass, NULL);
  guint64 to = out->shape.w, from = whole.w; /* the output may be larger or smaller than the input */
  if (result->shape.c != out->shape.c || result->shape.w != rect.width * to / from
      || result->shape.h != rect.height * to / from || out->shape.h != whole.h * to / from)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("The output doesn't have the size that the network makes."));
      return FALSE;
    }
  return copy_rows (result, (guint) ((core.x - rect.x) * to / from), (guint) ((core.y - rect.y) * to / from), out,
                    (guint) (core.x * to / from), (guint) (core.y * to / from), (guint) (core.width * to / from),
                    (guint) (core.height * to / from), progress, error);
}

/**
 * tri_tile_infer:
 * @inputs: one for each input of @net; the sides of the first are multiples of tri_net_get_alignment()
 * @out: of the size that the net makes from the whole picture
 * @side: of a tile; rounded up to a multiple of the alignment. tri_tile_choose_side()
 *
 * Gives what one pass over the whole picture gives, up to the order of additions.
 */
gboolean
tri_tile_infer (TriNet *net, const TriTileInput *inputs, TriTensor *out, guint side, TriProgress *progress, GError **error)
{
  Grid grid;
  TriShape whole = inputs[0].tensor->shape;
  g_return_val_if_fail (side > 0, FALSE);
  if (!grid_of (net, &grid, error) || !check_inputs (net, inputs, &grid, error))
    return FALSE;
  side = (side + grid.align - 1) / grid.align * grid.align;
  guint columns = (whole.w + side - 1) / side, rows = (whole.h + side - 1) / side, n = columns * rows;
  Bench bench = { 0 };
  gboolean good = TRUE;
  for (guint t = 0; good && t < n; t++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, (double) t / n, (double) (t + 1) / n);
      Rect core = { t % columns * side, t / columns * side, 0, 0 };
      core.width = MIN (side, whole.w - core.x);
      core.height = MIN (side, whole.h - core.y);
      good = do_tile (net, inputs, out, &grid, core, &bench, part, error);
    }
  bench_clear (&bench);
  return good;
}
