/* Two attackers who know a cipher and have no key, as networks: Eve learns to restore pictures from encrypted ones, and a
 * critic learns to tell encrypted pictures from noise. The cipher stays as it is; each picture has a key of its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cipher.h"
#include "tri-dataset.h"
#include "tri-graph.h"

G_BEGIN_DECLS

/* Both, after training, or in the middle of it. Used by one thread at a time. */
typedef struct _TriEve TriEve;

/* @loss, @flat_loss: as in TriEveResult, mean of the steps since the last call */
typedef void (*TriEveFunc) (TriEve *eve, guint64 step, double loss, double flat_loss, gpointer user_data);

/**
 * TriEveConfig:
 * @steps: of Eve; the critic stops at 5,000
 * @batch, @side: pictures in a step, and the pixels of their sides, a multiple of 16
 * @alone: Eve only, without the critic
 * @func: (nullable): called after each @every steps, and after the last, from the thread that trains
 */
typedef struct {
  guint64 steps, seed;
  guint batch, side;
  gboolean alone;
  guint64 every;
  TriEveFunc func;
  gpointer func_data;
} TriEveConfig;

/**
 * TriEveResult:
 * @loss: Eve's mean square error over the last tenth of the steps; bytes 0 … 255 are −1 … 1
 * @flat_loss: of the mean colour of all those pictures
 * @accuracy: share that the critic told right, of @n_told new pieces: half encrypted, half noise
 */
typedef struct {
  guint64 steps;
  double loss, flat_loss, accuracy, seconds;
  guint n_told;
} TriEveResult;

TriEve *tri_eve_train (const TriCipher *cipher, const TriParams *params, TriDataset *pictures, const TriEveConfig *config,
                       TriProgress *progress, GError **error);
void tri_eve_free (TriEve *eve);
TriImage *tri_eve_restore (TriEve *eve, const TriImage *visible, guint width, guint height, TriProgress *progress,
                           GError **error);
gboolean tri_eve_judge (TriEve *eve, GPtrArray *pictures, TriProgress *progress, GError **error);
const TriEveResult *tri_eve_get_result (const TriEve *eve);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriEve, tri_eve_free)

G_END_DECLS
