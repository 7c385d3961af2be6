/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-run-json.h"

/* The members cipher, params and picture, into an object that is open. @cipher, @params: (nullable) */
void
tri_json_cipher (TriJson *json, const char *cipher, const TriParams *params, guint width, guint height, guint channels)
{
  tri_json_string (json, "cipher", cipher);
  tri_json_params (json, "params", params);
  tri_json_begin_object (json, "picture");
  tri_json_integer (json, "width", width);
  tri_json_integer (json, "height", height);
  tri_json_integer (json, "channels", channels);
  tri_json_end (json);
}

/* An object of the four figures of two pictures. */
void
tri_json_pair (TriJson *json, const char *key, const TriPair *pair)
{
  tri_json_begin_object (json, key);
  tri_json_number (json, "mse", pair->mse);
  tri_json_number (json, "psnr", pair->psnr);
  tri_json_number (json, "ssim", pair->ssim);
  tri_json_number (json, "ssim_uniform", pair->ssim_uniform);
  tri_json_end (json);
}
