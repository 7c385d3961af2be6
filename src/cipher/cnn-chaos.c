/* A network makes a code of the picture, two hyperchaotic maps permute and mask it, and another network restores the picture
 * from what arrives, also when some of it was lost or changed on the way (after arXiv 2406.16792, whose decoder sees the
 * picture itself before it is encrypted; this one sees the ciphertext alone).
 *
 * Side data: "weights", which ones; "model", their number, and what the networks saw beyond the edges (see TriCnnChaosEdges; files
 * of earlier versions have the number alone); "alpha", kept exactly.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-chaos-inside.h"
#include "tri-chaos-layout.h"
#include "tri-chaos-mask.h"
#include "tri-cnn-chaos.h"
#include "tri-error.h"
#include "tri-neural.h"
#include "tri-planes.h"
#include "tri-random.h"

#define MODEL "model"
#define CONTEXT "cnn-chaos orbits"
#define TRIED_SIDE 192u /* pixels; of the part that both models are tried on */
#define MARGIN 28u /* pixels; how far from its edge a cut shows in what the networks make */
#define SHOWN_SIDE 256u /* pixels; of the copy that the insights work on */

enum { CHOICE_AUTO };

static const TriChoice model_choices[] = {
  { "auto", N_("What fits") }, { "digits", N_("Digits") }, { "brain", N_("Brain slices") }, { 0 }
};

static const TriParamSpec params_table[] = {
  { .id = "model", .title = N_("Trained on"), .type = TRI_PARAM_CHOICE, .choices = model_choices,
    .flags = TRI_PARAM_CHOOSES_WEIGHTS,
    .help = N_("What the networks learnt from. Either restores any picture; “What fits” tries both on a part of it.") },
  { .id = "noise", .title = N_("Keyed noise"), .type = TRI_PARAM_INT, .min = 0, .max = 255, .def = 255, .step = 1,
    .help = N_("The largest value that is added to a pixel. Below 255 the histogram shows through; below 64 nobody can tell "
               "which pixels were lost on the way.") },
  { .id = TRI_CHAOS_LAYOUT, .title = N_("Encrypted picture"), .type = TRI_PARAM_CHOICE, .choices = tri_chaos_layouts,
    .flags = TRI_PARAM_ENDURES_JPEG | TRI_PARAM_ADDED,
    .help = N_("How the three colours are sent: as one picture in colour, or one below another in a grey one. Who saves a picture "
               "in colour as JPEG halves the resolution of its colours, and little is left of noise; grey planes endure it.") },
  { 0 }
};

/* What a file was made with. */
typedef struct {
  TriCnnChaosKind kind;
  TriCnnChaosEdges edges;
} Made;

/* Both halves of one model. */
typedef struct {
  TriStored *stored;
  TriNet *encoder, *decoder;
} Nets;

