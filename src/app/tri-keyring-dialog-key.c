/* One key: what there is to know, and what can be done with it. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-keyring-dialog-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-key-sheet.h"
#include "tri-key-text.h"
#include "tri-ledger-home.h"
#include "tri-qr.h"

#define QR_SIDE 300 /* pixels, about, unless its modules would be smaller than QR_MODULE */
#define QR_MODULE 3

/* What a worker does to a key. */
typedef struct {
  char *fingerprint, *label;
  GFile *file;
} Deed;

static void
deed_free (gpointer data)
{
  Deed *deed = data;
  g_free (deed->fingerprint);
  g_free (deed->label);
  g_clear_object (&deed->file);
  g_free (deed);
}

static Deed *
deed_new (const TriKeyringEntry *entry, GFile *file)
{
  Deed *deed = g_new0 (Deed, 1);
  deed->fingerprint = g_strdup (entry->fingerprint);
  deed->label = g_strdup (entry->label);
  deed->file = file != NULL ? g_object_ref (file) : NULL;
  return deed;
}

/* Returns: (nullable): the key that is shown, while it is in the ring */
const TriKeyringEntry *
tri_keyring_dialog_get_entry (TriKeyringDialog *self)
{
  GPtrArray *entries = tri_ring_get_entries (self->ring);
  for (guint i = 0; self->shown != NULL && i < entries->len; i++)
    if (strcmp (((TriKeyringEntry *) entries->pdata[i])->fingerprint, self->shown) == 0)
      return entries->pdata[i];
  return NULL;
}

static char *
format_day (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);
  /* Translators: the day on which a key was made, as in “20 Nov 2026” */
  return g_date_time_format (time, _("%-d %b %Y"));
}

static char *
in_groups (const char *fingerprint)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (const char *p = fingerprint; *p != '\0'; p++)
    g_string_append_printf (text, "%s%c", p > fingerprint && (p - fingerprint) % 4 == 0 ? " " : "", *p);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
place_of (const TriKeyringEntry *entry)
{
  if (entry->store == NULL)
    return _("theirs: you can only protect for it");
  return strcmp (entry->store, "file") == 0 ? _("yours, in the key ring’s file") : _("yours, with the Secret Service");
}

static void
show_entry (TriKeyringDialog *self, const TriKeyringEntry *entry)
{
  g_autofree char *day = format_day (entry->created), *fingerprint = in_groups (entry->fingerprint);
  g_autofree char *kind = entry->kind == TRI_AGE_HYBRID ? g_strdup (_("ML-KEM-768 and X25519, post-quantum"))
                                                        : g_strdup (_("X25519, not post-quantum"));
  gtk_label_set_label (self->key_kind, kind);
  gtk_label_set_label (self->key_fingerprint, fingerprint);
  gtk_label_set_label (self->key_created, day);
  gtk_label_set_label (self->key_place, place_of (entry));
  gtk_label_set_label (self->key_recipient, entry->recipient);
  gtk_widget_set_visible (self->key_sheet, entry->store != NULL);
  gtk_widget_set_visible (self->key_revoke, entry->revoked == 0);
  gtk_widget_set_visible (self->key_revoked_box, entry->revoked != 0);
  if (entry->revoked != 0)
    {
      g_autofree char *since = format_day (entry->revoked);
      g_autofree char *text = g_strdup_printf (_("Revoked on %s: nothing is protected with it any more."), since);
      gtk_label_set_label (self->key_revoked, text);
    }
}

/* After the ring changed. */
void
tri_keyring_dialog_refresh_key (TriKeyringDialog *self)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry != NULL)
    show_entry (self, entry);
  else if (self->shown != NULL && strcmp (gtk_stack_get_visible_child_name (self->stack), "key") == 0)
    tri_keyring_dialog_show (self, "list");
}

void
tri_keyring_dialog_show_key (TriKeyringDialog *self, const char *fingerprint)
{
  g_autofree char *copy = g_strdup (fingerprint);
  g_free (self->shown);
  self->shown = g_steal_pointer (&copy);
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry == NULL)
    return;
  show_entry (self, entry);
  gtk_editable_set_text (self->key_name, entry->label);
  tri_keyring_dialog_say (self, "");
  tri_keyring_dialog_show (self, "key");
  gtk_widget_grab_focus (self->key_copy); /* not the name, which a key pressed by mistake would change */
  gtk_editable_select_region (self->key_name, 0, 0);
}

static void
done (TriKeyringDialog *self, GAsyncResult *result, const char *said)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) ring = g_async_result_get_source_object (result);
  tri_ring_run_finish (TRI_RING (ring), result, &error);
  if (self->ring == NULL)
    return;
  if (error != NULL)
    tri_keyring_dialog_fail (self, NULL, error);
  else
    tri_keyring_dialog_say (self, said);
}

