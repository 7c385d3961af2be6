/* Plans a pass. Time runs over the rows forward (0 … n - 1), the losses (n), and the rows backward (2n - row); a block
 * of memory is taken by what is alive at that time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-plan.h"

#include <glib/gi18n-lib.h>

#include "tri-error.h"
#include "tri-ops.h"

static gboolean
misfit (const TriNet *net, guint row, TriShape in, GError **error)
{
  const char *name = net->nodes[row].layer.name;
  g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
               _("Layer %u (%s) can't work on %u × %u × %u × %u. Choose a size that it divides."), row,
               name != NULL ? name : "–", in.n, in.h, in.w, in.c);
  return FALSE;
}

/* @with: of the second operand. Returns: FALSE when the sizes contradict each other */
static gboolean
shape_of (const TriNode *node, TriShape in, TriShape with, TriShape *out)
{
  const TriLayer *l = &node->layer;
  gboolean same_place = in.h == with.h && in.w == with.w;
  *out = in;
  out->c = node->channels;
  switch (l->op)
    {
    case TRI_OP_CONV:
      out->h = (in.h + 2 * l->padding - l->kernel) / l->stride + 1;
      out->w = (in.w + 2 * l->padding - l->kernel) / l->stride + 1;
      return in.h + 2 * l->padding >= l->kernel && in.w + 2 * l->padding >= l->kernel;
    case TRI_OP_DENSE:
      out->h = out->w = 1;
      return (guint64) in.h * in.w == l->kernel;
    case TRI_OP_UPSAMPLE:
    case TRI_OP_SHUFFLE:
      out->h *= l->stride;
      out->w *= l->stride;
      return TRUE;
    case TRI_OP_UNSHUFFLE:
      out->h /= l->stride;
      out->w /= l->stride;
      return in.h % l->stride == 0 && in.w % l->stride == 0;
    case TRI_OP_POOL:
      out->h = out->w = 1;
      return TRUE;
    case TRI_OP_ADD:
    case TRI_OP_CONCAT:
      return same_place && in.n == with.n;
    case TRI_OP_MULTIPLY:
    case TRI_OP_PERMUTE:
      return same_place && (with.n == in.n || with.n == 1) && (l->op != TRI_OP_PERMUTE || in.h * (guint64) in.w <= 1 << 24);
    default:
      return TRUE;
    }
}

static TriConv
conv_of (const TriNode *node, TriShape in, TriShape out)
{
  const TriLayer *l = &node->layer;
  if (l->op == TRI_OP_DENSE)
    return (TriConv) { .n = 1, .h = 1, .w = in.n * l->kernel, .ic = in.c, .oh = 1, .ow = in.n, .oc = out.c, .groups = 1,
                       .kh = 1, .kw = l->kernel, .sy = 1, .sx = l->kernel };
  return (TriConv) { .n = in.n, .h = in.h, .w = in.w, .ic = in.c, .oh = out.h, .ow = out.w, .oc = out.c,
                     .groups = l->groups, .kh = l->kernel, .kw = l->kernel, .sy = l->stride, .sx = l->stride,
                     .py = l->padding, .px = l->padding };
}

static gboolean
has_window (const TriNode *node)
{
  return node->layer.op == TRI_OP_CONV || node->layer.op == TRI_OP_DENSE;
}

static gboolean
set_shapes (TriPlan *plan, const TriNet *net, const TriShape *inputs, GError **error)
{
  for (guint i = 0; i < net->n_nodes; i++)
    {
      const TriNode *node = &net->nodes[i];
      TriSlot *slot = &plan->slots[i];
      *slot = (TriSlot) { .value = TRI_NO_BLOCK, .gradient = TRI_NO_BLOCK, .packed = TRI_NO_BLOCK, .slope = 1 };
      if (node->input >= 0)
        {
          slot->shape = inputs[node->input];
          if (slot->shape.c != node->channels)
            return misfit (net, i, slot->shape, error);
        }
      else
        {
          TriShape in = plan->slots[node->from].shape;
          if (!shape_of (node, in, node->with >= 0 ? plan->slots[node->with].shape : in, &slot->shape))
            return misfit (net, i, in, error);
        }
      if (!tri_shape_check (slot->shape, error))
        return FALSE;
      if (has_window (node))
        slot->conv = conv_of (node, plan->slots[node->from].shape, slot->shape);
    }
  return TRUE;
}

