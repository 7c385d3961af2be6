/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-card-grid.h"

#include "tri-card.h"

#define SPACING 12

/**
 * TriCardGrid:
 * @column-width: the least width of a column
 * @max-columns: no more than these
 *
 * Cards in rows of columns of one width. A card takes its span, or the whole row where there are fewer columns; the
 * last of a row takes what is left of it. What there is of height beyond the need is shared by the rows.
 */
struct _TriCardGrid {
  GtkWidget parent_instance;
  guint column_width, max_columns;
};

G_DEFINE_FINAL_TYPE (TriCardGrid, tri_card_grid, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_COLUMN_WIDTH, PROP_MAX_COLUMNS, N_PROPS };
static GParamSpec *properties[N_PROPS];

typedef struct {
  GtkWidget *widget;
  guint row, column, span;
} Place;

static guint
column_count (TriCardGrid *self, int width)
{
  guint n = (guint) MAX (0, width + SPACING) / (self->column_width + SPACING);
  return CLAMP (n, 1, self->max_columns);
}

static guint
wanted_span (GtkWidget *child)
{
  return TRI_IS_CARD (child) ? tri_card_get_span (TRI_CARD (child)) : 1;
}

/* Returns: (element-type Place): the visible children, row by row */
static GArray *
arrange (TriCardGrid *self, guint columns)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));
  guint row = 0, column = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      guint span = MIN (wanted_span (child), columns);
      if (!gtk_widget_should_layout (child))
        continue;
      if (column + span > columns)
        {
          g_array_index (places, Place, places->len - 1).span += columns - column;
          row++;
          column = 0;
        }
      Place place = { child, row, column, span };
      g_array_append_val (places, place);
      column += span;
    }
  if (places->len > 0)
    g_array_index (places, Place, places->len - 1).span += columns - column;
  return places;
}

static int
span_width (int width, guint columns, guint column, guint span)
{
  int unit = width + SPACING;
  return unit * (int) (column + span) / (int) columns - unit * (int) column / (int) columns - SPACING;
}

/* Fills the least and natural height of each row. Returns: (transfer full) (element-type int) */
static GArray *
row_heights (TriCardGrid *self, GArray *places, guint columns, int width, int *minimum, int *natural)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (int));
  *minimum = *natural = 0;
  for (guint i = 0; i < places->len;)
    {
      guint row = g_array_index (places, Place, i).row;
      int least = 0, wanted = 0;
      for (; i < places->len && g_array_index (places, Place, i).row == row; i++)
        {
          const Place *place = &g_array_index (places, Place, i);
          int min, nat, w = MAX (1, span_width (width, columns, place->column, place->span));
          gtk_widget_measure (place->widget, GTK_ORIENTATION_VERTICAL, w, &min, &nat, NULL, NULL);
          least = MAX (least, min);
          wanted = MAX (wanted, nat);
        }
      g_array_append_val (rows, least);
      *minimum += least + (row > 0 ? SPACING : 0);
      *natural += wanted + (row > 0 ? SPACING : 0);
    }
  return rows;
}

static GtkSizeRequestMode
tri_card_grid_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (TriCardGrid *self, int *minimum, int *natural)
{
  *minimum = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int min, nat;
      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &min, &nat, NULL, NULL);
      *minimum = MAX (*minimum, min);
    }
  *natural = MAX (*minimum, (int) (self->column_width + SPACING) * (int) self->max_columns - SPACING);
}

static void
tri_card_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  TriCardGrid *self = TRI_CARD_GRID (widget);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (self, minimum, natural);
      return;
    }
  int least;
  if (for_size < 0)
    measure_width (self, &least, &for_size);
  guint columns = column_count (self, for_size);
  g_autoptr (GArray) places = arrange (self, columns);
  g_autoptr (GArray) rows = row_heights (self, places, columns, for_size, minimum, natural);
}

static void
tri_card_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TriCardGrid *self = TRI_CARD_GRID (widget);
  int minimum, natural, y = 0;
  guint columns = column_count (self, width), row = 0;
  g_autoptr (GArray) places = arrange (self, columns);
  g_autoptr (GArray) rows = row_heights (self, places, columns, width, &minimum, &natural);
  int extra = rows->len > 0 ? MAX (0, height - minimum) / (int) rows->len : 0;
  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);
      for (; row < place->row; row++)
        y += g_array_index (rows, int, row) + extra + SPACING;
      int unit = width + SPACING, x = unit * (int) place->column / (int) columns;
      int w = MAX (1, span_width (width, columns, place->column, place->span));
      if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
        x = width - x - w;
      GtkAllocation at = { x, y, w, g_array_index (rows, int, row) + extra };
      gtk_widget_size_allocate (place->widget, &at, -1);
    }
}

static void
tri_card_grid_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TriCardGrid *self = TRI_CARD_GRID (object);
  g_value_set_uint (value, id == PROP_COLUMN_WIDTH ? self->column_width : self->max_columns);
}

static void
tri_card_grid_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TriCardGrid *self = TRI_CARD_GRID (object);
  *(id == PROP_COLUMN_WIDTH ? &self->column_width : &self->max_columns) = g_value_get_uint (value);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
tri_card_grid_dispose (GObject *object)
{
  tri_card_grid_clear (TRI_CARD_GRID (object));
  G_OBJECT_CLASS (tri_card_grid_parent_class)->dispose (object);
}

static void
tri_card_grid_class_init (TriCardGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->get_property = tri_card_grid_get_property;
  object_class->set_property = tri_card_grid_set_property;
  object_class->dispose = tri_card_grid_dispose;
  widget_class->get_request_mode = tri_card_grid_get_request_mode;
  widget_class->measure = tri_card_grid_measure;
  widget_class->size_allocate = tri_card_grid_size_allocate;
  properties[PROP_COLUMN_WIDTH] = g_param_spec_uint ("column-width", NULL, NULL, 50, 4000, 280,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MAX_COLUMNS] = g_param_spec_uint ("max-columns", NULL, NULL, 1, 12, 3,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "cardgrid");
}

static void
tri_card_grid_init (TriCardGrid *self)
{
  self->column_width = 280;
  self->max_columns = 3;
}

GtkWidget *
tri_card_grid_new (void)
{
  return g_object_new (TRI_TYPE_CARD_GRID, NULL);
}

/* @card: (transfer floating): any widget; a TriCard may span columns */
void
tri_card_grid_append (TriCardGrid *self, GtkWidget *card)
{
  g_return_if_fail (TRI_IS_CARD_GRID (self));
  gtk_widget_set_parent (card, GTK_WIDGET (self));
}

void
tri_card_grid_clear (TriCardGrid *self)
{
  GtkWidget *child;
  g_return_if_fail (TRI_IS_CARD_GRID (self));
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}
