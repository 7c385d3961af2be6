/* The queue that the window shows: what it holds, what it tells, and a run of it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "tri-vault-queue.h"

#define N_FILES 40

typedef struct {
  char *path;
  GFile *album;
  GPtrArray *recipients, *identities;
  TriVaultQueue *queue;
  TriVaultAdded added;
  gboolean over;
  guint n_changed, n_asked, n_rows_changed;
} Fixture;

static void
write_file (GFile *folder, const char *name, gsize size)
{
  g_autofree char *data = g_malloc0 (size + 1);
  g_autoptr (GFile) file = g_file_get_child (folder, name);
  memset (data, (int) size % 251, size);
  g_assert_true (g_file_replace_contents (file, data, size, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, NULL));
}

static void
on_finished (Fixture *f)
{
  f->over = TRUE;
}

static void
on_changed (Fixture *f)
{
  f->n_changed++;
}

static void
on_row_changed (Fixture *f)
{
  f->n_rows_changed++;
}

static void
on_ask (Fixture *f, TriVaultRow *row)
{
  f->n_asked++;
  tri_vault_queue_answer (f->queue, TRI_VAULT_SKIP);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  TriAgeIdentity *identity = tri_age_identity_generate (TRI_AGE_X25519);
  f->path = g_dir_make_tmp ("triptych-queue-XXXXXX", NULL);
  f->album = g_file_new_build_filename (f->path, "album", NULL);
  g_assert_true (g_file_make_directory (f->album, NULL, NULL));
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.jpg", i);
      write_file (f->album, name, 1000 + i);
    }
  f->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  f->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_ptr_array_add (f->identities, identity);
  g_ptr_array_add (f->recipients, tri_age_identity_get_recipient (identity));
  f->queue = tri_vault_queue_new ();
  g_signal_connect_swapped (f->queue, "finished", G_CALLBACK (on_finished), f);
  g_signal_connect_swapped (f->queue, "changed", G_CALLBACK (on_changed), f);
  g_signal_connect_swapped (f->queue, "ask", G_CALLBACK (on_ask), f);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_autofree char *clean = g_strdup_printf ("rm -r '%s'", f->path);
  gpointer gone = f->queue;
  g_object_add_weak_pointer (G_OBJECT (f->queue), &gone);
  g_object_unref (f->queue);
  while (gone != NULL) /* a worker may be about to drop its task */
    g_usleep (1000);
  g_assert_cmpint (system (clean), ==, 0);
  g_object_unref (f->album);
  g_ptr_array_unref (f->identities);
  g_ptr_array_unref (f->recipients);
  g_free (f->path);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *f = data;
  g_autoptr (GError) error = NULL;
  g_assert_true (tri_vault_queue_add_finish (f->queue, result, &f->added, &error));
  g_assert_no_error (error);
  f->over = TRUE;
}

static void
spin (Fixture *f)
{
  f->over = FALSE;
  while (!f->over)
    g_main_context_iteration (NULL, TRUE);
}

static void
add (Fixture *f, GFile *file)
{
  GSList files = { file, NULL };
  tri_vault_queue_add_async (f->queue, &files, NULL, on_added, f);
  g_assert_true (tri_vault_queue_is_adding (f->queue));
  spin (f);
  g_assert_false (tri_vault_queue_is_adding (f->queue));
}

static void
run (Fixture *f)
{
  TriVaultOptions options = { .conflict = TRI_VAULT_ASK };
  tri_vault_queue_run (f->queue, f->recipients, f->identities, &options);
  g_assert_true (tri_vault_queue_is_running (f->queue));
  spin (f);
  g_assert_false (tri_vault_queue_is_running (f->queue));
}

static guint
n_items (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->queue));
}

/* A folder, the same again, and its results: what a drop means is told, and nothing is there twice. */
static void
test_add (Fixture *f, gconstpointer unused)
{
  TriVaultTotals totals;
  g_autoptr (GFile) one = g_file_get_child (f->album, "07.jpg"), sealed = g_file_get_child (f->album, "x.age");
  g_autoptr (GFile) only = g_file_new_build_filename (f->path, "only", NULL);
  add (f, f->album);
  g_assert_cmpuint (f->added.n_files, ==, N_FILES);
  add (f, one);
  g_assert_cmpuint (f->added.n_files, ==, 0);
  g_assert_cmpuint (f->added.n_known, ==, 1);
  write_file (f->album, "x.age", 10);
  add (f, f->album);
  g_assert_cmpuint (f->added.n_protected, ==, 1);
  g_assert_cmpuint (n_items (f), ==, N_FILES);
  add (f, sealed);
  g_assert_cmpuint (f->added.n_files, ==, 1);
  g_assert_true (g_file_make_directory (only, NULL, NULL));
  write_file (only, "y.age", 10);
  write_file (only, "z.AGE", 10);
  add (f, only);
  g_assert_cmpuint (f->added.n_files, ==, 2);
  tri_vault_queue_get_totals (f->queue, &totals);
  g_assert_cmpuint (totals.n_to_open, ==, 3);
  g_assert_cmpuint (totals.n_to_protect, ==, N_FILES);
}

