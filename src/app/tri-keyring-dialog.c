/* The window of the key ring: its list, its passphrase, and going from page to page. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-keyring-dialog-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-key-text.h"
#include "tri-name.h"
#include "tri-secret.h"
#include "tri-toast.h"
#include "tri-tooltip.h"

G_DEFINE_FINAL_TYPE (TriKeyringDialog, tri_keyring_dialog, ADW_TYPE_WINDOW)

static const char *
get_title (const char *page)
{
  static const struct { const char *page, *title; } titles[] = {
    { "list", N_("Key Ring") },   { "unlock", N_("Passphrase") }, { "create", N_("Create a Key") },
    { "import", N_("Import") }, { "key", N_("Key") },     { "code", N_("QR Code") },
  };
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (strcmp (titles[i].page, page) == 0)
      return _(titles[i].title);
  g_assert_not_reached ();
}

/* Where a page begins. The stack has moved the focus already where it was on the page before. */
static void
focus_page (TriKeyringDialog *self, const char *name)
{
  GtkWidget *page = gtk_stack_get_visible_child (self->stack), *focus = gtk_window_get_focus (GTK_WINDOW (self));
  if (strcmp (name, "create") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->new_name));
  else if (strcmp (name, "import") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->import_text));
  else if (focus == NULL || !gtk_widget_is_ancestor (focus, page))
    gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
}

void
tri_keyring_dialog_show (TriKeyringDialog *self, const char *page)
{
  gboolean list = strcmp (page, "list") == 0, same = strcmp (page, gtk_stack_get_visible_child_name (self->stack)) == 0;
  gtk_stack_set_visible_child_name (self->stack, page);
  adw_window_title_set_title (self->title, get_title (page));
  gtk_widget_set_visible (self->back, !list);
  gtk_widget_set_visible (self->add, list);
  gtk_widget_set_visible (self->more, list);
  if (!list && !same)
    focus_page (self, page);
}

/* What was done, where screen readers announce it. */
void
tri_keyring_dialog_say (TriKeyringDialog *self, const char *text)
{
  gtk_label_set_label (self->status, text);
}

/* @label: (nullable): where it is said, on the page that it is about; NULL: below all of them */
void
tri_keyring_dialog_fail (TriKeyringDialog *self, GtkLabel *label, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (label == NULL)
    {
      tri_keyring_dialog_say (self, error != NULL ? error->message : "");
      return;
    }
  gtk_label_set_label (label, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (label), error != NULL);
}

static void
append (TriKeyringDialog *self, GtkListBox *list, const TriKeyringEntry *entry)
{
  GtkWidget *suffix = gtk_image_new_from_icon_name ("go-next-symbolic");
  g_autofree char *title = entry->revoked != 0 ? g_strdup_printf (_("%s (revoked)"), entry->label) : NULL;
  GtkWidget *row = tri_key_row_new (title != NULL ? title : entry->label, entry->recipient, entry->kind, suffix);
  g_object_set_data_full (G_OBJECT (row), "fingerprint", g_strdup (entry->fingerprint), g_free);
  gtk_list_box_append (list, row);
}

static guint
fill (TriKeyringDialog *self, GtkListBox *list, gboolean own)
{
  GPtrArray *entries = tri_ring_get_entries (self->ring);
  GtkWidget *child;
  guint n = 0;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (list))) != NULL)
    gtk_list_box_remove (list, child);
  for (guint i = 0; i < entries->len; i++)
    {
      const TriKeyringEntry *entry = entries->pdata[i];
      if ((entry->store != NULL) != own)
        continue;
      append (self, list, entry);
      n++;
    }
  return n;
}

static const char *
place_sentence (TriKeyringDialog *self)
{
  if (!tri_ring_is_known (self->ring))
    return _("Looking for the key ring…");
  return tri_ring_is_file (self->ring)
             ? _("No Secret Service answers on this desktop: secret keys are in a file under a passphrase, and what is public "
                 "is in a list beside it.")
             : _("Secret keys are kept by the desktop’s Secret Service, with your other passwords.");
}

