/* The key to encrypt, and the one to decrypt. What is typed stays in GTK's locked buffer and in TriKey.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sidebar-private.h"

#include <glib/gi18n-lib.h>

#include "tri-file.h"
#include "tri-folder.h"
#include "tri-later.h"
#include "tri-picture.h"

#define TYPING_MS 350 /* after the last letter: Argon2id takes a tenth of a second and 64 MiB */

static TriKeyKind
kind_of (TriSidebar *self)
{
  return (TriKeyKind) gtk_drop_down_get_selected (self->key_kind);
}

static void
note (TriSidebar *self, const char *text, const char *css)
{
  const char *classes[] = { "badge", css, NULL };
  gtk_label_set_label (self->key_note, text != NULL ? text : "");
  gtk_widget_set_css_classes (GTK_WIDGET (self->key_note), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->key_note), text != NULL);
}

static void
take_key (TriSidebar *self, TriKey *key, gboolean demo)
{
  self->demo = demo;
  note (self, demo ? _("Demo key") : NULL, "confidential");
  self->changing = TRUE;
  tri_session_set_key (self->session, key);
  self->changing = FALSE;
}

static TriKey *
key_from_entry (GtkPasswordEntry *entry, GError **error)
{
  return tri_key_new_passphrase (gtk_editable_get_text (GTK_EDITABLE (entry)), error);
}

static gboolean
is_empty (GtkPasswordEntry *entry)
{
  return *gtk_editable_get_text (GTK_EDITABLE (entry)) == '\0';
}

static void
take_passphrase (TriSidebar *self)
{
  g_autoptr (GError) error = NULL;
  gboolean demo = is_empty (self->passphrase);
  if (demo && tri_session_get_opened_sealed (self->session) != NULL)
    {
      take_key (self, NULL, FALSE);
      return;
    }
  g_autoptr (TriKey) key = demo ? tri_key_new_passphrase (TRI_DEMO_PASSPHRASE, &error)
                                : key_from_entry (self->passphrase, &error);
  if (key == NULL)
    tri_sidebar_fail (self, error);
  take_key (self, key, demo && key != NULL);
}

static void
typing_rests (GtkWidget *widget)
{
  TriSidebar *self = TRI_SIDEBAR (widget);
  if (kind_of (self) == TRI_KEY_PASSPHRASE)
    take_passphrase (self);
}

static void
on_typed (TriSidebar *self)
{
  tri_later_rested (GTK_WIDGET (self), typing_rests, TYPING_MS);
}

static void
on_entered (TriSidebar *self)
{
  tri_later_forget (GTK_WIDGET (self), typing_rests);
  take_passphrase (self);
  tri_session_run (self->session);
}

static void
second_rests (GtkWidget *widget)
{
  TriSidebar *self = TRI_SIDEBAR (widget);
  g_autoptr (GError) error = NULL;
  gboolean own = gtk_switch_get_active (self->own_key) && !is_empty (self->second);
  g_autoptr (TriKey) key = own ? key_from_entry (self->second, &error) : NULL;
  if (error != NULL)
    tri_sidebar_fail (self, error);
  tri_session_set_decrypt_key (self->session, key);
}

static void
on_second_typed (TriSidebar *self)
{
  tri_later_rested (GTK_WIDGET (self), second_rests, TYPING_MS);
}

static void
on_own_key (TriSidebar *self)
{
  gboolean own = gtk_switch_get_active (self->own_key);
  gtk_widget_set_visible (self->second_row, own);
  if (!own)
    gtk_editable_set_text (GTK_EDITABLE (self->second), "");
  on_second_typed (self);
}

static void
on_flip (TriSidebar *self)
{
  tri_session_set_flip_bit (self->session, gtk_switch_get_active (self->flip_bit));
}

static void
take_raw (TriSidebar *self)
{
  g_autoptr (TriKey) key = tri_key_new_raw (self->raw);
  take_key (self, key, FALSE);
}

static void
on_raw (TriParamRow *row, double value, TriSidebar *self)
{
  if (tri_params_set (self->raw, tri_param_row_get_spec (row)->id, value, NULL))
    take_raw (self);
}

/* What decrypts while the second passphrase is empty. */
static const char *
second_hint (TriSidebar *self)
{
  static const char *const hints[] = { N_("empty: the same passphrase"), N_("empty: the same picture"),
                                       N_("empty: the same key file"), N_("empty: the same numbers") };
  return _(hints[kind_of (self)]);
}