static void
run (TriKeyringDialog *self, TriRingFunc func, GFile *file, GAsyncReadyCallback callback)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry != NULL && !tri_ring_is_busy (self->ring))
    tri_ring_run_async (self->ring, func, deed_new (entry, file), deed_free, self->cancellable, callback,
                        g_object_ref (self));
}

static gboolean
rename_key (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  const Deed *deed = data;
  return tri_keyring_rename (keyring, deed->fingerprint, deed->label, cancellable, error);
}

static void
renamed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  done (self, result, _("Renamed."));
  const TriKeyringEntry *entry = self->ring != NULL ? tri_keyring_dialog_get_entry (self) : NULL;
  if (entry != NULL)
    gtk_editable_set_text (self->key_name, entry->label);
}

static void
on_rename (TriKeyringDialog *self)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry == NULL)
    return;
  Deed *deed = deed_new (entry, NULL);
  g_free (deed->label);
  deed->label = g_strdup (gtk_editable_get_text (self->key_name));
  tri_ring_run_async (self->ring, rename_key, deed, deed_free, self->cancellable, renamed, g_object_ref (self));
}

/* Other people's recipients are theirs to share. */
static gboolean
record_shared (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  const Deed *deed = data;
  return tri_ledger_home_record (TRI_LEDGER_SHARED, deed->fingerprint, deed->label, error);
}

static void
shared (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  g_autoptr (GError) error = NULL;
  tri_ring_run_finish (TRI_RING (source), result, &error);
  if (error == NULL || self->ring == NULL)
    return;
  g_autofree char *text = g_strdup_printf (_("This is not in the ledger: %s"), error->message);
  tri_keyring_dialog_say (self, text);
}

static void
note_shared (TriKeyringDialog *self, const TriKeyringEntry *entry)
{
  if (entry->store != NULL)
    run (self, record_shared, NULL, shared);
}

static void
on_copy (TriKeyringDialog *self)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), entry->recipient);
  tri_keyring_dialog_say (self, _("Copied. Whoever has it can protect files for this key, and open none."));
  note_shared (self, entry);
}

static void
draw_qr (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  TriKeyringDialog *self = data;
  const TriKeyringEntry *entry = self->ring != NULL ? tri_keyring_dialog_get_entry (self) : NULL;
  g_autoptr (TriQr) qr = entry != NULL ? tri_qr_new (entry->recipient, NULL) : NULL;
  if (qr == NULL)
    return;
  cairo_set_source_rgb (cr, 1, 1, 1); /* scanners want dark on light, in the dark style, too */
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  double side = MIN (width, height);
  double quiet = side * TRI_QR_QUIET / (tri_qr_get_n_modules (qr) + 2 * TRI_QR_QUIET);
  tri_qr_draw (qr, cr, quiet, quiet, side - 2 * quiet);
}

/* Whole pixels for each module, which scanners like. */
static int
qr_side (const char *recipient)
{
  g_autoptr (TriQr) qr = tri_qr_new (recipient, NULL);
  int n = qr != NULL ? (int) tri_qr_get_n_modules (qr) + 2 * TRI_QR_QUIET : 1;
  return n * MAX (QR_MODULE, QR_SIDE / n);
}

static void
on_qr (TriKeyringDialog *self)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry == NULL)
    return;
  int side = qr_side (entry->recipient);
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->key_qr), side);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->key_qr), side);
  gtk_widget_queue_draw (self->key_qr);
  g_autofree char *name = g_strdup_printf (_("The recipient of “%s”, to scan with another device"), entry->label);
  gtk_label_set_label (self->key_qr_name, name);
  tri_keyring_dialog_say (self, "");
  tri_keyring_dialog_show (self, "code");
  note_shared (self, entry);
}

static gboolean
export (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  const Deed *deed = data;
  return tri_keyring_export (keyring, deed->fingerprint, deed->file, cancellable, error);
}

static void
exported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  done (self, result, _("Exported. Keep the file where nobody else can read it."));
}

static void
on_export_chosen (GtkFileChooserNative *chooser, int response, TriKeyringDialog *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_clear_object (&self->chooser);
  if (file != NULL)
    run (self, export, file, exported);
}

/* Returns: (transfer full): a file name from the key's label */
static char *
file_name (TriKeyringDialog *self, const char *end)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  g_autofree char *name = g_strdup (entry != NULL ? entry->label : "key");
  return g_strconcat (g_strdelimit (name, "/\\:", '-'), end, NULL);
}

