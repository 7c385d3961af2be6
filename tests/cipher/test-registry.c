/* Every cipher of the registry, tested on the day it is listed: digests, round trips, keys, damage, cancellation,
 * threads. `test-registry --print-digests` writes the lines for tests/vectors/cipher-digests.txt.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-cipher.h"
#include "tri-error.h"
#include "tri-parallel.h"

static const guint8 fixed_salt[TRI_SALT_SIZE] = "registry salt..", fixed_nonce[TRI_NONCE_SIZE] = "registry test's nonce..";
static const TriFresh fixed = { fixed_salt, fixed_nonce };

/* A picture with flat areas, a ramp and noise; the same on every machine. */
static TriImage *
make_picture (guint width, guint height, guint channels, guint32 seed)
{
  TriImage *picture = tri_image_new (width, height, channels, NULL);
  guint8 *p = picture->pixels;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < channels; c++)
        {
          seed = seed * 1664525u + 1013904223u;
          guint third = 3 * x / width;
          *p++ = (guint8) (third == 0 ? 40 + 60 * c : third == 1 ? 2 * x + 3 * y : seed >> 24);
        }
  return picture;
}

static TriKey *
make_key (const char *text)
{
  return tri_key_new_file ((const guint8 *) text, strlen (text), NULL);
}

/* Adds @params, and for a cipher that is lossy unless told otherwise the same with "lossless". */
static void
add_variant (GPtrArray *variants, const TriCipher *cipher, TriParams *params)
{
  if ((cipher->flags & TRI_CIPHER_LOSSY_UNLESS_KEPT) != 0)
    {
      TriParams *kept = tri_params_copy (params);
      g_assert_true (tri_params_set (kept, "lossless", 1, NULL));
      g_ptr_array_add (variants, kept);
    }
  g_ptr_array_add (variants, params);
}

/* Sets @spec's parameter, and the one it depends on so that it matters. */
static TriParams *
with_value (const TriCipher *cipher, const TriParamSpec *spec, double value)
{
  TriParams *params = tri_params_new (cipher->params);
  if (spec->when != NULL)
    {
      guint i = 0;
      while ((spec->when_mask >> i & 1) == 0)
        i++;
      g_assert_true (tri_params_set (params, spec->when, i, NULL));
    }
  g_assert_true (tri_params_set (params, spec->id, value, NULL));
  return params;
}

/* Returns: (element-type TriParams): the defaults, and each parameter changed alone: every choice, both ends of a range */
static GPtrArray *
make_variants (const TriCipher *cipher)
{
  GPtrArray *variants = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_params_free);
  add_variant (variants, cipher, tri_params_new (cipher->params));
  for (const TriParamSpec *spec = cipher->params; spec != NULL && spec->id != NULL; spec++)
    switch (spec->type)
      {
      case TRI_PARAM_CHOICE:
        for (guint i = 0; spec->choices[i].id != NULL; i++)
          add_variant (variants, cipher, with_value (cipher, spec, i));
        break;
      case TRI_PARAM_BOOL:
        add_variant (variants, cipher, with_value (cipher, spec, !(int) spec->def));
        break;
      case TRI_PARAM_INT:
      case TRI_PARAM_DOUBLE:
      default:
        add_variant (variants, cipher, with_value (cipher, spec, spec->min));
        add_variant (variants, cipher, with_value (cipher, spec, spec->max));
      }
  return variants;
}

static TriSealed *
seal (const TriCipher *cipher, const TriImage *picture, const TriKey *key, const TriParams *params)
{
  g_autoptr (GError) error = NULL;
  TriSealed *sealed = tri_cipher_encrypt (cipher, picture, key, params, &fixed, NULL, &error);
  g_assert_no_error (error);
  return sealed;
}

static TriSealed *
copy_sealed (const TriSealed *sealed)
{
  g_autoptr (TriImage) visible = tri_image_copy (sealed->visible, NULL);
  return tri_sealed_with_visible (sealed, visible);
}

