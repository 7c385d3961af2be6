/* Runs a fuzz target on its seeds and on a fixed number of mutations of them, the same ones every time. With
 * --write FOLDER it writes the seeds there, for libFuzzer. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fuzz.h"

#define MUTATIONS 20000

static GPtrArray *seeds;

static void
run (const guint8 *data, gsize size)
{
  g_autofree guint8 *exact = g_memdup2 (data, size); /* so that a sanitizer sees one byte too many */
  LLVMFuzzerTestOneInput (exact, size);
}

static guint
pick (GRand *rand, gsize n)
{
  return n > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) n) : 0;
}

/* One change: a bit, a byte, an interesting number, a piece removed, doubled, moved, or taken from another seed. */
static void
mutate (GByteArray *data, GRand *rand)
{
  static const guint32 numbers[] = { 0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 0x01000000, 65536 };
  const GBytes *other = seeds->pdata[pick (rand, seeds->len)];
  guint at = pick (rand, data->len), length = 1 + pick (rand, 16);
  length = MIN (length, data->len - at); /* MIN computes its arguments twice */
  g_autofree guint8 *piece = g_memdup2 (data->data + at, length);
  guint32 number = numbers[pick (rand, G_N_ELEMENTS (numbers))];
  switch (data->len > 0 ? pick (rand, 8) : 6)
    {
    case 0:
      data->data[at] ^= (guint8) (1 << pick (rand, 8));
      break;
    case 1:
      data->data[at] = (guint8) pick (rand, 256);
      break;
    case 2:
      memcpy (data->data + at, &number, MIN (length, 4));
      break;
    case 3:
      g_byte_array_remove_range (data, at, length);
      break;
    case 4:
      g_byte_array_set_size (data, at);
      break;
    case 5:
      g_byte_array_append (data, piece, length);
      break;
    case 6:
      {
        gsize size;
        const guint8 *bytes = g_bytes_get_data ((GBytes *) other, &size);
        guint from = pick (rand, size), n = 1 + pick (rand, 64);
        g_byte_array_append (data, bytes + from, MIN ((guint) size - from, n));
      }
      break;
    default:
      memmove (data->data + pick (rand, data->len - length + 1), piece, length);
      break;
    }
}

static void
test_seeds (void)
{
  g_assert_cmpuint (seeds->len, >, 0);
  for (guint i = 0; i < seeds->len; i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (seeds->pdata[i], &size);
      run (data, size);
    }
  run ((const guint8 *) "", 0);
}

static void
test_mutations (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240229);
  for (guint i = 0; i < MUTATIONS; i++)
    {
      gsize size;
      const guint8 *bytes = g_bytes_get_data (seeds->pdata[i % seeds->len], &size);
      g_autoptr (GByteArray) data = g_byte_array_new ();
      g_byte_array_append (data, bytes, (guint) size);
      for (guint k = 0; k <= pick (rand, 4); k++)
        mutate (data, rand);
      run (data->data, data->len);
    }
}

static int
write_seeds (const char *folder)
{
  for (guint i = 0; i < seeds->len; i++)
    {
      gsize size;
      const char *data = g_bytes_get_data (seeds->pdata[i], &size);
      g_autofree char *name = g_strdup_printf ("seed-%02u", i), *path = g_build_filename (folder, name, NULL);
      if (!g_file_set_contents (path, data, (gssize) size, NULL))
        return 1;
    }
  return 0;
}

int
main (int argc, char **argv)
{
  seeds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  fuzz_add_seeds (seeds);
  if (argc == 3 && strcmp (argv[1], "--write") == 0)
    return write_seeds (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz/seeds", test_seeds);
  g_test_add_func ("/fuzz/mutations", test_mutations);
  int status = g_test_run ();
  g_ptr_array_unref (seeds);
  return status;
}
