/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "tri-dataset.h"
#include "tri-error.h"
#include "tri-picture.h"
#include "work-fixture.h"

static const TriDatasetSpec grey = { .channels = 1, .low = 0, .high = 1, .seed = 5 };

/* Pictures of one value each, by which they can be told apart in a batch; all are 8 wide but for a ramp of the columns. */
static TriDataset *
numbered (guint n, const TriDatasetSpec *spec)
{
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < n; i++)
    {
      TriImage *picture = tri_image_new (8, 8, 1, NULL);
      memset (picture->pixels, (int) i + 1, 64);
      g_ptr_array_add (pictures, picture);
      g_ptr_array_add (names, g_strdup_printf ("%03u", i));
    }
  g_autoptr (GError) error = NULL;
  TriDataset *dataset = tri_dataset_new (pictures, names, spec, &error);
  g_assert_no_error (error);
  return dataset;
}

static guint
number_of (const TriTensor *batch, guint n)
{
  return (guint) (*tri_tensor_at (batch, n, 0, 0) * 255 + 0.5f);
}

static void
test_split (void)
{
  TriDatasetSpec spec = grey;
  gboolean seen[41] = { FALSE };
  spec.validation = 0.25;
  g_autoptr (TriDataset) dataset = numbered (40, &spec), again = numbered (40, &spec);
  spec.seed = 6;
  g_autoptr (TriDataset) other = numbered (40, &spec);
  g_assert_true (tri_dataset_is_split (dataset));
  g_assert_cmpuint (tri_dataset_get_n (dataset, TRI_DATASET_TRAIN), ==, 30);
  g_assert_cmpuint (tri_dataset_get_n (dataset, TRI_DATASET_VALIDATE), ==, 10);
  guint n_same = 0;
  for (guint i = 0; i < 10; i++)
    {
      const TriImage *picture = tri_dataset_get_picture (dataset, TRI_DATASET_VALIDATE, i);
      seen[picture->pixels[0]] = TRUE;
      g_assert_cmpstr (tri_dataset_get_name (dataset, TRI_DATASET_VALIDATE, i), ==,
                       tri_dataset_get_name (again, TRI_DATASET_VALIDATE, i));
      n_same += g_str_equal (tri_dataset_get_name (dataset, TRI_DATASET_VALIDATE, i),
                             tri_dataset_get_name (other, TRI_DATASET_VALIDATE, i));
    }
  g_assert_cmpuint (n_same, <, 10);
  g_autoptr (TriTensor) batch = tri_tensor_new ((TriShape) { 10, 8, 8, 1 }, NULL);
  for (guint epoch = 0; epoch < 3; epoch++)
    {
      gboolean trained[41] = { FALSE };
      for (guint step = 0; step < tri_dataset_steps_in_epoch (dataset, 10); step++)
        {
          tri_dataset_fill (dataset, epoch * 3 + step, batch);
          for (guint n = 0; n < 10; n++)
            {
              guint number = number_of (batch, n);
              g_assert_false (seen[number]);    /* in one part only */
              g_assert_false (trained[number]); /* once in an epoch */
              trained[number] = TRUE;
            }
        }
    }
}

