/* One run at a time on a worker: the newest wins. A job holds copies of all it needs and only a weak reference to the
 * session; what it gives is applied if it is still the session's job, and dropped if not.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-session-private.h"

#include <glib/gi18n-lib.h>

#include "tri-damage.h"
#include "tri-error.h"
#include "tri-post.h"

/* A preview also makes the cards of "inside the cipher" where they took at most this long the last time. */
#define QUICK_INSPECT_S 0.03

struct _TriJob {
  gatomicrefcount refs;
  GWeakRef session; /* read on the session's thread only */
  GMainContext *context;
  GCancellable *cancellable;
  GPtrArray *specs; /* TriRunSpec */
  gboolean preview, every_cipher;
  TriImage *scaled; /* of the picture, for a preview; the worker makes it when NULL */
  guint preview_side;
  gint thousandths, progress_posted; /* atomic */
};

typedef struct {
  TriJob *job;
  TriReport *report;
} Delivery;

static TriJob *
job_ref (TriJob *job)
{
  g_atomic_ref_count_inc (&job->refs);
  return job;
}

static void
job_unref (TriJob *job)
{
  if (!g_atomic_ref_count_dec (&job->refs))
    return;
  g_weak_ref_clear (&job->session);
  g_main_context_unref (job->context);
  g_object_unref (job->cancellable);
  g_ptr_array_unref (job->specs);
  g_clear_pointer (&job->scaled, tri_image_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriJob, job_unref)

static gboolean
show_progress (gpointer data)
{
  TriJob *job = data;
  g_atomic_int_set (&job->progress_posted, FALSE);
  g_autoptr (TriSession) self = g_weak_ref_get (&job->session);
  double fraction = g_atomic_int_get (&job->thousandths) / 1000.0;
  if (self != NULL && self->job == job && self->progress != fraction)
    {
      self->progress = fraction;
      tri_session_notify (self, TRI_SESSION_PROP_PROGRESS);
    }
  return G_SOURCE_REMOVE;
}

/* Worker threads. At most one idle is on its way. */
static void
on_progress (double fraction, gpointer data)
{
  TriJob *job = data;
  g_atomic_int_set (&job->thousandths, (gint) (fraction * 1000));
  if (g_atomic_int_compare_and_exchange (&job->progress_posted, FALSE, TRUE))
    tri_post (job->context, show_progress, job_ref (job), (GDestroyNotify) job_unref);
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;
  job_unref (delivery->job);
  tri_report_unref (delivery->report);
  g_free (delivery);
}

static gboolean
deliver (gpointer data)
{
  Delivery *delivery = data;
  TriJob *job = delivery->job;
  TriReport *report = delivery->report;
  g_autoptr (TriSession) self = g_weak_ref_get (&job->session);
  if (self == NULL || self->job != job)
    return G_SOURCE_REMOVE;
  tri_session_learn_preview (self, report, job->scaled);
  if (!report->preview)
    tri_session_record (self, report);
  if (self->job == job && (!job->every_cipher || report->cipher == self->cipher))
    tri_session_take_report (self, tri_report_ref (report));
  return G_SOURCE_REMOVE;
}

static gboolean
prepare_picture (TriJob *job, TriRunSpec *spec, GError **error)
{
  if (!job->preview)
    return TRUE;
  if (job->scaled == NULL)
    job->scaled = tri_image_scale_down (spec->picture, job->preview_side, error);
  if (job->scaled == NULL)
    return FALSE;
  tri_image_unref (spec->picture);
  spec->picture = tri_image_ref (job->scaled);
  return TRUE;
}

static gboolean
run_one (TriJob *job, TriRunSpec *spec, TriProgress *progress, GError **error)
{
  if (!prepare_picture (job, spec, error))
    return FALSE;
  TriReport *report = tri_run (spec, progress, error);
  if (report == NULL)
    return FALSE;
  report->preview = job->preview;
  Delivery *delivery = g_new0 (Delivery, 1);
  delivery->job = job_ref (job);
  delivery->report = report;
  tri_post (job->context, deliver, delivery, delivery_free);
  return TRUE;
}

/* The worker. In a run of every cipher one that fails is named at the end and the others go on. */
static void
run_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  TriJob *job = data;
  g_autoptr (TriProgress) progress = tri_progress_new (job->cancellable, on_progress, job);
  g_autoptr (GError) first = NULL;
  for (guint i = 0; i < job->specs->len; i++)
    {
      TriRunSpec *spec = g_ptr_array_index (job->specs, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (TriProgress) part = tri_progress_sub (progress, (double) i / job->specs->len,
                                                       (double) (i + 1) / job->specs->len);
      if (run_one (job, spec, part, &error))
        continue;
      if (job->every_cipher)
        g_prefix_error (&error, "%s: ", _(spec->cipher->title));
      if (first == NULL)
        first = g_steal_pointer (&error);
      if (g_cancellable_is_cancelled (job->cancellable))
        break;
    }
  if (first != NULL)
    g_task_return_error (task, g_steal_pointer (&first));
  else
    g_task_return_boolean (task, TRUE);
}

static void start_next (TriSession *self);

static void
job_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriJob) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TriSession) self = g_weak_ref_get (&job->session);
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);
  if (self == NULL)
    return;
  if (self->job != job)
    {
      self->n_dying--;
      start_next (self);
      return;
    }
  g_clear_pointer (&self->job, job_unref);
  gboolean superseded = job->preview && self->wanted != TRI_WANT_NOTHING;
  start_next (self);
  if (!good && !superseded)
    g_signal_emit (self, tri_session_signals[TRI_SESSION_FAILED], 0, error);
}

