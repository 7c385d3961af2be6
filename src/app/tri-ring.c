/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ring.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-keyring-home.h"
#include "tri-ledger-home.h"

/* What the ring was when it was last looked at. */
typedef struct {
  GPtrArray *entries; /* TriKeyringEntry */
  TriKeyringState state;
  gboolean file;
  GError *error;
  int number; /* in the order in which they began */
} Look;

struct _TriRing {
  GObject parent_instance;
  TriKeyring *keyring; /* NULL: *look.error says why */
  Look look;
  GPtrArray *identities; /* TriAgeIdentity; NULL until they were asked for */
  GFileMonitor *monitor;
  guint running, refreshing;
  gboolean known, again;
  int n_looks; /* atomic */
  GMutex mutex;  /* of @trouble */
  char *trouble; /* of the ledger; workers write it */
};

enum { CHANGED, NOTE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TriRing, tri_ring, G_TYPE_OBJECT)

static void
look_clear (Look *look)
{
  g_clear_pointer (&look->entries, g_ptr_array_unref);
  g_clear_error (&look->error);
}

static void
look_free (Look *look)
{
  look_clear (look);
  g_free (look);
}

/* A job on its way through a worker. Its task may end there; the ring never does, so it is no source of that task. */
typedef struct {
  TriRing *ring;
  TriRingFunc func;
  gpointer data;
  GDestroyNotify free_data;
  Look *look;
} Job;

static void
job_free (Job *job)
{
  if (job->free_data != NULL)
    job->free_data (job->data);
  g_clear_pointer (&job->look, look_free);
  g_free (job);
}

/* Worker. What happened has happened: a ledger that fails is only told about. */
static void
record (TriKeyringEvent event, const TriKeyringEntry *entry, gpointer data)
{
  TriRing *self = data;
  g_autoptr (GError) why = NULL;
  if (tri_ledger_home_record_ring (event, entry, &why))
    return;
  g_mutex_lock (&self->mutex);
  g_free (self->trouble);
  self->trouble = g_strdup_printf (_("This is not in the ledger: %s"), why->message);
  g_mutex_unlock (&self->mutex);
}

static Look *
look_now (TriRing *self, GCancellable *cancellable)
{
  Look *look = g_new0 (Look, 1);
  look->number = g_atomic_int_add (&self->n_looks, 1) + 1;
  look->entries = tri_keyring_list (self->keyring, &look->error);
  look->state = tri_keyring_get_state (self->keyring, cancellable);
  look->file = !tri_keyring_uses_service (self->keyring, cancellable);
  return look;
}

static gboolean
same_entries (GPtrArray *a, GPtrArray *b)
{
  if (a == NULL || b == NULL || a->len != b->len)
    return a == b;
  for (guint i = 0; i < a->len; i++)
    {
      const TriKeyringEntry *x = a->pdata[i], *y = b->pdata[i];
      if (strcmp (x->fingerprint, y->fingerprint) != 0 || strcmp (x->label, y->label) != 0
          || g_strcmp0 (x->store, y->store) != 0 || x->revoked != y->revoked)
        return FALSE;
    }
  return TRUE;
}

/* One that began before the last that was taken has nothing new, and may lack what changed meanwhile: several workers look
 * at the same time. @look: (transfer full) */
static void
take_look (TriRing *self, Look *look)
{
  if (look->number < self->look.number)
    {
      look_free (look);
      return;
    }
  gboolean same = same_entries (look->entries, self->look.entries);
  if (!same || look->state != TRI_KEYRING_OPEN)
    g_clear_pointer (&self->identities, g_ptr_array_unref);
  look_clear (&self->look);
  self->look = *look;
  g_free (look);
  self->known = TRUE;
}

static void
say_trouble (TriRing *self)
{
  g_mutex_lock (&self->mutex);
  g_autofree char *trouble = g_steal_pointer (&self->trouble);
  g_mutex_unlock (&self->mutex);
  if (trouble != NULL)
    g_signal_emit (self, signals[NOTE], 0, trouble);
}

static void
run_on_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  TriRing *self = job->ring;
  GError *error = NULL;
  if (self->keyring == NULL)
    {
      g_task_return_error (task, g_error_copy (self->look.error));
      return;
    }
  gboolean good = job->func (self->keyring, job->data, cancellable, &error);
  job->look = look_now (self, cancellable);
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Before whoever asked is told, so that they see what is now. */
static void
job_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) outer = data;
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (TriRing) self = g_steal_pointer (&job->ring);
  g_autoptr (GError) error = NULL;
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);
  self->running--;
  if (job->look != NULL)
    take_look (self, g_steal_pointer (&job->look));
  g_signal_emit (self, signals[CHANGED], 0);
  g_object_set_data_full (G_OBJECT (outer), "job", g_object_ref (result), g_object_unref); /* which owns the data */
  if (good)
    g_task_return_pointer (outer, job->data, NULL);
  else
    g_task_return_error (outer, g_steal_pointer (&error));
  say_trouble (self);
}

/**
 * tri_ring_run_async:
 * @data: (transfer full): freed by @free_data when the result is
 *
 * Runs @func on a worker. When it has ended, well or not, the ring is looked at again, and "changed" is emitted first.
 * The job itself runs to its end when @cancellable is cancelled; @func may look at it.
 */
