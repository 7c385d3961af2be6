/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-bob-eve-private.h"

#include <math.h>

#include "tri-error.h"
#include "tri-metric.h"
#include "tri-model-store.h"
#include "tri-parallel.h"
#include "tri-post.h"

#define SIDE 64u  /* of the pieces that Eve learns from */
#define BATCH 8u
#define SEED 1u
#define LOOK_US (400 * G_TIME_SPAN_MILLISECOND) /* between two pictures of hers while she learns */
#define TELLINGS 200u /* points of the curve */

G_DEFINE_FINAL_TYPE (TriBobEve, tri_bob_eve, G_TYPE_OBJECT)

enum { SIGHTED, LEARNED, ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

void
tri_sight_clear (TriSight *sight)
{
  g_clear_pointer (&sight->copy, tri_image_unref);
  g_clear_pointer (&sight->visible, tri_image_unref);
  g_clear_pointer (&sight->bob, tri_image_unref);
  g_clear_pointer (&sight->eve, tri_image_unref);
}

static void
target_clear (Target *target)
{
  g_clear_pointer (&target->original, tri_image_unref);
  g_clear_pointer (&target->sealed, tri_sealed_unref);
  g_clear_pointer (&target->key, tri_key_unref);
}

static Duel *
duel_ref (Duel *duel)
{
  g_atomic_ref_count_inc (&duel->refs);
  return duel;
}

static void
duel_unref (Duel *duel)
{
  if (!g_atomic_ref_count_dec (&duel->refs))
    return;
  g_weak_ref_clear (&duel->owner);
  g_main_context_unref (duel->context);
  g_clear_pointer (&duel->eve, tri_eve_free);
  g_clear_pointer (&duel->params, tri_params_free);
  g_clear_object (&duel->cancellable);
  tri_sight_clear (&duel->sight);
  target_clear (&duel->target);
  g_mutex_clear (&duel->lock);
  g_free (duel);
}

static void
message_free (gpointer data)
{
  Message *message = data;
  duel_unref (message->duel);
  tri_sight_clear (&message->sight);
  g_clear_error (&message->error);
  g_free (message);
}

static gboolean
deliver (gpointer data)
{
  Message *message = data;
  g_autoptr (TriBobEve) self = g_weak_ref_get (&message->duel->owner);
  if (self == NULL)
    return G_SOURCE_REMOVE;
  if (message->kind == SIGHTED)
    {
      tri_sight_clear (&self->sight);
      self->sight = message->sight;
      message->sight = (TriSight) { 0 };
    }
  if (message->kind == LEARNED)
    {
      self->step = message->point.step;
      g_array_append_val (self->points, message->point);
    }
  if (message->kind == ENDED)
    {
      g_clear_error (&self->error);
      self->error = g_steal_pointer (&message->error);
      self->trained = message->trained;
      self->training = FALSE;
    }
  g_signal_emit (self, signals[message->kind], 0);
  return G_SOURCE_REMOVE;
}

/* @message: (transfer full) */
static void
post (Duel *duel, Message *message)
{
  message->duel = duel_ref (duel);
  tri_post (duel->context, deliver, message, message_free);
}

static void
compare (const TriImage *copy, const TriImage *other, double *psnr, double *ssim)
{
  TriPair pair = { .psnr = NAN, .ssim = NAN };
  g_autoptr (TriImage) matched = other != NULL ? tri_image_match (other, copy->width, copy->height, copy->channels, NULL) : NULL;
  if (matched != NULL)
    tri_metric_pair (copy, matched, &pair, NULL, NULL);
  *psnr = pair.psnr;
  *ssim = pair.ssim;
}

/* What Bob sees, of the newest target. */
static gboolean
look_as_bob (Duel *duel, const Target *target, TriProgress *progress, GError **error)
{
  TriSight sight = { .copy = tri_image_scale_down (target->original, TRI_BOB_EVE_SIDE, error) };
  TriFresh fresh = { .salt = target->sealed->salt };
  g_autoptr (GError) why = NULL;
  g_autoptr (TriSealed) hidden = sight.copy != NULL ? tri_cipher_encrypt (duel->cipher, sight.copy, target->key,
                                                                          target->sealed->params, &fresh, progress, error)
                                                    : NULL;
  if (hidden == NULL)
    {
      tri_sight_clear (&sight);
      return FALSE;
    }
  sight.visible = tri_image_ref (hidden->visible);
  sight.bob = tri_cipher_decrypt (hidden, target->key, progress, &why);
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      tri_sight_clear (&sight);
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  sight.flat_psnr = tri_metric_psnr (tri_metric_flat_mse (sight.copy));
  compare (sight.copy, sight.bob, &sight.bob_psnr, &sight.bob_ssim);
  tri_sight_clear (&duel->sight);
  duel->sight = sight;
  return TRUE;
}

static gboolean
look_as_eve (Duel *duel, TriEve *eve, TriProgress *progress, GError **error)
{
  TriSight *sight = &duel->sight;
  g_clear_pointer (&sight->eve, tri_image_unref);
  sight->eve = tri_eve_restore (eve, sight->visible, sight->copy->width, sight->copy->height, progress, error);
  compare (sight->copy, sight->eve, &sight->eve_psnr, &sight->eve_ssim);
  return sight->eve != NULL;
}

static void
post_sight (Duel *duel)
{
  Message *message = g_new0 (Message, 1);
  message->kind = SIGHTED;
  message->sight = duel->sight;
  TriImage **pictures[] = { &message->sight.copy, &message->sight.visible, &message->sight.bob, &message->sight.eve };
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    *pictures[i] = *pictures[i] != NULL ? tri_image_ref (*pictures[i]) : NULL;
  post (duel, message);
}

/* Returns: whether there was a newer one. @target: (out) */
static gboolean
take_target (Duel *duel, Target *target)
{
  g_mutex_lock (&duel->lock);
  *target = duel->target;
  duel->target = (Target) { 0 };
  g_mutex_unlock (&duel->lock);
  return target->original != NULL;
}

/* @eve: (nullable) */
static gboolean
look (Duel *duel, TriEve *eve, TriProgress *progress, GError **error)
{
  Target target;
  gboolean is_new = take_target (duel, &target);
  gboolean good = !is_new || look_as_bob (duel, &target, progress, error);
  target_clear (&target);
  if (!good || duel->sight.copy == NULL || (eve != NULL && !look_as_eve (duel, eve, progress, error)))
    return good && duel->sight.copy == NULL;
  post_sight (duel);
  return TRUE;
}

static void
on_learned (TriEve *eve, guint64 step, double loss, double flat_loss, gpointer data)
{
  Duel *duel = data;
  gint64 now = g_get_monotonic_time ();
  Message *message = g_new0 (Message, 1);
  message->kind = LEARNED;
  message->point = (Point) { step, loss, flat_loss };
  post (duel, message);
  if (now - duel->looked_us < LOOK_US)
    return;
  g_autoptr (TriProgress) progress = tri_progress_new (duel->learning, NULL, NULL);
  look (duel, eve, progress, NULL); /* what fails here fails in the next step too */
  duel->looked_us = g_get_monotonic_time ();
}

static TriEve *
learn (Duel *duel, guint64 steps, TriProgress *progress, GError **error)
{
  TriDatasetSpec spec = { .channels = 3, .low = -1, .high = 1, .seed = SEED, .augment = TRI_AUGMENT_CROP | TRI_AUGMENT_FLIP };
  TriEveConfig config = { .steps = steps, .seed = SEED, .batch = BATCH, .side = SIDE, .alone = TRUE,
                          .every = MAX (steps / TELLINGS, 1), .func = on_learned, .func_data = duel };
  g_autoptr (TriDataset) pictures = tri_dataset_load ("samples", &spec, progress, error);
  return pictures != NULL ? tri_eve_train (duel->cipher, duel->params, pictures, &config, progress, error) : NULL;
}

static void
post_end (Duel *duel, GError *error)
{
  Message *message = g_new0 (Message, 1);
  message->kind = ENDED;
  message->trained = duel->eve != NULL;
  message->error = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? NULL : error;
  if (message->error == NULL)
    g_clear_error (&error);
  post (duel, message);
}

/* The worker's next piece of work. Returns: (transfer full) (nullable): that may cancel it; NULL: there is none, and it ends */
static GCancellable *
next (Duel *duel, guint64 *steps)
{
  g_mutex_lock (&duel->lock);
  *steps = duel->wanted_steps;
  duel->wanted_steps = 0;
  duel->running = *steps > 0 || duel->target.original != NULL;
  if (duel->running && *steps == 0 && g_cancellable_is_cancelled (duel->cancellable))
    {
      g_object_unref (duel->cancellable); /* of a training that was stopped */
      duel->cancellable = g_cancellable_new ();
    }
  GCancellable *cancellable = duel->running ? g_object_ref (duel->cancellable) : NULL;
  g_mutex_unlock (&duel->lock);
  return cancellable;
}

/* First a look, so that there is something to see while Eve learns. */
static gboolean
do_piece (Duel *duel, guint64 steps, TriProgress *progress, GError **error)
{
  if (steps > 0)
    g_clear_pointer (&duel->eve, tri_eve_free);
  if (!look (duel, duel->eve, progress, error))
    return FALSE;
  if (steps == 0)
    return TRUE;
  tri_parallel_give_way ();
  duel->learning = tri_progress_get_cancellable (progress);
  duel->eve = learn (duel, steps, progress, error);
  return duel->eve != NULL && look (duel, duel->eve, progress, error);
}

static gpointer
work (gpointer data)
{
  Duel *duel = data;
  GCancellable *cancellable;
  guint64 steps;
  while ((cancellable = next (duel, &steps)) != NULL)
    {
      g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
      GError *error = NULL;
      if (!do_piece (duel, steps, progress, &error) || steps > 0)
        post_end (duel, error);
      g_object_unref (cancellable);
    }
  duel_unref (duel);
  return NULL;
}

/* Under the lock. */
static void
start_if_idle (Duel *duel)
{
  if (duel->running)
    return;
  duel->running = TRUE;
  g_thread_unref (g_thread_new ("eve", work, duel_ref (duel)));
}

static GBytes *
weights_of (const TriSealed *sealed)
{
  GBytes *side = tri_sealed_get_side (sealed, "weights");
  return side != NULL ? g_bytes_new_from_bytes (side, 0, MIN (g_bytes_get_size (side), TRI_STORED_HASH_SIZE)) : NULL;
}

/* @against: whose cipher, parameters and weights */
TriBobEve *
tri_bob_eve_new (const TriSealed *against)
{
  TriBobEve *self = g_object_new (TRI_TYPE_BOB_EVE, NULL);
  Duel *duel = g_new0 (Duel, 1);
  g_atomic_ref_count_init (&duel->refs);
  g_weak_ref_init (&duel->owner, self);
  g_mutex_init (&duel->lock);
  duel->context = g_main_context_ref_thread_default ();
  duel->cipher = tri_cipher_find (against->cipher);
  duel->params = tri_params_copy (against->params);
  duel->cancellable = g_cancellable_new ();
  self->duel = duel;
  self->weights = weights_of (against);
  return self;
}

/* Whether what Eve learned holds for @sealed. */
gboolean
tri_bob_eve_fits (TriBobEve *self, const TriSealed *sealed)
{
  g_autoptr (GBytes) weights = weights_of (sealed);
  return g_str_equal (self->duel->cipher->id, sealed->cipher) && tri_params_equal (self->duel->params, sealed->params)
         && (weights == self->weights || (weights != NULL && self->weights != NULL && g_bytes_equal (weights, self->weights)));
}

/* Both look at @original, encrypted under @key with the salt of @sealed; what they looked at before is left. */
void
tri_bob_eve_look (TriBobEve *self, const TriImage *original, const TriSealed *sealed, const TriKey *key)
{
  g_return_if_fail (TRI_IS_BOB_EVE (self));
  Target target = { tri_image_ref (original), tri_sealed_ref (sealed), tri_key_ref (key) };
  g_mutex_lock (&self->duel->lock);
  target_clear (&self->duel->target);
  self->duel->target = target;
  start_if_idle (self->duel);
  g_mutex_unlock (&self->duel->lock);
}

/* Eve begins anew. */
void
tri_bob_eve_train (TriBobEve *self, guint64 steps)
{
  g_return_if_fail (TRI_IS_BOB_EVE (self) && steps > 0 && !self->training);
  Duel *duel = self->duel;
  self->training = TRUE;
  self->trained = FALSE;
  self->n_steps = steps;
  self->step = 0;
  g_array_set_size (self->points, 0);
  g_clear_error (&self->error);
  g_mutex_lock (&duel->lock);
  g_object_unref (duel->cancellable);
  duel->cancellable = g_cancellable_new ();
  duel->wanted_steps = steps;
  start_if_idle (duel);
  g_mutex_unlock (&duel->lock);
  g_signal_emit (self, signals[LEARNED], 0);
}

void
tri_bob_eve_cancel (TriBobEve *self)
{
  g_return_if_fail (TRI_IS_BOB_EVE (self));
  g_mutex_lock (&self->duel->lock);
  gboolean never_began = self->duel->wanted_steps > 0;
  self->duel->wanted_steps = 0;
  g_cancellable_cancel (self->duel->cancellable);
  g_mutex_unlock (&self->duel->lock);
  if (!never_began)
    return;
  self->training = FALSE;
  g_signal_emit (self, signals[ENDED], 0);
}

static void
dispose (GObject *object)
{
  if (TRI_BOB_EVE (object)->duel != NULL)
    tri_bob_eve_cancel (TRI_BOB_EVE (object));
  G_OBJECT_CLASS (tri_bob_eve_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  TriBobEve *self = TRI_BOB_EVE (object);
  g_clear_pointer (&self->duel, duel_unref);
  g_clear_pointer (&self->weights, g_bytes_unref);
  g_array_unref (self->points);
  tri_sight_clear (&self->sight);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (tri_bob_eve_parent_class)->finalize (object);
}

static void
tri_bob_eve_class_init (TriBobEveClass *klass)
{
  static const char *const names[N_SIGNALS] = { "sighted", "learned", "ended" };
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], TRI_TYPE_BOB_EVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tri_bob_eve_init (TriBobEve *self)
{
  self->points = g_array_new (FALSE, FALSE, sizeof (Point));
}
