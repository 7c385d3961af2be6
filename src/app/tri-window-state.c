/* What the window remembers from one start to the next: its shape, the cipher, each cipher's parameters. Never a key,
 * and not where a key file lies. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-window-private.h"

#include "tri-later.h"

#define SAVE_MS 400 /* after the last change: a slider that is dragged writes once */

/* Only what differs from the defaults, so that a better default of a later version reaches those who never chose. */
static GVariant *
chosen_values (const TriParams *params)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sd}"));
  for (const TriParamSpec *spec = tri_params_get_specs (params); spec != NULL && spec->id != NULL; spec++)
    {
      double value = tri_params_get (params, spec->id);
      if (value < spec->def || value > spec->def)
        g_variant_builder_add (&builder, "{sd}", spec->id, value);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* Replaces one cipher's entry; another window may have written the others. */
static void
save_params (TriWindow *self, const TriCipher *cipher)
{
  g_autoptr (GVariant) all = g_settings_get_value (self->settings, "params");
  g_autoptr (GVariant) chosen = chosen_values (tri_session_get_params_of (self->session, cipher));
  GVariantBuilder builder;
  GVariantIter iter;
  const char *id;
  GVariant *values;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sd}}"));
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_loop (&iter, "{&s@a{sd}}", &id, &values))
    if (!g_str_equal (id, cipher->id))
      g_variant_builder_add (&builder, "{s@a{sd}}", id, values);
  if (g_variant_n_children (chosen) > 0)
    g_variant_builder_add (&builder, "{s@a{sd}}", cipher->id, chosen);
  g_settings_set_value (self->settings, "params", g_variant_builder_end (&builder));
}

static void
flush_params (GtkWidget *widget)
{
  TriWindow *self = TRI_WINDOW (widget);
  tri_later_forget (widget, flush_params);
  if (self->changed_cipher != NULL)
    save_params (self, self->changed_cipher);
  self->changed_cipher = NULL;
}

/* A sealed picture brings its own cipher and parameters, which nobody chose. */
static void
on_cipher_changed (TriWindow *self)
{
  const TriCipher *cipher = tri_session_get_cipher (self->session);
  if (tri_session_get_opened_sealed (self->session) != NULL)
    return;
  g_settings_set_string (self->settings, "last-cipher", cipher->id);
  if (self->changed_cipher != cipher)
    flush_params (GTK_WIDGET (self));
  self->changed_cipher = cipher;
  tri_later_rested (GTK_WIDGET (self), flush_params, SAVE_MS);
}

/* What a newer or older version wrote and this one can't use is left alone. */
static void
restore_params (TriWindow *self)
{
  g_autoptr (GVariant) all = g_settings_get_value (self->settings, "params");
  GVariantIter iter, values;
  const char *cipher_id, *id;
  GVariant *child;
  double value;
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_loop (&iter, "{&s@a{sd}}", &cipher_id, &child))
    {
      const TriCipher *cipher = tri_cipher_find (cipher_id);
      if (cipher == NULL)
        continue;
      g_autoptr (TriParams) params = tri_params_new (cipher->params);
      g_variant_iter_init (&values, child);
      while (g_variant_iter_next (&values, "{&sd}", &id, &value))
        tri_params_set (params, id, value, NULL);
      tri_session_preset (self->session, cipher, params);
    }
  g_autofree char *last = g_settings_get_string (self->settings, "last-cipher");
  const TriCipher *cipher = tri_cipher_find (last);
  if (cipher != NULL)
    tri_session_start_with (self->session, cipher);
}

/* The height below the pictures is remembered, not the place of the divider: the pictures take what a larger window
 * adds. It is set once the split has a height, and at most half of it. */
static void
place_split (TriWindow *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self->split));
  if (self->split_placed || height <= 0)
    return;
  self->split_placed = TRUE;
  gtk_paned_set_position (self->split, height - MIN (g_settings_get_int (self->settings, "bottom-height"), height / 2));
}

static void
on_split_moved (TriWindow *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self->split));
  if (self->split_placed && height > 0 && gtk_widget_get_visible (self->bottom))
    g_settings_set_int (self->settings, "bottom-height", CLAMP (height - gtk_paned_get_position (self->split), 0, 100000));
}

static gboolean
on_split_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  TriWindow *self = TRI_WINDOW (data);
  place_split (self);
  return self->split_placed ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* Sidebar, panel and grid as the settings say; presenting hides the first two and leaves the settings alone. */
void
tri_window_place_parts (TriWindow *self)
{
  gtk_widget_set_visible (self->sidebar_box, !self->presenting && g_settings_get_boolean (self->settings, "show-sidebar"));
  gtk_widget_set_visible (self->bottom, !self->presenting && g_settings_get_boolean (self->settings, "show-bottom"));
  for (guint i = 0; i < 3; i++)
    tri_pane_set_grid (self->panes[i], g_settings_get_boolean (self->settings, "show-grid"));
}

static void
restore_page (TriWindow *self)
{
  g_autofree char *page = g_settings_get_string (self->settings, "panel-page");
  if (gtk_stack_get_child_by_name (self->panels, page) == NULL)
    g_settings_reset (self->settings, "panel-page");
  g_settings_bind (self->settings, "panel-page", self->panels, "visible-child-name", G_SETTINGS_BIND_DEFAULT);
}

static const char *const toggles[] = { "show-sidebar", "show-bottom", "show-grid" };

/* After the panels and the sidebar are made. */
void
tri_window_init_state (TriWindow *self)
{
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "live", self->session, "live", G_SETTINGS_BIND_DEFAULT);
  restore_page (self);
  for (guint i = 0; i < G_N_ELEMENTS (toggles); i++)
    {
      g_autoptr (GAction) action = g_settings_create_action (self->settings, toggles[i]);
      g_autofree char *changed = g_strconcat ("changed::", toggles[i], NULL);
      g_action_map_add_action (G_ACTION_MAP (self), action);
      g_signal_connect_object (self->settings, changed, G_CALLBACK (tri_window_place_parts), self, G_CONNECT_SWAPPED);
    }
  tri_window_place_parts (self);
  gtk_widget_add_tick_callback (GTK_WIDGET (self->split), on_split_tick, self, NULL);
  g_signal_connect_object (self->split, "notify::position", G_CALLBACK (on_split_moved), self, G_CONNECT_SWAPPED);
  restore_params (self);
  g_signal_connect_object (self->session, "cipher-changed", G_CALLBACK (on_cipher_changed), self, G_CONNECT_SWAPPED);
}

/* The actions hold the settings, and would tell a group that is gone when these change. */
void
tri_window_dispose_state (TriWindow *self)
{
  if (self->settings == NULL)
    return;
  flush_params (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (toggles); i++)
    g_action_map_remove_action (G_ACTION_MAP (self), toggles[i]);
}

void
tri_window_class_add_state (GtkWidgetClass *klass)
{
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F9, 0, "win.show-sidebar", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F9, GDK_CONTROL_MASK, "win.show-bottom", NULL);
}
