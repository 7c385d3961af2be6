/* The key ring's file: its passphrase, and secret keys in it that the list has lost. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-keyring-dialog-private.h"

#include <glib/gi18n-lib.h>

static void
say_changed (TriKeyringDialog *self)
{
  tri_keyring_dialog_say (self, _("The key ring has its new passphrase."));
}

static void
ask_new (TriKeyringDialog *self)
{
  tri_keyring_dialog_ask (self, TRI_KEYRING_ASK_CHANGE, say_changed);
}

/* Also of a ring that is unlocked: whoever sits down at it must not be able to lock its owner out. */
static void
on_passphrase (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriKeyringDialog *self = TRI_KEYRING_DIALOG (widget);
  if (tri_ring_is_busy (self->ring))
    return;
  tri_keyring_dialog_say (self, "");
  tri_keyring_dialog_ask (self, TRI_KEYRING_ASK_OLD, ask_new);
}

static gboolean
recover (TriKeyring *keyring, gpointer n_found, GCancellable *cancellable, GError **error)
{
  return tri_keyring_recover (keyring, n_found, cancellable, error);
}

static void
recovered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  g_autoptr (GError) error = NULL;
  const guint *n_found = tri_ring_run_finish (TRI_RING (source), result, &error);
  if (self->ring == NULL)
    return;
  if (n_found == NULL)
    {
      tri_keyring_dialog_fail (self, NULL, error);
      return;
    }
  g_autofree char *words = g_strdup_printf (ngettext ("%u key is listed again.", "%u keys are listed again.", *n_found), *n_found);
  tri_keyring_dialog_say (self, *n_found > 0 ? words : _("No key is missing from the list."));
}

static void
begin_recover (TriKeyringDialog *self)
{
  tri_ring_run_async (self->ring, recover, g_new0 (guint, 1), g_free, self->cancellable, recovered, g_object_ref (self));
}

static void
on_recover (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriKeyringDialog *self = TRI_KEYRING_DIALOG (widget);
  if (tri_ring_is_busy (self->ring))
    return;
  tri_keyring_dialog_say (self, "");
  tri_keyring_dialog_with_secrets (self, FALSE, begin_recover);
}

void
tri_keyring_dialog_class_file (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "keyring.passphrase", NULL, on_passphrase);
  gtk_widget_class_install_action (widget_class, "keyring.recover", NULL, on_recover);
}
