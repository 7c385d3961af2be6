/* An album of small files, and a folder for what is made of them. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-vault-batch.h"

#define BATCH_FIXTURE_SIZE(i) ((gsize) (i) * 331 % 20000) /* bytes of file number i, each of which is i */

typedef struct {
  guint n_files;
  GFile *folder, *album, *results;
  GPtrArray *recipients, *identities;
  TriVaultOptions options;
} BatchFixture;

void batch_fixture_set_up (BatchFixture *f, gconstpointer n_files);
void batch_fixture_tear_down (BatchFixture *f, gconstpointer unused);
void batch_fixture_make_file (BatchFixture *f, guint i);
guint batch_fixture_count_files (GFile *folder);
TriVaultBatch *batch_fixture_protect_album (BatchFixture *f);
void batch_fixture_assert_opens (BatchFixture *f);
