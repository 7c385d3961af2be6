/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-models.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"

#include "models.inc"

/* Returns: (transfer none): ends with NULL */
const TriModel *const *
tri_models (void)
{
  return models;
}

/* Returns: (transfer none) (nullable): NULL with TRI_ERROR_INVALID and the ids that there are */
const TriModel *
tri_model_find (const char *id, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);
  for (guint i = 0; models[i] != NULL; i++)
    {
      if (strcmp (models[i]->id, id) == 0)
        return models[i];
      g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", models[i]->id);
    }
  g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("There is no model “%s” to train. There are: %s."), id, known->str);
  return NULL;
}

guint
tri_model_count_nets (const TriModel *model)
{
  guint n = 0;
  while (model->nets[n].name != NULL)
    n++;
  return n;
}

guint
tri_model_count_curves (const TriModel *model)
{
  guint n = 0;
  while (model->curves[n].id != NULL)
    n++;
  return n;
}
