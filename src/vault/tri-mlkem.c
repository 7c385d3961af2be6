/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-mlkem.h"

const TriMlkem *const tri_mlkem_all[] = { &tri_mlkem_libcrypto, &tri_mlkem_own, NULL };

/* The first that is available here, asked once. */
const TriMlkem *
tri_mlkem_get (void)
{
  static gsize chosen = 0;
  if (g_once_init_enter (&chosen))
    {
      guint i = 0;
      while (!tri_mlkem_all[i]->is_available ())
        i++;
      g_once_init_leave (&chosen, (gsize) tri_mlkem_all[i]);
    }
  return (const TriMlkem *) chosen;
}
