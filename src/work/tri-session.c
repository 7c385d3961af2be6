/* The session's state: what is chosen, and what is shown. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-session-private.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>

#include "tri-damage.h"
#include "tri-error.h"

G_DEFINE_FINAL_TYPE (TriSession, tri_session, G_TYPE_OBJECT)

GParamSpec *tri_session_properties[TRI_SESSION_N_PROPS];
guint tri_session_signals[TRI_SESSION_N_SIGNALS];

void
tri_session_notify (TriSession *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), tri_session_properties[property]);
}

static void
emit (TriSession *self, guint signal)
{
  g_signal_emit (self, tri_session_signals[signal], 0);
}

/* @report: (transfer full) */
void
tri_session_take_report (TriSession *self, TriReport *report)
{
  g_clear_pointer (&self->report, tri_report_unref);
  self->report = report;
  g_signal_emit (self, tri_session_signals[TRI_SESSION_REPORT], 0, report->preview);
}

/* Returns: (transfer none): the current parameters of any cipher */
TriParams *
tri_session_params_of (TriSession *self, const TriCipher *cipher)
{
  TriParams *params = g_hash_table_lookup (self->params, cipher);
  if (params == NULL)
    {
      params = tri_params_new (cipher->params);
      g_hash_table_insert (self->params, (gpointer) cipher, params);
    }
  return params;
}

/* Puts up another original, or a sealed picture without one; what was measured of the last is over. */
void
tri_session_show_picture (TriSession *self, TriImage *picture, TriSealed *opened, const char *name)
{
  tri_session_drop_job (self);
  self->wanted = TRI_WANT_NOTHING;
  TriImage *old_picture = self->picture;
  TriSealed *old_opened = self->opened;
  self->picture = picture != NULL ? tri_image_ref (picture) : NULL;
  self->opened = opened != NULL ? tri_sealed_ref (opened) : NULL;
  g_clear_pointer (&old_picture, tri_image_unref);
  g_clear_pointer (&old_opened, tri_sealed_unref);
  tri_session_reset_preview (self);
  g_clear_pointer (&self->report, tri_report_unref);
  char *copy = g_strdup (name);
  g_free (self->picture_name);
  self->picture_name = copy;
  tri_session_forget_comparisons (self);
  tri_session_notify (self, TRI_SESSION_PROP_PICTURE_NAME);
  emit (self, TRI_SESSION_PICTURE_CHANGED);
}

/* Makes @cipher with a copy of @params the current one. */
void
tri_session_choose (TriSession *self, const TriCipher *cipher, const TriParams *params)
{
  self->cipher = cipher;
  if (params != tri_session_params_of (self, cipher))
    g_hash_table_insert (self->params, (gpointer) cipher, tri_params_copy (params));
  emit (self, TRI_SESSION_CIPHER_CHANGED);
}

TriSession *
tri_session_new (void)
{
  return g_object_new (TRI_TYPE_SESSION, NULL);
}

/* @picture: (nullable): NULL takes the picture away */
void
tri_session_set_picture (TriSession *self, TriImage *picture, const char *name)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  tri_session_show_picture (self, picture, NULL, name);
  tri_session_want_if_live (self);
}

TriImage *
tri_session_get_picture (TriSession *self)
{
  return self->picture;
}

const char *
tri_session_get_picture_name (TriSession *self)
{
  return self->picture_name;
}

void
tri_session_set_sealed (TriSession *self, TriSealed *sealed, const char *name)
{
  g_return_if_fail (TRI_IS_SESSION (self) && sealed != NULL);
  const TriCipher *cipher = tri_cipher_find (sealed->cipher);
  g_return_if_fail (cipher != NULL && sealed->params != NULL && tri_params_get_specs (sealed->params) == cipher->params);
  tri_session_show_picture (self, NULL, sealed, name);
  tri_session_forget_steps (self);
  tri_session_choose (self, cipher, sealed->params);
  tri_session_want_if_live (self);
}

