/* One parameter as a row: slider and number, switch, or drop-down, as its table says.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-param-row.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-tooltip.h"

#define FEW 16 /* integers with fewer values need no slider */
#define PLAIN_CHARS 7
#define MANY_DIGITS 6 /* more decimals than these are shown only where they are not 0 */
#define NUMBER_CHARS 9
#define CHOICE_CHARS 13 /* of what is chosen; the list shows all of it */
#define LABEL_CHARS 18 /* labels wrap before they widen what they are in */

struct _TriParamRow {
  GtkListBoxRow parent_instance;
  const TriParamSpec *spec;
  GtkAdjustment *value, *slide; /* slide: of the slider, logarithmic where the table says so */
  GtkWidget *toggle, *drop_down;
  GtkWidget *range; /* says what is taken, once something else was typed */
  gboolean showing, plain, dragging;
};

enum { CHANGED, DRAG, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TriParamRow, tri_param_row, GTK_TYPE_LIST_BOX_ROW)

static gboolean
is_logarithmic (const TriParamSpec *spec)
{
  return (spec->flags & TRI_PARAM_LOGARITHMIC) != 0 && spec->min > 0;
}

static double
to_slide (const TriParamSpec *spec, double value)
{
  return is_logarithmic (spec) ? log (value) : value;
}

static void
emit_changed (TriParamRow *self, double value)
{
  if (!self->showing)
    g_signal_emit (self, signals[CHANGED], 0, value);
}

static void
on_value (TriParamRow *self)
{
  double value = gtk_adjustment_get_value (self->value);
  gboolean was = self->showing;
  gtk_widget_set_visible (self->range, FALSE);
  self->showing = TRUE;
  if (self->slide != NULL)
    gtk_adjustment_set_value (self->slide, to_slide (self->spec, value));
  self->showing = was;
  emit_changed (self, value);
}

static void
on_slide (TriParamRow *self)
{
  if (self->showing)
    return;
  double slide = gtk_adjustment_get_value (self->slide);
  double value = is_logarithmic (self->spec) ? exp (slide) : slide;
  double unit = self->spec->type == TRI_PARAM_INT ? 1 : pow (10, -(double) self->spec->digits);
  gtk_adjustment_set_value (self->value, round (value / unit) * unit);
}

static void
on_toggle (TriParamRow *self)
{
  emit_changed (self, gtk_switch_get_active (GTK_SWITCH (self->toggle)));
}

static void
on_choice (TriParamRow *self)
{
  emit_changed (self, gtk_drop_down_get_selected (GTK_DROP_DOWN (self->drop_down)));
}

static void
drag (TriParamRow *self, gboolean begins)
{
  self->dragging = begins;
}

/* A row may go, or be hidden, under the pointer that drags its slider: the release comes to nobody. */
static void
unmap (GtkWidget *widget)
{
  TriParamRow *self = TRI_PARAM_ROW (widget);
  if (self->dragging)
    g_signal_emit (self, signals[DRAG], 0, FALSE);
  GTK_WIDGET_CLASS (tri_param_row_parent_class)->unmap (widget);
}

static gboolean
on_event (GtkEventController *controller, GdkEvent *event, TriParamRow *self)
{
  GdkEventType type = gdk_event_get_event_type (event);
  gboolean begins = type == GDK_BUTTON_PRESS || type == GDK_TOUCH_BEGIN;
  gboolean ends = type == GDK_BUTTON_RELEASE || type == GDK_TOUCH_END || type == GDK_TOUCH_CANCEL;
  if (self->dragging ? ends : begins)
    g_signal_emit (self, signals[DRAG], 0, begins);
  return FALSE;
}

/* Returns: (transfer full): "3.99" of 3.990000000000, in the locale */
static char *
short_number (double value, guint digits)
{
  char *text = g_strdup_printf ("%.*f", (int) digits, value);
  gsize n = strlen (text);
  while (n > 1 && text[n - 1] == '0')
    n--;
  while (n > 1 && !g_ascii_isdigit (text[n - 1]))
    n--;
  text[n] = '\0';
  return text;
}

