/* Losses that take each picture of a batch by itself, and their mean. SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "tri-loss-private.h"
#include "tri-parallel.h"

typedef struct {
  float value;
  guint32 index;
} Ranked;

/* Ties by position, so that the order is the same everywhere. */
static int
compare (gconstpointer a, gconstpointer b)
{
  const Ranked *x = a, *y = b;
  if (x->value != y->value)
    return x->value < y->value ? -1 : 1;
  return x->index < y->index ? -1 : x->index > y->index;
}

/* @x, @gradient: of one picture, the latter nullable; @ranked: of its size, for TRI_LOSS_UNIFORM */
typedef struct {
  const TriLoss *loss;
  gsize size;
  const float *x, *target;
  float *gradient;
  Ranked *ranked;
} Picture;

/* Returns: bytes that the loss takes, but a few */
guint64
tri_loss_pictures_memory (const TriLoss *loss)
{
  return loss->kind == TRI_LOSS_UNIFORM ? (guint64) tri_tensor_size (loss->x) * sizeof (Ranked) : 0;
}

static double
uniform (const Picture *p)
{
  float low = p->loss->low, high = p->loss->high, scale = p->loss->weight * 2 / ((float) p->size * (float) p->loss->x->shape.n);
  Ranked *ranked = p->ranked;
  double sum = 0;
  for (gsize i = 0; i < p->size; i++)
    ranked[i] = (Ranked) { p->x[i], (guint32) i };
  qsort (ranked, p->size, sizeof *ranked, compare);
  for (gsize i = 0; i < p->size; i++)
    {
      double wanted = low + (high - low) * ((double) i + 0.5) / (double) p->size, difference = ranked[i].value - wanted;
      sum += difference * difference;
      if (p->gradient != NULL)
        p->gradient[ranked[i].index] += scale * (float) difference;
    }
  return sum / (double) p->size;
}

static double
mean_square_error (const Picture *p)
{
  double sum = 0;
  for (gsize i = 0; i < p->size; i++)
    {
      double difference = (double) p->x[i] - p->target[i];
      sum += difference * difference;
    }
  return sum / (double) p->size;
}

/* Adds @factor × the derivative of the mean square error. */
static void
add_gradient (const Picture *p, double factor)
{
  float scale = (float) (factor * p->loss->weight * 2 / ((double) p->size * p->loss->x->shape.n));
  for (gsize i = 0; p->gradient != NULL && i < p->size; i++)
    p->gradient[i] += scale * (p->x[i] - p->target[i]);
}

static double
logarithm (const Picture *p)
{
  double error = mean_square_error (p) + (double) p->loss->number;
  add_gradient (p, 1 / error);
  return log (error);
}

/* Mean square deviation of the target from its mean colour. */
static double
flat_error (const Picture *p)
{
  guint c = p->loss->x->shape.c;
  double sum = 0;
  for (guint channel = 0; channel < c; channel++)
    {
      double total = 0, squares = 0;
      for (gsize i = channel; i < p->size; i += c)
        total += p->target[i];
      double mean = total / (double) (p->size / c);
      for (gsize i = channel; i < p->size; i += c)
        squares += (p->target[i] - mean) * (p->target[i] - mean);
      sum += squares;
    }
  return sum / (double) p->size;
}

static double
ahead (const Picture *p)
{
  double flat = flat_error (p) + (double) p->loss->number, lead = 1 - mean_square_error (p) / flat;
  if (!(lead > 0))
    return isnan (lead) ? lead : 0;
  add_gradient (p, -1 / flat);
  return lead;
}

typedef struct {
  TriLoss *loss;
  double *values; /* of each picture */
  Ranked *ranked; /* nullable */
} Work;

static void
measure (gsize begin, gsize end, guint slot, gpointer data)
{
  Work *work = data;
  const TriLoss *loss = work->loss;
  gsize size = tri_tensor_size (loss->x) / loss->x->shape.n;
  for (gsize n = begin; n < end; n++)
    {
      Picture p = { loss, size, loss->x->data + n * size, loss->target != NULL ? loss->target->data + n * size : NULL,
                    loss->gradient != NULL ? loss->gradient->data + n * size : NULL,
                    work->ranked != NULL ? work->ranked + n * size : NULL };
      work->values[n] = loss->kind == TRI_LOSS_UNIFORM ? uniform (&p) : loss->kind == TRI_LOSS_LOG ? logarithm (&p) : ahead (&p);
    }
}

double
tri_loss_pictures (TriLoss *loss)
{
  guint n_pictures = loss->x->shape.n;
  g_autofree double *values = g_new0 (double, n_pictures);
  gboolean ranks = loss->kind == TRI_LOSS_UNIFORM;
  g_autofree Ranked *ranked = ranks ? g_try_new (Ranked, tri_tensor_size (loss->x)) : NULL;
  Work work = { loss, values, ranked };
  double sum = 0;
  loss->starved = ranks && ranked == NULL;
  if (loss->starved)
    return NAN;
  tri_parallel_for (n_pictures, 1, measure, &work, NULL, NULL);
  for (guint n = 0; n < n_pictures; n++)
    sum += values[n];
  return sum / n_pictures;
}
