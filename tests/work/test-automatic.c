/* The advisor that watches: network, signs of trouble, files, and what a person chose instead.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "ledger-fixture.h"
#include "tri-automatic.h"

/* A network that does what the test says. */
#define NET_TYPE (net_get_type ())
G_DECLARE_FINAL_TYPE (Net, net, TEST, NET, GObject)

struct _Net {
  GObject parent_instance;
  gboolean available, metered;
  GNetworkConnectivity connectivity;
};

static gboolean
net_init_sync (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
net_initable_init (GInitableIface *iface)
{
  iface->init = net_init_sync;
}

static void
net_monitor_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Net, net, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, net_initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, net_monitor_init))

enum { PROP_0, PROP_AVAILABLE, PROP_METERED, PROP_CONNECTIVITY };

static void
net_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  Net *self = TEST_NET (object);
  if (id == PROP_AVAILABLE)
    g_value_set_boolean (value, self->available);
  else if (id == PROP_METERED)
    g_value_set_boolean (value, self->metered);
  else
    g_value_set_enum (value, self->connectivity);
}

static void
net_class_init (NetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = net_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
net_init (Net *self)
{
  self->available = TRUE;
  self->connectivity = G_NETWORK_CONNECTIVITY_FULL;
}

typedef struct {
  Net *net;
  TriLedgerWatch *ledger;
  TriAutomatic *automatic;
  guint n_changed;
} Fixture;

static void
count (Fixture *f)
{
  f->n_changed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  ledger_begin (2);
  f->net = g_object_new (NET_TYPE, NULL);
  f->ledger = ledger_watch ();
  f->automatic = tri_automatic_new (G_NETWORK_MONITOR (f->net), f->ledger);
  g_signal_connect_swapped (f->automatic, "changed", G_CALLBACK (count), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->automatic);
  g_object_unref (f->ledger); /* a worker may still let go of it */
  g_assert_finalize_object (f->net);
}

static TriNetwork
network (Fixture *f)
{
  return tri_automatic_get_situation (f->automatic)->network;
}

static TriThreat
threat (Fixture *f)
{
  return tri_automatic_get_situation (f->automatic)->threat;
}

static guint
advised (Fixture *f, TriQuestion question)
{
  return tri_automatic_get_advice (f->automatic, question).value;
}

static void
test_network (Fixture *f, gconstpointer data)
{
  tri_automatic_set_purpose (f->automatic, TRI_PURPOSE_SEND);
  tri_automatic_set_files (f->automatic, 10, 50000000, TRI_CONTENT_JPEG);
  f->n_changed = 0;
  g_assert_cmpint (network (f), ==, TRI_NETWORK_OPEN);
  g_assert_false (advised (f, TRI_QUESTION_SHRINK));
  f->net->metered = TRUE;
  g_object_notify (G_OBJECT (f->net), "network-metered");
  g_assert_cmpint (network (f), ==, TRI_NETWORK_METERED);
  g_assert_true (advised (f, TRI_QUESTION_SHRINK));
  g_assert_cmpuint (f->n_changed, ==, 1);
  g_object_notify (G_OBJECT (f->net), "network-metered"); /* nothing new */
  g_assert_cmpuint (f->n_changed, ==, 1);
  f->net->connectivity = G_NETWORK_CONNECTIVITY_PORTAL;
  g_object_notify (G_OBJECT (f->net), "connectivity");
  g_assert_cmpint (network (f), ==, TRI_NETWORK_CAPTIVE);
  f->net->available = FALSE;
  g_signal_emit_by_name (f->net, "network-changed", FALSE);
  g_assert_cmpint (network (f), ==, TRI_NETWORK_OFFLINE);
  g_assert_false (advised (f, TRI_QUESTION_SHRINK));
  g_assert_cmpuint (f->n_changed, ==, 3);
}

static void
test_openings (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < TRI_ADVISOR_FAILURES - 1; i++)
    tri_automatic_note_opening (f->automatic, FALSE);
  tri_automatic_note_opening (f->automatic, TRUE); /* mistakes, then */
  g_assert_cmpuint (f->n_changed, ==, 0);
  for (guint i = 0; i < TRI_ADVISOR_FAILURES; i++)
    tri_automatic_note_opening (f->automatic, FALSE);
  g_assert_cmpint (threat (f), ==, TRI_THREAT_TARGETED);
  g_assert_cmpint (tri_automatic_get_chosen_threat (f->automatic), ==, TRI_THREAT_CURIOUS);
  g_assert_nonnull (strstr (tri_automatic_get_threat_reason (f->automatic), "guessing"));
  g_assert_cmpuint (advised (f, TRI_QUESTION_RECIPIENT), ==, TRI_AGE_X25519);
  g_assert_cmpuint (f->n_changed, ==, 1);
  tri_automatic_note_opening (f->automatic, TRUE);
  g_assert_cmpint (threat (f), ==, TRI_THREAT_CURIOUS);
  g_assert_null (tri_automatic_get_threat_reason (f->automatic));
}

