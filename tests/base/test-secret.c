/* Memory for secrets, by what the kernel says of it. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/resource.h>

#include "tri-secret.h"

/* Returns: (transfer full): the flags that /proc has of the mapping with @address */
static char *
get_flags (gconstpointer address)
{
  g_autofree char *maps = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents ("/proc/self/smaps", &maps, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (maps, "\n", -1);
  gboolean inside = FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *end;
      guint64 first = g_ascii_strtoull (lines[i], &end, 16);
      if (*end == '-')
        inside = first <= (gsize) address && (gsize) address < g_ascii_strtoull (end + 1, NULL, 16);
      else if (inside && g_str_has_prefix (lines[i], "VmFlags:"))
        return g_strconcat (lines[i] + strlen ("VmFlags:"), " ", NULL);
    }
  g_assert_not_reached ();
}

/* In no core dump; locked, where this process may lock as much. */
static void
test_memory (void)
{
  struct rlimit limit;
  char *secret = tri_secret_new (100);
  memset (secret, 1, 100);
  g_autofree char *flags = get_flags (secret);
  g_assert_nonnull (strstr (flags, " dd "));
  getrlimit (RLIMIT_MEMLOCK, &limit);
#ifndef __SANITIZE_ADDRESS__ /* which makes mlock() do nothing */
  g_assert_true (strstr (flags, " lo ") != NULL || limit.rlim_cur < 65536);
#endif
  tri_secret_free (secret);
  tri_secret_free (NULL);
  g_autofree char *ordinary = g_malloc (100);
  g_autofree char *others = get_flags (ordinary);
  g_assert_null (strstr (others, " dd "));
}

static void
test_copy (void)
{
  char *copy = tri_secret_copy ("secret, and more", 6), *empty = tri_secret_copy ("", 0);
  g_assert_cmpstr (copy, ==, "secret");
  g_assert_cmpstr (empty, ==, "");
  tri_secret_free (copy);
  tri_secret_free (empty);
}

static void
test_dumps (void)
{
  struct rlimit limit;
  tri_secret_forbid_dumps ();
  g_assert_cmpint (getrlimit (RLIMIT_CORE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, 0);
  g_assert_cmpuint (limit.rlim_max, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/memory", test_memory);
  g_test_add_func ("/secret/copy", test_copy);
  g_test_add_func ("/secret/dumps", test_dumps);
  return g_test_run ();
}
