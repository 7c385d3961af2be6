/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-page.h"

G_DEFINE_INTERFACE (TriPage, tri_page, GTK_TYPE_WIDGET)

static void
tri_page_default_init (TriPageInterface *iface)
{
}

/* Returns: FALSE when the page does not take @action, which the window then acts on itself */
gboolean
tri_page_activate (TriPage *self, const char *action)
{
  g_return_val_if_fail (TRI_IS_PAGE (self) && action != NULL, FALSE);
  TriPageInterface *iface = TRI_PAGE_GET_IFACE (self);
  return iface->activate != NULL && iface->activate (self, action);
}

/* Returns: (transfer full) (nullable): what would be lost if the window closed now */
char *
tri_page_why_stay (TriPage *self)
{
  g_return_val_if_fail (TRI_IS_PAGE (self), NULL);
  TriPageInterface *iface = TRI_PAGE_GET_IFACE (self);
  return iface->why_stay != NULL ? iface->why_stay (self) : NULL;
}
