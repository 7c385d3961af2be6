/* Reads a table of layers: who feeds whom, how many channels, which weights.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-net-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-rng.h"

#define MAX_ROWS 4096
#define MAX_CHANNELS 65536

static gboolean
fail (GError **error, const TriLayer *layer, guint row, const char *why)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("Row %u (%s) of the network's table is wrong: %s"), row,
               layer->name != NULL ? layer->name : "–", why);
  return FALSE;
}

int
tri_net_find (const TriNet *net, const char *name)
{
  for (guint i = 0; i < net->n_nodes; i++)
    if (g_strcmp0 (net->nodes[i].layer.name, name) == 0)
      return (int) i;
  return -1;
}

static gboolean
takes_two (TriOp op)
{
  return op == TRI_OP_ADD || op == TRI_OP_CONCAT || op == TRI_OP_MULTIPLY || op == TRI_OP_PERMUTE;
}

static gboolean
resolve (TriNet *net, guint row, TriNode *node, GError **error)
{
  TriLayer *layer = &node->layer;
  node->from = node->with = -1;
  if (layer->name != NULL && tri_net_find (net, layer->name) >= 0)
    return fail (error, layer, row, _("the name is taken"));
  if (layer->op == TRI_OP_INPUT)
    return TRUE;
  node->from = layer->from != NULL ? tri_net_find (net, layer->from) : (int) row - 1;
  if (node->from < 0)
    return fail (error, layer, row, _("nothing above it has the name that it takes its input from"));
  net->nodes[node->from].n_uses++;
  if (!takes_two (layer->op))
    return TRUE;
  node->with = layer->with != NULL ? tri_net_find (net, layer->with) : -1;
  if (node->with < 0)
    return fail (error, layer, row, _("nothing above it has the name of its second operand"));
  net->nodes[node->with].n_uses++;
  return TRUE;
}

static void
add_weight (TriNet *net, const TriNode *node, const char *suffix, guint n_dims, const guint *dims, guint fan_in,
            float start)
{
  TriWeight weight = { .name = g_strconcat (node->layer.name, suffix, NULL), .n_dims = n_dims, .size = 1,
                       .fan_in = fan_in, .start = start };
  for (guint d = 0; d < n_dims; d++)
    {
      weight.dims[d] = dims[d];
      weight.size *= dims[d];
    }
  g_array_append_val (net->weights, weight);
}

static void
add_weights (TriNet *net, TriNode *node)
{
  const TriLayer *layer = &node->layer;
  guint in = net->nodes[node->from].channels / (layer->op == TRI_OP_CONV ? layer->groups : 1);
  guint n = net->weights->len, out = node->channels, k = layer->kernel;
  gboolean plain = (layer->flags & TRI_LAYER_PLAIN) != 0;
  if (layer->op == TRI_OP_CONV)
    add_weight (net, node, ".weight", 4, (guint[]) { out, in, k, k }, in * k * k, 1);
  else if (layer->op == TRI_OP_DENSE)
    add_weight (net, node, ".weight", 2, (guint[]) { out, in * k }, in * k, 1);
  else if (!plain)
    add_weight (net, node, ".weight", 1, &out, 0, 1);
  node->weight = net->weights->len > n ? (int) n : -1;
  if (!plain)
    {
      node->bias = (int) net->weights->len;
      add_weight (net, node, ".bias", 1, &out, 0, 0);
    }
}

static guint
channels_of (const TriNet *net, const TriNode *node)
{
  const TriLayer *layer = &node->layer;
  guint in = node->from >= 0 ? net->nodes[node->from].channels : 0, area = layer->stride * layer->stride;
  switch (layer->op)
    {
    case TRI_OP_INPUT:
    case TRI_OP_CONV:
    case TRI_OP_DENSE:
      return layer->channels;
    case TRI_OP_SHUFFLE:
      return in % area == 0 ? in / area : 0;
    case TRI_OP_UNSHUFFLE:
      return in * area;
    case TRI_OP_CONCAT:
      return in + net->nodes[node->with].channels;
    case TRI_OP_ADD:
    case TRI_OP_MULTIPLY:
      return in == net->nodes[node->with].channels ? in : 0;
    case TRI_OP_PERMUTE:
      return net->nodes[node->with].channels == 1 ? in : 0;
    default:
      return in;
    }
}

static gboolean
check_bits (const TriLayer *layer, guint n_channels)
{
  for (guint c = 0; layer->bits != NULL && c < n_channels; c++)
    if (layer->bits[c] < 2 || layer->bits[c] > 8)
      return FALSE;
  return TRUE;
}

static gboolean
check_numbers (const TriNet *net, const TriNode *node, guint row, GError **error)
{
  const TriLayer *layer = &node->layer;
  if (layer->op < TRI_OP_INPUT || layer->op > TRI_OP_WRAP)
    return fail (error, layer, row, _("no such operation"));
  if (layer->kernel > 4096 || layer->stride > 64 || layer->padding > 4096)
    return fail (error, layer, row, _("kernel, stride or padding is too large"));
  if (node->channels == 0 || node->channels > MAX_CHANNELS)
    return fail (error, layer, row, _("the channels don't fit"));
  if (layer->op == TRI_OP_INPUT)
    return net->n_inputs < TRI_NET_MAX_INPUTS || fail (error, layer, row, _("too many inputs"));
  guint in = net->nodes[node->from].channels;
  if ((layer->op == TRI_OP_CONV || layer->op == TRI_OP_NORM)
      && (in % layer->groups != 0 || node->channels % layer->groups != 0))
    return fail (error, layer, row, _("the channels can't be divided by the groups"));
  if (layer->op == TRI_OP_CONV && layer->padding >= layer->kernel)
    return fail (error, layer, row, _("more padding than the kernel can reach"));
  if (layer->op == TRI_OP_LEAKY_RELU && !(layer->slope >= 0 && layer->slope <= 1))
    return fail (error, layer, row, _("the slope isn't in 0 … 1"));
  if ((layer->op == TRI_OP_QUANTISE || layer->op == TRI_OP_WRAP) && !(layer->low < layer->high))
    return fail (error, layer, row, _("low isn't below high"));
  if (layer->op == TRI_OP_QUANTISE && !check_bits (layer, node->channels))
    return fail (error, layer, row, _("a channel's bits aren't in 2 … 8"));
  if ((layer->op == TRI_OP_CONV || layer->op == TRI_OP_DENSE
       || (layer->op == TRI_OP_NORM && !(layer->flags & TRI_LAYER_PLAIN))) && layer->name == NULL)
    return fail (error, layer, row, _("weights need a name"));
  return TRUE;
}

static gboolean
add_row (TriNet *net, const TriLayer *layer, GError **error)
{
  guint row = net->n_nodes;
  TriNode *node = &net->nodes[row];
  *node = (TriNode) { .layer = *layer, .weight = -1, .bias = -1, .input = -1 };
  node->layer.name = g_intern_string (layer->name);
  node->layer.kernel = MAX (layer->kernel, 1);
  node->layer.stride = MAX (layer->stride, 1);
  if (!resolve (net, row, node, error))
    return FALSE;
  if (layer->groups == 0)
    node->layer.groups = layer->op == TRI_OP_NORM ? net->nodes[node->from].channels : 1;
  node->channels = channels_of (net, node);
  if (!check_numbers (net, node, row, error))
    return FALSE;
  if (layer->op == TRI_OP_INPUT)
    {
      node->input = (int) net->n_inputs;
      net->inputs[net->n_inputs++] = (int) row;
    }
  if (layer->op == TRI_OP_CONV || layer->op == TRI_OP_DENSE || layer->op == TRI_OP_NORM)
    add_weights (net, node);
  net->n_nodes++;
  return TRUE;
}

/* He's gain follows from what comes next. */
static void
set_gains (TriNet *net)
{
  for (guint i = 0; i < net->n_nodes; i++)
    {
      const TriLayer *layer = &net->nodes[i].layer;
      int from = net->nodes[i].from;
      if (from < 0 || net->nodes[from].weight < 0)
        continue;
      TriWeight *weight = &g_array_index (net->weights, TriWeight, net->nodes[from].weight);
      float slope = layer->op == TRI_OP_LEAKY_RELU ? layer->slope : 0;
      if (weight->fan_in > 0 && (layer->op == TRI_OP_RELU || layer->op == TRI_OP_LEAKY_RELU))
        weight->start = sqrtf (2 / (1 + slope * slope));
    }
}

