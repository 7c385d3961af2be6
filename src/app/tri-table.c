/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-table.h"

#include "tri-narrow.h"
#include "tri-tooltip.h"

/**
 * TriTable:
 *
 * Names at the left, values at the right of their columns. To fill it: tri_table_begin(); for each row tri_table_row()
 * and its cells; tri_table_end(). Labels are kept from one filling to the next, so that nothing flickers. Each value
 * is named for screen readers by its row and its column.
 */
struct _TriTable {
  GtkWidget parent_instance;
  GtkWidget *grid;
  GPtrArray *titles; /* of the columns after the first; may be empty */
  int row, column;   /* that were filled last */
  int n_rows, n_columns;
  char *row_name, *sentence;
  gboolean wraps, narrow;
  guint wide_only; /* bit i: column i is left out of a narrow window */
};

G_DEFINE_FINAL_TYPE (TriTable, tri_table, GTK_TYPE_WIDGET)

static const char *const tone_classes[] = { NULL, "dim-label", "success", "success", "warning" };
static const char *const tone_icons[] = { NULL, NULL, NULL, "object-select-symbolic", "dialog-warning-symbolic" };

static void
tri_table_dispose (GObject *object)
{
  TriTable *self = TRI_TABLE (object);
  g_clear_pointer (&self->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (tri_table_parent_class)->dispose (object);
}

static void
tri_table_finalize (GObject *object)
{
  TriTable *self = TRI_TABLE (object);
  g_clear_pointer (&self->titles, g_ptr_array_unref);
  g_free (self->row_name);
  g_free (self->sentence);
  G_OBJECT_CLASS (tri_table_parent_class)->finalize (object);
}

static void
tri_table_class_init (TriTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tri_table_dispose;
  G_OBJECT_CLASS (klass)->finalize = tri_table_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "tritable");
}

static void
tri_table_init (TriTable *self)
{
  self->titles = g_ptr_array_new_with_free_func (g_free);
  self->grid = gtk_grid_new ();
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
}

GtkWidget *
tri_table_new (void)
{
  return g_object_new (TRI_TYPE_TABLE, NULL);
}

/* A cell is a box of an icon, hidden most of the time, and a label. */
static GtkWidget *
cell_new (gboolean name, gboolean wraps)
{
  GtkWidget *cell = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4), *icon = gtk_image_new (), *label = gtk_label_new ("");
  gtk_widget_add_css_class (cell, "tri-cell");
  gtk_widget_set_visible (icon, FALSE);
  gtk_widget_set_halign (icon, GTK_ALIGN_END);
  gtk_widget_set_hexpand (icon, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), name ? 0 : 1);
  gtk_widget_set_hexpand (label, name);
  gtk_widget_set_halign (label, name ? GTK_ALIGN_FILL : GTK_ALIGN_END);
  gtk_widget_set_hexpand (cell, TRUE);
  if (name)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), wraps ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (label), 9);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_lines (GTK_LABEL (label), 2);
    }
  else
    {
      gtk_widget_add_css_class (label, "numeric");
      gtk_widget_set_hexpand (label, TRUE);
      gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_RIGHT);
    }
  if (wraps)
    {
      /* Not even a hyphen is added to what may be a key's fingerprint. */
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
      pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
      gtk_label_set_attributes (GTK_LABEL (label), attributes);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    }
  gtk_box_append (GTK_BOX (cell), icon);
  gtk_box_append (GTK_BOX (cell), label);
  return cell;
}

static gboolean
is_shown (TriTable *self, int column)
{
  return !self->narrow || (self->wide_only >> column & 1) == 0;
}

static GtkWidget *
get_cell (TriTable *self, int row, int column)
{
  GtkWidget *cell = gtk_grid_get_child_at (GTK_GRID (self->grid), column, row);
  if (cell == NULL)
    {
      cell = cell_new (column == 0, self->wraps);
      gtk_grid_attach (GTK_GRID (self->grid), cell, column, row, 1, 1);
    }
  gtk_widget_set_visible (cell, is_shown (self, column));
  return cell;
}