/* Returns: (transfer none) (nullable): NULL when the original is known */
TriSealed *
tri_session_get_opened_sealed (TriSession *self)
{
  return self->opened;
}

/* A sealed picture's cipher and parameters are its own. Once it is decrypted, choosing others takes what it gave as
 * the original from then on. Returns: FALSE when nothing is decrypted yet. */
static gboolean
adopt_decrypted (TriSession *self, GError **error)
{
  if (self->opened == NULL)
    return TRUE;
  if (self->report == NULL || self->report->decrypted == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                           _("This picture is encrypted already, and its cipher and parameters are in the file. "
                             "Decrypt it first, or open another picture."));
      return FALSE;
    }
  g_autoptr (TriImage) decrypted = tri_image_ref (self->report->decrypted);
  tri_session_show_picture (self, decrypted, NULL, self->picture_name);
  return TRUE;
}

void
tri_session_set_cipher (TriSession *self, const TriCipher *cipher)
{
  g_return_if_fail (TRI_IS_SESSION (self) && cipher != NULL);
  if (cipher == self->cipher)
    return;
  if (!adopt_decrypted (self, NULL))
    {
      emit (self, TRI_SESSION_CIPHER_CHANGED); /* who asked shows the old one again */
      return;
    }
  tri_session_remember_step (self);
  tri_session_choose (self, cipher, tri_session_params_of (self, cipher));
  tri_session_want_if_live (self);
}

const TriCipher *
tri_session_get_cipher (TriSession *self)
{
  return self->cipher;
}

/* Returns: (transfer none): of the current cipher; good until it changes */
const TriParams *
tri_session_get_params (TriSession *self)
{
  return tri_session_params_of (self, self->cipher);
}

/* Returns: (transfer none): what @cipher has now, or will have when it is chosen; good until that changes */
const TriParams *
tri_session_get_params_of (TriSession *self, const TriCipher *cipher)
{
  g_return_val_if_fail (TRI_IS_SESSION (self) && cipher != NULL, NULL);
  return tri_session_params_of (self, cipher);
}

/* The parameters that @cipher begins with. */
void
tri_session_preset (TriSession *self, const TriCipher *cipher, const TriParams *params)
{
  g_return_if_fail (TRI_IS_SESSION (self) && cipher != NULL && tri_params_get_specs (params) == cipher->params);
  g_hash_table_insert (self->params, (gpointer) cipher, tri_params_copy (params));
  if (cipher == self->cipher)
    emit (self, TRI_SESSION_CIPHER_CHANGED);
}

/* The cipher that a session begins with, before there is a picture. */
void
tri_session_start_with (TriSession *self, const TriCipher *cipher)
{
  g_return_if_fail (TRI_IS_SESSION (self) && cipher != NULL && self->picture == NULL && self->opened == NULL);
  tri_session_choose (self, cipher, tri_session_params_of (self, cipher));
  tri_session_forget_steps (self);
}

static void
apply_params (TriSession *self, const TriParams *params)
{
  tri_session_remember_step (self);
  tri_session_choose (self, self->cipher, params);
  tri_session_want_if_live (self);
}

gboolean
tri_session_set_param (TriSession *self, const char *id, double value, GError **error)
{
  g_return_val_if_fail (TRI_IS_SESSION (self), FALSE);
  const TriParams *now = tri_session_get_params (self);
  g_autoptr (TriParams) params = tri_params_copy (now);
  if (!tri_params_set (params, id, value, error))
    return FALSE;
  if (tri_params_equal (params, now))
    return TRUE;
  if (!adopt_decrypted (self, error))
    return FALSE;
  apply_params (self, params);
  return TRUE;
}

void
tri_session_reset_params (TriSession *self)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  g_autoptr (TriParams) defaults = tri_params_new (self->cipher->params);
  if (!tri_params_equal (defaults, tri_session_get_params (self)) && adopt_decrypted (self, NULL))
    apply_params (self, defaults);
}

