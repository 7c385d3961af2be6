/* What the parts of the Protect page share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-automatic.h"
#include "tri-protect-keys.h"
#include "tri-protect-page.h"
#include "tri-protect-preview.h"
#include "tri-protect-results.h"
#include "tri-vault-queue.h"

G_BEGIN_DECLS

struct _TriProtectPage {
  AdwBin parent_instance;
  TriVaultQueue *queue;
  GtkSingleSelection *selection;
  GtkStack *views;
  GtkListView *list;
  GtkBox *groups;
  GtkWidget *left, *side, *first_choice, *advice, *ledger;
  GtkImage *status_icon;
  GtkProgressBar *progress;
  GtkLabel *summary, *status, *note;
  GtkButton *run, *retry, *pause, *stop;
  GtkMenuButton *clear_button;
  TriProtectKeys *keys;
  TriProtectResults *results;
  TriProtectPreview *preview;
  GtkFileChooserNative *chooser;
  GCancellable *gone; /* cancelled with the page */
  char *end; /* (nullable): what the last run came to */
  const char *end_icon;
  gboolean beginning; /* keys are being asked for */
  TriAutomatic *automatic;
  GSettings *settings;
  TriPurpose advised_purpose; /* these two as of the last advice */
  TriThreat advised_threat;
  gboolean following, kept; /* who can open the files was advised; or was, and stays as it is against the advice */
  gboolean asked_to_shrink;
};

/* @identities: (nullable) (element-type TriAgeIdentity): NULL with @error */
typedef void (*TriProtectPageFunc) (TriProtectPage *self, GPtrArray *identities, const GError *error);

void tri_protect_page_with_identities (TriProtectPage *self, TriProtectPageFunc func);
void tri_protect_page_say (TriProtectPage *self, const char *text);
void tri_protect_page_say_end (TriProtectPage *self, const char *text, const char *icon);
gboolean tri_protect_page_go (TriProtectPage *self);
void tri_protect_page_update (TriProtectPage *self);
void tri_protect_page_class_add_files (GtkWidgetClass *klass);
void tri_protect_page_init_files (TriProtectPage *self);
void tri_protect_page_class_add_look (GtkWidgetClass *klass);
void tri_protect_page_init_look (TriProtectPage *self);
void tri_protect_page_class_add_run (GtkWidgetClass *klass);
void tri_protect_page_init_run (TriProtectPage *self);
void tri_protect_page_init_advice (TriProtectPage *self);
void tri_protect_page_init_ledger (TriProtectPage *self);
void tri_protect_page_dispose_advice (TriProtectPage *self);
gboolean tri_protect_page_asks_to_shrink (TriProtectPage *self);

G_END_DECLS
