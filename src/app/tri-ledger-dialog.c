/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ledger-dialog.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "tri-export.h"
#include "tri-ledger-computers.h"
#include "tri-ledger-row.h"
#include "tri-name.h"
#include "tri-tooltip.h"

struct _TriLedgerDialog {
  AdwWindow parent_instance;
  TriLedgerWatch *watch;
  GtkFileChooserNative *chooser; /* nullable: the one that is open */
  GtkSingleSelection *selection;
  guint n_jobs;
  TriLedgerComputers *computers;
  AdwStatusPage *nothing;
  GtkStack *pages, *events;
  GtkWidget *status, *verify, *begin, *prove, *export_checkpoint, *checks, *witness_group, *result;
  GtkSpinner *spinner;
  GtkLabel *title, *badge, *sentence, *empty, *result_text;
  GtkImage *result_icon;
  GtkEditable *witness_key;
  GtkColumnView *view;
};

G_DEFINE_FINAL_TYPE (TriLedgerDialog, tri_ledger_dialog, ADW_TYPE_WINDOW)

enum { PROP_0, PROP_WATCH, N_PROPS };
static GParamSpec *properties[N_PROPS];

static char *
time_text (const TriLedgerEvent *event)
{
  g_autoptr (GDateTime) time = event->kind != TRI_LEDGER_UNKNOWN ? g_date_time_new_from_unix_local (event->time) : NULL;
  /* Translators: when something happened to a key, as in “20 Nov 2026, 14:05” */
  return time != NULL ? g_date_time_format (time, _("%-d %b %Y, %H:%M")) : g_strdup ("");
}

static char *
kind_text (const TriLedgerEvent *event)
{
  return g_strdup (tri_ledger_kind_get_title (event->kind));
}

static char *
label_text (const TriLedgerEvent *event)
{
  return g_strdup (event->kind != TRI_LEDGER_UNKNOWN ? event->label : event->text);
}

static char *
fingerprint_text (const TriLedgerEvent *event)
{
  return g_strdup (event->kind != TRI_LEDGER_UNKNOWN ? event->fingerprint : "");
}

typedef struct {
  const char *title;
  char *(*text) (const TriLedgerEvent *event);
  gboolean expand, monospace;
} Column;

static const Column columns[] = {
  { N_("Time"), time_text, FALSE, FALSE },
  { N_("Event"), kind_text, FALSE, FALSE },
  { N_("Name"), label_text, TRUE, FALSE },
  { N_("Fingerprint"), fingerprint_text, FALSE, TRUE },
};

static void
setup_cell (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (column->expand || column->monospace)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (column->expand || column->monospace)
    gtk_label_set_width_chars (GTK_LABEL (label), 14);
  gtk_widget_add_css_class (label, column->monospace ? "monospace" : "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = column->text (tri_ledger_entry_get_event (gtk_list_item_get_item (item)));
  gtk_label_set_label (GTK_LABEL (label), text);
  tri_tooltip_set (label, column->expand || column->monospace ? text : NULL);
}

static void
add_columns (TriLedgerDialog *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), (gpointer) &columns[i]);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), (gpointer) &columns[i]);
      g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new (_(columns[i].title), factory);
      gtk_column_view_column_set_expand (column, columns[i].expand);
      gtk_column_view_append_column (self->view, column);
    }
}

/* What stands for a ledger that can't be shown, and isn't broken. */
static void
show_nothing (TriLedgerDialog *self, TriLedgerState state)
{
  gboolean none = state == TRI_LEDGER_STATE_NONE, foreign = state == TRI_LEDGER_STATE_FOREIGN;
  adw_status_page_set_title (self->nothing, none      ? _("No Ledger Yet")
                                            : foreign ? _("Another Computer's Ledger")
                                                      : _("The Ledger Isn't Here Yet"));
  adw_status_page_set_description (
      self->nothing,
      none ? _("A ledger lists what happens to your keys: made, imported, shared, backed up, deleted. It holds fingerprints, "
               "never secrets, and it is signed, so that a change to it shows. It is a folder of plain files that any sync "
               "tool copies.")
      : foreign ? _("A sync tool, or somebody, put it here. Nothing of it is shown before it can be checked, for which its "
                    "public key is needed.")
                : _("Its key is known, and its files are not here. They are shown as soon as they come."));
  gtk_widget_set_visible (self->begin, none);
}

