/* QR codes and recovery sheets, read back by zbar and poppler. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "tri-age-keys.h"
#include "tri-error.h"
#include "tri-qr.h"
#include "tri-recovery-sheet.h"
#include "tri-secret.h"

/* Returns: (transfer full): what the program prints, without white space around it */
static char *
run (const char *program, ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char *out = NULL;
  int status;
  va_list list;
  va_start (list, program);
  for (const char *arg = program; arg != NULL; arg = va_arg (list, const char *))
    g_ptr_array_add (args, (gpointer) arg);
  va_end (list);
  g_ptr_array_add (args, NULL);
  g_assert_true (g_spawn_sync (NULL, (char **) args->pdata, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                               NULL, &out, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
  return g_strstrip (out);
}

static char *
temporary (const char *name)
{
  g_autofree char *folder = g_dir_make_tmp ("triptych-sheet-XXXXXX", NULL);
  return g_build_filename (folder, name, NULL);
}

static void
clean (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Drawn at an odd place and scale on grey ground, and read by another program. */
static void
assert_read (const char *text, double size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriQr) qr = tri_qr_new (text, &error);
  g_assert_no_error (error);
  g_autofree char *path = temporary ("code.png");
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) size + 40, (int) size + 40);
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 0.3, 0.3, 0.3);
  cairo_paint (cr);
  tri_qr_draw (qr, cr, 13.4, 20.2, size);
  cairo_destroy (cr);
  g_assert_cmpint (cairo_surface_write_to_png (surface, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (surface);
  g_autofree char *read = run ("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", path, NULL);
  g_assert_cmpstr (read, ==, text);
  clean (path);
}

static void
test_codes (void)
{
  assert_read ("A", 120);
  assert_read ("https://example.org/?q=Aa-0", 150.5);
  for (TriAgeKind kind = TRI_AGE_X25519; kind <= TRI_AGE_HYBRID; kind++)
    {
      g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (kind);
      g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
      g_autofree char *text = tri_age_recipient_to_text (recipient);
      char *secret = tri_age_identity_to_text (identity);
      assert_read (text, kind == TRI_AGE_HYBRID ? 700 : 201.3);
      assert_read (secret, 222);
      tri_secret_free (secret);
    }
}

/* The three finders, the size, and what does not fit. */
static void
test_geometry (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriQr) qr = tri_qr_new ("AGE", &error);
  guint n = tri_qr_get_n_modules (qr);
  g_assert_cmpuint (n, ==, 21);
  for (guint i = 0; i < 7; i++)
    {
      g_assert_true (tri_qr_is_dark (qr, i, 0) && tri_qr_is_dark (qr, 0, i));
      g_assert_true (tri_qr_is_dark (qr, n - 1 - i, 0) && tri_qr_is_dark (qr, 0, n - 1 - i));
    }
  g_assert_false (tri_qr_is_dark (qr, 1, 1));
  g_autofree char *fits = g_strnfill (2953, 'x'), *too_long = g_strnfill (2954, 'x');
  g_autoptr (TriQr) largest = tri_qr_new (fits, &error);
  g_assert_cmpuint (tri_qr_get_n_modules (largest), ==, 177);
  g_assert_null (tri_qr_new (too_long, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE);
}

/* Text of the page without any white space: what OCR or a patient person gets. */
static char *
without_space (const char *text)
{
  GString *bare = g_string_new (NULL);
  for (; *text != '\0'; text++)
    if (!g_ascii_isspace (*text))
      g_string_append_c (bare, *text);
  return g_string_free (bare, FALSE);
}

static void
test_sheet (gconstpointer data)
{
  TriAgeKind kind = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (kind);
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
  g_autofree char *fingerprint = tri_age_recipient_get_fingerprint (recipient);
  char *secret = tri_age_identity_to_text (identity);
  TriRecoverySheet sheet = { "Familie Müller", secret, fingerprint, kind == TRI_AGE_HYBRID, 1580702706, 1795249922 };
  g_autofree char *path = temporary ("sheet.pdf");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_assert_true (tri_recovery_sheet_write (&sheet, file, NULL, &error));
  g_assert_no_error (error);
  struct stat st;
  g_assert_cmpint (g_lstat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);

  g_autofree char *page = g_strconcat (path, ".page", NULL), *png = g_strconcat (page, ".png", NULL);
  g_free (run ("pdftoppm", "-png", "-r", "150", "-singlefile", path, page, NULL));
  g_autofree char *read = run ("zbarimg", "--quiet", "--raw", png, NULL);
  g_assert_cmpstr (read, ==, secret);
  g_unlink (png);

  g_autofree char *text = run ("pdftotext", "-layout", path, "-", NULL), *bare = without_space (text);
  g_assert_nonnull (strstr (bare, secret));
  g_assert_true (g_regex_match_simple ("^[A-Z0-9]{4}( +[A-Z0-9]{4}){4,}$", text, G_REGEX_MULTILINE, 0));
  g_assert_nonnull (strstr (bare, fingerprint));
  g_assert_nonnull (strstr (text, "Familie Müller"));
  g_assert_nonnull (strstr (text, "2020-02-03"));
  g_assert_nonnull (strstr (text, "2026-11-21"));
  g_assert_nonnull (strstr (text, "age -d -i key.txt"));
  g_assert_true ((strstr (text, "1.3 or newer") != NULL) == (kind == TRI_AGE_HYBRID));
  g_autofree char *info = run ("pdfinfo", path, NULL);
  g_assert_nonnull (strstr (info, "Pages:           1\n"));
  g_assert_null (strstr (info, "SECRET"));

  g_assert_false (tri_recovery_sheet_write (&sheet, file, NULL, &error)); /* never over another file */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  tri_secret_free (secret);
  clean (path);
}

/* Everything is inside the margins, on the smallest of the papers, too. */
static void
test_margins (void)
{
  enum { W = 595, H = 780, EDGE = 40 };
  g_autoptr (GError) error = NULL;
  TriRecoverySheet sheet = { "A rather long label, as long as a label may be, with some more words to fill the line and all",
                             "AGE-SECRET-KEY-PQ-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
                             "0123456789abcdef0123456789abcdef", TRUE, 0, 0 };
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, W, H);
  cairo_t *cr = cairo_create (surface);
  g_assert_true (tri_recovery_sheet_draw (&sheet, cr, W, H, &error));
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  const guint8 *pixels = cairo_image_surface_get_data (surface);
  guint inked = 0;
  for (guint y = 0; y < H; y++)
    for (guint x = 0; x < W; x++)
      {
        guint32 pixel = ((const guint32 *) (pixels + y * (guint) cairo_image_surface_get_stride (surface)))[x] & 0xffffff;
        gboolean outside = x < EDGE || y < EDGE || x >= W - EDGE || y >= H - EDGE;
        inked += pixel != 0xffffff;
        g_assert_true (!outside || pixel == 0xffffff);
      }
  g_assert_cmpuint (inked, >, 10000);
  cairo_surface_destroy (surface);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sheet/codes", test_codes);
  g_test_add_func ("/sheet/geometry", test_geometry);
  g_test_add_data_func ("/sheet/x25519", GINT_TO_POINTER (TRI_AGE_X25519), test_sheet);
  g_test_add_data_func ("/sheet/post-quantum", GINT_TO_POINTER (TRI_AGE_HYBRID), test_sheet);
  g_test_add_func ("/sheet/margins", test_margins);
  return g_test_run ();
}
