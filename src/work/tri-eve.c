/* After Abadi and Andersen, arXiv:1610.06918 (Eve), and Goodfellow and others, NIPS 2014 (the critic).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-eve.h"

#include <math.h>
#include <string.h>

#include "tri-loss.h"
#include "tri-model-picture.h"
#include "tri-optim.h"
#include "tri-rng.h"

/* Streams of the seed. */
#define STREAM_NOISE (G_GUINT64_CONSTANT (1) << 32) /* + step */
#define STREAM_KEYS (G_GUINT64_CONSTANT (1) << 40)  /* + step */
#define STREAM_JUDGE (G_GUINT64_CONSTANT (1) << 48) /* + step */
#define SCALE 4u /* Eve works at a quarter of the resolution */
#define WIDTH 64
#define N_JUDGED 256u /* encrypted pieces, and as many of noise */
#define RATE 1e-3f
#define CRITICS_STEPS 5000u /* at most; one that can tell at all needs some hundreds */
#define AVERAGED 5u /* Eve's weights are the mean of those of the last of so many parts of the steps */

#define CONV(n, c) { .name = n, .op = TRI_OP_CONV, .channels = c, .kernel = 3, .padding = 1 }
#define HALVE(n, c) { .name = n, .op = TRI_OP_CONV, .channels = c, .kernel = 4, .stride = 2, .padding = 1 }
#define LEAKY { .op = TRI_OP_LEAKY_RELU, .slope = 0.1f }
#define BLOCK(n, onto) CONV (n ".a", WIDTH), LEAKY, CONV (n ".b", WIDTH), { .name = n, .op = TRI_OP_ADD, .with = onto }

static const TriLayer eve_layers[] = {
  { .name = "in", .op = TRI_OP_INPUT, .channels = 3 },
  { .op = TRI_OP_UNSHUFFLE, .stride = SCALE },
  CONV ("first", WIDTH),
  BLOCK ("r1", "first"),
  BLOCK ("r2", "r1"),
  BLOCK ("r3", "r2"),
  LEAKY,
  CONV ("last", 3 * SCALE * SCALE),
  { .op = TRI_OP_SHUFFLE, .stride = SCALE },
  { 0 }
};

static const TriLayer critic_layers[] = {
  { .name = "in", .op = TRI_OP_INPUT, .channels = 3 },
  CONV ("a", 24), LEAKY, HALVE ("b", 32), LEAKY, HALVE ("c", 48), LEAKY, HALVE ("d", 64), LEAKY,
  { .op = TRI_OP_POOL },
  { .name = "e", .op = TRI_OP_DENSE, .channels = 1 },
  { 0 }
};

struct _TriEve {
  const TriCipher *cipher;
  const TriParams *params;
  TriEveConfig config;
  TriEveResult result;
  TriNet *eve, *critic;
  TriAdam *adams[2];
  double *sums; /* of each of Eve's weights, over the steps that are averaged */
  guint64 n_summed;
};

/* What a step works on. @seen: the encrypted pictures, brought to the originals' size; @noise: likewise, of noise */
typedef struct {
  TriTensor *originals, *seen, *noise;
} Batch;