/* What stands where the list would be, when there is none. */
static void
show_list (TriLedgerDialog *self, TriLedgerState state)
{
  gboolean some = g_list_model_get_n_items (G_LIST_MODEL (self->watch)) > 0;
  gtk_label_set_label (self->empty, state == TRI_LEDGER_STATE_READING ? ""
                                    : state == TRI_LEDGER_STATE_INTACT
                                        ? _("Nothing happened yet. What you do with your keys from now on is listed here.")
                                        : _("No event is shown, since none of them could be checked."));
  gboolean nothing =
      state == TRI_LEDGER_STATE_NONE || state == TRI_LEDGER_STATE_FOREIGN || state == TRI_LEDGER_STATE_AWAITED;
  if (nothing)
    show_nothing (self, state);
  gtk_stack_set_visible_child_name (self->events, nothing ? "none" : some ? "list" : "empty");
}

static void
show_state (TriLedgerDialog *self)
{
  TriLedgerState state = tri_ledger_watch_get_state (self->watch);
  g_autofree char *title = tri_ledger_row_get_state_title (self->watch);
  g_autofree char *subtitle = tri_ledger_row_get_state_subtitle (self->watch);
  gboolean intact = state == TRI_LEDGER_STATE_INTACT, there = tri_ledger_watch_get_ledger (self->watch) != NULL;
  gboolean busy = tri_ledger_watch_is_reading (self->watch) || self->n_jobs > 0;
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->sentence, subtitle);
  gtk_widget_set_visible (self->status, state != TRI_LEDGER_STATE_NONE); /* the page says so */
  tri_ledger_row_set_badge (self->badge, state);
  show_list (self, state);
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_sensitive (self->verify, !busy && state != TRI_LEDGER_STATE_NONE);
  gtk_widget_set_sensitive (self->begin, !busy);
  gtk_widget_set_sensitive (self->checks, there);
  tri_ledger_computers_show (self->computers, self->watch, busy);
  gtk_widget_set_sensitive (self->witness_group, intact);
  gtk_widget_set_sensitive (self->prove,
                            intact && gtk_single_selection_get_selected (self->selection) != GTK_INVALID_LIST_POSITION);
}

static void
show_result (TriLedgerDialog *self, const char *icon, const char *class, const char *text)
{
  const char *classes[] = { class, NULL };
  gtk_image_set_from_icon_name (self->result_icon, icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->result_icon), classes);
  gtk_label_set_label (self->result_text, text);
  gtk_widget_set_visible (self->result, TRUE);
}

static void
on_done (GObject *watch, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriLedgerDialog) self = data;
  g_autoptr (GError) error = NULL;
  TriLedgerRelation relation;
  g_autofree char *sentence = tri_ledger_watch_do_finish (TRI_LEDGER_WATCH (watch), result, &relation, &error);
  self->n_jobs--;
  if (self->watch == NULL) /* closed */
    return;
  gboolean fits = relation == TRI_LEDGER_SAME || relation == TRI_LEDGER_BEHIND || relation == TRI_LEDGER_AHEAD;
  if (error != NULL)
    show_result (self, "dialog-error-symbolic", "error", error->message);
  else if (fits)
    show_result (self, "object-select-symbolic", "success", sentence);
  else
    show_result (self, "dialog-warning-symbolic", "warning", sentence);
  show_state (self);
}

static void
begin_job (TriLedgerDialog *self, const TriLedgerJob *job)
{
  self->n_jobs++;
  gtk_widget_set_visible (self->result, FALSE);
  tri_ledger_watch_do_async (self->watch, job, on_done, g_object_ref (self));
  show_state (self);
}