static void
update_busy (TriSession *self)
{
  gboolean busy = self->job != NULL || self->wanted != TRI_WANT_NOTHING;
  if (self->busy == busy)
    return;
  self->busy = busy;
  tri_session_notify (self, TRI_SESSION_PROP_BUSY);
}

/* Returns: (transfer full): what a run of @cipher needs now */
TriRunSpec *
tri_session_make_spec (TriSession *self, const TriCipher *cipher)
{
  TriRunSpec *spec = tri_run_spec_new (cipher);
  tri_params_free (spec->params);
  spec->params = tri_params_copy (tri_session_params_of (self, cipher));
  spec->damage = tri_damage_is_on (self->damage) ? tri_params_copy (self->damage) : NULL;
  spec->picture = self->picture != NULL ? tri_image_ref (self->picture) : NULL;
  spec->sealed = self->opened != NULL ? tri_sealed_ref (self->opened) : NULL;
  spec->key = self->key != NULL ? tri_key_ref (self->key) : NULL;
  spec->decrypt_key = self->decrypt_key != NULL ? tri_key_ref (self->decrypt_key) : NULL;
  spec->flip_bit = self->flip_bit;
  spec->has_salt = TRUE;
  memcpy (spec->salt, self->salt, sizeof spec->salt);
  return spec;
}

gboolean
tri_key_fits_cipher (const TriKey *key, const TriCipher *cipher)
{
  return tri_key_get_kind (key) != TRI_KEY_RAW
         || (cipher->raw_key != NULL && tri_params_get_specs (tri_key_get_raw (key)) == cipher->raw_key);
}

static TriRunFlags
preview_flags (TriSession *self)
{
  const TriReport *shown = self->report;
  gboolean quick = shown != NULL && shown->cipher == self->cipher && shown->insights != NULL
                   && shown->inspect_s <= QUICK_INSPECT_S;
  return quick ? TRI_RUN_INSPECT : 0;
}

static GPtrArray *
make_specs (TriSession *self, gboolean every_cipher, gboolean preview)
{
  GPtrArray *specs = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_run_spec_free);
  if (every_cipher)
    {
      for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
        if (tri_key_fits_cipher (self->key, *c))
          g_ptr_array_add (specs, tri_session_make_spec (self, *c));
      return specs;
    }
  TriRunSpec *spec = tri_session_make_spec (self, self->cipher);
  if (preview)
    spec->flags = preview_flags (self);
  g_ptr_array_add (specs, spec);
  return specs;
}

static void
start (TriSession *self, gboolean every_cipher, gboolean preview)
{
  TriJob *job = g_new0 (TriJob, 1);
  g_atomic_ref_count_init (&job->refs);
  g_weak_ref_init (&job->session, self);
  job->context = g_main_context_ref (self->context);
  job->cancellable = g_cancellable_new ();
  job->preview = preview;
  job->every_cipher = every_cipher;
  job->specs = make_specs (self, every_cipher, preview);
  tri_session_begin_preview (self);
  job->preview_side = self->preview_side;
  job->scaled = preview && self->scaled != NULL ? tri_image_ref (self->scaled) : NULL;
  self->job = job;
  self->progress = 0;
  tri_session_notify (self, TRI_SESSION_PROP_PROGRESS);

  g_autoptr (GTask) task = g_task_new (NULL, NULL, job_done, job_ref (job));
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, job_ref (job), (GDestroyNotify) job_unref);
  g_task_run_in_thread (task, run_job);
}

static gboolean
is_large (TriSession *self)
{
  return self->picture != NULL && MAX (self->picture->width, self->picture->height) > self->preview_side;
}

/* Starts what is wanted, once the threads of cancelled jobs are back: two runs never hold memory at a time. */
static void
start_next (TriSession *self)
{
  if (self->job == NULL && self->n_dying == 0)
    {
      TriWant want = self->wanted;
      self->wanted = want == TRI_WANT_BOTH && is_large (self) ? TRI_WANT_FULL : TRI_WANT_NOTHING;
      if (want != TRI_WANT_NOTHING)
        start (self, want == TRI_WANT_EVERY_CIPHER,
               want == TRI_WANT_PREVIEW || (want == TRI_WANT_BOTH && is_large (self)));
    }
  update_busy (self);
}

