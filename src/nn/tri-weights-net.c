/* Between files and nets: weights by name, and the state of a training.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-net-private.h"
#include "tri-weights.h"

static gboolean
fits (const TriNamed *named, const TriWeight *weight)
{
  gboolean same = named != NULL && named->n_dims == weight->n_dims;
  for (guint d = 0; same && d < weight->n_dims; d++)
    same = named->dims[d] == weight->dims[d];
  return same;
}

/* Looks up what @net wants under @prefix and @suffix, all of it before anything is written. */
static gboolean
find_all (TriNet *net, const char *prefix, const char *suffix, const TriWeights *weights, const TriNamed **found,
          GError **error)
{
  for (guint w = 0; w < net->weights->len; w++)
    {
      const TriWeight *weight = &g_array_index (net->weights, TriWeight, w);
      g_autofree char *name = g_strconcat (prefix, weight->name, suffix, NULL);
      found[w] = tri_weights_find (weights, name);
      if (found[w] == NULL || !fits (found[w], weight))
        {
          g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                       found[w] == NULL ? _("The file has no weights “%s”: it belongs to another network.")
                                        : _("The weights “%s” have another shape: the file belongs to another network."),
                       name);
          return FALSE;
        }
    }
  return TRUE;
}

static void
copy_all (TriNet *net, const TriNamed **found, float *to)
{
  for (guint w = 0; w < net->weights->len; w++)
    {
      memcpy (to, found[w]->values, found[w]->size * sizeof (float));
      to += found[w]->size;
    }
}

static gboolean
add_all (TriNet *net, const char *prefix, const char *suffix, const float *from, TriWeights *weights, GError **error)
{
  for (guint w = 0; w < net->weights->len; w++)
    {
      const TriWeight *weight = &g_array_index (net->weights, TriWeight, w);
      guint64 dims[4];
      g_autofree char *name = g_strconcat (prefix, weight->name, suffix, NULL);
      for (guint d = 0; d < weight->n_dims; d++)
        dims[d] = weight->dims[d];
      if (!tri_weights_add (weights, name, weight->n_dims, dims, from, error))
        return FALSE;
      from += weight->size;
    }
  return TRUE;
}

/* All or nothing. */
gboolean
tri_net_read_weights (TriNet *net, const TriWeights *weights, GError **error)
{
  g_autofree const TriNamed **found = g_new (const TriNamed *, net->weights->len + 1);
  if (!find_all (net, "", "", weights, found, error))
    return FALSE;
  copy_all (net, found, net->values);
  tri_net_changed (net);
  return TRUE;
}

gboolean
tri_net_add_weights (TriNet *net, TriWeights *weights, GError **error)
{
  return add_all (net, "", "", net->values, weights, error);
}

/* Adds a net's weights, its optimiser's moments and its step under @prefix. */
gboolean
tri_adam_add_state (TriAdam *adam, const char *prefix, TriWeights *weights, GError **error)
{
  TriNet *net = tri_adam_get_net (adam);
  g_autofree char *dotted = g_strconcat (prefix, ".", NULL), *step = g_strconcat (prefix, ".step", NULL);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, tri_adam_get_step (adam));
  tri_weights_set_text (weights, step, number);
  return add_all (net, dotted, "", net->values, weights, error)
         && add_all (net, dotted, ":mean", tri_adam_get_moments (adam, 0), weights, error)
         && add_all (net, dotted, ":square", tri_adam_get_moments (adam, 1), weights, error);
}

/* All or nothing: training goes on as if it had never stopped. */
gboolean
tri_adam_read_state (TriAdam *adam, const char *prefix, const TriWeights *weights, GError **error)
{
  TriNet *net = tri_adam_get_net (adam);
  guint n = net->weights->len + 1;
  guint64 number;
  g_autofree char *dotted = g_strconcat (prefix, ".", NULL), *step = g_strconcat (prefix, ".step", NULL);
  g_autofree const TriNamed **found = g_new (const TriNamed *, 3 * n);
  if (!find_all (net, dotted, "", weights, found, error) || !find_all (net, dotted, ":mean", weights, found + n, error)
      || !find_all (net, dotted, ":square", weights, found + 2 * n, error)
      || !tri_weights_get_number (weights, step, &number, error))
    return FALSE;
  copy_all (net, found, net->values);
  copy_all (net, found + n, tri_adam_get_moments (adam, 0));
  copy_all (net, found + 2 * n, tri_adam_get_moments (adam, 1));
  tri_adam_set_step (adam, number);
  tri_net_zero_gradients (net);
  tri_net_changed (net);
  return TRUE;
}