static void
on_job (TriLedgerDialog *self, const TriLedgerJob *job)
{
  begin_job (self, job);
}

/* @copy: a folder, or a checkpoint */
void
tri_ledger_dialog_compare (TriLedgerDialog *self, GFile *copy)
{
  TriLedgerJob job = { .action = TRI_LEDGER_COMPARE, .file = copy };
  gtk_stack_set_visible_child_name (self->pages, "checks");
  begin_job (self, &job);
}

/* With the key that stands in the entry, where one does. */
void
tri_ledger_dialog_accept (TriLedgerDialog *self, GFile *cosigned)
{
  TriLedgerJob job = { .action = TRI_LEDGER_ACCEPT, .file = cosigned, .key = gtk_editable_get_text (self->witness_key) };
  gtk_stack_set_visible_child_name (self->pages, "checks");
  begin_job (self, &job);
}

typedef void (*Chosen) (TriLedgerDialog *self, GFile *file);

static void
on_chosen (TriLedgerDialog *self, int response, GtkFileChooserNative *chooser)
{
  Chosen func = (Chosen) g_object_get_data (G_OBJECT (chooser), "chosen");
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  if (file != NULL && self->watch != NULL)
    func (self, file);
  g_clear_object (&self->chooser);
}

static void
choose (TriLedgerDialog *self, const char *title, GtkFileChooserAction action, Chosen func)
{
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_object_set_data (G_OBJECT (self->chooser), "chosen", (gpointer) func);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_compare_folder (TriLedgerDialog *self)
{
  choose (self, _("Choose the Folder of Another Copy"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, tri_ledger_dialog_compare);
}

static void
on_compare_file (TriLedgerDialog *self)
{
  choose (self, _("Choose a Checkpoint"), GTK_FILE_CHOOSER_ACTION_OPEN, tri_ledger_dialog_compare);
}

static void
on_accept (TriLedgerDialog *self)
{
  choose (self, _("Choose the Cosigned Checkpoint"), GTK_FILE_CHOOSER_ACTION_OPEN, tri_ledger_dialog_accept);
}

static void
on_verify (TriLedgerDialog *self)
{
  tri_ledger_watch_read (self->watch);
  show_state (self);
}

static void
on_begin (TriLedgerDialog *self)
{
  TriLedgerJob job = { .action = TRI_LEDGER_BEGIN };
  begin_job (self, &job);
}

static void
on_follow_page (TriLedgerDialog *self)
{
  gtk_stack_set_visible_child_name (self->pages, "computers");
  tri_ledger_computers_focus_follow (self->computers);
}

static void
on_export_checkpoint (TriLedgerDialog *self)
{
  static const TriExportFormat format = { "checkpoint", N_("Checkpoint of a ledger") };
  const TriLedger *ledger = tri_ledger_watch_get_ledger (self->watch);
  tri_export_text (GTK_WIDGET (self->pages), _("Export Checkpoint"), _("ledger"), &format,
                   tri_note_to_text (tri_ledger_get_checkpoint (ledger)));
}

/* Returns: (transfer full) (nullable): of the event that is chosen */
char *
tri_ledger_dialog_prove (TriLedgerDialog *self)
{
  TriLedgerEntry *entry = gtk_single_selection_get_selected_item (self->selection);
  const TriLedger *ledger = tri_ledger_watch_get_ledger (self->watch);
  return entry != NULL && ledger != NULL ? tri_ledger_prove (ledger, tri_ledger_entry_get_number (entry) - 1) : NULL;
}

static void
on_prove (TriLedgerDialog *self)
{
  static const TriExportFormat format = { "tlog-proof", N_("Proof that an event is in a ledger") };
  char *text = tri_ledger_dialog_prove (self);
  if (text != NULL)
    tri_export_text (GTK_WIDGET (self->pages), _("Export Proof"), _("event"), &format, text);
}

/* @checkpoint: an older one. Returns: (transfer full) (nullable): that the ledger only grew since; else it is said why not */
char *
tri_ledger_dialog_prove_growth (TriLedgerDialog *self, GFile *checkpoint)
{
  const TriLedger *ledger = tri_ledger_watch_get_ledger (self->watch);
  g_autoptr (GError) error = NULL;
  char *text = ledger != NULL ? tri_ledger_prove_growth_since (ledger, checkpoint, &error) : NULL;
  gtk_widget_set_visible (self->result, FALSE);
  if (error != NULL)
    show_result (self, "dialog-error-symbolic", "error", error->message);
  return text;
}

static void
export_growth (TriLedgerDialog *self, GFile *checkpoint)
{
  static const TriExportFormat format = { "tlog-growth", N_("Proof that a ledger only grew") };
  char *text = tri_ledger_dialog_prove_growth (self, checkpoint);
  if (text != NULL)
    tri_export_text (GTK_WIDGET (self->pages), _("Export Proof of Growth"), _("ledger"), &format, text);
}

static void
on_prove_growth (TriLedgerDialog *self)
{
  choose (self, _("Choose the Older Checkpoint"), GTK_FILE_CHOOSER_ACTION_OPEN, export_growth);
}

static void
tri_ledger_dialog_constructed (GObject *object)
{
  TriLedgerDialog *self = TRI_LEDGER_DIALOG (object);
  G_OBJECT_CLASS (tri_ledger_dialog_parent_class)->constructed (object);
  g_return_if_fail (self->watch != NULL);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->watch)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  show_state (self);
}

static void
tri_ledger_dialog_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TRI_LEDGER_DIALOG (object)->watch = g_value_dup_object (value);
}

