/* What was run: the list of all runs, and the latest of each cipher on this picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-error.h"

#define MAX_ENTRIES 1000

struct _TriHistoryEntry {
  GObject parent_instance;
  TriReport *report;
  GDateTime *time;
  char *picture_name;
  TriImage *thumbnail;
};

G_DEFINE_FINAL_TYPE (TriHistoryEntry, tri_history_entry, G_TYPE_OBJECT)

static void
tri_history_entry_finalize (GObject *object)
{
  TriHistoryEntry *self = TRI_HISTORY_ENTRY (object);
  g_clear_pointer (&self->report, tri_report_unref);
  g_clear_pointer (&self->time, g_date_time_unref);
  g_clear_pointer (&self->thumbnail, tri_image_unref);
  g_free (self->picture_name);
  G_OBJECT_CLASS (tri_history_entry_parent_class)->finalize (object);
}

static void
tri_history_entry_class_init (TriHistoryEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tri_history_entry_finalize;
}

static void
tri_history_entry_init (TriHistoryEntry *self)
{
}

/* Of the encrypted picture, pixels picked rather than averaged, since the mean of noise is a flat grey. */
static TriImage *
make_thumbnail (const TriImage *image)
{
  guint longer = MAX (image->width, image->height), side = MIN (longer, TRI_THUMBNAIL_SIDE);
  guint width = MAX (1, (guint) ((guint64) image->width * side / longer));
  guint height = MAX (1, (guint) ((guint64) image->height * side / longer));
  return tri_image_match (image, width, height, image->channels, NULL);
}

static TriHistoryEntry *
entry_new (TriReport *report, const char *picture_name)
{
  TriHistoryEntry *self = g_object_new (TRI_TYPE_HISTORY_ENTRY, NULL);
  self->report = tri_report_ref (report);
  self->time = g_date_time_new_now_utc ();
  self->picture_name = g_strdup (picture_name);
  self->thumbnail = make_thumbnail (report->sealed->visible);
  return self;
}

/* Returns: (transfer none): its pictures may have been dropped, see TriReport */
TriReport *
tri_history_entry_get_report (TriHistoryEntry *self)
{
  return self->report;
}

/* Returns: (transfer none): when it ended, UTC */
GDateTime *
tri_history_entry_get_time (TriHistoryEntry *self)
{
  return self->time;
}

/* Returns: (nullable) */
const char *
tri_history_entry_get_picture_name (TriHistoryEntry *self)
{
  return self->picture_name;
}

/* Returns: (transfer none) (nullable): the encrypted picture, TRI_THUMBNAIL_SIDE pixels or smaller */
TriImage *
tri_history_entry_get_thumbnail (TriHistoryEntry *self)
{
  return self->thumbnail;
}

static void
replace_comparison (TriSession *self, TriReport *old, TriReport *report)
{
  for (guint i = 0; i < self->comparisons->len; i++)
    if (g_ptr_array_index (self->comparisons, i) == old)
      {
        tri_report_unref (old);
        self->comparisons->pdata[i] = tri_report_ref (report);
      }
}

static guint64
new_bytes (GHashTable *seen, const TriImage *image)
{
  return image != NULL && g_hash_table_add (seen, (gpointer) image) ? tri_image_n_bytes (image) : 0;
}

/* Bytes that a report adds to those whose pictures are in @seen. */
static guint64
count_bytes (GHashTable *seen, const TriReport *report)
{
  guint64 bytes = new_bytes (seen, report->original) + new_bytes (seen, report->decrypted)
                  + new_bytes (seen, report->wrong_key)
                  + new_bytes (seen, report->arrived != NULL ? report->arrived->visible : NULL);
  if (report->sealed != NULL && g_hash_table_add (seen, report->sealed))
    bytes += tri_image_n_bytes (report->sealed->visible) + tri_sealed_get_side_size (report->sealed);
  return bytes;
}

