/* Written with vectors of four doubles, so that the order of every sum is the same with and without AVX.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-mixture-kernel.h"

#include <math.h>

#include "tri-parallel.h"

typedef gint64 Bits __attribute__ ((vector_size (8 * TRI_MIXTURE_LANES)));

/* Cholesky of the covariance, inverted: z = L⁻¹ (x − mean) has unit covariance. */
void
tri_mixture_form (const TriMixture *mixture, guint component, TriMixtureForm *form)
{
  const double *cov = mixture->cov[component];
  double *inverse = form->inverse;
  double l00 = sqrt (cov[0]), log_det = log (l00);
  inverse[0] = 1 / l00;
  for (guint a = 0; a < 3; a++)
    form->mean[a] = mixture->mean[component][a];
  if (mixture->d == 3)
    {
      double l10 = cov[1] / l00, l20 = cov[2] / l00;
      double l11 = sqrt (cov[3] - l10 * l10), l21 = (cov[4] - l20 * l10) / l11;
      double l22 = sqrt (cov[5] - l20 * l20 - l21 * l21);
      inverse[1] = -l10 * inverse[0] / l11;
      inverse[2] = 1 / l11;
      inverse[3] = -(l20 * inverse[0] + l21 * inverse[1]) / l22;
      inverse[4] = -l21 * inverse[2] / l22;
      inverse[5] = 1 / l22;
      log_det += log (l11) + log (l22);
    }
  form->log_factor = log (mixture->weight[component]) - log_det - 0.5 * mixture->d * log (2 * G_PI);
}

/* Fills p with log (weight × density), and most with the largest of each point. */
TRI_WIDE void
tri_mixture_block_densities (TriMixtureBlock *block, const TriMixtureForm *forms, guint d, guint k)
{
  for (guint c = 0; c < k; c++)
    {
      const TriMixtureForm *f = &forms[c];
      for (guint i = 0; i < TRI_MIXTURE_STEPS; i++)
        {
          TriLanes r = block->x[0][i] - f->mean[0], z = f->inverse[0] * r, q = z * z;
          if (d == 3)
            {
              TriLanes g = block->x[1][i] - f->mean[1], b = block->x[2][i] - f->mean[2];
              z = f->inverse[1] * r + f->inverse[2] * g;
              q += z * z;
              z = f->inverse[3] * r + f->inverse[4] * g + f->inverse[5] * b;
              q += z * z;
            }
          TriLanes p = f->log_factor - 0.5 * q;
          block->p[c][i] = p;
          if (c == 0)
            block->most[i] = p;
          else
            {
              Bits larger = p > block->most[i];
              block->most[i] = (TriLanes) (((Bits) p & larger) | ((Bits) block->most[i] & ~larger));
            }
        }
    }
}

/* exp for x ≤ 0, to 2 units in the last place: 2ⁿ times a Taylor sum over ±ln 2 / 2. Below −700 it gives e⁻⁷⁰⁰. */
TRI_WIDE static void
exponentials (TriMixtureBlock *block, guint k)
{
  static const double series[] = { 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                                   1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1 };
  const double round = 0x1.8p52;
  for (guint i = 0; i < TRI_MIXTURE_STEPS; i++)
    block->sum[i] = (TriLanes) { 0 };
  for (guint c = 0; c < k; c++)
    for (guint i = 0; i < TRI_MIXTURE_STEPS; i++)
      {
        TriLanes x = block->p[c][i] - block->most[i], least = (TriLanes) { 0 } - 700;
        Bits low = x < least;
        x = (TriLanes) (((Bits) least & low) | ((Bits) x & ~low));
        TriLanes shifted = x * 1.4426950408889634 + round, n = shifted - round;
        TriLanes r = x - n * 0x1.62e42fee00000p-1 - n * 0x1.a39ef35793c76p-33;
        TriLanes e = (TriLanes) { 0 } + series[0];
        for (guint s = 1; s < G_N_ELEMENTS (series); s++)
          e = e * r + series[s];
        e = (TriLanes) ((Bits) e + ((Bits) shifted << 52)); /* the low bits of shifted are n */
        block->p[c][i] = e;
        block->sum[i] += e;
      }
}

TRI_WIDE static void
normalise (TriMixtureBlock *block, guint k)
{
  for (guint i = 0; i < TRI_MIXTURE_STEPS; i++)
    {
      TriLanes scale = block->weight[i] / block->sum[i];
      for (guint c = 0; c < k; c++)
        block->p[c][i] *= scale;
    }
}

/* Turns log densities into weight × responsibility. Returns: the log-likelihood of the first @n points */
double
tri_mixture_block_responsibilities (TriMixtureBlock *block, guint k, guint n)
{
  double loglik = 0;
  exponentials (block, k);
  for (guint i = 0; i < n; i++)
    {
      guint s = i / TRI_MIXTURE_LANES, l = i % TRI_MIXTURE_LANES;
      loglik += block->weight[s][l] * (block->most[s][l] + log (block->sum[s][l]));
    }
  normalise (block, k);
  return loglik;
}

static double
add_up (const TriLanes *lanes)
{
  double sum = 0;
  for (guint l = 0; l < TRI_MIXTURE_LANES; l++)
    sum += (*lanes)[l];
  return sum;
}

TRI_WIDE static void
sums_1d (const TriMixtureBlock *block, guint c, TriLanes s[TRI_MIXTURE_SUMS])
{
  for (guint i = 0; i < TRI_MIXTURE_STEPS; i++)
    {
      TriLanes w = block->p[c][i], x = block->x[0][i], wx = w * x;
      s[0] += w;
      s[1] += wx;
      s[4] += wx * x;
    }
}

TRI_WIDE static void
sums_3d (const TriMixtureBlock *block, guint c, TriLanes s[TRI_MIXTURE_SUMS])
{
  TriLanes w1 = s[0], wr = s[1], wg = s[2], wb = s[3], rr = s[4], rg = s[5], rb = s[6], gg = s[7], gb = s[8], bb = s[9];
  for (guint i = 0; i < TRI_MIXTURE_STEPS; i++)
    {
      TriLanes w = block->p[c][i], r = block->x[0][i], g = block->x[1][i], b = block->x[2][i];
      TriLanes a = w * r, e = w * g, o = w * b;
      w1 += w, wr += a, wg += e, wb += o;
      rr += a * r, rg += a * g, rb += a * b, gg += e * g, gb += e * b, bb += o * b;
    }
  s[0] = w1, s[1] = wr, s[2] = wg, s[3] = wb, s[4] = rr, s[5] = rg, s[6] = rb, s[7] = gg, s[8] = gb, s[9] = bb;
}

/* Adds the moments of each component's share of the block. */
void
tri_mixture_block_sums (const TriMixtureBlock *block, guint d, guint k, double (*sums)[TRI_MIXTURE_SUMS])
{
  for (guint c = 0; c < k; c++)
    {
      TriLanes s[TRI_MIXTURE_SUMS] = { { 0 } };
      if (d == 1)
        sums_1d (block, c, s);
      else
        sums_3d (block, c, s);
      for (guint f = 0; f < TRI_MIXTURE_SUMS; f++)
        sums[c][f] += add_up (&s[f]);
    }
}