/* Visible picture, then side data sorted by name, each name and size before its bytes. */
static char *
digest (const TriSealed *sealed)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (sealed->side), (GCompareFunc) strcmp);
  const TriImage *v = sealed->visible;
  g_autofree char *shape = g_strdup_printf ("%u %u %u\n", v->width, v->height, v->channels);
  g_checksum_update (sum, (const guchar *) shape, -1);
  g_checksum_update (sum, v->pixels, (gssize) tri_image_n_bytes (v));
  for (GList *l = names; l != NULL; l = l->next)
    {
      gsize size;
      const guint8 *bytes = g_bytes_get_data (tri_sealed_get_side (sealed, l->data), &size);
      g_autofree char *line = g_strdup_printf ("%s %" G_GSIZE_FORMAT "\n", (char *) l->data, size);
      g_checksum_update (sum, (const guchar *) line, -1);
      g_checksum_update (sum, bytes, (gssize) size);
    }
  return g_strdup (g_checksum_get_string (sum));
}

static void
assert_same_sealed (const TriSealed *a, const TriSealed *b)
{
  g_autofree char *one = digest (a), *two = digest (b);
  g_assert_cmpstr (one, ==, two);
}

/* Decrypts what may be anything: a picture of the right size, or an error that says something. */
static TriImage *
decrypt_hostile (const TriSealed *sealed, const TriKey *key, TriError *code)
{
  g_autoptr (GError) error = NULL;
  TriImage *out = tri_cipher_decrypt (sealed, key, NULL, &error);
  if (code != NULL)
    *code = error != NULL && error->domain == TRI_ERROR ? (TriError) error->code : TRI_ERROR_FAILED;
  if (out == NULL)
    {
      g_assert_nonnull (error);
      g_assert_cmpuint (strlen (error->message), >, 10);
      return NULL;
    }
  g_assert_no_error (error);
  g_assert_true (out->width == sealed->width && out->height == sealed->height && out->channels == sealed->channels);
  return out;
}

static void
check_round_trip (const TriCipher *cipher, const TriImage *picture, const TriKey *key, const TriParams *params)
{
  g_autofree char *text = params != NULL ? tri_params_to_text (params) : g_strdup ("");
  g_test_message ("%s %s: %u × %u × %u", cipher->id, text, picture->width, picture->height, picture->channels);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriSealed) sealed = seal (cipher, picture, key, params);
  g_autoptr (TriImage) back = tri_cipher_decrypt (sealed, key, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tri_image_same_shape (picture, back));
  if (tri_cipher_is_lossless (cipher, sealed->params))
    g_assert_true (tri_image_equal (picture, back));
}

/* Texts that a person reads, and a table that its own defaults fit. */
static void
test_descriptor (gconstpointer data)
{
  const TriCipher *cipher = data;
  g_assert_true (cipher == tri_cipher_find (cipher->id));
  g_assert_cmpuint (strlen (cipher->title), >, 2);
  g_assert_cmpuint (strlen (cipher->summary), >, 10);
  g_assert_cmpuint (strlen (cipher->reference), >, 5);
  g_assert_true (g_str_has_suffix (cipher->why, "."));
  g_assert_false (g_str_has_suffix (cipher->summary, "."));
  g_assert_cmpint ((cipher->flags & TRI_CIPHER_RAW_KEY) != 0, ==, cipher->raw_key != NULL);
  g_assert_false ((cipher->flags & TRI_CIPHER_LOSSLESS) != 0 && (cipher->flags & TRI_CIPHER_LOSSY_UNLESS_KEPT) != 0);
  const TriParamSpec *tables[] = { cipher->params, cipher->raw_key };
  for (guint t = 0; t < 2; t++)
    for (const TriParamSpec *spec = tables[t]; spec != NULL && spec->id != NULL; spec++)
      {
        g_autoptr (TriParams) params = tri_params_new (tables[t]);
        g_assert_true (tri_params_set (params, spec->id, spec->def, NULL));
        g_assert_nonnull (spec->title);
        g_assert_true (g_str_has_suffix (spec->help, "."));
        g_assert_true (spec->when == NULL || tri_params_find_spec (params, spec->when) != NULL);
      }
}

