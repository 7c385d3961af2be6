/* The ledger as the window sees it: each state, changes while it is open, comparing and cosignatures.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "ledger-fixture.h"
#include "tri-error.h"

static void
test_none (void)
{
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_NONE);
  g_assert_null (tri_ledger_watch_get_ledger (watch));
  g_assert_false (tri_ledger_watch_is_broken (watch));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch)), ==, 0);
}

static void
test_intact (void)
{
  ledger_begin (3);
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_INTACT);
  g_assert_null (tri_ledger_watch_get_sentence (watch));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch)), ==, 3);
  g_autoptr (TriLedgerEntry) newest = g_list_model_get_item (G_LIST_MODEL (watch), 0);
  g_assert_cmpuint (tri_ledger_entry_get_number (newest), ==, 3);
  g_assert_cmpstr (tri_ledger_entry_get_event (newest)->label, ==, "key 2");
  g_assert_cmpint (tri_ledger_watch_get_signed_time (watch), ==, tri_ledger_entry_get_event (newest)->time);
  g_assert_cmpuint (tri_ledger_watch_get_witnesses (watch)->len, ==, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (watch), 3));
}

static void
on_items (GListModel *model, guint position, guint removed, guint added, guint *sum)
{
  sum[0] += removed;
  sum[1] += added;
  g_assert_cmpuint (position, ==, 0);
}

/* Whoever appends, this program or another, the list follows by itself. */
static void
test_follows (void)
{
  guint sum[2] = { 0 };
  ledger_begin (2);
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_signal_connect (watch, "items-changed", G_CALLBACK (on_items), sum);
  ledger_append ("one more");
  while (g_list_model_get_n_items (G_LIST_MODEL (watch)) != 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (sum[0], ==, 0); /* what was there stays */
  g_assert_cmpuint (sum[1], ==, 1);
}

static void
remove_beside (const char *name)
{
  g_autoptr (GFile) file = tri_ledger_home_file (name);
  (void) g_file_delete (file, NULL, NULL);
}

/* What another program says of whose ledger is expected lies beside its folder, and is noticed as what is in it. */
static void
test_followed_elsewhere (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLedger) ledger = NULL;
  ledger_begin (2);
  g_autoptr (TriLedger) own = tri_ledger_home_open (NULL, NULL, NULL);
  static const char *const names[] = { "ledger.key", "ledger.pub", "ledger.seen", "ledger.followed" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    remove_beside (names[i]);
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_FOREIGN);
  tri_ledger_home_follow (tri_ledger_get_verifier (own), FALSE, &ledger, &error);
  g_assert_no_error (error);
  while (tri_ledger_watch_get_state (watch) != TRI_LEDGER_STATE_INTACT)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (tri_ledger_watch_is_followed (watch));
}

static void
test_rolled_back (void)
{
  g_autofree char *old = NULL;
  ledger_begin (2);
  old = ledger_copy ("old");
  ledger_append ("lost");
  ledger_replace (old);
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_ROLLED_BACK);
  g_assert_true (tri_ledger_watch_is_broken (watch));
  g_assert_nonnull (strstr (tri_ledger_watch_get_sentence (watch), "3"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch)), ==, 2); /* those that are here are genuine */
}

static void
test_forked (void)
{
  ledger_begin (2);
  g_autofree char *old = ledger_copy ("old");
  ledger_append ("on this computer");
  ledger_forget ();
  g_autofree char *mine = ledger_copy ("mine");
  ledger_replace (old);
  ledger_append ("on the other one");
  ledger_forget ();
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_INTACT); /* alone it can't tell */
  TriLedgerRelation relation;
  g_autofree char *sentence = ledger_do (watch, TRI_LEDGER_COMPARE, mine, NULL, &relation, NULL);
  g_assert_cmpint (relation, ==, TRI_LEDGER_FORKED);
  g_assert_nonnull (strstr (sentence, "on this computer"));
  g_assert_nonnull (strstr (sentence, "on the other one"));
  ledger_replace (mine);
  tri_ledger_watch_read (watch);
  ledger_wait (watch);
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_FORKED); /* and now it remembers */
}

