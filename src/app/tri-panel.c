/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-panel.h"

G_DEFINE_ABSTRACT_TYPE (TriPanel, tri_panel, ADW_TYPE_BIN)

enum { PROP_0, PROP_SESSION, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
tri_panel_constructed (GObject *object)
{
  G_OBJECT_CLASS (tri_panel_parent_class)->constructed (object);
  g_return_if_fail (TRI_PANEL (object)->session != NULL);
}

static void
tri_panel_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TRI_PANEL (object)->session = g_value_dup_object (value);
}

static void
tri_panel_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, TRI_PANEL (object)->session);
}

static void
tri_panel_dispose (GObject *object)
{
  TriPanel *self = TRI_PANEL (object);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tri_panel_parent_class)->dispose (object);
}

static void
tri_panel_class_init (TriPanelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->constructed = tri_panel_constructed;
  object_class->set_property = tri_panel_set_property;
  object_class->get_property = tri_panel_get_property;
  object_class->dispose = tri_panel_dispose;
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, TRI_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tri_panel_init (TriPanel *self)
{
}
