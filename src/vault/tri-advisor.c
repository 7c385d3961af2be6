/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-advisor.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BIT(x) (1u << (x))
#define ANY 0u
#define KEEP BIT (TRI_PURPOSE_KEEP)
#define SEND BIT (TRI_PURPOSE_SEND)
#define SHOW BIT (TRI_PURPOSE_SHOW)
#define OFFLINE BIT (TRI_NETWORK_OFFLINE)
#define METERED BIT (TRI_NETWORK_METERED)
#define CAPTIVE BIT (TRI_NETWORK_CAPTIVE)
#define CURIOUS BIT (TRI_THREAT_CURIOUS)
#define TARGETED BIT (TRI_THREAT_TARGETED)
#define QUANTUM BIT (TRI_THREAT_QUANTUM)
#define JPEG BIT (TRI_CONTENT_JPEG)
#define RAW BIT (TRI_CONTENT_RAW)
#define VIDEO BIT (TRI_CONTENT_VIDEO)
#define RECIPIENT TRI_QUESTION_RECIPIENT
#define WORK_FACTOR TRI_QUESTION_WORK_FACTOR
#define ARMOR TRI_QUESTION_ARMOR
#define SHRINK TRI_QUESTION_SHRINK
#define PICTURE TRI_QUESTION_PICTURE
#define KB 1000u
#define MB (1000u * KB)

/**
 * Rule:
 * @purposes, @networks, @threats, @contents: bits of those for which it holds; ANY
 * @min_files, @min_size: from these on, in files and bytes
 * @max_size: up to this; 0 for no limit
 */
typedef struct {
  TriQuestion question;
  guint purposes, networks, threats, contents, min_files;
  guint64 min_size, max_size;
  guint value;
  const char *reason;
} Rule;

/* The first rule of a question that fits answers it; the last of each fits always. A work factor is never below age's own:
 * a weak passphrase is guessed on a copy of the file, at leisure. */
