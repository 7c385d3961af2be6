/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-save-job.h"

#include <glib/gi18n-lib.h>

#include "tri-picture.h"
#include "tri-sealed-png.h"
#include "tri-slide.h"

static const char *const suffixes[] = { "-encrypted", "-decrypted", "-triptych" };

/* By the ending alone; nothing is read. */
TriNameKind
tri_save_name_kind (const char *name)
{
  g_autofree char *lower = g_utf8_strdown (name, -1);
  if (g_str_has_suffix (lower, ".png"))
    return TRI_NAME_PNG;
  if (tri_sealed_name_is_lossy (name))
    return TRI_NAME_LOSSY;
  g_autofree char *type = g_content_type_guess (lower, NULL, 0, NULL);
  return g_content_type_is_a (type, "image/*") ? TRI_NAME_OTHER : TRI_NAME_BARE;
}

/* Returns: (transfer full): with .png in place of another format's ending, or added */
char *
tri_save_name_as_png (const char *name)
{
  TriNameKind kind = tri_save_name_kind (name);
  const char *dot = strrchr (name, '.');
  gboolean replaced = dot != NULL && dot != name && (kind == TRI_NAME_LOSSY || kind == TRI_NAME_OTHER);
  g_autofree char *stem = replaced ? g_strndup (name, (gsize) (dot - name)) : g_strdup (name);
  return kind == TRI_NAME_PNG ? g_strdup (name) : g_strconcat (stem, ".png", NULL);
}

/* @picture: (nullable): its name. What an earlier save added to it is not added to. */
char *
tri_save_propose (const char *picture, TriSaveWhat what)
{
  g_autofree char *stem = g_strdup (picture != NULL && *picture != '\0' ? picture : _("picture"));
  char *dot = strrchr (stem, '.');
  if (dot != NULL && dot != stem)
    *dot = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (stem, suffixes[i]) && strlen (stem) > strlen (suffixes[i]))
      stem[strlen (stem) - strlen (suffixes[i])] = '\0';
  return g_strconcat (stem, suffixes[what], ".png", NULL);
}

/* Returns: (transfer full): with no file yet; holds @report, which has what @what wants */
TriSaveJob *
tri_save_job_new (TriSaveWhat what, TriReport *report)
{
  TriSaveJob *job = g_new0 (TriSaveJob, 1);
  g_atomic_ref_count_init (&job->refs);
  job->what = what;
  job->report = tri_report_ref (report);
  job->cancellable = g_cancellable_new ();
  return job;
}

TriSaveJob *
tri_save_job_ref (TriSaveJob *job)
{
  g_atomic_ref_count_inc (&job->refs);
  return job;
}

void
tri_save_job_unref (TriSaveJob *job)
{
  if (!g_atomic_ref_count_dec (&job->refs))
    return;
  tri_report_unref (job->report);
  g_clear_object (&job->file);
  g_clear_object (&job->cancellable);
  g_free (job);
}

/* @replace: the person said so of this very name */
void
tri_save_job_set_file (TriSaveJob *job, GFile *file, gboolean replace)
{
  g_set_object (&job->file, file);
  job->replace = replace;
}

/* On any thread. Returns: 0…1 */
double
tri_save_job_get_fraction (TriSaveJob *job)
{
  return g_atomic_int_get (&job->thousandths) / 1000.0;
}

static void
on_progress (double fraction, gpointer data)
{
  TriSaveJob *job = data;
  g_atomic_int_set (&job->thousandths, (gint) (fraction * 1000));
}

static gboolean
save (const TriSaveJob *job, TriProgress *progress, GError **error)
{
  switch (job->what)
    {
    case TRI_SAVE_ENCRYPTED: return tri_sealed_save (job->report->sealed, job->file, job->replace, progress, error);
    case TRI_SAVE_DECRYPTED:
      return tri_picture_save_png (job->report->decrypted, job->file, job->replace, progress, error);
    case TRI_SAVE_SLIDE:
      {
        g_autoptr (TriImage) slide = tri_slide_new (job->report, error);
        return slide != NULL && tri_picture_save_png (slide, job->file, job->replace, progress, error);
      }
    default: g_assert_not_reached ();
    }
}

static void
save_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, on_progress, data);
  if (save (data, progress, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* @job has a file. @callback: on the main loop, also when the job was cancelled; @job lives until then */
void
tri_save_job_run_async (TriSaveJob *job, gpointer source, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (G_IS_FILE (job->file));
  g_autoptr (GTask) task = g_task_new (source, job->cancellable, callback, user_data);
  g_task_set_source_tag (task, tri_save_job_run_async);
  g_task_set_check_cancellable (task, FALSE); /* what was written in the end is said to be */
  g_task_set_task_data (task, tri_save_job_ref (job), (GDestroyNotify) tri_save_job_unref);
  g_task_run_in_thread (task, save_thread);
}

/* Returns: whether the file is whole and in its place */
gboolean
tri_save_job_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Returns: (transfer none) */
TriSaveJob *
tri_save_job_of_result (GAsyncResult *result)
{
  return g_task_get_task_data (G_TASK (result));
}
