/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-people.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-key-text.h"
#include "tri-name.h"
#include "tri-secret.h"
#include "tri-tooltip.h"

#define FILE_MAX_SIZE (4u * 1024 * 1024)

typedef struct {
  TriAgeRecipient *recipient;
  char *text, *label, *fingerprint;
  gboolean own;
} Person;

struct _TriPeople {
  AdwBin parent_instance;
  GtkListBox *list, *known;
  GtkMenuButton *add;
  GtkPopover *popover;
  GtkWidget *known_box;
  GtkEntry *pasted;
  GtkLabel *refused, *problem, *note;
  GtkFileChooserNative *chooser;
  GCancellable *cancellable;
  TriRing *ring;
  GPtrArray *people; /* Person, in the order of the rows */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TriPeople, tri_people, ADW_TYPE_BIN)

static void
person_free (Person *person)
{
  tri_age_recipient_unref (person->recipient);
  g_free (person->text);
  g_free (person->label);
  g_free (person->fingerprint);
  g_free (person);
}

static const TriKeyringEntry *
find_entry (TriPeople *self, const char *fingerprint)
{
  GPtrArray *entries = tri_ring_get_entries (self->ring);
  for (guint i = 0; i < entries->len; i++)
    if (strcmp (((TriKeyringEntry *) entries->pdata[i])->fingerprint, fingerprint) == 0)
      return entries->pdata[i];
  return NULL;
}

static const Person *
find_person (TriPeople *self, const char *fingerprint)
{
  for (guint i = 0; i < self->people->len; i++)
    if (strcmp (((Person *) self->people->pdata[i])->fingerprint, fingerprint) == 0)
      return self->people->pdata[i];
  return NULL;
}

static guint
count_kind (TriPeople *self, TriAgeKind kind)
{
  guint n = 0;
  for (guint i = 0; i < self->people->len; i++)
    n += tri_age_recipient_get_kind (((Person *) self->people->pdata[i])->recipient) == kind;
  return n;
}

static gboolean
has_own (TriPeople *self)
{
  for (guint i = 0; i < self->people->len; i++)
    if (((Person *) self->people->pdata[i])->own)
      return TRUE;
  return FALSE;
}

/* Returns: (nullable): why these recipients can't be in one file */
const char *
tri_people_get_problem (TriPeople *self)
{
  guint hybrid = count_kind (self, TRI_AGE_HYBRID);
  return hybrid > 0 && hybrid < self->people->len
             ? _("Post-quantum recipients can't be combined with others in one file: the others would undo their "
                 "protection. Remove those of one kind.")
             : NULL;
}

gboolean
tri_people_is_empty (TriPeople *self)
{
  return self->people->len == 0;
}

/* Returns: (nullable): what is missing, in a sentence */
const char *
tri_people_why_not (TriPeople *self)
{
  return self->people->len == 0 ? _("Add a recipient: who shall be able to open the files?") : tri_people_get_problem (self);
}

static void
show_notes (TriPeople *self)
{
  const char *problem = tri_people_get_problem (self);
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  g_autoptr (GString) note = g_string_new (NULL);
  if (self->people->len == 0)
    g_string_append (note, _("Each recipient opens the files with their own secret key; no passphrase changes hands."));
  else if (!has_own (self))
    g_string_append (note, _("None of these is yours: you won't be able to open the protected files yourself. Add your own key, "
                             "too, if you want to."));
  if (self->people->len > 0 && problem == NULL)
    g_string_append_printf (note, "%s%s", note->len > 0 ? "\n" : "",
                            count_kind (self, TRI_AGE_HYBRID) > 0
                                ? _("Post-quantum: safe from quantum computers, too.")
                                : _("Not post-quantum: who keeps the files until there are large quantum computers could open "
                                    "them then."));
  gtk_label_set_label (self->note, note->str);
}

static void
changed (TriPeople *self)
{
  show_notes (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_remove (GtkButton *button, TriPeople *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_LIST_BOX_ROW);
  g_ptr_array_remove_index (self->people, (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)));
  gtk_list_box_remove (self->list, row);
  gtk_widget_grab_focus (GTK_WIDGET (self->add));
  changed (self);
}

