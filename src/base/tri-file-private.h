/* What the files of tri-file share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* Larger writes make the kernel look for larger pieces of memory: those of 1 MiB took it five times the work on a virtual
 * machine, whose host has to find that memory first. */
#define TRI_FILE_PIECE (256 * 1024)
#define TRI_FILE_READ_AHEAD (8 * 1024 * 1024)

char *tri_file_make_temporary_name (const char *folder);
int tri_file_open_temporary (const char *folder, mode_t mode, char **name);

G_END_DECLS
