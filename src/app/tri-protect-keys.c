/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-keys.h"

#include <glib/gi18n-lib.h>

#include "tri-error.h"
#include "tri-keyring-dialog.h"
#include "tri-passphrase-box.h"
#include "tri-people.h"
#include "tri-ring.h"

struct _TriProtectKeys {
  AdwBin parent_instance;
  GtkLabel *heading, *warning, *ring_note, *ring_title, *ring_state;
  GtkWidget *choice_notes, *ring_list;
  AdwBin *offer;
  GtkSpinner *ring_busy;
  GtkToggleButton *by_passphrase, *by_keys;
  GtkStack *stack;
  TriPassphraseBox *passphrase;
  TriPeople *people;
  TriRing *ring;
  guint work_factor;
  gboolean opening, was_ready;
};

enum { PROP_0, PROP_READY, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { CHANGED, ACTIVATE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TriProtectKeys, tri_protect_keys, ADW_TYPE_BIN)

static guint
count_own (TriProtectKeys *self)
{
  GPtrArray *entries = tri_ring_get_entries (self->ring);
  guint n = 0;
  for (guint i = 0; i < entries->len; i++)
    n += ((TriKeyringEntry *) entries->pdata[i])->store != NULL;
  return n;
}

gboolean
tri_protect_keys_uses_passphrase (TriProtectKeys *self)
{
  return gtk_toggle_button_get_active (self->by_passphrase);
}

/* @passphrase: FALSE: people and keys */
void
tri_protect_keys_use_passphrase (TriProtectKeys *self, gboolean passphrase)
{
  gtk_toggle_button_set_active (passphrase ? self->by_passphrase : self->by_keys, TRUE);
}

/* Returns: (nullable): what is missing before files can be protected, or opened, in a sentence */
const char *
tri_protect_keys_why_not (TriProtectKeys *self)
{
  if (tri_protect_keys_uses_passphrase (self))
    return tri_passphrase_box_why_not (self->passphrase);
  if (!self->opening)
    return tri_people_why_not (self->people);
  if (tri_ring_get_error (self->ring) != NULL)
    return tri_ring_get_error (self->ring)->message;
  if (count_own (self) == 0)
    return _("The key ring has no secret key. Create one, or import one from its backup.");
  return tri_ring_get_state (self->ring) == TRI_KEYRING_LOCKED ? _("The key ring is locked. Give its passphrase.") : NULL;
}

/* Returns: whether something was typed, or added, in the way that is chosen */
gboolean
tri_protect_keys_is_begun (TriProtectKeys *self)
{
  return tri_protect_keys_uses_passphrase (self) ? !tri_passphrase_box_is_empty (self->passphrase)
                                                 : !tri_people_is_empty (self->people);
}

/* @offer: of the other way, below the choice; for protecting */
void
tri_protect_keys_set_offer (TriProtectKeys *self, GtkWidget *offer)
{
  adw_bin_set_child (self->offer, offer);
}

gboolean
tri_protect_keys_is_ready (TriProtectKeys *self)
{
  return tri_protect_keys_why_not (self) == NULL;
}

static gboolean
needs_unlocking (TriProtectKeys *self)
{
  return self->opening && count_own (self) > 0 && tri_ring_get_state (self->ring) == TRI_KEYRING_LOCKED;
}

static void
show_ring (TriProtectKeys *self)
{
  const char *why = tri_protect_keys_why_not (self);
  guint n = count_own (self), n_all = tri_ring_get_entries (self->ring)->len;
  g_autofree char *keys = g_strdup_printf (ngettext ("%u secret key of yours is tried on each file.",
                                                     "%u secret keys of yours are tried on each file.", n), n);
  g_autofree char *held = g_strdup_printf (ngettext ("%u key", "%u keys", n_all), n_all);
  gtk_label_set_label (self->ring_note, why != NULL ? why : keys);
  gtk_label_set_label (self->ring_title, needs_unlocking (self) ? _("Unlock the Key Ring…") : _("Key Ring…"));
  gtk_label_set_label (self->ring_state, n_all > 0 ? held : _("Empty: create a key, or import one"));
  gtk_spinner_set_spinning (self->ring_busy, tri_ring_is_busy (self->ring));
}

static void
on_ring_row (TriProtectKeys *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *dialog = tri_keyring_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL);
  if (needs_unlocking (self))
    tri_keyring_dialog_unlock (TRI_KEYRING_DIALOG (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_changed (TriProtectKeys *self)
{
  gboolean ready = tri_protect_keys_is_ready (self);
  show_ring (self);
  if (ready != self->was_ready)
    {
      self->was_ready = ready;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_activate (TriProtectKeys *self)
{
  g_signal_emit (self, signals[ACTIVATE], 0);
}

static void
show_page (TriProtectKeys *self)
{
  gboolean passphrase = tri_protect_keys_uses_passphrase (self);
  gtk_stack_set_visible_child_name (self->stack, passphrase ? "passphrase" : self->opening ? "ring" : "people");
  gtk_widget_set_visible (self->ring_list, !passphrase);
  gtk_widget_set_visible (GTK_WIDGET (self->warning), !self->opening);
  gtk_widget_set_visible (self->choice_notes, !self->opening);
  on_changed (self);
}

static void
on_choice (TriProtectKeys *self)
{
  show_page (self);
}

/* @opening: the keys are for opening files, not for protecting them */
void
tri_protect_keys_set_opening (TriProtectKeys *self, gboolean opening)
{
  g_return_if_fail (TRI_IS_PROTECT_KEYS (self));
  if (opening == self->opening)
    return;
  self->opening = opening;
  gtk_label_set_label (self->heading, opening ? _("What opens them") : _("Who can open them"));
  gtk_button_set_label (GTK_BUTTON (self->by_keys), opening ? _("My keys") : _("People and keys"));
  tri_passphrase_box_set_choosing (self->passphrase, !opening);
  show_page (self);
}

/* @work_factor: of a passphrase's scrypt, log₂ N; 0 for the usual one */
void
tri_protect_keys_set_work_factor (TriProtectKeys *self, guint work_factor)
{
  self->work_factor = work_factor;
}

/* Puts the focus where something is missing. */
void
tri_protect_keys_ask (TriProtectKeys *self)
{
  if (tri_protect_keys_uses_passphrase (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->passphrase));
  else
    gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

static GPtrArray *
refuse (const char *why, GError **error)
{
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, why);
  return NULL;
}

/* Returns: (transfer full) (element-type TriAgeRecipient): to protect files for; NULL with what is missing */
GPtrArray *
tri_protect_keys_dup_recipients (TriProtectKeys *self, GError **error)
{
  g_return_val_if_fail (!self->opening, NULL);
  const char *why = tri_protect_keys_why_not (self);
  if (why != NULL)
    return refuse (why, error);
  if (!tri_protect_keys_uses_passphrase (self))
    return tri_people_dup_recipients (self->people);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  TriAgeRecipient *recipient =
      tri_age_recipient_new_passphrase (tri_passphrase_box_get_text (self->passphrase), self->work_factor, error);
  if (recipient == NULL)
    return NULL;
  g_ptr_array_add (recipients, recipient);
  return g_steal_pointer (&recipients);
}

/**
 * tri_protect_keys_dup_identities:
 *
 * What opens: the passphrase that is typed, and those secret keys of the ring that were loaded before; this asks nobody
 * and does not wait.
 *
 * Returns: (transfer full) (element-type TriAgeIdentity): NULL with what is missing
 */
GPtrArray *
tri_protect_keys_dup_identities (TriProtectKeys *self, GError **error)
{
  g_autoptr (GPtrArray) identities = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  GPtrArray *own = tri_ring_get_identities (self->ring);
  for (guint i = 0; own != NULL && i < own->len; i++)
    g_ptr_array_add (identities, tri_age_identity_ref (own->pdata[i]));
  if (tri_protect_keys_uses_passphrase (self) && !tri_passphrase_box_is_empty (self->passphrase))
    {
      TriAgeIdentity *identity = tri_age_identity_new_passphrase (tri_passphrase_box_get_text (self->passphrase), error);
      if (identity == NULL)
        return NULL;
      g_ptr_array_add (identities, identity);
    }
  if (identities->len > 0)
    return g_steal_pointer (&identities);
  const char *why = tri_protect_keys_why_not (self);
  return refuse (why != NULL ? why : _("The secret keys of the key ring were not loaded yet."), error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  TriProtectKeys *self = g_task_get_source_object (task);
  g_autoptr (GError) why = NULL;
  GError *error = NULL;
  gboolean loaded = tri_ring_load_finish (TRI_RING (source), result, &why);
  if (self->ring == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "gone");
      return;
    }
  GPtrArray *identities = tri_protect_keys_dup_identities (self, &error);
  if (identities != NULL)
    {
      g_task_return_pointer (task, identities, (GDestroyNotify) g_ptr_array_unref);
      return;
    }
  g_task_return_error (task, loaded ? error : g_steal_pointer (&why));
  if (!loaded)
    g_error_free (error);
}

/**
 * tri_protect_keys_load_identities_async:
 *
 * tri_protect_keys_dup_identities(), with the key ring's secret keys loaded first where they are wanted: on a worker, and
 * the desktop may ask the user to unlock its store.
 */
void
tri_protect_keys_load_identities_async (TriProtectKeys *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  gboolean wanted = !tri_protect_keys_uses_passphrase (self) && count_own (self) > 0
                    && tri_ring_get_identities (self->ring) == NULL;
  if (wanted)
    {
      tri_ring_load_async (self->ring, cancellable, on_loaded, task);
      return;
    }
  GPtrArray *identities = tri_protect_keys_dup_identities (self, &error);
  if (identities != NULL)
    g_task_return_pointer (task, identities, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

/* Returns: (transfer full) (element-type TriAgeIdentity) */
GPtrArray *
tri_protect_keys_load_identities_finish (TriProtectKeys *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, tri_protect_keys_is_ready (TRI_PROTECT_KEYS (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
dispose (GObject *object)
{
  g_clear_object (&TRI_PROTECT_KEYS (object)->ring);
  G_OBJECT_CLASS (tri_protect_keys_parent_class)->dispose (object);
}

static void
tri_protect_keys_class_init (TriProtectKeysClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->get_property = get_property;
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", TRI_TYPE_PROTECT_KEYS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* Enter in a passphrase that is ready */
  signals[ACTIVATE] = g_signal_new ("activate", TRI_TYPE_PROTECT_KEYS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (TRI_TYPE_PASSPHRASE_BOX);
  g_type_ensure (TRI_TYPE_PEOPLE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-protect-keys.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriProtectKeys, name)
  BIND (heading); BIND (offer); BIND (choice_notes); BIND (warning); BIND (ring_note); BIND (by_passphrase); BIND (by_keys); BIND (stack);
  BIND (passphrase); BIND (people); BIND (ring_list); BIND (ring_title); BIND (ring_state); BIND (ring_busy);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_choice);
  gtk_widget_class_bind_template_callback (widget_class, on_ring_row);
}

static void
tri_protect_keys_init (TriProtectKeys *self)
{
  self->ring = tri_ring_dup_default ();
  gtk_widget_init_template (GTK_WIDGET (self));
  show_ring (self);
  g_signal_connect_object (self->ring, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tri_protect_keys_new (void)
{
  return g_object_new (TRI_TYPE_PROTECT_KEYS, NULL);
}
