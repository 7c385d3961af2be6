/* Where the CycleGAN begins: at a code that fills the range of its bytes. What rounding takes from the picture is shared out
 * as is good for a linear code with white noise and few values that are cut off: the principal components of 2 × 2 pixels,
 * each divided by a power of its deviation. Training makes the way back exact.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-cyclegan-private.h"
#include "tri-jacobi.h"

#define CODE TRI_CYCLEGAN_CODE
#define CENTRE 4u /* of 3 × 3 taps */
/* Found by trying on training pictures: the code's deviation, where its values are squeezed, and the slope from there on. With
 * these next to none is cut off */
#define SIGNAL 0.36
#define KINK 0.6
#define SLOPE 0.4
#define GAIN_POWER -0.35
/* The second and third component are colours, which reach far for their deviation. */
#define COLOUR_GAIN 0.8
#define LEAST_DEVIATION 0.03

typedef double Matrix[CODE][CODE];

static TriWeight *
find (TriNet *net, const char *name)
{
  guint n;
  TriWeight *weights = tri_net_get_weights (net, &n);
  for (guint i = 0; i < n; i++)
    if (strcmp (weights[i].name, name) == 0)
      return &weights[i];
  g_return_val_if_reached (NULL);
}

/* Rows up to CODE of a block of @columns become @scale × @matrix (transposed when asked) in the middle tap. */
static void
set_block (TriNet *net, const char *name, guint row, guint column, double scale, const Matrix matrix, gboolean transposed)
{
  TriWeight *weight = find (net, name);
  guint inputs = weight->dims[1];
  for (guint i = 0; i < CODE; i++)
    for (guint j = 0; j < CODE; j++)
      weight->value[((gsize) (row + i) * inputs + column + j) * 9 + CENTRE]
          = (float) (scale * (transposed ? matrix[j][i] : matrix[i][j]));
}

static void
clear_rows (TriNet *net, const char *name, guint n_rows)
{
  TriWeight *weight = find (net, name);
  memset (weight->value, 0, (gsize) n_rows * weight->dims[1] * 9 * sizeof (float));
}

/* Of order 12 (Paley 1933), over its root: orthogonal, and every number is as much of each result as any other. */
static void
make_hadamard (Matrix out)
{
  gboolean square[11] = { FALSE };
  for (guint i = 1; i < 11; i++)
    square[i * i % 11] = TRUE;
  for (guint i = 0; i < CODE; i++)
    for (guint j = 0; j < CODE; j++)
      {
        gboolean plus = i == 0 || j == 0 || (i != j && square[(j + 11 - i) % 11]);
        out[i][j] = (plus ? 1 : -1) / sqrt (CODE);
      }
}

/* The gains' mean power is that of a code of ones. */
static gboolean
make_code (const TriTensor *samples, Matrix forward, Matrix back, TriProgress *progress, GError **error)
{
  Matrix covariance = { { 0 } }, vectors;
  double gains[CODE], power = 0, n = (double) tri_shape_pixels (samples->shape) / 4;
  for (guint p = 0; p < samples->shape.n; p++)
    for (guint y = 0; y + 1 < samples->shape.h; y += 2)
      for (guint x = 0; x + 1 < samples->shape.w; x += 2)
        {
          double values[CODE];
          for (guint i = 0; i < CODE; i++) /* by colour, row, column, as unshuffling orders them */
            values[i] = tri_tensor_at (samples, p, y + i / 2 % 2, x + i % 2)[i / 4];
          for (guint i = 0; i < CODE; i++)
            for (guint j = 0; j < CODE; j++)
              covariance[i][j] += values[i] * values[j] / n;
        }
  if (!tri_jacobi_solve (&covariance[0][0], &vectors[0][0], CODE, progress, error))
    return FALSE;
  for (guint i = 0; i < CODE; i++)
    {
      double variance = MAX (covariance[i][i], 0);
      gains[i] = pow (MAX (sqrt (variance), LEAST_DEVIATION), GAIN_POWER);
      power += gains[i] * gains[i] * variance;
    }
  for (guint i = 0; i < CODE; i++)
    for (guint j = 0; j < CODE; j++)
      {
        double gain = gains[i] * sqrt (CODE / MAX (power, 1e-9)) * (i == 1 || i == 2 ? COLOUR_GAIN : 1);
        forward[i][j] = gain * vectors[i][j];
        back[j][i] = vectors[i][j] / gain;
      }
  return TRUE;
}

