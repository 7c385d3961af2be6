/* What the session does to encrypted pictures before they are decrypted: all off at first, and no step of undo.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-damage.h"
#include "tri-session-private.h"

/* Returns: (transfer none): of tri_damage_specs */
const TriParams *
tri_session_get_damage (TriSession *self)
{
  g_return_val_if_fail (TRI_IS_SESSION (self), NULL);
  return self->damage;
}

/* Puts up @damage, or none where it is NULL; runs nothing. */
void
tri_session_show_damage (TriSession *self, const TriParams *damage)
{
  TriParams *old = self->damage;
  self->damage = damage != NULL ? tri_params_copy (damage) : tri_params_new (tri_damage_specs);
  tri_params_free (old);
  g_signal_emit (self, tri_session_signals[TRI_SESSION_DAMAGE_CHANGED], 0);
}

static void
change (TriSession *self, const TriParams *damage)
{
  tri_session_show_damage (self, damage);
  if (self->change_depth > 0)
    {
      tri_session_remember_step (self);
      self->damaged_since_begin = TRUE;
    }
  tri_session_want_if_live (self);
}

gboolean
tri_session_set_damage (TriSession *self, const char *id, double value, GError **error)
{
  g_return_val_if_fail (TRI_IS_SESSION (self), FALSE);
  g_autoptr (TriParams) damage = tri_params_copy (self->damage);
  if (!tri_params_set (damage, id, value, error))
    return FALSE;
  if (!tri_params_equal (damage, self->damage))
    change (self, damage);
  return TRUE;
}

void
tri_session_reset_damage (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  g_autoptr (TriParams) none = tri_params_new (tri_damage_specs);
  if (!tri_params_equal (none, self->damage))
    change (self, none);
}