/* Small ones with every parameter, every kind of pixel with the defaults. */
static void
test_round_trip (gconstpointer data)
{
  static const guint sizes[][2] = { { 1, 1 }, { 1, 2 }, { 1, 19 }, { 23, 1 }, { 16, 16 }, { 37, 23 }, { 64, 40 } };
  const TriCipher *cipher = data;
  g_autoptr (TriKey) key = make_key ("round trip");
  g_autoptr (GPtrArray) variants = make_variants (cipher);
  for (guint v = 0; v < variants->len; v++)
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
      for (guint channels = v < 2 ? 1 : 1 + (v + s) % 4; channels <= (v < 2 ? 4 : 1 + (v + s) % 4); channels++)
        {
          g_autoptr (TriImage) picture = make_picture (sizes[s][0], sizes[s][1], channels, v + s);
          check_round_trip (cipher, picture, key, variants->pdata[v]);
        }
}

static void
test_raw_key (gconstpointer data)
{
  const TriCipher *cipher = data;
  g_autoptr (TriImage) picture = make_picture (37, 23, 3, 1);
  if (cipher->raw_key == NULL)
    {
      static const TriParamSpec other[] = { { .id = "n", .type = TRI_PARAM_INT, .max = 1 }, { 0 } };
      g_autoptr (TriParams) raw = tri_params_new (other);
      g_autoptr (TriKey) key = tri_key_new_raw (raw);
      g_autoptr (GError) error = NULL;
      g_assert_null (tri_cipher_encrypt (cipher, picture, key, NULL, &fixed, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
      return;
    }
  g_autoptr (GPtrArray) variants = make_variants (cipher);
  for (const TriParamSpec *spec = cipher->raw_key; spec->id != NULL; spec++)
    for (guint end = 0; end < 3; end++)
      for (guint v = 0; v < variants->len; v++)
        {
          g_autoptr (TriParams) raw = tri_params_new (cipher->raw_key);
          g_assert_true (tri_params_set (raw, spec->id, end == 0 ? spec->min : end == 1 ? spec->def : spec->max, NULL));
          g_autoptr (TriKey) key = tri_key_new_raw (raw);
          check_round_trip (cipher, picture, key, variants->pdata[v]);
        }

  /* One step in a raw number is another key, and a passphrase does not open what raw numbers closed. */
  g_autoptr (TriParams) raw = tri_params_new (cipher->raw_key);
  g_autoptr (TriKey) key = tri_key_new_raw (raw), derived = make_key ("derived");
  g_autoptr (TriSealed) sealed = seal (cipher, picture, key, NULL);
  for (guint bit = 0; bit < tri_key_get_n_bits (key); bit += 52)
    {
      g_autoptr (TriKey) near = tri_key_flip_bit (key, bit + 20);
      g_autoptr (TriImage) wrong = decrypt_hostile (sealed, near, NULL);
      g_assert_false (tri_image_equal (wrong, picture));
    }
  TriError code;
  g_assert_null (decrypt_hostile (sealed, derived, &code));
  g_assert_cmpint (code, ==, TRI_ERROR_NO_KEY);
}

static GHashTable *
read_digests (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "cipher-digests.txt", NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (strlen (lines[i]) > 66 && lines[i][0] != '#')
      g_hash_table_insert (table, g_strdup (lines[i] + 66), g_strndup (lines[i], 64));
  return table;
}

/* Calls @found with "id param=value …" and the digest, for each cipher whose bytes are the same on every machine. */
static void
for_digests (const TriCipher *cipher, GFunc found, gpointer user_data)
{
  if ((cipher->flags & TRI_CIPHER_LOSSLESS) == 0)
    return;
  g_autoptr (GPtrArray) variants = make_variants (cipher);
  g_autoptr (TriKey) key = make_key ("digest");
  g_autoptr (TriImage) picture = make_picture (61, 47, 4, 7);
  for (guint v = 0; v < variants->len; v++)
    {
      g_autofree char *text = tri_params_to_text (variants->pdata[v]);
      g_autofree char *name = g_strconcat (cipher->id, text[0] != '\0' ? " " : NULL, text, NULL);
      g_autoptr (TriSealed) sealed = seal (cipher, picture, key, variants->pdata[v]);
      char *strings[] = { name, digest (sealed) };
      found (strings, user_data);
      g_free (strings[1]);
    }
}

static void
compare_digest (gpointer strings, gpointer table)
{
  char **pair = strings;
  g_test_message ("%s", pair[0]);
  g_assert_cmpstr (pair[1], ==, g_hash_table_lookup (table, pair[0]));
}

static void
print_digest (gpointer strings, gpointer unused)
{
  char **pair = strings;
  g_print ("%s  %s\n", pair[1], pair[0]);
}

static void
test_digest (gconstpointer data)
{
  g_autoptr (GHashTable) table = read_digests ();
  for_digests (data, compare_digest, table);
}

/* Salt and nonce: fixed ones repeat, fresh ones differ where the cipher says that it uses the nonce. */
static void
test_nonce (gconstpointer data)
{
  const TriCipher *cipher = data;
  static const guint8 other_nonce[TRI_NONCE_SIZE] = "another nonce";
  const TriFresh other = { fixed_salt, other_nonce };
  g_autoptr (TriImage) picture = make_picture (37, 23, 3, 1);
  g_autoptr (TriKey) key = make_key ("nonce");
  g_autoptr (TriSealed) a = seal (cipher, picture, key, NULL), again = seal (cipher, picture, key, NULL);
  g_autoptr (TriSealed) b = tri_cipher_encrypt (cipher, picture, key, NULL, &other, NULL, NULL);
  g_autofree char *one = digest (a), *two = digest (b);
  assert_same_sealed (a, again);
  if ((cipher->flags & TRI_CIPHER_FRESH_NONCE) != 0)
    g_assert_cmpstr (one, !=, two);
}

static void
test_wrong_key (gconstpointer data)
{
  const TriCipher *cipher = data;
  g_autoptr (TriImage) picture = make_picture (37, 23, 3, 1);
  g_autoptr (TriKey) key = make_key ("right"), wrong = make_key ("wrong"), near = tri_key_flip_bit (key, 100);
  g_autoptr (GPtrArray) variants = make_variants (cipher);
  for (guint v = 0; v < variants->len; v++)
    {
      g_autofree char *text = tri_params_to_text (variants->pdata[v]);
      g_test_message ("%s", text);
      g_autoptr (TriSealed) sealed = seal (cipher, picture, key, variants->pdata[v]);
      g_autoptr (TriImage) right = tri_cipher_decrypt (sealed, key, NULL, NULL);
      const TriKey *keys[] = { wrong, near };
      for (guint k = 0; k < 2; k++)
        {
          TriError code;
          g_autoptr (TriImage) out = decrypt_hostile (sealed, keys[k], &code);
          if ((cipher->flags & TRI_CIPHER_AUTHENTICATES) != 0)
            {
              g_assert_null (out);
              g_assert_cmpint (code, ==, TRI_ERROR_WRONG_KEY);
            }
          else if (tri_cipher_uses_key (cipher, sealed->params))
            g_assert_true (out == NULL || !tri_image_equal (out, right));
          else
            g_assert_true (out != NULL && tri_image_equal (out, right));
        }
    }
}

/* A cipher with a tag refuses; any other gives something or says why not. */
static void
check_damaged (const TriCipher *cipher, const TriSealed *damaged, const TriKey *key, const char *what)
{
  TriError code;
  g_test_message ("%s: %s", cipher->id, what);
  g_autoptr (TriImage) out = decrypt_hostile (damaged, key, &code);
  if ((cipher->flags & TRI_CIPHER_AUTHENTICATES) != 0)
    {
      g_assert_null (out);
      g_assert_true (code == TRI_ERROR_WRONG_KEY || code == TRI_ERROR_DAMAGED || code == TRI_ERROR_TOO_LARGE
                     || code == TRI_ERROR_NO_KEY);
    }
}

static void
damage_pixels (const TriCipher *cipher, const TriSealed *sealed, const TriKey *key)
{
  gsize n = tri_image_n_bytes (sealed->visible);
  for (guint i = 0; i < 24; i++)
    {
      g_autoptr (TriSealed) damaged = copy_sealed (sealed);
      gsize at = i == 0 ? 0 : i == 1 ? n - 1 : (gsize) g_test_rand_int_range (0, (gint) n);
      damaged->visible->pixels[at] ^= (guint8) (1u << i % 8);
      check_damaged (cipher, damaged, key, "a pixel");
    }
}

static void
damage_side (const TriCipher *cipher, const TriSealed *sealed, const TriKey *key)
{
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init (&iter, sealed->side);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      gsize size;
      const guint8 *bytes = g_bytes_get_data (value, &size);
      for (gsize bit = 0; bit < 8 * size; bit += MAX (1, 8 * size / 150))
        {
          g_autoptr (TriSealed) damaged = copy_sealed (sealed);
          guint8 *copy = g_memdup2 (bytes, size);
          copy[bit / 8] ^= (guint8) (1u << bit % 8);
          tri_sealed_take_side (damaged, name, g_bytes_new_take (copy, size));
          check_damaged (cipher, damaged, key, name);
        }
      for (guint i = 0; i < 40; i++)
        {
          g_autoptr (TriSealed) damaged = copy_sealed (sealed);
          gsize other = i < 3 ? i : i == 3 ? size + 1 : i == 4 ? size - 1 : (gsize) g_test_rand_int_range (0, 3000);
          guint8 *noise = g_malloc (other);
          for (gsize k = 0; k < other; k++)
            noise[k] = (guint8) g_test_rand_int ();
          tri_sealed_take_side (damaged, name, g_bytes_new_take (noise, other));
          check_damaged (cipher, damaged, key, name);
        }
      g_autoptr (TriSealed) without = copy_sealed (sealed);
      g_hash_table_remove (without->side, name);
      check_damaged (cipher, without, key, name);
    }
}

static void
damage_header (const TriCipher *cipher, const TriSealed *sealed, const TriKey *key)
{
  for (guint bit = 0; bit < 8 * TRI_SALT_SIZE; bit += 7)
    {
      g_autoptr (TriSealed) damaged = copy_sealed (sealed);
      damaged->salt[bit / 8] ^= (guint8) (1u << bit % 8);
      check_damaged (cipher, damaged, key, "salt");
    }
  for (guint bit = 0; bit < 8 * TRI_NONCE_SIZE; bit += 7)
    {
      g_autoptr (TriSealed) damaged = copy_sealed (sealed);
      damaged->nonce[bit / 8] ^= (guint8) (1u << bit % 8);
      check_damaged (cipher, damaged, key, "nonce");
    }
  static const guint shapes[][3] = { { 38, 23, 3 }, { 37, 24, 3 }, { 37, 23, 4 }, { 37, 23, 1 }, { 23, 37, 3 },
                                     { 1, 1, 1 }, { 100000, 900, 4 }, { 100000, 100000, 3 }, { 0, 23, 3 } };
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (TriSealed) damaged = copy_sealed (sealed);
      damaged->width = shapes[i][0];
      damaged->height = shapes[i][1];
      damaged->channels = shapes[i][2];
      g_autoptr (TriImage) out = decrypt_hostile (damaged, key, NULL);
      g_assert_null (out);
    }
  for (guint kind = TRI_KEY_PASSPHRASE; kind <= TRI_KEY_RAW; kind++)
    if (kind != sealed->key_kind)
      {
        g_autoptr (TriSealed) damaged = copy_sealed (sealed);
        damaged->key_kind = kind;
        check_damaged (cipher, damaged, key, "key kind");
      }
  g_autoptr (GPtrArray) variants = make_variants (cipher);
  for (guint v = 0; v < variants->len; v++)
    if (!tri_params_equal (variants->pdata[v], sealed->params))
      {
        g_autoptr (TriSealed) damaged = copy_sealed (sealed);
        tri_params_free (damaged->params);
        damaged->params = tri_params_copy (variants->pdata[v]);
        check_damaged (cipher, damaged, key, "a parameter");
      }
}