static void
batch_clear (Batch *batch)
{
  g_clear_pointer (&batch->originals, tri_tensor_free);
  g_clear_pointer (&batch->seen, tri_tensor_free);
  g_clear_pointer (&batch->noise, tri_tensor_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static gboolean
batch_init (Batch *batch, const TriEveConfig *config, GError **error)
{
  TriShape shape = { config->batch, config->side, config->side, 3 };
  return (batch->originals = tri_tensor_new (shape, error)) != NULL && (batch->seen = tri_tensor_new (shape, error)) != NULL
         && (batch->noise = tri_tensor_new (shape, error)) != NULL;
}

static void
fill_bytes (TriRng *rng, guint8 *out, gsize size)
{
  for (gsize i = 0; i < size; i++)
    out[i] = (guint8) tri_rng_u32 (rng);
}

/* Puts @visible in the place @n of @tensor, as it lies over the original: nothing in it is lost as long as it isn't larger. */
static gboolean
put_seen (const TriEve *eve, TriTensor *tensor, guint n, const TriImage *visible, GError **error)
{
  TriShape shape = tensor->shape;
  g_autoptr (TriImage) laid = tri_cipher_lay (eve->cipher, eve->params, visible, shape.w, shape.h, 3, NULL, error);
  if (laid != NULL)
    tri_tensor_put_image (tensor, n, laid, 0, 0, -1, 1);
  return laid != NULL;
}

/* A key, salt and nonce of its own for each picture. */
static TriSealed *
encrypt_afresh (const TriEve *eve, TriRng *rng, const TriImage *picture, GError **error)
{
  guint8 bytes[TRI_KEY_SIZE], salt[TRI_SALT_SIZE], nonce[TRI_NONCE_SIZE];
  const TriFresh fresh = { salt, nonce };
  fill_bytes (rng, bytes, sizeof bytes);
  fill_bytes (rng, salt, sizeof salt);
  fill_bytes (rng, nonce, sizeof nonce);
  g_autoptr (TriKey) key = tri_key_new_file (bytes, sizeof bytes, error);
  return key != NULL ? tri_cipher_encrypt (eve->cipher, picture, key, eve->params, &fresh, NULL, error) : NULL;
}

/* Noise is needed for the critic alone. */
static gboolean
critic_learns (const TriEve *eve, guint64 step)
{
  return !eve->config.alone && step < CRITICS_STEPS;
}

/* @keys: the stream of keys, and of noise; @noisy: whether to fill in noise, too */
static gboolean
fill_batch (const TriEve *eve, TriDataset *pictures, guint64 step, guint64 keys, gboolean noisy, Batch *batch,
            TriProgress *progress, GError **error)
{
  TriRng key_rng = tri_rng (eve->config.seed, keys + step), noise_rng = tri_rng (eve->config.seed, STREAM_NOISE + keys + step);
  tri_dataset_fill (pictures, step, batch->originals);
  for (guint n = 0; n < eve->config.batch; n++)
    {
      g_autoptr (TriImage) picture = tri_image_new (eve->config.side, eve->config.side, 3, error);
      if (picture == NULL || !tri_progress_check (progress, 0, error))
        return FALSE;
      tri_tensor_get_image (batch->originals, n, picture, 0, 0, -1, 1);
      g_autoptr (TriSealed) sealed = encrypt_afresh (eve, &key_rng, picture, error);
      if (sealed == NULL || !put_seen (eve, batch->seen, n, sealed->visible, error))
        return FALSE;
      if (!noisy)
        continue;
      g_autoptr (TriImage) noise = tri_image_new (sealed->visible->width, sealed->visible->height, sealed->visible->channels, error);
      if (noise == NULL)
        return FALSE;
      fill_bytes (&noise_rng, noise->pixels, tri_image_n_bytes (noise));
      if (!put_seen (eve, batch->noise, n, noise, error))
        return FALSE;
    }
  return TRUE;
}

/* Mean square distance of each picture from its own mean colour */
static double
flat_error (const TriTensor *batch)
{
  gsize n = (gsize) batch->shape.h * batch->shape.w;
  double lost = 0;
  for (guint i = 0; i < batch->shape.n; i++)
    for (guint c = 0; c < 3; c++)
      {
        const float *values = batch->data + i * n * 3 + c;
        double sum = 0, squares = 0;
        for (gsize p = 0; p < n; p++)
          {
            sum += values[p * 3];
            squares += (double) values[p * 3] * values[p * 3];
          }
        lost += squares - sum * sum / (double) n;
      }
  return lost / (double) tri_tensor_size (batch);
}

/* One step along the gradient of @loss, whose x and gradient are of @pass. */
static gboolean
learn (TriPass *pass, const TriTensor *in, TriLoss loss, double *value, TriProgress *progress, GError **error)
{
  tri_pass_set_input (pass, 0, in);
  if (!tri_pass_forward (pass, progress, error))
    return FALSE;
  loss.x = tri_pass_get_output (pass, NULL);
  loss.gradient = tri_pass_get_output_gradient (pass, NULL);
  double one;
  if (!tri_losses (&loss, 1, &one, error) || !tri_pass_backward (pass, progress, error))
    return FALSE;
  *value += one;
  return TRUE;
}

static gboolean
train_step (TriEve *eve, TriPass *passes[2], const Batch *batch, guint64 step, double *loss, TriProgress *progress, GError **error)
{
  double told = 0;
  *loss = 0;
  TriLoss restore = { .kind = TRI_LOSS_MSE, .target = batch->originals, .weight = 1 };
  TriLoss genuine = { .kind = TRI_LOSS_CONSTANT, .number = 1, .weight = 0.5f };
  TriLoss made = { .kind = TRI_LOSS_CONSTANT, .number = 0, .weight = 0.5f };
  if (!learn (passes[0], batch->seen, restore, loss, progress, error) || !tri_adam_step (eve->adams[0], error))
    return FALSE;
  return !critic_learns (eve, step)
         || (learn (passes[1], batch->seen, genuine, &told, progress, error)
             && learn (passes[1], batch->noise, made, &told, progress, error) && tri_adam_step (eve->adams[1], error));
}

/* At each step her weights tremble with the pictures that she just saw; their mean is nearer to what she learned (Polyak and
 * Juditsky 1992). */
static void
add_weights (TriEve *eve)
{
  guint n;
  const TriWeight *weights = tri_net_get_weights (eve->eve, &n);
  for (gsize w = 0, at = 0; w < n; at += weights[w++].size)
    for (gsize i = 0; i < weights[w].size; i++)
      eve->sums[at + i] += (double) weights[w].value[i];
  eve->n_summed++;
}

static void
take_mean_weights (TriEve *eve)
{
  guint n;
  TriWeight *weights = tri_net_get_weights (eve->eve, &n);
  for (gsize w = 0, at = 0; w < n; at += weights[w++].size)
    for (gsize i = 0; i < weights[w].size; i++)
      weights[w].value[i] = (float) (eve->sums[at + i] / (double) eve->n_summed);
  tri_net_changed (eve->eve);
}

/* What has come together since it was told last. */
typedef struct {
  double loss, flat_loss;
  guint64 n;
} Since;

static void
tell (TriEve *eve, guint64 step, Since *since)
{
  const TriEveConfig *config = &eve->config;
  if (config->func == NULL || (step % MAX (config->every, 1) != 0 && step != config->steps))
    return;
  config->func (eve, step, since->loss / (double) since->n, since->flat_loss / (double) since->n, config->func_data);
  *since = (Since) { 0 };
}

static gboolean
train (TriEve *eve, TriDataset *pictures, TriProgress *progress, GError **error)
{
  const TriEveConfig *config = &eve->config;
  g_auto (Batch) batch = { 0 };
  if (!batch_init (&batch, config, error))
    return FALSE;
  g_autoptr (TriPass) restores = tri_pass_new (eve->eve, TRI_PASS_TRAIN, &batch.seen->shape, error);
  g_autoptr (TriPass) tells = restores != NULL ? tri_pass_new (eve->critic, TRI_PASS_TRAIN, &batch.seen->shape, error) : NULL;
  TriPass *passes[2] = { restores, tells };
  gint64 start = g_get_monotonic_time ();
  guint64 counted = MAX (config->steps / 10, 1);
  Since since = { 0 };
  if (tells == NULL)
    return FALSE;
  for (guint64 step = 0; step < config->steps; step++)
    {
      double loss, from = (double) step / (double) config->steps, to = (double) (step + 1) / (double) config->steps;
      g_autoptr (TriProgress) filling = tri_progress_sub (progress, from, from), learning = tri_progress_sub (progress, from, to);
      if (!fill_batch (eve, pictures, step, STREAM_KEYS, critic_learns (eve, step), &batch, filling, error)
          || !train_step (eve, passes, &batch, step, &loss, learning, error))
        return FALSE;
      double flat = flat_error (batch.originals);
      gboolean counts = step + counted >= config->steps;
      eve->result.loss += counts ? loss / (double) counted : 0;
      eve->result.flat_loss += counts ? flat / (double) counted : 0;
      since = (Since) { since.loss + loss, since.flat_loss + flat, since.n + 1 };
      if (step >= config->steps - (config->steps + AVERAGED - 1) / AVERAGED)
        add_weights (eve);
      if (step + 1 == config->steps)
        take_mean_weights (eve);
      tell (eve, step + 1, &since);
    }
  eve->result.steps = config->steps;
  eve->result.seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  return TRUE;
}

void
tri_eve_free (TriEve *eve)
{
  if (eve == NULL)
    return;
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&eve->adams[i], tri_adam_free);
  g_clear_pointer (&eve->eve, tri_net_free);
  g_clear_pointer (&eve->critic, tri_net_free);
  g_free (eve->sums);
  g_free (eve);
}

/* Eve begins at mid grey, and each residual block at nothing: she learns sooner than from noise. */
static void
clear_last (TriNet *net)
{
  guint n;
  TriWeight *weights = tri_net_get_weights (net, &n);
  for (guint i = 0; i < n; i++)
    if (strcmp (weights[i].name, "last.weight") == 0 || g_str_has_suffix (weights[i].name, ".b.weight"))
      memset (weights[i].value, 0, weights[i].size * sizeof (float));
  tri_net_changed (net);
}

static gboolean
start (TriEve *eve, GError **error)
{
  TriAdamConfig config = { TRI_ADAM_DEFAULTS, .rate = RATE, .clip = 1,
                           .warm_up = MIN (100, eve->config.steps / 10), .n_steps = eve->config.steps };
  TriAdamConfig critics = config;
  critics.n_steps = MIN (config.n_steps, CRITICS_STEPS);
  if ((eve->eve = tri_net_new (eve_layers, error)) == NULL || (eve->critic = tri_net_new (critic_layers, error)) == NULL
      || (eve->adams[0] = tri_adam_new (eve->eve, &config, error)) == NULL
      || (eve->adams[1] = tri_adam_new (eve->critic, &critics, error)) == NULL)
    return FALSE;
  tri_net_initialise (eve->eve, eve->config.seed);
  tri_net_initialise (eve->critic, eve->config.seed + 1);
  clear_last (eve->eve);
  eve->sums = g_new0 (double, tri_net_count_weights (eve->eve));
  return TRUE;
}

/**
 * tri_eve_train:
 * @params: valid as long as what is returned
 * @pictures: of three channels, −1 … 1
 *
 * Returns: (transfer full)
 */
TriEve *
tri_eve_train (const TriCipher *cipher, const TriParams *params, TriDataset *pictures, const TriEveConfig *config,
               TriProgress *progress, GError **error)
{
  g_return_val_if_fail (config->steps > 0 && config->batch > 0 && config->side >= 16 && config->side % 16 == 0, NULL);
  g_return_val_if_fail (tri_dataset_get_spec (pictures)->channels == 3, NULL);
  g_autoptr (TriEve) eve = g_new0 (TriEve, 1);
  eve->cipher = cipher;
  eve->params = params;
  eve->config = *config;
  eve->result.accuracy = NAN;
  return start (eve, error) && train (eve, pictures, progress, error) ? g_steal_pointer (&eve) : NULL;
}

/* Returns: (transfer full): RGB, what Eve makes of @visible, of a picture that was @width × @height */
TriImage *
tri_eve_restore (TriEve *eve, const TriImage *visible, guint width, guint height, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) laid = tri_cipher_lay (eve->cipher, eve->params, visible, width, height, 3, NULL, error);
  g_autoptr (TriTensor) in = laid != NULL ? tri_model_read_picture (laid, SCALE, NULL, error) : NULL;
  g_autoptr (TriTensor) out = in != NULL ? tri_model_infer_inside (eve->eve, in, progress, error) : NULL;
  g_autoptr (TriImage) restored = out != NULL ? tri_image_new (width, height, 3, error) : NULL;
  if (restored == NULL || !tri_model_write_picture (out, restored, NULL, error))
    return NULL;
  return g_steal_pointer (&restored);
}

