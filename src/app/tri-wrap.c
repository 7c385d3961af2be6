/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-wrap.h"

#define SPACING 9

struct _TriWrap {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (TriWrap, tri_wrap, GTK_TYPE_WIDGET)

/* Returns: the natural width of the widest visible child; @n: (out): how many there are; @height: (out): of the highest */
static int
measure_cell (TriWrap *self, int *n, int *height)
{
  int width = 0;
  *n = *height = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int wide, high;
      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &wide, NULL, NULL);
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, wide, NULL, &high, NULL, NULL);
      width = MAX (width, wide);
      *height = MAX (*height, high);
      ++*n;
    }
  return width;
}

static int
count_columns (int width, int cell, int n)
{
  return CLAMP ((width + SPACING) / MAX (cell + SPACING, 1), 1, MAX (n, 1));
}

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
         int *natural_baseline)
{
  int n, height, cell = measure_cell (TRI_WRAP (widget), &n, &height);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = cell;
      *natural = MAX (n * (cell + SPACING) - SPACING, 0);
      return;
    }
  int columns = for_size < 0 ? n : count_columns (for_size, cell, n);
  int rows = (n + MAX (columns, 1) - 1) / MAX (columns, 1);
  *minimum = *natural = MAX (rows * (height + SPACING) - SPACING, 0);
}

static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  int n, high, cell = measure_cell (TRI_WRAP (widget), &n, &high), i = 0;
  int columns = count_columns (width, cell, n);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_should_layout (child))
        continue;
      int x = i % columns * (cell + SPACING), y = i / columns * (high + SPACING);
      gtk_widget_size_allocate (child, &(GtkAllocation) { mirrored ? width - x - cell : x, y, cell, high }, -1);
      i++;
    }
}

GtkWidget *
tri_wrap_new (void)
{
  return g_object_new (TRI_TYPE_WRAP, NULL);
}

/* @child: (transfer floating) */
void
tri_wrap_append (TriWrap *self, GtkWidget *child)
{
  g_return_if_fail (TRI_IS_WRAP (self) && GTK_IS_WIDGET (child));
  gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}

static void
dispose (GObject *object)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (tri_wrap_parent_class)->dispose (object);
}

static void
tri_wrap_class_init (TriWrapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  widget_class->get_request_mode = get_request_mode;
  widget_class->measure = measure;
  widget_class->size_allocate = size_allocate;
}

static void
tri_wrap_init (TriWrap *self)
{
}