static void
choose_export (TriKeyringDialog *self)
{
  g_autofree char *name = file_name (self, ".txt");
  tri_keyring_dialog_save (self, _("Export the Key"), name, G_CALLBACK (on_export_chosen));
}

/* What needs the secret key unlocks the ring first. */
static void
with_own_secret (TriKeyringDialog *self, TriKeyringDialogFunc next)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry != NULL && g_strcmp0 (entry->store, "file") == 0)
    tri_keyring_dialog_with_secrets (self, FALSE, next);
  else if (entry != NULL)
    next (self);
}

static void
on_export (TriKeyringDialog *self)
{
  with_own_secret (self, choose_export);
}

static gboolean
write_sheet (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  const Deed *deed = data;
  return tri_key_sheet_write (keyring, deed->fingerprint, deed->file, cancellable, error);
}

static void
sheet_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  done (self, result, _("Print the sheet, lock it away, and delete the PDF."));
}

static void
on_sheet_chosen (GtkFileChooserNative *chooser, int response, TriKeyringDialog *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_clear_object (&self->chooser);
  if (file != NULL)
    run (self, write_sheet, file, sheet_written);
}

static void
choose_sheet (TriKeyringDialog *self)
{
  g_autofree char *name = file_name (self, ".pdf");
  tri_keyring_dialog_save (self, _("Save the Recovery Sheet"), name, G_CALLBACK (on_sheet_chosen));
}

static void
on_sheet (TriKeyringDialog *self)
{
  with_own_secret (self, choose_sheet);
}

static void
ask (TriKeyringDialog *self, const char *title, const char *text, const char *answer, GCallback response)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), title, text);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "yes", answer, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "yes", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", response, self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
revoke_key (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  const Deed *deed = data;
  return tri_keyring_revoke (keyring, deed->fingerprint, cancellable, error);
}

static void
revoked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  done (self, result, _("Revoked. Tell those who have this recipient."));
}

static void
on_revoke_response (AdwMessageDialog *dialog, const char *response, TriKeyringDialog *self)
{
  if (strcmp (response, "yes") == 0)
    run (self, revoke_key, NULL, revoked);
}

static void
on_revoke (TriKeyringDialog *self)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry == NULL)
    return;
  g_autofree char *title = g_strdup_printf (_("Revoke “%s”?"), entry->label);
  ask (self, title,
       _("Nothing is protected with it any more, and this can't be undone. Other people don't learn of it from Triptych: tell "
         "those who use it. What it protected before, it still opens."),
       _("_Revoke"), G_CALLBACK (on_revoke_response));
}

static gboolean
remove_key (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  const Deed *deed = data;
  return tri_keyring_remove (keyring, deed->fingerprint, cancellable, error);
}

static void
removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriKeyringDialog) self = data;
  done (self, result, _("Deleted."));
}

static void
on_delete_response (AdwMessageDialog *dialog, const char *response, TriKeyringDialog *self)
{
  if (strcmp (response, "yes") == 0)
    run (self, remove_key, NULL, removed);
}

static void
ask_delete (TriKeyringDialog *self)
{
  const TriKeyringEntry *entry = tri_keyring_dialog_get_entry (self);
  if (entry == NULL)
    return;
  g_autofree char *title = g_strdup_printf (_("Delete “%s”?"), entry->label);
  ask (self, title,
       entry->store != NULL
           ? _("This is a secret key of yours. Without an export or a recovery sheet, nobody opens what was protected for it, "
               "ever again.")
           : _("You can add this recipient again, if somebody gives it to you."),
       _("_Delete"), G_CALLBACK (on_delete_response));
}

static void
on_delete (TriKeyringDialog *self)
{
  with_own_secret (self, ask_delete);
}

void
tri_keyring_dialog_class_key (GtkWidgetClass *widget_class)
{
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriKeyringDialog, name)
  BIND (key_name); BIND (key_kind); BIND (key_fingerprint); BIND (key_created); BIND (key_place); BIND (key_recipient);
  BIND (key_revoked); BIND (key_revoked_box); BIND (key_qr); BIND (key_sheet); BIND (key_revoke); BIND (key_copy); BIND (key_qr_name);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_bind_template_callback (widget_class, on_delete);
  gtk_widget_class_bind_template_callback (widget_class, on_export);
  gtk_widget_class_bind_template_callback (widget_class, on_qr);
  gtk_widget_class_bind_template_callback (widget_class, on_rename);
  gtk_widget_class_bind_template_callback (widget_class, on_revoke);
  gtk_widget_class_bind_template_callback (widget_class, on_sheet);
}

void
tri_keyring_dialog_init_key (TriKeyringDialog *self)
{
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->key_qr), draw_qr, self, NULL);
}