static void
append_row (TriPeople *self, const Person *person)
{
  GtkWidget *remove = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *name = g_strdup_printf (_("Remove %s"), person->label);
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (remove, name);
  tri_name_buttons (remove);
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove), self);
  g_autofree char *title = g_strdup_printf (_("For: %s"), person->label);
  GtkWidget *row = tri_key_row_new (title, person->text, tri_age_recipient_get_kind (person->recipient), remove);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_list_box_insert (self->list, row, (int) self->people->len - 1);
}

/* @recipient: (transfer full) */
static gboolean
take (TriPeople *self, TriAgeRecipient *recipient, const char *label, GError **error)
{
  g_autoptr (TriAgeRecipient) mine = recipient;
  g_autofree char *fingerprint = tri_age_recipient_get_fingerprint (recipient);
  if (find_person (self, fingerprint) != NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_INVALID, _("This recipient is in the list already."));
      return FALSE;
    }
  const TriKeyringEntry *entry = find_entry (self, fingerprint);
  if (entry != NULL && entry->revoked != 0)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("“%s” was revoked: nothing is protected with it any more."),
                   entry->label);
      return FALSE;
    }
  Person *person = g_new0 (Person, 1);
  person->text = tri_age_recipient_to_text (recipient);
  person->label = entry != NULL ? g_strdup (entry->label) : label != NULL ? g_strdup (label) : tri_key_text_short (person->text);
  person->own = entry != NULL && entry->store != NULL;
  person->fingerprint = g_steal_pointer (&fingerprint);
  person->recipient = g_steal_pointer (&mine);
  g_ptr_array_add (self->people, person);
  append_row (self, person);
  return TRUE;
}

/* @label: (nullable): its name, unless the key ring knows one */
gboolean
tri_people_add_text (TriPeople *self, const char *text, const char *label, GError **error)
{
  TriAgeRecipient *recipient = tri_age_recipient_parse (text, error);
  if (recipient == NULL || !take (self, recipient, label, error))
    return FALSE;
  changed (self);
  return TRUE;
}

static void
refuse (TriPeople *self, const GError *error)
{
  gtk_label_set_label (self->refused, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->refused), error != NULL);
  if (error != NULL)
    gtk_popover_popup (self->popover);
}

static void
read_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = tri_file_read (data, FILE_MAX_SIZE, cancellable, &error);
  char *text = bytes != NULL ? tri_secret_copy (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  GPtrArray *recipients = text != NULL ? tri_age_recipients_parse_file (text, &error) : NULL;
  tri_secret_free (text); /* somebody may have chosen the wrong file */
  if (recipients != NULL)
    g_task_return_pointer (task, recipients, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
file_read (GObject *source, GAsyncResult *result, gpointer data)
{
  TriPeople *self = TRI_PEOPLE (source);
  GFile *file = g_task_get_task_data (G_TASK (result));
  g_autofree char *name = tri_file_get_name (file);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) recipients = g_task_propagate_pointer (G_TASK (result), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->ring == NULL)
    return;
  guint n = 0;
  for (guint i = 0; recipients != NULL && i < recipients->len; i++)
    n += take (self, tri_age_recipient_ref (recipients->pdata[i]), recipients->len == 1 ? name : NULL,
               n == 0 && error == NULL ? &error : NULL);
  if (n > 0)
    {
      g_clear_error (&error);
      gtk_popover_popdown (self->popover);
    }
  else
    g_prefix_error (&error, "%s: ", name);
  refuse (self, error);
  changed (self);
}

/* A file for `age -R`. What is wrong with it is said in the popover. */
void
tri_people_add_file (TriPeople *self, GFile *file)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, file_read, NULL);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, read_file);
}

static void
on_paste (TriPeople *self)
{
  g_autoptr (GError) error = NULL;
  if (tri_people_add_text (self, gtk_editable_get_text (GTK_EDITABLE (self->pasted)), NULL, &error))
    {
      gtk_editable_set_text (GTK_EDITABLE (self->pasted), "");
      gtk_popover_popdown (self->popover);
    }
  refuse (self, error);
}

