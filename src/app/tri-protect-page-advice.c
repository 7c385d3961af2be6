/* The advisor and the key ledger on the Protect page: what they are told of the files, and what follows for a run.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-page-private.h"

#include <glib/gi18n-lib.h>

#include "tri-age-error.h"
#include "tri-automatic-offer.h"
#include "tri-automatic-row.h"
#include "tri-later.h"
#include "tri-ledger-row.h"

#define SETTLE_MS 250 /* files come in many at once, and each is looked at */

/* What most of the bytes are. */
static void
look_at_files (GtkWidget *widget)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  guint64 sizes[TRI_N_CONTENTS] = { 0 }, sum = 0;
  guint n_files = 0;
  TriContent content = TRI_CONTENT_OTHER;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->queue)); i++)
    {
      g_autoptr (TriVaultRow) row = g_list_model_get_item (G_LIST_MODEL (self->queue), i);
      const TriVaultItem *item = tri_vault_row_get_item (row);
      g_autofree char *name = item->opening ? NULL : g_file_get_basename (item->source);
      if (name == NULL)
        continue;
      sizes[tri_content_from_name (name)] += item->size;
      sum += item->size;
      n_files++;
    }
  for (guint i = 0; i < TRI_N_CONTENTS; i++)
    if (sizes[i] > sizes[content])
      content = i;
  tri_automatic_set_files (self->automatic, n_files, sum, content);
}

static void
on_files (TriProtectPage *self)
{
  self->asked_to_shrink = FALSE;
  tri_later (GTK_WIDGET (self), look_at_files, SETTLE_MS);
}

/* However many files a wrong passphrase was tried on, it is one guess. */
static void
on_finished (TriProtectPage *self)
{
  gboolean opened = FALSE, refused = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->queue)); i++)
    {
      g_autoptr (TriVaultRow) row = g_list_model_get_item (G_LIST_MODEL (self->queue), i);
      const TriVaultItem *item = tri_vault_row_get_item (row);
      opened |= item->opening && tri_vault_row_get_state (row) == TRI_VAULT_DONE;
      refused |= item->opening && tri_vault_row_get_state (row) == TRI_VAULT_FAILED
                 && g_error_matches (item->error, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH);
    }
  if (opened || refused)
    tri_automatic_note_opening (self->automatic, opened);
}

/* Who chooses a passphrase against the advice, or people, has decided. */
static void
on_keys (TriProtectPage *self)
{
  gboolean passphrase = tri_protect_keys_uses_passphrase (self->keys);
  TriAdvisedValue advice = tri_automatic_get_advice (self->automatic, TRI_QUESTION_RECIPIENT);
  self->kept = FALSE;
  if (passphrase != (tri_automatic_get_value (self->automatic, TRI_QUESTION_RECIPIENT) == TRI_AGE_PASSPHRASE))
    tri_automatic_choose (self->automatic, TRI_QUESTION_RECIPIENT,
                          passphrase ? TRI_AGE_PASSPHRASE : advice.value == TRI_AGE_HYBRID ? TRI_AGE_HYBRID : TRI_AGE_X25519);
}

/* The advice is taken where the person asked for it: by taking it, or by another purpose or threat while nothing was typed.
 * Else it is not taken from under their hands, for another number of files say: what is selected counts as their choice,
 * and is as long as it differs. */
static void
follow_advice (TriProtectPage *self)
{
  const TriSituation *situation = tri_automatic_get_situation (self->automatic);
  TriThreat threat = tri_automatic_get_chosen_threat (self->automatic);
  gboolean chosen = tri_automatic_is_chosen (self->automatic, TRI_QUESTION_RECIPIENT);
  gboolean passphrase = tri_automatic_get_value (self->automatic, TRI_QUESTION_RECIPIENT) == TRI_AGE_PASSPHRASE;
  gboolean asked = !self->following || ((situation->purpose != self->advised_purpose || threat != self->advised_threat)
                                        && !tri_protect_keys_is_begun (self->keys));
  self->advised_purpose = situation->purpose;
  self->advised_threat = threat;
  self->following = !chosen;
  if (chosen && self->kept && tri_automatic_get_value (self->automatic, TRI_QUESTION_RECIPIENT)
                        == tri_automatic_get_advice (self->automatic, TRI_QUESTION_RECIPIENT).value)
    tri_automatic_follow (self->automatic, TRI_QUESTION_RECIPIENT);
  else if (chosen || asked)
    tri_protect_keys_use_passphrase (self->keys, passphrase);
  else if (passphrase != tri_protect_keys_uses_passphrase (self->keys))
    {
      on_keys (self);
      self->kept = TRUE;
    }
}

