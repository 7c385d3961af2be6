/* What can go wrong in the world. The programmer's mistakes are g_return_if_fail, the impossible is g_assert.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TRI_ERROR (tri_error_quark ())

/**
 * TriError:
 *
 * Codes of TRI_ERROR. A message says what failed, why, and what to do next; the code lets a caller tell the
 * cases apart (exit status, icon, which control to focus). A cancelled operation is G_IO_ERROR_CANCELLED and a
 * failed system call keeps its GIOErrorEnum (no space, read-only, not found).
 */
typedef enum {
  TRI_ERROR_FAILED,
  TRI_ERROR_INVALID,        /* a parameter or argument outside its range, or unknown */
  TRI_ERROR_TOO_LARGE,      /* above a stated limit; nothing was allocated */
  TRI_ERROR_NO_MEMORY,
  TRI_ERROR_NOT_A_PICTURE,  /* no picture format we read */
  TRI_ERROR_UNSUPPORTED,    /* a valid file or request that this version, or this cipher, can't serve */
  TRI_ERROR_TRUNCATED,      /* the file ends too early */
  TRI_ERROR_DAMAGED,        /* the file contradicts itself */
  TRI_ERROR_NOT_SEALED,     /* a PNG without our chunk */
  TRI_ERROR_NO_KEY,         /* a key is needed and none, or one of the wrong kind, was given */
  TRI_ERROR_WRONG_KEY,      /* authentication failed: wrong key, or changed data */
} TriError;

GQuark tri_error_quark (void);

G_END_DECLS
