/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-picture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-exif.h"
#include "tri-picture-facts.h"
#include "tri-png.h"

#define PIECE (64 * 1024)

/* Notes. */

static void
add_note (GString *notes, const char *note)
{
  if (notes->len > 0)
    g_string_append (notes, _("; "));
  g_string_append (notes, note);
}

static void
note_orientation (GString *notes, guint orientation)
{
  if (orientation != 1)
    add_note (notes, _("turned upright as the camera noted"));
}

/* Notes on a name whose ending promises another format than the contents. @extensions: of the true format */
static void
note_mislabelled (GString *notes, const char *name, const char *format, const char *const *extensions)
{
  static const char *const known[] = { "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "tif", "tiff", "bmp", "dib", "webp",
                                       "svg", "ico", "pnm", "pgm", "ppm", "pbm", "tga", "heic", "heif", "avif", "jxl", NULL };
  const char *dot = name != NULL ? strrchr (name, '.') : NULL;
  g_autofree char *ending = dot != NULL ? g_ascii_strdown (dot + 1, -1) : NULL;
  if (ending == NULL || !g_strv_contains (known, ending) || g_strv_contains (extensions, ending))
    return;
  g_autofree char *note = g_strdup_printf (_("%s in spite of its name"), format);
  add_note (notes, note);
}

/* From decoder's pixels to the picture: upright, without channels that say nothing. */

typedef struct {
  const guint8 *pixels;
  guint width, height, channels;
  gsize stride;
} Raster;

static gboolean
row_is_grey (const guint8 *p, guint width, guint channels)
{
  guint differs = 0;
  for (guint x = 0; x < width; x++, p += channels)
    differs |= (guint) (p[0] ^ p[1]) | (guint) (p[0] ^ p[2]);
  return differs == 0;
}

static gboolean
row_is_opaque (const guint8 *alpha, guint width, guint channels)
{
  guint all = 255;
  for (guint x = 0; x < width; x++, alpha += channels)
    all &= *alpha;
  return all == 255;
}

/* Whether all colours are greys, whether all of alpha is 255. */
static gboolean
examine (const Raster *in, gboolean *grey, gboolean *opaque, GCancellable *cancellable, GError **error)
{
  *grey = TRUE;
  *opaque = TRUE;
  for (guint y = 0; y < in->height && (*grey || *opaque); y++)
    {
      const guint8 *row = in->pixels + y * in->stride;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (*grey && in->channels >= 3)
        *grey = row_is_grey (row, in->width, in->channels);
      if (*opaque && in->channels % 2 == 0)
        *opaque = row_is_opaque (row + in->channels - 1, in->width, in->channels);
    }
  return TRUE;
}

static void
copy_row (const Raster *in, guint orientation, TriImage *out, guint y)
{
  guint colours = tri_image_n_colours (out);
  guint8 *o = out->pixels + y * tri_image_stride (out);
  for (guint x = 0; x < out->width; x++)
    {
      guint sx, sy;
      tri_orientation_locate (orientation, in->width, in->height, x, y, &sx, &sy);
      const guint8 *p = in->pixels + sy * in->stride + (gsize) sx * in->channels;
      for (guint c = 0; c < colours; c++)
        *o++ = p[c];
      if (tri_image_has_alpha (out))
        *o++ = p[in->channels - 1];
    }
}

static TriImage *
reduce (const Raster *in, guint orientation, GCancellable *cancellable, GError **error)
{
  gboolean grey, opaque, turned = tri_orientation_swaps (orientation);
  if (!examine (in, &grey, &opaque, cancellable, error))
    return NULL;
  g_autoptr (TriImage) out = tri_image_new (turned ? in->height : in->width, turned ? in->width : in->height,
                                            (grey ? 1 : 3) + (opaque ? 0 : 1), error);
  if (out == NULL)
    return NULL;
  for (guint y = 0; y < out->height; y++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      copy_row (in, orientation, out, y);
    }
  return g_steal_pointer (&out);
}

static TriImage *
finish (TriImage *image, GString *notes)
{
  if (image != NULL)
    {
      g_free (image->notes);
      image->notes = notes->len > 0 ? g_strdup (notes->str) : NULL;
    }
  return image;
}

/* PNG, by libpng. */
static TriImage *
load_png (GBytes *bytes, const char *name, GString *notes, GCancellable *cancellable, GError **error)
{
  static const char *const extensions[] = { "png", "apng", NULL };
  TriPngFacts facts;
  if (!tri_png_examine (bytes, name, &facts, error))
    return NULL;
  g_autoptr (TriImage) image = tri_png_decode (bytes, name, cancellable, error);
  if (image == NULL)
    return NULL;
  note_mislabelled (notes, name, "PNG", extensions);
  if (facts.depth == 16)
    add_note (notes, _("16 bits reduced to 8"));
  if (facts.colour_type == 3)
    add_note (notes, _("palette turned into colours"));
  if (facts.animated)
    add_note (notes, _("first frame of an animation"));
  note_orientation (notes, facts.orientation);

  Raster raster = { image->pixels, image->width, image->height, image->channels, tri_image_stride (image) };
  gboolean grey, opaque;
  if (!examine (&raster, &grey, &opaque, cancellable, error))
    return NULL;
  if (facts.orientation == 1 && (image->channels < 3 || !grey) && (image->channels % 2 == 1 || !opaque))
    return g_steal_pointer (&image);
  return reduce (&raster, facts.orientation, cancellable, error);
}