/* Drops the pictures of the oldest runs once all take more than TRI_HISTORY_BYTES; the newest keeps its own. */
static void
thin_out (TriSession *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint64 bytes = 0;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->history));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TriHistoryEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->history), i);
      if (entry->report->sealed == NULL)
        return; /* all that are older have been thinned */
      bytes += count_bytes (seen, entry->report);
      if (i == 0 || bytes <= TRI_HISTORY_BYTES)
        continue;
      TriReport *thin = tri_report_without_pictures (entry->report);
      replace_comparison (self, entry->report, thin);
      tri_report_unref (entry->report);
      entry->report = thin;
    }
}

/* Another key, bit or damage: what the others were measured with is not what this one was. */
static void
drop_incomparable (TriSession *self, const TriReport *report)
{
  for (guint i = self->comparisons->len; i > 0; i--)
    if (!tri_report_is_comparable (report, g_ptr_array_index (self->comparisons, i - 1)))
      g_ptr_array_remove_index (self->comparisons, i - 1);
}

/* Keeps @report as the latest of its cipher, and as the newest of the history. */
void
tri_session_record (TriSession *self, TriReport *report)
{
  g_autoptr (TriHistoryEntry) entry = entry_new (report, self->picture_name);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->history));
  if (n >= MAX_ENTRIES)
    g_list_store_remove (self->history, n - 1);
  g_list_store_insert (self->history, 0, entry);

  if (report->has_original)
    {
      guint i = 0;
      drop_incomparable (self, report);
      while (i < self->comparisons->len && ((TriReport *) self->comparisons->pdata[i])->cipher != report->cipher)
        i++;
      if (i < self->comparisons->len)
        g_ptr_array_remove_index (self->comparisons, i);
      g_ptr_array_insert (self->comparisons, (gint) i, tri_report_ref (report));
    }
  thin_out (self);
  if (report->has_original)
    g_signal_emit (self, tri_session_signals[TRI_SESSION_COMPARISONS_CHANGED], 0);
}

void
tri_session_forget_comparisons (TriSession *self)
{
  if (self->comparisons->len == 0)
    return;
  g_ptr_array_set_size (self->comparisons, 0);
  g_signal_emit (self, tri_session_signals[TRI_SESSION_COMPARISONS_CHANGED], 0);
}

/* Returns: (transfer none): pictures of older ones may have been dropped, see TriReport */
GPtrArray *
tri_session_get_comparisons (TriSession *self)
{
  return self->comparisons;
}

/* Returns: (transfer none) */
GListModel *
tri_session_get_history (TriSession *self)
{
  return G_LIST_MODEL (self->history);
}

/* Shows a run of the past: its picture, cipher, parameters and result. When its pictures have been dropped, its cipher
 * and parameters are taken and run again on the picture that is open. Keys stay as they are. */
void
tri_session_restore (TriSession *self, TriHistoryEntry *entry)
{
  g_return_if_fail (TRI_IS_SESSION (self) && TRI_IS_HISTORY_ENTRY (entry));
  g_autoptr (TriReport) report = tri_report_ref (entry->report);
  if (report->sealed == NULL)
    {
      if (self->opened != NULL)
        return;
      tri_session_remember_step (self);
      tri_session_show_damage (self, report->damage);
      tri_session_choose (self, report->cipher, report->params);
      tri_session_run (self);
      return;
    }
  tri_session_cancel (self);
  if (!report->has_original)
    {
      tri_session_show_picture (self, NULL, report->sealed, entry->picture_name);
      tri_session_forget_steps (self);
    }
  else
    {
      if (self->picture != report->original)
        tri_session_show_picture (self, report->original, NULL, entry->picture_name);
      tri_session_remember_step (self);
    }
  tri_session_show_damage (self, report->damage);
  tri_session_choose (self, report->cipher, report->params);
  tri_session_take_report (self, g_steal_pointer (&report));
}