static void
set_cell (GtkWidget *cell, const char *text, TriTone tone, const char *tooltip)
{
  GtkWidget *icon = gtk_widget_get_first_child (cell), *label = gtk_widget_get_last_child (cell);
  for (guint i = 1; i < G_N_ELEMENTS (tone_classes); i++)
    gtk_widget_remove_css_class (cell, tone_classes[i]);
  if (tone_classes[tone] != NULL)
    gtk_widget_add_css_class (cell, tone_classes[tone]);
  (tone == TRI_TONE_GOOD ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (label, "heading");
  gtk_widget_set_visible (icon, tone_icons[tone] != NULL);
  gtk_widget_set_hexpand (label, tone_icons[tone] == NULL);
  if (tone_icons[tone] != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (icon), tone_icons[tone]);
  gtk_label_set_label (GTK_LABEL (label), text);
  tri_tooltip_set (cell, tooltip);
}

/* @titles: (nullable): NULL-terminated, of the columns after the first */
void
tri_table_set_columns (TriTable *self, const char *const *titles)
{
  g_return_if_fail (TRI_IS_TABLE (self));
  g_ptr_array_set_size (self->titles, 0);
  for (guint i = 0; titles != NULL && titles[i] != NULL; i++)
    {
      GtkWidget *cell = get_cell (self, 0, (int) i + 1);
      set_cell (cell, titles[i], TRI_TONE_DIM, NULL);
      gtk_widget_add_css_class (cell, "caption");
      g_ptr_array_add (self->titles, g_strdup (titles[i]));
    }
  if (self->titles->len > 0)
    set_cell (get_cell (self, 0, 0), "", TRI_TONE_DIM, NULL);
}

static void
apply_narrow (GtkWidget *widget, gboolean narrow)
{
  TriTable *self = TRI_TABLE (widget);
  self->narrow = narrow;
  for (int row = 0; row <= self->row; row++)
    for (int column = 1; column <= (int) self->titles->len; column++)
      {
        GtkWidget *cell = gtk_grid_get_child_at (GTK_GRID (self->grid), column, row);
        if (cell != NULL)
          gtk_widget_set_visible (cell, is_shown (self, column));
      }
}

/* @columns: bit i is set when column i (0 is that of the names) is left out of a narrow window */
void
tri_table_set_wide_only (TriTable *self, guint columns)
{
  g_return_if_fail (TRI_IS_TABLE (self));
  self->wide_only = columns;
  tri_narrow_watch (GTK_WIDGET (self), apply_narrow);
}

/* Long values go on in another line: for texts, not for columns of figures. Before anything is filled. */
void
tri_table_set_wraps (TriTable *self, gboolean wraps)
{
  g_return_if_fail (TRI_IS_TABLE (self) && self->n_rows == 0);
  self->wraps = wraps;
}

/* Before the rows of a table that is filled anew; those that are not filled by tri_table_end() are hidden. */
void
tri_table_begin (TriTable *self)
{
  g_return_if_fail (TRI_IS_TABLE (self));
  self->row = self->titles->len > 0 ? 0 : -1;
  self->column = 0;
}

/* @sentence: (nullable): what the row means, for a tooltip and for screen readers */
void
tri_table_row (TriTable *self, const char *name, const char *sentence)
{
  g_return_if_fail (TRI_IS_TABLE (self));
  self->row++;
  self->column = 0;
  g_free (self->row_name);
  g_free (self->sentence);
  self->row_name = g_strdup (name);
  self->sentence = g_strdup (sentence);
  set_cell (get_cell (self, self->row, 0), name, TRI_TONE_PLAIN, sentence);
}

/* @why: (nullable): a tooltip that takes the place of the row's sentence */
void
tri_table_cell (TriTable *self, const char *text, TriTone tone, const char *why)
{
  g_return_if_fail (TRI_IS_TABLE (self) && self->row >= 0 && text != NULL);
  GtkWidget *cell = get_cell (self, self->row, ++self->column);
  set_cell (cell, text, tone, why != NULL ? why : self->sentence);
  const char *title = (guint) self->column <= self->titles->len ? g_ptr_array_index (self->titles, self->column - 1) : "";
  g_autofree char *spoken = g_strdup_printf ("%s%s%s: %s", self->row_name, *title != '\0' ? ", " : "", title, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_last_child (cell)), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, why != NULL ? why : self->sentence ? self->sentence : "",
                                  -1);
  self->n_columns = MAX (self->n_columns, self->column + 1);
}

/* Hides the rows that were not filled. */
void
tri_table_end (TriTable *self)
{
  g_return_if_fail (TRI_IS_TABLE (self));
  for (int row = self->row + 1; row < self->n_rows; row++)
    for (int column = 0; column < self->n_columns; column++)
      {
        GtkWidget *cell = gtk_grid_get_child_at (GTK_GRID (self->grid), column, row);
        if (cell != NULL)
          gtk_widget_set_visible (cell, FALSE);
      }
  self->n_rows = MAX (self->n_rows, self->row + 1);
}
