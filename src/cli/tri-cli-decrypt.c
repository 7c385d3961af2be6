/* triptych-cli decrypt: a sealed PNG back into the picture. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-picture.h"
#include "tri-run-json.h"
#include "tri-sealed-png.h"

static void
print_result (const TriSealed *sealed, double seconds)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_cipher (json, sealed->cipher, sealed->params, sealed->width, sealed->height, sealed->channels);
  tri_json_begin_object (json, "time");
  tri_json_number (json, "decrypt_s", seconds);
  tri_json_end (json);
  tri_json_end (json);
  tri_cli_print_json (json);
}

static gboolean
save (const TriImage *picture, const char *out, gboolean replace, TriProgress *progress, GError **error)
{
  if (strcmp (out, "-") == 0)
    {
      g_autoptr (GBytes) png = tri_picture_to_png (picture, progress, error);
      return png != NULL && tri_cli_write (png, error);
    }
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (out);
  return tri_picture_save_png (picture, file, replace, progress, error);
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  const char *in = options->files[0], *out = options->files[1];
  if (!tri_cli_check_output (options, in, out, error))
    return FALSE;
  g_autoptr (GBytes) file = tri_cli_read (in, progress, error);
  g_autoptr (TriSealed) sealed = file != NULL ? tri_sealed_from_png (file, tri_cipher_find_specs, error) : NULL;
  if (sealed == NULL)
    return FALSE;
  g_autoptr (TriKey) key = tri_cli_key (options, tri_cipher_find (sealed->cipher), error);
  if (key == NULL)
    return FALSE;
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.6), second = tri_progress_sub (progress, 0.6, 1);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (TriImage) picture = tri_cipher_decrypt (sealed, key, first, error);
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  if (picture == NULL || !save (picture, out, options->force, second, error))
    return FALSE;
  if (options->json)
    print_result (sealed, seconds);
  return TRUE;
}

const TriCommand tri_command_decrypt = {
  .name = "decrypt",
  .synopsis = N_("KEY IN.png OUT.png"),
  .summary = N_("Decrypt what encrypt wrote, from the file and the key alone"),
  .takes = TRI_TAKES_KEY | TRI_TAKES_FORCE,
  .n_files = 2,
  .run = run,
};