static void
set_needs (TriPlan *plan, const TriNet *net, TriPassFlags flags)
{
  for (guint i = 0; (flags & TRI_PASS_TRAIN) && i < net->n_nodes; i++)
    {
      const TriNode *node = &net->nodes[i];
      gboolean needs = node->weight >= 0 && !(flags & TRI_PASS_FROZEN);
      if (node->input >= 0)
        needs = (flags & TRI_PASS_INPUT_GRADIENTS) && !(node->layer.flags & TRI_LAYER_KEYED);
      if (node->from >= 0)
        needs = needs || plan->slots[node->from].needs_gradient;
      if (node->with >= 0 && node->layer.op != TRI_OP_PERMUTE)
        needs = needs || plan->slots[node->with].needs_gradient;
      plan->slots[i].needs_gradient = needs;
    }
}

/* Does the backward pass of a row read its first operand, its second, its own value? */
static gboolean
reads_from (const TriPlan *plan, const TriNet *net, guint row)
{
  const TriNode *node = &net->nodes[row];
  TriOp op = node->layer.op;
  if (!plan->slots[row].needs_gradient)
    return FALSE;
  return (has_window (node) && plan->learns) || op == TRI_OP_NORM || op == TRI_OP_QUANTISE
         || (op == TRI_OP_MULTIPLY && plan->slots[node->with].needs_gradient);
}

static gboolean
reads_with (const TriPlan *plan, const TriNet *net, guint row)
{
  TriOp op = net->nodes[row].layer.op;
  return plan->slots[row].needs_gradient && (op == TRI_OP_MULTIPLY || op == TRI_OP_PERMUTE);
}

static gboolean
reads_own (const TriPlan *plan, const TriNet *net, guint row)
{
  TriOp op = net->nodes[row].layer.op;
  return plan->slots[row].needs_gradient
         && (op == TRI_OP_RELU || op == TRI_OP_LEAKY_RELU || op == TRI_OP_TANH || op == TRI_OP_SIGMOID
             || op == TRI_OP_COMPRESS || op == TRI_OP_EXPAND);
}

static gboolean
is_kept (const TriNet *net, guint row)
{
  return (net->nodes[row].layer.flags & TRI_LAYER_KEEP) != 0;
}

/* Nobody else wants the operand's value: the row may overwrite it, or its gradient. */
static gboolean
alone (const TriNet *net, guint row)
{
  const TriNode *node = &net->nodes[row];
  return tri_op_is_pointwise (node->layer.op) && net->nodes[node->from].input < 0 && !is_kept (net, node->from)
         && net->nodes[node->from].n_uses == 1;
}

static guint
add_block (TriPlan *plan, gsize size, guint begin, guint end)
{
  TriBlock block = { (size + 15) / 16 * 16, 0, begin, end };
  g_array_append_val (plan->blocks, block);
  return plan->blocks->len - 1;
}

static void
extend (TriPlan *plan, guint block, guint time)
{
  if (block != TRI_NO_BLOCK)
    {
      TriBlock *b = &g_array_index (plan->blocks, TriBlock, block);
      b->end = MAX (b->end, time);
      b->begin = MIN (b->begin, time);
    }
}

static void
set_values (TriPlan *plan, const TriNet *net)
{
  guint n = net->n_nodes;
  for (guint i = 0; i < n; i++)
    {
      const TriNode *node = &net->nodes[i];
      TriSlot *slot = &plan->slots[i];
      if (node->input >= 0)
        continue;
      if (alone (net, i) && !reads_from (plan, net, i) && !reads_own (plan, net, (guint) node->from))
        {
          slot->value = plan->slots[node->from].value;
          if (has_window (&net->nodes[node->from]) && (node->layer.op == TRI_OP_RELU || node->layer.op == TRI_OP_LEAKY_RELU))
            {
              slot->fused = TRUE;
              plan->slots[node->from].slope = node->layer.op == TRI_OP_RELU ? 0 : node->layer.slope;
            }
        }
      else
        slot->value = add_block (plan, tri_shape_size (slot->shape), i, i);
      extend (plan, slot->value, i);
      extend (plan, plan->slots[node->from].value, reads_from (plan, net, i) ? 2 * n - i : i);
      if (node->with >= 0)
        extend (plan, plan->slots[node->with].value, reads_with (plan, net, i) ? 2 * n - i : i);
      if (reads_own (plan, net, i))
        extend (plan, slot->value, 2 * n - (slot->fused ? (guint) node->from : i));
      if (is_kept (net, i))
        extend (plan, slot->value, 2 * n + 1);
    }
}

