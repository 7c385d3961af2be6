/* A training of small pictures in a folder of its own. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-trainer.h"

G_BEGIN_DECLS

/* The model of all scenes: "autoencoder" unless a test changes it. */
extern const char *scene_model_id;

/**
 * Scene:
 * @folder: (nullable): of the checkpoints; removed with the scene
 * @n_kinds: of events, each by itself
 * @first, @last: losses of validations
 * @message: (nullable): of the last event that had one
 */
typedef struct {
  char *folder;
  TriTrainConfig config;
  TriTrainer *trainer;
  guint64 stop_at;           /* a validation */
  GCancellable *cancellable; /* cancelled there in place of stopping */
  guint n_kinds[TRI_TRAIN_CONTINUED + 1];
  double first, last;
  char *message;
} Scene;

const TriModel *scene_get_model (void);
TriDataset *scene_make_data (guint64 seed);
void scene_open (Scene *scene, guint64 steps, gboolean with_folder);
void scene_make (Scene *scene);
void scene_resume (Scene *scene);
void scene_close (Scene *scene);
void scene_watch (TriTrainEvent *event, gpointer scene);
void scene_run (Scene *scene);
char *scene_get_path (const Scene *scene, const char *name);
void scene_assert_same (const Scene *a, const Scene *b);

G_END_DECLS