static void
on_ring (TriKeyringDialog *self)
{
  gboolean busy = tri_ring_is_busy (self->ring);
  TriKeyringState state = tri_ring_get_state (self->ring);
  const GError *error = tri_ring_get_error (self->ring);
  guint n_own = fill (self, self->own, TRUE), n_people = fill (self, self->people, FALSE);
  gboolean locked = state == TRI_KEYRING_LOCKED && n_own > 0;
  gtk_widget_set_visible (self->own_group, n_own > 0);
  gtk_widget_set_visible (self->people_group, n_people > 0);
  gtk_widget_set_visible (self->locked, locked);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "keyring.passphrase", tri_ring_is_file (self->ring) && state != TRI_KEYRING_NEW);
  gtk_widget_set_visible (self->lock, tri_ring_is_file (self->ring) && state == TRI_KEYRING_OPEN && n_own > 0);
  gtk_stack_set_visible_child_name (self->list_stack, n_own + n_people > 0 || error != NULL ? "full" : "empty");
  gtk_label_set_label (self->place, error != NULL ? error->message : place_sentence (self));
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  /* not insensitive, which would lose the focus: what would do a second thing looks whether the ring is busy */
  gtk_widget_set_can_target (GTK_WIDGET (self->stack), !busy);
  gtk_widget_set_can_target (self->back, !busy);
  tri_keyring_dialog_refresh_key (self);
}

static void
on_row (TriKeyringDialog *self, GtkListBoxRow *row)
{
  tri_keyring_dialog_show_key (self, g_object_get_data (G_OBJECT (row), "fingerprint"));
}

static void
forget_words (TriKeyringDialog *self)
{
  tri_passphrase_box_clear (self->unlock_words);
  tri_keyring_dialog_fail (self, self->unlock_error, NULL);
}

static void
on_back (TriKeyringDialog *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);
  gboolean asked = strcmp (page, "unlock") == 0, code = strcmp (page, "code") == 0;
  self->next = NULL;
  forget_words (self);
  tri_keyring_dialog_say (self, "");
  tri_keyring_dialog_show (self, asked && self->next_page != NULL ? self->next_page : code ? "key" : "list");
  g_clear_pointer (&self->next_page, g_free);
}

static void
close_window (TriKeyringDialog *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
unlock (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  return tri_keyring_unlock (keyring, data, error);
}

static gboolean
change (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  return tri_keyring_change_passphrase (keyring, data, error);
}

/**
 * Ask:
 * @why: above the passphrase
 * @choosing: whether a new one is chosen
 * @job: what is done with it
 */
typedef struct {
  const char *why, *button;
  gboolean choosing;
  TriRingFunc job;
} Ask;

static const Ask asks[] = {
  [TRI_KEYRING_ASK_UNLOCK] = { N_("The passphrase of the key ring:"), N_("_Unlock"), FALSE, unlock },
  [TRI_KEYRING_ASK_NEW] = { N_("Choose a passphrase for the key ring’s file: it keeps your secret keys. Nobody can recover it."),
                            N_("_Set Passphrase"), TRUE, unlock },
  [TRI_KEYRING_ASK_OLD] = { N_("The passphrase that the key ring has now:"), N_("_Continue"), FALSE, unlock },
  [TRI_KEYRING_ASK_CHANGE] = { N_("Choose the key ring’s new passphrase. Nobody can recover it. Copies of the file that were made "
                                  "before still open with the old one."),
                               N_("_Change Passphrase"), TRUE, change },
};

static void
unlocked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  g_autoptr (GError) error = NULL;
  tri_ring_run_finish (TRI_RING (source), result, &error);
  if (self->ring == NULL)
    return;
  tri_keyring_dialog_fail (self, self->unlock_error, error);
  if (error != NULL)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->unlock_words));
      return;
    }
  TriKeyringDialogFunc next = g_steal_pointer (&self->next);
  g_autofree char *page = g_steal_pointer (&self->next_page);
  forget_words (self);
  tri_keyring_dialog_show (self, page != NULL ? page : "list");
  if (next != NULL)
    next (self);
  else
    tri_keyring_dialog_say (self, _("The key ring is unlocked."));
}

static void
on_unlock_words (TriKeyringDialog *self)
{
  const char *why = tri_passphrase_box_why_not (self->unlock_words);
  if (tri_ring_is_busy (self->ring))
    return;
  if (why != NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (TRI_ERROR, TRI_ERROR_NO_KEY, why);
      tri_keyring_dialog_fail (self, self->unlock_error, error);
      return;
    }
  const char *text = tri_passphrase_box_get_text (self->unlock_words);
  char *copy = tri_secret_copy (text, strlen (text));
  tri_keyring_dialog_fail (self, self->unlock_error, NULL);
  tri_ring_run_async (self->ring, asks[self->asked].job, copy, tri_secret_free, self->cancellable, unlocked, g_object_ref (self));
}

void
tri_keyring_dialog_ask (TriKeyringDialog *self, TriKeyringAsk what, TriKeyringDialogFunc next)
{
  forget_words (self);
  tri_passphrase_box_set_choosing (self->unlock_words, asks[what].choosing);
  gtk_label_set_label (self->unlock_why, _(asks[what].why));
  gtk_button_set_label (self->unlock_button, _(asks[what].button));
  tri_name_buttons (GTK_WIDGET (self->unlock_button));
  self->asked = what;
  self->next = next;
  g_free (self->next_page);
  self->next_page = g_strdup (gtk_stack_get_visible_child_name (self->stack));
  tri_keyring_dialog_show (self, "unlock");
  gtk_widget_grab_focus (GTK_WIDGET (self->unlock_words));
}

