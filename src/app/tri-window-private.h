/* What the parts of the window share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-pane.h"
#include "tri-protect-page.h"
#include "tri-save-job.h"
#include "tri-session.h"
#include "tri-sidebar.h"
#include "tri-window.h"

G_BEGIN_DECLS

struct _TriWindow {
  AdwApplicationWindow parent_instance;
  TriSession *session;
  TriView *view;
  GSettings *settings;
  AdwToastOverlay *toasts;
  TriPane *panes[3];
  TriPane *original, *encrypted, *decrypted;
  TriSidebar *sidebar;
  AdwViewStack *pages;
  TriProtectPage *protect;
  AdwViewSwitcher *switcher;
  GtkWidget *explore_start, *explore_end; /* of the header bar */
  GtkWidget *sidebar_box, *bottom, *header;
  GtkPaned *split;
  gboolean split_placed;
  GtkStack *panels;
  GtkButton *run;
  GtkProgressBar *progress;
  GtkLabel *status, *announcer;
  GtkMenuButton *samples;
  GtkFileChooserNative *chooser;
  guint gain; /* of the difference view; 0: not shown */
  guint presented; /* place in the history */
  gboolean presenting;
  GtkWidget *panes_box;
  GtkCssProvider *words_css; /* how large the words on it are */
  GtkWidget *focus_before; /* presenting (weak) */
  GtkWidget *help; /* (weak) */
  AdwToast *toast; /* the last (weak) */
  const TriCipher *changed_cipher; /* its parameters are yet to be saved */
  TriSaveJob *saving; /* in flight */
  gint64 saving_since;
  guint saving_poll;
  GtkRevealer *saving_bar;
  GtkLabel *saving_label;
  GtkProgressBar *saving_progress;
};

gboolean tri_window_explores (TriWindow *self);
void tri_window_show_page (TriWindow *self, const char *name);
gboolean tri_window_page_takes (TriWindow *self, const char *action);
void tri_window_status (TriWindow *self, const char *text);
void tri_window_toast (TriWindow *self, const char *text);
void tri_window_show_error (TriWindow *self, const GError *error);
void tri_window_update_panes (TriWindow *self);
void tri_window_init_open (TriWindow *self);
void tri_window_init_present (TriWindow *self);
void tri_window_dispose_present (TriWindow *self);
void tri_window_init_pages (TriWindow *self);
void tri_window_init_state (TriWindow *self);
void tri_window_dispose_state (TriWindow *self);
void tri_window_place_parts (TriWindow *self);
void tri_window_save_to (TriWindow *self, TriSaveJob *job, GFile *file);
gboolean tri_window_cancel_saving (TriWindow *self);
void tri_window_dispose_save (TriWindow *self);
void tri_window_class_add_open (GtkWidgetClass *klass);
void tri_window_class_add_save (GtkWidgetClass *klass);
void tri_window_class_add_present (GtkWidgetClass *klass);
void tri_window_class_add_pages (GtkWidgetClass *klass);
void tri_window_class_add_state (GtkWidgetClass *klass);

void tri_window_dismiss_toast (TriWindow *self);
char *tri_window_presented_title (TriWindow *self, const TriReport *report);

G_END_DECLS