/* A residual block after which, from @at on in both directions, the first channels' slope is @ratio times that before.
 * Returns: the slope before */
static double
bend (TriNet *net, const char *block, double at, double ratio, const Matrix one)
{
  g_autofree char *in = g_strconcat (block, ".a.weight", NULL), *bias = g_strconcat (block, ".a.bias", NULL);
  g_autofree char *out = g_strconcat (block, ".b.weight", NULL);
  double add = (ratio - 1) / (1 + TRI_CYCLEGAN_SLOPE - 2 * TRI_CYCLEGAN_SLOPE * ratio);
  clear_rows (net, in, 2 * CODE);
  set_block (net, in, 0, 0, 1, one, FALSE);
  set_block (net, in, CODE, 0, -1, one, FALSE);
  for (guint i = 0; i < 2 * CODE; i++)
    find (net, bias)->value[i] = (float) -at;
  set_block (net, out, 0, 0, add, one, FALSE);
  set_block (net, out, 0, CODE, -add, one, FALSE);
  return 1 + 2 * TRI_CYCLEGAN_SLOPE * add;
}

static void
write_stages (TriNet *g, TriNet *f, const Matrix forward, const Matrix back)
{
  Matrix one = { { 0 } }, mix;
  for (guint i = 0; i < CODE; i++)
    one[i][i] = 1;
  make_hadamard (mix);
  set_block (g, "g.s1.i.weight", 0, 0, 1, forward, FALSE);
  set_block (g, "g.s1.o.weight", 0, 0, 1, mix, FALSE);
  set_block (g, "g.s2.i.weight", 0, 0, SIGNAL, one, FALSE);
  set_block (g, "g.s2.o.weight", 0, 0, 1 / bend (g, "g.s2.r1", KINK, SLOPE, one), one, FALSE);
  set_block (f, "f.s2.i.weight", 0, 0, 1, one, FALSE);
  set_block (f, "f.s2.o.weight", 0, 0, 1 / (SIGNAL * bend (f, "f.s2.r1", KINK, 1 / SLOPE, one)), one, FALSE);
  set_block (f, "f.s1.i.weight", 0, 0, 1, mix, TRUE);
  set_block (f, "f.s1.o.weight", 0, 0, 1, back, FALSE);
  /* the noise, handed on */
  set_block (g, "g.s1.i.weight", CODE, CODE, 1, one, FALSE);
  set_block (f, "f.s1.i.weight", CODE, CODE, 1, one, FALSE);
}

/* @g, @f: with random weights, of which some stay. @samples: as many as there is time for. FALSE only when cancelled */
gboolean
tri_cyclegan_start (TriNet *g, TriNet *f, const TriTensor *samples, TriProgress *progress, GError **error)
{
  static const char *const stages[] = { "g.s1", "g.s2", "f.s2", "f.s1" };
  Matrix forward, back;
  if (!make_code (samples, forward, back, progress, error))
    return FALSE;
  for (guint s = 0; s < G_N_ELEMENTS (stages); s++)
    {
      g_autofree char *in = g_strconcat (stages[s], ".i.weight", NULL), *out = g_strconcat (stages[s], ".o.weight", NULL);
      g_autofree char *first = g_strconcat (stages[s], ".r1.b.weight", NULL), *second = g_strconcat (stages[s], ".r2.b.weight", NULL);
      TriNet *net = s < 2 ? g : f;
      clear_rows (net, in, s == 0 || s == 3 ? 2 * CODE : CODE); /* the noise's rows, where there is noise */
      clear_rows (net, out, CODE);
      clear_rows (net, first, TRI_CYCLEGAN_WIDTH); /* blocks add nothing at first */
      clear_rows (net, second, TRI_CYCLEGAN_WIDTH);
    }
  write_stages (g, f, forward, back);
  tri_net_changed (g);
  tri_net_changed (f);
  return TRUE;
}