/* Returns: (transfer full): the value as its field shows it */
static char *
shown_text (TriParamRow *self, GtkSpinButton *spin)
{
  double value = gtk_adjustment_get_value (self->value);
  if ((self->spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0 && value == 0)
    return g_strdup (_("auto"));
  if (self->spec->digits > MANY_DIGITS)
    return short_number (value, self->spec->digits);
  return g_strdup_printf ("%.*f", (int) gtk_spin_button_get_digits (spin), value);
}

static gboolean
on_output (GtkSpinButton *spin, TriParamRow *self)
{
  g_autofree char *text = shown_text (self, spin);
  if (strcmp (gtk_editable_get_text (GTK_EDITABLE (spin)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

/* What is no number, or outside the range, leaves the value as it was, and the row says why. */
static int
on_input (GtkSpinButton *spin, double *value, TriParamRow *self)
{
  const TriParamSpec *spec = self->spec;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (spin));
  char *end;
  *value = 0;
  if ((spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0 && g_utf8_collate (text, _("auto")) == 0)
    return TRUE;
  *value = g_strtod (text, &end);
  gboolean good = end != text && *end == '\0' && *value >= spec->min && *value <= spec->max;
  gtk_widget_set_visible (self->range, !good);
  return good ? TRUE : GTK_INPUT_ERROR;
}

/* Ctrl+Z: what was typed and isn't a value yet is taken back here; else the window undoes the session's last change. The
 * text itself undoes nothing, but would swallow the key. */
static gboolean
on_undo (GtkWidget *spin, GVariant *arguments, gpointer data)
{
  TriParamRow *self = data;
  g_autofree char *shown = shown_text (self, GTK_SPIN_BUTTON (spin));
  if (strcmp (gtk_editable_get_text (GTK_EDITABLE (spin)), shown) == 0)
    return gtk_widget_activate_action (spin, "win.undo", NULL);
  gtk_editable_set_text (GTK_EDITABLE (spin), shown);
  gtk_editable_set_position (GTK_EDITABLE (spin), -1);
  gtk_widget_set_visible (self->range, FALSE);
  return TRUE;
}

static void
add_undo (TriParamRow *self, GtkWidget *spin)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_z, GDK_CONTROL_MASK),
                        gtk_callback_action_new (on_undo, self, NULL)));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK),
                        gtk_named_action_new ("win.redo")));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (spin, keys);
}

static GtkWidget *
make_range (const TriParamSpec *spec)
{
  guint digits = spec->type == TRI_PARAM_INT ? 0 : spec->digits;
  g_autofree char *low = short_number (spec->min, digits), *high = short_number (spec->max, digits);
  g_autofree char *text = g_strdup_printf (_("From %s to %s"), low, high);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 1.0, "wrap", TRUE, "visible", FALSE,
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "error");
  return label;
}

static void
name_control (TriParamRow *self, GtkWidget *control)
{
  const TriParamSpec *spec = self->spec;
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, _(spec->title), -1);
  if (spec->help != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(spec->help), -1);
}

static GtkWidget *
make_slider (TriParamRow *self, double step)
{
  const TriParamSpec *spec = self->spec;
  double low = to_slide (spec, spec->min), high = to_slide (spec, spec->max);
  self->slide = gtk_adjustment_new (to_slide (spec, spec->def), low, high, is_logarithmic (spec) ? (high - low) / 100 : step,
                                    (high - low) / 10, 0);
  GtkWidget *scale = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, self->slide);
  g_signal_connect_object (self->slide, "value-changed", G_CALLBACK (on_slide), self, G_CONNECT_SWAPPED);
  GtkEventController *legacy = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (legacy, GTK_PHASE_CAPTURE);
  g_signal_connect (legacy, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (scale, legacy);
  name_control (self, scale);
  return scale;
}

static void
add_number (TriParamRow *self, GtkBox *box, GtkBox *line)
{
  const TriParamSpec *spec = self->spec;
  double range = spec->max - spec->min;
  double step = spec->step > 0 ? spec->step : spec->type == TRI_PARAM_INT ? 1 : range / 100;
  self->value = gtk_adjustment_new (spec->def, spec->min, spec->max, step, 10 * step, 0);
  GtkWidget *spin = gtk_spin_button_new (self->value, 1, spec->type == TRI_PARAM_INT ? 0 : spec->digits);
  int chars = spec->type == TRI_PARAM_INT ? 5 : MIN ((int) spec->digits + 2, NUMBER_CHARS);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), chars);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (spin), chars);
  gtk_editable_set_enable_undo (GTK_EDITABLE (spin), FALSE); /* in its place: */
  add_undo (self, spin);
  gtk_spin_button_set_update_policy (GTK_SPIN_BUTTON (spin), GTK_UPDATE_IF_VALID);
  self->range = make_range (spec);
  if (self->plain)
    g_object_set (spin, "width-chars", PLAIN_CHARS, "max-width-chars", PLAIN_CHARS, NULL);
  g_signal_connect (spin, "output", G_CALLBACK (on_output), self);
  g_signal_connect (spin, "input", G_CALLBACK (on_input), self);
  name_control (self, spin);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_box_append (line, spin);
  gtk_box_append (box, self->range);
  if (!self->plain && (spec->flags & TRI_PARAM_SEED) == 0 && (spec->type == TRI_PARAM_DOUBLE || range >= FEW))
    gtk_box_append (box, make_slider (self, step));
  g_signal_connect_object (self->value, "value-changed", G_CALLBACK (on_value), self, G_CONNECT_SWAPPED);
}

