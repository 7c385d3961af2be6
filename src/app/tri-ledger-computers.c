/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ledger-computers.h"

#include <glib/gi18n-lib.h>

#include "tri-name.h"
#include "tri-passphrase-box.h"
#include "tri-tooltip.h"

struct _TriLedgerComputers {
  AdwBin parent_instance;
  GtkFileChooserNative *chooser; /* nullable: the one that is open */
  GtkWidget *follow_group, *follow, *public_group, *key_group, *move_key, *fork_group, *go_on;
  GtkEditable *follow_key;
  AdwActionRow *public_key;
  TriPassphraseBox *passphrase;
  gboolean signs, busy;
};

G_DEFINE_FINAL_TYPE (TriLedgerComputers, tri_ledger_computers, ADW_TYPE_BIN)

enum { JOB, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_ready (TriLedgerComputers *self)
{
  const char *key = gtk_editable_get_text (self->follow_key);
  gtk_widget_set_sensitive (self->follow, !self->busy && *key != '\0');
  gtk_widget_set_sensitive (self->move_key, !self->busy && tri_passphrase_box_is_ready (self->passphrase));
}

static void
show_key_group (TriLedgerComputers *self, gboolean signs)
{
  if (self->signs != signs)
    tri_passphrase_box_clear (self->passphrase);
  self->signs = signs;
  tri_passphrase_box_set_choosing (self->passphrase, signs);
  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (self->key_group),
      signs ? _("With this ledger's signing key another computer of yours writes to the ledger, too. It goes there in a file "
                "that a passphrase locks. Two computers that write without having seen each other's entries make two "
                "histories, which is noticed, and which nothing can join: let the sync finish in between.")
            : _("With the signing key from your other computer this one writes to the ledger, too. Export it there, in this "
                "window, and give the passphrase of the file. Two computers that write without having seen each other's "
                "entries make two histories, which is noticed, and which nothing can join."));
  gtk_button_set_label (GTK_BUTTON (self->move_key), signs ? _("_Export the Signing Key…") : _("_Import the Signing Key…"));
  tri_name_buttons (self->move_key);
}

/* What can be done as the ledger stands. */
void
tri_ledger_computers_show (TriLedgerComputers *self, TriLedgerWatch *watch, gboolean busy)
{
  TriLedgerState state = tri_ledger_watch_get_state (watch);
  const TriLedger *ledger = tri_ledger_watch_get_ledger (watch);
  gboolean followed = tri_ledger_watch_is_followed (watch);
  gboolean free_place = state == TRI_LEDGER_STATE_NONE || state == TRI_LEDGER_STATE_FOREIGN || state == TRI_LEDGER_STATE_AWAITED;
  g_autofree char *key = ledger != NULL ? tri_verifier_to_text (tri_ledger_get_verifier (ledger)) : g_strdup ("");
  self->busy = busy;
  adw_action_row_set_subtitle (self->public_key, key);
  gtk_widget_set_visible (self->follow_group, free_place);
  gtk_widget_set_visible (self->fork_group, state == TRI_LEDGER_STATE_FORKED);
  gtk_widget_set_sensitive (self->go_on, !busy);
  gtk_widget_set_visible (self->public_group, ledger != NULL);
  gtk_widget_set_visible (self->key_group, ledger != NULL || free_place);
  show_key_group (self, ledger != NULL && !followed);
  show_ready (self);
}

void
tri_ledger_computers_focus_follow (TriLedgerComputers *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->follow_key));
}

static void
on_follow (TriLedgerComputers *self)
{
  TriLedgerJob job = { .action = TRI_LEDGER_FOLLOW, .key = gtk_editable_get_text (self->follow_key) };
  if (gtk_widget_get_sensitive (self->follow))
    g_signal_emit (self, signals[JOB], 0, &job);
}

static void
on_go_on (TriLedgerComputers *self)
{
  TriLedgerJob job = { .action = TRI_LEDGER_GO_ON };
  g_signal_emit (self, signals[JOB], 0, &job);
}

static void
on_copy (TriLedgerComputers *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), adw_action_row_get_subtitle (self->public_key));
}

/* Where this computer signs, the key goes into @file, else it comes from it; with the passphrase that stands in the box. */
void
tri_ledger_computers_move_key (TriLedgerComputers *self, GFile *file)
{
  TriLedgerJob job = { .action = self->signs ? TRI_LEDGER_EXPORT_KEY : TRI_LEDGER_IMPORT_KEY, .file = file };
  job.passphrase = tri_passphrase_box_get_text (self->passphrase);
  g_signal_emit (self, signals[JOB], 0, &job);
  tri_passphrase_box_clear (self->passphrase);
}

static void
on_chosen (TriLedgerComputers *self, int response, GtkFileChooserNative *chooser)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  if (file != NULL && tri_passphrase_box_is_ready (self->passphrase))
    tri_ledger_computers_move_key (self, file);
  g_clear_object (&self->chooser);
}

static void
on_move_key (TriLedgerComputers *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (self->signs ? _("Export the Signing Key") : _("Import the Signing Key"), window,
                                               self->signs ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN,
                                               NULL, NULL);
  if (self->signs)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), "ledger-key.age");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
tri_ledger_computers_dispose (GObject *object)
{
  TriLedgerComputers *self = TRI_LEDGER_COMPUTERS (object);
  g_clear_object (&self->chooser);
  adw_bin_set_child (ADW_BIN (self), NULL);
  G_OBJECT_CLASS (tri_ledger_computers_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriLedgerComputers, name)
#define CALLBACK(name) gtk_widget_class_bind_template_callback (widget_class, name)

static void
tri_ledger_computers_class_init (TriLedgerComputersClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = tri_ledger_computers_dispose;
  signals[JOB] = g_signal_new ("job", TRI_TYPE_LEDGER_COMPUTERS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                               G_TYPE_POINTER);
  g_type_ensure (TRI_TYPE_PASSPHRASE_BOX);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-ledger-computers.ui");
  BIND (fork_group); BIND (go_on); BIND (follow_group); BIND (follow); BIND (public_group); BIND (key_group); BIND (move_key); BIND (follow_key);
  BIND (public_key); BIND (passphrase);
  CALLBACK (on_go_on); CALLBACK (on_follow); CALLBACK (on_copy); CALLBACK (on_move_key); CALLBACK (show_ready);
}

static void
tri_ledger_computers_init (TriLedgerComputers *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
