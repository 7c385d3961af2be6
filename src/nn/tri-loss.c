/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-loss.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-error.h"
#include "tri-loss-private.h"
#include "tri-parallel.h"

#define PARTS 16

typedef struct {
  TriLoss *loss;
  gsize size;
  double sums[PARTS];
} Work;

static double
sum_part (const TriLoss *loss, gsize begin, gsize end, gsize size)
{
  const float *x = loss->x->data, *t = loss->target != NULL ? loss->target->data : NULL;
  float *g = loss->gradient != NULL ? loss->gradient->data : NULL;
  float scale = loss->weight / (float) size;
  double sum = 0;
  switch (loss->kind)
    {
    case TRI_LOSS_L1:
      for (gsize i = begin; i < end; i++)
        sum += fabsf (x[i] - t[i]);
      for (gsize i = begin; g != NULL && i < end; i++)
        g[i] += x[i] > t[i] ? scale : x[i] < t[i] ? -scale : 0;
      break;
    case TRI_LOSS_OUTSIDE:
      for (gsize i = begin; i < end; i++)
        sum += MAX (loss->low - x[i], 0) + MAX (x[i] - loss->high, 0);
      for (gsize i = begin; g != NULL && i < end; i++)
        g[i] += x[i] > loss->high ? scale : x[i] < loss->low ? -scale : 0;
      break;
    case TRI_LOSS_INJECT:
      for (gsize i = begin; i < end; i++)
        sum += (double) x[i] * t[i];
      for (gsize i = begin; g != NULL && i < end; i++)
        g[i] += loss->weight * t[i];
      break;
    default:
      for (gsize i = begin; i < end; i++)
        {
          float difference = x[i] - (loss->kind == TRI_LOSS_CONSTANT ? loss->number : t[i]);
          sum += (double) difference * difference;
          if (g != NULL)
            g[i] += 2 * scale * difference;
        }
    }
  return sum;
}

static void
sum_parts (gsize begin, gsize end, guint slot, gpointer data)
{
  Work *work = data;
  for (gsize part = begin; part < end; part++)
    work->sums[part] = sum_part (work->loss, part * work->size / PARTS, (part + 1) * work->size / PARTS, work->size);
}

static double
pointwise (TriLoss *loss)
{
  Work work = { loss, tri_tensor_size (loss->x), { 0 } };
  double sum = 0;
  tri_parallel_for (PARTS, 1, sum_parts, &work, NULL, NULL);
  for (guint part = 0; part < PARTS; part++)
    sum += work.sums[part];
  return loss->kind == TRI_LOSS_INJECT ? sum : sum / (double) work.size;
}

/* −log softmax of the right class, mean over pixels */
static double
cross_entropy (TriLoss *loss)
{
  guint c = loss->x->shape.c;
  gsize n_pixels = tri_shape_pixels (loss->x->shape);
  double sum = 0;
  for (gsize p = 0; p < n_pixels; p++)
    {
      const float *x = loss->x->data + p * c;
      guint right = (guint) CLAMP (loss->target->data[p], 0, (float) (c - 1));
      double largest = x[0], total = 0;
      for (guint i = 1; i < c; i++)
        largest = MAX (largest, x[i]);
      for (guint i = 0; i < c; i++)
        total += exp (x[i] - largest);
      sum += log (total) + largest - x[right];
      for (guint i = 0; loss->gradient != NULL && i < c; i++)
        loss->gradient->data[p * c + i] += (float) (loss->weight / (double) n_pixels
                                                    * (exp (x[i] - largest) / total - (i == right)));
    }
  return sum / (double) n_pixels;
}

/* Fills in the value, adds to the gradient. Returns: weight × value */
double
tri_loss (TriLoss *loss)
{
  gboolean classes = loss->kind == TRI_LOSS_CROSS_ENTROPY;
  gboolean pictures = loss->kind == TRI_LOSS_UNIFORM || loss->kind == TRI_LOSS_LOG || loss->kind == TRI_LOSS_AHEAD;
  gboolean alone = loss->kind == TRI_LOSS_CONSTANT || loss->kind == TRI_LOSS_UNIFORM || loss->kind == TRI_LOSS_OUTSIDE;
  g_return_val_if_fail (loss->gradient == NULL || tri_shape_equal (loss->gradient->shape, loss->x->shape), NAN);
  g_return_val_if_fail (alone || loss->target != NULL, NAN);
  g_return_val_if_fail (alone || tri_tensor_size (loss->target) == tri_tensor_size (loss->x) / (classes ? loss->x->shape.c : 1),
                        NAN);
  loss->value = classes ? cross_entropy (loss) : pictures ? tri_loss_pictures (loss) : pointwise (loss);
  return loss->weight * loss->value;
}

/**
 * tri_losses:
 * @sum: (out) (optional): of weight × value
 *
 * Returns: FALSE with TRI_ERROR_FAILED when a loss is no longer a finite number: the training has diverged, and the
 *   weights of the last checkpoint are the last good ones; with TRI_ERROR_NO_MEMORY when one found none
 */
gboolean
tri_losses (TriLoss *losses, guint n_losses, double *sum, GError **error)
{
  double total = 0;
  for (guint i = 0; i < n_losses; i++)
    {
      total += tri_loss (&losses[i]);
      if (losses[i].starved)
        {
          tri_nn_no_memory (tri_loss_pictures_memory (&losses[i]), error);
          return FALSE;
        }
    }
  if (sum != NULL)
    *sum = total;
  if (isfinite (total))
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_FAILED,
               _("The training diverged: the loss is no longer a number. Go back to the last checkpoint and lower the learning rate."));
  return FALSE;
}

/* @range: of the values, such as 2 for −1 … 1. Returns: decibels */
double
tri_psnr_of_mse (double mse, double range)
{
  return 10 * log10 (range * range / mse);
}