static void
set_up_chosen (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL));
}

static void
bind_chosen (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkLabel *label = GTK_LABEL (gtk_list_item_get_child (item));
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));
  gtk_label_set_label (label, text);
  gtk_label_set_width_chars (label, (int) MIN (g_utf8_strlen (text, -1), CHOICE_CHARS));
}

/* A long choice is cut before it widens the side bar and moves the pictures. */
static void
let_shrink (GtkDropDown *drop_down)
{
  g_autoptr (GtkListItemFactory) chosen = gtk_signal_list_item_factory_new ();
  g_signal_connect (chosen, "setup", G_CALLBACK (set_up_chosen), NULL);
  g_signal_connect (chosen, "bind", G_CALLBACK (bind_chosen), NULL);
  gtk_drop_down_set_list_factory (drop_down, gtk_drop_down_get_factory (drop_down));
  gtk_drop_down_set_factory (drop_down, chosen);
}

static void
add_choice (TriParamRow *self, GtkBox *line)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  for (const TriChoice *c = self->spec->choices; c->id != NULL; c++)
    gtk_string_list_append (list, _(c->title));
  self->drop_down = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&list)), NULL);
  let_shrink (GTK_DROP_DOWN (self->drop_down));
  gtk_widget_set_valign (self->drop_down, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->drop_down, "notify::selected", G_CALLBACK (on_choice), self);
  name_control (self, self->drop_down);
  gtk_box_append (line, self->drop_down);
}

static void
add_switch (TriParamRow *self, GtkBox *line)
{
  self->toggle = gtk_switch_new ();
  gtk_widget_set_valign (self->toggle, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->toggle, "notify::active", G_CALLBACK (on_toggle), self);
  name_control (self, self->toggle);
  gtk_box_append (line, self->toggle);
}

static TriParamRow *
make_row (const TriParamSpec *spec, gboolean plain)
{
  TriParamRow *self = g_object_new (TRI_TYPE_PARAM_ROW, "activatable", spec->type == TRI_PARAM_BOOL, "focusable", FALSE, NULL);
  self->spec = spec;
  self->plain = plain;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  g_autofree char *name = spec->unit != NULL ? g_strdup_printf ("%s (%s)", _(spec->title), _(spec->unit))
                                             : g_strdup (_(spec->title));
  GtkWidget *label = gtk_label_new (name);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LABEL_CHARS);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (box), line);
  gtk_widget_add_css_class (box, "param");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  if (spec->help != NULL)
    tri_tooltip_set (GTK_WIDGET (self), _(spec->help));
  if (spec->type == TRI_PARAM_CHOICE)
    add_choice (self, GTK_BOX (line));
  else if (spec->type == TRI_PARAM_BOOL)
    add_switch (self, GTK_BOX (line));
  else
    add_number (self, GTK_BOX (box), GTK_BOX (line));
  return self;
}

TriParamRow *
tri_param_row_new (const TriParamSpec *spec)
{
  return make_row (spec, FALSE);
}

/* Without a slider, which is of no help where the next look at the result is minutes away. */
TriParamRow *
tri_param_row_new_plain (const TriParamSpec *spec)
{
  return make_row (spec, TRUE);
}

/* Returns: (transfer none): the row of the table that it was made for */
const TriParamSpec *
tri_param_row_get_spec (TriParamRow *self)
{
  return self->spec;
}

/* Without a "changed". @value: in the unit of the table. @relevant: hides the row when FALSE */
void
tri_param_row_show (TriParamRow *self, double value, gboolean relevant)
{
  self->showing = TRUE;
  if (self->range != NULL)
    gtk_widget_set_visible (self->range, FALSE);
  if (self->value != NULL)
    gtk_adjustment_set_value (self->value, value);
  if (self->toggle != NULL)
    gtk_switch_set_active (GTK_SWITCH (self->toggle), value != 0);
  if (self->drop_down != NULL)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->drop_down), (guint) value);
  gtk_widget_set_visible (GTK_WIDGET (self), relevant);
  self->showing = FALSE;
}

static void
tri_param_row_class_init (TriParamRowClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", TRI_TYPE_PARAM_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                   1, G_TYPE_DOUBLE);
  signals[DRAG] = g_signal_new_class_handler ("drag", TRI_TYPE_PARAM_ROW, G_SIGNAL_RUN_FIRST, G_CALLBACK (drag), NULL, NULL,
                                              NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  GTK_WIDGET_CLASS (klass)->unmap = unmap;
}

static void
tri_param_row_init (TriParamRow *self)
{
}
