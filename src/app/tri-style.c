/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-style.h"

#include <adwaita.h>

static void
on_style (GSettings *settings)
{
  g_autofree char *style = g_settings_get_string (settings, "style");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (style, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                      : g_str_equal (style, "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                    : ADW_COLOR_SCHEME_DEFAULT);
}

/* Adds the action "style", whose state is remembered. Returns: (transfer full): keeps it at work */
GSettings *
tri_style_follow (GActionMap *map)
{
  GSettings *settings = g_settings_new ("io.github.triptych.Triptych");
  g_autoptr (GAction) action = g_settings_create_action (settings, "style");
  g_action_map_add_action (map, action);
  g_signal_connect (settings, "changed::style", G_CALLBACK (on_style), NULL);
  on_style (settings);
  return settings;
}
