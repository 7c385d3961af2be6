/* What the parts of the session share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-report-private.h"
#include "tri-session.h"

G_BEGIN_DECLS

typedef struct _TriJob TriJob;

/* What is to run next. */
typedef enum {
  TRI_WANT_NOTHING,
  TRI_WANT_PREVIEW,
  TRI_WANT_BOTH, /* a preview, then full size */
  TRI_WANT_FULL,
  TRI_WANT_EVERY_CIPHER,
} TriWant;

/* One step of undo: the cipher that was chosen and its parameters. */
typedef struct {
  const TriCipher *cipher;
  TriParams *params;
} TriStep;

struct _TriSession {
  GObject parent_instance;
  GMainContext *context;

  TriImage *picture, *scaled; /* scaled: for previews, made by the first job that needs it */
  guint preview_side;         /* the longer side of scaled, in pixels: see tri_preview_side_after() */
  const TriCipher *previewed; /* that preview_side is of */
  TriSealed *opened;
  char *picture_name;

  const TriCipher *cipher;
  GHashTable *params; /* const TriCipher * → TriParams *, of each cipher that was chosen or changed */
  TriStep *at_begin;  /* state before the change that tri_session_begin_change() opened */
  guint change_depth;
  gboolean changed_since_begin, damaged_since_begin;
  GPtrArray *undo, *redo; /* TriStep, oldest first */

  TriParams *damage; /* of tri_damage_specs */
  TriKey *key, *decrypt_key;
  guint8 salt[TRI_SALT_SIZE]; /* one for each key, so that Argon2id runs once */
  gboolean flip_bit;
  TriKeyKind key_kind; /* that is asked for */

  gboolean live, busy;
  double progress;
  TriJob *job;    /* in flight and current */
  guint n_dying;  /* cancelled, their threads not back yet */
  TriWant wanted; /* after that */
  TriReport *report;

  GListStore *history;
  GPtrArray *comparisons;
  gboolean lost_chunk;
  GCancellable *opening;
};

extern GParamSpec *tri_session_properties[];
enum {
  TRI_SESSION_PROP_0,
  TRI_SESSION_PROP_PICTURE_NAME,
  TRI_SESSION_PROP_BUSY,
  TRI_SESSION_PROP_PROGRESS,
  TRI_SESSION_PROP_CAN_UNDO,
  TRI_SESSION_PROP_CAN_REDO,
  TRI_SESSION_PROP_LIVE,
  TRI_SESSION_PROP_DECRYPT_LINKED,
  TRI_SESSION_N_PROPS
};

enum {
  TRI_SESSION_PICTURE_CHANGED,
  TRI_SESSION_CIPHER_CHANGED,
  TRI_SESSION_KEY_CHANGED,
  TRI_SESSION_REPORT,
  TRI_SESSION_FAILED,
  TRI_SESSION_COMPARISONS_CHANGED,
  TRI_SESSION_DAMAGE_CHANGED,
  TRI_SESSION_N_SIGNALS
};
extern guint tri_session_signals[TRI_SESSION_N_SIGNALS];

/* tri-session.c */
void tri_session_notify (TriSession *self, guint property);
void tri_session_take_report (TriSession *self, TriReport *report);
TriParams *tri_session_params_of (TriSession *self, const TriCipher *cipher);
void tri_session_show_picture (TriSession *self, TriImage *picture, TriSealed *opened, const char *name);
void tri_session_choose (TriSession *self, const TriCipher *cipher, const TriParams *params);

/* tri-session-damage.c */
void tri_session_show_damage (TriSession *self, const TriParams *damage);

/* tri-session-undo.c */
void tri_step_free (TriStep *step);
void tri_session_remember_step (TriSession *self);
void tri_session_forget_steps (TriSession *self);

/* tri-session-jobs.c */
void tri_session_want (TriSession *self, TriWant want);
guint tri_preview_side_after (guint side, double seconds);
void tri_session_reset_preview (TriSession *self);
void tri_session_begin_preview (TriSession *self);
void tri_session_learn_preview (TriSession *self, const TriReport *report, TriImage *scaled);
void tri_session_want_if_live (TriSession *self);
void tri_session_drop_job (TriSession *self);
TriRunSpec *tri_session_make_spec (TriSession *self, const TriCipher *cipher);
TriParams *tri_session_get_job_params (TriSession *self);
gboolean tri_key_fits_cipher (const TriKey *key, const TriCipher *cipher);

/* tri-session-history.c */
void tri_session_record (TriSession *self, TriReport *report);
void tri_session_forget_comparisons (TriSession *self);

G_END_DECLS
