/* triptych-cli encrypt: a picture into a sealed PNG. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-run-json.h"
#include "tri-sealed-png.h"

static void
print_result (const TriSealed *sealed, double seconds)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_cipher (json, sealed->cipher, sealed->params, sealed->width, sealed->height, sealed->channels);
  tri_json_begin_object (json, "time");
  tri_json_number (json, "encrypt_s", seconds);
  tri_json_end (json);
  tri_json_begin_object (json, "bytes");
  tri_json_integer (json, "original", (guint64) sealed->width * sealed->height * sealed->channels);
  tri_json_integer (json, "sealed", tri_image_n_bytes (sealed->visible) + tri_sealed_get_side_size (sealed));
  tri_json_end (json);
  tri_json_end (json);
  tri_cli_print_json (json);
}

static gboolean
save (const TriSealed *sealed, const char *out, gboolean replace, TriProgress *progress, GError **error)
{
  if (strcmp (out, "-") == 0)
    {
      g_autoptr (GBytes) png = tri_sealed_to_png (sealed, progress, error);
      return png != NULL && tri_cli_write (png, error);
    }
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (out);
  return tri_sealed_save (sealed, file, replace, progress, error);
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  const char *in = options->files[0], *out = options->files[1];
  g_autoptr (TriRunSpec) spec = tri_cli_spec (options, 0, error);
  if (spec == NULL || !tri_cli_set_seed (spec->params, options->seed, error)
      || !tri_cli_set_params (spec->params, options->params, error)
      || !tri_cli_check_output (options, in, out, error))
    return FALSE;
  spec->key = tri_cli_key (options, spec->cipher, error);
  spec->picture = spec->key != NULL ? tri_cli_load_picture (in, progress, error) : NULL;
  if (spec->picture == NULL)
    return FALSE;

  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.6), second = tri_progress_sub (progress, 0.6, 1);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (spec->cipher, spec->picture, spec->key, spec->params, NULL, first,
                                                     error);
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  if (sealed == NULL || !save (sealed, out, options->force, second, error))
    return FALSE;
  if (spec->picture->notes != NULL)
    tri_cli_note (_("“%s”: %s.\n"), in, spec->picture->notes);
  if (options->json)
    print_result (sealed, seconds);
  return TRUE;
}

const TriCommand tri_command_encrypt = {
  .name = "encrypt",
  .synopsis = N_("--cipher ID [--param NAME=VALUE]… KEY IN OUT.png"),
  .summary = N_("Encrypt a picture; the result is a PNG that any viewer shows"),
  .takes = TRI_TAKES_CIPHER | TRI_TAKES_KEY | TRI_TAKES_FORCE,
  .n_files = 2,
  .run = run,
};
