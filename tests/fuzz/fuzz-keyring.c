/* Lists of keys and identity files from anyone: read, and what was read can be written and is read again as the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include "fuzz.h"
#include "tri-key-store.h"
#include "tri-keyring-index.h"

#define KEY "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
#define RECIPIENT "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

static void
read_list (const char *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = tri_keyring_index_parse (text, size, "keys.json", &error);
  g_assert_true ((entries == NULL) == (error != NULL));
  if (entries == NULL)
    return;
  g_autofree char *written = tri_keyring_index_to_text (entries);
  g_autoptr (GPtrArray) again = tri_keyring_index_parse (written, strlen (written), "keys.json", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, entries->len);
  for (guint i = 0; i < again->len; i++)
    {
      const TriKeyringEntry *a = entries->pdata[i], *b = again->pdata[i];
      g_assert_cmpstr (a->label, ==, b->label);
      g_assert_cmpstr (a->recipient, ==, b->recipient);
      g_assert_cmpstr (a->store, ==, b->store);
      g_assert_cmpint (a->created, ==, b->created);
    }
}

static void
read_keys (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = g_strdup (text);
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_keyring_entry_free);
  g_autoptr (GPtrArray) keys = tri_stored_keys_from_text (copy, people, &error);
  g_assert_true ((keys == NULL) == (error != NULL));
  if (keys == NULL)
    return;
  gsize size;
  char *written = tri_stored_keys_to_text (keys, "# head\n", &size);
  g_assert_cmpuint (strlen (written), ==, size);
  g_autoptr (GPtrArray) again = tri_stored_keys_from_text (written, NULL, &error);
  g_assert_no_error (error);
  sodium_free (written);
  g_assert_cmpuint (again->len, ==, keys->len);
  for (guint i = 0; i < again->len; i++)
    {
      const TriStoredKey *a = keys->pdata[i], *b = again->pdata[i];
      g_assert_cmpstr (a->fingerprint, ==, b->fingerprint);
      g_assert_cmpstr (a->label, ==, b->label);
      g_assert_cmpint (a->created, ==, b->created);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *bytes = size > 0 ? (const char *) data : "";
  g_autofree char *text = g_strndup (bytes, size);
  read_list (bytes, size);
  read_keys (text);
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  static const char list[] = "{\"version\": 1, \"keys\": [{\"label\": \"\\u00e9 a\", \"recipient\": \"" RECIPIENT
                             "\", \"created\": \"2026-01-01T00:00:00Z\", \"store\": \"file\"}]}";
  static const char keys[] = "# created: 2020-02-03T04:05:06Z\r\n# label: me\n# public key: " RECIPIENT "\n " KEY
                             "\n\n# Bob\n" RECIPIENT "\n" KEY;
  g_ptr_array_add (seeds, g_bytes_new_static (list, sizeof list - 1));
  g_ptr_array_add (seeds, g_bytes_new_static (keys, sizeof keys - 1));
}