void
tri_ring_run_async (TriRing *self, TriRingFunc func, gpointer data, GDestroyNotify free_data, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  Job *job = g_new0 (Job, 1);
  *job = (Job) { g_object_ref (self), func, data, free_data, NULL };
  GTask *outer = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, job_done, outer);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  self->running++;
  g_signal_emit (self, signals[CHANGED], 0);
  g_task_run_in_thread (task, run_on_worker);
}

/* Returns: (transfer none) (nullable): the data of the job, until @result is gone; NULL with an error. A job without data
 * returns NULL, too */
gpointer
tri_ring_run_finish (TriRing *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
nothing (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  TriRing *self = TRI_RING (source);
  tri_ring_run_finish (self, result, NULL);
  self->refreshing = 0;
  if (self->again)
    tri_ring_refresh (self);
}

/* Looks at the ring again; another program may have changed it. */
void
tri_ring_refresh (TriRing *self)
{
  self->again = self->refreshing > 0;
  if (self->again || self->keyring == NULL)
    return;
  self->refreshing = 1;
  tri_ring_run_async (self, nothing, NULL, NULL, NULL, refreshed, NULL);
}

/* @work_factor: of the ring's file, log₂ N; 0 for the usual one */
void
tri_ring_set_work_factor (TriRing *self, guint work_factor)
{
  if (self->keyring != NULL)
    tri_keyring_set_work_factor (self->keyring, work_factor);
}

static gboolean
load (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  GPtrArray **identities = data;
  *identities = tri_keyring_get_identities (keyring, cancellable, error);
  return *identities != NULL;
}

static void
free_loaded (gpointer data)
{
  GPtrArray **identities = data;
  g_clear_pointer (identities, g_ptr_array_unref);
  g_free (identities);
}

static void
loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  TriRing *self = TRI_RING (source);
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GPtrArray **identities = tri_ring_run_finish (self, result, &error);
  if (identities == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_pointer (&self->identities, g_ptr_array_unref);
  self->identities = g_steal_pointer (identities);
  g_signal_emit (self, signals[CHANGED], 0);
  g_task_return_boolean (task, TRUE);
}

/* Gets one's own secret keys, for tri_ring_get_identities(). The desktop may ask the user to unlock its store. */
void
tri_ring_load_async (TriRing *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  tri_ring_run_async (self, load, g_new0 (GPtrArray *, 1), free_loaded, cancellable, loaded, task);
}

gboolean
tri_ring_load_finish (TriRing *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Whether it was looked at yet. */
gboolean
tri_ring_is_known (TriRing *self)
{
  return self->known;
}

gboolean
tri_ring_is_busy (TriRing *self)
{
  return self->running > self->refreshing;
}

/* Returns: (nullable): why the list can't be had */
const GError *
tri_ring_get_error (TriRing *self)
{
  return self->look.error;
}

/* Returns: (transfer none) (element-type TriKeyringEntry): possibly none; until "changed" */
GPtrArray *
tri_ring_get_entries (TriRing *self)
{
  if (self->look.entries == NULL)
    self->look.entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_keyring_entry_free);
  return self->look.entries;
}

TriKeyringState
tri_ring_get_state (TriRing *self)
{
  return self->look.state;
}

/* Whether new secret keys go to a file with a passphrase; else the desktop keeps them. */
gboolean
tri_ring_is_file (TriRing *self)
{
  return self->look.file;
}

/* Returns: (transfer none) (nullable) (element-type TriAgeIdentity): one's own secret keys, if they were loaded */
GPtrArray *
tri_ring_get_identities (TriRing *self)
{
  return self->identities;
}

static void
watch_files (TriRing *self)
{
  g_autoptr (GFile) index = g_file_new_build_filename (g_get_user_data_dir (), "triptych", "keys.json", NULL);
  self->monitor = g_file_monitor_file (index, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (tri_ring_refresh), self, G_CONNECT_SWAPPED);
}

/* Returns: (transfer full): the one of this program, which lives as long as somebody holds it; its file's passphrase and
 * keys go with it */
TriRing *
tri_ring_dup_default (void)
{
  static TriRing *ring;
  if (ring != NULL)
    return g_object_ref (ring);
  ring = g_object_new (TRI_TYPE_RING, NULL);
  g_object_add_weak_pointer (G_OBJECT (ring), (gpointer *) &ring);
  return ring;
}

static void
finalize (GObject *object)
{
  TriRing *self = TRI_RING (object);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->keyring, tri_keyring_free);
  g_clear_pointer (&self->identities, g_ptr_array_unref);
  look_clear (&self->look);
  g_free (self->trouble);
  g_mutex_clear (&self->mutex);
  G_OBJECT_CLASS (tri_ring_parent_class)->finalize (object);
}

static void
tri_ring_class_init (TriRingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  signals[CHANGED] = g_signal_new ("changed", TRI_TYPE_RING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* something worth telling that stopped nothing */
  signals[NOTE] = g_signal_new ("note", TRI_TYPE_RING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_STRING);
}

static void
tri_ring_init (TriRing *self)
{
  g_mutex_init (&self->mutex);
  self->keyring = tri_keyring_home_new (&self->look.error);
  if (self->keyring == NULL)
    {
      self->known = TRUE;
      return;
    }
  tri_keyring_watch (self->keyring, record, self);
  watch_files (self);
  tri_ring_refresh (self);
}
