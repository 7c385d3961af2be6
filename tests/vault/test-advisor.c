/* The advisor: every line of its table, and what holds in every situation. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-advisor.h"

#define MB 1000000u
#define K TRI_PURPOSE_KEEP
#define S TRI_PURPOSE_SEND
#define W TRI_PURPOSE_SHOW
#define OFF TRI_NETWORK_OFFLINE
#define MET TRI_NETWORK_METERED
#define CAP TRI_NETWORK_CAPTIVE
#define NET TRI_NETWORK_OPEN
#define CUR TRI_THREAT_CURIOUS
#define TAR TRI_THREAT_TARGETED
#define QUA TRI_THREAT_QUANTUM
#define JPG TRI_CONTENT_JPEG
#define RAW TRI_CONTENT_RAW
#define VID TRI_CONTENT_VIDEO
#define ETC TRI_CONTENT_OTHER

typedef struct {
  TriSituation situation;
  guint value;
  const char *reason; /* a part of it that no other line has */
} Line;

/* Each in the order of the table, at both sides of its limits. */
static const Line recipients[] = {
  { { K, NET, QUA, JPG, 1, 4 * MB }, TRI_AGE_HYBRID, "quantum" },
  { { S, OFF, QUA, VID, 900, 4 * MB }, TRI_AGE_HYBRID, "quantum" },
  { { W, CAP, QUA, ETC, 1, 0 }, TRI_AGE_HYBRID, "quantum" },
  { { S, NET, CUR, JPG, 1, 4 * MB }, TRI_AGE_X25519, "Each person" },
  { { S, CAP, TAR, JPG, 60, 4 * MB }, TRI_AGE_X25519, "Each person" },
  { { K, NET, TAR, JPG, 1, 4 * MB }, TRI_AGE_X25519, "can't be guessed" },
  { { W, CAP, TAR, JPG, 1, 4 * MB }, TRI_AGE_X25519, "can't be guessed" },
  { { W, CAP, CUR, JPG, 1, 4 * MB }, TRI_AGE_X25519, "may listen" },
  { { W, NET, CUR, JPG, 1, 4 * MB }, TRI_AGE_PASSPHRASE, "Whoever may look" },
  { { W, NET, CUR, JPG, 50, 4 * MB }, TRI_AGE_PASSPHRASE, "Whoever may look" },
  { { K, NET, CUR, JPG, 50, 4 * MB }, TRI_AGE_X25519, "so many files, a key none" },
  { { K, CAP, CUR, JPG, 49, 4 * MB }, TRI_AGE_PASSPHRASE, "your memory" },
  { { K, OFF, CUR, ETC, 1, 0 }, TRI_AGE_PASSPHRASE, "your memory" },
};

static const Line work_factors[] = {
  { { K, NET, TAR, JPG, 50, 4 * MB }, 19, "so many files" },
  { { K, NET, QUA, JPG, 5000, 4 * MB }, 19, "so many files" },
  { { K, NET, TAR, JPG, 49, 4 * MB }, 20, "four times" },
  { { K, OFF, QUA, RAW, 1, 4 * MB }, 20, "four times" },
  { { S, NET, TAR, JPG, 1, 4 * MB }, 19, "telephone" },
  { { W, MET, QUA, JPG, 100, 4 * MB }, 19, "telephone" },
  { { K, NET, CUR, JPG, 1, 4 * MB }, 18, "every device" },
  { { K, NET, CUR, JPG, 50, 4 * MB }, 18, "every device" },
  { { S, NET, CUR, JPG, 1000, 4 * MB }, 18, "every device" },
  { { W, CAP, CUR, VID, 1, 4 * MB }, 18, "every device" },
};

static const Line armors[] = {
  { { S, MET, CUR, JPG, 1, 1000 }, FALSE, "every megabyte" },
  { { W, MET, CUR, JPG, 1, 1000 }, FALSE, "every megabyte" },
  { { K, MET, TAR, JPG, 1, 1000 }, FALSE, "every megabyte" },
  { { W, NET, CUR, JPG, 1, 1 * MB }, TRUE, "pasted" },
  { { W, CAP, CUR, JPG, 1, 0 }, TRUE, "pasted" },
  { { S, CAP, CUR, JPG, 1, 1 * MB }, TRUE, "gateways" },
  { { W, NET, CUR, JPG, 1, 1 * MB + 1 }, FALSE, "every age program" },
  { { S, CAP, CUR, JPG, 1, 1 * MB + 1 }, FALSE, "every age program" },
  { { S, NET, CUR, JPG, 1, 1000 }, FALSE, "every age program" },
  { { K, CAP, CUR, JPG, 1, 1000 }, FALSE, "every age program" },
};