static void
test_edited (void)
{
  ledger_begin (3);
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  ledger_edit ("key 1", "key X");
  tri_ledger_watch_read (watch);
  ledger_wait (watch);
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_BROKEN);
  g_assert_nonnull (strstr (tri_ledger_watch_get_sentence (watch), "Entry 2"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (watch)), ==, 0);
}

static void
test_gone (void)
{
  ledger_begin (1);
  ledger_replace (NULL);
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_BROKEN);
  g_autoptr (GError) error = NULL;
  g_assert_null (ledger_do (watch, TRI_LEDGER_BEGIN, NULL, NULL, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED); /* not begun again over what was lost */
}

static void
test_begin (void)
{
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = ledger_do (watch, TRI_LEDGER_BEGIN, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  ledger_wait (watch);
  g_assert_nonnull (sentence);
  g_assert_cmpint (tri_ledger_watch_get_state (watch), ==, TRI_LEDGER_STATE_INTACT);
  g_assert_cmpint (tri_ledger_watch_get_signed_time (watch), ==, -1);
}

static void
test_witness (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL, *stranger = NULL;
  ledger_begin (2);
  g_autofree char *cosigned = ledger_cosign (&key), *other = ledger_cosign (&stranger);
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_assert_null (ledger_do (watch, TRI_LEDGER_ACCEPT, cosigned, "", NULL, &error)); /* of nobody who is trusted */
  g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_clear_error (&error);
  g_assert_null (ledger_do (watch, TRI_LEDGER_ACCEPT, cosigned, stranger, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_clear_error (&error);
  g_autofree char *spaced = g_strdup_printf ("  %s\n", key);
  g_autofree char *sentence = ledger_do (watch, TRI_LEDGER_ACCEPT, cosigned, spaced, NULL, &error);
  g_assert_no_error (error);
  ledger_wait (watch);
  GPtrArray *witnesses = tri_ledger_watch_get_witnesses (watch);
  g_assert_cmpuint (witnesses->len, ==, 1);
  const TriLedgerWitness *witness = witnesses->pdata[0];
  g_assert_cmpuint (witness->size, ==, 2);
  g_assert_cmpint (witness->time, ==, 1700000000);
  g_autofree char *again = ledger_do (watch, TRI_LEDGER_ACCEPT, cosigned, NULL, NULL, &error); /* trusted now */
  g_assert_no_error (error);
}

/* Another history, from the same key, that the witness's checkpoint contradicts. */
static void
test_witness_contradicts (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;
  ledger_begin (2);
  g_autofree char *old = ledger_copy ("old");
  ledger_append ("witnessed");
  g_autofree char *cosigned = ledger_cosign (&key);
  ledger_replace (old);
  ledger_forget ();
  ledger_append ("instead");
  g_autoptr (TriLedgerWatch) watch = ledger_watch ();
  g_assert_null (ledger_do (watch, TRI_LEDGER_ACCEPT, cosigned, key, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/ledger-watch/none", test_none);
  g_test_add_func ("/ledger-watch/intact", test_intact);
  g_test_add_func ("/ledger-watch/follows", test_follows);
  g_test_add_func ("/ledger-watch/followed-elsewhere", test_followed_elsewhere);
  g_test_add_func ("/ledger-watch/rolled-back", test_rolled_back);
  g_test_add_func ("/ledger-watch/forked", test_forked);
  g_test_add_func ("/ledger-watch/edited", test_edited);
  g_test_add_func ("/ledger-watch/gone", test_gone);
  g_test_add_func ("/ledger-watch/begin", test_begin);
  g_test_add_func ("/ledger-watch/witness", test_witness);
  g_test_add_func ("/ledger-watch/witness-contradicts", test_witness_contradicts);
  return g_test_run ();
}
