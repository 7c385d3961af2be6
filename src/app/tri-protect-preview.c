/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-preview.h"

#include <glib/gi18n-lib.h>

#include "tri-picture.h"
#include "tri-protect-words.h"
#include "tri-thumbnail.h"

#define SIDE 720                              /* of the texture: the plaintext of a stamp is less to leave in memory */
#define BYTES_MAX (512u * 1024 * 1024)

struct _TriProtectPreview {
  AdwBin parent_instance;
  GtkPicture *picture;
  GtkLabel *name, *words, *command;
  GtkSpinner *spinner;
  GtkWidget *look, *command_box;
  TriVaultRow *row;
  GCancellable *opening;
};

enum { LOOKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TriProtectPreview, tri_protect_preview, ADW_TYPE_BIN)

/* What a worker opens, and what it gave. */
typedef struct {
  GFile *file;
  GPtrArray *identities;
  GdkTexture *texture;
  char *name;
  guint64 size;
  guint width, height;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;
  g_object_unref (look->file);
  g_ptr_array_unref (look->identities);
  g_clear_object (&look->texture);
  g_free (look->name);
  g_free (look);
}

static void
open_look (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  GError *error = NULL;
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_autoptr (GBytes) bytes = tri_vault_open_to_memory (look->file, look->identities, BYTES_MAX, &look->name, progress, &error);
  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  look->size = g_bytes_get_size (bytes);
  g_autofree char *outside = g_file_get_basename (look->file);
  const char *name = look->name != NULL ? look->name : outside;
  g_autoptr (TriImage) image = tri_picture_load_bytes (bytes, name, cancellable, NULL);
  if (image != NULL)
    {
      look->texture = tri_thumbnail_new (image, MIN (SIDE, MAX (image->width, image->height)));
      look->width = image->width;
      look->height = image->height;
    }
  g_task_return_boolean (task, TRUE);
}

static void
show_look (TriProtectPreview *self, const Look *look)
{
  g_autofree char *size = g_format_size (look->size), *words = NULL;
  g_autofree char *name = look->name != NULL ? g_filename_display_name (look->name) : NULL;
  if (look->texture == NULL)
    words = g_strdup_printf (_("The key fits: %s, and not a picture. Open it to a folder to use it."), size);
  else if (name != NULL)
    words = g_strdup_printf (_("“%s”, %u × %u, %s: in memory only, nothing was written to the disk."), name, look->width,
                             look->height, size);
  else
    words = g_strdup_printf (_("%u × %u, %s: in memory only, nothing was written to the disk."), look->width, look->height, size);
  gtk_picture_set_paintable (self->picture, look->texture != NULL ? GDK_PAINTABLE (look->texture) : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->picture), look->texture != NULL);
  gtk_widget_set_visible (self->look, FALSE);
  gtk_label_set_label (self->words, words);
}

static void
opened (GObject *source, GAsyncResult *result, gpointer data)
{
  TriProtectPreview *self = TRI_PROTECT_PREVIEW (source);
  g_autoptr (GError) error = NULL;
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);
  if (self->opening != g_task_get_cancellable (G_TASK (result)))
    return;
  g_clear_object (&self->opening);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_sensitive (self->look, TRUE);
  if (good)
    show_look (self, g_task_get_task_data (G_TASK (result)));
  else
    gtk_label_set_label (self->words, error->message);
  g_signal_emit (self, signals[LOOKED], 0, self->row, error);
}

/* @identities: (element-type TriAgeIdentity) */
void
tri_protect_preview_open (TriProtectPreview *self, GPtrArray *identities)
{
  if (self->row == NULL || self->opening != NULL)
    return;
  Look *look = g_new0 (Look, 1);
  look->file = g_object_ref (tri_vault_row_get_item (self->row)->source);
  look->identities = g_ptr_array_ref (identities);
  self->opening = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->opening, opened, NULL);
  g_task_set_task_data (task, look, look_free);
  gtk_spinner_start (self->spinner);
  gtk_widget_set_sensitive (self->look, FALSE);
  gtk_label_set_label (self->words, _("Opening…"));
  g_task_run_in_thread (task, open_look);
}

