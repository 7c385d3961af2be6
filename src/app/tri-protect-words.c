/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Protecting writes in the first part and reads back in the rest; see tri-vault-protect.c. */
#define WRITTEN 0.6

static char *
done_words (const TriVaultItem *item, const char *size)
{
  g_autofree char *name = item->result.file != NULL ? g_file_get_basename (item->result.file) : NULL;
  g_autofree char *shown = name != NULL ? g_filename_display_name (name) : NULL;
  if (item->opening)
    return g_strdup_printf (_("%s · Opened as “%s”"), size, shown);
  if (item->result.trashed)
    return g_strdup_printf (_("%s · Encrypted · verified: SHA-256 matches · original in the Trash"), size);
  if (item->result.not_trashed != NULL)
    return g_strdup_printf (_("%s · Encrypted · verified · the original stays: %s"), size, item->result.not_trashed->message);
  return g_strdup_printf (_("%s · Encrypted · verified: SHA-256 matches"), size);
}

/* Returns: (transfer full): size and state of a file; of one that failed, why */
char *
tri_protect_words_of_row (TriVaultRow *row)
{
  const TriVaultItem *item = tri_vault_row_get_item (row);
  g_autofree char *size = g_format_size (item->size);
  double fraction = tri_vault_row_get_fraction (row);
  switch (tri_vault_row_get_state (row))
    {
    case TRI_VAULT_QUEUED:
      return g_strdup_printf (item->opening ? _("%s · Will be opened") : _("%s · Will be encrypted"), size);
    case TRI_VAULT_WORKING:
      if (fraction <= 0) /* a passphrase's key takes about a second */
        return g_strdup_printf (_("%s · Preparing the key…"), size);
      return g_strdup_printf (item->opening          ? _("%s · Opening… %d %%")
                              : fraction < WRITTEN ? _("%s · Encrypting… %d %%")
                                                   : _("%s · Verifying… %d %%"),
                              size, (int) (fraction * 100));
    case TRI_VAULT_DONE:
      return done_words (item, size);
    case TRI_VAULT_SKIPPED:
      {
        g_autofree char *name = g_file_get_basename (item->result.file), *shown = g_filename_display_name (name);
        return g_strdup_printf (_("%s · Left out: “%s” is there already"), size, shown);
      }
    case TRI_VAULT_FAILED:
      return g_strdup (item->error->message);
    case TRI_VAULT_STOPPED:
    default:
      return g_strdup_printf (_("%s · Stopped: nothing was written"), size);
    }
}

/* @style: (out): the class of the badge. Returns: (transfer none): a word */
const char *
tri_protect_words_of_state (TriVaultRow *row, const char **style)
{
  static const struct { const char *word, *style; } states[] = {
    [TRI_VAULT_QUEUED] = { N_("Queued"), "queued" }, [TRI_VAULT_WORKING] = { N_("Working"), "working" },
    [TRI_VAULT_DONE] = { N_("Done"), "done" },       [TRI_VAULT_SKIPPED] = { N_("Skipped"), "skipped" },
    [TRI_VAULT_FAILED] = { N_("Failed"), "failed" }, [TRI_VAULT_STOPPED] = { N_("Stopped"), "stopped" },
  };
  TriVaultState state = tri_vault_row_get_state (row);
  *style = states[state].style;
  if (state == TRI_VAULT_FAILED && tri_vault_row_get_item (row)->opening)
    return _("Not opened");
  return _(states[state].word);
}

static char *
time_words (double seconds)
{
  if (seconds < 0)
    return g_strdup (_("estimating the time left"));
  if (seconds < 90)
    {
      guint step = seconds > 10 ? 5 : 1; /* it is an estimate, and should not count up and down */
      guint n = (guint) MAX (1, round (seconds / step)) * step;
      return g_strdup_printf (ngettext ("about %u second left", "about %u seconds left", n), n);
    }
  guint n = (guint) round (seconds / 60);
  return g_strdup_printf (ngettext ("about %u minute left", "about %u minutes left", n), n);
}

/* Returns: (transfer full): how far a run is, in files, bytes and time */
char *
tri_protect_words_of_progress (const TriVaultTotals *totals, gboolean paused)
{
  guint n_over = totals->n_items - totals->n[TRI_VAULT_QUEUED] - totals->n[TRI_VAULT_WORKING];
  g_autofree char *done = g_format_size (totals->done_size), *size = g_format_size (totals->size);
  if (paused)
    return g_strdup_printf (_("%'u of %'u files · %s of %s"), n_over, totals->n_items, done, size);
  g_autofree char *left = time_words (totals->seconds_left);
  return g_strdup_printf (_("%'u of %'u files · %s of %s · %s"), n_over, totals->n_items, done, size, left);
}

