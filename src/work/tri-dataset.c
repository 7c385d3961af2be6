/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-dataset-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-rng.h"

/* Streams of the seed. */
#define STREAM_SPLIT G_GUINT64_CONSTANT (0x5350)
#define STREAM_VALIDATE (G_GUINT64_CONSTANT (1) << 32) /* + number */
#define STREAM_ORDER (G_GUINT64_CONSTANT (1) << 40) /* + epoch */
#define STREAM_STEP (G_GUINT64_CONSTANT (1) << 48)  /* + step */

typedef struct {
  TriImage *picture;
  char *name;
} Item;

struct _TriDataset {
  TriDatasetSpec spec;
  GArray *items;        /* Item: those of training, then those of validation */
  guint n_train;
  GPtrArray *refused;   /* ends with NULL */
  guint *order;         /* of the pictures in the epoch below */
  guint64 ordered;      /* G_MAXUINT64: none yet */
};

static void
clear_item (gpointer data)
{
  Item *item = data;
  tri_image_unref (item->picture);
  g_free (item->name);
}

static gboolean
check_spec (const TriDatasetSpec *spec, GError **error)
{
  g_return_val_if_fail (spec->channels == 1 || spec->channels == 3, FALSE);
  g_return_val_if_fail (spec->low < spec->high, FALSE);
  if (spec->validation >= 0 && spec->validation <= 0.9)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("The share of pictures kept for validation is 0 to 0.9."));
  return FALSE;
}

static guint
count_validation (const TriDatasetSpec *spec, guint n)
{
  if (n < 2 || spec->validation <= 0)
    return 0;
  return CLAMP ((guint) (spec->validation * n + 0.5), 1, n - 1);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (((const Item *) a)->name, ((const Item *) b)->name);
}

/* By name, then shuffled: the split doesn't depend on the order in which a folder is read. */
static void
split (TriDataset *dataset)
{
  guint n = dataset->items->len;
  TriRng rng = tri_rng (dataset->spec.seed, STREAM_SPLIT);
  g_autofree guint *order = g_new (guint, n);
  g_array_sort (dataset->items, compare_names);
  g_autofree Item *items = g_memdup2 (dataset->items->data, n * sizeof (Item));
  for (guint i = 0; i < n; i++)
    order[i] = i;
  tri_rng_permute (&rng, order, n);
  for (guint i = 0; i < n; i++)
    g_array_index (dataset->items, Item, i) = items[order[i]];
  dataset->n_train = n - count_validation (&dataset->spec, n);
}

static TriDataset *
make_dataset (TriDatasetReader *reader)
{
  TriDataset *dataset = g_new0 (TriDataset, 1);
  dataset->spec = *reader->spec;
  dataset->items = g_array_new (FALSE, FALSE, sizeof (Item));
  g_array_set_clear_func (dataset->items, clear_item);
  for (guint i = 0; i < reader->pictures->len; i++)
    {
      Item item = { (TriImage *) tri_image_ref (reader->pictures->pdata[i]), g_strdup (reader->names->pdata[i]) };
      g_array_append_val (dataset->items, item);
    }
  split (dataset);
  dataset->refused = g_ptr_array_ref (reader->refused);
  g_ptr_array_add (dataset->refused, NULL);
  dataset->order = g_new (guint, dataset->n_train);
  dataset->ordered = G_MAXUINT64;
  return dataset;
}

static void
reader_open (TriDatasetReader *reader, const TriDatasetSpec *spec)
{
  *reader = (TriDatasetReader) { .spec = spec };
  reader->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  reader->names = g_ptr_array_new_with_free_func (g_free);
  reader->refused = g_ptr_array_new_with_free_func (g_free);
}

static void
reader_close (TriDatasetReader *reader)
{
  g_ptr_array_unref (reader->pictures);
  g_ptr_array_unref (reader->names);
  g_ptr_array_unref (reader->refused);
}

/**
 * tri_dataset_load:
 * @source: "samples" (the shipped pictures but the sheet of digits), "digits" (each digit of the shipped sheet), or
 *   the path of a picture, of an IDX file of pictures (as of MNIST, also with gzip) or of a folder of these, with all
 *   folders below it. Links and hidden files in a folder are passed over, files that can't be read are passed over
 *   and named
 *
 * Returns: (transfer full) (nullable): NULL with @error when there is no picture at all, or too many bytes of them
 */