/* A visible picture of another geometry than the cipher made is refused. */
static void
damage_geometry (const TriCipher *cipher, const TriSealed *sealed, const TriKey *key)
{
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (TriSealed) damaged = copy_sealed (sealed);
      guint w = (guint) g_test_rand_int_range (1, 60), h = (guint) g_test_rand_int_range (1, 60);
      guint channels = 1 + i % 4;
      if (w == sealed->visible->width && h == sealed->visible->height && channels == sealed->visible->channels)
        continue;
      tri_image_unref (damaged->visible);
      damaged->visible = make_picture (w, h, channels, i);
      g_autoptr (TriImage) out = decrypt_hostile (damaged, key, NULL);
      g_assert_null (out);
    }
}

static void
test_damage (gconstpointer data)
{
  const TriCipher *cipher = data;
  g_autoptr (TriImage) picture = make_picture (37, 23, 3, 1);
  g_autoptr (TriKey) key = make_key ("damage");
  g_autoptr (GPtrArray) variants = make_variants (cipher);
  for (guint v = 0; v < variants->len; v++)
    {
      g_autoptr (TriSealed) sealed = seal (cipher, picture, key, variants->pdata[v]);
      damage_side (cipher, sealed, key);
      damage_geometry (cipher, sealed, key);
      if (v > 1)
        continue;
      damage_pixels (cipher, sealed, key);
      damage_header (cipher, sealed, key);
    }
}

