/* What a person can choose about a training. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "tri-trainer.h"

const TriParamSpec tri_train_params[] = {
  { .id = "steps", .title = N_("Steps"), .type = TRI_PARAM_INT, .min = 0, .max = 16777216, .step = 1000,
    .flags = TRI_PARAM_ZERO_IS_AUTO, .help = N_("How many batches the network sees. The model knows how many it takes.") },
  { .id = "epochs", .title = N_("Epochs"), .type = TRI_PARAM_INT, .min = 0, .max = 1000000, .step = 1,
    .flags = TRI_PARAM_ZERO_IS_AUTO, .help = N_("In place of steps: how often it sees each picture.") },
  { .id = "batch", .title = N_("Batch"), .unit = N_("pictures"), .type = TRI_PARAM_INT, .min = 0, .max = 4096, .step = 1,
    .flags = TRI_PARAM_ZERO_IS_AUTO, .help = N_("Pictures in a step: more of them are steadier, and slower.") },
  { .id = "crop", .title = N_("Crop"), .unit = N_("pixels"), .type = TRI_PARAM_INT, .min = 0, .max = 4096, .step = 8,
    .flags = TRI_PARAM_ZERO_IS_AUTO | TRI_PARAM_EXPERT, .help = N_("Side of the squares that are cut out of the pictures.") },
  { .id = "rate", .title = N_("Learning rate"), .type = TRI_PARAM_DOUBLE, .min = 0, .max = 1, .step = 0.0001, .digits = 5,
    .flags = TRI_PARAM_ZERO_IS_AUTO, .help = N_("How far a step goes, at most. Too high, and the loss explodes.") },
  { .id = "warm-up", .title = N_("Warm-up"), .unit = N_("steps"), .type = TRI_PARAM_INT, .min = 0, .max = 16777216,
    .flags = TRI_PARAM_ZERO_IS_AUTO | TRI_PARAM_EXPERT,
    .help = N_("Steps over which the learning rate rises, before it falls along half a cosine.") },
  { .id = "decay", .title = N_("Weight decay"), .type = TRI_PARAM_DOUBLE, .min = 0, .max = 0.99, .step = 0.01, .digits = 3,
    .flags = TRI_PARAM_EXPERT, .help = N_("Pulls weights towards 0, against overfitting.") },
  { .id = "clip", .title = N_("Clip gradients at"), .type = TRI_PARAM_DOUBLE, .min = 0, .max = 1000, .def = 1, .step = 0.1,
    .digits = 2, .flags = TRI_PARAM_EXPERT, .help = N_("Shortens a longer gradient to this norm; 0 leaves all as they are.") },
  { .id = "validation", .title = N_("Kept for validation"), .type = TRI_PARAM_DOUBLE, .min = 0, .max = 0.9, .def = 0.1,
    .step = 0.05, .digits = 2,
    .help = N_("Share of the pictures that are never trained on, to measure by. With one picture, it is measured by itself.") },
  { .id = "every", .title = N_("Validate every"), .unit = N_("steps"), .type = TRI_PARAM_INT, .min = 0, .max = 16777216,
    .flags = TRI_PARAM_ZERO_IS_AUTO | TRI_PARAM_EXPERT, .help = N_("Steps from one validation, with its checkpoint, to the next.") },
  { .id = "patience", .title = N_("Stop early after"), .unit = N_("validations"), .type = TRI_PARAM_INT, .min = 0, .max = 1000,
    .help = N_("Ends the training when so many validations in a row weren't better than the best; 0: never.") },
  { .id = "flips", .title = N_("Mirror pictures"), .type = TRI_PARAM_BOOL, .def = 1,
    .help = N_("Shows every second picture with left and right changed over. Not for digits or writing.") },
  { .id = "crops", .title = N_("Crop anywhere"), .type = TRI_PARAM_BOOL, .def = 1,
    .help = N_("Cuts from anywhere in a picture, and not always from its middle.") },
  { .id = "max-side", .title = N_("Scale down to"), .unit = N_("pixels"), .type = TRI_PARAM_INT, .min = 0, .max = 16384,
    .def = 1024, .step = 64, .flags = TRI_PARAM_EXPERT, .help = N_("Larger pictures are scaled down to this side; 0: none is.") },
  { .id = "seed", .title = N_("Seed"), .type = TRI_PARAM_INT, .min = 0, .max = 2147483647, .flags = TRI_PARAM_SEED,
    .help = N_("Of the first weights, of which pictures are kept for validation, and of the order. The same seed trains the same weights.") },
  { 0 }
};

static guint64
or_auto (const TriParams *params, const char *id, guint64 otherwise)
{
  int value = tri_params_get_int (params, id);
  return value > 0 ? (guint64) value : otherwise;
}

/* @params: of tri_train_params. Epochs wait until the pictures are there. */
void
tri_train_setup (const TriParams *params, const TriModel *model, TriDatasetSpec *data, TriTrainConfig *config)
{
  double rate = tri_params_get (params, "rate");
  tri_train_config_init (config, model);
  config->steps = or_auto (params, "steps", config->steps);
  config->warm_up = or_auto (params, "warm-up", MIN (config->steps / 10, 200));
  config->batch = (guint) or_auto (params, "batch", config->batch);
  config->crop = (guint) or_auto (params, "crop", config->crop);
  config->every = or_auto (params, "every", 0);
  config->patience = (guint) tri_params_get_int (params, "patience");
  config->rate = rate > 0 ? (float) rate : config->rate;
  config->decay = (float) tri_params_get (params, "decay");
  config->clip = (float) tri_params_get (params, "clip");
  config->seed = (guint64) tri_params_get_int (params, "seed");
  *data = (TriDatasetSpec) { .channels = model->channels, .low = model->low, .high = model->high, .seed = config->seed };
  data->max_side = (guint) tri_params_get_int (params, "max-side");
  data->validation = tri_params_get (params, "validation");
  data->augment = (tri_params_get_bool (params, "flips") ? TRI_AUGMENT_FLIP : 0)
                  | (tri_params_get_bool (params, "crops") ? TRI_AUGMENT_CROP : 0);
}

/* Turns epochs into steps, if epochs were asked for. */
void
tri_train_set_epochs (TriTrainConfig *config, const TriParams *params, const TriDataset *dataset)
{
  int epochs = tri_params_get_int (params, "epochs");
  if (epochs <= 0)
    return;
  config->steps = (guint64) epochs * tri_dataset_steps_in_epoch (dataset, config->batch);
  config->warm_up = or_auto (params, "warm-up", MIN (config->steps / 10, 200));
}