static const Rule rules[] = {
  { RECIPIENT, ANY, ANY, QUANTUM, ANY, 0, 0, 0, TRI_AGE_HYBRID,
    N_("What is recorded today may be opened by a quantum computer later: only post-quantum recipients withstand that.") },
  { RECIPIENT, SEND, ANY, ANY, ANY, 0, 0, 0, TRI_AGE_X25519,
    N_("Each person opens it with a key of their own, and no secret has to travel.") },
  { RECIPIENT, ANY, ANY, TARGETED, ANY, 0, 0, 0, TRI_AGE_X25519,
    N_("A key can't be guessed, however many computers try; a passphrase can.") },
  { RECIPIENT, SHOW, CAPTIVE, ANY, ANY, 0, 0, 0, TRI_AGE_X25519,
    N_("A passphrase would have to be told, and on this network others may listen; a recipient may be heard by anyone.") },
  { RECIPIENT, SHOW, ANY, ANY, ANY, 0, 0, 0, TRI_AGE_PASSPHRASE,
    N_("Whoever may look needs no key, only the passphrase that you tell them.") },
  { RECIPIENT, ANY, ANY, ANY, ANY, 50, 0, 0, TRI_AGE_X25519,
    N_("A passphrase takes a second of work for each of so many files, a key none.") },
  { RECIPIENT, ANY, ANY, ANY, ANY, 0, 0, 0, TRI_AGE_PASSPHRASE,
    N_("You open it yourself, and a passphrase needs nothing but your memory.") },

  { WORK_FACTOR, KEEP, ANY, TARGETED | QUANTUM, ANY, 50, 0, 0, 19,
    N_("Each guess at the passphrase costs double work; more would take too long for so many files.") },
  { WORK_FACTOR, KEEP, ANY, TARGETED | QUANTUM, ANY, 0, 0, 0, 20,
    N_("Each guess at the passphrase costs four times the usual work, some seconds and 1 GiB of memory; so does opening it.") },
  { WORK_FACTOR, ANY, ANY, TARGETED | QUANTUM, ANY, 0, 0, 0, 19,
    N_("Each guess at the passphrase costs double work; more could be too much for the receiver's telephone.") },
  { WORK_FACTOR, ANY, ANY, ANY, ANY, 0, 0, 0, TRI_AGE_WORK_FACTOR,
    N_("Each guess at the passphrase costs about a second; every device can open it.") },

  { ARMOR, ANY, METERED, ANY, ANY, 0, 0, 0, FALSE,
    N_("Text would be a third larger than bytes, and here every megabyte costs.") },
  { ARMOR, SHOW, ANY, ANY, ANY, 0, 0, 1 * MB, TRUE,
    N_("Text can be pasted into a page or a message, and everybody sees that it is encrypted.") },
  { ARMOR, SEND, CAPTIVE, ANY, ANY, 0, 0, 1 * MB, TRUE,
    N_("Text passes mail programs and gateways that hold up files of an unknown kind.") },
  { ARMOR, ANY, ANY, ANY, ANY, 0, 0, 0, FALSE,
    N_("Bytes are a quarter smaller than text, and every age program reads them.") },

  { SHRINK, KEEP, ANY, ANY, ANY, 0, 0, 0, FALSE,
    N_("What you keep stays as it is, to the last byte.") },
  { SHRINK, ANY, OFFLINE, ANY, ANY, 0, 0, 0, FALSE,
    N_("Nothing is transferred now, so nothing has to be smaller.") },
  { SHRINK, ANY, METERED, ANY, VIDEO, 0, 20 * MB, 0, TRUE,
    N_("A video of this size is dear on a metered connection: send a shorter one, or wait for another network.") },
  { SHRINK, ANY, METERED, ANY, RAW, 0, 5 * MB, 0, TRUE,
    N_("Raw photos are some ten times larger than JPEG, and here every megabyte costs. Send smaller copies?") },
  { SHRINK, ANY, METERED, ANY, ANY, 0, 5 * MB, 0, TRUE,
    N_("Here every megabyte costs. Send smaller copies?") },
  { SHRINK, ANY, CAPTIVE, ANY, ANY, 0, 25 * MB, 0, TRUE,
    N_("Networks with a login page often break off long transfers. Send smaller copies?") },
  { SHRINK, SEND, ANY, ANY, JPEG | RAW, 0, 250 * MB, 0, TRUE,
    N_("Many mailboxes and services refuse so much at once. Send smaller copies?") },
  { SHRINK, ANY, ANY, ANY, ANY, 0, 0, 0, FALSE,
    N_("The size is no trouble here: everything goes as it is.") },

  { PICTURE, SHOW, ANY, CURIOUS, ANY, 0, 0, 0, TRUE,
    N_("Everybody sees a picture of noise, and who has the key sees what is in it.") },
  { PICTURE, SHOW, ANY, ANY, ANY, 0, 0, 0, FALSE,
    N_("A picture has one key for all who look, and tells its size; an age file has a key for each.") },
  { PICTURE, ANY, ANY, ANY, ANY, 0, 0, 0, FALSE,
    N_("A program that saves an encrypted picture again destroys it; an age file is left alone.") },
};

static gboolean
in (guint mask, guint value)
{
  return mask == ANY || (mask & BIT (value)) != 0;
}

static gboolean
fits (const Rule *rule, const TriSituation *s)
{
  return in (rule->purposes, s->purpose) && in (rule->networks, s->network) && in (rule->threats, s->threat)
         && in (rule->contents, s->content) && s->n_files >= rule->min_files && s->size >= rule->min_size
         && (rule->max_size == 0 || s->size <= rule->max_size);
}

static TriAdvisedValue
answer (TriQuestion question, const TriSituation *situation)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rules[i].question == question && fits (&rules[i], situation))
      return (TriAdvisedValue) { rules[i].value, _(rules[i].reason) };
  g_assert_not_reached ();
}

/* @advice: (out) */
void
tri_advise (const TriSituation *situation, TriAdvice *advice)
{
  g_return_if_fail (situation->purpose < TRI_N_PURPOSES && situation->network < TRI_N_NETWORKS);
  g_return_if_fail (situation->threat < TRI_N_THREATS && situation->content < TRI_N_CONTENTS);
  for (TriQuestion question = 0; question < TRI_N_QUESTIONS; question++)
    advice->answers[question] = answer (question, situation);
}

