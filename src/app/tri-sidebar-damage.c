/* Damage on the way, made from its table. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sidebar-private.h"

#include "tri-damage.h"

static void
on_value (TriParamRow *row, double value, TriSidebar *self)
{
  g_autoptr (GError) error = NULL;
  if (!tri_session_set_damage (self->session, tri_param_row_get_spec (row)->id, value, &error))
    tri_sidebar_fail (self, error);
}

static void
on_damage_changed (TriSidebar *self)
{
  const TriParams *damage = tri_session_get_damage (self->session);
  gboolean on = tri_damage_is_on (damage);
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->damage_list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      const TriParamSpec *spec = tri_param_row_get_spec (TRI_PARAM_ROW (row));
      tri_param_row_show (TRI_PARAM_ROW (row), tri_params_get (damage, spec->id), on || (spec->flags & TRI_PARAM_SEED) == 0);
    }
  gtk_widget_set_sensitive (self->damage_reset, on);
  if (on)
    gtk_expander_set_expanded (self->damage_group, TRUE);
}

static void
on_reset (TriSidebar *self)
{
  tri_session_reset_damage (self->session);
}

void
tri_sidebar_damage_init (TriSidebar *self)
{
  for (const TriParamSpec *spec = tri_damage_specs; spec->id != NULL; spec++)
    tri_sidebar_append_row (self, self->damage_list, spec, G_CALLBACK (on_value));
  g_signal_connect_object (self->damage_reset, "clicked", G_CALLBACK (on_reset), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "damage-changed", G_CALLBACK (on_damage_changed), self, G_CONNECT_SWAPPED);
  on_damage_changed (self);
}
