/* A cipher with its verdict, as a row of the chooser. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher-row.h"

#include <glib/gi18n-lib.h>

/* Replaces the words and all style classes of @label. */
void
tri_verdict_badge (GtkLabel *label, TriVerdict verdict)
{
  const char *classes[] = { "badge", tri_verdict_id (verdict), NULL };
  gtk_label_set_label (label, tri_verdict_title (verdict));
  gtk_widget_set_css_classes (GTK_WIDGET (label), classes);
}

/* @cipher: one of tri_ciphers(), which stay. Returns: (transfer floating): its title, verdict and summary */
GtkWidget *
tri_cipher_row_new (const TriCipher *cipher)
{
  GtkWidget *row = gtk_list_box_row_new (), *grid = gtk_grid_new ();
  GtkWidget *title = gtk_label_new (_(cipher->title)), *badge = gtk_label_new (NULL);
  GtkWidget *summary = gtk_label_new (_(cipher->summary));
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_label_set_xalign (GTK_LABEL (summary), 0);
  gtk_label_set_wrap (GTK_LABEL (summary), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (summary), 44);
  gtk_widget_add_css_class (summary, "caption");
  gtk_widget_add_css_class (summary, "dim-label");
  tri_verdict_badge (GTK_LABEL (badge), cipher->verdict);
  gtk_grid_attach (GTK_GRID (grid), title, 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), badge, 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), summary, 0, 1, 2, 1);
  gtk_widget_add_css_class (grid, "param");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), grid);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _(cipher->title), -1);
  g_object_set_data (G_OBJECT (row), "cipher", (gpointer) cipher);
  return row;
}

/* Returns: (transfer none): the cipher that the row was made for */
const TriCipher *
tri_cipher_row_get (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "cipher");
}

/* A GtkListBoxUpdateHeaderFunc: the family's name above its first cipher. */
void
tri_cipher_row_add_family (GtkListBoxRow *row, GtkListBoxRow *before, gpointer unused)
{
  TriFamily family = tri_cipher_row_get (row)->family;
  if (before != NULL && tri_cipher_row_get (before)->family == family)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  GtkWidget *label = gtk_label_new (tri_family_title (family));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "family");
  gtk_list_box_row_set_header (row, label);
}
