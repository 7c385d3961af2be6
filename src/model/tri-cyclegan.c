/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-cyclegan-private.h"
#include "tri-model-picture.h"
#include "tri-parallel.h"

#define CODE TRI_CYCLEGAN_CODE
#define WIDTH TRI_CYCLEGAN_WIDTH
#define MARGIN 6u  /* positions that a stage sees around one: four convolutions in two blocks, one before, one after */

/**
 * Stage:
 * @table: its network
 * @what: of the keyed values
 * @backward: the signs are taken in the other order
 * @in_step, @out_step: pixels of a position on each side: 2 for a picture, 1 for hidden values
 */
typedef struct {
  TriCycleganTable table;
  TriCycleganFill what;
  gboolean backward;
  guint in_step, out_step;
} Stage;

/* A tile with its margin, in positions; x begins at an even one. */
typedef struct {
  guint x, y, w, h;
} Rect;

typedef struct {
  TriPass *pass;
  TriTensor *in, *values, *signs[2];
  guint8 *bytes;
} Bench;

/* A row of a stage's network that somebody wants to see, of a picture of one tile */
typedef struct {
  const char *row;
  TriTensor **copy;
} Kept;

/* Of the stream, for one row of a tile */
static gsize
row_bytes (guint width)
{
  return (gsize) (width + 1) * TRI_CYCLEGAN_BYTES;
}

static void
bench_clear (Bench *bench)
{
  g_clear_pointer (&bench->pass, tri_pass_free);
  g_clear_pointer (&bench->in, tri_tensor_free);
  g_clear_pointer (&bench->values, tri_tensor_free);
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
  TriTensor **tensors[] = { &bench->in, &bench->values, &bench->signs[0], &bench->signs[1] };
  for (guint i = 0; bench->pass != NULL && i < G_N_ELEMENTS (tensors); i++)
    {
      if ((*tensors[i] = tri_tensor_new (shapes[i], error)) == NULL)
        return FALSE;
      tri_pass_set_input (bench->pass, i, *tensors[i]);
    }
  bench->bytes = g_malloc (row_bytes (rect.w) * tri_parallel_get_threads ());
  return bench->pass != NULL;
}

typedef struct {
  const TriCyclegan *gan;
  const Stage *stage;
  const TriTensor *in;
  Rect rect;
  Bench *bench;
} Filling;

/* Rows of a tile's inputs: of the picture or of hidden values, and what the key makes for them. */
static void
fill_rows (gsize begin, gsize end, guint slot, gpointer data)
{
  const Filling *f = data;
  const Stage *stage = f->stage;
  guint width = f->in->shape.w / stage->in_step;
  guint8 *bytes = f->bench->bytes + slot * row_bytes (f->rect.w);
  for (guint y = (guint) begin; y < end; y++)
    {
      /* Rows begin at even numbers of the stream, as many as the next even width. */
      guint64 first = (guint64) (f->rect.y + y) * (width + width % 2) + f->rect.x;
      tri_cyclegan_fill_keyed (f->gan->key, stage->what, first, f->rect.w, bytes, tri_tensor_at (f->bench->values, 0, y, 0),
                               tri_tensor_at (f->bench->signs[stage->backward], 0, y, 0),
                               tri_tensor_at (f->bench->signs[!stage->backward], 0, y, 0));
      for (guint s = 0; s < stage->in_step; s++)
        memcpy (tri_tensor_at (f->bench->in, 0, y * stage->in_step + s, 0),
                tri_tensor_at (f->in, 0, (f->rect.y + y) * stage->in_step + s, f->rect.x * stage->in_step),
                (gsize) f->rect.w * stage->in_step * f->in->shape.c * sizeof (float));
    }
}

static gboolean
do_tile (const TriCyclegan *gan, const Stage *stage, TriNet *net, const TriTensor *in, TriTensor *out, Rect core,
         Bench *bench, const Kept *kept, TriProgress *progress, GError **error)
{
  guint width = in->shape.w / stage->in_step, height = in->shape.h / stage->in_step;
  Rect rect = { core.x - MIN (core.x, MARGIN), core.y - MIN (core.y, MARGIN), 0, 0 };
  rect.w = MIN (core.x + core.w + MARGIN, width) - rect.x;
  rect.h = MIN (core.y + core.h + MARGIN, height) - rect.y;
  g_autoptr (TriProgress) filling = tri_progress_sub (progress, 0, 0.2), inferring = tri_progress_sub (progress, 0.2, 1);
  if (!bench_fit (bench, net, stage, in->shape.c, rect, error))
    return FALSE;
  Filling work = { gan, stage, in, rect, bench };
  if (!tri_parallel_for (rect.h, 4, fill_rows, &work, filling, error) || !tri_pass_forward (bench->pass, inferring, error))
    return FALSE;
  if (kept != NULL && (*kept->copy = tri_tensor_copy (tri_pass_get_output (bench->pass, kept->row), error)) == NULL)
    return FALSE;
  const TriTensor *result = tri_pass_get_output (bench->pass, NULL);
  guint step = stage->out_step;
  for (guint y = 0; y < core.h * step; y++)
    memcpy (tri_tensor_at (out, 0, core.y * step + y, core.x * step),
            tri_tensor_at (result, 0, (core.y - rect.y) * step + y, (core.x - rect.x) * step),
            (gsize) core.w * step * out->shape.c * sizeof (float));
  return TRUE;
}