static gboolean
allocate (TriNet *net, GError **error)
{
  for (guint w = 0; w < net->weights->len; w++)
    net->n_values += g_array_index (net->weights, TriWeight, w).size;
  net->values = tri_floats_new (net->n_values, error);
  net->gradients = net->values != NULL ? tri_floats_new (net->n_values, error) : NULL;
  if (net->gradients == NULL)
    return FALSE;
  gsize at = 0;
  for (guint w = 0; w < net->weights->len; w++)
    {
      TriWeight *weight = &g_array_index (net->weights, TriWeight, w);
      weight->value = net->values + at;
      weight->gradient = net->gradients + at;
      at += weight->size;
    }
  return TRUE;
}

static void
clear_weight (gpointer data)
{
  g_free (((TriWeight *) data)->name);
}

/* Has the row @name of @layers, which end with {0}, kept, so that it can be read after a pass. */
void
tri_layers_keep (TriLayer *layers, const char *name)
{
  for (TriLayer *layer = layers; layer->op != TRI_OP_END; layer++)
    if (g_strcmp0 (layer->name, name) == 0)
      layer->flags |= TRI_LAYER_KEEP;
}

/**
 * tri_net_new:
 * @layers: ends with {0}; copied
 *
 * Returns: (transfer full) (nullable): the net with all weights 0; NULL with TRI_ERROR_INVALID and the row when the
 *   table contradicts itself
 */
