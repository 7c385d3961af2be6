/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-near-keys.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-error.h"
#include "tri-metric.h"
#include "tri-post.h"

#define MOST 32u     /* wrong bits */
#define APART 89u    /* from one wrong bit to the next; shares no factor with 256, nor with the bits of raw numbers */
#define NOTHING 0.2  /* SSIM up to which a small copy shows nothing */
#define NEARLY 0.5   /* and from which on what is in it is seen */

/* What the worker has. @wanted, @trying, @stopped and @tried under the lock; all else is its own. */
typedef struct {
  gatomicrefcount refs;
  GWeakRef owner; /* read on the owner's thread only */
  GMainContext *context;
  TriImage *original, *small;
  TriSealed *sealed, *hidden;
  TriKey *key;
  GCancellable *cancellable;

  GMutex lock;
  guint wanted, most;
  gboolean running, stopped, tried[MOST + 1];
  guint trying;
  GCancellable *of_try;
} Study;

struct _TriNearKeys {
  GObject parent_instance;
  Study *study;
  guint most;
  TriKeyTry tries[MOST + 1];
  TriImage *copy;
  GError *error;
};

/* What a try found, on its way to the owner. */
typedef struct {
  Study *study;
  guint n;
  TriKeyTry found;
  TriImage *copy;
  GError *error;
} Delivery;

enum { TRIED, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TriNearKeys, tri_near_keys, G_TYPE_OBJECT)

static void
study_unref (Study *study)
{
  if (!g_atomic_ref_count_dec (&study->refs))
    return;
  g_weak_ref_clear (&study->owner);
  g_main_context_unref (study->context);
  tri_image_unref (study->original);
  g_clear_pointer (&study->small, tri_image_unref);
  tri_sealed_unref (study->sealed);
  g_clear_pointer (&study->hidden, tri_sealed_unref);
  tri_key_unref (study->key);
  g_object_unref (study->cancellable);
  g_clear_object (&study->of_try);
  g_mutex_clear (&study->lock);
  g_free (study);
}

static Study *
study_ref (Study *study)
{
  g_atomic_ref_count_inc (&study->refs);
  return study;
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;
  study_unref (delivery->study);
  g_clear_pointer (&delivery->found.picture, tri_image_unref);
  g_clear_pointer (&delivery->copy, tri_image_unref);
  g_clear_error (&delivery->error);
  g_free (delivery);
}

static gboolean
deliver (gpointer data)
{
  Delivery *delivery = data;
  g_autoptr (TriNearKeys) self = g_weak_ref_get (&delivery->study->owner);
  if (self == NULL || g_cancellable_is_cancelled (delivery->study->cancellable))
    return G_SOURCE_REMOVE;
  if (delivery->error != NULL)
    {
      g_clear_error (&self->error);
      self->error = g_steal_pointer (&delivery->error);
      g_signal_emit (self, signals[FAILED], 0);
      return G_SOURCE_REMOVE;
    }
  if (self->copy == NULL)
    self->copy = g_steal_pointer (&delivery->copy);
  self->tries[delivery->n] = delivery->found;
  delivery->found.picture = NULL;
  g_signal_emit (self, signals[TRIED], 0, delivery->n);
  return G_SOURCE_REMOVE;
}

/* @found: (transfer full) @error: (transfer full) (nullable) */
static void
post (Study *study, guint n, const TriKeyTry *found, GError *error)
{
  Delivery *delivery = g_new0 (Delivery, 1);
  delivery->study = study_ref (study);
  delivery->n = n;
  delivery->found = *found;
  delivery->copy = study->small != NULL ? (TriImage *) tri_image_ref (study->small) : NULL;
  delivery->error = error;
  tri_post (study->context, deliver, delivery, delivery_free);
}

/* Returns: (transfer full): @key with @n bits turned, spread over all of it from bit @first on */
static TriKey *
turn_bits (const TriKey *key, guint first, guint n)
{
  TriKey *near = tri_key_ref (key);
  for (guint i = 0; i < n; i++)
    {
      TriKey *next = tri_key_flip_bit (near, (first + i * APART) % tri_key_get_n_bits (key));
      tri_key_unref (near);
      near = next;
    }
  return near;
}

/* The copy and what it is encrypted to, once. */
static gboolean
hide (Study *study, GError **error)
{
  const TriCipher *cipher = tri_cipher_find_or_error (study->sealed->cipher, error);
  g_autoptr (TriProgress) progress = tri_progress_new (study->cancellable, NULL, NULL);
  TriFresh fresh = { .salt = study->sealed->salt };
  if (study->hidden != NULL)
    return TRUE;
  if (study->small == NULL && cipher != NULL)
    study->small = tri_image_scale_down (study->original, TRI_NEAR_KEYS_SIDE, error);
  study->hidden = study->small != NULL ? tri_cipher_encrypt (cipher, study->small, study->key, study->sealed->params, &fresh,
                                                             progress, error)
                                       : NULL;
  return study->hidden != NULL;
}

