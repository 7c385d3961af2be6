/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-neural.h"

#include <glib/gi18n-lib.h>

#include <string.h>

#include "tri-error.h"

#define SIDE "weights"
#define SIDE_SIZE (TRI_STORED_HASH_SIZE + 12)

/* The original's geometry, for the visible picture alone leaves several possible. */
static void
put_geometry (const TriSealed *sealed, guint8 out[12])
{
  guint32 numbers[3] = { GUINT32_TO_LE (sealed->width), GUINT32_TO_LE (sealed->height), GUINT32_TO_LE (sealed->channels) };
  memcpy (out, numbers, sizeof numbers);
}

/* Takes the weights for a new picture, and writes down which ones. */
TriStored *
tri_neural_load_for (TriSealed *out, const char *id, GError **error)
{
  TriStored *stored = tri_model_store_load (id, NULL, error);
  if (stored == NULL)
    return NULL;
  guint8 side[SIDE_SIZE];
  memcpy (side, stored->hash, TRI_STORED_HASH_SIZE);
  put_geometry (out, side + TRI_STORED_HASH_SIZE);
  tri_sealed_set_side (out, SIDE, side, sizeof side);
  return stored;
}

/* Takes those that @in was made with. */
TriStored *
tri_neural_load_of (const TriSealed *in, const char *id, GError **error)
{
  GBytes *side = tri_sealed_require_side (in, SIDE, SIDE_SIZE, SIDE_SIZE, error);
  guint8 geometry[12];
  if (side == NULL)
    return NULL;
  const guint8 *bytes = g_bytes_get_data (side, NULL);
  put_geometry (in, geometry);
  if (memcmp (geometry, bytes + TRI_STORED_HASH_SIZE, sizeof geometry) == 0)
    return tri_model_store_load (id, bytes, error);
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The header says another size than the picture had when it was encrypted: the file was changed or is "
                 "damaged. Try another copy."));
  return NULL;
}

TriNet *
tri_neural_net (const TriLayer *layers, const TriStored *stored, GError **error)
{
  g_autoptr (TriNet) net = tri_net_new (layers, error);
  if (net == NULL || !tri_net_read_weights (net, stored->weights, error))
    {
      g_prefix_error (error, _("The weights in “%s” can't be used: "), stored->path);
      return NULL;
    }
  return g_steal_pointer (&net);
}
