/* What the parts of the sidebar share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-param-row.h"
#include "tri-sidebar.h"

G_BEGIN_DECLS

/* The key of the first look, known to all and named so. */
#define TRI_DEMO_PASSPHRASE "demonstration"

struct _TriSidebar {
  AdwBin parent_instance;
  TriSession *session;
  GtkMenuButton *cipher_button;
  GtkLabel *cipher_title, *cipher_summary, *verdict, *why, *reference;
  GtkListBox *cipher_list, *params_list, *raw_list, *key_list, *damage_list;
  GtkPopover *cipher_popover;
  GtkBox *cipher_box;
  GtkScrolledWindow *scrolled;
  GtkExpander *damage_group;
  GtkWidget *params_group, *damage_reset, *chosen_row, *raw_row, *passphrase_row, *second_row;
  GtkDropDown *key_kind;
  GtkPasswordEntry *passphrase, *second;
  GtkLabel *key_note, *chosen_name, *key_state;
  GtkSwitch *own_key, *flip_bit, *live;
  GtkButton *choose_key;
  const TriCipher *shown;
  TriParams *raw;
  GtkFileChooserNative *chooser;
  GCancellable *loading;
  gboolean demo, changing;
};

void tri_sidebar_key_init (TriSidebar *self);
void tri_sidebar_key_cipher_changed (TriSidebar *self);
void tri_sidebar_key_picture_changed (TriSidebar *self);
void tri_sidebar_key_drop (TriSidebar *self, GFile *file);
void tri_sidebar_key_dispose (TriSidebar *self);
void tri_sidebar_damage_init (TriSidebar *self);
void tri_sidebar_fail (TriSidebar *self, GError *error);
TriParamRow *tri_sidebar_append_row (TriSidebar *self, GtkListBox *list, const TriParamSpec *spec, GCallback changed);

G_END_DECLS