static void
nets_clear (Nets *nets)
{
  g_clear_pointer (&nets->stored, tri_stored_free);
  g_clear_pointer (&nets->encoder, tri_net_free);
  g_clear_pointer (&nets->decoder, tri_net_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Nets, nets_clear)

/* Takes over @stored, which may be NULL after an error. */
static gboolean
nets_init (Nets *nets, TriStored *stored, GError **error)
{
  g_autofree TriLayer *encoder = tri_cnn_chaos_layers (TRI_CNN_CHAOS_ENCODER);
  g_autofree TriLayer *decoder = tri_cnn_chaos_layers (TRI_CNN_CHAOS_DECODER);
  nets->stored = stored;
  nets->encoder = stored != NULL ? tri_neural_net (encoder, stored, error) : NULL;
  nets->decoder = nets->encoder != NULL ? tri_neural_net (decoder, stored, error) : NULL;
  return nets->decoder != NULL;
}

/* Both the salt and the nonce are new for each picture; either would do. */
static gboolean
start_mask (TriChaosMask *mask, const TriSealed *header, const TriKey *key, GError **error)
{
  guint8 subkey[TRI_CHAOS_KEY_SIZE];
  mask->amplitude = (guint) tri_params_get_int (header->params, "noise");
  if (!tri_key_derive (key, header->salt, CONTEXT, subkey, sizeof subkey, error))
    return FALSE;
  crypto_generichash (mask->key, sizeof mask->key, header->nonce, sizeof header->nonce, subkey, sizeof subkey);
  sodium_memzero (subkey, sizeof subkey);
  return TRUE;
}

/* Returns: (transfer full): the middle of @image, TRIED_SIDE pixels at most on each side */
static TriImage *
cut_middle (const TriImage *image, GError **error)
{
  guint w = MIN (image->width, TRIED_SIDE), h = MIN (image->height, TRIED_SIDE);
  TriImage *out = tri_image_new (w, h, image->channels, error);
  gsize x = (image->width - w) / 2, y = (image->height - h) / 2;
  for (guint row = 0; out != NULL && row < h; row++)
    memcpy (out->pixels + row * tri_image_stride (out),
            image->pixels + (y + row) * tri_image_stride (image) + x * image->channels, tri_image_stride (out));
  return out;
}

/* Noise with a deviation of some 10 levels, as it may come on the way; the same for both models. */
static void
disturb (TriImage *code)
{
  guint64 state = 1;
  for (gsize i = 0; i < tri_image_n_bytes (code); i++)
    {
      guint64 bits = tri_random_next (&state);
      int sum = (int) (bits & 15) + (int) (bits >> 4 & 15) + (int) (bits >> 8 & 15) + (int) (bits >> 12 & 15) - 30;
      code->pixels[i] = (guint8) CLAMP (code->pixels[i] + sum, 0, 255);
    }
}

/* Squared error, all but @across columns on the left and right, and @down rows above and below. */
static double
error_inside (const TriImage *a, const TriImage *b, guint across, guint down)
{
  double squares = 0;
  for (guint y = down; y < a->height - down; y++)
    for (gsize i = (gsize) across * a->channels; i < (gsize) (a->width - across) * a->channels; i++)
      {
        double difference = (double) a->pixels[y * tri_image_stride (a) + i] - b->pixels[y * tri_image_stride (b) + i];
        squares += difference * difference;
      }
  return squares;
}

/* Squared error of what comes back of @picture's code after noise; where it was cut out of @whole, away from the cuts. */
static gboolean
try_model (const Nets *nets, const TriImage *whole, const TriImage *picture, double *squares, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) code = tri_cnn_chaos_encode (nets->encoder, picture, TRI_CNN_CHAOS_EDGES_MEET, progress, error);
  g_autoptr (TriImage) trust = code != NULL ? tri_image_copy (code, error) : NULL;
  g_autoptr (TriImage) back = trust != NULL ? tri_image_copy (picture, error) : NULL;
  if (back == NULL)
    return FALSE;
  disturb (code);
  memset (trust->pixels, TRI_TRUST_FULL, tri_image_n_bytes (trust));
  if (!tri_cnn_chaos_decode (nets->decoder, code, trust, back, TRI_CNN_CHAOS_EDGES_MEET, progress, error))
    return FALSE;
  *squares = error_inside (back, picture, whole->width > picture->width ? MARGIN : 0,
                           whole->height > picture->height ? MARGIN : 0);
  return TRUE;
}