TriDataset *
tri_dataset_load (const char *source, const TriDatasetSpec *spec, TriProgress *progress, GError **error)
{
  TriDatasetReader reader;
  TriDataset *dataset = NULL;
  if (!check_spec (spec, error))
    return NULL;
  reader_open (&reader, spec);
  if (tri_dataset_read (&reader, source, progress, error))
    dataset = make_dataset (&reader);
  reader_close (&reader);
  return dataset;
}

/**
 * tri_dataset_gather:
 * @source: as tri_dataset_load() takes it
 * @pictures: (element-type TriImage): those of @source are added, with the channels that they have
 * @names: (element-type utf8): likewise
 * @refused: (element-type utf8): a sentence for each file that was passed over
 */
gboolean
tri_dataset_gather (const char *source, GPtrArray *pictures, GPtrArray *names, GPtrArray *refused, TriProgress *progress,
                    GError **error)
{
  const TriDatasetSpec as_they_are = { 0 };
  TriDatasetReader reader = { .spec = &as_they_are, .pictures = pictures, .names = names, .refused = refused };
  for (guint i = 0; i < pictures->len; i++)
    reader.n_bytes += tri_image_n_bytes (pictures->pdata[i]);
  return tri_dataset_read (&reader, source, progress, error);
}

/**
 * tri_dataset_new:
 * @pictures: (element-type TriImage): one or more
 * @names: (element-type utf8): one for each, all different
 */
TriDataset *
tri_dataset_new (GPtrArray *pictures, GPtrArray *names, const TriDatasetSpec *spec, GError **error)
{
  TriDatasetReader reader;
  TriDataset *dataset = NULL;
  g_return_val_if_fail (pictures->len > 0 && pictures->len == names->len, NULL);
  if (!check_spec (spec, error))
    return NULL;
  reader_open (&reader, spec);
  gboolean good = TRUE;
  for (guint i = 0; good && i < pictures->len; i++)
    good = tri_dataset_take (&reader, (TriImage *) tri_image_ref (pictures->pdata[i]), g_strdup (names->pdata[i]), error);
  if (good)
    dataset = make_dataset (&reader);
  reader_close (&reader);
  return dataset;
}

void
tri_dataset_free (TriDataset *dataset)
{
  if (dataset == NULL)
    return;
  g_array_unref (dataset->items);
  g_ptr_array_unref (dataset->refused);
  g_free (dataset->order);
  g_free (dataset);
}

/* Nothing was kept back: validation uses what training uses. */
static gboolean
shares (const TriDataset *dataset, TriDatasetPart part)
{
  return part == TRI_DATASET_TRAIN || !tri_dataset_is_split (dataset);
}

gboolean
tri_dataset_is_split (const TriDataset *dataset)
{
  return dataset->n_train < dataset->items->len;
}

guint
tri_dataset_get_n (const TriDataset *dataset, TriDatasetPart part)
{
  return shares (dataset, part) ? dataset->n_train : dataset->items->len - dataset->n_train;
}

static const Item *
get_item (const TriDataset *dataset, TriDatasetPart part, guint i)
{
  return &g_array_index (dataset->items, Item, shares (dataset, part) ? i : dataset->n_train + i);
}

/* Returns: (transfer none): of the set's channels */
const TriImage *
tri_dataset_get_picture (const TriDataset *dataset, TriDatasetPart part, guint i)
{
  g_return_val_if_fail (i < tri_dataset_get_n (dataset, part), NULL);
  return get_item (dataset, part, i)->picture;
}

const char *
tri_dataset_get_name (const TriDataset *dataset, TriDatasetPart part, guint i)
{
  g_return_val_if_fail (i < tri_dataset_get_n (dataset, part), NULL);
  return get_item (dataset, part, i)->name;
}

/* Returns: (transfer none): a sentence for each file that was passed over, translated; ends with NULL */
const char *const *
tri_dataset_get_refused (const TriDataset *dataset)
{
  return (const char *const *) dataset->refused->pdata;
}

const TriDatasetSpec *
tri_dataset_get_spec (const TriDataset *dataset)
{
  return &dataset->spec;
}

/* Returns: (transfer full): SHA-256, in hexadecimal, of all pixels, sizes and names in the order of the split, and of what
 *   makes batches of them: training that goes on with the same one sees the same batches */
