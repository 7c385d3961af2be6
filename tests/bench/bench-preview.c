/* From the change of a slider, in the window, to the frame that shows its preview: each cipher with the first parameter
 * that has a slider, dragged through the lower half of its range over a picture of 12 megapixels. A display is needed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../app/window-fixture.h"

#define WIDTH 4000
#define HEIGHT 3000
#define STEPS 9

typedef struct {
  TriWindow *window;
  TriParams *asked;
  TriPyramid *before; /* kept, so that its place isn't used again */
  gboolean drawn;
} Drag;

static TriImage *
make_picture (void)
{
  TriImage *image = tri_image_new (WIDTH, HEIGHT, 3, NULL);
  for (gsize i = 0, n = (gsize) WIDTH * HEIGHT; i < n; i++)
    {
      gsize x = i % WIDTH, y = i / WIDTH;
      image->pixels[3 * i] = (guint8) (x * 255 / WIDTH);
      image->pixels[3 * i + 1] = (guint8) ((x / 97 ^ y / 83) * 7);
      image->pixels[3 * i + 2] = (guint8) ((x * 3 + y * 5) / 60);
    }
  return image;
}

static gboolean
preview_is_shown (gpointer data)
{
  Drag *drag = data;
  const TriReport *report = tri_session_get_report (drag->window->session);
  return report != NULL && tri_params_equal (report->params, drag->asked)
         && tri_pane_get_pyramid (drag->window->encrypted) != drag->before;
}

static void
on_frame (GdkFrameClock *clock, gpointer data)
{
  ((Drag *) data)->drawn = TRUE;
}

static gboolean
is_drawn (gpointer data)
{
  return ((Drag *) data)->drawn;
}

static const TriParamSpec *
find_slider (const TriParams *params)
{
  for (const TriParamSpec *spec = tri_params_get_specs (params); spec != NULL && spec->id != NULL; spec++)
    if ((spec->type == TRI_PARAM_INT || spec->type == TRI_PARAM_DOUBLE) && !(spec->flags & TRI_PARAM_SEED)
        && tri_params_is_relevant (params, spec))
      return spec;
  return NULL;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Returns: seconds until the frame after the preview has come */
static double
step (Drag *drag, const TriParamSpec *spec, double value)
{
  TriSession *session = drag->window->session;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (drag->window));
  g_clear_pointer (&drag->before, tri_pyramid_unref);
  drag->before = tri_pyramid_ref (tri_pane_get_pyramid (drag->window->encrypted));
  drag->drawn = FALSE;
  gint64 start = g_get_monotonic_time ();
  tri_session_set_param (session, spec->id, value, NULL);
  g_clear_pointer (&drag->asked, tri_params_free);
  drag->asked = tri_params_copy (tri_session_get_params (session));
  fixture_spin_until (preview_is_shown, drag);
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (on_frame), drag);
  fixture_spin_until (is_drawn, drag);
  g_signal_handler_disconnect (clock, handler);
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static void
measure (TriWindow *window, const TriCipher *cipher)
{
  Drag drag = { .window = window };
  tri_session_set_cipher (window->session, cipher);
  const TriParamSpec *spec = find_slider (tri_session_get_params (window->session));
  if (spec == NULL)
    return;
  double times[STEPS], from = tri_params_get (tri_session_get_params (window->session), spec->id);
  for (guint i = 0; i <= STEPS; i++) /* not the first, which makes the picture's small copy */
    {
      double to = spec->min + (spec->max - spec->min) * (i + 1) / (2 * STEPS + 2);
      double value = spec->type == TRI_PARAM_INT ? round (to) : to;
      double seconds = value != from ? step (&drag, spec, value) : 0;
      from = value;
      if (i > 0)
        times[i - 1] = seconds;
    }
  qsort (times, STEPS, sizeof *times, compare);
  printf ("%s, %s dragged, 12 MP\t%.6f\n", cipher->id, spec->id, times[STEPS / 2]);
  fflush (stdout);
  tri_params_free (drag.asked);
  g_clear_pointer (&drag.before, tri_pyramid_unref);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  TriWindow *window = fixture_window_with_sample ();
  g_autoptr (TriImage) picture = make_picture ();
  tri_session_begin_change (window->session); /* a drag to the end: previews alone */
  tri_session_set_picture (window->session, picture, "made");
  for (const TriCipher *const *cipher = tri_ciphers (); *cipher != NULL; cipher++)
    if (argc < 2 || g_str_equal (argv[1], (*cipher)->id))
      measure (window, *cipher);
  fixture_close (window);
  return 0;
}
