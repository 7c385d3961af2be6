/* Trained weights are read once and shared, and never older than the file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "tri-datadir.h"
#include "tri-error.h"
#include "tri-model-store.h"

#define DIGITS "cnn-chaos-digits"
#define BRAIN "cnn-chaos-brain"

static char *
shipped_path (const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *relative = g_strdup_printf ("models/%s.safetensors", id);
  char *path = tri_datadir_find (relative, &error);
  g_assert_no_error (error);
  return path;
}

static char *
own_path (const char *id)
{
  g_autofree char *folder = tri_model_store_user_folder (), *name = g_strconcat (id, ".safetensors", NULL);
  return g_build_filename (folder, name, NULL);
}

static TriStored *
load (const char *id, const guint8 *hash)
{
  g_autoptr (GError) error = NULL;
  TriStored *stored = tri_model_store_load (id, hash, &error);
  g_assert_no_error (error);
  return stored;
}

static void
install (const char *id, const char *of)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = shipped_path (of);
  g_assert_true (tri_model_store_install (id, path, &error));
  g_assert_no_error (error);
}

static void
remove_own (const char *id)
{
  g_autofree char *path = own_path (id);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_shared (void)
{
  g_autoptr (TriStored) first = load (DIGITS, NULL), second = load (DIGITS, first->hash);
  g_assert_true (first == second);
  g_assert_true (first->shipped);
}

/* Another file under the same name, as a training leaves it. */
static void
test_replaced (void)
{
  g_autoptr (TriStored) shipped = load (DIGITS, NULL), other = load (BRAIN, NULL);
  install (DIGITS, BRAIN);
  g_autoptr (TriStored) own = load (DIGITS, NULL), old = load (DIGITS, shipped->hash);
  g_assert_cmpmem (own->hash, TRI_STORED_HASH_SIZE, other->hash, TRI_STORED_HASH_SIZE);
  g_assert_false (own->shipped);
  g_assert_true (old == shipped);
  remove_own (DIGITS);
  g_autoptr (TriStored) again = load (DIGITS, NULL);
  g_assert_true (again == shipped);
}

/* As many bytes, and one of them changed: what was read before is not taken for it. */
static void
test_changed (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = own_path (DIGITS), *bytes = NULL;
  gsize length;
  install (DIGITS, BRAIN);
  g_autoptr (TriStored) before = load (DIGITS, NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  bytes[length - 1] ^= 1;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  g_autoptr (TriStored) after = load (DIGITS, NULL);
  g_assert_cmpint (memcmp (before->hash, after->hash, TRI_STORED_HASH_SIZE), !=, 0);
  bytes[0] = 'x';
  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  g_assert_null (tri_model_store_load (DIGITS, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
  remove_own (DIGITS);
}

/* Other weights than a picture was made with are no reason to take them. */
static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriStored) brain = load (BRAIN, NULL), digits = load (DIGITS, NULL);
  g_assert_null (tri_model_store_load (DIGITS, brain->hash, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED);
}

/* When there is no room for new ones, those that were installed stay so. */
static void
test_full (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = shipped_path (DIGITS);
  struct rlimit before, small;
  install (DIGITS, BRAIN);
  g_autoptr (TriStored) own = load (DIGITS, NULL);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = (struct rlimit) { 500, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (tri_model_store_install (DIGITS, path, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_autoptr (TriStored) after = load (DIGITS, NULL);
  g_assert_cmpmem (own->hash, TRI_STORED_HASH_SIZE, after->hash, TRI_STORED_HASH_SIZE);
  remove_own (DIGITS);
}

/* Removes the folder of this test's user, with the weights that were set aside. */
static void
empty (const char *home)
{
  g_autofree char *models = tri_model_store_user_folder (), *own = g_path_get_dirname (models);
  g_autoptr (GDir) dir = g_dir_open (models, 0, NULL);
  for (const char *name = NULL; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (models, name, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_true (g_rmdir (models) == 0 && g_rmdir (own) == 0 && g_rmdir (home) == 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("model-store-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-store/shared", test_shared);
  g_test_add_func ("/model-store/replaced", test_replaced);
  g_test_add_func ("/model-store/changed", test_changed);
  g_test_add_func ("/model-store/missing", test_missing);
  g_test_add_func ("/model-store/full", test_full);
  int status = g_test_run ();
  empty (home);
  return status;
}
