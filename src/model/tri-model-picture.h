/* Between pictures and the tensors that networks for colour pictures take: [1, h, w, 3] in −1 … 1, sides rounded up.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-tensor.h"
#include "tri-tile.h"

G_BEGIN_DECLS

TriTensor *tri_model_read_picture (const TriImage *image, guint align, TriProgress *progress, GError **error);
gboolean tri_model_write_picture (const TriTensor *tensor, TriImage *image, TriProgress *progress, GError **error);
TriTensor *tri_model_look (TriNet *net, const TriTensor *in, const char *row, TriProgress *progress, GError **error);
TriTensor *tri_model_infer (TriNet *net, const TriTileInput *inputs, TriShape out, TriProgress *progress, GError **error);
TriTensor *tri_model_infer_inside (TriNet *net, const TriTensor *in, TriProgress *progress, GError **error);

G_END_DECLS
