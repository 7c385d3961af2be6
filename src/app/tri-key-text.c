/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-key-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HEAD 12
#define TAIL 6

/* Returns: (transfer full): the two ends, which is enough to tell keys apart and not to compare them */
char *
tri_key_text_short (const char *recipient)
{
  gsize length = strlen (recipient);
  return length > HEAD + TAIL + 1 ? g_strdup_printf ("%.*s…%s", HEAD, recipient, recipient + length - TAIL)
                                  : g_strdup (recipient);
}

/* Returns: (transfer none): whether such a key withstands quantum computers, in translated words */
const char *
tri_key_text_kind (TriAgeKind kind)
{
  return kind == TRI_AGE_HYBRID ? _("post-quantum") : _("not post-quantum");
}

static GtkWidget *
label (const char *text, const char *css)
{
  GtkWidget *widget = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (widget), 0);
  gtk_label_set_wrap (GTK_LABEL (widget), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (widget), PANGO_WRAP_WORD_CHAR);
  if (css != NULL)
    {
      gtk_widget_add_css_class (widget, css);
      gtk_widget_add_css_class (widget, "dim-label");
    }
  return widget;
}

/* @suffix: (nullable) (transfer floating): at the row's end */
GtkWidget *
tri_key_row_new (const char *title, const char *recipient, TriAgeKind kind, GtkWidget *suffix)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *ends = tri_key_text_short (recipient);
  g_autofree char *below = g_strdup_printf ("%s · %s", ends, tri_key_text_kind (kind));
  gtk_box_append (GTK_BOX (words), label (title, NULL));
  gtk_box_append (GTK_BOX (words), label (below, "caption"));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_add_css_class (box, "param");
  gtk_box_append (GTK_BOX (box), words);
  if (suffix != NULL)
    gtk_box_append (GTK_BOX (box), suffix);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_autofree char *name = g_strdup_printf ("%s, %s", title, below);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}
