/* How the user's own ledger stands. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "tri-error.h"
#include "tri-ledger-home.h"

static gboolean
speaks_for_tampering (const GError *error)
{
  return g_error_matches (error, TRI_ERROR, TRI_ERROR_DAMAGED) || g_error_matches (error, TRI_ERROR, TRI_ERROR_TRUNCATED)
         || g_error_matches (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
}

/* Why there is no ledger to read. */
static TriLedgerState
explain (const GError *why, char **sentence)
{
  g_autoptr (GFile) folder = tri_ledger_home_file ("ledger"), memory = tri_ledger_home_file ("ledger.seen");
  gboolean here = tri_ledger_exists (folder), seen = g_file_query_exists (memory, NULL);
  gboolean awaited = !here && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) && tri_ledger_home_is_awaited ();
  if (!here && !seen && !awaited)
    return TRI_LEDGER_STATE_NONE;
  *sentence = g_strdup (why->message);
  return awaited                                                   ? TRI_LEDGER_STATE_AWAITED
         : g_error_matches (why, TRI_ERROR, TRI_ERROR_NO_KEY)      ? TRI_LEDGER_STATE_FOREIGN
         : !here || speaks_for_tampering (why)                     ? TRI_LEDGER_STATE_BROKEN
                                                                   : TRI_LEDGER_STATE_UNREADABLE;
}

/**
 * tri_ledger_home_read:
 * @ledger: (out) (transfer full) (nullable): its entries are genuine where there is one, also when others are missing
 * @sentence: (out) (transfer full) (nullable): what is wrong and what to do, translated
 *
 * Reads and checks all of the user's ledger.
 */
TriLedgerState
tri_ledger_home_read (TriLedger **ledger, char **sentence)
{
  g_autoptr (GError) why = NULL;
  *sentence = NULL;
  *ledger = tri_ledger_home_open (NULL, NULL, &why);
  if (*ledger == NULL)
    return explain (why, sentence);
  const TriLedgerDifference *trouble = tri_ledger_get_trouble (*ledger);
  if (trouble == NULL)
    return TRI_LEDGER_STATE_INTACT;
  *sentence = tri_ledger_get_trouble_sentence (*ledger);
  return trouble->relation == TRI_LEDGER_ROLLED_BACK ? TRI_LEDGER_STATE_ROLLED_BACK : TRI_LEDGER_STATE_FORKED;
}

/* Whether somebody else's hand is likely in it. */
gboolean
tri_ledger_state_is_broken (TriLedgerState state)
{
  return state == TRI_LEDGER_STATE_ROLLED_BACK || state == TRI_LEDGER_STATE_FORKED || state == TRI_LEDGER_STATE_BROKEN;
}