/* The salt belongs to the key; it is public. */
static void
key_changed (TriSession *self)
{
  emit (self, TRI_SESSION_KEY_CHANGED);
  tri_session_want_if_live (self);
}

static gboolean
replace_key (TriKey **place, TriKey *key)
{
  if (*place == key)
    return FALSE;
  TriKey *old = *place;
  *place = key != NULL ? tri_key_ref (key) : NULL;
  g_clear_pointer (&old, tri_key_unref);
  return TRUE;
}

void
tri_session_set_key (TriSession *self, TriKey *key)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  if (!replace_key (&self->key, key))
    return;
  randombytes_buf (self->salt, sizeof self->salt);
  key_changed (self);
}

/* Returns: (transfer none) (nullable) */
TriKey *
tri_session_get_key (TriSession *self)
{
  return self->key;
}

void
tri_session_set_decrypt_key (TriSession *self, TriKey *key)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  gboolean was_linked = self->decrypt_key == NULL;
  if (!replace_key (&self->decrypt_key, key))
    return;
  if (was_linked != (key == NULL))
    tri_session_notify (self, TRI_SESSION_PROP_DECRYPT_LINKED);
  key_changed (self);
}

/* Returns: (transfer none) (nullable): NULL when linked */
TriKey *
tri_session_get_decrypt_key (TriSession *self)
{
  return self->decrypt_key;
}

void
tri_session_set_flip_bit (TriSession *self, gboolean flip)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  if (self->flip_bit == !!flip)
    return;
  self->flip_bit = !!flip;
  key_changed (self);
}

void
tri_session_set_key_kind (TriSession *self, TriKeyKind kind)
{
  g_return_if_fail (TRI_IS_SESSION (self));
  self->key_kind = kind;
}

/* Returns: of the key that would decrypt what the report is of, its bit turned as it would be */
static guint64
decrypt_mark (TriSession *self, const TriKey *key)
{
  if (!self->flip_bit)
    return tri_key_get_mark (key);
  guint bit = tri_cipher_lowest_bit (self->report->cipher, key, self->report->params);
  g_autoptr (TriKey) flipped = tri_key_flip_bit (key, bit);
  return tri_key_get_mark (flipped);
}

gboolean
tri_session_report_is_of_keys (TriSession *self)
{
  g_return_val_if_fail (TRI_IS_SESSION (self), FALSE);
  const TriReport *report = self->report;
  const TriKey *decrypt = self->decrypt_key != NULL ? self->decrypt_key : self->key;
  const TriKey *first = report != NULL && report->has_original ? self->key : decrypt;
  if (report == NULL)
    return TRUE;
  return first != NULL && decrypt != NULL && tri_key_get_mark (first) == report->key_mark
         && decrypt_mark (self, decrypt) == report->decrypt_mark;
}