static void
on_advice (TriProtectPage *self)
{
  follow_advice (self);
  gboolean text = tri_automatic_is_chosen (self->automatic, TRI_QUESTION_ARMOR)
                  && tri_automatic_get_value (self->automatic, TRI_QUESTION_ARMOR);
  g_settings_set_boolean (self->settings, "protect-armor", text);
  g_settings_set_enum (self->settings, "protect-purpose", (int) tri_automatic_get_situation (self->automatic)->purpose);
  g_settings_set_enum (self->settings, "protect-threat", (int) tri_automatic_get_chosen_threat (self->automatic));
}

static void
on_shrink_answer (AdwMessageDialog *dialog, const char *response, TriProtectPage *self)
{
  self->asked_to_shrink = g_str_equal (response, "go");
  if (self->asked_to_shrink)
    gtk_widget_activate_action (GTK_WIDGET (self), "protect.run", NULL);
}

/* Whether smaller copies would do is asked once for these files; nothing is made smaller without the person. Returns:
 *   whether the run waits for the answer */
gboolean
tri_protect_page_asks_to_shrink (TriProtectPage *self)
{
  TriAdvisedValue advice = tri_automatic_get_advice (self->automatic, TRI_QUESTION_SHRINK);
  if (self->asked_to_shrink || !tri_automatic_get_value (self->automatic, TRI_QUESTION_SHRINK))
    return FALSE;
  g_autofree char *body = g_strdup_printf (
      "%s\n\n%s", advice.value ? advice.reason : _("You wanted to be asked."),
      _("To send smaller copies, make them with a program for photos, clear the list and add those. The files in the list are "
        "protected as they are, to the last byte."));
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                              _("Smaller Copies First?"), body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "go", _("_Protect As They Are"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "go");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_shrink_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

static GtkWidget *
append_group (TriProtectPage *self, const char *title, GtkWidget *row)
{
  GtkWidget *group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  gtk_box_append (self->groups, group);
  return group;
}

/* What the person chose before is chosen again, and the rest follows the advice. */
void
tri_protect_page_init_advice (TriProtectPage *self)
{
  self->settings = g_settings_new ("io.github.triptych.Triptych");
  self->automatic = g_object_ref (tri_automatic_get_default ());
  tri_automatic_set_purpose (self->automatic, (TriPurpose) g_settings_get_enum (self->settings, "protect-purpose"));
  tri_automatic_set_threat (self->automatic, (TriThreat) g_settings_get_enum (self->settings, "protect-threat"));
  if (g_settings_get_boolean (self->settings, "protect-armor"))
    tri_automatic_choose (self->automatic, TRI_QUESTION_ARMOR, TRUE);
  self->advice = append_group (self, _("Advice"), tri_automatic_row_new (self->automatic));
  tri_protect_keys_set_offer (self->keys, tri_automatic_offer_new (self->automatic));
  on_advice (self);
  g_signal_connect_object (self->automatic, "changed", G_CALLBACK (on_advice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keys, "changed", G_CALLBACK (on_keys), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "items-changed", G_CALLBACK (on_files), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
}

/* Where it is seen without scrolling, if something is wrong with it. */
static void
place_ledger (TriProtectPage *self)
{
  gboolean broken = tri_ledger_watch_is_broken (tri_ledger_watch_get_default ());
  GtkWidget *before = broken ? NULL : gtk_widget_get_last_child (GTK_WIDGET (self->groups));
  if (before != self->ledger)
    gtk_box_reorder_child_after (self->groups, self->ledger, before);
}

void
tri_protect_page_init_ledger (TriProtectPage *self)
{
  TriLedgerWatch *watch = tri_ledger_watch_get_default ();
  self->ledger = append_group (self, _("Key ledger"), tri_ledger_row_new (watch));
  g_signal_connect_object (watch, "changed", G_CALLBACK (place_ledger), self, G_CONNECT_SWAPPED);
  place_ledger (self);
}

void
tri_protect_page_dispose_advice (TriProtectPage *self)
{
  g_clear_object (&self->automatic);
  g_clear_object (&self->settings);
}
