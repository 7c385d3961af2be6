/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-secret.h"

#include <sodium.h>
#include <string.h>
#include <sys/resource.h>

/* Returns: (transfer full): @size bytes between guard pages, never swapped out and in no core dump as far as the system
 *   allows; for tri_secret_free(). Ends the program where there is no memory, as g_malloc() does. */
gpointer
tri_secret_new (gsize size)
{
  if (sodium_init () < 0)
    g_error ("libsodium can't start: no source of randomness");
  gpointer secret = sodium_malloc (MAX (size, 1));
  if (secret == NULL)
    g_error ("no locked memory for %" G_GSIZE_FORMAT " bytes", size);
  return secret;
}

/* Returns: (transfer full): a copy with a zero behind it */
gpointer
tri_secret_copy (gconstpointer data, gsize size)
{
  char *copy = tri_secret_new (size + 1);
  memcpy (copy, data, size);
  copy[size] = '\0';
  return copy;
}

/* Wipes and frees. @secret: (nullable) */
void
tri_secret_free (gpointer secret)
{
  sodium_free (secret);
}

/* What a key passes through on its way, such as registers and the stack, is no locked memory: a program that holds keys
 * leaves no core file when it crashes. */
void
tri_secret_forbid_dumps (void)
{
  setrlimit (RLIMIT_CORE, &(struct rlimit) { 0, 0 });
}