/* What is shown may have been run with another key: when it was taken from the history, or nothing runs by itself. */
static void
show_key_state (GtkWidget *widget)
{
  TriSidebar *self = TRI_SIDEBAR (widget);
  gboolean other = !tri_session_is_busy (self->session) && !tri_session_report_is_of_keys (self->session);
  g_autofree char *why_not = tri_session_why_not_runnable (self->session);
  gboolean asks = why_not != NULL && tri_session_get_key (self->session) == NULL
                  && tri_session_get_decrypt_key (self->session) == NULL;
  g_autofree char *text = other && asks ? g_strdup_printf (_("%s What is shown was run with another."), why_not)
                          : other ? g_strdup (_("Shown as it ran, with another key; F5 runs it with this one."))
                                  : g_strdup (asks && kind_of (self) != TRI_KEY_PASSPHRASE ? why_not : "");
  gtk_label_set_label (self->key_state, text);
  gtk_widget_set_visible (GTK_WIDGET (self->key_state), *text != '\0');
}

static void
on_key_state (TriSidebar *self)
{
  tri_later (GTK_WIDGET (self), show_key_state, 0);
}

static void
on_kind (TriSidebar *self)
{
  TriKeyKind kind = kind_of (self);
  tri_session_set_key_kind (self->session, kind);
  g_object_set (self->second, "placeholder-text", second_hint (self), NULL);
  gtk_widget_set_visible (self->passphrase_row, kind == TRI_KEY_PASSPHRASE);
  gtk_widget_set_visible (self->chosen_row, kind == TRI_KEY_PICTURE || kind == TRI_KEY_FILE);
  gtk_widget_set_visible (self->raw_row, kind == TRI_KEY_RAW);
  gtk_label_set_label (self->chosen_name, _("Drop one here or"));
  if (self->changing)
    return;
  if (kind == TRI_KEY_PASSPHRASE)
    take_passphrase (self);
  else if (kind == TRI_KEY_RAW && self->raw != NULL)
    take_raw (self);
  else
    take_key (self, NULL, FALSE);
}

static gboolean
file_is_picture (GFile *file)
{
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (file), "is-picture"));
}

/* Worker: the key from a file. */
static void
load_key (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  TriKey *key = NULL;
  if (file_is_picture (data))
    {
      g_autoptr (TriImage) image = tri_picture_load (data, cancellable, &error);
      key = image != NULL ? tri_key_new_picture (image) : NULL;
    }
  else
    {
      g_autoptr (GBytes) bytes = tri_file_read (data, TRI_KEY_FILE_MAX, cancellable, &error);
      if (bytes != NULL)
        key = tri_key_new_file (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
    }
  if (key == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, key, (GDestroyNotify) tri_key_unref);
}

static void
key_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  TriSidebar *self = TRI_SIDEBAR (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriKey) key = g_task_propagate_pointer (G_TASK (result), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->session == NULL)
    return;
  if (key == NULL)
    {
      tri_sidebar_fail (self, error);
      return;
    }
  GFile *file = g_task_get_task_data (G_TASK (result));
  self->changing = TRUE;
  gtk_drop_down_set_selected (self->key_kind, file_is_picture (file) ? TRI_KEY_PICTURE : TRI_KEY_FILE);
  self->changing = FALSE;
  g_autofree char *name = tri_file_get_name (file);
  gtk_label_set_label (self->chosen_name, name);
  take_key (self, key, FALSE);
}

/* The kind and the key change once the file proved good: until then, and if it doesn't, the key stays as it is. */
static void
take_file (TriSidebar *self, GFile *file, gboolean picture)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  g_object_set_data (G_OBJECT (file), "is-picture", GINT_TO_POINTER (picture));
  g_autoptr (GTask) task = g_task_new (self, self->loading, key_loaded, NULL);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, load_key);
}

static void
on_chosen (GtkFileChooserNative *chooser, int response, TriSidebar *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_clear_object (&self->chooser);
  if (file != NULL)
    take_file (self, file, kind_of (self) == TRI_KEY_PICTURE);
}

/* A file becomes the kind of key that is asked for. When that is none from a file, its name decides. */
void
tri_sidebar_key_drop (TriSidebar *self, GFile *file)
{
  g_autofree char *name = tri_file_get_name (file);
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);
  TriKeyKind kind = kind_of (self);
  gboolean looks = g_content_type_is_a (type, "image/*");
  g_autoptr (GFile) own = g_file_dup (file); /* it is marked, and others may hold the one that was dropped */
  take_file (self, own, kind == TRI_KEY_PICTURE || (kind != TRI_KEY_FILE && looks));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, TriSidebar *self)
{
  GSList *files = G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) ? g_value_get_boxed (value) : NULL;
  GFile *file = files != NULL ? files->data : G_VALUE_HOLDS (value, G_TYPE_FILE) ? g_value_get_object (value) : NULL;
  if (file != NULL)
    tri_sidebar_key_drop (self, file);
  return file != NULL;
}