static void
set_gradients (TriPlan *plan, const TriNet *net)
{
  guint n = net->n_nodes;
  for (guint i = n; i-- > 0;)
    {
      const TriNode *node = &net->nodes[i];
      TriSlot *slot = &plan->slots[i];
      if (!slot->needs_gradient)
        continue;
      if (slot->gradient == TRI_NO_BLOCK) /* kept, or else nobody's operand */
        slot->gradient = add_block (plan, tri_shape_size (slot->shape), n, n);
      if (is_kept (net, i))
        extend (plan, slot->gradient, n);
      extend (plan, slot->gradient, node->input >= 0 ? 2 * n + 1 : 2 * n - i);
      TriSlot *operands[2] = { node->from >= 0 ? &plan->slots[node->from] : NULL,
                               node->with >= 0 ? &plan->slots[node->with] : NULL };
      for (guint o = 0; o < 2; o++)
        if (operands[o] != NULL && operands[o]->needs_gradient)
          {
            if (operands[o]->gradient == TRI_NO_BLOCK)
              operands[o]->gradient = o == 0 && alone (net, i) ? slot->gradient
                                        : add_block (plan, tri_shape_size (operands[o]->shape), 2 * n - i, 2 * n - i);
            extend (plan, operands[o]->gradient, 2 * n - i);
          }
    }
}

static void
set_work (TriPlan *plan, const TriNet *net, TriPassFlags flags)
{
  guint n = net->n_nodes;
  gsize parts = 0, packed_back = 0;
  for (guint i = 0; i < n; i++)
    {
      TriSlot *slot = &plan->slots[i];
      const TriNode *node = &net->nodes[i];
      if (node->layer.op == TRI_OP_NORM)
        slot->packed = add_block (plan, (gsize) 2 * slot->shape.n * node->layer.groups, 0, 2 * n + 1);
      if (!has_window (node))
        continue;
      slot->packed = add_block (plan, tri_conv_packed_size (&slot->conv), 0, 2 * n + 1);
      plan->scratch = MAX (plan->scratch, tri_conv_scratch_size (&slot->conv, slot->needs_gradient));
      if (slot->needs_gradient)
        {
          parts = MAX (parts, tri_conv_parts_size (&slot->conv));
          packed_back = MAX (packed_back, tri_conv_packed_back_size (&slot->conv));
        }
    }
  if (flags & TRI_PASS_TRAIN)
    {
      plan->parts = add_block (plan, parts, n, 2 * n + 1);
      plan->packed_back = add_block (plan, packed_back, n, 2 * n + 1);
    }
}

static int
compare_sizes (gconstpointer a, gconstpointer b)
{
  const TriBlock *const *x = a, *const *y = b;
  if ((*x)->size != (*y)->size)
    return (*x)->size < (*y)->size ? 1 : -1;
  return (*x)->begin != (*y)->begin ? ((*x)->begin < (*y)->begin ? -1 : 1) : 0;
}

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  const TriBlock *const *x = a, *const *y = b;
  return (*x)->offset < (*y)->offset ? -1 : (*x)->offset > (*y)->offset;
}

/* The largest first, each into the lowest gap between the blocks that live at the same time. */
static void
place (TriPlan *plan)
{
  guint n = plan->blocks->len;
  g_autofree TriBlock **order = g_new (TriBlock *, n), **living = g_new (TriBlock *, n);
  for (guint i = 0; i < n; i++)
    order[i] = &g_array_index (plan->blocks, TriBlock, i);
  qsort (order, n, sizeof *order, compare_sizes);
  plan->arena = 0;
  for (guint i = 0; i < n; i++)
    {
      guint n_living = 0;
      gsize offset = 0;
      for (guint j = 0; j < i; j++)
        if (order[j]->begin <= order[i]->end && order[i]->begin <= order[j]->end)
          living[n_living++] = order[j];
      qsort (living, n_living, sizeof *living, compare_offsets);
      for (guint j = 0; j < n_living && living[j]->offset < offset + order[i]->size; j++)
        offset = MAX (offset, living[j]->offset + living[j]->size);
      order[i]->offset = offset;
      plan->arena = MAX (plan->arena, offset + order[i]->size);
    }
}

/* @inputs: one shape for each input of @net */
gboolean
tri_plan_make (TriPlan *plan, const TriNet *net, TriPassFlags flags, const TriShape *inputs, GError **error)
{
  *plan = (TriPlan) { .parts = TRI_NO_BLOCK, .packed_back = TRI_NO_BLOCK, .learns = !(flags & TRI_PASS_FROZEN) };
  plan->slots = g_new0 (TriSlot, net->n_nodes);
  plan->blocks = g_array_new (FALSE, FALSE, sizeof (TriBlock));
  if (!set_shapes (plan, net, inputs, error))
    return FALSE;
  set_needs (plan, net, flags);
  set_values (plan, net);
  set_gradients (plan, net);
  set_work (plan, net, flags);
  place (plan);
  return TRUE;
}

void
tri_plan_clear (TriPlan *plan)
{
  g_clear_pointer (&plan->slots, g_free);
  g_clear_pointer (&plan->blocks, g_array_unref);
}