static TriNet *
make_stage (const TriCyclegan *gan, const Stage *stage, const Kept *kept, GError **error)
{
  guint n_rows;
  const TriLayer *table = tri_cyclegan_get_table (stage->table, &n_rows);
  g_autofree TriLayer *rows = g_memdup2 (table, n_rows * sizeof *table);
  if (kept != NULL)
    tri_layers_keep (rows, kept->row);
  g_autoptr (TriNet) net = tri_net_new (rows, error);
  return net != NULL && tri_net_read_weights (net, gan->weights, error) ? g_steal_pointer (&net) : NULL;
}

/* @kept: (nullable). Returns: (transfer full): what a stage makes of @in */
static TriTensor *
run_stage (const TriCyclegan *gan, const Stage *stage, const TriTensor *in, const Kept *kept, TriProgress *progress,
           GError **error)
{
  guint width = in->shape.w / stage->in_step, height = in->shape.h / stage->in_step;
  guint side = tri_cyclegan_choose_side (), columns = (width + side - 1) / side, n = columns * ((height + side - 1) / side);
  g_autoptr (TriNet) net = make_stage (gan, stage, kept, error);
  if (net == NULL)
    return NULL;
  g_autoptr (TriTensor) out = tri_tensor_new ((TriShape) { 1, height * stage->out_step, width * stage->out_step,
                                                           stage->out_step == 2 ? 3 : CODE }, error);
  Bench bench = { 0 };
  gboolean good = out != NULL;
  for (guint t = 0; good && t < n; t++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, (double) t / n, (double) (t + 1) / n);
      Rect core = { t % columns * side, t / columns * side, 0, 0 };
      core.w = MIN (side, width - core.x);
      core.h = MIN (side, height - core.y);
      good = do_tile (gan, stage, net, in, out, core, &bench, kept, part, error);
    }
  bench_clear (&bench);
  return good ? g_steal_pointer (&out) : NULL;
}

typedef struct {
  const guint32 *order;
  const float *in;
  float *out;
  gboolean backward;
} Moving;

static void
move_positions (gsize begin, gsize end, guint slot, gpointer data)
{
  const Moving *m = data;
  for (gsize i = begin; i < end; i++)
    memcpy (m->out + (m->backward ? m->order[i] : i) * CODE, m->in + (m->backward ? i : m->order[i]) * CODE, CODE * sizeof (float));
}

static TriTensor *
permute (const TriCyclegan *gan, const TriTensor *in, gboolean backward, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) drawing = tri_progress_sub (progress, 0, 0.5), moving = tri_progress_sub (progress, 0.5, 1);
  gsize n = tri_shape_pixels (in->shape);
  g_autofree guint32 *order = tri_cyclegan_make_permutation (gan->key, (guint32) n, drawing, error);
  g_autoptr (TriTensor) out = order != NULL ? tri_tensor_new (in->shape, error) : NULL;
  Moving work = { order, in->data, out != NULL ? out->data : NULL, backward };
  if (out == NULL || !tri_parallel_for (n, 8192, move_positions, &work, moving, error))
    return NULL;
  return g_steal_pointer (&out);
}

static TriTensor *
run (const TriCyclegan *gan, const Stage *one, const Stage *two, gboolean backward, const TriTensor *picture,
     TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.45);
  g_autoptr (TriProgress) moving = tri_progress_sub (progress, 0.45, 0.55);
  g_autoptr (TriProgress) second = tri_progress_sub (progress, 0.55, 1);
  g_autoptr (TriTensor) hidden = run_stage (gan, one, picture, NULL, first, error);
  g_autoptr (TriTensor) moved = hidden != NULL ? permute (gan, hidden, backward, moving, error) : NULL;
  g_clear_pointer (&hidden, tri_tensor_free);
  return moved != NULL ? run_stage (gan, two, moved, NULL, second, error) : NULL;
}

static const Stage hide_first = { TRI_CYCLEGAN_HIDE_FIRST, TRI_CYCLEGAN_NOISE, FALSE, 2, 1 };
static const Stage hide_second = { TRI_CYCLEGAN_HIDE_SECOND, TRI_CYCLEGAN_MASK, FALSE, 1, 2 };