typedef struct {
  GCancellable *cancellable;
  guint n_before, n_after; /* reports until and since the cancellation */
  double fraction;
} Canceller;

/* Reports come at most every 16 ms, so it waits longer than that: then every step of the work is a report. */
static void
cancel_at_second (double fraction, gpointer user_data)
{
  Canceller *canceller = user_data;
  if (g_cancellable_is_cancelled (canceller->cancellable))
    canceller->n_after++;
  else if (canceller->n_before++ == 1)
    {
      canceller->fraction = fraction;
      g_cancellable_cancel (canceller->cancellable);
    }
  g_usleep (17000);
}

static void
check_cancelled (Canceller *canceller, gboolean done, const GError *error)
{
  g_assert_false (done);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_cancellable_is_cancelled (canceller->cancellable));
  g_assert_cmpfloat (canceller->fraction, <, 0.9);
  g_assert_cmpuint (canceller->n_after, <=, 8);
}

/* Cancelled at the first step that the module itself reports, the first of all being the front door's. */
static void
test_cancel (gconstpointer data)
{
  const TriCipher *cipher = data;
  g_autoptr (TriImage) picture = make_picture (900, 700, 4, 1);
  g_autoptr (TriKey) key = make_key ("cancel");
  g_autoptr (TriSealed) whole = seal (cipher, picture, key, NULL);
  for (guint decrypting = 0; decrypting < 2; decrypting++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;
      Canceller canceller = { .cancellable = cancellable };
      g_autoptr (TriProgress) progress = tri_progress_new (cancellable, cancel_at_second, &canceller);
      g_autoptr (TriSealed) sealed = NULL;
      g_autoptr (TriImage) back = NULL;
      if (decrypting)
        back = tri_cipher_decrypt (whole, key, progress, &error);
      else
        sealed = tri_cipher_encrypt (cipher, picture, key, NULL, &fixed, progress, &error);
      check_cancelled (&canceller, sealed != NULL || back != NULL, error);
    }
}

