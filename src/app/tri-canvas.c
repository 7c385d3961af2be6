/* Draws one picture as the shared view says. What is visible is sampled once into a texture of the pane's size and
 * kept until picture, view or size change. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-canvas.h"

#include <math.h>

#define KEY_PAN 48.0
#define ZOOM_STEP 1.25

struct _TriCanvas {
  GtkWidget parent_instance;
  TriView *view;
  TriPyramid *pyramid;
  GdkTexture *shown;
  gboolean grid;
  double drag_x, drag_y, pointer_x, pointer_y;
};

G_DEFINE_FINAL_TYPE (TriCanvas, tri_canvas, GTK_TYPE_WIDGET)

static void
on_view_changed (TriCanvas *self)
{
  g_clear_object (&self->shown);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static double
device (TriCanvas *self)
{
  return gtk_widget_get_scale_factor (GTK_WIDGET (self));
}

static TriPlacement
placement (TriCanvas *self)
{
  const TriImage *image = self->pyramid->levels[0];
  TriPlacement at;
  tri_view_place (self->view, image->width, image->height, &at.x, &at.y, &at.scale);
  return at;
}

static void
render (TriCanvas *self)
{
  guint width = (guint) (gtk_widget_get_width (GTK_WIDGET (self)) * device (self));
  guint height = (guint) (gtk_widget_get_height (GTK_WIDGET (self)) * device (self));
  TriPlacement at = placement (self);
  gsize size = (gsize) width * height * 4;
  guint8 *rgba = g_malloc (size);
  tri_pyramid_draw (self->pyramid, &at, width, height, self->grid, rgba);
  g_autoptr (GBytes) bytes = g_bytes_new_take (rgba, size);
  self->shown = gdk_memory_texture_new ((int) width, (int) height, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, bytes,
                                        (gsize) width * 4);
}

static void
snapshot_crosshair (TriCanvas *self, GtkSnapshot *snapshot, float width, float height)
{
  double fx, fy;
  if (!tri_view_get_crosshair (self->view, &fx, &fy))
    return;
  const TriImage *image = self->pyramid->levels[0];
  TriPlacement at = placement (self);
  float x = (float) ((at.x + fx * image->width * at.scale) / device (self));
  float y = (float) ((at.y + fy * image->height * at.scale) / device (self));
  const GdkRGBA dark = { 0, 0, 0, 0.55f }, light = { 1, 1, 1, 0.85f };
  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (x - 1.5f, 0, 3, height));
  gtk_snapshot_append_color (snapshot, &dark, &GRAPHENE_RECT_INIT (0, y - 1.5f, width, 3));
  gtk_snapshot_append_color (snapshot, &light, &GRAPHENE_RECT_INIT (x - 0.5f, 0, 1, height));
  gtk_snapshot_append_color (snapshot, &light, &GRAPHENE_RECT_INIT (0, y - 0.5f, width, 1));
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TriCanvas *self = TRI_CANVAS (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  if (self->pyramid == NULL || self->view == NULL || width < 1 || height < 1)
    return;
  if (self->shown == NULL)
    render (self);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gtk_snapshot_append_texture (snapshot, self->shown, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  snapshot_crosshair (self, snapshot, (float) width, (float) height);
  gtk_snapshot_pop (snapshot);
}

static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TriCanvas *self = TRI_CANVAS (widget);
  g_clear_object (&self->shown);
  if (self->view != NULL)
    tri_view_set_viewport (self->view, width * device (self), height * device (self));
}

static void
to_fraction (TriCanvas *self, double x, double y, double *fx, double *fy)
{
  *fx = *fy = 0.5;
  if (self->pyramid == NULL || self->view == NULL)
    return;
  const TriImage *image = self->pyramid->levels[0];
  TriPlacement at = placement (self);
  *fx = (x * device (self) - at.x) / (at.scale * image->width);
  *fy = (y * device (self) - at.y) / (at.scale * image->height);
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, TriCanvas *self)
{
  double fx, fy;
  self->pointer_x = x;
  self->pointer_y = y;
  if (self->pyramid == NULL || self->view == NULL)
    return;
  to_fraction (self, x, y, &fx, &fy);
  tri_view_set_crosshair (self->view, fx, fy);
}

static void
on_leave (GtkEventControllerMotion *controller, TriCanvas *self)
{
  if (self->view != NULL)
    tri_view_set_crosshair (self->view, -1, -1);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, TriCanvas *self)
{
  if (self->pyramid == NULL || self->view == NULL)
    return FALSE;
  double fx, fy;
  to_fraction (self, self->pointer_x, self->pointer_y, &fx, &fy);
  tri_view_zoom_at (self->view, pow (ZOOM_STEP, -dy), fx, fy);
  return TRUE;
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, TriCanvas *self)
{
  self->drag_x = self->drag_y = 0;
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
on_drag_update (GtkGestureDrag *gesture, double x, double y, TriCanvas *self)
{
  if (self->view != NULL)
    tri_view_pan (self->view, (x - self->drag_x) * device (self), (y - self->drag_y) * device (self));
  self->drag_x = x;
  self->drag_y = y;
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, TriCanvas *self)
{
  if (self->view == NULL || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  double step = KEY_PAN * device (self);
  switch (key)
    {
    case GDK_KEY_Left: tri_view_pan (self->view, step, 0); return TRUE;
    case GDK_KEY_Right: tri_view_pan (self->view, -step, 0); return TRUE;
    case GDK_KEY_Up: tri_view_pan (self->view, 0, step); return TRUE;
    case GDK_KEY_Down: tri_view_pan (self->view, 0, -step); return TRUE;
    case GDK_KEY_plus: case GDK_KEY_KP_Add: tri_view_zoom_at (self->view, ZOOM_STEP, 0.5, 0.5); return TRUE;
    case GDK_KEY_minus: case GDK_KEY_KP_Subtract: tri_view_zoom_at (self->view, 1 / ZOOM_STEP, 0.5, 0.5); return TRUE;
    default: return FALSE;
    }
}

/* Once. @view: (transfer none): shared with the other canvases, and kept alive */
void
tri_canvas_set_view (TriCanvas *self, TriView *view)
{
  g_return_if_fail (TRI_IS_CANVAS (self) && self->view == NULL);
  self->view = g_object_ref (view);
  g_signal_connect_object (view, "changed", G_CALLBACK (on_view_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "crosshair", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

/* @pyramid: (nullable) */
void
tri_canvas_set_pyramid (TriCanvas *self, TriPyramid *pyramid)
{
  g_clear_pointer (&self->pyramid, tri_pyramid_unref);
  self->pyramid = pyramid != NULL ? tri_pyramid_ref (pyramid) : NULL;
  on_view_changed (self);
}

void
tri_canvas_set_grid (TriCanvas *self, gboolean grid)
{
  self->grid = grid;
  on_view_changed (self);
}

static void
dispose (GObject *object)
{
  TriCanvas *self = TRI_CANVAS (object);
  g_clear_object (&self->view);
  g_clear_object (&self->shown);
  g_clear_pointer (&self->pyramid, tri_pyramid_unref);
  G_OBJECT_CLASS (tri_canvas_parent_class)->dispose (object);
}

static void
tri_canvas_class_init (TriCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  widget_class->snapshot = snapshot;
  widget_class->size_allocate = size_allocate;
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tri_canvas_init (TriCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  self->grid = TRUE;
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (widget, motion);
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (widget, scroll);
  GtkGesture *drag = gtk_gesture_drag_new ();
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  GtkEventController *key = gtk_event_controller_key_new ();
  g_signal_connect (key, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (widget, key);
}