static const Line shrinks[] = {
  { { K, MET, CUR, RAW, 100, 9000ull * MB }, FALSE, "What you keep" },
  { { S, OFF, CUR, RAW, 100, 9000ull * MB }, FALSE, "Nothing is transferred" },
  { { S, MET, CUR, VID, 1, 20 * MB }, TRUE, "video" },
  { { W, MET, CUR, RAW, 1, 5 * MB }, TRUE, "Raw photos" },
  { { S, MET, CUR, JPG, 1, 5 * MB }, TRUE, "Here every megabyte costs. Send" },
  { { S, MET, CUR, JPG, 9, 20 * MB }, TRUE, "Here every megabyte costs. Send" },
  { { S, MET, CUR, VID, 1, 20 * MB - 1 }, TRUE, "Here every megabyte costs. Send" },
  { { S, CAP, TAR, JPG, 1, 25 * MB }, TRUE, "login page" },
  { { W, CAP, CUR, VID, 1, 25 * MB }, TRUE, "login page" },
  { { S, NET, CUR, JPG, 90, 250 * MB }, TRUE, "mailboxes" },
  { { S, NET, CUR, RAW, 90, 250 * MB }, TRUE, "mailboxes" },
  { { S, NET, CUR, VID, 1, 250 * MB }, FALSE, "no trouble" },
  { { W, NET, CUR, JPG, 1, 250 * MB }, FALSE, "no trouble" },
  { { S, NET, CUR, JPG, 1, 250 * MB - 1 }, FALSE, "no trouble" },
  { { S, MET, CUR, RAW, 1, 5 * MB - 1 }, FALSE, "no trouble" },
  { { S, CAP, CUR, JPG, 1, 25 * MB - 1 }, FALSE, "no trouble" },
};

static const Line pictures[] = {
  { { W, NET, CUR, JPG, 1, 4 * MB }, TRUE, "picture of noise" },
  { { W, NET, TAR, JPG, 1, 4 * MB }, FALSE, "for each" },
  { { W, NET, QUA, JPG, 1, 4 * MB }, FALSE, "for each" },
  { { K, NET, CUR, JPG, 1, 4 * MB }, FALSE, "saves" },
  { { S, OFF, CUR, JPG, 1, 4 * MB }, FALSE, "saves" },
};

static const struct { const char *name; const Line *lines; guint n, n_reasons; } questions[TRI_N_QUESTIONS] = {
  [TRI_QUESTION_RECIPIENT] = { "recipient", recipients, G_N_ELEMENTS (recipients), 7 },
  [TRI_QUESTION_WORK_FACTOR] = { "work-factor", work_factors, G_N_ELEMENTS (work_factors), 4 },
  [TRI_QUESTION_ARMOR] = { "armor", armors, G_N_ELEMENTS (armors), 4 },
  [TRI_QUESTION_SHRINK] = { "shrink", shrinks, G_N_ELEMENTS (shrinks), 8 },
  [TRI_QUESTION_PICTURE] = { "picture", pictures, G_N_ELEMENTS (pictures), 3 },
};

static void
test_lines (gconstpointer data)
{
  guint q = GPOINTER_TO_UINT (data);
  for (guint i = 0; i < questions[q].n; i++)
    {
      const Line *line = &questions[q].lines[i];
      TriAdvice advice;
      tri_advise (&line->situation, &advice);
      TriAdvisedValue got = advice.answers[q];
      if (got.value != line->value || strstr (got.reason, line->reason) == NULL)
        g_error ("line %u: %u, %s", i, got.value, got.reason);
    }
}

