/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-unwrap.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>

#include "tri-error.h"
#include "tri-tar.h"

struct _TriUnwrap {
  TriUnwrapFunc func;
  gpointer user_data;
  gboolean expected;
  GByteArray *start; /* until it was looked at */
  TriTarReader *tar; /* after that: NULL when there is no archive to unpack */
};

/* @expected: an archive, because the file's name says so; another one is unpacked if it was made to hide a name */
TriUnwrap *
tri_unwrap_new (gboolean expected, TriUnwrapFunc func, gpointer user_data)
{
  TriUnwrap *self = g_new0 (TriUnwrap, 1);
  self->func = func;
  self->user_data = user_data;
  self->expected = expected;
  self->start = g_byte_array_new ();
  return self;
}

void
tri_unwrap_free (TriUnwrap *self)
{
  g_clear_pointer (&self->start, g_byte_array_unref);
  g_clear_pointer (&self->tar, tri_tar_reader_free);
  g_free (self);
}

static gboolean
pass_on (TriUnwrap *self, const guint8 *data, gsize size, GError **error)
{
  if (self->tar == NULL)
    return self->func (NULL, data, size, self->user_data, error);
  while (size > 0)
    {
      const guint8 *out;
      gsize n_out, used;
      if (!tri_tar_reader_push (self->tar, data, size, &out, &n_out, &used, error))
        return FALSE;
      const char *name = tri_tar_reader_get_name (self->tar);
      if (name != NULL && !self->func (name, out, n_out, self->user_data, error))
        return FALSE;
      data += used;
      size -= used;
    }
  return TRUE;
}

/* Decides by the beginning what it is, and passes that on. */
static gboolean
look (TriUnwrap *self, GError **error)
{
  g_autoptr (GByteArray) start = g_steal_pointer (&self->start);
  if (self->expected || tri_tar_hides_name (start->data, start->len))
    self->tar = tri_tar_reader_new ();
  gboolean good = start->len == 0 || pass_on (self, start->data, start->len, error);
  sodium_memzero (start->data, start->len);
  return good;
}

/* The next bytes of the content. @unwrap: a TriUnwrap; this is a TriWriteFunc */
gboolean
tri_unwrap_push (const guint8 *data, gsize size, gpointer unwrap, GError **error)
{
  TriUnwrap *self = unwrap;
  if (self->start != NULL && self->start->len + size < TRI_TAR_LOOK)
    {
      g_byte_array_append (self->start, data, (guint) size);
      return TRUE;
    }
  if (self->start != NULL)
    {
      gsize n = TRI_TAR_LOOK - self->start->len;
      g_byte_array_append (self->start, data, (guint) n);
      data += n;
      size -= n;
      if (!look (self, error))
        return FALSE;
    }
  return size == 0 || pass_on (self, data, size, error);
}

/* After the last bytes. */
gboolean
tri_unwrap_finish (TriUnwrap *self, GError **error)
{
  if (self->start != NULL && !look (self, error))
    return FALSE;
  if (self->tar == NULL || tri_tar_reader_is_whole (self->tar))
    return TRUE;
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_TRUNCATED, _("The archive inside the file ends too early."));
  return FALSE;
}

/* When the file inside was modified. Returns: FALSE where that is not known */
gboolean
tri_unwrap_get_time (const TriUnwrap *self, gint64 *seconds, guint *nanoseconds)
{
  return self->tar != NULL && tri_tar_reader_get_time (self->tar, seconds, nanoseconds);
}
