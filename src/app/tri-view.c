/* Zoom, centre and crosshair that the three panes share. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-view.h"

#define MAX_ZOOM 64.0

struct _TriView {
  GObject parent_instance;
  guint width, height;
  double view_w, view_h, zoom, cx, cy, hair_x, hair_y;
};

enum { CHANGED, CROSSHAIR, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TriView, tri_view, G_TYPE_OBJECT)

static double
fit_scale (TriView *self)
{
  return MIN (self->view_w / self->width, self->view_h / self->height);
}

double
tri_view_get_scale (TriView *self)
{
  return self->zoom > 0 ? self->zoom : fit_scale (self);
}

/* A picture smaller than the viewport is centred, a larger one fills it. */
static double
clamp_centre (double centre, double shown, double view)
{
  if (shown <= view)
    return 0.5;
  double half = view / shown / 2;
  return CLAMP (centre, half, 1 - half);
}

static void
changed (TriView *self)
{
  double scale = tri_view_get_scale (self);
  self->cx = clamp_centre (self->cx, scale * self->width, self->view_w);
  self->cy = clamp_centre (self->cy, scale * self->height, self->view_h);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* @width, @height: pixels of the picture that the zoom counts in; another size goes back to fit */
void
tri_view_set_reference (TriView *self, guint width, guint height)
{
  if (width == self->width && height == self->height)
    return;
  self->width = width;
  self->height = height;
  self->zoom = 0;
  changed (self);
}

/* @width, @height: device pixels; the same for all who share the view */
void
tri_view_set_viewport (TriView *self, double width, double height)
{
  if (width < 1 || height < 1 || (width == self->view_w && height == self->view_h))
    return;
  self->view_w = width;
  self->view_h = height;
  changed (self);
}

/* @zoom: 0 or less is fit; what is too large is made as large as it may be */
void
tri_view_set_zoom (TriView *self, double zoom)
{
  self->zoom = zoom <= 0 ? 0 : MIN (zoom, MAX_ZOOM);
  changed (self);
}

/* @fx, @fy: the place, 0…1 of the picture, that stays where it is */
void
tri_view_zoom_at (TriView *self, double factor, double fx, double fy)
{
  double old = tri_view_get_scale (self), fit = fit_scale (self);
  double zoom = CLAMP (old * factor, MIN (fit, 1) / 8, MAX (MAX_ZOOM, fit));
  self->cx = fx + (self->cx - fx) * old / zoom;
  self->cy = fy + (self->cy - fy) * old / zoom;
  self->zoom = zoom;
  changed (self);
}

void
tri_view_pan (TriView *self, double dx, double dy)
{
  double scale = tri_view_get_scale (self);
  self->cx -= dx / (scale * self->width);
  self->cy -= dy / (scale * self->height);
  changed (self);
}

void
tri_view_place (TriView *self, guint width, guint height, double *x, double *y, double *scale)
{
  *scale = tri_view_get_scale (self) * MIN ((double) self->width / width, (double) self->height / height);
  *x = self->view_w / 2 - self->cx * width * *scale;
  *y = self->view_h / 2 - self->cy * height * *scale;
}

/* Does some of the picture lie outside the viewport? */
gboolean
tri_view_is_enlarged (TriView *self)
{
  return tri_view_get_scale (self) > fit_scale (self) * 1.0001;
}

void
tri_view_set_crosshair (TriView *self, double fx, double fy)
{
  self->hair_x = fx;
  self->hair_y = fy;
  g_signal_emit (self, signals[CROSSHAIR], 0);
}

gboolean
tri_view_get_crosshair (TriView *self, double *fx, double *fy)
{
  *fx = self->hair_x;
  *fy = self->hair_y;
  return self->hair_x >= 0 && self->hair_x < 1 && self->hair_y >= 0 && self->hair_y < 1;
}

/* @across, @down: (out): where it is in the viewport, as fractions of it */
void
tri_view_locate_crosshair (TriView *self, double *across, double *down)
{
  double x, y, scale;
  tri_view_place (self, self->width, self->height, &x, &y, &scale);
  *across = (x + self->hair_x * self->width * scale) / self->view_w;
  *down = (y + self->hair_y * self->height * scale) / self->view_h;
}

TriView *
tri_view_new (void)
{
  return g_object_new (TRI_TYPE_VIEW, NULL);
}

static void
tri_view_class_init (TriViewClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", TRI_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CROSSHAIR] = g_signal_new ("crosshair", TRI_TYPE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tri_view_init (TriView *self)
{
  self->width = self->height = 1;
  self->view_w = self->view_h = 1;
  self->cx = self->cy = 0.5;
  self->hair_x = self->hair_y = -1;
}