/* How many of one kind the critic takes for it */
static gboolean
count_right (TriEve *eve, TriPass *pass, const TriTensor *in, gboolean genuine, guint *n_right, TriProgress *progress, GError **error)
{
  tri_pass_set_input (pass, 0, in);
  if (!tri_pass_forward (pass, progress, error))
    return FALSE;
  const TriTensor *out = tri_pass_get_output (pass, NULL);
  for (guint n = 0; n < in->shape.n; n++)
    *n_right += (out->data[n] > 0.5f) == genuine;
  return TRUE;
}

/* Fills in the critic's accuracy. @pictures: (element-type TriImage): none that the attackers learned from */
gboolean
tri_eve_judge (TriEve *eve, GPtrArray *pictures, TriProgress *progress, GError **error)
{
  TriDatasetSpec spec = { .channels = 3, .low = -1, .high = 1, .seed = eve->config.seed, .augment = TRI_AUGMENT_CROP };
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < pictures->len; i++)
    g_ptr_array_add (names, g_strdup_printf ("%08u", i));
  g_autoptr (TriDataset) dataset = tri_dataset_new (pictures, names, &spec, error);
  g_auto (Batch) batch = { 0 };
  if (dataset == NULL || !batch_init (&batch, &eve->config, error))
    return FALSE;
  g_autoptr (TriPass) pass = tri_pass_new (eve->critic, TRI_PASS_INFER, &batch.seen->shape, error);
  guint n_steps = (N_JUDGED + eve->config.batch - 1) / eve->config.batch, n_right = 0;
  for (guint step = 0; pass != NULL && step < n_steps; step++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, (double) step / n_steps, (double) (step + 1) / n_steps);
      if (!fill_batch (eve, dataset, step, STREAM_JUDGE, TRUE, &batch, part, error)
          || !count_right (eve, pass, batch.seen, TRUE, &n_right, part, error)
          || !count_right (eve, pass, batch.noise, FALSE, &n_right, part, error))
        return FALSE;
    }
  eve->result.n_told = 2 * n_steps * eve->config.batch;
  eve->result.accuracy = (double) n_right / eve->result.n_told;
  return pass != NULL;
}

const TriEveResult *
tri_eve_get_result (const TriEve *eve)
{
  return &eve->result;
}
