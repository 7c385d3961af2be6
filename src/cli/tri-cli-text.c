/* What the commands print. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "tri-cli.h"

/* Text in UTF-8, in the locale's encoding where that is another. */
static void
print_to (FILE *stream, const char *text)
{
  const char *charset;
  g_autofree char *local = g_get_charset (&charset) ? NULL : g_convert_with_fallback (text, -1, charset, "UTF-8", "?", NULL,
                                                                                      NULL, NULL);
  fputs (local != NULL ? local : text, stream);
}

void
tri_cli_print (const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  print_to (stdout, text);
}

/* To standard error. */
void
tri_cli_note (const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  print_to (stderr, text);
}

/* @json: (transfer full). JSON is UTF-8 in every locale. */
void
tri_cli_print_json (TriJson *json)
{
  g_autofree char *text = tri_json_free_to_text (json);
  fputs (text, stdout);
}

/* What was written beside the text for people: printed with --json, dropped without. @json: (transfer full) */
void
tri_cli_finish_json (const TriOptions *options, TriJson *json)
{
  if (options->json)
    tri_cli_print_json (json);
  else
    g_free (tri_json_free_to_text (json));
}

/* @seconds: since 1970. Returns: (transfer full): ISO 8601, in UTC; "" for a time that no calendar has */
char *
tri_cli_time_to_text (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  return time != NULL ? g_date_time_format_iso8601 (time) : g_strdup ("");
}

static void
print_row (const char *title, const char *a, const char *b)
{
  int pad = 44 - (int) g_utf8_strlen (title, -1);
  tri_cli_print ("  %s%*s %-16s %s\n", title, MAX (pad, 0), "", a, b);
}

static void
print_pairs (const TriReport *report)
{
  const double encrypted[] = { report->encrypted.mse, report->encrypted.psnr, report->encrypted.ssim,
                               report->encrypted.ssim_uniform, report->encrypted.differing };
  const double restored[] = { report->restored.mse, report->restored.psnr, report->restored.ssim,
                              report->restored.ssim_uniform, report->restored.differing };
  for (guint m = TRI_METRIC_MSE; m <= TRI_METRIC_DIFFERING; m++)
    {
      g_autofree char *a = tri_metric_format (m, encrypted[m]), *b = tri_metric_format (m, restored[m]);
      print_row (_(tri_metric_infos[m].title), a, report->cipher != NULL ? b : "");
    }
}

static void
print_security (const TriReport *report)
{
  for (guint m = TRI_METRIC_ENTROPY; m < TRI_N_METRICS; m++)
    {
      g_autofree char *value = tri_metric_format (m, report->values[m]);
      const char *note = m == TRI_METRIC_KEY_BIT_SSIM && report->key_bit != NULL ? report->key_bit : "";
      print_row (_(tri_metric_infos[m].title), value,
                 isnan (report->values[m]) && report->undefined[m] != NULL ? report->undefined[m] : note);
    }
}

/* A table for people. */
void
tri_cli_print_report (const TriReport *report)
{
  if (report->cipher != NULL)
    {
      g_autofree char *params = tri_params_to_text (report->params);
      tri_cli_print ("%s  %s\n", _(report->cipher->title), params);
      tri_cli_print (_("%s: %s"), tri_verdict_title (report->cipher->verdict), _(report->cipher->why));
      tri_cli_print ("\n\n");
      for (guint pane = 0; pane < 3; pane++)
        {
          static const char *const titles[] = { N_("Original"), N_("Encrypted"), N_("Decrypted") };
          g_autofree char *caption = tri_report_caption (report, pane);
          tri_cli_print (_("%s: %s"), _(titles[pane]), caption);
          tri_cli_print ("\n");
        }
      tri_cli_print ("\n");
      print_row (_("Against the original"), _("Encrypted"), _("Decrypted"));
    }
  print_pairs (report);
  tri_cli_print ("\n");
  print_security (report);
  tri_cli_print ("\n");
  if (report->cipher == NULL)
    return;
  tri_cli_print (_("Encrypted in %.4f s, decrypted in %.4f s, measured in %.3f s\n"), report->encrypt_s,
                 report->decrypt_s, report->metrics_s);
  tri_cli_print (_("%'" PRIu64 " bytes of pixels, %'" PRIu64 " encrypted\n"), report->bytes_original,
                 report->bytes_sealed);
}
