/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-keyring-home.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"

static const char *const places[] = { "automatic", "secret-service", "file" }; /* as in TriKeyringPlace */

/* Returns: (transfer full): NULL with TRI_ERROR_INVALID when TRIPTYCH_KEYRING names no place that there is */
TriKeyring *
tri_keyring_home_new (GError **error)
{
  const char *name = g_getenv ("TRIPTYCH_KEYRING");
  guint place = 0;
  while (name != NULL && place < G_N_ELEMENTS (places) && strcmp (places[place], name) != 0)
    place++;
  if (place < G_N_ELEMENTS (places))
    return tri_keyring_new (NULL, place);
  g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
               _("TRIPTYCH_KEYRING must be automatic, secret-service or file, not “%s”."), name);
  return NULL;
}
