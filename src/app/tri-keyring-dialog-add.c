/* Creating and importing keys. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-keyring-dialog-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-secret.h"

/* What a worker makes into keys, and what became of it. */
typedef struct {
  char *label;
  gboolean hybrid;
  char *text, *passphrase; /* tri_secret_copy */
  GFile *file;
  gboolean sealed;          /* out: @file needs a passphrase */
  char *fingerprint, *name; /* out */
  guint n_added;            /* out */
} Order;

static char *
lock_copy (const char *text)
{
  return tri_secret_copy (text, strlen (text));
}

static void
order_free (gpointer data)
{
  Order *order = data;
  g_free (order->label);
  tri_secret_free (order->text);
  tri_secret_free (order->passphrase);
  g_clear_object (&order->file);
  g_free (order->fingerprint);
  g_free (order->name);
  g_free (order);
}

static void
note_result (Order *order, const TriKeyringEntry *entry, guint n)
{
  order->fingerprint = g_strdup (entry->fingerprint);
  order->name = g_strdup (entry->label);
  order->n_added = n;
}

static gboolean
create (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  Order *order = data;
  g_autoptr (TriKeyringEntry) entry = tri_keyring_create (keyring, order->hybrid ? TRI_AGE_HYBRID : TRI_AGE_X25519,
                                                          order->label, cancellable, error);
  if (entry != NULL)
    note_result (order, entry, 1);
  return entry != NULL;
}

static void
created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  g_autoptr (GError) error = NULL;
  const Order *order = tri_ring_run_finish (TRI_RING (source), result, &error);
  if (self->ring == NULL)
    return;
  tri_keyring_dialog_fail (self, self->new_error, error);
  if (order == NULL)
    return;
  gtk_editable_set_text (self->new_name, "");
  g_autofree char *text = g_strdup_printf (_("“%s” was created. Make a backup: without one, a lost key can't be replaced."),
                                           order->name);
  tri_keyring_dialog_show_key (self, order->fingerprint);
  tri_keyring_dialog_say (self, text);
}

static void
create_now (TriKeyringDialog *self)
{
  Order *order = g_new0 (Order, 1);
  order->label = g_strdup (gtk_editable_get_text (self->new_name));
  order->hybrid = gtk_check_button_get_active (self->new_hybrid);
  tri_ring_run_async (self->ring, create, order, order_free, self->cancellable, created, g_object_ref (self));
}

static void
on_create (TriKeyringDialog *self)
{
  if (!tri_ring_is_busy (self->ring))
    tri_keyring_dialog_with_secrets (self, TRUE, create_now);
}

/* TRUE: done, or @sealed and nothing was done yet */
static gboolean
import (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  Order *order = data;
  g_autoptr (GPtrArray) added = NULL;
  const char *label = order->label[0] != '\0' ? order->label : NULL;
  order->sealed = order->file != NULL && tri_keyring_is_sealed (order->file, cancellable);
  if (order->sealed && order->passphrase == NULL)
    return TRUE;
  if (order->sealed)
    added = tri_keyring_import_sealed (keyring, order->file, order->passphrase, label, cancellable, error);
  else if (order->file != NULL)
    added = tri_keyring_import_file (keyring, order->file, label, cancellable, error);
  else
    added = tri_keyring_import (keyring, order->text, label, cancellable, error);
  if (added != NULL)
    note_result (order, added->pdata[0], added->len);
  return added != NULL;
}

static void
clear_import (TriKeyringDialog *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->import_text), "");
  gtk_editable_set_text (self->import_name, "");
  gtk_widget_set_visible (self->sealed, FALSE);
  tri_passphrase_box_clear (self->sealed_words);
  g_clear_object (&self->chosen_file);
  tri_keyring_dialog_fail (self, self->import_error, NULL);
}

static void
import_again (TriKeyringDialog *self);

static void
ask_sealed (TriKeyringDialog *self, GFile *file)
{
  g_autofree char *name = tri_file_get_name (file);
  g_autofree char *text = g_strdup_printf (_("“%s” is encrypted itself. Its passphrase:"), name);
  g_set_object (&self->chosen_file, file);
  gtk_label_set_label (self->sealed_name, text);
  gtk_widget_set_visible (self->sealed, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->sealed_words));
}

static void
imported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  g_autoptr (GError) error = NULL;
  const Order *order = tri_ring_run_finish (TRI_RING (source), result, &error);
  if (self->ring == NULL)
    return;
  TriKeyringState state = tri_ring_get_state (self->ring);
  if (g_error_matches (error, TRI_ERROR, TRI_ERROR_NO_KEY) && state != TRI_KEYRING_OPEN)
    {
      tri_keyring_dialog_with_secrets (self, TRUE, import_again); /* a secret key: other people's need no passphrase */
      return;
    }
  tri_keyring_dialog_fail (self, self->import_error, error);
  if (order == NULL)
    return;
  if (order->n_added == 0)
    {
      ask_sealed (self, order->file);
      return;
    }
  g_autofree char *text = g_strdup_printf (ngettext ("%u key was imported.", "%u keys were imported.", order->n_added),
                                           order->n_added);
  clear_import (self);
  if (order->n_added == 1)
    tri_keyring_dialog_show_key (self, order->fingerprint);
  else
    tri_keyring_dialog_show (self, "list");
  tri_keyring_dialog_say (self, text);
}

