/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-weights-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"

static void
free_named (gpointer data)
{
  TriNamed *named = data;
  tri_floats_free (named->values);
  g_free (named->name);
  g_free (named);
}

TriWeights *
tri_weights_new (void)
{
  TriWeights *weights = g_new0 (TriWeights, 1);
  weights->tensors = g_ptr_array_new_with_free_func (free_named);
  weights->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  weights->texts = g_ptr_array_new_with_free_func (g_free);
  return weights;
}

void
tri_weights_free (TriWeights *weights)
{
  if (weights == NULL)
    return;
  g_hash_table_unref (weights->by_name);
  g_ptr_array_unref (weights->tensors);
  g_ptr_array_unref (weights->texts);
  g_free (weights);
}

guint
tri_weights_get_n (const TriWeights *weights)
{
  return weights->tensors->len;
}

const TriNamed *
tri_weights_get (const TriWeights *weights, guint i)
{
  g_return_val_if_fail (i < weights->tensors->len, NULL);
  return weights->tensors->pdata[i];
}

/* Returns: (transfer none) (nullable) */
const TriNamed *
tri_weights_find (const TriWeights *weights, const char *name)
{
  return g_hash_table_lookup (weights->by_name, name);
}

/* Adds a tensor of zeros. Returns: (transfer none) (nullable): NULL when the name is taken or it is too large */
TriNamed *
tri_weights_append (TriWeights *weights, const char *name, guint n_dims, const guint64 *dims, GError **error)
{
  guint64 size = 1;
  g_return_val_if_fail (n_dims <= TRI_WEIGHTS_MAX_DIMS, NULL);
  for (guint d = 0; d < n_dims; d++)
    if (dims[d] != 0 && size > TRI_TENSOR_MAX / dims[d])
      {
        g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("The weights “%s” are too large."), name);
        return NULL;
      }
    else
      size *= dims[d];
  if (g_hash_table_contains (weights->by_name, name))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The weights “%s” are there twice."), name);
      return NULL;
    }
  float *values = tri_floats_new (size, error);
  if (values == NULL)
    return NULL;
  TriNamed *named = g_new0 (TriNamed, 1);
  *named = (TriNamed) { .name = g_strdup (name), .n_dims = n_dims, .size = size, .values = values };
  memcpy (named->dims, dims, n_dims * sizeof *dims);
  g_ptr_array_add (weights->tensors, named);
  g_hash_table_insert (weights->by_name, named->name, named);
  return named;
}

/* @values: copied; may be NULL where there are none */
gboolean
tri_weights_add (TriWeights *weights, const char *name, guint n_dims, const guint64 *dims, const float *values,
                 GError **error)
{
  TriNamed *named = tri_weights_append (weights, name, n_dims, dims, error);
  if (named != NULL && named->size > 0)
    memcpy (named->values, values, named->size * sizeof (float));
  return named != NULL;
}

/* Returns: (transfer none) (nullable) */
const char *
tri_weights_get_text (const TriWeights *weights, const char *name)
{
  for (guint i = 0; i < weights->texts->len; i += 2)
    if (g_str_equal (weights->texts->pdata[i], name))
      return weights->texts->pdata[i + 1];
  return NULL;
}

/* @text: UTF-8 */
void
tri_weights_set_text (TriWeights *weights, const char *name, const char *text)
{
  for (guint i = 0; i < weights->texts->len; i += 2)
    if (g_str_equal (weights->texts->pdata[i], name))
      {
        g_free (weights->texts->pdata[i + 1]);
        weights->texts->pdata[i + 1] = g_strdup (text);
        return;
      }
  g_ptr_array_add (weights->texts, g_strdup (name));
  g_ptr_array_add (weights->texts, g_strdup (text));
}

/* A text that is a decimal number, such as the step of a checkpoint. */
gboolean
tri_weights_get_number (const TriWeights *weights, const char *name, guint64 *number, GError **error)
{
  const char *text = tri_weights_get_text (weights, name);
  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, number, NULL))
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The checkpoint has no number “%s”."), name);
  return FALSE;
}