/* A key that is refused is a result. */
static gboolean
try_key (Study *study, guint n, TriProgress *progress, TriKeyTry *found, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (TriKey) near = turn_bits (study->key, tri_cipher_lowest_bit (tri_cipher_find (study->sealed->cipher), study->key,
                                                                          study->sealed->params), n);
  *found = (TriKeyTry) { .done = TRUE, .ssim = NAN };
  found->picture = tri_cipher_decrypt (study->hidden, near, progress, &why);
  if (found->picture != NULL)
    return tri_metric_ssim (study->small, found->picture, &found->ssim, NULL, error);
  if (!g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !g_error_matches (why, TRI_ERROR, TRI_ERROR_NO_MEMORY))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* Under the lock. Returns: what to try next: what is wanted, or what is nearest to it. FALSE: nothing is left */
static gboolean
choose (Study *study, guint *n)
{
  gboolean any = FALSE;
  for (guint i = 0; i <= study->most; i++)
    {
      guint away = i > study->wanted ? i - study->wanted : study->wanted - i;
      guint best = *n > study->wanted ? *n - study->wanted : study->wanted - *n;
      if (study->tried[i] || (any && away >= best))
        continue;
      *n = i;
      any = TRUE;
    }
  return any && !study->stopped;
}

/* Returns: (transfer full) (nullable): of the next try; NULL when there is none, and the worker ends */
static GCancellable *
begin_try (Study *study, guint *n)
{
  GCancellable *cancellable = NULL;
  g_mutex_lock (&study->lock);
  study->running = choose (study, n);
  g_clear_object (&study->of_try);
  if (study->running)
    {
      cancellable = g_cancellable_new ();
      study->of_try = g_object_ref (cancellable);
      study->trying = *n;
    }
  g_mutex_unlock (&study->lock);
  return cancellable;
}

static void
end_try (Study *study, guint n, gboolean last)
{
  g_mutex_lock (&study->lock);
  study->tried[n] = TRUE;
  study->stopped = study->stopped || last;
  g_mutex_unlock (&study->lock);
}

static gpointer
work (gpointer data)
{
  Study *study = data;
  guint n = 0;
  GCancellable *cancellable;
  while ((cancellable = begin_try (study, &n)) != NULL)
    {
      g_autoptr (GCancellable) mine = cancellable;
      g_autoptr (TriProgress) progress = tri_progress_new (mine, NULL, NULL);
      g_autoptr (GError) error = NULL;
      TriKeyTry found = { 0 };
      if (hide (study, &error) && try_key (study, n, progress, &found, &error))
        {
          end_try (study, n, FALSE);
          post (study, n, &found, NULL);
          continue;
        }
      g_clear_pointer (&found.picture, tri_image_unref);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        continue; /* something else is wanted sooner, or nothing any more */
      end_try (study, n, TRUE);
      post (study, n, &(TriKeyTry) { 0 }, g_steal_pointer (&error));
    }
  study_unref (study);
  return NULL;
}

/**
 * tri_near_keys_new:
 * @sealed: of @original under @key: which cipher, parameters and salt
 *
 * Nothing is tried until something is wanted.
 */
TriNearKeys *
tri_near_keys_new (const TriImage *original, const TriSealed *sealed, const TriKey *key)
{
  TriNearKeys *self = g_object_new (TRI_TYPE_NEAR_KEYS, NULL);
  Study *study = g_new0 (Study, 1);
  g_atomic_ref_count_init (&study->refs);
  g_weak_ref_init (&study->owner, self);
  g_mutex_init (&study->lock);
  study->context = g_main_context_ref_thread_default ();
  study->original = tri_image_ref (original);
  study->sealed = tri_sealed_ref (sealed);
  study->key = tri_key_ref (key);
  study->cancellable = g_cancellable_new ();
  study->most = self->most = MIN (MOST, tri_key_get_n_bits (key) / 2);
  self->study = study;
  return self;
}

/* Tries keys with @n wrong bits next, and leaves what was being tried for later. */
void
tri_near_keys_want (TriNearKeys *self, guint n)
{
  g_return_if_fail (TRI_IS_NEAR_KEYS (self) && n <= self->most);
  Study *study = self->study;
  if (self->error != NULL)
    return;
  g_mutex_lock (&study->lock);
  study->wanted = n;
  study->stopped = FALSE;
  if (study->running && study->of_try != NULL && study->trying != n && !study->tried[n])
    g_cancellable_cancel (study->of_try);
  guint next = n;
  gboolean starts = !study->running && choose (study, &next);
  study->running = study->running || starts;
  g_mutex_unlock (&study->lock);
  if (starts)
    g_thread_unref (g_thread_new ("near-keys", work, study_ref (study)));
}

/* Until something is wanted again; what was found stays. */
void
tri_near_keys_stop (TriNearKeys *self)
{
  g_return_if_fail (TRI_IS_NEAR_KEYS (self));
  g_mutex_lock (&self->study->lock);
  self->study->stopped = TRUE;
  if (self->study->of_try != NULL)
    g_cancellable_cancel (self->study->of_try);
  g_mutex_unlock (&self->study->lock);
}

/* Returns: how many wrong bits are tried at most */
guint
tri_near_keys_get_most (TriNearKeys *self)
{
  return self->most;
}

guint
tri_near_keys_count_done (TriNearKeys *self)
{
  guint n_done = 0;
  for (guint i = 0; i <= self->most; i++)
    n_done += self->tries[i].done;
  return n_done;
}

/* Returns: (transfer none): not done yet, perhaps */
const TriKeyTry *
tri_near_keys_get (TriNearKeys *self, guint n)
{
  g_return_val_if_fail (n <= self->most, NULL);
  return &self->tries[n];
}

/* Returns: (transfer none) (nullable): what was encrypted; NULL until something was tried */
const TriImage *
tri_near_keys_get_copy (TriNearKeys *self)
{
  return self->copy;
}

const GError *
tri_near_keys_get_error (TriNearKeys *self)
{
  return self->error;
}

/* Returns: (transfer full): what @n wrong bits give, in words */
char *
tri_near_keys_describe (TriNearKeys *self, guint n)
{
  g_return_val_if_fail (n <= self->most, NULL);
  const TriKeyTry *one = &self->tries[n];
  g_autofree char *bits = n == 0 ? g_strdup (_("the right key")) : g_strdup_printf (ngettext ("%u wrong bit", "%u wrong bits", n), n);
  if (!one->done)
    return g_strdup_printf ("%s…", bits);
  if (one->picture == NULL)
    /* Translators: %s is “3 wrong bits” */
    return g_strdup_printf (_("%s: refused"), bits);
  if (isnan (one->ssim))
    return g_steal_pointer (&bits);
  /* Translators: %s is “3 wrong bits” */
  return g_strdup_printf (_("%s: SSIM %.3f"), bits, one->ssim);
}

/* Returns: (transfer full): one sentence on what was found so far: what the worst of the wrong keys shows */
char *
tri_near_keys_judge (TriNearKeys *self)
{
  guint worst = 0, n_tried = 0, n_refused = 0;
  for (guint n = 1; n <= self->most; n++)
    {
      const TriKeyTry *one = &self->tries[n];
      n_tried += one->done;
      n_refused += one->done && one->picture == NULL;
      if (one->done && one->picture != NULL && !isnan (one->ssim) && (worst == 0 || one->ssim > self->tries[worst].ssim))
        worst = n;
    }
  if (n_tried > 0 && n_refused == n_tried)
    return g_strdup (_("Every wrong key was refused."));
  if (worst == 0)
    return g_strdup ("");
  double ssim = self->tries[worst].ssim;
  return ssim <= NOTHING ? g_strdup_printf (_("No wrong key shows anything: SSIM is at most %.3f."), MAX (ssim, 0))
         : ssim <= NEARLY ? g_strdup_printf (ngettext ("With %u wrong bit something is left: SSIM %.3f.",
                                                       "With %u wrong bits something is left: SSIM %.3f.", worst), worst, ssim)
                          : g_strdup_printf (ngettext ("The network does without %u bit of the key: SSIM %.3f.",
                                                       "The network does without %u bits of the key: SSIM %.3f.", worst), worst, ssim);
}

/* Returns: (transfer full): SSIM against wrong bits, with @shown marked */
TriChart *
tri_near_keys_make_chart (TriNearKeys *self, guint shown)
{
  TriChart *chart = tri_chart_new (_("Similarity after decryption"), _("Wrong bits of the key"), _("SSIM"));
  chart->x.min = 0;
  chart->x.max = self->most;
  chart->y.min = 0;
  chart->y.max = 1;
  TriSeries *line = tri_chart_add (chart, _("SSIM"), TRI_MARK_LINE, TRI_HUE_1);
  for (guint n = 0; n <= self->most; n++)
    {
      const TriKeyTry *one = &self->tries[n];
      double ssim = !one->done ? NAN : one->picture == NULL ? 0 : isnan (one->ssim) ? NAN : MAX (one->ssim, 0);
      tri_series_append (line, n, ssim);
      if (n == shown && !isnan (ssim))
        {
          TriSeries *point = tri_chart_add (chart, _("Shown"), TRI_MARK_POINTS, TRI_HUE_2);
          tri_series_append (point, n, ssim);
        }
    }
  return chart;
}

static void
dispose (GObject *object)
{
  TriNearKeys *self = TRI_NEAR_KEYS (object);
  if (self->study != NULL)
    {
      tri_near_keys_stop (self);
      g_cancellable_cancel (self->study->cancellable);
    }
  G_OBJECT_CLASS (tri_near_keys_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  TriNearKeys *self = TRI_NEAR_KEYS (object);
  for (guint n = 0; n <= MOST; n++)
    g_clear_pointer (&self->tries[n].picture, tri_image_unref);
  g_clear_pointer (&self->copy, tri_image_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->study, study_unref);
  G_OBJECT_CLASS (tri_near_keys_parent_class)->finalize (object);
}

static void
tri_near_keys_class_init (TriNearKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  signals[TRIED] = g_signal_new ("tried", TRI_TYPE_NEAR_KEYS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FAILED] = g_signal_new ("failed", TRI_TYPE_NEAR_KEYS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tri_near_keys_init (TriNearKeys *self)
{
}