/* Returns: (transfer full): RGB, of @picture's size with sides rounded up to even ones; alpha is left out */
TriImage *
tri_cyclegan_hide (const TriCyclegan *gan, const TriImage *picture, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) reading = tri_progress_sub (progress, 0, 0.02), running = tri_progress_sub (progress, 0.02, 0.98);
  g_autoptr (TriProgress) writing = tri_progress_sub (progress, 0.98, 1);
  g_autoptr (TriTensor) in = tri_model_read_picture (picture, 2, reading, error);
  g_autoptr (TriTensor) out = in != NULL ? run (gan, &hide_first, &hide_second, FALSE, in, running, error) : NULL;
  g_autoptr (TriImage) hidden = out != NULL ? tri_image_new (out->shape.w, out->shape.h, 3, error) : NULL;
  if (hidden == NULL || !tri_model_write_picture (out, hidden, writing, error))
    return NULL;
  return g_steal_pointer (&hidden);
}

/* @out: filled in, all but alpha; of the size that @hidden was made from */
gboolean
tri_cyclegan_show (const TriCyclegan *gan, const TriImage *hidden, TriImage *out, TriProgress *progress, GError **error)
{
  static const Stage second = { TRI_CYCLEGAN_SHOW_SECOND, TRI_CYCLEGAN_UNMASK, TRUE, 2, 1 };
  static const Stage first = { TRI_CYCLEGAN_SHOW_FIRST, TRI_CYCLEGAN_NOISE, TRUE, 1, 2 };
  g_return_val_if_fail (hidden->width % 2 == 0 && hidden->height % 2 == 0 && hidden->channels == 3, FALSE);
  g_autoptr (TriProgress) reading = tri_progress_sub (progress, 0, 0.02), running = tri_progress_sub (progress, 0.02, 0.98);
  g_autoptr (TriProgress) writing = tri_progress_sub (progress, 0.98, 1);
  g_autoptr (TriTensor) in = tri_model_read_picture (hidden, 2, reading, error);
  g_autoptr (TriTensor) restored = in != NULL ? run (gan, &second, &first, TRUE, in, running, error) : NULL;
  return restored != NULL && tri_model_write_picture (restored, out, writing, error);
}

/* @look: to be cleared, also when it fails */
gboolean
tri_cyclegan_look (const TriCyclegan *gan, const TriImage *picture, TriCycleganLook *look, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (MAX (picture->width, picture->height) <= TRI_CYCLEGAN_LOOK_SIDE, FALSE);
  Kept maps = { "g.s1.r1", &look->maps }, code = { "g.s2.o", &look->code };
  g_autoptr (TriTensor) in = tri_model_read_picture (picture, 2, progress, error);
  look->hidden = in != NULL ? run_stage (gan, &hide_first, in, &maps, progress, error) : NULL;
  g_autoptr (TriTensor) moved = look->hidden != NULL ? permute (gan, look->hidden, FALSE, progress, error) : NULL;
  g_autoptr (TriTensor) sent = moved != NULL ? run_stage (gan, &hide_second, moved, &code, progress, error) : NULL;
  return sent != NULL;
}

void
tri_cyclegan_look_clear (TriCycleganLook *look)
{
  g_clear_pointer (&look->hidden, tri_tensor_free);
  g_clear_pointer (&look->maps, tri_tensor_free);
  g_clear_pointer (&look->code, tri_tensor_free);
}

/* Returns: (transfer full): twelve channels as the picture that they are at half the resolution, brought to bytes as the
 *   networks bring −1 … 1 */
TriImage *
tri_cyclegan_show_halved (const TriTensor *halved, GError **error)
{
  g_autoptr (TriImage) image = tri_image_new (2 * halved->shape.w, 2 * halved->shape.h, 3, error);
  if (image == NULL)
    return NULL;
  for (guint y = 0; y < image->height; y++)
    for (guint x = 0; x < image->width; x++)
      for (guint c = 0; c < 3; c++)
        {
          float value = tri_tensor_at (halved, 0, y / 2, x / 2)[(c * 2 + y % 2) * 2 + x % 2];
          image->pixels[((gsize) y * image->width + x) * 3 + c] = (guint8) lrintf ((CLAMP (value, -1, 1) + 1) * 127.5f);
        }
  return g_steal_pointer (&image);
}

/**
 * tri_cyclegan_judge:
 *
 * Returns: (transfer full) (nullable): how genuine a discriminator holds each part of @picture, about 16 × 16 pixels of it
 *   a value: 1 certainly, 0 certainly not. NULL with an error also where the weights came without the discriminators
 */
TriTensor *
tri_cyclegan_judge (const TriWeights *weights, TriCycleganJudge judge, const TriImage *picture, TriProgress *progress,
                    GError **error)
{
  TriCycleganTable table = judge == TRI_CYCLEGAN_IS_NOISE ? TRI_CYCLEGAN_D1 : TRI_CYCLEGAN_D2;
  g_autoptr (TriNet) net = tri_net_new (tri_cyclegan_get_table (table, NULL), error);
  g_autoptr (TriTensor) in = net != NULL && tri_net_read_weights (net, weights, error)
                                 ? tri_model_read_picture (picture, 4, progress, error) : NULL;
  return in != NULL ? tri_model_look (net, in, NULL, progress, error) : NULL;
}
