/* Undo and redo of cipher and parameters. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-session-private.h"

#define MAX_STEPS 200

void
tri_step_free (TriStep *step)
{
  tri_params_free (step->params);
  g_free (step);
}

static TriStep *
current_step (TriSession *self)
{
  TriStep *step = g_new0 (TriStep, 1);
  step->cipher = self->cipher;
  step->params = tri_params_copy (tri_session_params_of (self, self->cipher));
  return step;
}

static void
notify_stacks (TriSession *self)
{
  tri_session_notify (self, TRI_SESSION_PROP_CAN_UNDO);
  tri_session_notify (self, TRI_SESSION_PROP_CAN_REDO);
}

/* @step: (transfer full) */
static void
push_undo (TriSession *self, TriStep *step)
{
  if (self->undo->len >= MAX_STEPS)
    g_ptr_array_remove_index (self->undo, 0);
  g_ptr_array_add (self->undo, step);
  g_ptr_array_set_size (self->redo, 0);
  notify_stacks (self);
}

/* Called before cipher or parameters change. Within tri_session_begin_change() only the first change counts. */
void
tri_session_remember_step (TriSession *self)
{
  if (self->change_depth > 0)
    {
      if (self->at_begin == NULL)
        self->at_begin = current_step (self);
      self->changed_since_begin = TRUE;
      return;
    }
  push_undo (self, current_step (self));
}

void
tri_session_forget_steps (TriSession *self)
{
  g_ptr_array_set_size (self->undo, 0);
  g_ptr_array_set_size (self->redo, 0);
  g_clear_pointer (&self->at_begin, tri_step_free);
  self->changed_since_begin = FALSE;
  notify_stacks (self);
}

static void
move (TriSession *self, GPtrArray *from, GPtrArray *to)
{
  if (from->len == 0 || self->opened != NULL)
    return;
  TriStep *step = g_ptr_array_steal_index (from, from->len - 1);
  g_ptr_array_add (to, current_step (self));
  tri_session_choose (self, step->cipher, step->params);
  tri_step_free (step);
  notify_stacks (self);
  tri_session_want_if_live (self);
}

void
tri_session_undo (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  move (self, self->undo, self->redo);
}

void
tri_session_redo (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  move (self, self->redo, self->undo);
}

void
tri_session_begin_change (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  self->change_depth++;
}

/* Ends a drag: one step of undo if anything changed in the end, and the run at full size that was held back. */
void
tri_session_end_change (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self) && self->change_depth > 0);
  if (--self->change_depth > 0 || !self->changed_since_begin)
    return;
  gboolean same_damage = !self->damaged_since_begin;
  self->changed_since_begin = self->damaged_since_begin = FALSE;
  TriStep *before = g_steal_pointer (&self->at_begin);
  if (before->cipher != self->cipher || !tri_params_equal (before->params, tri_session_get_params (self)))
    push_undo (self, before);
  else
    tri_step_free (before);
  g_autofree char *why_not = tri_session_why_not_runnable (self);
  if (self->live && why_not == NULL)
    {
      const TriParams *previewed = tri_session_get_job_params (self);
      gboolean is_current = same_damage && previewed != NULL && tri_params_equal (previewed, tri_session_get_params (self));
      tri_session_want (self, is_current ? TRI_WANT_FULL : TRI_WANT_BOTH);
    }
}