/* Which model's restoration of a part of @in is the nearer one. */
static gboolean
choose_model (const TriImage *in, TriCnnChaosKind *best, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) part = cut_middle (in, error);
  double least = G_MAXDOUBLE;
  for (guint kind = 0; part != NULL && kind < TRI_N_CNN_CHAOS; kind++)
    {
      g_auto (Nets) nets = { 0 };
      double squares;
      if (!nets_init (&nets, tri_model_store_load (tri_cnn_chaos_ids[kind], NULL, error), error)
          || !try_model (&nets, in, part, &squares, progress, error))
        return FALSE;
      if (squares < least)
        {
          least = squares;
          *best = (TriCnnChaosKind) kind;
        }
    }
  return part != NULL;
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  g_autoptr (TriProgress) choosing = tri_progress_sub (progress, 0, 0.1);
  g_autoptr (TriProgress) coding = tri_progress_sub (progress, 0.1, 0.7);
  g_autoptr (TriProgress) hiding = tri_progress_sub (progress, 0.7, 0.9);
  g_autoptr (TriProgress) sealing = tri_progress_sub (progress, 0.9, 1);
  guint choice = tri_params_get_choice (params, "model");
  TriCnnChaosKind kind = choice == CHOICE_AUTO ? TRI_CNN_CHAOS_DIGITS : (TriCnnChaosKind) (choice - 1);
  TriChaosMask mask;
  g_auto (Nets) nets = { 0 };
  if ((choice == CHOICE_AUTO && !choose_model (in, &kind, choosing, error))
      || !nets_init (&nets, tri_neural_load_for (out, tri_cnn_chaos_ids[kind], error), error))
    return FALSE;
  guint8 made[] = { (guint8) kind, TRI_CNN_CHAOS_EDGES_MEET };
  tri_sealed_set_side (out, MODEL, made, sizeof made);
  g_autoptr (TriImage) code = tri_cnn_chaos_encode (nets.encoder, in, TRI_CNN_CHAOS_EDGES_MEET, coding, error);
  out->visible = code != NULL ? tri_chaos_layout_new_visible (params, code, hiding, error) : NULL;
  if (out->visible == NULL || !start_mask (&mask, out, key, error))
    return FALSE;
  gboolean good = tri_chaos_mask_hide (&mask, code, out->visible, hiding, error);
  sodium_memzero (&mask, sizeof mask);
  return good && (!tri_image_has_alpha (in) || tri_planes_seal_alpha (in, key, TRI_PART_LOCKED, out, sealing, error));
}

static gboolean
read_made (const TriSealed *in, Made *made, GError **error)
{
  GBytes *side = tri_sealed_require_side (in, MODEL, 1, 2, error);
  gsize size;
  const guint8 *bytes = side != NULL ? g_bytes_get_data (side, &size) : NULL;
  if (side == NULL)
    return FALSE;
  guint edges = size > 1 ? bytes[1] : TRI_CNN_CHAOS_EDGES_END;
  *made = (Made) { (TriCnnChaosKind) bytes[0], (TriCnnChaosEdges) edges };
  if (bytes[0] < TRI_N_CNN_CHAOS && edges <= TRI_CNN_CHAOS_EDGES_MEET)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The file names a model (%u) that there isn't: it was changed or is damaged. Try another copy."),
               bytes[0] + 256 * edges);
  return FALSE;
}

/* Takes the mask from what is seen. Returns: (transfer full): the code as it arrived; @trust likewise */
static TriImage *
take_mask (const TriSealed *in, const TriKey *key, TriImage **trust, TriProgress *progress, GError **error)
{
  TriChaosMask mask;
  g_autoptr (TriImage) code = tri_chaos_layout_new_code (in, progress, error);
  g_autoptr (TriImage) known = code != NULL ? tri_chaos_layout_new_code (in, progress, error) : NULL;
  if (known == NULL || !start_mask (&mask, in, key, error))
    return NULL;
  gboolean good = tri_chaos_mask_show (&mask, in->visible, code, known, progress, error);
  sodium_memzero (&mask, sizeof mask);
  if (!good)
    return NULL;
  *trust = g_steal_pointer (&known);
  return g_steal_pointer (&code);
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) opening = tri_progress_sub (progress, 0, 0.2);
  g_autoptr (TriProgress) restoring = tri_progress_sub (progress, 0.2, 0.9);
  g_autoptr (TriProgress) laying = tri_progress_sub (progress, 0.9, 1);
  Made made;
  if (!tri_chaos_layout_require (in, error) || !read_made (in, &made, error))
    return FALSE;
  g_auto (Nets) nets = { 0 };
  g_autoptr (TriImage) trust = NULL;
  if (!nets_init (&nets, tri_neural_load_of (in, tri_cnn_chaos_ids[made.kind], error), error))
    return FALSE;
  g_autoptr (TriImage) code = take_mask (in, key, &trust, opening, error);
  g_autoptr (TriImage) image = code != NULL ? tri_image_new (in->width, in->height, in->channels, error) : NULL;
  if (image == NULL || !tri_cnn_chaos_decode (nets.decoder, code, trust, image, made.edges, restoring, error)
      || (tri_image_has_alpha (image) && !tri_planes_open_alpha (in, key, TRI_PART_LOCKED, image, laying, error)))
    return FALSE;
  *out = g_steal_pointer (&image);
  return TRUE;
}

