/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ledger-watch.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SETTLE_MS 200 /* a sync tool writes several files; they are read when it pauses */

struct _TriLedgerEntry {
  GObject parent_instance;
  guint64 number;
  TriLedgerEvent *event;
};

G_DEFINE_FINAL_TYPE (TriLedgerEntry, tri_ledger_entry, G_TYPE_OBJECT)

/* What one reading found; made on a worker, and then the main thread's. */
typedef struct {
  TriLedgerState state;
  TriLedger *ledger; /* nullable */
  char *sentence;    /* nullable */
  GPtrArray *witnesses; /* TriLedgerWitness */
  gboolean followed;
} Reading;

struct _TriLedgerWatch {
  GObject parent_instance;
  Reading *reading;
  GFileMonitor *monitors[2]; /* of the ledger's folder, and of what lies beside it; each may be NULL */
  guint settle_id;
  gboolean busy, again;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TriLedgerWatch, tri_ledger_watch, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
witness_free (TriLedgerWitness *witness)
{
  g_free (witness->name);
  g_free (witness);
}

static Reading *
reading_new (void)
{
  Reading *reading = g_new0 (Reading, 1);
  reading->witnesses = g_ptr_array_new_with_free_func ((GDestroyNotify) witness_free);
  return reading;
}

static void
reading_free (Reading *reading)
{
  g_clear_pointer (&reading->ledger, tri_ledger_free);
  g_ptr_array_unref (reading->witnesses);
  g_free (reading->sentence);
  g_free (reading);
}

/* Says which of the trusted witnesses signed the last checkpoint that was cosigned. A false signature breaks it. */
static void
check_witnesses (Reading *reading, GPtrArray *witnesses)
{
  const TriNote *note = tri_ledger_get_cosigned (reading->ledger);
  g_autoptr (TriCheckpoint) checkpoint = note != NULL ? tri_checkpoint_parse (note, NULL) : NULL;
  for (guint i = 0; checkpoint != NULL && i < witnesses->len; i++)
    {
      const TriVerifier *witness = witnesses->pdata[i];
      gint64 time = 0;
      TriNoteCheck check = tri_note_check (note, witness, &time);
      if (check == TRI_NOTE_GOOD)
        {
          TriLedgerWitness *found = g_new0 (TriLedgerWitness, 1);
          *found = (TriLedgerWitness) { g_strdup (witness->name), time, checkpoint->size };
          g_ptr_array_add (reading->witnesses, found);
        }
      else if (check == TRI_NOTE_BAD && reading->state == TRI_LEDGER_STATE_INTACT)
        {
          reading->state = TRI_LEDGER_STATE_BROKEN;
          reading->sentence = g_strdup_printf (_("The signature of “%s” under the cosigned checkpoint is false."),
                                               witness->name);
        }
    }
}

static Reading *
read_ledger (void)
{
  g_autoptr (GError) why = NULL;
  Reading *reading = reading_new ();
  reading->state = tri_ledger_home_read (&reading->ledger, &reading->sentence);
  if (reading->ledger == NULL)
    return reading;
  reading->followed = tri_ledger_home_is_followed ();
  g_autoptr (GPtrArray) witnesses = tri_ledger_home_get_witnesses (&why);
  if (witnesses != NULL)
    check_witnesses (reading, witnesses);
  else if (reading->sentence == NULL)
    reading->sentence = g_strdup (why->message);
  return reading;
}

static void
read_on_worker (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, read_ledger (), (GDestroyNotify) reading_free);
}

static guint
count (const Reading *reading)
{
  return reading->ledger != NULL ? (guint) tri_ledger_get_size (reading->ledger) : 0;
}

/* An entry never changes while the key signs them in a row, so one that was listed stays unless the history is another. */
static guint
count_common (const Reading *old, const Reading *new)
{
  guint n = MIN (count (old), count (new)), i = 0;
  while (i < n && strcmp (tri_ledger_get_event (old->ledger, i)->text, tri_ledger_get_event (new->ledger, i)->text) == 0)
    i++;
  return i;
}

static void
on_read (GObject *object, GAsyncResult *result, gpointer unused)
{
  TriLedgerWatch *self = TRI_LEDGER_WATCH (object);
  Reading *old = self->reading;
  self->reading = g_task_propagate_pointer (G_TASK (result), NULL);
  self->busy = FALSE;
  guint same = count_common (old, self->reading), removed = count (old) - same, added = count (self->reading) - same;
  reading_free (old);
  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, added);
  g_signal_emit (self, signals[CHANGED], 0);
  if (self->again)
    tri_ledger_watch_read (self);
}

/* Reads the ledger again, now or when the reading that is under way is done. */
void
tri_ledger_watch_read (TriLedgerWatch *self)
{
  g_return_if_fail (TRI_IS_LEDGER_WATCH (self));
  self->again = self->busy;
  if (self->busy)
    return;
  self->busy = TRUE;
  g_autoptr (GTask) task = g_task_new (self, NULL, on_read, NULL);
  g_task_run_in_thread (task, read_on_worker);
}

gboolean
tri_ledger_watch_is_reading (TriLedgerWatch *self)
{
  return self->busy;
}

TriLedgerState
tri_ledger_watch_get_state (TriLedgerWatch *self)
{
  return self->reading->state;
}

/* Whether somebody else's hand is likely in it. */
gboolean
tri_ledger_watch_is_broken (TriLedgerWatch *self)
{
  return tri_ledger_state_is_broken (self->reading->state);
}

