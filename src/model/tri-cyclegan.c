/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-cyclegan-private.h"
#include "tri-model-picture.h"

#define CODE TRI_CYCLEGAN_CODE
#define WIDTH TRI_CYCLEGAN_WIDTH
#define MARGIN 6u  /* positions that a stage sees around one: four convolutions in two blocks, one before, one after */
#define SIDE 192u  /* positions of a tile */

/**
 * Stage:
 * @table: its network
 * @number: of the keyed values: 1 before the permutation, 2 after it
 * @backward: the signs are taken in the other order
 * @in_step, @out_step: pixels of a position on each side: 2 for a picture, 1 for hidden values
 */
typedef struct {
  TriCycleganTable table;
  guint64 number;
  gboolean backward;
  guint in_step, out_step;
} Stage;

/* A tile with its margin, in positions; x begins at an even one. */
typedef struct {
  guint x, y, w, h;
} Rect;

typedef struct {
  TriPass *pass;
  TriTensor *in, *noise, *signs[2];
  guint8 *bytes;
} Bench;

static void
bench_clear (Bench *bench)
{
  g_clear_pointer (&bench->pass, tri_pass_free);
  g_clear_pointer (&bench->in, tri_tensor_free);
  g_clear_pointer (&bench->noise, tri_tensor_free);
  g_clear_pointer (&bench->signs[0], tri_tensor_free);
  g_clear_pointer (&bench->signs[1], tri_tensor_free);
  g_clear_pointer (&bench->bytes, g_free);
}

static gboolean
bench_fit (Bench *bench, TriNet *net, const Stage *stage, guint channels, Rect rect, GError **error)
{
  TriShape shapes[4] = { { 1, rect.h * stage->in_step, rect.w * stage->in_step, channels }, { 1, rect.h, rect.w, CODE },
                         { 1, rect.h, rect.w, WIDTH }, { 1, rect.h, rect.w, WIDTH } };
  if (bench->pass != NULL && tri_shape_equal (bench->in->shape, shapes[0]))
    return TRUE;
  bench_clear (bench);
  bench->pass = tri_pass_new (net, TRI_PASS_INFER, shapes, error);
  TriTensor **tensors[] = { &bench->in, &bench->noise, &bench->signs[0], &bench->signs[1] };
  for (guint i = 0; bench->pass != NULL && i < G_N_ELEMENTS (tensors); i++)
    {
      if ((*tensors[i] = tri_tensor_new (shapes[i], error)) == NULL)
        return FALSE;
      tri_pass_set_input (bench->pass, i, *tensors[i]);
    }
  bench->bytes = g_malloc ((gsize) (rect.w + 1) * TRI_CYCLEGAN_BYTES);
  return bench->pass != NULL;
}

static gboolean
do_tile (const TriCyclegan *gan, const Stage *stage, TriNet *net, const TriTensor *in, TriTensor *out, Rect core,
         Bench *bench, TriProgress *progress, GError **error)
{
  guint width = in->shape.w / stage->in_step, height = in->shape.h / stage->in_step;
  Rect rect = { core.x - MIN (core.x, MARGIN), core.y - MIN (core.y, MARGIN), 0, 0 };
  rect.w = MIN (core.x + core.w + MARGIN, width) - rect.x;
  rect.h = MIN (core.y + core.h + MARGIN, height) - rect.y;
  if (!bench_fit (bench, net, stage, in->shape.c, rect, error))
    return FALSE;
  for (guint y = 0; y < rect.h; y++)
    {
      /* Rows begin at even numbers of the stream, as many as the next even width. */
      guint64 first = (guint64) (rect.y + y) * (width + width % 2) + rect.x;
      tri_cyclegan_fill_keyed (gan->key, stage->number, first, rect.w, bench->bytes, tri_tensor_at (bench->noise, 0, y, 0),
                               tri_tensor_at (bench->signs[stage->backward], 0, y, 0),
                               tri_tensor_at (bench->signs[!stage->backward], 0, y, 0));
      for (guint s = 0; s < stage->in_step; s++)
        memcpy (tri_tensor_at (bench->in, 0, y * stage->in_step + s, 0),
                tri_tensor_at (in, 0, (rect.y + y) * stage->in_step + s, rect.x * stage->in_step),
                (gsize) rect.w * stage->in_step * in->shape.c * sizeof (float));
    }
  if (!tri_pass_forward (bench->pass, progress, error))
    return FALSE;
  const TriTensor *result = tri_pass_get_output (bench->pass, NULL);
  guint step = stage->out_step;
  for (guint y = 0; y < core.h * step; y++)
    memcpy (tri_tensor_at (out, 0, core.y * step + y, core.x * step),
            tri_tensor_at (result, 0, (core.y - rect.y) * step + y, (core.x - rect.x) * step),
            (gsize) core.w * step * out->shape.c * sizeof (float));
  return TRUE;
}

