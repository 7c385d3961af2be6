/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "work-fixture.h"

/* Old runs lose their pictures, never their numbers; restoring one runs it again. */
static void
test_bounded (void)
{
  g_autoptr (TriSession) session = tri_session_new ();
  g_autoptr (TriKey) key = fixture_key ("k");
  g_object_set (session, "live", FALSE, NULL);
  tri_session_set_key (session, key);
  guint n = 0;
  for (; n < 6; n++)
    {
      /* 3700 × 3000 × 4 bytes, original and encrypted: 89 MB a run */
      g_autoptr (TriImage) picture = fixture_picture (3700, 3000, 4);
      g_autoptr (TriImage) small = fixture_picture (8, 8, 4);
      tri_session_set_picture (session, n == 0 ? small : picture, "p");
      tri_session_run (session);
      fixture_settle (session);
    }
  g_assert_cmpuint (g_list_model_get_n_items (tri_session_get_history (session)), ==, n);
  guint64 bytes = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TriHistoryEntry) entry = g_list_model_get_item (tri_session_get_history (session), i);
      TriReport *report = tri_history_entry_get_report (entry);
      if (report->sealed != NULL)
        bytes += tri_image_n_bytes (report->original) + tri_image_n_bytes (report->sealed->visible);
      g_assert_true (isinf (report->restored.psnr));
      g_assert_nonnull (tri_history_entry_get_thumbnail (entry));
      g_assert_cmpint (report->sealed != NULL, ==, i < 3);
      g_assert_cmpint (report->original != NULL, ==, i < 3);
    }
  g_assert_cmpuint (bytes, <=, TRI_HISTORY_BYTES + 89u * 1024 * 1024);

  g_autoptr (TriImage) small = fixture_picture (8, 8, 4);
  g_autoptr (TriHistoryEntry) oldest = g_list_model_get_item (tri_session_get_history (session), n - 1);
  tri_session_set_picture (session, small, "small");
  tri_session_restore (session, oldest);
  g_assert_true (tri_session_is_busy (session));
  fixture_settle (session);
  g_assert_true (tri_session_get_report (session)->original == small);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/bounded", test_bounded);
  return g_test_run ();
}
