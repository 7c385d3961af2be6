/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-page-private.h"

#include <glib/gi18n-lib.h>

#include "tri-name.h"
#include "tri-page.h"
#include "tri-protect-row.h"
#include "tri-protect-words.h"
#include "tri-tab-stop.h"

static void page_init (TriPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TriProtectPage, tri_protect_page, ADW_TYPE_BIN, G_IMPLEMENT_INTERFACE (TRI_TYPE_PAGE, page_init))

/* In a line that is there all the time: of one that is only shown now, GTK tells screen readers nothing. */
static void
say (TriProtectPage *self, const char *text, const char *icon)
{
  gboolean good = g_strcmp0 (icon, "emblem-ok-symbolic") == 0;
  gtk_image_set_from_icon_name (self->status_icon, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->status_icon), icon != NULL);
  gtk_widget_set_css_classes (GTK_WIDGET (self->status_icon), (const char *[]) { good ? "success" : "error", NULL });
  gtk_widget_set_css_classes (GTK_WIDGET (self->status), (const char *[]) { icon != NULL ? "heading" : "body", NULL });
  gtk_label_set_label (self->status, text != NULL ? text : "");
}

/* What a run came to, which stays to be read. @text: (nullable): NULL when another begins. @icon: (nullable): how well, for
 * those who see it */
void
tri_protect_page_say_end (TriProtectPage *self, const char *text, const char *icon)
{
  g_free (self->end);
  self->end = g_strdup (text);
  self->end_icon = icon;
  say (self, text, icon);
}

/* Said below the list, where screen readers announce it. @text: (nullable): NULL for the end of the last run again */
void
tri_protect_page_say (TriProtectPage *self, const char *text)
{
  say (self, text != NULL ? text : self->end, text != NULL ? NULL : self->end_icon);
}

static void
enable (TriProtectPage *self, const char *action, gboolean enabled)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, enabled);
}

/* With its name for screen readers. */
static void
set_label (GtkButton *button, const char *label)
{
  if (g_strcmp0 (gtk_button_get_label (button), label) == 0)
    return;
  gtk_button_set_label (button, label);
  tri_name_buttons (GTK_WIDGET (button));
}

static void
show_buttons (TriProtectPage *self, const TriVaultTotals *totals)
{
  gboolean running = tri_vault_queue_is_running (self->queue), paused = tri_vault_queue_is_paused (self->queue);
  guint n_again = totals->n[TRI_VAULT_FAILED] + totals->n[TRI_VAULT_STOPPED];
  gtk_widget_set_visible (GTK_WIDGET (self->pause), running);
  gtk_widget_set_visible (GTK_WIDGET (self->stop), running);
  gtk_widget_set_visible (GTK_WIDGET (self->retry), !running && n_again > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), running);
  set_label (self->pause, paused ? _("Res_ume") : _("P_ause"));
  set_label (self->retry, totals->n[TRI_VAULT_FAILED] > 0 ? _("_Retry Failed") : _("Go _On"));
  enable (self, "protect.run", !running && !self->beginning && totals->n[TRI_VAULT_QUEUED] > 0);
  enable (self, "protect.pause", running);
  enable (self, "protect.stop", running);
  enable (self, "protect.retry", !running && n_again > 0);
  enable (self, "protect.clear", !running);
  enable (self, "protect.clear-done", !running && totals->n[TRI_VAULT_DONE] + totals->n[TRI_VAULT_SKIPPED] > 0);
  enable (self, "protect.remove", !running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->clear_button), !running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->keys), !running && !self->beginning);
  gtk_widget_set_sensitive (GTK_WIDGET (self->results), !running);
}

static char *
summary_words (TriProtectPage *self, const TriVaultTotals *totals)
{
  if (tri_vault_queue_is_running (self->queue))
    return tri_protect_words_of_progress (totals, tri_vault_queue_is_paused (self->queue));
  if (tri_vault_queue_is_adding (self->queue))
    return g_strdup (_("Looking for files…"));
  return tri_protect_words_of_plan (totals); /* what was done is said by the status */
}

/* What is asked for follows what is in the queue; what is missing is said above the button. */
static void
show_keys (TriProtectPage *self, const TriVaultTotals *totals)
{
  gboolean idle = !tri_vault_queue_is_running (self->queue) && !self->beginning;
  if (idle)
    {
      gboolean opening = totals->n_items > 0 && totals->n_opening == totals->n_items;
      tri_protect_keys_set_opening (self->keys, opening);
      tri_protect_results_set_opening (self->results, opening);
      gtk_widget_set_visible (self->advice, !opening);
    }
  gboolean said = totals->n_opening > 0 && totals->n_opening == totals->n_items
                  && !tri_protect_keys_uses_passphrase (self->keys); /* of the key ring, above its row */
  const char *why = idle && !said && totals->n[TRI_VAULT_QUEUED] > 0 ? tri_protect_keys_why_not (self->keys) : NULL;
  gtk_label_set_label (self->note, why != NULL ? why : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), why != NULL);
}

