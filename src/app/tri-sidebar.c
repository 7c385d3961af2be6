/* Algorithm and parameters, all made from the ciphers' tables. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sidebar-private.h"

#include <glib/gi18n-lib.h>

#include "tri-automatic-hint.h"
#include "tri-cipher-row.h"
#include "tri-later.h"
#include "tri-tooltip.h"

G_DEFINE_FINAL_TYPE (TriSidebar, tri_sidebar, ADW_TYPE_BIN)

static guint failed_signal;

/* Emits "failed". @error: (transfer none) */
void
tri_sidebar_fail (TriSidebar *self, GError *error)
{
  g_signal_emit (self, failed_signal, 0, error);
}

static void
on_param (TriParamRow *row, double value, TriSidebar *self)
{
  g_autoptr (GError) error = NULL;
  if (!tri_session_set_param (self->session, tri_param_row_get_spec (row)->id, value, &error))
    tri_sidebar_fail (self, error);
}

/* One change to undo, however many values it goes through. */
static void
on_drag (TriParamRow *row, gboolean begins, TriSidebar *self)
{
  if (begins)
    tri_session_begin_change (self->session);
  else
    tri_session_end_change (self->session);
}

/* @changed: (TriParamRow *row, double value, TriSidebar *self)
 * Returns: (transfer none): a row for @spec, at the end of @list */
TriParamRow *
tri_sidebar_append_row (TriSidebar *self, GtkListBox *list, const TriParamSpec *spec, GCallback changed)
{
  TriParamRow *row = tri_param_row_new (spec);
  g_signal_connect (row, "changed", changed, self);
  g_signal_connect (row, "drag", G_CALLBACK (on_drag), self);
  gtk_list_box_append (list, GTK_WIDGET (row));
  return row;
}

static void
clear_list (GtkListBox *list)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (list))) != NULL)
    gtk_list_box_remove (list, child);
}

static void
make_param_rows (TriSidebar *self, const TriCipher *cipher)
{
  clear_list (self->params_list);
  for (const TriParamSpec *spec = cipher->params; spec != NULL && spec->id != NULL; spec++)
    tri_sidebar_append_row (self, self->params_list, spec, G_CALLBACK (on_param));
  gtk_widget_set_visible (self->params_group, cipher->params != NULL && cipher->params->id != NULL);
}

static void
show_cipher (TriSidebar *self, const TriCipher *cipher)
{
  gtk_label_set_label (self->cipher_title, _(cipher->title));
  gtk_label_set_label (self->cipher_summary, _(cipher->summary));
  tri_tooltip_set (GTK_WIDGET (self->cipher_summary), _(cipher->summary));
  tri_tooltip_set (GTK_WIDGET (self->cipher_button), _(cipher->summary));
  tri_verdict_badge (self->verdict, cipher->verdict);
  gtk_label_set_label (self->why, _(cipher->why));
  gtk_label_set_label (self->reference, cipher->reference);
  g_autofree char *name = g_strdup_printf (_("Algorithm: %s. %s"), _(cipher->title), tri_verdict_title (cipher->verdict));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cipher_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  make_param_rows (self, cipher);
}

/* The name and verdict of the cipher that was chosen just now are above its parameters. */
static void
scroll_to_top (GtkWidget *widget)
{
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (TRI_SIDEBAR (widget)->scrolled), 0);
}

static void
on_cipher_changed (TriSidebar *self)
{
  const TriCipher *cipher = tri_session_get_cipher (self->session);
  const TriParams *params = tri_session_get_params (self->session);
  if (cipher != self->shown)
    show_cipher (self, cipher);
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->params_list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      const TriParamSpec *spec = tri_param_row_get_spec (TRI_PARAM_ROW (row));
      tri_param_row_show (TRI_PARAM_ROW (row), tri_params_get (params, spec->id), tri_params_is_relevant (params, spec));
    }
  if (cipher != self->shown)
    {
      self->shown = cipher;
      tri_sidebar_key_cipher_changed (self);
      tri_later (GTK_WIDGET (self), scroll_to_top, 0);
    }
}