static void
test_unsplit (void)
{
  TriDatasetSpec spec = grey;
  g_autoptr (TriDataset) nothing_kept = numbered (3, &spec);
  spec.validation = 0.5;
  g_autoptr (TriDataset) single = numbered (1, &spec);
  spec.validation = 0.01;
  g_autoptr (TriDataset) two = numbered (2, &spec);
  g_assert_false (tri_dataset_is_split (nothing_kept));
  g_assert_cmpuint (tri_dataset_get_n (nothing_kept, TRI_DATASET_VALIDATE), ==, 3);
  g_assert_false (tri_dataset_is_split (single));
  g_assert_cmpuint (tri_dataset_get_n (single, TRI_DATASET_VALIDATE), ==, 1);
  g_assert_true (tri_dataset_is_split (two));
  g_assert_cmpuint (tri_dataset_get_n (two, TRI_DATASET_TRAIN), ==, 1);
  g_autoptr (GError) error = NULL;
  spec.validation = 1;
  g_assert_null (tri_dataset_load ("digits", &spec, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
}

/* A batch is a function of seed and step, whatever was filled in before. */
static void
test_steps (void)
{
  TriDatasetSpec spec = { .channels = 3, .low = -1, .high = 1, .seed = 9, .augment = TRI_AUGMENT_CROP | TRI_AUGMENT_FLIP };
  g_autoptr (GError) error = NULL;
  g_autoptr (TriDataset) a = tri_dataset_load ("samples", &spec, NULL, &error), b = tri_dataset_load ("samples", &spec, NULL, NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (tri_dataset_get_n (a, TRI_DATASET_TRAIN), ==, 5);
  TriShape shape = { 4, 32, 32, 3 };
  g_autoptr (TriTensor) x = tri_tensor_new (shape, NULL), y = tri_tensor_new (shape, NULL);
  for (guint step = 0; step < 8; step++)
    tri_dataset_fill (a, step, x);
  tri_dataset_fill (b, 7, y);
  gsize n_bytes = tri_tensor_size (x) * sizeof (float);
  g_assert_true (memcmp (x->data, y->data, n_bytes) == 0);
  tri_dataset_fill (b, 8, y);
  g_assert_true (memcmp (x->data, y->data, n_bytes) != 0);
  float low = 1, high = -1;
  for (gsize i = 0; i < tri_tensor_size (y); i++)
    {
      low = MIN (low, y->data[i]);
      high = MAX (high, y->data[i]);
    }
  g_assert_cmpfloat (low, >=, -1);
  g_assert_cmpfloat (high, <=, 1);
  g_assert_cmpfloat (high - low, >, 1);
  g_autofree char *of_a = tri_dataset_get_fingerprint (a), *of_b = tri_dataset_get_fingerprint (b);
  g_assert_cmpstr (of_a, ==, of_b);
  spec.seed = 10;
  g_autoptr (TriDataset) c = tri_dataset_load ("samples", &spec, NULL, NULL);
  g_autofree char *of_c = tri_dataset_get_fingerprint (c);
  g_assert_cmpstr (of_a, !=, of_c);
}

/* A ramp along x tells where a crop was taken and whether it was flipped. */
static void
test_augment (void)
{
  TriDatasetSpec spec = { .channels = 1, .low = 0, .high = 255, .seed = 1, .augment = TRI_AUGMENT_CROP | TRI_AUGMENT_FLIP };
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  TriImage *ramp = tri_image_new (100, 4, 1, NULL);
  for (guint i = 0; i < 400; i++)
    ramp->pixels[i] = (guint8) (i % 100);
  g_ptr_array_add (pictures, ramp);
  g_ptr_array_add (names, g_strdup ("ramp"));
  g_autoptr (TriDataset) dataset = tri_dataset_new (pictures, names, &spec, NULL);
  g_autoptr (TriTensor) batch = tri_tensor_new ((TriShape) { 1, 6, 10, 1 }, NULL);
  guint n_flipped = 0;
  float least = 255, most = 0;
  for (guint step = 0; step < 400; step++)
    {
      tri_dataset_fill (dataset, step, batch);
      float first = batch->data[0], last = batch->data[9];
      g_assert_cmpfloat (ABS (first - last), ==, 9);
      g_assert_cmpfloat (batch->data[50], ==, first); /* beyond the last row: its edge */
      n_flipped += first > last;
      least = MIN (least, MIN (first, last));
      most = MAX (most, MAX (first, last));
    }
  g_assert_cmpuint (n_flipped, >, 150);
  g_assert_cmpuint (n_flipped, <, 250);
  g_assert_cmpfloat (least, ==, 0);
  g_assert_cmpfloat (most, ==, 99);
  tri_dataset_fill_validation (dataset, 0, batch);
  g_assert_cmpfloat (batch->data[0], ==, 45);
}

static void
test_digits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriDataset) digits = tri_dataset_load ("digits", &grey, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tri_dataset_get_n (digits, TRI_DATASET_TRAIN), ==, 160);
  guint n_bright = 0;
  for (guint i = 0; i < 160; i++)
    {
      const TriImage *digit = tri_dataset_get_picture (digits, TRI_DATASET_TRAIN, i);
      g_assert_cmpuint (digit->width, ==, 28);
      g_assert_cmpuint (digit->pixels[0], <, 64); /* the frame */
      for (guint p = 0; p < 784; p++)
        if (digit->pixels[p] > 200)
          {
            n_bright++;
            break;
          }
    }
  g_assert_cmpuint (n_bright, >, 155);
}

static char *
put (const char *folder, const char *name, const void *bytes, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *parent = g_path_get_dirname (path);
  g_mkdir_with_parents (parent, 0700);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  return g_steal_pointer (&path);
}

static void
put_picture (const char *folder, const char *name, guint side, guint channels)
{
  g_autoptr (TriImage) picture = fixture_picture (side, side, channels);
  g_autoptr (GBytes) png = tri_picture_to_png (picture, NULL, NULL);
  gsize size;
  gconstpointer bytes = g_bytes_get_data (png, &size);
  g_free (put (folder, name, bytes, size));
}

static void
remove_folder (const char *path)
{
  g_autofree char *quoted = g_shell_quote (path), *command = g_strconcat ("rm -rf ", quoted, NULL);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static const guint8 idx[] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };

static void
test_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("triptych-XXXXXX", NULL), *loop = g_build_filename (folder, "below/loop", NULL);
  g_autoptr (GError) error = NULL;
  TriDatasetSpec spec = { .channels = 3, .low = 0, .high = 1, .max_side = 32 };
  put_picture (folder, "b.png", 20, 3);
  put_picture (folder, "below/deeper/a.png", 100, 1);
  put_picture (folder, ".hidden.png", 20, 3);
  g_free (put (folder, "below/digits.idx", idx, sizeof idx));
  g_free (put (folder, "broken.png", "\x89PNG\r\n\x1a\n and no more", 20));
  g_free (put (folder, "below/cut.idx", idx, sizeof idx - 1));
  g_free (put (folder, "note.txt", "hello", 5));
  g_free (put (folder, "empty", "", 0));
  g_assert_cmpint (symlink (folder, loop), ==, 0);
  g_autoptr (TriDataset) dataset = tri_dataset_load (folder, &spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tri_dataset_get_n (dataset, TRI_DATASET_TRAIN), ==, 4);
  g_assert_cmpuint (g_strv_length ((char **) tri_dataset_get_refused (dataset)), ==, 4);
  g_assert_true (g_str_has_prefix (tri_dataset_get_refused (dataset)[0], "below/cut.idx: "));
  gboolean found = FALSE;
  for (guint i = 0; i < 4; i++)
    {
      const TriImage *picture = tri_dataset_get_picture (dataset, TRI_DATASET_TRAIN, i);
      g_assert_cmpuint (picture->channels, ==, 3);
      g_assert_cmpuint (picture->width, <=, 32);
      if (g_str_equal (tri_dataset_get_name (dataset, TRI_DATASET_TRAIN, i), "below/digits.idx/0000001"))
        {
          found = TRUE;
          g_assert_cmpuint (picture->width, ==, 3);
          g_assert_cmpuint (picture->pixels[0], ==, 7);
        }
    }
  g_assert_true (found);

  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_null (tri_dataset_load (folder, &spec, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  remove_folder (folder);
}

static void
test_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("triptych-XXXXXX", NULL), *path = put (folder, "note.txt", "hello", 5);
  g_autoptr (GError) error = NULL;
  g_assert_null (tri_dataset_load (folder, &grey, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NOT_A_PICTURE);
  g_assert_nonnull (strstr (error->message, "note.txt"));
  g_clear_error (&error);
  g_assert_null (tri_dataset_load (path, &grey, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NOT_A_PICTURE);
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (tri_dataset_load (path, &grey, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (tri_dataset_load (folder, &grey, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NOT_A_PICTURE);
  remove_folder (folder);
}

/* An IDX file alone, plain and in gzip, and what such a file may claim. */
static void
test_idx (void)
{
  g_autofree char *folder = g_dir_make_tmp ("triptych-XXXXXX", NULL), *path = put (folder, "x", idx, sizeof idx);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriDataset) plain = tri_dataset_load (path, &grey, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tri_dataset_get_n (plain, TRI_DATASET_TRAIN), ==, 2);
  g_autofree char *command = g_strconcat ("gzip ", path, NULL), *zipped = g_strconcat (path, ".gz", NULL);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_autoptr (TriDataset) gzip = tri_dataset_load (zipped, &grey, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tri_dataset_get_n (gzip, TRI_DATASET_TRAIN), ==, 2);
  for (guint at = 4; at < 16; at++) /* each number too large */
    {
      guint8 bytes[sizeof idx];
      memcpy (bytes, idx, sizeof idx);
      bytes[at] = 255;
      g_autofree char *bad = put (folder, "bad", bytes, sizeof bytes);
      g_assert_null (tri_dataset_load (bad, &grey, NULL, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/work/dataset/split", test_split);
  g_test_add_func ("/work/dataset/unsplit", test_unsplit);
  g_test_add_func ("/work/dataset/steps", test_steps);
  g_test_add_func ("/work/dataset/augment", test_augment);
  g_test_add_func ("/work/dataset/digits", test_digits);
  g_test_add_func ("/work/dataset/folder", test_folder);
  g_test_add_func ("/work/dataset/refused", test_refused);
  g_test_add_func ("/work/dataset/idx", test_idx);
  return g_test_run ();
}
