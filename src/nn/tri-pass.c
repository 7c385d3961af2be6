/* Runs a net forward and backward in the memory that was planned for it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-ops.h"
#include "tri-parallel.h"
#include "tri-plan.h"

struct _TriPass {
  TriNet *net; /* borrowed */
  TriPassFlags flags;
  TriPlan plan;
  float *arena;
  TriScratch scratch;
  TriTensor *values, *gradients; /* views, one for each row; data is NULL where there is none */
  gboolean *written;             /* gradients that the backward pass has begun */
  double *costs;                 /* of all rows up to each, for progress; the last is the sum */
  int packed_version;
  gboolean ready;                /* values are those of a forward pass */
};

static float *
at (TriPass *pass, guint block)
{
  return block != TRI_NO_BLOCK ? pass->arena + g_array_index (pass->plan.blocks, TriBlock, block).offset : NULL;
}

static void
set_costs (TriPass *pass)
{
  double sum = 0;
  for (guint i = 0; i < pass->net->n_nodes; i++)
    {
      const TriSlot *slot = &pass->plan.slots[i];
      double size = (double) tri_shape_size (slot->shape);
      sum += size;
      if (slot->conv.n > 0)
        sum += size * slot->conv.kh * slot->conv.kw * slot->conv.ic / slot->conv.groups / 16;
      pass->costs[i] = sum;
    }
}

/**
 * tri_pass_estimate:
 * @inputs: one shape for each input of @net
 *
 * Returns: the bytes that such a pass takes, without the net's own weights and the caller's inputs; 0 with @error when
 *   the shapes don't fit the net
 */
guint64
tri_pass_estimate (TriNet *net, TriPassFlags flags, const TriShape *inputs, GError **error)
{
  TriPlan plan;
  guint64 bytes = 0;
  if (tri_plan_make (&plan, net, flags, inputs, error))
    bytes = (plan.arena + (guint64) plan.scratch * tri_parallel_get_threads ()) * sizeof (float);
  tri_plan_clear (&plan);
  return bytes;
}

/**
 * tri_pass_new:
 * @net: must outlive the pass
 * @inputs: one shape for each input of @net
 *
 * Returns: (transfer full) (nullable): NULL with TRI_ERROR_INVALID when the shapes don't fit, or TRI_ERROR_NO_MEMORY
 */
TriPass *
tri_pass_new (TriNet *net, TriPassFlags flags, const TriShape *inputs, GError **error)
{
  g_autoptr (TriPass) pass = g_new0 (TriPass, 1);
  pass->net = net;
  pass->flags = flags;
  pass->packed_version = -1;
  if (!tri_plan_make (&pass->plan, net, flags, inputs, error))
    return NULL;
  pass->scratch.size = pass->plan.scratch;
  pass->arena = tri_floats_new (pass->plan.arena, error);
  if (pass->arena == NULL)
    return NULL;
  pass->values = g_new0 (TriTensor, net->n_nodes);
  pass->gradients = g_new0 (TriTensor, net->n_nodes);
  pass->written = g_new0 (gboolean, net->n_nodes);
  pass->costs = g_new0 (double, net->n_nodes);
  for (guint i = 0; i < net->n_nodes; i++)
    {
      const TriSlot *slot = &pass->plan.slots[i];
      pass->values[i] = (TriTensor) { slot->shape, at (pass, slot->value) };
      pass->gradients[i] = (TriTensor) { slot->shape, at (pass, slot->gradient) };
    }
  set_costs (pass);
  return g_steal_pointer (&pass);
}

void
tri_pass_free (TriPass *pass)
{
  if (pass == NULL)
    return;
  tri_plan_clear (&pass->plan);
  tri_scratch_clear (&pass->scratch);
  tri_floats_free (pass->arena);
  g_free (pass->values);
  g_free (pass->gradients);
  g_free (pass->written);
  g_free (pass->costs);
  g_free (pass);
}

/* @tensor: of the shape that the pass was made for; borrowed until the last forward or backward pass that uses it */
void
tri_pass_set_input (TriPass *pass, guint input, const TriTensor *tensor)
{
  g_return_if_fail (input < pass->net->n_inputs);
  int row = pass->net->inputs[input];
  g_return_if_fail (tri_shape_equal (tensor->shape, pass->values[row].shape));
  pass->values[row].data = tensor->data;
}

static const TriWeight *
weight_of (TriPass *pass, int index)
{
  return index >= 0 ? &g_array_index (pass->net->weights, TriWeight, index) : NULL;
}

static void
pack (TriPass *pass)
{
  int version = g_atomic_int_get (&pass->net->version);
  if (version == pass->packed_version)
    return;
  for (guint i = 0; i < pass->net->n_nodes; i++)
    {
      const TriNode *node = &pass->net->nodes[i];
      const TriWeight *bias = weight_of (pass, node->bias);
      if (pass->plan.slots[i].conv.n > 0)
        tri_conv_pack (&pass->plan.slots[i].conv, weight_of (pass, node->weight)->value,
                       bias != NULL ? bias->value : NULL, at (pass, pass->plan.slots[i].packed));
    }
  pass->packed_version = version;
}