TriNet *
tri_net_new (const TriLayer *layers, GError **error)
{
  guint n_rows = 0;
  while (layers[n_rows].op != TRI_OP_END)
    n_rows++;
  if (n_rows == 0 || n_rows > MAX_ROWS)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("A network has 1 to %d layers, not %u."), MAX_ROWS, n_rows);
      return NULL;
    }
  g_autoptr (TriNet) net = g_new0 (TriNet, 1);
  net->nodes = g_new0 (TriNode, n_rows);
  net->weights = g_array_new (FALSE, TRUE, sizeof (TriWeight));
  g_array_set_clear_func (net->weights, clear_weight);
  for (guint row = 0; row < n_rows; row++)
    if (!add_row (net, &layers[row], error))
      return NULL;
  net->nodes[n_rows - 1].layer.flags |= TRI_LAYER_KEEP;
  set_gains (net);
  return allocate (net, error) ? g_steal_pointer (&net) : NULL;
}

void
tri_net_free (TriNet *net)
{
  if (net == NULL)
    return;
  g_array_unref (net->weights);
  tri_floats_free (net->values);
  tri_floats_free (net->gradients);
  g_free (net->nodes);
  g_free (net);
}

/* He, Zhang, Ren, Sun (2015): normal with variance 2 / fan-in before a ReLU, 1 / fan-in elsewhere; biases 0. */
void
tri_net_initialise (TriNet *net, guint64 seed)
{
  for (guint w = 0; w < net->weights->len; w++)
    {
      TriWeight *weight = &g_array_index (net->weights, TriWeight, w);
      TriRng rng = tri_rng (seed, w);
      float deviation = weight->fan_in > 0 ? weight->start / sqrtf ((float) weight->fan_in) : 0;
      for (gsize i = 0; i < weight->size; i++)
        weight->value[i] = weight->fan_in > 0 ? deviation * tri_rng_normal (&rng) : weight->start;
    }
  tri_net_changed (net);
}

guint
tri_net_get_n_inputs (const TriNet *net)
{
  return net->n_inputs;
}

guint
tri_net_get_input_channels (const TriNet *net, guint input)
{
  g_return_val_if_fail (input < net->n_inputs, 0);
  return net->nodes[net->inputs[input]].channels;
}

/* Returns: (transfer none) (array length=n_weights): in the order of the table */
TriWeight *
tri_net_get_weights (TriNet *net, guint *n_weights)
{
  *n_weights = net->weights->len;
  return (TriWeight *) (gpointer) net->weights->data;
}

gsize
tri_net_count_weights (const TriNet *net)
{
  return net->n_values;
}

void
tri_net_zero_gradients (TriNet *net)
{
  memset (net->gradients, 0, net->n_values * sizeof (float));
}

void
tri_net_changed (TriNet *net)
{
  g_atomic_int_inc (&net->version);
}

/* How far a value reaches, and how many input pixels apart its neighbours are. */
typedef struct {
  double radius, step;
} Reach;

static Reach
reach_of (const TriNode *node, Reach from)
{
  const TriLayer *layer = &node->layer;
  double s = layer->stride;
  switch (layer->op)
    {
    case TRI_OP_CONV:
      return (Reach) { from.radius + from.step * MAX (layer->padding, layer->kernel - 1 - layer->padding), from.step * s };
    case TRI_OP_UPSAMPLE:
    case TRI_OP_SHUFFLE:
      return (Reach) { from.radius + from.step - from.step / s, from.step / s };
    case TRI_OP_UNSHUFFLE:
      return (Reach) { from.radius + from.step * (s - 1), from.step * s };
    case TRI_OP_DENSE:
    case TRI_OP_NORM:
    case TRI_OP_PERMUTE:
    case TRI_OP_POOL:
      return (Reach) { INFINITY, from.step };
    default:
      return from;
    }
}

static void
measure (const TriNet *net, double *radius, double *step)
{
  g_autofree Reach *reach = g_new (Reach, net->n_nodes);
  *step = 1;
  for (guint i = 0; i < net->n_nodes; i++)
    {
      const TriNode *node = &net->nodes[i];
      reach[i] = node->from >= 0 ? reach_of (node, reach[node->from]) : (Reach) { 0, 1 };
      if (node->with >= 0 && net->nodes[node->with].input < 0)
        reach[i].radius = MAX (reach[i].radius, reach[node->with].radius);
      *step = MAX (*step, reach[i].step);
    }
  *radius = reach[net->n_nodes - 1].radius;
}

/* Returns: how many pixels around it the last value depends on at most (in pixels of the first input), or G_MAXUINT when
 * on the whole picture (normalisation, pooling, permutation, dense layers): such a net can't be tiled without seams */
guint
tri_net_get_radius (const TriNet *net)
{
  double radius, step;
  measure (net, &radius, &step);
  return radius < 1e6 ? (guint) ceil (radius) : G_MAXUINT;
}

/* Returns: what the sides and the origin of a tile must be multiples of */
guint
tri_net_get_alignment (const TriNet *net)
{
  double radius, step;
  measure (net, &radius, &step);
  return (guint) ceil (step);
}
