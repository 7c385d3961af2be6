/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-recovery-sheet.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <langinfo.h>
#include <pango/pangocairo.h>
#include <sodium.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-qr.h"

/* Points. */
#define MARGIN 54.0
#define CODE 190.0
#define GROUP 4  /* letters */
#define COLUMN 72.0
#define GAP 14.0

/* A page that is being filled from the top. */
typedef struct {
  cairo_t *cr;
  double width, y;
} Page;

/* Returns: the height of @text. @width: 0 for one line */
static double
put (Page *page, double x, double width, const char *font, const char *text)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (page->cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  int height;
  pango_cairo_context_set_resolution (pango_layout_get_context (layout), 72); /* a point is a point */
  pango_layout_context_changed (layout);
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_text (layout, text, -1);
  if (width > 0)
    {
      pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    }
  cairo_move_to (page->cr, x, page->y);
  pango_cairo_show_layout (page->cr, layout);
  pango_layout_get_size (layout, NULL, &height);
  return (double) height / PANGO_SCALE;
}

static void
paragraph (Page *page, const char *font, const char *text, double below)
{
  page->y += put (page, MARGIN, page->width - 2 * MARGIN, font, text) + below;
}

static char *
day (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%d") : g_strdup ("?");
}

static void
fact (Page *page, const char *title, const char *value)
{
  double x = MARGIN + CODE + GAP, width = page->width - MARGIN - x;
  page->y += put (page, x, width, "Sans 9", title) + 1;
  page->y += put (page, x, width, "Sans Bold 12", value) + 9;
}

static char *
in_groups (const char *fingerprint)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; fingerprint[i] != '\0'; i++)
    g_string_append_printf (text, "%s%c", i > 0 && i % 4 == 0 ? " " : "", fingerprint[i]);
  return g_string_free (text, FALSE);
}

static gboolean
put_code (Page *page, const TriRecoverySheet *sheet, GError **error)
{
  g_autoptr (TriQr) qr = tri_qr_new (sheet->secret, error);
  if (qr == NULL)
    return FALSE;
  double top = page->y;
  g_autofree char *groups = in_groups (sheet->fingerprint), *created = day (sheet->created), *printed = day (sheet->printed);
  tri_qr_draw (qr, page->cr, MARGIN, top, CODE);
  cairo_set_source_rgb (page->cr, 0, 0, 0);
  page->y += 8;
  fact (page, _("Name"), sheet->label);
  fact (page, _("Fingerprint of its recipient"), groups);
  fact (page, _("Kind"), sheet->post_quantum ? _("age, post-quantum (ML-KEM-768 and X25519)") : _("age, X25519"));
  fact (page, _("Made on"), created);
  fact (page, _("Printed on"), printed);
  page->y = MAX (page->y, top + CODE) + GAP;
  return TRUE;
}

/* What comes before the last "1" is always the same and stands alone; the rest is in groups, each in its column, so that no
 * letter depends on a font's spaces. */
static void
put_letters (Page *page, const char *secret)
{
  const char *rest = strrchr (secret, '1');
  gsize prefix = rest != NULL ? (gsize) (rest + 1 - secret) : 0, length = strlen (secret);
  guint columns = (guint) ((page->width - 2 * MARGIN) / COLUMN);
  char group[32] = { 0 };
  if (prefix > 0 && prefix < sizeof group)
    {
      memcpy (group, secret, prefix);
      page->y += put (page, MARGIN, 0, "Monospace Bold 18", group) + 6;
    }
  double line = 0;
  guint column = 0;
  for (gsize at = prefix; at < length; at += GROUP)
    {
      gsize n = MIN (GROUP, length - at);
      memset (group, 0, sizeof group);
      memcpy (group, secret + at, n);
      line = put (page, MARGIN + column * COLUMN, 0, "Monospace Bold 18", group);
      column = (column + 1) % columns;
      if (column == 0 || at + n >= length)
        page->y += line + 6;
    }
  page->y += 6;
  sodium_memzero (group, sizeof group);
}

