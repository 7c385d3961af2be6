/* How an age file can fail to open, told apart. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_AGE_ERROR (tri_age_error_quark ())

typedef enum {
  TRI_AGE_ERROR_NOT_AGE,     /* another kind of file */
  TRI_AGE_ERROR_UNSUPPORTED, /* a version of the format, or a way of addressing, that this program lacks */
  TRI_AGE_ERROR_HEADER,      /* the header breaks the rules of the format */
  TRI_AGE_ERROR_ARMOR,       /* the text armor does */
  TRI_AGE_ERROR_NO_MATCH,    /* wrong passphrase, or none of the identities is a recipient */
  TRI_AGE_ERROR_MAC,         /* the key fits, and the header was changed */
  TRI_AGE_ERROR_DAMAGED,     /* a part of the content was changed */
  TRI_AGE_ERROR_TRUNCATED,   /* the file ends too early */
  TRI_AGE_ERROR_RECIPIENT,   /* a recipient or identity that can't be read or can't be combined */
} TriAgeError;

GQuark tri_age_error_quark (void);

G_END_DECLS