static void
accept_drops (TriSidebar *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  /* before the entry, which would take a file's path for a passphrase */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self->key_list), GTK_EVENT_CONTROLLER (target));
}

static void
on_choose (TriSidebar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  const char *title = kind_of (self) == TRI_KEY_PICTURE ? _("Choose a Picture as the Key") : _("Choose a Key File");
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (root), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  tri_folder_restore (GTK_FILE_CHOOSER (self->chooser));
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
clear_raw (TriSidebar *self)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->raw_list))) != NULL)
    gtk_list_box_remove (self->raw_list, child);
  g_clear_pointer (&self->raw, tri_params_free);
}

/* The kinds of key that this cipher takes, and the rows of its raw numbers. */
void
tri_sidebar_key_cipher_changed (TriSidebar *self)
{
  const TriParamSpec *specs = tri_session_get_cipher (self->session)->raw_key;
  TriKeyKind kind = kind_of (self);
  clear_raw (self);
  const char *kinds[] = { _("Passphrase"), _("Picture"), _("Key file"), specs != NULL ? _("Numbers") : NULL, NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (kinds);
  self->changing = TRUE;
  gtk_drop_down_set_model (self->key_kind, G_LIST_MODEL (list));
  gtk_drop_down_set_selected (self->key_kind, kind == TRI_KEY_RAW && specs == NULL ? TRI_KEY_PASSPHRASE : kind);
  self->changing = FALSE;
  if (specs != NULL)
    {
      self->raw = tri_params_new (specs);
      for (const TriParamSpec *spec = specs; spec->id != NULL; spec++)
        {
          TriParamRow *row = tri_sidebar_append_row (self, self->raw_list, spec, G_CALLBACK (on_raw));
          tri_param_row_show (row, spec->def, TRUE);
        }
    }
  if (kind == TRI_KEY_RAW)
    on_kind (self);
}

/* The demonstration key never meets a sealed picture: its own key is asked for. */
void
tri_sidebar_key_picture_changed (TriSidebar *self)
{
  TriSealed *opened = tri_session_get_opened_sealed (self->session);
  g_object_set (self->passphrase, "placeholder-text",
                opened != NULL ? _("passphrase of this picture") : _("demonstration: type your own"), NULL);
  if (opened != NULL && opened->key_kind != kind_of (self))
    {
      gtk_drop_down_set_selected (self->key_kind, opened->key_kind);
      return;
    }
  if (kind_of (self) == TRI_KEY_PASSPHRASE && is_empty (self->passphrase))
    take_passphrase (self);
}

/* Whether the key is the one that everybody knows. */
gboolean
tri_sidebar_uses_demo_key (TriSidebar *self)
{
  return self->demo;
}

void
tri_sidebar_ask_for_key (TriSidebar *self)
{
  gtk_widget_grab_focus (kind_of (self) == TRI_KEY_PASSPHRASE ? GTK_WIDGET (self->passphrase)
                                                               : GTK_WIDGET (self->choose_key));
}

void
tri_sidebar_key_init (TriSidebar *self)
{
  tri_sidebar_key_cipher_changed (self);
  accept_drops (self);
  g_signal_connect_swapped (self->key_kind, "notify::selected", G_CALLBACK (on_kind), self);
  g_signal_connect_swapped (self->passphrase, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect_swapped (self->passphrase, "activate", G_CALLBACK (on_entered), self);
  g_signal_connect_swapped (self->second, "changed", G_CALLBACK (on_second_typed), self);
  g_signal_connect_swapped (self->own_key, "notify::active", G_CALLBACK (on_own_key), self);
  g_signal_connect_swapped (self->flip_bit, "notify::active", G_CALLBACK (on_flip), self);
  g_signal_connect_swapped (self->choose_key, "clicked", G_CALLBACK (on_choose), self);
  g_signal_connect_object (self->session, "picture-changed", G_CALLBACK (tri_sidebar_key_picture_changed), self,
                           G_CONNECT_SWAPPED);
  static const char *const signals[] = { "key-changed", "picture-changed", "report", "notify::busy" };
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->session, signals[i], G_CALLBACK (on_key_state), self, G_CONNECT_SWAPPED);
  on_kind (self);
}

void
tri_sidebar_key_dispose (TriSidebar *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->raw, tri_params_free);
}