/* One to three threads on a picture of many grains; with each parameter one and two on a smaller one. */
static void
test_threads (gconstpointer data)
{
  const TriCipher *cipher = data;
  g_autoptr (TriImage) large = make_picture (611, 397, 3, 1), small = make_picture (311, 203, 3, 1);
  g_autoptr (TriKey) key = make_key ("threads");
  g_autoptr (GPtrArray) variants = make_variants (cipher);
  for (guint v = 0; v < variants->len; v++)
    {
      const TriImage *picture = v == 0 ? large : small;
      g_autofree char *text = tri_params_to_text (variants->pdata[v]);
      g_test_message ("%s", text);
      tri_parallel_set_threads (1);
      g_autoptr (TriSealed) one = seal (cipher, picture, key, variants->pdata[v]);
      g_autoptr (TriImage) back = tri_cipher_decrypt (one, key, NULL, NULL);
      for (guint n = 2; n <= (v == 0 ? 3 : 2); n++)
        {
          tri_parallel_set_threads (n);
          g_autoptr (TriSealed) many = seal (cipher, picture, key, variants->pdata[v]);
          assert_same_sealed (one, many);
          g_autoptr (TriImage) back_many = tri_cipher_decrypt (many, key, NULL, NULL);
          g_assert_true (tri_image_equal (back, back_many));
        }
    }
  tri_parallel_set_threads (0);
}

typedef struct {
  const TriCipher *cipher;
  TriImage *picture, *back;
  TriKey *key;
  TriSealed *sealed;
} Run;

static gpointer
do_run (gpointer data)
{
  Run *run = data;
  run->sealed = seal (run->cipher, run->picture, run->key, NULL);
  run->back = tri_cipher_decrypt (run->sealed, run->key, NULL, NULL);
  return NULL;
}