/* While the program runs, somebody puts an older copy in the ledger's place. */
static void
test_ledger (Fixture *f, gconstpointer data)
{
  g_autofree char *old = ledger_copy ("old");
  ledger_append ("newer");
  tri_ledger_watch_read (f->ledger);
  ledger_wait (f->ledger);
  g_assert_cmpint (threat (f), ==, TRI_THREAT_CURIOUS);
  ledger_replace (old);
  tri_ledger_watch_read (f->ledger);
  ledger_wait (f->ledger);
  g_assert_cmpint (threat (f), ==, TRI_THREAT_TARGETED);
  g_assert_nonnull (strstr (tri_automatic_get_threat_reason (f->automatic), "log of your keys"));
  tri_automatic_set_threat (f->automatic, TRI_THREAT_QUANTUM); /* never lowered, and no reason needed */
  g_assert_cmpint (threat (f), ==, TRI_THREAT_QUANTUM);
  g_assert_null (tri_automatic_get_threat_reason (f->automatic));
}

static void
test_chosen_threat (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < TRI_ADVISOR_FAILURES; i++)
    tri_automatic_note_opening (f->automatic, FALSE);
  f->n_changed = 0;
  tri_automatic_set_threat (f->automatic, TRI_THREAT_TARGETED); /* the same threat, by choice now: the reason goes */
  g_assert_null (tri_automatic_get_threat_reason (f->automatic));
  tri_automatic_set_threat (f->automatic, TRI_THREAT_TARGETED);
  g_assert_cmpuint (f->n_changed, ==, 1);
}

static void
test_overrule (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (tri_automatic_get_value (f->automatic, TRI_QUESTION_RECIPIENT), ==, TRI_AGE_PASSPHRASE);
  tri_automatic_choose (f->automatic, TRI_QUESTION_RECIPIENT, TRI_AGE_HYBRID);
  tri_automatic_choose (f->automatic, TRI_QUESTION_RECIPIENT, TRI_AGE_HYBRID);
  g_assert_cmpuint (f->n_changed, ==, 1);
  tri_automatic_set_files (f->automatic, 900, 1, TRI_CONTENT_OTHER); /* other advice, and the choice stays */
  g_assert_cmpuint (advised (f, TRI_QUESTION_RECIPIENT), ==, TRI_AGE_X25519);
  g_assert_true (tri_automatic_is_chosen (f->automatic, TRI_QUESTION_RECIPIENT));
  g_assert_false (tri_automatic_is_chosen (f->automatic, TRI_QUESTION_ARMOR));
  g_assert_cmpuint (tri_automatic_get_value (f->automatic, TRI_QUESTION_RECIPIENT), ==, TRI_AGE_HYBRID);
  tri_automatic_follow (f->automatic, TRI_QUESTION_RECIPIENT);
  g_assert_cmpuint (tri_automatic_get_value (f->automatic, TRI_QUESTION_RECIPIENT), ==, TRI_AGE_X25519);
  f->n_changed = 0;
  tri_automatic_follow (f->automatic, TRI_QUESTION_RECIPIENT);
  g_assert_cmpuint (f->n_changed, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add ("/automatic/network", Fixture, NULL, set_up, test_network, tear_down);
  g_test_add ("/automatic/openings", Fixture, NULL, set_up, test_openings, tear_down);
  g_test_add ("/automatic/ledger", Fixture, NULL, set_up, test_ledger, tear_down);
  g_test_add ("/automatic/chosen-threat", Fixture, NULL, set_up, test_chosen_threat, tear_down);
  g_test_add ("/automatic/overrule", Fixture, NULL, set_up, test_overrule, tear_down);
  return g_test_run ();
}
