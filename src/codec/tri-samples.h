/* The pictures that come with the program.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

G_BEGIN_DECLS

/**
 * TriSample:
 * @id: for the command line and settings
 * @title: marked for translation
 * @about: what it is good for, one sentence; marked for translation
 * @file: below the data folder
 */
typedef struct {
  const char *id, *title, *about, *file, *credit, *licence;
} TriSample;

const TriSample *tri_samples (void);
const TriSample *tri_sample_find (const char *id);
GFile *tri_sample_get_file (const TriSample *sample, GError **error);
TriImage *tri_sample_load (const char *id, GCancellable *cancellable, GError **error);

G_END_DECLS