/* Two at once give what each gives alone: no state is shared. */
static void
test_interleaved (gconstpointer data)
{
  Run together[2], alone[2];
  for (guint i = 0; i < 2; i++)
    {
      together[i] = (Run) { .cipher = data, .picture = make_picture (200 + 31 * i, 150, 3, i), .key = make_key (i ? "a" : "b") };
      alone[i] = together[i];
      do_run (&alone[i]);
    }
  GThread *threads[2];
  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("run", do_run, &together[i]);
  for (guint i = 0; i < 2; i++)
    {
      g_thread_join (threads[i]);
      assert_same_sealed (alone[i].sealed, together[i].sealed);
      g_assert_true (tri_image_equal (alone[i].back, together[i].back));
      tri_image_unref (together[i].back);
      tri_sealed_unref (together[i].sealed);
      tri_image_unref (alone[i].back);
      tri_sealed_unref (alone[i].sealed);
      tri_image_unref (alone[i].picture);
      tri_key_unref (alone[i].key);
    }
}

/* Inside the cipher: for every parameter and tiny pictures, well formed, and cancellable. */
static void
test_inspect (gconstpointer data)
{
  const TriCipher *cipher = data;
  g_autoptr (TriKey) key = make_key ("inspect");
  g_autoptr (GPtrArray) variants = make_variants (cipher);
  for (guint v = 0; v < variants->len; v++)
    for (guint tiny = 0; tiny < (v == 0 ? 2 : 1); tiny++)
      {
        g_autofree char *text = tri_params_to_text (variants->pdata[v]);
        g_test_message ("%s", text);
        g_autoptr (GError) error = NULL;
        g_autoptr (TriImage) picture = tiny ? make_picture (1, 1, 1, 1) : make_picture (37, 23, 3, 1);
        g_autoptr (TriSealed) sealed = seal (cipher, picture, key, variants->pdata[v]);
        g_autoptr (GPtrArray) cards = tri_cipher_inspect (picture, sealed, key, NULL, &error);
        g_assert_no_error (error);
        for (guint i = 0; i < cards->len; i++)
          {
            const TriInsight *card = cards->pdata[i];
            g_assert_true (card->id != NULL && card->title != NULL && card->text != NULL);
            g_assert_true (card->chart != NULL || card->pictures != NULL || card->facts != NULL);
            g_assert_true (card->pictures == NULL || card->pictures->len == card->captions->len);
            g_assert_true (card->facts == NULL || card->facts->len % 2 == 0);
            for (guint s = 0; card->chart != NULL && s < card->chart->series->len; s++)
              {
                const TriSeries *series = card->chart->series->pdata[s];
                g_assert_true (series->xs->len == series->ys->len);
                g_assert_true (series->labels == NULL || series->labels->len == series->xs->len);
                g_assert_true (series->colours == NULL || series->colours->len == series->xs->len);
              }
          }
        if (cards->len == 0)
          continue;
        g_autoptr (GCancellable) cancellable = g_cancellable_new ();
        g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
        g_cancellable_cancel (cancellable);
        g_autoptr (GPtrArray) none = tri_cipher_inspect (picture, sealed, key, progress, &error);
        g_assert_true (none != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      }
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    GTestDataFunc func;
  } tests[] = {
    { "descriptor", test_descriptor }, { "round-trip", test_round_trip }, { "raw-key", test_raw_key },
    { "digest", test_digest },         { "nonce", test_nonce },           { "wrong-key", test_wrong_key },
    { "damage", test_damage },         { "cancel", test_cancel },         { "threads", test_threads },
    { "interleaved", test_interleaved }, { "inspect", test_inspect },
  };
  if (argc == 2 && strcmp (argv[1], "--print-digests") == 0)
    {
      for (guint i = 0; tri_ciphers ()[i] != NULL; i++)
        for_digests (tri_ciphers ()[i], print_digest, NULL);
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; tri_ciphers ()[i] != NULL; i++)
    for (guint t = 0; t < G_N_ELEMENTS (tests); t++)
      {
        g_autofree char *path = g_strdup_printf ("/registry/%s/%s", tri_ciphers ()[i]->id, tests[t].name);
        g_test_add_data_func (path, tri_ciphers ()[i], tests[t].func);
      }
  return g_test_run ();
}