/* Whether another computer signs it, and this one only reads it. */
gboolean
tri_ledger_watch_is_followed (TriLedgerWatch *self)
{
  return self->reading->followed;
}

/* Returns: (nullable): what is wrong and what to do, translated */
const char *
tri_ledger_watch_get_sentence (TriLedgerWatch *self)
{
  return self->reading->sentence;
}

/* Returns: (nullable): as long as nothing is read again */
const TriLedger *
tri_ledger_watch_get_ledger (TriLedgerWatch *self)
{
  return self->reading->ledger;
}

/* Returns: when the last entry was added and signed, in seconds since 1970, by the clock of the computer that did it; −1
 *   when that is not known */
gint64
tri_ledger_watch_get_signed_time (TriLedgerWatch *self)
{
  guint n = count (self->reading);
  const TriLedgerEvent *last = n > 0 ? tri_ledger_get_event (self->reading->ledger, n - 1) : NULL;
  return last != NULL && last->kind != TRI_LEDGER_UNKNOWN ? last->time : -1;
}

/* Returns: (transfer none) (element-type TriLedgerWitness): the trusted ones who signed the last cosigned checkpoint */
GPtrArray *
tri_ledger_watch_get_witnesses (TriLedgerWatch *self)
{
  return self->reading->witnesses;
}

guint64
tri_ledger_entry_get_number (TriLedgerEntry *self)
{
  return self->number;
}

const TriLedgerEvent *
tri_ledger_entry_get_event (TriLedgerEntry *self)
{
  return self->event;
}

static void
tri_ledger_entry_finalize (GObject *object)
{
  tri_ledger_event_free (TRI_LEDGER_ENTRY (object)->event);
  G_OBJECT_CLASS (tri_ledger_entry_parent_class)->finalize (object);
}

static void
tri_ledger_entry_class_init (TriLedgerEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tri_ledger_entry_finalize;
}

static void
tri_ledger_entry_init (TriLedgerEntry *self)
{
}

static GType
get_item_type (GListModel *model)
{
  return TRI_TYPE_LEDGER_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return count (TRI_LEDGER_WATCH (model)->reading);
}

static gpointer
get_item (GListModel *model, guint position)
{
  TriLedgerWatch *self = TRI_LEDGER_WATCH (model);
  guint n = count (self->reading);
  if (position >= n)
    return NULL;
  TriLedgerEntry *entry = g_object_new (TRI_TYPE_LEDGER_ENTRY, NULL);
  const char *text = tri_ledger_get_event (self->reading->ledger, n - 1 - position)->text;
  entry->number = n - position;
  entry->event = tri_ledger_event_parse (text, strlen (text));
  return entry;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static gboolean
on_settled (gpointer data)
{
  TriLedgerWatch *self = data;
  self->settle_id = 0;
  tri_ledger_watch_read (self);
  return G_SOURCE_REMOVE;
}

static void
on_files_changed (TriLedgerWatch *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, on_settled, self);
}

/* Which ledger is followed, which witnesses are trusted, and the signing key lie beside the folder. So does what reading
 * itself remembers. */
static void
on_beside_changed (TriLedgerWatch *self, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  if (g_str_has_prefix (name, "ledger.") && !g_str_has_prefix (name, "ledger.seen"))
    on_files_changed (self);
}

static GFileMonitor *
monitor (TriLedgerWatch *self, GFile *folder, GCallback callback)
{
  GFileMonitor *made = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
  if (made != NULL)
    g_signal_connect_object (made, "changed", callback, self, G_CONNECT_SWAPPED);
  return made;
}

static void
tri_ledger_watch_dispose (GObject *object)
{
  TriLedgerWatch *self = TRI_LEDGER_WATCH (object);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (self->monitors); i++)
    {
      if (self->monitors[i] != NULL)
        g_signal_handlers_disconnect_by_data (self->monitors[i], self);
      g_clear_object (&self->monitors[i]);
    }
  G_OBJECT_CLASS (tri_ledger_watch_parent_class)->dispose (object);
}

static void
tri_ledger_watch_finalize (GObject *object)
{
  reading_free (TRI_LEDGER_WATCH (object)->reading);
  G_OBJECT_CLASS (tri_ledger_watch_parent_class)->finalize (object);
}

static void
tri_ledger_watch_class_init (TriLedgerWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tri_ledger_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = tri_ledger_watch_finalize;
  signals[CHANGED] = g_signal_new ("changed", TRI_TYPE_LEDGER_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* Of the folder's own files, which every change replaces; tiles that were edited alone are found by reading. */
static void
tri_ledger_watch_init (TriLedgerWatch *self)
{
  g_autoptr (GFile) folder = tri_ledger_home_file ("ledger"), beside = g_file_get_parent (folder);
  self->reading = reading_new ();
  self->monitors[0] = monitor (self, folder, G_CALLBACK (on_files_changed));
  self->monitors[1] = monitor (self, beside, G_CALLBACK (on_beside_changed));
  tri_ledger_watch_read (self);
}

TriLedgerWatch *
tri_ledger_watch_new (void)
{
  return g_object_new (TRI_TYPE_LEDGER_WATCH, NULL);
}

/* Returns: (transfer none): the program's own, which begins to read when it is first asked for */
TriLedgerWatch *
tri_ledger_watch_get_default (void)
{
  static TriLedgerWatch *watch;
  if (watch == NULL)
    watch = tri_ledger_watch_new ();
  return watch;
}