static TriOpCall
call_of (TriPass *pass, guint row, TriProgress *progress)
{
  const TriNode *node = &pass->net->nodes[row];
  TriOpCall call = { .layer = &node->layer, .out = pass->values[row].shape, .progress = progress };
  call.in = node->from >= 0 ? pass->values[node->from].shape : call.out;
  call.with = node->with >= 0 ? pass->values[node->with].shape : call.in;
  return call;
}

static gboolean
forward_row (TriPass *pass, guint row, TriProgress *progress, GError **error)
{
  const TriNode *node = &pass->net->nodes[row];
  const TriSlot *slot = &pass->plan.slots[row];
  if (node->input >= 0 || slot->fused)
    return TRUE;
  TriOpCall call = call_of (pass, row, progress);
  const float *from = pass->values[node->from].data;
  const float *with = node->with >= 0 ? pass->values[node->with].data : NULL;
  const TriWeight *weight = weight_of (pass, node->weight), *bias = weight_of (pass, node->bias);
  float *out = pass->values[row].data;
  if (slot->conv.n > 0)
    return tri_conv_forward (&slot->conv, from, at (pass, slot->packed), out, slot->slope, &pass->scratch, progress, error);
  if (node->layer.op == TRI_OP_NORM)
    return tri_op_norm (&call, from, weight != NULL ? weight->value : NULL, bias != NULL ? bias->value : NULL,
                        at (pass, slot->packed), out, error);
  if (tri_op_is_pointwise (node->layer.op))
    return tri_op_pointwise (&call, from, with, out, error);
  return tri_op_move (&call, from, with, out, error);
}

/* Computes all values from the inputs, and clears the gradients of kept rows for the losses to add to. */
gboolean
tri_pass_forward (TriPass *pass, TriProgress *progress, GError **error)
{
  guint n = pass->net->n_nodes;
  pass->ready = FALSE;
  for (guint i = 0; i < pass->net->n_inputs; i++)
    g_return_val_if_fail (pass->values[pass->net->inputs[i]].data != NULL, FALSE);
  pack (pass);
  for (guint i = 0; i < n; i++)
    {
      double begin = i > 0 ? pass->costs[i - 1] : 0;
      g_autoptr (TriProgress) part = tri_progress_sub (progress, begin / pass->costs[n - 1], pass->costs[i] / pass->costs[n - 1]);
      if (!forward_row (pass, i, part, error))
        return FALSE;
    }
  for (guint i = 0; i < n; i++)
    if ((pass->net->nodes[i].layer.flags & TRI_LAYER_KEEP) && pass->gradients[i].data != NULL)
      tri_tensor_fill (&pass->gradients[i], 0);
  pass->ready = TRUE;
  return TRUE;
}

static int
kept_row (TriPass *pass, const char *name)
{
  int row = name != NULL ? tri_net_find (pass->net, name) : (int) pass->net->n_nodes - 1;
  g_return_val_if_fail (row >= 0 && (pass->net->nodes[row].layer.flags & TRI_LAYER_KEEP), -1);
  return row;
}

/* @name: (nullable): of a row that has TRI_LAYER_KEEP; NULL for the last. Returns: (transfer none): valid until the next
 * forward pass */
const TriTensor *
tri_pass_get_output (TriPass *pass, const char *name)
{
  int row = kept_row (pass, name);
  return row >= 0 ? &pass->values[row] : NULL;
}

/* Returns: (transfer none) (nullable): what losses add their gradients to, after the forward pass and before the backward
 * pass; NULL where nothing below wants a gradient */
TriTensor *
tri_pass_get_output_gradient (TriPass *pass, const char *name)
{
  int row = kept_row (pass, name);
  return row >= 0 && pass->gradients[row].data != NULL ? &pass->gradients[row] : NULL;
}

/* Returns: (transfer none): of the last backward pass */
const TriTensor *
tri_pass_get_input_gradient (TriPass *pass, guint input)
{
  g_return_val_if_fail (input < pass->net->n_inputs, NULL);
  int row = pass->net->inputs[input];
  g_return_val_if_fail (pass->plan.slots[row].needs_gradient, NULL);
  return &pass->gradients[row];
}

/* Where a row's gradient goes: NULL when its operand wants none. @add: whether there is something already */
static float *
target (TriPass *pass, int row, gboolean *add)
{
  if (row < 0 || !pass->plan.slots[row].needs_gradient)
    return NULL;
  *add = pass->written[row];
  pass->written[row] = TRUE;
  return pass->gradients[row].data;
}

