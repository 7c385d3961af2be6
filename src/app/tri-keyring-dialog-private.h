/* What the parts of the key ring's window share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-keyring-dialog.h"
#include "tri-passphrase-box.h"
#include "tri-ring.h"

G_BEGIN_DECLS

typedef void (*TriKeyringDialogFunc) (TriKeyringDialog *self);

/* What a passphrase is asked for. */
typedef enum {
  TRI_KEYRING_ASK_UNLOCK,
  TRI_KEYRING_ASK_NEW,    /* of a file that is not there yet */
  TRI_KEYRING_ASK_OLD,    /* before it is changed */
  TRI_KEYRING_ASK_CHANGE, /* the one that it is changed to */
} TriKeyringAsk;

struct _TriKeyringDialog {
  AdwWindow parent_instance;
  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  GtkStack *stack, *list_stack;
  GtkWidget *back, *add, *more, *spinner, *lock;
  GtkLabel *status, *place;
  GtkListBox *own, *people;
  GtkWidget *own_group, *people_group, *locked;

  GtkLabel *unlock_why, *unlock_error;
  TriPassphraseBox *unlock_words;
  GtkButton *unlock_button;

  GtkEditable *new_name;
  GtkCheckButton *new_hybrid;
  GtkLabel *new_error;

  GtkEditable *import_name;
  GtkPasswordEntry *import_text;
  GtkLabel *import_error, *sealed_name;
  GtkWidget *sealed, *import_page;
  TriPassphraseBox *sealed_words;
  GFile *chosen_file;

  GtkEditable *key_name;
  GtkLabel *key_kind, *key_fingerprint, *key_created, *key_place, *key_recipient, *key_revoked, *key_qr_name;
  GtkWidget *key_revoked_box, *key_qr, *key_sheet, *key_revoke, *key_copy;
  char *shown; /* fingerprint of the key that is shown */

  TriRing *ring;
  GCancellable *cancellable;
  GtkFileChooserNative *chooser;
  TriKeyringAsk asked;
  TriKeyringDialogFunc next; /* what comes once there is a passphrase */
  char *next_page;
};

void tri_keyring_dialog_show (TriKeyringDialog *self, const char *page);
void tri_keyring_dialog_say (TriKeyringDialog *self, const char *text);
void tri_keyring_dialog_fail (TriKeyringDialog *self, GtkLabel *label, const GError *error);
void tri_keyring_dialog_with_secrets (TriKeyringDialog *self, gboolean make, TriKeyringDialogFunc next);
void tri_keyring_dialog_ask (TriKeyringDialog *self, TriKeyringAsk what, TriKeyringDialogFunc next);
void tri_keyring_dialog_save (TriKeyringDialog *self, const char *title, const char *name, GCallback done);

void tri_keyring_dialog_class_file (GtkWidgetClass *klass);
void tri_keyring_dialog_init_add (TriKeyringDialog *self);
void tri_keyring_dialog_class_add (GtkWidgetClass *klass);
void tri_keyring_dialog_import_file (TriKeyringDialog *self, GFile *file);
void tri_keyring_dialog_import_words (TriKeyringDialog *self, const char *text);

void tri_keyring_dialog_init_key (TriKeyringDialog *self);
void tri_keyring_dialog_class_key (GtkWidgetClass *klass);
void tri_keyring_dialog_show_key (TriKeyringDialog *self, const char *fingerprint);
void tri_keyring_dialog_refresh_key (TriKeyringDialog *self);
const TriKeyringEntry *tri_keyring_dialog_get_entry (TriKeyringDialog *self);

G_END_DECLS