static void
append_field (GString *csv, const char *text)
{
  if (csv->len > 0 && csv->str[csv->len - 1] != '\n')
    g_string_append_c (csv, ',');
  if (text == NULL || strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (csv, text != NULL ? text : "");
      return;
    }
  g_string_append_c (csv, '"');
  for (const char *p = text; *p != '\0'; p++)
    g_string_append_printf (csv, *p == '"' ? "\"%c" : "%c", *p);
  g_string_append_c (csv, '"');
}

static void
append_number (GString *csv, double value)
{
  g_autofree char *text = tri_number_to_text (value);
  append_field (csv, text);
}

static void
append_pair (GString *csv, const TriPair *pair)
{
  append_number (csv, pair->mse);
  append_number (csv, pair->psnr);
  append_number (csv, pair->ssim);
  append_number (csv, pair->ssim_uniform);
  append_number (csv, pair->differing);
}

static void
append_header (GString *csv)
{
  static const char *const first[] = { "time", "picture", "cipher", "params", "width", "height", "channels" };
  static const char *const last[] = { "encrypt_s", "decrypt_s", "metrics_s", "bytes_original", "bytes_sealed", "refusal" };
  static const char *const sides[] = { "encrypted", "decrypted" };
  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    append_field (csv, first[i]);
  for (guint side = 0; side < G_N_ELEMENTS (sides); side++)
    for (guint m = TRI_METRIC_MSE; m <= TRI_METRIC_DIFFERING; m++)
      {
        g_autofree char *name = g_strdup_printf ("%s_%s", sides[side], tri_metric_infos[m].id);
        append_field (csv, name);
      }
  for (guint m = TRI_METRIC_ENTROPY; m < TRI_N_METRICS; m++)
    append_field (csv, tri_metric_infos[m].id);
  for (guint i = 0; i < G_N_ELEMENTS (last); i++)
    append_field (csv, last[i]);
  g_string_append (csv, "\r\n");
}

static void
append_entry (GString *csv, const TriHistoryEntry *entry)
{
  const TriReport *report = entry->report;
  g_autofree char *time = g_date_time_format_iso8601 (entry->time), *params = tri_params_to_text (report->params);
  append_field (csv, time);
  append_field (csv, entry->picture_name);
  append_field (csv, report->cipher->id);
  append_field (csv, params);
  append_number (csv, report->width);
  append_number (csv, report->height);
  append_number (csv, report->channels);
  append_pair (csv, &report->encrypted);
  append_pair (csv, &report->restored);
  for (guint m = TRI_METRIC_ENTROPY; m < TRI_N_METRICS; m++)
    append_number (csv, report->values[m]);
  append_number (csv, report->encrypt_s);
  append_number (csv, report->decrypt_s);
  append_number (csv, report->metrics_s);
  append_number (csv, (double) report->bytes_original);
  append_number (csv, (double) report->bytes_sealed);
  append_field (csv, report->refusal != NULL ? report->refusal->message : NULL);
  g_string_append (csv, "\r\n");
}

/* Returns: (transfer full): RFC 4180, newest first, in the C locale; "inf", and empty where not defined */
char *
tri_session_history_to_csv (TriSession *self)
{
  GString *csv = g_string_new (NULL);
  append_header (csv);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->history)); i++)
    {
      g_autoptr (TriHistoryEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->history), i);
      append_entry (csv, entry);
    }
  return g_string_free (csv, FALSE);
}

/* Returns: (transfer full): an array, newest first, of what tri_report_to_json() writes with "time" and "name" */
char *
tri_session_history_to_json (TriSession *self)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_array (json, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->history)); i++)
    {
      g_autoptr (TriHistoryEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->history), i);
      g_autofree char *time_text = g_date_time_format_iso8601 (entry->time);
      tri_json_begin_object (json, NULL);
      tri_json_string (json, "time", time_text);
      tri_json_string (json, "name", entry->picture_name);
      tri_report_write_json (entry->report, json);
      tri_json_string (json, "refusal", entry->report->refusal != NULL ? entry->report->refusal->message : NULL);
      tri_json_end (json);
    }
  tri_json_end (json);
  return tri_json_free_to_text (json);
}
