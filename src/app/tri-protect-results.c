/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-results.h"

#include <glib/gi18n-lib.h>

#define SCHEMA "io.github.triptych.Triptych"

struct _TriProtectResults {
  AdwBin parent_instance;
  GSettings *settings;
  AdwComboRow *place, *names, *conflict, *originals;
  GtkLabel *shred;
  GtkFileChooserNative *chooser;
  gboolean showing; /* the rows follow the settings, rather than the other way round */
};

G_DEFINE_FINAL_TYPE (TriProtectResults, tri_protect_results, ADW_TYPE_BIN)

/* In the order of TriVaultConflict with "ask" first, as in the settings. */
static const struct { const char *id, *title; TriVaultConflict conflict; } conflicts[] = {
  { "ask", N_("Ask when it first occurs"), TRI_VAULT_ASK },
  { "skip", N_("Skip the file"), TRI_VAULT_SKIP },
  { "number", N_("Add a number"), TRI_VAULT_NUMBER },
  { "replace", N_("Replace what is there"), TRI_VAULT_REPLACE },
};

static guint
get_conflict (TriProtectResults *self)
{
  g_autofree char *id = g_settings_get_string (self->settings, "protect-conflict");
  guint i = 0;
  while (i < G_N_ELEMENTS (conflicts) - 1 && !g_str_equal (conflicts[i].id, id))
    i++;
  return i;
}

/* Returns: (transfer full) (nullable) */
static GFile *
get_folder (TriProtectResults *self)
{
  g_autofree char *uri = g_settings_get_string (self->settings, "protect-folder");
  return *uri != '\0' ? g_file_new_for_uri (uri) : NULL;
}

static void
set_choices (AdwComboRow *row, const char *first, const char *second, const char *third)
{
  const char *choices[] = { first, second, third, NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (choices);
  adw_combo_row_set_model (row, G_LIST_MODEL (list));
}

/* The folder is one of the choices once there is one. */
static void
show_place (TriProtectResults *self)
{
  g_autoptr (GFile) folder = get_folder (self);
  g_autofree char *name = folder != NULL ? g_file_get_basename (folder) : NULL;
  g_autofree char *shown = name != NULL ? g_filename_display_name (name) : NULL;
  g_autofree char *in = shown != NULL ? g_strdup_printf (_("In “%s”"), shown) : NULL;
  if (in != NULL)
    set_choices (self->place, _("Beside the original"), in, _("In another folder…"));
  else
    set_choices (self->place, _("Beside the original"), _("In a folder…"), NULL);
  adw_combo_row_set_selected (self->place, folder != NULL && g_settings_get_boolean (self->settings, "protect-in-folder") ? 1 : 0);
}

static void
show_settings (TriProtectResults *self)
{
  if (self->showing)
    return;
  self->showing = TRUE;
  gboolean trash = g_settings_get_boolean (self->settings, "protect-trash");
  show_place (self);
  adw_combo_row_set_selected (self->names, g_settings_get_boolean (self->settings, "protect-hide-names") ? 1 : 0);
  adw_combo_row_set_selected (self->conflict, get_conflict (self));
  adw_combo_row_set_selected (self->originals, trash ? 1 : 0);
  self->showing = FALSE;
}

static void
on_folder (GtkFileChooserNative *chooser, int response, TriProtectResults *self)
{
  g_autoptr (GFile) folder = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_autofree char *uri = folder != NULL ? g_file_get_uri (folder) : NULL;
  g_clear_object (&self->chooser);
  if (uri != NULL)
    {
      g_settings_set_string (self->settings, "protect-folder", uri);
      g_settings_set_boolean (self->settings, "protect-in-folder", TRUE);
    }
  show_settings (self);
}

static void
choose_folder (TriProtectResults *self)
{
  g_autoptr (GFile) before = get_folder (self);
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Folder for the Results"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  if (before != NULL)
    gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), before, NULL);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_folder), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_chosen (TriProtectResults *self)
{
  g_autoptr (GFile) folder = get_folder (self);
  guint place = adw_combo_row_get_selected (self->place), conflict = adw_combo_row_get_selected (self->conflict);
  if (self->showing || conflict >= G_N_ELEMENTS (conflicts))
    return;
  self->showing = TRUE;
  g_settings_set_boolean (self->settings, "protect-hide-names", adw_combo_row_get_selected (self->names) == 1);
  g_settings_set_boolean (self->settings, "protect-trash", adw_combo_row_get_selected (self->originals) == 1);
  g_settings_set_string (self->settings, "protect-conflict", conflicts[conflict].id);
  if (place == 0 || (place == 1 && folder != NULL))
    g_settings_set_boolean (self->settings, "protect-in-folder", place == 1);
  self->showing = FALSE;
  if (place == 2 || (place == 1 && folder == NULL))
    choose_folder (self);
}

/* Opening has neither a name to hide nor an original. */
void
tri_protect_results_set_opening (TriProtectResults *self, gboolean opening)
{
  g_return_if_fail (TRI_IS_PROTECT_RESULTS (self));
  gtk_widget_set_visible (GTK_WIDGET (self->names), !opening);
  gtk_widget_set_visible (GTK_WIDGET (self->originals), !opening);
  gtk_widget_set_visible (GTK_WIDGET (self->shred), !opening);
}

static void
dispose (GObject *object)
{
  TriProtectResults *self = TRI_PROTECT_RESULTS (object);
  g_clear_object (&self->chooser);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (tri_protect_results_parent_class)->dispose (object);
}

static void
tri_protect_results_class_init (TriProtectResultsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-protect-results.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriProtectResults, name)
  BIND (place); BIND (names); BIND (conflict); BIND (originals); BIND (shred);
#undef BIND
}

static void
tri_protect_results_init (TriProtectResults *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  AdwComboRow *rows[] = { self->place, self->names, self->conflict, self->originals };
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  self->settings = g_settings_new (SCHEMA);
  for (guint i = 0; i < G_N_ELEMENTS (conflicts); i++)
    gtk_string_list_append (titles, _(conflicts[i].title));
  adw_combo_row_set_model (self->conflict, G_LIST_MODEL (titles));
  set_choices (self->names, _("Kept"), _("Hidden: digits outside, real inside"), NULL);
  set_choices (self->originals, _("Keep"), _("Move verified ones to the Trash"), NULL);
  show_settings (self);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (rows[i], "notify::selected", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (show_settings), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tri_protect_results_new (void)
{
  return g_object_new (TRI_TYPE_PROTECT_RESULTS, NULL);
}

/* @options: (out): as chosen. Returns: (transfer full) (nullable): the folder in them */
GFile *
tri_protect_results_get_options (TriProtectResults *self, TriVaultOptions *options)
{
  gboolean in_folder = g_settings_get_boolean (self->settings, "protect-in-folder");
  *options = (TriVaultOptions) {
    .folder = in_folder ? get_folder (self) : NULL,
    .conflict = conflicts[get_conflict (self)].conflict,
    .armor = g_settings_get_boolean (self->settings, "protect-armor"),
    .hide_name = g_settings_get_boolean (self->settings, "protect-hide-names"),
    .trash = g_settings_get_boolean (self->settings, "protect-trash"),
  };
  return options->folder;
}