TriReport *
tri_session_get_report (TriSession *self)
{
  return self->report;
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TriSession *self = TRI_SESSION (object);
  switch (id)
    {
    case TRI_SESSION_PROP_PICTURE_NAME: g_value_set_string (value, self->picture_name); break;
    case TRI_SESSION_PROP_BUSY: g_value_set_boolean (value, self->busy); break;
    case TRI_SESSION_PROP_PROGRESS: g_value_set_double (value, self->progress); break;
    case TRI_SESSION_PROP_CAN_UNDO: g_value_set_boolean (value, self->undo->len > 0); break;
    case TRI_SESSION_PROP_CAN_REDO: g_value_set_boolean (value, self->redo->len > 0); break;
    case TRI_SESSION_PROP_LIVE: g_value_set_boolean (value, self->live); break;
    case TRI_SESSION_PROP_DECRYPT_LINKED: g_value_set_boolean (value, self->decrypt_key == NULL); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TriSession *self = TRI_SESSION (object);
  switch (id)
    {
    case TRI_SESSION_PROP_LIVE:
      if (self->live == g_value_get_boolean (value))
        return;
      self->live = g_value_get_boolean (value);
      tri_session_notify (self, TRI_SESSION_PROP_LIVE);
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
dispose (GObject *object)
{
  TriSession *self = TRI_SESSION (object);
  self->wanted = TRI_WANT_NOTHING;
  self->live = FALSE;
  tri_session_drop_job (self);
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  G_OBJECT_CLASS (tri_session_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  TriSession *self = TRI_SESSION (object);
  g_clear_pointer (&self->picture, tri_image_unref);
  g_clear_pointer (&self->scaled, tri_image_unref);
  g_clear_pointer (&self->opened, tri_sealed_unref);
  g_clear_pointer (&self->report, tri_report_unref);
  g_clear_pointer (&self->key, tri_key_unref);
  g_clear_pointer (&self->decrypt_key, tri_key_unref);
  g_clear_pointer (&self->at_begin, tri_step_free);
  g_hash_table_unref (self->params);
  tri_params_free (self->damage);
  g_ptr_array_unref (self->undo);
  g_ptr_array_unref (self->redo);
  g_ptr_array_unref (self->comparisons);
  g_object_unref (self->history);
  g_main_context_unref (self->context);
  g_free (self->picture_name);
  G_OBJECT_CLASS (tri_session_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, GType argument)
{
  return g_signal_new (name, TRI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       argument != G_TYPE_NONE ? 1 : 0, argument);
}

static void
tri_session_class_init (TriSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->dispose = dispose;
  object_class->finalize = finalize;

  GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GParamFlags rw = ro | G_PARAM_WRITABLE;
  GParamSpec **specs = tri_session_properties;
  specs[TRI_SESSION_PROP_PICTURE_NAME] = g_param_spec_string ("picture-name", NULL, NULL, NULL, ro);
  specs[TRI_SESSION_PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, ro);
  specs[TRI_SESSION_PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, ro);
  specs[TRI_SESSION_PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, ro);
  specs[TRI_SESSION_PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, ro);
  specs[TRI_SESSION_PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, TRUE, rw);
  specs[TRI_SESSION_PROP_DECRYPT_LINKED] = g_param_spec_boolean ("decrypt-linked", NULL, NULL, TRUE, ro);
  g_object_class_install_properties (object_class, TRI_SESSION_N_PROPS, specs);

  tri_session_signals[TRI_SESSION_PICTURE_CHANGED] = new_signal ("picture-changed", G_TYPE_NONE);
  tri_session_signals[TRI_SESSION_CIPHER_CHANGED] = new_signal ("cipher-changed", G_TYPE_NONE);
  tri_session_signals[TRI_SESSION_KEY_CHANGED] = new_signal ("key-changed", G_TYPE_NONE);
  tri_session_signals[TRI_SESSION_REPORT] = new_signal ("report", G_TYPE_BOOLEAN);
  tri_session_signals[TRI_SESSION_FAILED] = new_signal ("failed", G_TYPE_ERROR);
  tri_session_signals[TRI_SESSION_DAMAGE_CHANGED] = new_signal ("damage-changed", G_TYPE_NONE);
  tri_session_signals[TRI_SESSION_COMPARISONS_CHANGED] = new_signal ("comparisons-changed", G_TYPE_NONE);
}

static void
tri_session_init (TriSession *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->cipher = tri_ciphers ()[0];
  self->damage = tri_params_new (tri_damage_specs);
  self->params = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) tri_params_free);
  self->undo = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_step_free);
  self->redo = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_step_free);
  self->history = g_list_store_new (TRI_TYPE_HISTORY_ENTRY);
  self->comparisons = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_report_unref);
  self->live = TRUE;
  if (sodium_init () < 0)
    g_error ("libsodium can't start: no source of randomness");
  self->preview_side = TRI_PREVIEW_SIDE;
  randombytes_buf (self->salt, sizeof self->salt);
}
