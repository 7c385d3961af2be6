/* The run: begin, pause, stop, again; the question about a name that is taken; what is said at the end.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-page-private.h"

#include <glib/gi18n-lib.h>

#include "tri-age-error.h"
#include "tri-protect-words.h"

/* @error: (nullable): what is missing */
static void
refuse (TriProtectPage *self, const GError *error)
{
  self->beginning = FALSE;
  tri_protect_page_update (self);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  tri_protect_page_say (self, error->message);
  tri_protect_keys_ask (self->keys);
}

/* @identities: (nullable) */
static void
begin (TriProtectPage *self, GPtrArray *identities)
{
  TriVaultTotals totals;
  TriVaultOptions options;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) recipients = NULL;
  tri_vault_queue_get_totals (self->queue, &totals);
  tri_protect_keys_set_work_factor (self->keys, tri_automatic_get_value (self->automatic, TRI_QUESTION_WORK_FACTOR));
  if (totals.n_to_protect > 0 && (recipients = tri_protect_keys_dup_recipients (self->keys, &error)) == NULL)
    {
      refuse (self, error);
      return;
    }
  g_autoptr (GFile) folder = tri_protect_results_get_options (self->results, &options);
  options.armor = tri_automatic_get_value (self->automatic, TRI_QUESTION_ARMOR);
  gtk_widget_grab_focus (GTK_WIDGET (self->list)); /* what has it now can't be changed during the run */
  self->beginning = FALSE;
  tri_protect_page_say_end (self, NULL, NULL);
  tri_vault_queue_run (self->queue, recipients, identities, &options);
}

static void
open_them (TriProtectPage *self, GPtrArray *identities, const GError *error)
{
  if (identities != NULL)
    begin (self, identities);
  else
    refuse (self, error);
}

typedef struct {
  TriProtectPage *page;
  TriProtectPageFunc func;
} Wish;

static void
loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Wish *wish = data;
  g_autoptr (TriProtectPage) self = wish->page;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) identities = tri_protect_keys_load_identities_finish (TRI_PROTECT_KEYS (source), result, &error);
  if (self->queue != NULL)
    wish->func (self, identities, error);
}

/* Calls @func with what opens files, or why it can't be had, unless the page has gone: the desktop may ask for the key ring. */
void
tri_protect_page_with_identities (TriProtectPage *self, TriProtectPageFunc func)
{
  Wish *wish = g_new (Wish, 1);
  *wish = (Wish) { g_object_ref (self), func };
  tri_protect_keys_load_identities_async (self->keys, self->gone, loaded, wish);
}

static void
on_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  TriVaultTotals totals;
  if (self->beginning || tri_vault_queue_is_running (self->queue))
    return;
  if (g_str_equal (action, "protect.retry"))
    tri_vault_queue_retry (self->queue);
  tri_vault_queue_get_totals (self->queue, &totals);
  if (totals.n[TRI_VAULT_QUEUED] == 0 || (totals.n_to_protect > 0 && tri_protect_page_asks_to_shrink (self)))
    return;
  self->beginning = TRUE;
  if (totals.n_to_open > 0)
    tri_protect_page_with_identities (self, open_them);
  else
    begin (self, NULL);
}

/* What is queued is begun; where nothing is, what failed is tried again, with another passphrase maybe. */
gboolean
tri_protect_page_go (TriProtectPage *self)
{
  TriVaultTotals totals;
  tri_vault_queue_get_totals (self->queue, &totals);
  return gtk_widget_activate_action (GTK_WIDGET (self), totals.n[TRI_VAULT_QUEUED] > 0 ? "protect.run" : "protect.retry", NULL);
}

/* Enter in the passphrase. */
static void
on_activate (TriProtectPage *self)
{
  tri_protect_page_go (self);
}

static void
on_pause (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  tri_protect_page_say (self, NULL);
  tri_vault_queue_set_paused (self->queue, !tri_vault_queue_is_paused (self->queue));
}