/* Every situation, with counts and sizes at both sides of any limit. */
static void
test_all (void)
{
  static const guint counts[] = { 0, 1, 49, 50, 10000 };
  static const guint64 sizes[] = { 0, 1 * MB, 1 * MB + 1, 5 * MB, 20 * MB, 25 * MB, 250 * MB, 90000ull * MB };
  GHashTable *reasons[TRI_N_QUESTIONS];
  for (guint q = 0; q < TRI_N_QUESTIONS; q++)
    reasons[q] = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint c = 0; c < TRI_N_PURPOSES * TRI_N_NETWORKS * TRI_N_THREATS * TRI_N_CONTENTS; c++)
    for (guint i = 0; i < G_N_ELEMENTS (counts) * G_N_ELEMENTS (sizes); i++)
      {
        TriSituation s = { c % 3, c / 3 % 4, c / 12 % 3, c / 36, counts[i % 5], sizes[i / 5] };
        TriAdvice advice;
        tri_advise (&s, &advice);
        g_assert_true ((advice.answers[TRI_QUESTION_RECIPIENT].value == TRI_AGE_HYBRID) == (s.threat == TRI_THREAT_QUANTUM));
        g_assert_false (s.threat == TRI_THREAT_TARGETED && advice.answers[TRI_QUESTION_RECIPIENT].value == TRI_AGE_PASSPHRASE);
        g_assert_cmpuint (advice.answers[TRI_QUESTION_WORK_FACTOR].value, >=, TRI_AGE_WORK_FACTOR);
        g_assert_cmpuint (advice.answers[TRI_QUESTION_WORK_FACTOR].value, <=, TRI_AGE_WORK_FACTOR_MAX);
        g_assert_false (s.network == TRI_NETWORK_METERED && advice.answers[TRI_QUESTION_ARMOR].value);
        g_assert_false ((s.purpose == TRI_PURPOSE_KEEP || s.network == TRI_NETWORK_OFFLINE) && advice.answers[TRI_QUESTION_SHRINK].value);
        for (guint q = 0; q < TRI_N_QUESTIONS; q++)
          {
            const char *reason = advice.answers[q].reason;
            g_assert_true (g_str_has_suffix (reason, ".") || g_str_has_suffix (reason, "?"));
            g_hash_table_add (reasons[q], (gpointer) reason);
          }
      }
  for (guint q = 0; q < TRI_N_QUESTIONS; q++)
    {
      g_assert_cmpuint (g_hash_table_size (reasons[q]), ==, questions[q].n_reasons); /* no line is out of reach */
      g_hash_table_unref (reasons[q]);
    }
}

static void
test_signs (void)
{
  const char *reason;
  for (TriThreat chosen = 0; chosen < TRI_N_THREATS; chosen++)
    for (guint failed = 0; failed < 8; failed++)
      for (gboolean broken = FALSE; broken <= TRUE; broken++)
        {
          TriThreat got = tri_advisor_raise_threat (chosen, &(TriSigns) { failed, broken }, &reason);
          gboolean raised = chosen == TRI_THREAT_CURIOUS && (broken || failed >= 5);
          g_assert_cmpuint (got, ==, raised ? TRI_THREAT_TARGETED : chosen);
          g_assert_true ((reason != NULL) == raised);
          if (raised)
            g_assert_nonnull (strstr (reason, broken ? "log" : "guessing"));
          g_assert_cmpuint (tri_advisor_raise_threat (chosen, &(TriSigns) { failed, broken }, NULL), ==, got);
        }
}

static void
test_networks (void)
{
  static const struct { gboolean available, metered; GNetworkConnectivity connectivity; TriNetwork network; } cases[] = {
    { FALSE, FALSE, G_NETWORK_CONNECTIVITY_LOCAL, TRI_NETWORK_OFFLINE },
    { FALSE, TRUE, G_NETWORK_CONNECTIVITY_FULL, TRI_NETWORK_OFFLINE },
    { TRUE, FALSE, G_NETWORK_CONNECTIVITY_LOCAL, TRI_NETWORK_OFFLINE },
    { TRUE, FALSE, G_NETWORK_CONNECTIVITY_LIMITED, TRI_NETWORK_CAPTIVE },
    { TRUE, TRUE, G_NETWORK_CONNECTIVITY_PORTAL, TRI_NETWORK_CAPTIVE },
    { TRUE, FALSE, G_NETWORK_CONNECTIVITY_FULL, TRI_NETWORK_OPEN },
    { TRUE, TRUE, G_NETWORK_CONNECTIVITY_FULL, TRI_NETWORK_METERED },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (tri_network_classify (cases[i].available, cases[i].metered, cases[i].connectivity), ==,
                      cases[i].network);
  g_assert_cmpuint (tri_network_now (), <, TRI_N_NETWORKS);
}

static void
test_contents (void)
{
  static const struct { const char *name; TriContent content; } cases[] = {
    { "a.jpg", JPG }, { "IMG.JPEG", JPG }, { "x.y.heic", JPG }, { "a.NEF", RAW }, { "a.raw", RAW }, { "b.mp4", VID },
    { "b.ogv", VID }, { "c.png", ETC }, { "jpg", ETC }, { "", ETC }, { "a.", ETC }, { ".", ETC }, { "a.j", ETC },
    { "a.peg", ETC }, { "a.jp", ETC }, { "a.jpg.age", ETC }, { "a.JPG ", ETC },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (tri_content_from_name (cases[i].name), ==, cases[i].content);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint q = 0; q < TRI_N_QUESTIONS; q++)
    {
      g_autofree char *path = g_strdup_printf ("/advisor/%s", questions[q].name);
      g_test_add_data_func (path, GUINT_TO_POINTER (q), test_lines);
    }
  g_test_add_func ("/advisor/all-situations", test_all);
  g_test_add_func ("/advisor/signs", test_signs);
  g_test_add_func ("/advisor/networks", test_networks);
  g_test_add_func ("/advisor/contents", test_contents);
  return g_test_run ();
}