static void
tri_ledger_dialog_dispose (GObject *object)
{
  TriLedgerDialog *self = TRI_LEDGER_DIALOG (object);
  g_clear_object (&self->chooser);
  g_clear_object (&self->selection);
  g_clear_object (&self->watch);
  G_OBJECT_CLASS (tri_ledger_dialog_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriLedgerDialog, name)
#define CALLBACK(name) gtk_widget_class_bind_template_callback (widget_class, name)

static void
tri_ledger_dialog_class_init (TriLedgerDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->constructed = tri_ledger_dialog_constructed;
  object_class->set_property = tri_ledger_dialog_set_property;
  object_class->dispose = tri_ledger_dialog_dispose;
  properties[PROP_WATCH] = g_param_spec_object ("watch", NULL, NULL, TRI_TYPE_LEDGER_WATCH,
                                                G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_type_ensure (TRI_TYPE_LEDGER_COMPUTERS);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-ledger-dialog.ui");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  BIND (computers); BIND (nothing); BIND (pages); BIND (events); BIND (verify); BIND (begin); BIND (prove); BIND (export_checkpoint); BIND (checks);
  BIND (witness_group); BIND (result); BIND (spinner); BIND (title); BIND (badge); BIND (sentence); BIND (empty);
  BIND (result_text); BIND (result_icon); BIND (witness_key); BIND (view); BIND (status);
  CALLBACK (on_job); CALLBACK (on_follow_page); CALLBACK (on_verify); CALLBACK (on_begin); CALLBACK (on_prove); CALLBACK (on_compare_folder); CALLBACK (on_compare_file);
  CALLBACK (on_export_checkpoint); CALLBACK (on_prove_growth); CALLBACK (on_accept);
}

static void
tri_ledger_dialog_init (TriLedgerDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_columns (self);
  tri_name_buttons (GTK_WIDGET (self));
}

/* Keeps @watch; whoever opens it sets the window that it belongs to. */
GtkWidget *
tri_ledger_dialog_new (TriLedgerWatch *watch)
{
  return g_object_new (TRI_TYPE_LEDGER_DIALOG, "watch", watch, NULL);
}
