/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-automatic.h"

struct _TriAutomatic {
  GObject parent_instance;
  GNetworkMonitor *network;
  TriLedgerWatch *ledger;
  TriThreat chosen_threat, told_threat; /* told_threat: as "changed" was emitted for */
  TriSigns signs;
  TriSituation situation; /* its threat is the one that the signs raised */
  const char *threat_reason;
  TriAdvice advice;
  gboolean chosen[TRI_N_QUESTIONS];
  guint choices[TRI_N_QUESTIONS];
};

G_DEFINE_FINAL_TYPE (TriAutomatic, tri_automatic, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
situation_equal (const TriSituation *a, const TriSituation *b)
{
  return a->purpose == b->purpose && a->network == b->network && a->threat == b->threat && a->content == b->content
         && a->n_files == b->n_files && a->size == b->size;
}

/* Takes the world as it is now, and @next for the rest. */
static void
update (TriAutomatic *self, TriSituation next)
{
  const char *reason;
  self->signs.broken_ledger = tri_ledger_watch_is_broken (self->ledger);
  next.network = tri_network_of (self->network);
  next.threat = tri_advisor_raise_threat (self->chosen_threat, &self->signs, &reason);
  if (situation_equal (&next, &self->situation) && reason == self->threat_reason && self->told_threat == self->chosen_threat)
    return;
  self->told_threat = self->chosen_threat;
  self->situation = next;
  self->threat_reason = reason;
  tri_advise (&next, &self->advice);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_world_changed (TriAutomatic *self)
{
  update (self, self->situation);
}

void
tri_automatic_set_purpose (TriAutomatic *self, TriPurpose purpose)
{
  g_return_if_fail (TRI_IS_AUTOMATIC (self) && purpose < TRI_N_PURPOSES);
  TriSituation next = self->situation;
  next.purpose = purpose;
  update (self, next);
}

/* @threat: as the person sees it; signs can only raise it */
void
tri_automatic_set_threat (TriAutomatic *self, TriThreat threat)
{
  g_return_if_fail (TRI_IS_AUTOMATIC (self) && threat < TRI_N_THREATS);
  self->chosen_threat = threat;
  update (self, self->situation);
}

/* @size: of all, in bytes. @content: what most of the bytes are */
void
tri_automatic_set_files (TriAutomatic *self, guint n_files, guint64 size, TriContent content)
{
  g_return_if_fail (TRI_IS_AUTOMATIC (self) && content < TRI_N_CONTENTS);
  TriSituation next = self->situation;
  next.n_files = n_files;
  next.size = size;
  next.content = content;
  update (self, next);
}

/* After somebody tried to open something; @opened: FALSE for a wrong passphrase or key, not for a damaged file */
void
tri_automatic_note_opening (TriAutomatic *self, gboolean opened)
{
  g_return_if_fail (TRI_IS_AUTOMATIC (self));
  self->signs.failed_openings = opened ? 0 : MIN (self->signs.failed_openings + 1, TRI_ADVISOR_FAILURES);
  update (self, self->situation);
}

TriThreat
tri_automatic_get_chosen_threat (TriAutomatic *self)
{
  return self->chosen_threat;
}

/* What the advice is for; the threat in it may be higher than the one that was chosen. */
const TriSituation *
tri_automatic_get_situation (TriAutomatic *self)
{
  return &self->situation;
}

/* Returns: (nullable): why the threat is taken for higher than was chosen, translated */
const char *
tri_automatic_get_threat_reason (TriAutomatic *self)
{
  return self->threat_reason;
}

TriAdvisedValue
tri_automatic_get_advice (TriAutomatic *self, TriQuestion question)
{
  g_return_val_if_fail (question < TRI_N_QUESTIONS, ((TriAdvisedValue) { 0 }));
  return self->advice.answers[question];
}

/* The person's own answer. */
void
tri_automatic_choose (TriAutomatic *self, TriQuestion question, guint value)
{
  g_return_if_fail (TRI_IS_AUTOMATIC (self) && question < TRI_N_QUESTIONS);
  if (self->chosen[question] && self->choices[question] == value)
    return;
  self->chosen[question] = TRUE;
  self->choices[question] = value;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The advice again. */
void
tri_automatic_follow (TriAutomatic *self, TriQuestion question)
{
  g_return_if_fail (TRI_IS_AUTOMATIC (self) && question < TRI_N_QUESTIONS);
  if (!self->chosen[question])
    return;
  self->chosen[question] = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
tri_automatic_is_chosen (TriAutomatic *self, TriQuestion question)
{
  g_return_val_if_fail (question < TRI_N_QUESTIONS, FALSE);
  return self->chosen[question];
}

/* What is in effect: the person's answer, else the advice. */
guint
tri_automatic_get_value (TriAutomatic *self, TriQuestion question)
{
  g_return_val_if_fail (question < TRI_N_QUESTIONS, 0);
  return self->chosen[question] ? self->choices[question] : self->advice.answers[question].value;
}

static void
tri_automatic_dispose (GObject *object)
{
  TriAutomatic *self = TRI_AUTOMATIC (object);
  g_clear_object (&self->network);
  g_clear_object (&self->ledger);
  G_OBJECT_CLASS (tri_automatic_parent_class)->dispose (object);
}

static void
tri_automatic_class_init (TriAutomaticClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tri_automatic_dispose;
  signals[CHANGED] = g_signal_new ("changed", TRI_TYPE_AUTOMATIC, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tri_automatic_init (TriAutomatic *self)
{
  self->situation.content = TRI_CONTENT_OTHER;
}

/* Follows @network, which opens no connection of its own, and @ledger. */
TriAutomatic *
tri_automatic_new (GNetworkMonitor *network, TriLedgerWatch *ledger)
{
  TriAutomatic *self = g_object_new (TRI_TYPE_AUTOMATIC, NULL);
  self->network = g_object_ref (network);
  self->ledger = g_object_ref (ledger);
  self->situation.network = tri_network_of (network);
  tri_advise (&self->situation, &self->advice);
  static const char *const signs[] = { "notify::network-available", "notify::network-metered", "notify::connectivity" };
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    g_signal_connect_object (network, signs[i], G_CALLBACK (on_world_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (network, "network-changed", G_CALLBACK (on_world_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ledger, "changed", G_CALLBACK (on_world_changed), self, G_CONNECT_SWAPPED);
  on_world_changed (self);
  return self;
}

/* Returns: (transfer none): the program's own */
TriAutomatic *
tri_automatic_get_default (void)
{
  static TriAutomatic *automatic;
  if (automatic == NULL)
    automatic = tri_automatic_new (g_network_monitor_get_default (), tri_ledger_watch_get_default ());
  return automatic;
}
