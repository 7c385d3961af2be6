/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "work-fixture.h"

#define NAME "a \"quoted\", name\nof two lines.png"

static TriSession *
session_with_runs (void)
{
  TriSession *session = tri_session_new ();
  g_autoptr (TriImage) picture = fixture_picture (40, 30, 3);
  g_autoptr (TriKey) key = fixture_key ("k");
  tri_session_set_picture (session, picture, NAME);
  tri_session_set_cipher (session, fixture_cipher ("kmeans"));
  tri_session_set_key (session, key);
  fixture_settle (session);
  g_assert_true (tri_session_set_param (session, "k", 7, NULL));
  fixture_settle (session);
  tri_session_set_cipher (session, fixture_cipher ("xchacha20-poly1305"));
  fixture_settle (session);
  return session;
}

static TriHistoryEntry *
entry_at (TriSession *session, guint i)
{
  return g_list_model_get_item (tri_session_get_history (session), i);
}

static void
test_newest_first (void)
{
  g_autoptr (TriSession) session = session_with_runs ();
  g_assert_cmpuint (g_list_model_get_n_items (tri_session_get_history (session)), ==, 3);
  g_autoptr (TriHistoryEntry) newest = entry_at (session, 0), second = entry_at (session, 1);
  g_assert_true (tri_history_entry_get_report (newest) == tri_session_get_report (session));
  g_assert_cmpstr (tri_history_entry_get_picture_name (newest), ==, NAME);
  g_assert_cmpint (tri_params_get_int (tri_history_entry_get_report (second)->params, "k"), ==, 7);
  g_assert_cmpint (g_date_time_compare (tri_history_entry_get_time (newest), tri_history_entry_get_time (second)), >=, 0);
  TriImage *thumbnail = tri_history_entry_get_thumbnail (newest);
  g_assert_cmpuint (thumbnail->width, ==, 40);
}

static void
test_restore (void)
{
  g_autoptr (TriSession) session = session_with_runs ();
  g_autoptr (TriHistoryEntry) second = entry_at (session, 1);
  g_autoptr (TriImage) other = fixture_picture (20, 20, 1);
  TriImage *first_picture = tri_session_get_picture (session);
  tri_session_restore (session, second);
  g_assert_true (tri_session_get_report (session) == tri_history_entry_get_report (second));
  g_assert_true (tri_session_get_cipher (session) == fixture_cipher ("kmeans"));
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (session), "k"), ==, 7);
  g_assert_true (tri_session_get_picture (session) == first_picture);
  g_assert_false (tri_session_is_busy (session)); /* nothing had to run */

  tri_session_undo (session);
  g_assert_true (tri_session_get_cipher (session) == fixture_cipher ("xchacha20-poly1305"));
  fixture_settle (session);

  /* Its picture comes back with it. */
  tri_session_set_picture (session, other, "other");
  fixture_settle (session);
  tri_session_restore (session, second);
  g_assert_true (tri_session_get_picture (session) == tri_history_entry_get_report (second)->original);
  g_assert_cmpstr (tri_session_get_picture_name (session), ==, NAME);
}

/* Splits RFC 4180 text. Returns: (element-type GPtrArray of utf8) */
static GPtrArray *
parse_csv (const char *text)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *row = g_ptr_array_new_with_free_func (g_free);
  GString *field = g_string_new (NULL);
  gboolean quoted = FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      if (quoted && *p == '"' && p[1] == '"')
        g_string_append_c (field, *p++);
      else if (*p == '"')
        quoted = !quoted;
      else if (quoted || (*p != ',' && *p != '\r' && *p != '\n'))
        g_string_append_c (field, *p);
      else
        {
          g_ptr_array_add (row, g_strdup (field->str));
          g_string_truncate (field, 0);
          if (*p == ',')
            continue;
          g_assert_cmpint (*p, ==, '\r');
          g_assert_cmpint (*++p, ==, '\n');
          g_ptr_array_add (rows, row);
          row = g_ptr_array_new_with_free_func (g_free);
        }
    }
  g_assert_false (quoted);
  g_assert_cmpuint (row->len, ==, 0);
  g_ptr_array_unref (row);
  g_string_free (field, TRUE);
  return rows;
}

static const char *
cell (GPtrArray *rows, guint row, const char *column)
{
  GPtrArray *header = g_ptr_array_index (rows, 0), *fields = g_ptr_array_index (rows, row);
  for (guint i = 0; i < header->len; i++)
    if (strcmp (g_ptr_array_index (header, i), column) == 0)
      return g_ptr_array_index (fields, i);
  g_assert_not_reached ();
}

static void
test_csv (void)
{
  g_autoptr (TriSession) session = session_with_runs ();
  g_autofree char *csv = tri_session_history_to_csv (session);
  g_autoptr (GPtrArray) rows = parse_csv (csv);
  g_assert_cmpuint (rows->len, ==, 4);
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpuint (((GPtrArray *) rows->pdata[i])->len, ==, ((GPtrArray *) rows->pdata[0])->len);
  TriReport *report = tri_session_get_report (session);
  g_assert_cmpstr (cell (rows, 1, "picture"), ==, NAME);
  g_assert_cmpstr (cell (rows, 1, "cipher"), ==, "xchacha20-poly1305");
  g_assert_cmpstr (cell (rows, 1, "decrypted_psnr"), ==, "inf");
  g_assert_cmpstr (cell (rows, 1, "key_bit_ssim"), ==, "");
  g_assert_cmpfloat (g_ascii_strtod (cell (rows, 1, "entropy"), NULL), ==, report->values[TRI_METRIC_ENTROPY]);
  g_assert_cmpfloat (g_ascii_strtod (cell (rows, 1, "encrypted_mse"), NULL), ==, report->encrypted.mse);
  g_assert_nonnull (strstr (cell (rows, 2, "params"), "k=7"));
}

static void
test_json (void)
{
  g_autoptr (TriSession) session = session_with_runs ();
  g_autofree char *json = tri_session_history_to_json (session);
  g_assert_true (g_str_has_prefix (json, "[\n  {\n    \"time\": \""));
  g_assert_nonnull (strstr (json, "\"name\": \"a \\\"quoted\\\", name\\nof two lines.png\""));
  g_assert_nonnull (strstr (json, "\"k\": 7"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/newest-first", test_newest_first);
  g_test_add_func ("/history/restore", test_restore);
  g_test_add_func ("/history/csv", test_csv);
  g_test_add_func ("/history/json", test_json);
  return g_test_run ();
}