/* Of 0 … 255, and beyond at both ends; what is known to be lost is in the middle. */
static float
value_of (guint8 level, guint8 trust)
{
  return (trust == TRI_TRUST_NONE ? 1 : tri_cnn_chaos_value (level) + 1) * 127.5f;
}

static TriTensor *
unmask (const TriSealed *in, const TriKey *key, double *gain, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) trust = NULL;
  if (!tri_chaos_layout_require (in, error))
    return NULL;
  g_autoptr (TriImage) code = take_mask (in, key, &trust, progress, error);
  guint n = code != NULL ? code->channels : 0;
  g_autoptr (TriTensor) out = code != NULL ? tri_tensor_new ((TriShape) { 1, in->height, in->width, n }, error) : NULL;
  for (guint y = 0; out != NULL && y < in->height; y++)
    {
      gsize from = y * tri_image_stride (code);
      if (!tri_progress_check (progress, 1, error))
        return NULL;
      for (gsize i = 0; i < (gsize) in->width * n; i++)
        tri_tensor_at (out, 0, y, 0)[i] = value_of (code->pixels[from + i], trust->pixels[from + i]);
    }
  *gain = (double) (value_of (1, TRI_TRUST_FULL) - value_of (0, TRI_TRUST_FULL));
  return g_steal_pointer (&out);
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  Made made;
  TriChaosMask mask;
  g_auto (Nets) nets = { 0 };
  if (!read_made (sealed, &made, error)
      || !nets_init (&nets, tri_neural_load_of (sealed, tri_cnn_chaos_ids[made.kind], error), error)
      || !start_mask (&mask, sealed, key, error))
    return NULL;
  g_autoptr (TriImage) small = tri_image_scale_down (original, SHOWN_SIDE, error);
  g_autoptr (TriImage) code = small != NULL ? tri_cnn_chaos_encode (nets.encoder, small, TRI_CNN_CHAOS_EDGES_MEET, progress, error) : NULL;
  g_autoptr (TriImage) masked = code != NULL ? tri_chaos_layout_new_visible (sealed->params, code, progress, error) : NULL;
  GPtrArray *cards = masked != NULL && tri_chaos_mask_hide (&mask, code, masked, progress, error)
                         ? tri_chaos_inside (&mask, nets.stored->weights, small, code, masked, nets.decoder, progress, error) : NULL;
  sodium_memzero (&mask, sizeof mask);
  return cards;
}

const TriCipher tri_cipher_cnn_chaos = {
  .id = "cnn-chaos",
  .title = N_("CNN with chaos mask"),
  .summary = N_("A network codes the picture, chaos hides it, and another network restores it even after damage"),
  .reference = "arXiv:2406.16792 (2024)",
  .family = TRI_FAMILY_NEURAL,
  .verdict = TRI_VERDICT_BREAKABLE,
  .why = N_("The networks are public and hide nothing: all secrecy is that of two chaotic maps, for which nobody has a proof. "
            "And what endures damage endures forgery: a changed pixel changes the picture there, and nothing notices."),
  .flags = TRI_CIPHER_FRESH_NONCE,
  .params = params_table,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
  .unmask = unmask,
  .lay = tri_chaos_layout_lay,
};