/* A pause after which nothing is left to be done is the end. */
static void
show_pause (TriProtectPage *self, const TriVaultTotals *totals)
{
  guint n_working = totals->n[TRI_VAULT_WORKING];
  if (!tri_vault_queue_is_running (self->queue) || !tri_vault_queue_is_paused (self->queue))
    return;
  if (n_working + totals->n[TRI_VAULT_QUEUED] == 0)
    tri_vault_queue_set_paused (self->queue, FALSE);
  else
    tri_protect_page_say (self, n_working > 0 ? _("Pausing: the files in work are finished first.") : _("Paused."));
}

/* With the focus, where it was on the one before: what has it must not vanish. */
static void
show_view (TriProtectPage *self, const char *name)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean follow = gtk_widget_get_mapped (GTK_WIDGET (self))
                    && (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->views)));
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->views), name) == 0)
    return;
  gtk_stack_set_visible_child_name (self->views, name);
  if (follow)
    gtk_widget_grab_focus (g_str_equal (name, "queue") ? GTK_WIDGET (self->list) : self->first_choice);
}

/* Shows how things are. */
void
tri_protect_page_update (TriProtectPage *self)
{
  TriVaultTotals totals;
  tri_vault_queue_get_totals (self->queue, &totals);
  g_autofree char *summary = summary_words (self, &totals), *run = tri_protect_words_of_run (&totals);
  show_view (self, totals.n_items > 0 ? "queue" : "empty");
  gtk_label_set_label (self->summary, summary);
  gtk_widget_set_visible (GTK_WIDGET (self->summary), *summary != '\0');
  set_label (self->run, tri_vault_queue_is_running (self->queue) ? _("Working…") : run);
  if (totals.size > 0)
    gtk_progress_bar_set_fraction (self->progress, MIN (1, (double) totals.done_size / (double) totals.size));
  show_buttons (self, &totals);
  show_keys (self, &totals);
  show_pause (self, &totals);
}

static gboolean
on_page_action (TriPage *page, const char *action)
{
  static const struct { const char *window, *own; } actions[] = {
    { "win.open", "protect.choose" }, { "win.paste", "protect.paste" },
    { "win.run-or-stop", "protect.run" }, { "win.stop", "protect.stop" },
  };
  if (g_str_equal (action, "win.run"))
    return tri_protect_page_go (TRI_PROTECT_PAGE (page));
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (action, actions[i].window))
      return gtk_widget_activate_action (GTK_WIDGET (page), actions[i].own, NULL);
  return FALSE;
}

static char *
why_stay (TriPage *page)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (page);
  TriVaultTotals totals;
  if (!tri_vault_queue_is_running (self->queue))
    return NULL;
  tri_vault_queue_get_totals (self->queue, &totals);
  guint n = totals.n[TRI_VAULT_QUEUED] + totals.n[TRI_VAULT_WORKING];
  return g_strdup_printf (ngettext ("%'u file is not done yet. The originals stay as they are, and what is done stays done.",
                                    "%'u files are not done yet. The originals stay as they are, and what is done stays done.",
                                    n), n);
}

static void
page_init (TriPageInterface *iface)
{
  iface->activate = on_page_action;
  iface->why_stay = why_stay;
}

static void
dispose (GObject *object)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (object);
  tri_protect_page_dispose_advice (self);
  g_cancellable_cancel (self->gone);
  g_clear_object (&self->gone);
  g_clear_object (&self->chooser);
  if (self->queue != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->queue, self);
      tri_vault_queue_stop (self->queue);
    }
  g_clear_object (&self->selection);
  g_clear_object (&self->queue);
  g_clear_pointer (&self->end, g_free);
  G_OBJECT_CLASS (tri_protect_page_parent_class)->dispose (object);
}

static void
tri_protect_page_class_init (TriProtectPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  g_type_ensure (TRI_TYPE_PROTECT_PREVIEW);
  g_type_ensure (TRI_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-protect-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriProtectPage, name)
  BIND (views); BIND (list); BIND (groups); BIND (left); BIND (side); BIND (first_choice); BIND (progress);
  BIND (summary); BIND (status); BIND (status_icon); BIND (note); BIND (run); BIND (retry); BIND (pause); BIND (stop); BIND (clear_button);
  BIND (preview);
#undef BIND
  tri_protect_page_class_add_files (widget_class);
  tri_protect_page_class_add_look (widget_class);
  tri_protect_page_class_add_run (widget_class);
}

static void
tri_protect_page_init (TriProtectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->queue = tri_vault_queue_new ();
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->queue)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  tri_protect_row_set_up (self->list);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  self->keys = TRI_PROTECT_KEYS (tri_protect_keys_new ());
  self->results = TRI_PROTECT_RESULTS (tri_protect_results_new ());
  gtk_box_append (self->groups, GTK_WIDGET (self->keys));
  tri_protect_page_init_advice (self);
  gtk_box_append (self->groups, GTK_WIDGET (self->results));
  tri_protect_page_init_ledger (self);
  tri_protect_page_init_files (self);
  tri_protect_page_init_look (self);
  tri_protect_page_init_run (self);
  tri_protect_page_update (self);
}