/* @make: whether @next makes or imports secret keys, for which a new file gets its passphrase first */
void
tri_keyring_dialog_with_secrets (TriKeyringDialog *self, gboolean make, TriKeyringDialogFunc next)
{
  TriKeyringState state = tri_ring_get_state (self->ring);
  if (state == TRI_KEYRING_LOCKED || (state == TRI_KEYRING_NEW && make))
    tri_keyring_dialog_ask (self, state == TRI_KEYRING_NEW ? TRI_KEYRING_ASK_NEW : TRI_KEYRING_ASK_UNLOCK, next);
  else
    next (self);
}

static void
on_unlock_page (TriKeyringDialog *self)
{
  tri_keyring_dialog_ask (self, TRI_KEYRING_ASK_UNLOCK, NULL);
}

/* Only to unlock the ring: closes itself once that is done. */
void
tri_keyring_dialog_unlock (TriKeyringDialog *self)
{
  g_return_if_fail (TRI_IS_KEYRING_DIALOG (self));
  if (tri_ring_get_state (self->ring) == TRI_KEYRING_LOCKED)
    tri_keyring_dialog_ask (self, TRI_KEYRING_ASK_UNLOCK, close_window);
}

static gboolean
lock (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  tri_keyring_lock (keyring);
  return TRUE;
}

static void
on_lock (TriKeyringDialog *self)
{
  tri_ring_run_async (self->ring, lock, NULL, NULL, NULL, NULL, NULL);
  tri_keyring_dialog_say (self, _("The key ring is locked."));
}

static void
on_note (TriKeyringDialog *self, const char *text)
{
  tri_toast_add (self->toasts, text);
}

/* A file to write to. @done: a response handler of GtkFileChooserNative */
void
tri_keyring_dialog_save (TriKeyringDialog *self, const char *title, const char *name, GCallback done)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", done, self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* Whoever came only to unlock leaves at once. */
static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer data)
{
  TriKeyringDialog *self = TRI_KEYRING_DIALOG (widget);
  if (strcmp (gtk_stack_get_visible_child_name (self->stack), "list") == 0 || self->next == close_window)
    close_window (self);
  else if (!tri_ring_is_busy (self->ring))
    on_back (self);
  return TRUE;
}

static void
dispose (GObject *object)
{
  TriKeyringDialog *self = TRI_KEYRING_DIALOG (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->chosen_file);
  g_clear_object (&self->ring);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->next_page, g_free);
  G_OBJECT_CLASS (tri_keyring_dialog_parent_class)->dispose (object);
}

static void
tri_keyring_dialog_class_init (TriKeyringDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  g_type_ensure (TRI_TYPE_PASSPHRASE_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-keyring-dialog.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriKeyringDialog, name)
  BIND (toasts); BIND (title); BIND (stack); BIND (list_stack); BIND (back); BIND (add); BIND (more); BIND (spinner); BIND (lock);
  BIND (status); BIND (place); BIND (own); BIND (people); BIND (own_group); BIND (people_group); BIND (locked);
  BIND (unlock_why); BIND (unlock_error); BIND (unlock_words); BIND (unlock_button);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_lock);
  gtk_widget_class_bind_template_callback (widget_class, on_row);
  gtk_widget_class_bind_template_callback (widget_class, on_unlock_page);
  gtk_widget_class_bind_template_callback (widget_class, on_unlock_words);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
  tri_keyring_dialog_class_add (widget_class);
  tri_keyring_dialog_class_file (widget_class);
  tri_keyring_dialog_class_key (widget_class);
}

static void
tri_keyring_dialog_init (TriKeyringDialog *self)
{
  self->ring = tri_ring_dup_default ();
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  tri_passphrase_box_set_choosing (self->unlock_words, FALSE);
  tri_keyring_dialog_init_add (self);
  tri_keyring_dialog_init_key (self);
  tri_name_buttons (GTK_WIDGET (self));
  g_signal_connect_object (self->ring, "changed", G_CALLBACK (on_ring), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->ring, "note", G_CALLBACK (on_note), self, G_CONNECT_SWAPPED);
  on_ring (self);
}

/* @parent: (nullable) */
GtkWidget *
tri_keyring_dialog_new (GtkWindow *parent)
{
  return g_object_new (TRI_TYPE_KEYRING_DIALOG, "transient-for", parent, "modal", parent != NULL, NULL);
}
