/* What is swept: the parameter, the ciphers that have it, and the range. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-panel-sweep-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define POINTS 16 /* that the proposed range has, about */

static const TriParamSpec *
find_spec (const TriCipher *cipher, const char *id)
{
  for (const TriParamSpec *spec = cipher->params; spec != NULL && spec->id != NULL; spec++)
    if (g_str_equal (spec->id, id) && (spec->type == TRI_PARAM_INT || spec->type == TRI_PARAM_DOUBLE)
        && (spec->flags & TRI_PARAM_SEED) == 0)
      return spec;
  return NULL;
}

/* Returns: (transfer none) (nullable): the id of the parameter that is chosen */
const char *
tri_panel_sweep_get_param (TriPanelSweep *self)
{
  guint i = gtk_drop_down_get_selected (self->param_dropdown);
  return i < self->params->len ? g_ptr_array_index (self->params, i) : NULL;
}

/* Any cipher's row for @id: the current one's if it has it. */
static const TriParamSpec *
any_spec (TriPanelSweep *self, const char *id)
{
  const TriParamSpec *spec = find_spec (tri_session_get_cipher (self->panel.session), id);
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL && spec == NULL; c++)
    spec = find_spec (*c, id);
  return spec;
}

/* Returns: (transfer full) (element-type TriCipher): the ciphers that are chosen, maybe none */
GPtrArray *
tri_panel_sweep_get_ciphers (TriPanelSweep *self)
{
  GPtrArray *chosen = g_ptr_array_new ();
  guint i = 0;
  for (GtkWidget *check = gtk_widget_get_first_child (GTK_WIDGET (self->ciphers_box)); check != NULL;
       check = gtk_widget_get_next_sibling (check), i++)
    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
      g_ptr_array_add (chosen, g_ptr_array_index (self->ciphers, i));
  return chosen;
}

/* Returns: with a parameter that the panel owns, or NULL where none is chosen */
TriSweepRange
tri_panel_sweep_get_range (TriPanelSweep *self)
{
  return (TriSweepRange) { (char *) tri_panel_sweep_get_param (self), gtk_spin_button_get_value (self->from_spin),
                           gtk_spin_button_get_value (self->to_spin), gtk_spin_button_get_value (self->step_spin) };
}

static void
show_ciphers (TriPanelSweep *self)
{
  g_autoptr (GPtrArray) chosen = tri_panel_sweep_get_ciphers (self);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < chosen->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", _(((const TriCipher *) g_ptr_array_index (chosen, i))->title));
  gtk_label_set_label (self->ciphers_label, chosen->len > 0 ? text->str : _("No cipher"));
  g_string_free (text, TRUE);
}

/* The largest of 1, 2 and 5 × 10ⁿ that is not above @x. */
static double
round_down (double x)
{
  double power = pow (10, floor (log10 (x)));
  return x >= 5 * power ? 5 * power : x >= 2 * power ? 2 * power : power;
}

static void
set_spin (GtkSpinButton *spin, double min, double max, double step, guint digits, double value)
{
  GtkAdjustment *adjustment = gtk_adjustment_new (value, min, max, step, step * 10, 0);
  gtk_spin_button_configure (spin, adjustment, 0, digits);
  gtk_spin_button_set_value (spin, value);
}

/* From the least sensible value on, to the whole range, or four times the default where the range is very long. */
void
tri_panel_sweep_propose_range (TriPanelSweep *self)
{
  const char *param = tri_panel_sweep_get_param (self);
  const TriParamSpec *spec = param != NULL ? any_spec (self, param) : NULL;
  if (spec == NULL)
    return;
  gboolean whole = spec->type == TRI_PARAM_INT;
  double least = whole ? 1 : pow (10, -(double) MIN (spec->digits, 9));
  double from = (spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0 && spec->min <= 0 ? MIN (least, spec->max) : spec->min;
  double to = spec->max;
  if (spec->def > from && to - from > 8 * (spec->def - from) && whole)
    to = from + 4 * (spec->def - from);
  double step = MAX (round_down ((to - from) / POINTS * 1.0001), least);
  guint digits = whole ? 0 : MIN (spec->digits, 9);
  /* A range that ends in round numbers: 3.57 to 4.00 in steps of 0.02. */
  to = MIN (from + step * floor ((to - from) / step + 1e-9), spec->max);
  set_spin (self->from_spin, spec->min, spec->max, step, digits, from);
  set_spin (self->to_spin, spec->min, spec->max, step, digits, to);
  set_spin (self->step_spin, least, MAX (spec->max - spec->min, least), least, digits, step);
}

static void
on_cipher_toggled (TriPanelSweep *self)
{
  if (self->filling)
    return;
  show_ciphers (self);
  tri_panel_sweep_show_state (self);
}

/* The ciphers that have the parameter: the current one is chosen, or all where it has none such. */
void
tri_panel_sweep_fill_ciphers (TriPanelSweep *self)
{
  const char *param = tri_panel_sweep_get_param (self);
  const TriCipher *current = tri_session_get_cipher (self->panel.session);
  GtkWidget *child;
  self->filling = TRUE;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->ciphers_box))) != NULL)
    gtk_box_remove (self->ciphers_box, child);
  g_ptr_array_set_size (self->ciphers, 0);
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL && param != NULL; c++)
    {
      if (find_spec (*c, param) == NULL)
        continue;
      GtkWidget *check = gtk_check_button_new_with_label (_((*c)->title));
      gtk_check_button_set_active (GTK_CHECK_BUTTON (check), *c == current || find_spec (current, param) == NULL);
      g_signal_connect_swapped (check, "toggled", G_CALLBACK (on_cipher_toggled), self);
      gtk_box_append (self->ciphers_box, check);
      g_ptr_array_add (self->ciphers, (gpointer) *c);
    }
  self->filling = FALSE;
  show_ciphers (self);
}

static void
add_param (TriPanelSweep *self, GtkStringList *titles, const TriParamSpec *spec)
{
  g_autofree char *title = spec->unit != NULL ? g_strdup_printf ("%s (%s)", _(spec->title), _(spec->unit))
                                              : g_strdup (_(spec->title));
  if (g_ptr_array_find_with_equal_func (self->params, spec->id, g_str_equal, NULL))
    return;
  g_ptr_array_add (self->params, g_strdup (spec->id));
  gtk_string_list_append (titles, title);
}

static guint
count_ciphers_with (const char *id)
{
  guint n = 0;
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    n += find_spec (*c, id) != NULL;
  return n;
}

/* The numbers of the current cipher first, then those that several others share. */
void
tri_panel_sweep_fill_params (TriPanelSweep *self)
{
  const TriCipher *current = tri_session_get_cipher (self->panel.session);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  self->filling = TRUE;
  g_ptr_array_set_size (self->params, 0);
  for (const TriParamSpec *spec = current->params; spec != NULL && spec->id != NULL; spec++)
    if (find_spec (current, spec->id) != NULL)
      add_param (self, titles, spec);
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    for (const TriParamSpec *spec = (*c)->params; spec != NULL && spec->id != NULL; spec++)
      if (find_spec (*c, spec->id) != NULL && count_ciphers_with (spec->id) >= 2)
        add_param (self, titles, spec);
  gtk_drop_down_set_model (self->param_dropdown, G_LIST_MODEL (titles));
  self->filling = FALSE;
}