static gboolean
back_window (TriPass *pass, guint row, TriProgress *progress, GError **error)
{
  const TriNode *node = &pass->net->nodes[row];
  const TriSlot *slot = &pass->plan.slots[row];
  const TriWeight *weight = weight_of (pass, node->weight), *bias = weight_of (pass, node->bias);
  gboolean learns = !(pass->flags & TRI_PASS_FROZEN), add = FALSE, masked = slot->slope != 1;
  float *g = pass->gradients[row].data, *out = target (pass, node->from, &add);
  if ((masked || (learns && bias != NULL))
      && !tri_conv_back_bias (&slot->conv, g, masked ? pass->values[row].data : NULL, slot->slope,
                              learns && bias != NULL ? bias->gradient : NULL, progress, error))
    return FALSE;
  if (learns && !tri_conv_back_weights (&slot->conv, pass->values[node->from].data, g, weight->gradient,
                                        at (pass, pass->plan.parts), &pass->scratch, progress, error))
    return FALSE;
  if (out == NULL)
    return TRUE;
  float *packed = at (pass, pass->plan.packed_back);
  tri_conv_pack_back (&slot->conv, weight->value, packed);
  return tri_conv_back_data (&slot->conv, g, packed, out, add, &pass->scratch, progress, error);
}

static gboolean
back_pointwise (TriPass *pass, guint row, TriOpCall *call, GError **error)
{
  const TriNode *node = &pass->net->nodes[row];
  const float *g = pass->gradients[row].data, *from = pass->values[node->from].data;
  const float *with = node->with >= 0 ? pass->values[node->with].data : NULL;
  gboolean add = FALSE;
  float *out = target (pass, node->with, &add); /* first: the other may overwrite g */
  if (out != NULL && node->layer.op == TRI_OP_MULTIPLY && !tri_op_multiply_back_with (call, g, from, out, add, error))
    return FALSE;
  if (out != NULL && node->layer.op == TRI_OP_ADD && !tri_op_pointwise_back (call, g, NULL, NULL, NULL, out, add, error))
    return FALSE;
  out = target (pass, node->from, &add);
  if (out == NULL || (out == g && node->layer.op == TRI_OP_ADD))
    return TRUE;
  return tri_op_pointwise_back (call, g, from, with, pass->values[row].data, out, add, error);
}

static gboolean
back_concat (TriPass *pass, guint row, TriOpCall *call, GError **error)
{
  const TriNode *node = &pass->net->nodes[row];
  const float *g = pass->gradients[row].data;
  gboolean add = FALSE;
  float *out = target (pass, node->from, &add);
  if (out != NULL && !tri_op_concat_back (call, g, 0, call->in.c, out, add, error))
    return FALSE;
  out = target (pass, node->with, &add);
  return out == NULL || tri_op_concat_back (call, g, call->in.c, call->with.c, out, add, error);
}

static gboolean
backward_row (TriPass *pass, guint row, TriProgress *progress, GError **error)
{
  const TriNode *node = &pass->net->nodes[row];
  const TriSlot *slot = &pass->plan.slots[row];
  const TriWeight *weight = weight_of (pass, node->weight), *bias = weight_of (pass, node->bias);
  gboolean add = FALSE, learns = weight != NULL && !(pass->flags & TRI_PASS_FROZEN);
  if (slot->needs_gradient && !pass->written[row])
    tri_tensor_fill (&pass->gradients[row], 0); /* it leads to no loss */
  if (node->input >= 0 || !slot->needs_gradient)
    return TRUE;
  if (slot->fused)
    {
      pass->written[node->from] = TRUE; /* the same memory */
      return TRUE;
    }
  TriOpCall call = call_of (pass, row, progress);
  if (slot->conv.n > 0)
    return back_window (pass, row, progress, error);
  if (node->layer.op == TRI_OP_CONCAT)
    return back_concat (pass, row, &call, error);
  if (tri_op_is_pointwise (node->layer.op))
    return back_pointwise (pass, row, &call, error);
  float *out = target (pass, node->from, &add);
  if (node->layer.op == TRI_OP_NORM)
    return tri_op_norm_back (&call, pass->gradients[row].data, pass->values[node->from].data,
                             weight != NULL ? weight->value : NULL, at (pass, slot->packed),
                             learns ? weight->gradient : NULL, learns ? bias->gradient : NULL, out, add, error);
  return out == NULL
         || tri_op_move_back (&call, pass->gradients[row].data, node->with >= 0 ? pass->values[node->with].data : NULL, out,
                              add, error);
}

/* From the gradients of the kept rows to those of weights (added in the net) and inputs. Once for each forward pass:
 * values and gradients are used up. */
gboolean
tri_pass_backward (TriPass *pass, TriProgress *progress, GError **error)
{
  guint n = pass->net->n_nodes;
  g_return_val_if_fail (pass->flags & TRI_PASS_TRAIN, FALSE);
  g_return_val_if_fail (pass->ready, FALSE);
  pass->ready = FALSE;
  for (guint i = 0; i < n; i++)
    pass->written[i] = (pass->net->nodes[i].layer.flags & TRI_LAYER_KEEP) != 0;
  for (guint i = n; i-- > 0;)
    {
      double end = i > 0 ? pass->costs[i - 1] : 0, all = pass->costs[n - 1];
      g_autoptr (TriProgress) part = tri_progress_sub (progress, 1 - pass->costs[i] / all, 1 - end / all);
      if (!backward_row (pass, i, part, error))
        return FALSE;
    }
  return TRUE;
}