/* The usual paper of the user's locale, in points. */
void
tri_recovery_sheet_get_paper (double *width, double *height)
{
  int w = (int) (gintptr) nl_langinfo (_NL_PAPER_WIDTH), h = (int) (gintptr) nl_langinfo (_NL_PAPER_HEIGHT);
  gboolean sane = w >= 148 && w <= 420 && h >= 210 && h <= 594;
  *width = (sane ? w : 210) * 72 / 25.4;
  *height = (sane ? h : 297) * 72 / 25.4;
}

/* @width, @height: of the page, in points; made for A4 and Letter */
gboolean
tri_recovery_sheet_draw (const TriRecoverySheet *sheet, cairo_t *cr, double width, double height, GError **error)
{
  Page page = { cr, width, MARGIN };
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  paragraph (&page, "Sans Bold 24", _("Recovery sheet of a secret key"), 8);
  paragraph (&page, "Sans 11",
             _("Whoever has this sheet can open every file that was encrypted for this key, and without the key nobody can. "
               "Keep it as you keep a passport: on paper, away from the computer, never as a photo on a phone or in a "
               "cloud. Delete the file it was printed from."),
             GAP);
  if (!put_code (&page, sheet, error))
    return FALSE;
  paragraph (&page, "Sans Bold 14", _("The secret key in letters"), 6);
  put_letters (&page, sheet->secret);
  paragraph (&page, "Sans 11",
             _("Write it as one line of capitals without spaces. After the first line it has neither the digit 1 nor the "
               "letters B, I and O: what looks like one is an L, the digit 8 or the digit 0. The last six letters check "
               "the others, so a mistake is noticed."),
             GAP);
  paragraph (&page, "Sans Bold 14", _("How to open a file with it"), 6);
  paragraph (&page, "Sans 11",
             sheet->post_quantum
                 ? _("1. Read the code with a camera that is not connected to anything, or type the letters, into a text "
                     "file key.txt.\n"
                     "2. In Triptych: import that file as a key, then drop the encrypted file on the window.\n"
                     "3. Without Triptych: take the program age, version 1.3 or newer (age-encryption.org), and enter")
                 : _("1. Read the code with a camera that is not connected to anything, or type the letters, into a text "
                     "file key.txt.\n"
                     "2. In Triptych: import that file as a key, then drop the encrypted file on the window.\n"
                     "3. Without Triptych: take the program age (age-encryption.org), and enter"),
             6);
  page.y += put (&page, MARGIN + 14, 0, "Monospace 13", "age -d -i key.txt -o photo.jpg photo.jpg.age") + 6;
  paragraph (&page, "Sans 11", _("4. Delete key.txt when you are done."), 0);
  return TRUE;
}

static cairo_status_t
write_pdf (void *closure, const unsigned char *data, unsigned int size)
{
  gpointer *pair = closure; /* the writer, and where its error goes */
  return tri_file_writer_write (pair[0], data, size, pair[1]) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static gboolean
render (const TriRecoverySheet *sheet, TriFileWriter *writer, GError **error)
{
  g_autoptr (GError) why = NULL;
  gpointer pair[] = { writer, &why };
  double width, height;
  tri_recovery_sheet_get_paper (&width, &height);
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (write_pdf, pair, width, height);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, _("Recovery sheet of a secret key"));
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Triptych");
  cairo_t *cr = cairo_create (surface);
  gboolean good = tri_recovery_sheet_draw (sheet, cr, width, height, error);
  cairo_show_page (cr);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (good && why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else if (good && status != CAIRO_STATUS_SUCCESS)
    g_set_error (error, TRI_ERROR, TRI_ERROR_FAILED, _("The recovery sheet can't be drawn: %s."),
                 cairo_status_to_string (status));
  else
    return good;
  return FALSE;
}

/**
 * tri_recovery_sheet_write:
 * @file: a PDF that must not be there; only its owner can read it
 *
 * cairo holds the key in ordinary memory while it draws.
 */
gboolean
tri_recovery_sheet_write (const TriRecoverySheet *sheet, GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (TriFileWriter) writer = tri_file_writer_new_private (file, FALSE, error);
  return writer != NULL && render (sheet, writer, error) && tri_file_writer_commit (writer, cancellable, error);
}