/* Everything else, by GdkPixbuf. */

typedef struct {
  gboolean sized;
  GError *error; /* the picture is too large */
} Prepared;

/* Called as soon as the loader knows the size, before it takes memory. */
static void
on_size_prepared (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  Prepared *prepared = user_data;
  prepared->sized = TRUE;
  if (prepared->error == NULL
      && !tri_image_check_size ((guint64) MAX (width, 0), (guint64) MAX (height, 0), 4, &prepared->error))
    gdk_pixbuf_loader_set_size (loader, 0, 0); /* by convention: read no further */
}

static gboolean
feed (GdkPixbufLoader *loader, GBytes *bytes, const Prepared *prepared, GCancellable *cancellable, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  for (gsize at = 0; at < size; at += PIECE)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !gdk_pixbuf_loader_write (loader, data + at, MIN (PIECE, size - at), error))
        return FALSE;
      if (prepared->error != NULL)
        return FALSE;
    }
  return TRUE;
}

static void
set_unreadable (const TriPictureFacts *facts, const char *name, GError **error)
{
  if (facts->install != NULL)
    g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                 _("“%s” is a picture in the %s format, which can't be read on this system yet. Install the package "
                   "%s, or convert the picture to PNG."), name, facts->format, facts->install);
  else if (facts->format != NULL && facts->depth == 0 && strcmp (facts->format, "JPEG XL") == 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                 _("“%s” is a picture in the %s format, which can't be read on this system. Convert it to PNG."), name,
                 facts->format);
  else
    g_set_error (error, TRI_ERROR, TRI_ERROR_NOT_A_PICTURE,
                 _("“%s” is not a picture that can be read here, whatever its name says. Choose a PNG, JPEG, GIF, TIFF, "
                   "BMP or SVG file."), name);
}

static void
set_truncated (const char *name, GError **error)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED,
               _("“%s” ends in the middle: the copy or download broke off. Fetch it again."), name);
}

/* Puts what GdkPixbuf said into our words. @ended: the error came at the end of the file */
static void
translate (const GError *cause, gboolean ended, const TriPictureFacts *facts, const char *name, GError **error)
{
  if (cause->domain == GDK_PIXBUF_ERROR && cause->code == GDK_PIXBUF_ERROR_UNKNOWN_TYPE)
    set_unreadable (facts, name, error);
  else if (cause->domain == GDK_PIXBUF_ERROR && cause->code == GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY)
    g_set_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                 _("There is not enough memory for the picture “%s”. Close other programs or use a smaller one."), name);
  else if (facts->cut_short)
    set_truncated (name, error);
  else
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 ended ? _("“%s” is damaged or ends too early (%s). Try another copy of the file.")
                       : _("“%s” is damaged (%s). Try another copy of the file."),
                 name, cause->message);
}

static void
note_pixbuf (GString *notes, GdkPixbufLoader *loader, const TriPictureFacts *facts, const char *name)
{
  GdkPixbufFormat *format = gdk_pixbuf_loader_get_format (loader);
  if (format != NULL)
    {
      g_auto (GStrv) extensions = gdk_pixbuf_format_get_extensions (format);
      g_autofree char *lower = gdk_pixbuf_format_get_name (format), *id = g_ascii_strup (lower, -1);
      note_mislabelled (notes, name, facts->format != NULL ? facts->format : id, (const char *const *) extensions);
    }
  if (facts->depth > 8)
    {
      g_autofree char *note = g_strdup_printf (_("%u bits reduced to 8"), facts->depth);
      add_note (notes, note);
    }
  if (facts->palette)
    add_note (notes, _("palette turned into colours"));
  if (facts->cmyk)
    add_note (notes, _("printing colours turned into RGB"));
  GdkPixbufAnimation *animation = gdk_pixbuf_loader_get_animation (loader);
  if (facts->frames > 1 && g_strcmp0 (facts->format, "TIFF") == 0)
    add_note (notes, _("first of several pages"));
  else if (facts->frames > 1 || (animation != NULL && !gdk_pixbuf_animation_is_static_image (animation)))
    add_note (notes, _("first frame of an animation"));
}

static guint
get_orientation (GdkPixbuf *pixbuf)
{
  const char *text = gdk_pixbuf_get_option (pixbuf, "orientation");
  return text != NULL && text[0] >= '1' && text[0] <= '8' && text[1] == '\0' ? (guint) (text[0] - '0') : 1;
}