static void
on_known (TriPeople *self, GtkListBoxRow *row)
{
  const char *fingerprint = g_object_get_data (G_OBJECT (row), "fingerprint");
  const TriKeyringEntry *entry = find_entry (self, fingerprint);
  g_autoptr (GError) error = NULL;
  if (entry != NULL && tri_people_add_text (self, entry->recipient, entry->label, &error))
    gtk_popover_popdown (self->popover);
  refuse (self, error);
}

static void
on_chosen (GtkFileChooserNative *chooser, int response, TriPeople *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_clear_object (&self->chooser);
  if (file != NULL)
    tri_people_add_file (self, file);
}

static void
on_choose (TriPeople *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gtk_popover_popdown (self->popover);
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Choose a File of Recipients"), GTK_WINDOW (root),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, TriPeople *self)
{
  g_autoptr (GError) error = NULL;
  GSList *files = G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) ? g_value_get_boxed (value) : NULL;
  for (GSList *l = files; l != NULL; l = l->next)
    tri_people_add_file (self, l->data);
  if (G_VALUE_HOLDS (value, G_TYPE_STRING))
    {
      tri_people_add_text (self, g_value_get_string (value), NULL, &error);
      refuse (self, error);
    }
  return files != NULL || (G_VALUE_HOLDS (value, G_TYPE_STRING) && error == NULL);
}

/* The keys of the ring that are not chosen yet, when the popover opens. */
static void
fill_known (TriPeople *self)
{
  GPtrArray *entries = tri_ring_get_entries (self->ring);
  GtkWidget *child;
  guint n = 0;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->known))) != NULL)
    gtk_list_box_remove (self->known, child);
  for (guint i = 0; i < entries->len; i++)
    {
      const TriKeyringEntry *entry = entries->pdata[i];
      if (entry->revoked != 0 || find_person (self, entry->fingerprint) != NULL)
        continue;
      g_autofree char *mine = entry->store != NULL ? g_strdup_printf (_("%s (yours)"), entry->label) : NULL;
      GtkWidget *row = tri_key_row_new (mine != NULL ? mine : entry->label, entry->recipient, entry->kind, NULL);
      g_object_set_data_full (G_OBJECT (row), "fingerprint", g_strdup (entry->fingerprint), g_free);
      gtk_list_box_append (self->known, row);
      n++;
    }
  gtk_widget_set_visible (self->known_box, n > 0);
}

static void
on_popover (TriPeople *self)
{
  fill_known (self);
}

static void
on_popover_closed (TriPeople *self)
{
  refuse (self, NULL);
}

/* Returns: (transfer full) (element-type TriAgeRecipient) */
GPtrArray *
tri_people_dup_recipients (TriPeople *self)
{
  GPtrArray *recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  for (guint i = 0; i < self->people->len; i++)
    g_ptr_array_add (recipients, tri_age_recipient_ref (((Person *) self->people->pdata[i])->recipient));
  return recipients;
}

static void
dispose (GObject *object)
{
  TriPeople *self = TRI_PEOPLE (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->ring);
  G_OBJECT_CLASS (tri_people_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_ptr_array_unref (TRI_PEOPLE (object)->people);
  G_OBJECT_CLASS (tri_people_parent_class)->finalize (object);
}

static void
tri_people_class_init (TriPeopleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  signals[CHANGED] = g_signal_new ("changed", TRI_TYPE_PEOPLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-people.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriPeople, name)
  BIND (list); BIND (known); BIND (add); BIND (popover); BIND (known_box); BIND (pasted); BIND (refused); BIND (problem);
  BIND (note);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_choose);
  gtk_widget_class_bind_template_callback (widget_class, on_known);
  gtk_widget_class_bind_template_callback (widget_class, on_paste);
}

static void
accept_drops (TriPeople *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), GTK_EVENT_CONTROLLER (target));
}

static void
tri_people_init (TriPeople *self)
{
  self->people = g_ptr_array_new_with_free_func ((GDestroyNotify) person_free);
  self->cancellable = g_cancellable_new ();
  self->ring = tri_ring_dup_default ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->popover, "map", G_CALLBACK (on_popover), self);
  g_signal_connect_swapped (self->popover, "closed", G_CALLBACK (on_popover_closed), self);
  accept_drops (self);
  show_notes (self);
}