/* Rows follow their files, also when others are taken out; those that nobody holds are not kept. */
static void
test_rows (Fixture *f, gconstpointer unused)
{
  add (f, f->album);
  TriVaultRow *first = g_list_model_get_item (G_LIST_MODEL (f->queue), 0);
  TriVaultRow *fifth = g_list_model_get_item (G_LIST_MODEL (f->queue), 4);
  g_autoptr (TriVaultRow) same = g_list_model_get_item (G_LIST_MODEL (f->queue), 4);
  g_assert_true (same == fifth);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (f->queue), N_FILES));
  tri_vault_queue_remove (f->queue, first);
  g_assert_cmpuint (n_items (f), ==, N_FILES - 1);
  g_autoptr (TriVaultRow) moved = g_list_model_get_item (G_LIST_MODEL (f->queue), 3);
  g_assert_true (moved == fifth);
  g_object_unref (first);
  g_signal_connect_swapped (fifth, "changed", G_CALLBACK (on_row_changed), f);
  run (f);
  g_assert_cmpint (tri_vault_row_get_state (fifth), ==, TRI_VAULT_DONE);
  g_assert_cmpuint (f->n_rows_changed, >, 0);
  g_assert_cmpuint (f->n_rows_changed, <, 20);
  g_signal_handlers_disconnect_by_data (fifth, f);
  tri_vault_queue_clear (f->queue, TRUE);
  g_assert_cmpuint (n_items (f), ==, 0);
  g_object_unref (fifth);
  add (f, f->album); /* what was cleared may come again; its result is left alone */
  g_assert_cmpuint (f->added.n_files, ==, N_FILES);
}

static void
test_run (Fixture *f, gconstpointer unused)
{
  TriVaultTotals totals;
  g_autoptr (GFile) gone = g_file_get_child (f->album, "03.jpg"), sealed = g_file_get_child (f->album, "05.jpg.age");
  add (f, f->album);
  g_assert_true (g_file_delete (gone, NULL, NULL));
  f->n_changed = 0;
  run (f);
  tri_vault_queue_get_totals (f->queue, &totals);
  g_assert_cmpuint (totals.n[TRI_VAULT_DONE], ==, N_FILES - 1);
  g_assert_cmpuint (totals.n[TRI_VAULT_FAILED], ==, 1);
  g_assert_cmpuint (totals.done_size, ==, totals.size);
  g_assert_cmpuint (f->n_asked, ==, 0);
  write_file (f->album, "03.jpg", 500);
  g_assert_cmpuint (tri_vault_queue_retry (f->queue), ==, 1);
  run (f);
  tri_vault_queue_get_totals (f->queue, &totals);
  g_assert_cmpuint (totals.n[TRI_VAULT_DONE], ==, N_FILES);
  /* the same once more: one question, and all are skipped */
  tri_vault_queue_clear (f->queue, FALSE);
  add (f, f->album);
  run (f);
  tri_vault_queue_get_totals (f->queue, &totals);
  g_assert_cmpuint (f->n_asked, ==, 1);
  g_assert_cmpuint (totals.n[TRI_VAULT_SKIPPED], ==, N_FILES);
  /* and one opened: its name is taken, so it is skipped after a question of its own */
  add (f, sealed);
  run (f);
  g_assert_cmpuint (f->n_asked, ==, 2);
}

/* Paused before the first file is begun, nothing happens until it is stopped; what comes while it runs is done too. */
static void
test_pause_and_stop (Fixture *f, gconstpointer unused)
{
  TriVaultTotals totals;
  TriVaultOptions options = { .conflict = TRI_VAULT_SKIP };
  g_autoptr (GFile) late = g_file_new_build_filename (f->path, "late.jpg", NULL), folder = g_file_new_for_path (f->path);
  add (f, f->album);
  tri_vault_queue_run (f->queue, f->recipients, NULL, &options);
  tri_vault_queue_set_paused (f->queue, TRUE);
  g_assert_true (tri_vault_queue_is_paused (f->queue));
  do
    {
      g_main_context_iteration (NULL, TRUE);
      tri_vault_queue_get_totals (f->queue, &totals);
    }
  while (totals.n[TRI_VAULT_WORKING] > 0);
  tri_vault_queue_stop (f->queue);
  spin (f);
  g_assert_false (tri_vault_queue_is_paused (f->queue));
  tri_vault_queue_get_totals (f->queue, &totals);
  g_assert_cmpuint (totals.n[TRI_VAULT_DONE] + totals.n[TRI_VAULT_STOPPED], ==, N_FILES);
  tri_vault_queue_retry (f->queue);
  tri_vault_queue_run (f->queue, f->recipients, NULL, &options);
  tri_vault_queue_set_paused (f->queue, TRUE);
  write_file (folder, "late.jpg", 100);
  add (f, late);
  tri_vault_queue_set_paused (f->queue, FALSE);
  spin (f);
  tri_vault_queue_get_totals (f->queue, &totals);
  g_assert_cmpuint (totals.n[TRI_VAULT_DONE], ==, N_FILES + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/vault-queue/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("add", test_add);
  ADD ("rows", test_rows);
  ADD ("run", test_run);
  ADD ("pause-and-stop", test_pause_and_stop);
  return g_test_run ();
}
