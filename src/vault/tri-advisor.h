/* What to choose when somebody leaves it to the program, and why. Pure functions: the same situation gives the same advice.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-age-keys.h"

G_BEGIN_DECLS

typedef enum {
  TRI_PURPOSE_KEEP, /* for oneself, for years */
  TRI_PURPOSE_SEND, /* to certain people */
  TRI_PURPOSE_SHOW, /* the encrypted thing itself: on a page, in a talk */
  TRI_N_PURPOSES
} TriPurpose;

typedef enum {
  TRI_NETWORK_OFFLINE,
  TRI_NETWORK_METERED, /* every megabyte costs */
  TRI_NETWORK_CAPTIVE, /* behind a login page, or cut off from a part of the world */
  TRI_NETWORK_OPEN,
  TRI_N_NETWORKS
} TriNetwork;

typedef enum {
  TRI_THREAT_CURIOUS,  /* somebody who finds the file */
  TRI_THREAT_TARGETED, /* somebody who wants this file, with time and computers */
  TRI_THREAT_QUANTUM,  /* somebody who keeps it until there are quantum computers */
  TRI_N_THREATS
} TriThreat;

typedef enum {
  TRI_CONTENT_JPEG, /* photos that are compressed already */
  TRI_CONTENT_RAW,  /* photos as the sensor gave them */
  TRI_CONTENT_VIDEO,
  TRI_CONTENT_OTHER,
  TRI_N_CONTENTS
} TriContent;

/**
 * TriSituation:
 * @content: what most of the bytes are
 * @size: of all files, in bytes
 */
typedef struct {
  TriPurpose purpose;
  TriNetwork network;
  TriThreat threat;
  TriContent content;
  guint n_files;
  guint64 size;
} TriSituation;

/**
 * TriAdvisedValue:
 * @value: a TriAgeKind, a work factor, or a switch
 * @reason: a sentence, translated
 */
typedef struct {
  guint value;
  const char *reason;
} TriAdvisedValue;

typedef enum {
  TRI_QUESTION_RECIPIENT,   /* TriAgeKind of the recipients */
  TRI_QUESTION_WORK_FACTOR, /* of a passphrase, whether one is advised or chosen against advice */
  TRI_QUESTION_ARMOR,       /* whether as text */
  TRI_QUESTION_SHRINK,      /* whether to ask if the pictures shall be made smaller first. Never done without asking */
  TRI_QUESTION_PICTURE,     /* whether a picture, encrypted by TRI_ADVISOR_CIPHER, serves better than an age file */
  TRI_N_QUESTIONS
} TriQuestion;

typedef struct {
  TriAdvisedValue answers[TRI_N_QUESTIONS];
} TriAdvice;

#define TRI_ADVISOR_CIPHER "xchacha20-poly1305" /* of the picture ciphers, the one that is secure */

void tri_advise (const TriSituation *situation, TriAdvice *advice);

/**
 * TriSigns:
 * @failed_openings: in a row, with a wrong passphrase or key
 * @broken_ledger: the log of keys was rolled back, edited or forked
 */
typedef struct {
  guint failed_openings;
  gboolean broken_ledger;
} TriSigns;

#define TRI_ADVISOR_FAILURES 5 /* failed openings in a row that are no mere mistakes */

TriThreat tri_advisor_raise_threat (TriThreat chosen, const TriSigns *signs, const char **reason);

TriNetwork tri_network_classify (gboolean available, gboolean metered, GNetworkConnectivity connectivity);
TriNetwork tri_network_of (GNetworkMonitor *monitor);
TriNetwork tri_network_now (void);
TriContent tri_content_from_name (const char *name);

const char *tri_purpose_title (TriPurpose purpose);
const char *tri_network_title (TriNetwork network);
const char *tri_threat_title (TriThreat threat);

G_END_DECLS
