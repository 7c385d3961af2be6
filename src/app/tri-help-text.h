/* What the help says: pages of sections, as data. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TriHelpSection:
 * @heading, @text: marked for translation. @text is of paragraphs, one a line; one that begins with “• ” is of a list.
 */
typedef struct {
  const char *heading, *text;
} TriHelpSection;

/**
 * TriHelpPage:
 * @id: that of the window's page that it is about, or its own
 * @title, @lead: marked for translation
 * @verdicts: the table of ciphers comes before the sections
 * @sections: ends with {0}
 */
typedef struct {
  const char *id, *title, *lead;
  gboolean verdicts;
  const TriHelpSection *sections;
} TriHelpPage;

const TriHelpPage *tri_help_pages (guint *n_pages);

G_END_DECLS
