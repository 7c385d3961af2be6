/* Saves what a run gave into a PNG, on a worker. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-run.h"

G_BEGIN_DECLS

typedef enum { TRI_SAVE_ENCRYPTED, TRI_SAVE_DECRYPTED, TRI_SAVE_SLIDE } TriSaveWhat;

typedef enum {
  TRI_NAME_PNG,
  TRI_NAME_BARE,  /* no format's ending: .png is added */
  TRI_NAME_LOSSY, /* a format that changes pixel values */
  TRI_NAME_OTHER, /* another format that a PNG is not */
} TriNameKind;

TriNameKind tri_save_name_kind (const char *name);
char *tri_save_name_as_png (const char *name);
char *tri_save_propose (const char *picture, TriSaveWhat what);

/* One save. Its report is kept, so that it can be tried again with another name. */
typedef struct {
  gatomicrefcount refs;
  TriSaveWhat what;
  TriReport *report;
  GFile *file;
  gboolean replace;
  GCancellable *cancellable;
  gint thousandths; /* atomic */
} TriSaveJob;

TriSaveJob *tri_save_job_new (TriSaveWhat what, TriReport *report);
TriSaveJob *tri_save_job_ref (TriSaveJob *job);
void tri_save_job_unref (TriSaveJob *job);
void tri_save_job_set_file (TriSaveJob *job, GFile *file, gboolean replace);
double tri_save_job_get_fraction (TriSaveJob *job);
void tri_save_job_run_async (TriSaveJob *job, gpointer source, GAsyncReadyCallback callback, gpointer user_data);
gboolean tri_save_job_run_finish (GAsyncResult *result, GError **error);
TriSaveJob *tri_save_job_of_result (GAsyncResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriSaveJob, tri_save_job_unref)

G_END_DECLS