/* @file: (nullable): else what was pasted */
static void
import_from (TriKeyringDialog *self, GFile *file)
{
  Order *order = g_new0 (Order, 1);
  order->label = g_strdup (gtk_editable_get_text (self->import_name));
  order->file = file != NULL ? g_object_ref (file) : NULL;
  if (file == NULL)
    order->text = lock_copy (gtk_editable_get_text (GTK_EDITABLE (self->import_text)));
  if (file != NULL && file == self->chosen_file && !tri_passphrase_box_is_empty (self->sealed_words))
    order->passphrase = lock_copy (tri_passphrase_box_get_text (self->sealed_words));
  tri_keyring_dialog_fail (self, self->import_error, NULL);
  tri_ring_run_async (self->ring, import, order, order_free, self->cancellable, imported, g_object_ref (self));
}

static void
import_again (TriKeyringDialog *self)
{
  import_from (self, self->chosen_file);
}

static void
on_import (TriKeyringDialog *self)
{
  if (!tri_ring_is_busy (self->ring))
    import_from (self, self->chosen_file);
}

static void
on_sealed_words (TriKeyringDialog *self)
{
  on_import (self);
}

/* From a chooser, or dropped. */
void
tri_keyring_dialog_import_file (TriKeyringDialog *self, GFile *file)
{
  if (strcmp (gtk_stack_get_visible_child_name (self->stack), "import") != 0)
    tri_keyring_dialog_show (self, "import");
  tri_passphrase_box_clear (self->sealed_words);
  gtk_widget_set_visible (self->sealed, FALSE);
  g_set_object (&self->chosen_file, file);
  import_from (self, file);
}

/* Pasted, or dropped. */
void
tri_keyring_dialog_import_words (TriKeyringDialog *self, const char *text)
{
  clear_import (self);
  tri_keyring_dialog_show (self, "import");
  gtk_editable_set_text (GTK_EDITABLE (self->import_text), text);
  import_from (self, NULL);
}

static void
on_text (TriKeyringDialog *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->import_text)) == '\0')
    return;
  g_clear_object (&self->chosen_file); /* what is pasted now is meant */
  gtk_widget_set_visible (self->sealed, FALSE);
}

static void
on_chosen (GtkFileChooserNative *chooser, int response, TriKeyringDialog *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_clear_object (&self->chooser);
  if (file != NULL)
    tri_keyring_dialog_import_file (self, file);
}

static void
on_import_choose (TriKeyringDialog *self)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Choose a File of Keys"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN,
                                               NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_create_page (TriKeyringDialog *self)
{
  tri_keyring_dialog_fail (self, self->new_error, NULL);
  tri_keyring_dialog_say (self, "");
  tri_keyring_dialog_show (self, "create");
}

static void
on_import_page (TriKeyringDialog *self)
{
  clear_import (self);
  tri_keyring_dialog_say (self, "");
  tri_keyring_dialog_show (self, "import");
}

static void
on_create_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  on_create_page (TRI_KEYRING_DIALOG (widget));
}

static void
on_import_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  on_import_page (TRI_KEYRING_DIALOG (widget));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, TriKeyringDialog *self)
{
  GSList *files = G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) ? g_value_get_boxed (value) : NULL;
  if (files != NULL)
    tri_keyring_dialog_import_file (self, files->data);
  else if (G_VALUE_HOLDS (value, G_TYPE_STRING))
    tri_keyring_dialog_import_words (self, g_value_get_string (value));
  return TRUE;
}

void
tri_keyring_dialog_class_add (GtkWidgetClass *widget_class)
{
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriKeyringDialog, name)
  BIND (new_name); BIND (new_hybrid); BIND (new_error); BIND (import_name); BIND (import_text); BIND (import_error);
  BIND (sealed); BIND (sealed_name); BIND (sealed_words); BIND (import_page);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_create);
  gtk_widget_class_bind_template_callback (widget_class, on_create_page);
  gtk_widget_class_bind_template_callback (widget_class, on_import);
  gtk_widget_class_bind_template_callback (widget_class, on_import_choose);
  gtk_widget_class_bind_template_callback (widget_class, on_import_page);
  gtk_widget_class_bind_template_callback (widget_class, on_sealed_words);
  gtk_widget_class_install_action (widget_class, "keyring.create", NULL, on_create_action);
  gtk_widget_class_install_action (widget_class, "keyring.import", NULL, on_import_action);
}

void
tri_keyring_dialog_init_add (TriKeyringDialog *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  /* before the entries, which would take a file's path for a key */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self->stack), GTK_EVENT_CONTROLLER (target));
  tri_passphrase_box_set_choosing (self->sealed_words, FALSE);
  g_signal_connect_swapped (self->import_text, "changed", G_CALLBACK (on_text), self);
}