/* The age file that is, or came out. Returns: (transfer none) (nullable) */
static GFile *
get_sealed (TriVaultRow *row)
{
  const TriVaultItem *item = tri_vault_row_get_item (row);
  TriVaultState state = tri_vault_row_get_state (row);
  if (item->opening)
    return item->source;
  return state == TRI_VAULT_DONE ? item->result.file : NULL;
}

static void
show_command (TriProtectPreview *self)
{
  GFile *sealed = get_sealed (self->row);
  g_autofree char *base = sealed != NULL ? g_file_get_basename (sealed) : NULL;
  g_autofree char *output = base == NULL ? NULL
                            : tri_vault_is_age_name (sealed) ? g_strndup (base, strlen (base) - 4)
                                                             : g_strconcat (base, ".opened", NULL);
  g_autofree char *command = sealed != NULL ? tri_vault_open_command (sealed, output) : NULL;
  g_autofree char *shown = command != NULL ? g_filename_display_name (command) : NULL;
  gtk_label_set_label (self->command, shown != NULL ? shown : "");
  gtk_widget_set_visible (self->command_box, command != NULL);
}

static void
on_changed (TriProtectPreview *self)
{
  TriVaultState state = tri_vault_row_get_state (self->row);
  show_command (self);
  if (tri_vault_row_get_item (self->row)->opening)
    return;
  g_autofree char *words = tri_protect_words_of_row (self->row);
  gtk_label_set_label (self->words, state == TRI_VAULT_DONE ? _("Encrypted, read back, and the same as the original.")
                                    : state == TRI_VAULT_QUEUED || state == TRI_VAULT_WORKING ? _("Not encrypted yet.")
                                                                                               : words);
}

/* @row: (nullable): nothing of the one before stays */
void
tri_protect_preview_set_row (TriProtectPreview *self, TriVaultRow *row)
{
  if (row == self->row)
    return;
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  gtk_spinner_stop (self->spinner);
  gtk_picture_set_paintable (self->picture, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->picture), FALSE);
  if (self->row != NULL)
    g_signal_handlers_disconnect_by_func (self->row, on_changed, self);
  g_set_object (&self->row, row);
  gtk_widget_set_visible (GTK_WIDGET (self), row != NULL);
  if (row == NULL)
    return;
  const TriVaultItem *item = tri_vault_row_get_item (row);
  g_autofree char *name = g_file_get_basename (item->source), *shown = g_filename_display_name (name);
  gtk_label_set_label (self->name, shown);
  gtk_widget_set_visible (self->look, item->opening);
  gtk_widget_set_sensitive (self->look, TRUE);
  gtk_label_set_label (self->words, _("A preview is made in memory: nothing of the picture reaches the disk."));
  g_signal_connect_swapped (row, "changed", G_CALLBACK (on_changed), self);
  on_changed (self);
}

static void
dispose (GObject *object)
{
  TriProtectPreview *self = TRI_PROTECT_PREVIEW (object);
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  if (self->row != NULL)
    g_signal_handlers_disconnect_by_func (self->row, on_changed, self);
  g_clear_object (&self->row);
  G_OBJECT_CLASS (tri_protect_preview_parent_class)->dispose (object);
}

static void
tri_protect_preview_class_init (TriProtectPreviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  signals[LOOKED] = g_signal_new ("looked", TRI_TYPE_PROTECT_PREVIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  TRI_TYPE_VAULT_ROW, G_TYPE_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-protect-preview.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriProtectPreview, name)
  BIND (picture); BIND (name); BIND (words); BIND (command); BIND (spinner); BIND (look); BIND (command_box);
#undef BIND
}

static void
tri_protect_preview_init (TriProtectPreview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* Returns: (transfer none) (nullable) */
GdkPaintable *
tri_protect_preview_get_picture (TriProtectPreview *self)
{
  return gtk_picture_get_paintable (self->picture);
}

/* Returns: (transfer none): empty while there is no age file */
const char *
tri_protect_preview_get_command (TriProtectPreview *self)
{
  return gtk_label_get_label (self->command);
}
