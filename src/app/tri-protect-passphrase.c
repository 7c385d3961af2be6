/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-passphrase.h"

#include <glib/gi18n-lib.h>

#include "tri-age-keys.h"
#include "tri-error.h"

struct _TriProtectPassphrase {
  AdwBin parent_instance;
  GtkEditable *first, *second;
};

G_DEFINE_FINAL_TYPE (TriProtectPassphrase, tri_protect_passphrase, ADW_TYPE_BIN)

static void
tri_protect_passphrase_class_init (TriProtectPassphraseClass *klass)
{
}

static GtkEditable *
add_entry (AdwPreferencesGroup *group, const char *title)
{
  GtkWidget *entry = adw_password_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), title);
  adw_preferences_group_add (group, entry);
  return GTK_EDITABLE (entry);
}

static void
tri_protect_passphrase_init (TriProtectPassphrase *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Who can open them"));
  self->first = add_entry (ADW_PREFERENCES_GROUP (group), _("Passphrase"));
  self->second = add_entry (ADW_PREFERENCES_GROUP (group), _("Repeat"));
  adw_bin_set_child (ADW_BIN (self), group);
}

GtkWidget *
tri_protect_passphrase_new (void)
{
  return g_object_new (TRI_TYPE_PROTECT_PASSPHRASE, NULL);
}

/* As if it were typed into both. */
void
tri_protect_passphrase_type (TriProtectPassphrase *self, const char *passphrase)
{
  gtk_editable_set_text (self->first, passphrase);
  gtk_editable_set_text (self->second, passphrase);
}

static gboolean
check (TriProtectPassphrase *self, gboolean twice, GError **error)
{
  const char *first = gtk_editable_get_text (self->first);
  if (*first == '\0')
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("Type a passphrase first."));
  else if (twice && !g_str_equal (first, gtk_editable_get_text (self->second)))
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The two passphrases differ. Type the same one twice."));
  else
    return TRUE;
  gtk_widget_grab_focus (GTK_WIDGET (*first == '\0' ? self->first : self->second));
  return FALSE;
}

/* Returns: (transfer full) (element-type TriAgeRecipient) */
GPtrArray *
tri_protect_passphrase_dup_recipients (TriProtectPassphrase *self, GError **error)
{
  TriAgeRecipient *recipient = !check (self, TRUE, error) ? NULL
      : tri_age_recipient_new_passphrase (gtk_editable_get_text (self->first), TRI_AGE_WORK_FACTOR, error);
  if (recipient == NULL)
    return NULL;
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_ptr_array_add (all, recipient);
  return all;
}

/* Returns: (transfer full) (element-type TriAgeIdentity) */
GPtrArray *
tri_protect_passphrase_dup_identities (TriProtectPassphrase *self, GError **error)
{
  TriAgeIdentity *identity = !check (self, FALSE, error) ? NULL
      : tri_age_identity_new_passphrase (gtk_editable_get_text (self->first), error);
  if (identity == NULL)
    return NULL;
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  g_ptr_array_add (all, identity);
  return all;
}
