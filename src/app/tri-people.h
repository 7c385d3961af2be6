/* The recipients that were chosen: from the key ring, pasted, from a file, dropped. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-ring.h"

G_BEGIN_DECLS

#define TRI_TYPE_PEOPLE (tri_people_get_type ())
G_DECLARE_FINAL_TYPE (TriPeople, tri_people, TRI, PEOPLE, AdwBin)

gboolean tri_people_add_text (TriPeople *self, const char *text, const char *label, GError **error);
void tri_people_add_file (TriPeople *self, GFile *file);
gboolean tri_people_is_empty (TriPeople *self);
const char *tri_people_why_not (TriPeople *self);
GPtrArray *tri_people_dup_recipients (TriPeople *self);
const char *tri_people_get_problem (TriPeople *self);

G_END_DECLS