char *
tri_dataset_get_fingerprint (const TriDataset *dataset)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const TriDatasetSpec *spec = &dataset->spec;
  g_autofree char *head = g_strdup_printf ("%u %a %a %u %" G_GUINT64_FORMAT " %u", spec->channels, spec->low, spec->high,
                                           (guint) spec->augment, spec->seed, dataset->n_train);
  g_checksum_update (sum, (const guchar *) head, -1);
  for (guint i = 0; i < dataset->items->len; i++)
    {
      const Item *item = &g_array_index (dataset->items, Item, i);
      g_autofree char *line = g_strdup_printf ("\n%u %u %s\n", item->picture->width, item->picture->height, item->name);
      g_checksum_update (sum, (const guchar *) line, -1);
      g_checksum_update (sum, item->picture->pixels, (gssize) tri_image_n_bytes (item->picture));
    }
  return g_strdup (g_checksum_get_string (sum));
}

/* An epoch has each training picture once; the last batch goes on into the next epoch. */
guint64
tri_dataset_steps_in_epoch (const TriDataset *dataset, guint batch)
{
  return (dataset->n_train + batch - 1) / batch;
}

static guint
pick (TriDataset *dataset, guint64 item)
{
  guint64 epoch = item / dataset->n_train;
  if (dataset->ordered != epoch)
    {
      TriRng rng = tri_rng (dataset->spec.seed, STREAM_ORDER + epoch);
      for (guint i = 0; i < dataset->n_train; i++)
        dataset->order[i] = i;
      tri_rng_permute (&rng, dataset->order, dataset->n_train);
      dataset->ordered = epoch;
    }
  return dataset->order[item % dataset->n_train];
}

static void
flip_rows (TriTensor *batch, guint n)
{
  guint c = batch->shape.c, w = batch->shape.w;
  float pixel[4];
  for (guint y = 0; y < batch->shape.h; y++)
    for (guint x = 0; x < w / 2; x++)
      {
        float *left = tri_tensor_at (batch, n, y, x), *right = tri_tensor_at (batch, n, y, w - 1 - x);
        memcpy (pixel, left, c * sizeof (float));
        memcpy (left, right, c * sizeof (float));
        memcpy (right, pixel, c * sizeof (float));
      }
}

/* Fills in what training step @step uses; a picture that is smaller than the batch's is continued by its edge. */
void
tri_dataset_fill (TriDataset *dataset, guint64 step, TriTensor *batch)
{
  const TriDatasetSpec *spec = &dataset->spec;
  g_return_if_fail (batch->shape.c == spec->channels);
  TriRng rng = tri_rng (spec->seed, STREAM_STEP + step);
  for (guint n = 0; n < batch->shape.n; n++)
    {
      const TriImage *picture = get_item (dataset, TRI_DATASET_TRAIN, pick (dataset, step * batch->shape.n + n))->picture;
      guint free_x = picture->width - MIN (picture->width, batch->shape.w);
      guint free_y = picture->height - MIN (picture->height, batch->shape.h);
      gboolean crop = (spec->augment & TRI_AUGMENT_CROP) != 0;
      guint x = crop ? tri_rng_below (&rng, free_x + 1) : free_x / 2, y = crop ? tri_rng_below (&rng, free_y + 1) : free_y / 2;
      tri_tensor_put_image (batch, n, picture, x, y, spec->low, spec->high);
      if ((spec->augment & TRI_AUGMENT_FLIP) != 0 && tri_rng_below (&rng, 2) == 1)
        flip_rows (batch, n);
    }
}

/* Fills in validation crops from number @first on: the middles of all pictures, then other places in them; never flipped. */
void
tri_dataset_fill_validation (TriDataset *dataset, guint first, TriTensor *batch)
{
  const TriDatasetSpec *spec = &dataset->spec;
  guint n_pictures = tri_dataset_get_n (dataset, TRI_DATASET_VALIDATE);
  g_return_if_fail (batch->shape.c == spec->channels);
  for (guint n = 0; n < batch->shape.n; n++)
    {
      guint number = first + n;
      const TriImage *picture = get_item (dataset, TRI_DATASET_VALIDATE, number % n_pictures)->picture;
      guint free_x = picture->width - MIN (picture->width, batch->shape.w);
      guint free_y = picture->height - MIN (picture->height, batch->shape.h);
      TriRng rng = tri_rng (spec->seed, STREAM_VALIDATE + number);
      guint x = number < n_pictures ? free_x / 2 : tri_rng_below (&rng, free_x + 1);
      guint y = number < n_pictures ? free_y / 2 : tri_rng_below (&rng, free_y + 1);
      tri_tensor_put_image (batch, n, picture, x, y, spec->low, spec->high);
    }
}
