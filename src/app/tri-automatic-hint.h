/* Which cipher the advisor would take for a purpose, and why: above the list of ciphers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-automatic.h"

G_BEGIN_DECLS

/**
 * TriAutomaticHint:
 *
 * Emits "use" when the person takes the cipher TRI_ADVISOR_CIPHER.
 */
#define TRI_TYPE_AUTOMATIC_HINT (tri_automatic_hint_get_type ())
G_DECLARE_FINAL_TYPE (TriAutomaticHint, tri_automatic_hint, TRI, AUTOMATIC_HINT, GtkBox)

GtkWidget *tri_automatic_hint_new (TriAutomatic *automatic);

G_END_DECLS
