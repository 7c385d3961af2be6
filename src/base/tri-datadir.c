/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-datadir.h"

#include <glib/gi18n-lib.h>

#include "tri-config.h"

/* Has texts come from the catalogues in TRIPTYCH_LOCALE_DIR, if that is set (a program that runs from its build folder), else
 * from where they were configured to be installed. After setlocale(). */
void
tri_datadir_bind_texts (void)
{
  const char *set = g_getenv ("TRIPTYCH_LOCALE_DIR");
  bindtextdomain (GETTEXT_PACKAGE, set != NULL ? set : TRI_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

/* Data beside the program, wherever its tree was moved to: BIN/../share/triptych. */
static char *
beside_program (const char *relative)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  if (program == NULL)
    return NULL;
  g_autofree char *bin = g_path_get_dirname (program);
  g_autofree char *path = g_build_filename (bin, "..", "share", "triptych", relative, NULL);
  return g_canonicalize_filename (path, NULL);
}

/**
 * tri_datadir_find:
 * @relative: such as "samples/brain.png"
 *
 * Looks for a data file: in TRIPTYCH_DATA_DIR alone if that is set (a program that runs from its build folder); else
 * beside the program, and where it was configured to be installed.
 *
 * Returns: (transfer full): its path; NULL with G_IO_ERROR_NOT_FOUND
 */
char *
tri_datadir_find (const char *relative, GError **error)
{
  const char *set = g_getenv ("TRIPTYCH_DATA_DIR");
  g_autofree char *path = set != NULL ? g_build_filename (set, relative, NULL) : beside_program (relative);
  if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_autofree char *installed = g_build_filename (TRI_PKGDATADIR, relative, NULL);
  if (set == NULL && g_file_test (installed, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&installed);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _("The data file “%s” is not in %s. Install Triptych again, or set TRIPTYCH_DATA_DIR to its data folder."),
               relative, set != NULL ? set : TRI_PKGDATADIR);
  return NULL;
}
