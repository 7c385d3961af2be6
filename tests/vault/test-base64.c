/* Base64: one text only for the same bytes. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-base64.h"

static gboolean
decodes (const char *text, gboolean padding)
{
  guint8 out[16];
  gsize n;
  return tri_base64_decode (text, strlen (text), padding, out, sizeof out, &n);
}

/* RFC 4648, section 10 */
static void
test_rfc4648 (void)
{
  static const char *const texts[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
  for (guint size = 0; size < G_N_ELEMENTS (texts); size++)
    {
      g_autofree char *padded = tri_base64_encode ((const guint8 *) "foobar", size, TRUE);
      g_autofree char *bare = tri_base64_encode ((const guint8 *) "foobar", size, FALSE);
      guint8 out[8];
      gsize n;
      g_assert_cmpstr (padded, ==, texts[size]);
      g_assert_true (tri_base64_decode (padded, strlen (padded), TRUE, out, sizeof out, &n));
      g_assert_cmpmem (out, (int) n, "foobar", (int) size);
      g_assert_true (tri_base64_decode (bare, strlen (bare), FALSE, out, sizeof out, &n));
      g_assert_cmpmem (out, (int) n, "foobar", (int) size);
      if (size % 3 == 0)
        continue;
      g_assert_false (decodes (padded, FALSE));
      g_assert_false (decodes (bare, TRUE));
    }
}

static void
test_strict (void)
{
  static const char *const bad[] = { "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", " Zm9v", "Z", "Zm9v=", "Zm-_", "====" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (decodes (bad[i], TRUE));
  for (guint place = 0; place < 4; place++)
    for (guint byte = 0; byte < 256; byte++)
      {
        char text[5] = "AAAA";
        text[place] = (char) byte;
        gboolean digit = byte < 0x80 && (g_ascii_isalnum (text[place]) || byte == '+' || byte == '/');
        guint8 out[4];
        gsize n;
        g_assert_cmpint (tri_base64_decode (text, 4, FALSE, out, sizeof out, &n), ==, digit);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base64/rfc4648", test_rfc4648);
  g_test_add_func ("/base64/strict", test_strict);
  return g_test_run ();
}
