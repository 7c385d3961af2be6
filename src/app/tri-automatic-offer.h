/* Where who can open the files is chosen against the advice: says so, why, and offers the advice.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-automatic.h"

G_BEGIN_DECLS

#define TRI_TYPE_AUTOMATIC_OFFER (tri_automatic_offer_get_type ())
G_DECLARE_FINAL_TYPE (TriAutomaticOffer, tri_automatic_offer, TRI, AUTOMATIC_OFFER, AdwBin)

GtkWidget *tri_automatic_offer_new (TriAutomatic *automatic);

G_END_DECLS