/* Cancels the job in flight, if any; nothing of it is applied any more. */
void
tri_session_drop_job (TriSession *self)
{
  TriJob *job = g_steal_pointer (&self->job);
  if (job == NULL)
    return;
  self->n_dying++;
  g_cancellable_cancel (job->cancellable);
  job_unref (job);
}

/* The preview in flight is of the same picture, cipher and key, so that its result is worth showing in a drag: if
 * every movement of the slider cancelled it, nothing would be seen until the hand rests. */
static gboolean
may_finish (TriSession *self)
{
  if (self->job == NULL || !self->job->preview || self->change_depth == 0)
    return FALSE;
  const TriRunSpec *spec = g_ptr_array_index (self->job->specs, 0);
  return spec->cipher == self->cipher && spec->key == self->key;
}

/* Runs @want next; cancels what runs. */
void
tri_session_want (TriSession *self, TriWant want)
{
  gboolean finishes_preview = want == TRI_WANT_FULL && self->job != NULL && self->job->preview;
  if (!may_finish (self) && !finishes_preview)
    tri_session_drop_job (self);
  self->wanted = want;
  start_next (self);
}

void
tri_session_want_if_live (TriSession *self)
{
  g_autofree char *why_not = tri_session_why_not_runnable (self);
  if (why_not != NULL)
    tri_session_cancel (self);
  else if (self->live)
    tri_session_want (self, self->change_depth == 0 ? TRI_WANT_BOTH
                            : self->opened == NULL ? TRI_WANT_PREVIEW : TRI_WANT_FULL);
}

/* Returns: (transfer none) (nullable): the parameters of the preview in flight, or of the one that is shown */
TriParams *
tri_session_get_job_params (TriSession *self)
{
  if (self->job != NULL)
    return self->job->preview ? ((TriRunSpec *) g_ptr_array_index (self->job->specs, 0))->params : NULL;
  return self->report != NULL && self->report->preview && self->report->cipher == self->cipher ? self->report->params
                                                                                                : NULL;
}

static const char *
ask_for_key (TriSession *self)
{
  static const char *const own[] = { N_("Type a passphrase."), N_("Choose the picture that is the key."),
                                     N_("Choose the file that is the key."), N_("Give the numbers that are the key.") };
  static const char *const of_file[] = { N_("Type the passphrase that this picture was encrypted with."),
                                         N_("Choose the picture that was the key of this one."),
                                         N_("Choose the file that was the key of this picture."),
                                         N_("Give the numbers that this picture was encrypted with.") };
  return _((self->opened != NULL ? of_file : own)[self->key_kind]);
}

char *
tri_session_why_not_runnable (TriSession *self)
{
  g_return_val_if_fail (TRI_IS_SESSION (self), NULL);
  if (self->picture == NULL && self->opened == NULL)
    return g_strdup (_("Open a picture first."));
  if (self->opened != NULL)
    return self->key != NULL || self->decrypt_key != NULL
               ? NULL : g_strdup (ask_for_key (self));
  if (self->key == NULL)
    return g_strdup (ask_for_key (self));
  if (!tri_key_fits_cipher (self->key, self->cipher))
    return g_strdup_printf (_("%s can't use these raw numbers as its key. Give a passphrase, a picture or a file."),
                            _(self->cipher->title));
  return NULL;
}

static gboolean
fail_if_not_runnable (TriSession *self, gboolean needs_original)
{
  g_autofree char *why_not = tri_session_why_not_runnable (self);
  if (why_not == NULL && needs_original && self->opened != NULL)
    why_not = g_strdup (_("Only the encrypted picture is open. Comparing ciphers needs an original."));
  if (why_not == NULL)
    return FALSE;
  gboolean has_picture = self->picture != NULL || self->opened != NULL;
  g_autoptr (GError) error = g_error_new_literal (TRI_ERROR, has_picture ? TRI_ERROR_NO_KEY : TRI_ERROR_INVALID, why_not);
  g_signal_emit (self, tri_session_signals[TRI_SESSION_FAILED], 0, error);
  return TRUE;
}

/* Runs what is chosen, live or not. What is missing comes as "failed". */
void
tri_session_run (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  if (!fail_if_not_runnable (self, FALSE))
    tri_session_want (self, TRI_WANT_BOTH);
}

void
tri_session_run_all (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  if (!fail_if_not_runnable (self, TRUE))
    tri_session_want (self, TRI_WANT_EVERY_CIPHER);
}

void
tri_session_cancel (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  self->wanted = TRI_WANT_NOTHING;
  tri_session_drop_job (self);
  update_busy (self);
}

gboolean
tri_session_is_busy (TriSession *self)
{
  return self->busy;
}

double
tri_session_get_progress (TriSession *self)
{
  return self->progress;
}