static void
on_cipher_row (TriSidebar *self, GtkListBoxRow *row)
{
  gtk_popover_popdown (self->cipher_popover);
  tri_session_set_cipher (self->session, tri_cipher_row_get (row));
}

static void
on_use_automatic (TriSidebar *self)
{
  gtk_popover_popdown (self->cipher_popover);
  tri_session_set_cipher (self->session, tri_cipher_find (TRI_ADVISOR_CIPHER));
}

static void
on_popover_shown (TriSidebar *self)
{
  GtkListBoxRow *row;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->cipher_list, i)) != NULL; i++)
    if (tri_cipher_row_get (row) == tri_session_get_cipher (self->session))
      {
        gtk_list_box_select_row (self->cipher_list, row);
        gtk_widget_grab_focus (GTK_WIDGET (row));
      }
}

static GtkWidget *
find_switch (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_SWITCH (widget) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_switch (child);
  return found;
}

/* The words beside a switch are as good as the switch. */
static void
on_row (TriSidebar *self, GtkListBoxRow *row)
{
  GtkWidget *toggle = find_switch (GTK_WIDGET (row));
  if (toggle != NULL)
    gtk_switch_set_active (GTK_SWITCH (toggle), !gtk_switch_get_active (GTK_SWITCH (toggle)));
}

static void
on_reset (TriSidebar *self)
{
  tri_session_reset_params (self->session);
}

void
tri_sidebar_set_session (TriSidebar *self, TriSession *session)
{
  g_return_if_fail (TRI_IS_SIDEBAR (self) && self->session == NULL);
  self->session = g_object_ref (session);
  for (TriFamily family = TRI_FAMILY_PROVEN; family <= TRI_FAMILY_NEURAL; family++)
    for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
      if ((*c)->family == family)
        gtk_list_box_append (self->cipher_list, tri_cipher_row_new (*c));
  g_signal_connect_object (session, "cipher-changed", G_CALLBACK (on_cipher_changed), self, G_CONNECT_SWAPPED);
  g_object_bind_property (session, "live", self->live, "active", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  tri_sidebar_key_init (self);
  tri_sidebar_damage_init (self);
  on_cipher_changed (self);
}

static void
dispose (GObject *object)
{
  TriSidebar *self = TRI_SIDEBAR (object);
  tri_sidebar_key_dispose (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (tri_sidebar_parent_class)->dispose (object);
}

static void
tri_sidebar_class_init (TriSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  failed_signal = g_signal_new ("failed", TRI_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-sidebar.ui");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP); /* others have no name */
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriSidebar, name)
  BIND (cipher_button); BIND (cipher_title); BIND (cipher_summary); BIND (verdict); BIND (why); BIND (reference);
  BIND (cipher_list); BIND (params_list); BIND (raw_list); BIND (key_list); BIND (cipher_popover); BIND (cipher_box);
  BIND (params_group);
  BIND (chosen_row); BIND (raw_row); BIND (passphrase_row); BIND (second_row); BIND (key_kind); BIND (passphrase);
  BIND (second); BIND (key_note); BIND (chosen_name); BIND (own_key); BIND (flip_bit); BIND (live);
  BIND (choose_key); BIND (scrolled); BIND (key_state); BIND (damage_list); BIND (damage_group); BIND (damage_reset);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_cipher_row);
  gtk_widget_class_bind_template_callback (widget_class, on_popover_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_reset);
  gtk_widget_class_bind_template_callback (widget_class, on_row);
}

static void
tri_sidebar_init (TriSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->cipher_list, tri_cipher_row_add_family, NULL, NULL);
  GtkWidget *hint = tri_automatic_hint_new (tri_automatic_get_default ());
  gtk_box_prepend (self->cipher_box, hint);
  g_signal_connect_object (hint, "use", G_CALLBACK (on_use_automatic), self, G_CONNECT_SWAPPED);
}
