/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
batch_fixture_make_file (BatchFixture *f, guint i)
{
  g_autofree char *name = g_strdup_printf ("%03u.jpg", i), *data = g_malloc0 (BATCH_FIXTURE_SIZE (i) + 1);
  g_autoptr (GFile) file = g_file_get_child (f->album, name);
  memset (data, (int) i, BATCH_FIXTURE_SIZE (i));
  g_assert_true (g_file_replace_contents (file, data, BATCH_FIXTURE_SIZE (i), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, NULL));
}

void
batch_fixture_set_up (BatchFixture *f, gconstpointer n_files)
{
  TriAgeIdentity *identity = tri_age_identity_generate (TRI_AGE_X25519);
  /* in memory where that is: thousands of syncs are a disk's matter, not this test's */
  gboolean shm = g_access ("/dev/shm", W_OK) == 0;
  g_autofree char *path = shm ? g_mkdtemp (g_strdup ("/dev/shm/triptych-batch-XXXXXX"))
                              : g_dir_make_tmp ("triptych-batch-XXXXXX", NULL);
  f->n_files = GPOINTER_TO_UINT (n_files);
  f->folder = g_file_new_for_path (path);
  f->album = g_file_get_child (f->folder, "album");
  f->results = g_file_get_child (f->folder, "results");
  g_assert_true (g_file_make_directory (f->album, NULL, NULL) && g_file_make_directory (f->results, NULL, NULL));
  f->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  f->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_ptr_array_add (f->identities, identity);
  g_ptr_array_add (f->recipients, tri_age_identity_get_recipient (identity));
  f->options = (TriVaultOptions) { .folder = f->results, .conflict = TRI_VAULT_FAIL };
  for (guint i = 0; i < f->n_files; i++)
    batch_fixture_make_file (f, i);
}

static void
remove_all (GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (GFile) child = g_file_get_child (file, name);
      remove_all (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

void
batch_fixture_tear_down (BatchFixture *f, gconstpointer unused)
{
  remove_all (f->folder);
  g_object_unref (f->folder);
  g_object_unref (f->album);
  g_object_unref (f->results);
  g_ptr_array_unref (f->identities);
  g_ptr_array_unref (f->recipients);
}

guint
batch_fixture_count_files (GFile *folder)
{
  guint n = 0;
  g_autoptr (GDir) dir = g_dir_open (g_file_peek_path (folder), 0, NULL);
  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

TriVaultBatch *
batch_fixture_protect_album (BatchFixture *f)
{
  TriVaultPassed passed = { 0 };
  TriVaultBatch *batch = tri_vault_batch_new_protect (f->recipients, &f->options);
  g_assert_true (tri_vault_batch_add (batch, f->album, &passed, NULL, NULL));
  return batch;
}

void
batch_fixture_assert_opens (BatchFixture *f)
{
  g_autoptr (GFile) back = g_file_get_child (f->folder, "back"), sealed = g_file_get_child (f->results, "album");
  g_autoptr (GFile) opened = g_file_get_child (back, "album");
  TriVaultOptions options = { .folder = back, .conflict = TRI_VAULT_FAIL };
  g_autoptr (TriVaultBatch) batch = tri_vault_batch_new_open (f->identities, &options);
  g_autoptr (GError) error = NULL;
  TriVaultPassed passed = { 0 };
  g_assert_true (tri_vault_batch_add (batch, sealed, &passed, NULL, NULL));
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < f->n_files; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u.jpg", i), *data = NULL;
      g_autoptr (GFile) file = g_file_get_child (opened, name);
      gsize size;
      g_assert_true (g_file_load_contents (file, NULL, &data, &size, NULL, NULL));
      g_assert_cmpuint (size, ==, BATCH_FIXTURE_SIZE (i));
      for (gsize k = 0; k < size; k++)
        g_assert_true ((guint8) data[k] == (guint8) i);
    }
}
