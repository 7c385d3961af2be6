/* Trained weights: those that come with the program, and those of the user.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-weights.h"

G_BEGIN_DECLS

#define TRI_STORED_HASH_SIZE 16 /* the first bytes of the file's SHA-256: enough to tell weights apart */

/**
 * TriStored: files are read once, and shared: not to be changed
 *
 * @hash: tells which weights made a picture
 * @shipped: whether they came with the program
 */
typedef struct {
  char *path;
  guint8 hash[TRI_STORED_HASH_SIZE];
  gboolean shipped;
  TriWeights *weights;
} TriStored;

TriStored *tri_model_store_load (const char *id, const guint8 *hash, GError **error);
gboolean tri_model_store_install (const char *id, const char *path, GError **error);
gboolean tri_model_store_uninstall (const char *id, GError **error);
gboolean tri_model_store_is_own (const char *id);
void tri_stored_free (TriStored *stored);
char *tri_model_store_user_folder (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriStored, tri_stored_free)

G_END_DECLS
