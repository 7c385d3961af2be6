/* How large a preview is: as large as its cipher allows in a hand's time. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-session-private.h"

/* Of the 150 ms from a slider to its picture, what the run itself may take; the rest is for scaling and drawing. */
#define RUN_S 0.1
#define LEAST_SIDE 128

/* Returns: the longer side, in pixels, of the preview after one of @side that took @seconds. Work goes with the area, so
 * that a preview grows again only where four times the time would still be half of what it may take. */
guint
tri_preview_side_after (guint side, double seconds)
{
  if (seconds > RUN_S)
    return MAX (side / 2, LEAST_SIDE);
  return seconds < RUN_S / 8 ? MIN (2 * side, TRI_PREVIEW_SIDE) : side;
}

static void
set_side (TriSession *self, guint side)
{
  if (self->preview_side == side)
    return;
  self->preview_side = side;
  g_clear_pointer (&self->scaled, tri_image_unref);
}

void
tri_session_reset_preview (TriSession *self)
{
  self->previewed = NULL;
  self->preview_side = TRI_PREVIEW_SIDE;
  g_clear_pointer (&self->scaled, tri_image_unref);
}

/* Before a job: what an earlier cipher took says nothing of another. */
void
tri_session_begin_preview (TriSession *self)
{
  if (self->previewed == self->cipher)
    return;
  self->previewed = self->cipher;
  set_side (self, TRI_PREVIEW_SIDE);
}

/* @scaled: (nullable): what was made for the preview. The next one may have another size. */
void
tri_session_learn_preview (TriSession *self, const TriReport *report, TriImage *scaled)
{
  if (scaled != NULL && self->scaled == NULL)
    self->scaled = tri_image_ref (scaled);
  if (report->preview && report->cipher == self->previewed)
    set_side (self, tri_preview_side_after (self->preview_side, report->encrypt_s + report->decrypt_s + report->metrics_s
                                                                    + report->inspect_s));
}
