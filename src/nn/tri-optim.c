/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-optim.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-net-private.h"
#include "tri-parallel.h"

#define GRAIN 16384

struct _TriAdam {
  TriNet *net; /* borrowed */
  TriAdamConfig config;
  float *moments[2];
  float *factors; /* one for each weight of the net */
  guint64 step;
  double norm;
  float *kept; /* weights and both moments; NULL: none are */
  guint64 kept_step;
};

/* @net: must outlive the optimiser. Returns: (transfer full) (nullable) */
TriAdam *
tri_adam_new (TriNet *net, const TriAdamConfig *config, GError **error)
{
  g_autoptr (TriAdam) adam = g_new0 (TriAdam, 1);
  adam->net = net;
  adam->config = *config;
  adam->factors = g_new (float, net->weights->len + 1);
  for (guint w = 0; w < net->weights->len; w++)
    adam->factors[w] = 1;
  for (guint m = 0; m < 2; m++)
    if ((adam->moments[m] = tri_floats_new (net->n_values, error)) == NULL)
      return NULL;
  return g_steal_pointer (&adam);
}

void
tri_adam_free (TriAdam *adam)
{
  if (adam == NULL)
    return;
  for (guint m = 0; m < 2; m++)
    tri_floats_free (adam->moments[m]);
  tri_floats_free (adam->kept);
  g_free (adam->factors);
  g_free (adam);
}

/* Returns: (transfer none) */
TriNet *
tri_adam_get_net (TriAdam *adam)
{
  return adam->net;
}

/* @weight: as tri_net_get_weights() numbers them. @factor: of the learning rate, for this weight */
void
tri_adam_set_factor (TriAdam *adam, guint weight, float factor)
{
  g_return_if_fail (weight < adam->net->weights->len);
  adam->factors[weight] = factor;
}

void
tri_adam_set_config (TriAdam *adam, const TriAdamConfig *config)
{
  adam->config = *config;
}

/* Returns: the rate that the next step will use */
float
tri_adam_get_rate (const TriAdam *adam)
{
  const TriAdamConfig *c = &adam->config;
  double rate = c->rate, step = (double) adam->step;
  if (adam->step < c->warm_up)
    return (float) (rate * (step + 1) / (double) c->warm_up);
  if (c->n_steps > c->warm_up)
    {
      double along = MIN ((step - (double) c->warm_up) / (double) (c->n_steps - c->warm_up), 1);
      rate *= c->end + (1 - c->end) * 0.5 * (1 + cos (G_PI * along));
    }
  return (float) rate;
}

/* Returns: the norm of all gradients in the last step, before clipping */
double
tri_adam_get_norm (const TriAdam *adam)
{
  return adam->norm;
}

guint64
tri_adam_get_step (const TriAdam *adam)
{
  return adam->step;
}

void
tri_adam_set_step (TriAdam *adam, guint64 step)
{
  adam->step = step;
}

/* Returns: (transfer none): running mean (0) or mean square (1) of all weights' gradients, in the order of the net */
float *
tri_adam_get_moments (TriAdam *adam, guint which)
{
  g_return_val_if_fail (which < 2, NULL);
  return adam->moments[which];
}

typedef struct {
  TriAdam *adam;
  float rate, clip, correction1, correction2;
} Work;

static void
update_some (const Work *work, float factor, gsize begin, gsize end)
{
  const TriAdamConfig *c = &work->adam->config;
  float *w = work->adam->net->values, *m = work->adam->moments[0], *v = work->adam->moments[1];
  const float *gradient = work->adam->net->gradients;
  float keep = 1 - work->rate * factor * c->decay, rate = work->rate * factor / work->correction1;
  for (gsize i = begin; i < end; i++)
    {
      float g = gradient[i] * work->clip;
      m[i] = c->beta1 * m[i] + (1 - c->beta1) * g;
      v[i] = c->beta2 * v[i] + (1 - c->beta2) * g * g;
      w[i] = w[i] * keep - rate * m[i] / (sqrtf (v[i]) / work->correction2 + c->epsilon);
    }
}

/* Values of several weights, each with its own factor. */
static void
update (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  const GArray *weights = work->adam->net->weights;
  gsize at = 0;
  for (guint w = 0; w < weights->len && at < end; w++)
    {
      gsize next = at + g_array_index (weights, TriWeight, w).size;
      if (next > begin)
        update_some (work, work->adam->factors[w], MAX (at, begin), MIN (next, end));
      at = next;
    }
}

/* One step along the gradients in the net, which are then cleared. FALSE with TRI_ERROR_FAILED when they aren't finite;
 * the weights are then unchanged. */
gboolean
tri_adam_step (TriAdam *adam, GError **error)
{
  TriNet *net = adam->net;
  const TriAdamConfig *c = &adam->config;
  double squares = 0;
  for (gsize i = 0; i < net->n_values; i++)
    squares += (double) net->gradients[i] * net->gradients[i];
  adam->norm = sqrt (squares);
  if (!isfinite (adam->norm))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_FAILED,
                   _("The training diverged: a gradient is no longer a number. Go back to the last checkpoint and lower the learning rate."));
      return FALSE;
    }
  double t = (double) adam->step + 1;
  Work work = { adam, tri_adam_get_rate (adam), 1, (float) (1 - pow (c->beta1, t)), (float) sqrt (1 - pow (c->beta2, t)) };
  if (c->clip > 0 && adam->norm > c->clip)
    work.clip = (float) (c->clip / (adam->norm + 1e-6));
  tri_parallel_for (net->n_values, GRAIN, update, &work, NULL, NULL);
  adam->step++;
  tri_net_zero_gradients (net);
  tri_net_changed (net);
  return TRUE;
}

/* Remembers where the net and the optimiser are, for tri_adam_take_back(), in place of what was remembered before. */
gboolean
tri_adam_keep (TriAdam *adam, GError **error)
{
  gsize n = adam->net->n_values;
  if (adam->kept == NULL && (adam->kept = tri_floats_new (3 * n, error)) == NULL)
    return FALSE;
  const float *const parts[] = { adam->net->values, adam->moments[0], adam->moments[1] };
  for (gsize i = 0; n > 0 && i < G_N_ELEMENTS (parts); i++)
    memcpy (adam->kept + i * n, parts[i], n * sizeof (float));
  adam->kept_step = adam->step;
  return TRUE;
}

/* Goes back to what tri_adam_keep() remembered: a step that was left in the middle never was. */
void
tri_adam_take_back (TriAdam *adam)
{
  g_return_if_fail (adam->kept != NULL);
  gsize n = adam->net->n_values;
  float *const parts[] = { adam->net->values, adam->moments[0], adam->moments[1] };
  for (gsize i = 0; n > 0 && i < G_N_ELEMENTS (parts); i++)
    memcpy (parts[i], adam->kept + i * n, n * sizeof (float));
  adam->step = adam->kept_step;
  tri_net_zero_gradients (adam->net);
  tri_net_changed (adam->net);
}
