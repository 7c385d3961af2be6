/* What the files of the losses share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-loss.h"

G_BEGIN_DECLS

/* TRI_LOSS_UNIFORM, TRI_LOSS_LOG, TRI_LOSS_AHEAD */
double tri_loss_pictures (TriLoss *loss);
guint64 tri_loss_pictures_memory (const TriLoss *loss);

G_END_DECLS