static void
on_stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tri_vault_queue_stop (TRI_PROTECT_PAGE (widget)->queue);
}

static void
on_answer (AdwMessageDialog *dialog, const char *response, TriProtectPage *self)
{
  if (g_str_equal (response, "stop"))
    tri_vault_queue_stop (self->queue);
  else
    tri_vault_queue_answer (self->queue, g_str_equal (response, "replace") ? TRI_VAULT_REPLACE
                                         : g_str_equal (response, "number") ? TRI_VAULT_NUMBER : TRI_VAULT_SKIP);
}

static void
on_ask (TriProtectPage *self, TriVaultRow *row)
{
  const TriVaultItem *item = tri_vault_row_get_item (row);
  g_autofree char *base = g_file_get_basename (item->source), *name = g_filename_display_name (base);
  g_autofree char *body = g_strdup_printf (
      _("The result of “%s” would have the name of a file that is there already. What shall be done with this one, and with all "
        "others of this run whose name is taken?"), name);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _("A Name Is Taken"), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "stop", _("S_top"), "replace", _("_Replace"), "number",
                                    _("Add a _Number"), "skip", _("_Skip"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "skip");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "stop");
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* @n_wrong: (out): how many failed because of the key. Brings the first that failed into view. */
static void
look_at_failures (TriProtectPage *self, guint *n_wrong)
{
  gboolean found = FALSE;
  *n_wrong = 0;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->queue)); i++)
    {
      g_autoptr (TriVaultRow) row = g_list_model_get_item (G_LIST_MODEL (self->queue), i);
      const TriVaultItem *item = tri_vault_row_get_item (row);
      if (tri_vault_row_get_state (row) != TRI_VAULT_FAILED)
        continue;
      *n_wrong += g_error_matches (item->error, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH) ? 1 : 0;
      if (!found)
        gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", i);
      found = TRUE;
    }
}

static void
on_finished (TriProtectPage *self)
{
  TriVaultTotals totals;
  tri_vault_queue_get_totals (self->queue, &totals);
  tri_protect_page_update (self);
  g_autofree char *words = tri_protect_words_of_end (&totals);
  gboolean failed = totals.n[TRI_VAULT_FAILED] > 0, all = totals.n[TRI_VAULT_DONE] == totals.n_items;
  const char *icon = failed ? "dialog-warning-symbolic" : all ? "emblem-ok-symbolic" : NULL;
  guint n = 0;
  if (failed)
    look_at_failures (self, &n);
  if (n == 0)
    {
      tri_protect_page_say_end (self, words, icon);
      return;
    }
  g_autofree char *advice = g_strdup_printf (
      ngettext ("%s. The passphrase or key does not fit %'u file: give another one, then retry.",
                "%s. The passphrase or key does not fit %'u files: give another one, then retry.", n), words, n);
  tri_protect_page_say_end (self, advice, icon);
  tri_protect_keys_ask (self->keys);
}

void
tri_protect_page_init_run (TriProtectPage *self)
{
  g_signal_connect_swapped (self->queue, "changed", G_CALLBACK (tri_protect_page_update), self);
  g_signal_connect_swapped (self->queue, "ask", G_CALLBACK (on_ask), self);
  g_signal_connect_swapped (self->queue, "finished", G_CALLBACK (on_finished), self);
  g_signal_connect_object (self->keys, "changed", G_CALLBACK (tri_protect_page_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keys, "activate", G_CALLBACK (on_activate), self, G_CONNECT_SWAPPED);
}

void
tri_protect_page_class_add_run (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "protect.run", NULL, on_run);
  gtk_widget_class_install_action (klass, "protect.retry", NULL, on_run);
  gtk_widget_class_install_action (klass, "protect.pause", NULL, on_pause);
  gtk_widget_class_install_action (klass, "protect.stop", NULL, on_stop);
}