/* Returns: (transfer full): what a stage makes of @in */
static TriTensor *
run_stage (const TriCyclegan *gan, const Stage *stage, const TriTensor *in, TriProgress *progress, GError **error)
{
  guint width = in->shape.w / stage->in_step, height = in->shape.h / stage->in_step;
  guint columns = (width + SIDE - 1) / SIDE, n = columns * ((height + SIDE - 1) / SIDE);
  g_autoptr (TriNet) net = tri_net_new (tri_cyclegan_get_table (stage->table, NULL), error);
  if (net == NULL || !tri_net_read_weights (net, gan->weights, error))
    return NULL;
  g_autoptr (TriTensor) out = tri_tensor_new ((TriShape) { 1, height * stage->out_step, width * stage->out_step,
                                                           stage->out_step == 2 ? 3 : CODE }, error);
  Bench bench = { 0 };
  gboolean good = out != NULL;
  for (guint t = 0; good && t < n; t++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, (double) t / n, (double) (t + 1) / n);
      Rect core = { t % columns * SIDE, t / columns * SIDE, 0, 0 };
      core.w = MIN (SIDE, width - core.x);
      core.h = MIN (SIDE, height - core.y);
      good = do_tile (gan, stage, net, in, out, core, &bench, part, error);
    }
  bench_clear (&bench);
  return good ? g_steal_pointer (&out) : NULL;
}

static TriTensor *
permute (const TriCyclegan *gan, const TriTensor *in, gboolean backward, TriProgress *progress, GError **error)
{
  g_autofree guint32 *order = tri_cyclegan_make_permutation (gan->key, (guint32) tri_shape_pixels (in->shape), progress, error);
  TriTensor *out = order != NULL ? tri_tensor_new (in->shape, error) : NULL;
  gsize n = tri_shape_pixels (in->shape), bytes = CODE * sizeof (float);
  for (gsize i = 0; out != NULL && i < n; i++)
    memcpy (out->data + (backward ? order[i] : i) * CODE, in->data + (backward ? i : order[i]) * CODE, bytes);
  return out;
}

static TriTensor *
run (const TriCyclegan *gan, const Stage *one, const Stage *two, gboolean backward, const TriTensor *picture,
     TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.45);
  g_autoptr (TriProgress) moving = tri_progress_sub (progress, 0.45, 0.55);
  g_autoptr (TriProgress) second = tri_progress_sub (progress, 0.55, 1);
  g_autoptr (TriTensor) hidden = run_stage (gan, one, picture, first, error);
  g_autoptr (TriTensor) moved = hidden != NULL ? permute (gan, hidden, backward, moving, error) : NULL;
  g_clear_pointer (&hidden, tri_tensor_free);
  return moved != NULL ? run_stage (gan, two, moved, second, error) : NULL;
}

/* Returns: (transfer full): RGB, of @picture's size with sides rounded up to even ones; alpha is left out */
TriImage *
tri_cyclegan_hide (const TriCyclegan *gan, const TriImage *picture, TriProgress *progress, GError **error)
{
  static const Stage first = { TRI_CYCLEGAN_HIDE_FIRST, 1, FALSE, 2, 1 };
  static const Stage second = { TRI_CYCLEGAN_HIDE_SECOND, 2, FALSE, 1, 2 };
  g_autoptr (TriTensor) in = tri_model_picture_read (picture, 2, error);
  g_autoptr (TriTensor) out = in != NULL ? run (gan, &first, &second, FALSE, in, progress, error) : NULL;
  TriImage *hidden = out != NULL ? tri_image_new (out->shape.w, out->shape.h, 3, error) : NULL;
  if (hidden != NULL)
    tri_model_picture_write (out, hidden);
  return hidden;
}

/* @out: filled in, all but alpha; of the size that @hidden was made from */
gboolean
tri_cyclegan_show (const TriCyclegan *gan, const TriImage *hidden, TriImage *out, TriProgress *progress, GError **error)
{
  static const Stage second = { TRI_CYCLEGAN_SHOW_SECOND, 2, TRUE, 2, 1 };
  static const Stage first = { TRI_CYCLEGAN_SHOW_FIRST, 1, TRUE, 1, 2 };
  g_return_val_if_fail (hidden->width % 2 == 0 && hidden->height % 2 == 0 && hidden->channels == 3, FALSE);
  g_autoptr (TriTensor) in = tri_model_picture_read (hidden, 2, error);
  g_autoptr (TriTensor) restored = in != NULL ? run (gan, &second, &first, TRUE, in, progress, error) : NULL;
  if (restored == NULL)
    return FALSE;
  tri_model_picture_write (restored, out);
  return TRUE;
}