static void
add (GString *text, char *part)
{
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
  g_free (part);
}

/* @format: of @n, which is left out if it is none */
static void G_GNUC_PRINTF (3, 4)
add_count (GString *text, guint n, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  if (n > 0)
    add (text, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
add_passed (GString *text, const TriVaultPassed *passed)
{
  guint n = passed->n_links, n_specials = passed->n_specials;
  add_count (text, n, ngettext ("%'u link was not followed", "%'u links were not followed", n), n);
  add_count (text, n_specials, ngettext ("%'u pipe, socket or device was left out",
                                         "%'u pipes, sockets or devices were left out", n_specials), n_specials);
}

/* Returns: (transfer full): what is to happen to what is queued */
char *
tri_protect_words_of_plan (const TriVaultTotals *totals)
{
  GString *text = g_string_new (NULL);
  guint n = totals->n_to_protect, n_open = totals->n_to_open;
  add_count (text, n, ngettext ("%'u file will be encrypted", "%'u files will be encrypted", n), n);
  add_count (text, n_open, ngettext ("%'u age file will be opened", "%'u age files will be opened", n_open), n_open);
  if (text->len > 0)
    add (text, g_format_size (totals->size_queued));
  add_passed (text, &totals->passed);
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full): what was done and what was not */
char *
tri_protect_words_of_end (const TriVaultTotals *totals)
{
  GString *text = g_string_new (NULL);
  guint n = totals->n[TRI_VAULT_DONE], n_skipped = totals->n[TRI_VAULT_SKIPPED], n_failed = totals->n[TRI_VAULT_FAILED];
  guint n_stopped = totals->n[TRI_VAULT_STOPPED], n_trashed = totals->n_trashed, n_not = totals->n_not_trashed;
  if (n == 0)
    add (text, g_strdup (_("No file done")));
  add_count (text, n, ngettext ("%'u file done", "%'u files done", n), n);
  add_count (text, n_skipped, ngettext ("%'u skipped", "%'u skipped", n_skipped), n_skipped);
  add_count (text, n_failed, ngettext ("%'u failed", "%'u failed", n_failed), n_failed);
  add_count (text, n_stopped, ngettext ("%'u stopped", "%'u stopped", n_stopped), n_stopped);
  add_count (text, n_trashed, ngettext ("%'u original moved to the Trash", "%'u originals moved to the Trash", n_trashed),
             n_trashed);
  add_count (text, n_not, ngettext ("%'u original could not be moved to the Trash",
                                    "%'u originals could not be moved to the Trash", n_not), n_not);
  add_passed (text, &totals->passed);
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (nullable): what of a drop is not in the queue, and why */
char *
tri_protect_words_of_added (const TriVaultAdded *added)
{
  GString *text = g_string_new (NULL);
  guint n = added->n_known, n_protected = added->n_protected;
  add_count (text, n, ngettext ("%'u file was in the list already", "%'u files were in the list already", n), n);
  add_count (text, n_protected,
             ngettext ("%'u age file among other files of a folder was left alone: add it by itself to open it",
                       "%'u age files among other files of a folder were left alone: add them by themselves to open them",
                       n_protected), n_protected);
  add_passed (text, &added->passed);
  if (text->len == 0 && added->n_files == 0)
    add (text, g_strdup (_("There are no files in it")));
  return g_string_free (text, text->len == 0);
}

/* Returns: (transfer full): what the button does */
char *
tri_protect_words_of_run (const TriVaultTotals *totals)
{
  guint n = totals->n_to_protect;
  if (totals->n_to_open > 0 && n > 0)
    return g_strdup_printf (_("_Protect %'u, Open %'u"), n, totals->n_to_open);
  if (totals->n_to_open > 0)
    return g_strdup_printf (ngettext ("_Open %'u File", "_Open %'u Files", totals->n_to_open), totals->n_to_open);
  if (n > 0)
    return g_strdup_printf (ngettext ("_Protect %'u File", "_Protect %'u Files", n), n);
  return g_strdup (totals->n_items > 0 && totals->n_opening == totals->n_items ? _("_Open") : _("_Protect"));
}