/**
 * tri_advisor_raise_threat:
 * @chosen: what the person said, or assumed
 * @reason: (out) (nullable): why it is more, translated; NULL when it is not
 *
 * Signs can raise a threat and never lower one. None of them says anything about quantum computers.
 */
TriThreat
tri_advisor_raise_threat (TriThreat chosen, const TriSigns *signs, const char **reason)
{
  const char *why = NULL;
  if (chosen < TRI_THREAT_TARGETED && signs->broken_ledger)
    why = _("The log of your keys was changed by somebody else, so somebody is after them.");
  else if (chosen < TRI_THREAT_TARGETED && signs->failed_openings >= TRI_ADVISOR_FAILURES)
    why = _("Opening failed several times in a row, so somebody may be guessing.");
  if (reason != NULL)
    *reason = why;
  return why != NULL ? TRI_THREAT_TARGETED : chosen;
}

/* What GNetworkMonitor says, as a person would. */
TriNetwork
tri_network_classify (gboolean available, gboolean metered, GNetworkConnectivity connectivity)
{
  if (!available || connectivity == G_NETWORK_CONNECTIVITY_LOCAL)
    return TRI_NETWORK_OFFLINE;
  if (connectivity == G_NETWORK_CONNECTIVITY_PORTAL || connectivity == G_NETWORK_CONNECTIVITY_LIMITED)
    return TRI_NETWORK_CAPTIVE;
  return metered ? TRI_NETWORK_METERED : TRI_NETWORK_OPEN;
}

/* Asks the system, and opens no connection. GNetworkMonitor::network-changed and its properties tell when to ask again. */
TriNetwork
tri_network_of (GNetworkMonitor *monitor)
{
  return tri_network_classify (g_network_monitor_get_network_available (monitor),
                               g_network_monitor_get_network_metered (monitor),
                               g_network_monitor_get_connectivity (monitor));
}

TriNetwork
tri_network_now (void)
{
  return tri_network_of (g_network_monitor_get_default ());
}

/* By the end of the file's name. */
TriContent
tri_content_from_name (const char *name)
{
  static const char *const ends[TRI_N_CONTENTS] = {
    [TRI_CONTENT_JPEG] = ".jpg.jpeg.jpe.heic.heif.webp.avif.jxl.",
    [TRI_CONTENT_RAW] = ".dng.cr2.cr3.crw.nef.nrw.arw.srf.sr2.orf.rw2.raf.pef.srw.x3f.3fr.iiq.raw.",
    [TRI_CONTENT_VIDEO] = ".mp4.m4v.mov.mkv.webm.avi.3gp.mts.m2ts.mpg.mpeg.ogv.wmv.",
    [TRI_CONTENT_OTHER] = "",
  };
  const char *dot = strrchr (name, '.');
  g_autofree char *lower = dot != NULL && dot[1] != '\0' ? g_ascii_strdown (dot, -1) : NULL;
  g_autofree char *end = lower != NULL ? g_strconcat (lower, ".", NULL) : NULL;
  for (guint i = 0; end != NULL && i < TRI_N_CONTENTS; i++)
    if (strstr (ends[i], end) != NULL)
      return i;
  return TRI_CONTENT_OTHER;
}

const char *
tri_purpose_title (TriPurpose purpose)
{
  static const char *const titles[TRI_N_PURPOSES] = { N_("Keep"), N_("Send"), N_("Show") };
  return _(titles[purpose]);
}

const char *
tri_network_title (TriNetwork network)
{
  static const char *const titles[TRI_N_NETWORKS] = { N_("No network"), N_("Metered network"), N_("Restricted network"),
                                                      N_("Open network") };
  return _(titles[network]);
}

const char *
tri_threat_title (TriThreat threat)
{
  static const char *const titles[TRI_N_THREATS] = { N_("Curious people"), N_("Somebody after it"),
                                                     N_("Quantum computers, later") };
  return _(titles[threat]);
}