static TriImage *
from_pixbuf (GdkPixbufLoader *loader, const TriPictureFacts *facts, const char *name, GString *notes,
             GCancellable *cancellable, GError **error)
{
  GdkPixbuf *pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (pixbuf == NULL)
    {
      set_truncated (name, error);
      return NULL;
    }
  Raster raster = { gdk_pixbuf_read_pixels (pixbuf), (guint) gdk_pixbuf_get_width (pixbuf),
                    (guint) gdk_pixbuf_get_height (pixbuf), (guint) gdk_pixbuf_get_n_channels (pixbuf),
                    (gsize) gdk_pixbuf_get_rowstride (pixbuf) };
  guint orientation = get_orientation (pixbuf);
  note_pixbuf (notes, loader, facts, name);
  note_orientation (notes, orientation);
  return reduce (&raster, orientation, cancellable, error);
}

static TriImage *
load_other (GBytes *bytes, const char *name, GString *notes, GCancellable *cancellable, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  TriPictureFacts facts;
  tri_picture_facts_read (data, size, &facts);
  if (facts.width > 0 && facts.height > 0 && !tri_image_check_size (facts.width, facts.height, 4, error))
    return NULL;

  Prepared prepared = { FALSE, NULL };
  g_autoptr (GError) cause = NULL;
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared), &prepared);
  gboolean fed = feed (loader, bytes, &prepared, cancellable, &cause);
  gboolean closed = gdk_pixbuf_loader_close (loader, fed ? &cause : NULL);
  g_signal_handlers_disconnect_by_data (loader, &prepared);

  if (prepared.error != NULL)
    g_propagate_error (error, prepared.error);
  else if (cause != NULL && cause->domain == G_IO_ERROR && cause->code == G_IO_ERROR_CANCELLED)
    g_propagate_error (error, g_steal_pointer (&cause));
  else if (cause != NULL)
    translate (cause, fed, &facts, name, error);
  else if (facts.cut_short)
    set_truncated (name, error);
  else if (fed && closed)
    return from_pixbuf (loader, &facts, name, notes, cancellable, error);
  else
    set_truncated (name, error);
  return NULL;
}

/**
 * tri_picture_load_bytes:
 * @bytes: a whole file
 * @name: (nullable): what to call it in messages; its ending is only compared with the contents
 *
 * Reads a picture in any format that GdkPixbuf knows (PNG by libpng). It comes upright; grey in one channel if every
 * pixel is grey; without alpha if every pixel is opaque; its notes say what was changed. The size is checked before
 * memory is taken.
 *
 * Returns: (transfer full): the picture, or NULL with TRI_ERROR_NOT_A_PICTURE, _UNSUPPORTED, _TRUNCATED, _DAMAGED,
 *   _TOO_LARGE, _INVALID (no pixels), _NO_MEMORY or G_IO_ERROR_CANCELLED
 */
TriImage *
tri_picture_load_bytes (GBytes *bytes, const char *name, GCancellable *cancellable, GError **error)
{
  const char *shown = name != NULL ? name : _("the picture");
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  if (size == 0)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED,
                   _("“%s” is empty: it has no bytes. The copy or download broke off; fetch it again."), shown);
      return NULL;
    }
  g_autoptr (GString) notes = g_string_new (NULL);
  if (tri_png_has_signature (data, size))
    return finish (load_png (bytes, shown, notes, cancellable, error), notes);
  return finish (load_other (bytes, shown, notes, cancellable, error), notes);
}

/* tri_picture_load_bytes() of a file; what keeps it from being read is a GIOErrorEnum. */
TriImage *
tri_picture_load (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = tri_file_get_name (file);
  g_autoptr (GBytes) bytes = tri_file_read (file, TRI_PICTURE_MAX_FILE, cancellable, error);
  return bytes != NULL ? tri_picture_load_bytes (bytes, name, cancellable, error) : NULL;
}

/* Decodes a PNG to exactly the values and channels that are stored in it. Returns: (transfer full) */
TriImage *
tri_picture_from_png (GBytes *png, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (png, &size);
  if (tri_png_has_signature (data, size))
    return tri_png_decode (png, _("the picture"), NULL, error);
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NOT_A_PICTURE, _("This is not a PNG."));
  return NULL;
}

/* Returns: (transfer full): a PNG from which tri_picture_from_png() gives the same picture */
GBytes *
tri_picture_to_png (const TriImage *image, TriProgress *progress, GError **error)
{
  return tri_png_encode_to_bytes (image, NULL, NULL, progress, error);
}

/**
 * tri_picture_save_png:
 *
 * Writes a PNG, all or nothing; without @replace an existing file is G_IO_ERROR_EXISTS and stays as it is. A name with
 * the ending of another picture format is TRI_ERROR_INVALID: it would promise what the file is not.
 */
gboolean
tri_picture_save_png (const TriImage *image, GFile *file, gboolean replace, TriProgress *progress, GError **error)
{
  static const char *const png[] = { "png", NULL };
  g_autofree char *name = tri_file_get_name (file);
  g_autoptr (GString) wrong = g_string_new (NULL);
  note_mislabelled (wrong, name, "PNG", png);
  if (wrong->len > 0)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
                   _("“%s” would be a PNG whose name says otherwise. Choose a name that ends in .png."), name);
      return FALSE;
    }
  return tri_png_encode_to_file (image, NULL, NULL, file, replace, progress, error);
}
