/* What Bob and Eve can be asked. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-bob-eve-private.h"

#define MORE_THAN_FLAT 0.3 /* dB: so much better than the mean colour, and Eve sees something */

gboolean
tri_bob_eve_is_training (TriBobEve *self)
{
  return self->training;
}

double
tri_bob_eve_get_fraction (TriBobEve *self)
{
  return self->n_steps > 0 ? (double) self->step / (double) self->n_steps : 0;
}

/* Returns: how many steps Eve has learned, in this training or the last */
guint64
tri_bob_eve_get_step (TriBobEve *self)
{
  return self->step;
}

/* Returns: dB that Eve's pictures were better than the mean colours of what she learned from, over the last tenth; NaN
 * before the first */
double
tri_bob_eve_get_gain (TriBobEve *self)
{
  guint n = self->points->len, from = n - MIN (n, MAX (n / 10, 1));
  double loss = 0, flat = 0;
  for (guint i = from; i < n; i++)
    {
      const Point *point = &g_array_index (self->points, Point, i);
      loss += point->loss;
      flat += point->flat_loss;
    }
  return n > 0 ? 10 * log10 (flat / loss) : NAN;
}

/* Returns: (transfer none): empty until both have looked */
const TriSight *
tri_bob_eve_get_sight (TriBobEve *self)
{
  return &self->sight;
}

const GError *
tri_bob_eve_get_error (TriBobEve *self)
{
  return self->error;
}

static char *
describe_eve (TriBobEve *self)
{
  double gain = tri_bob_eve_get_gain (self), here = self->sight.eve_psnr - self->sight.flat_psnr, more = MAX (gain, here);
  g_autofree char *steps = g_strdup_printf ("%" G_GUINT64_FORMAT, self->step);
  if (self->sight.eve == NULL || isnan (more))
    return g_strdup (_("Eve has learned nothing yet."));
  if (more > MORE_THAN_FLAT)
    return g_strdup_printf (_("Eve sees something without the key: after %s steps she is %.1f dB better than the mean colour. This "
                              "cipher leaks."), steps, more);
  return g_strdup_printf (_("Without the key Eve sees nothing: after %s steps she is no better than the mean colour (%+.2f dB)."),
                          steps, more);
}

/* Returns: (transfer full): in one sentence, how things stand */
char *
tri_bob_eve_describe (TriBobEve *self)
{
  g_autofree char *steps = g_strdup_printf ("%" G_GUINT64_FORMAT, self->step);
  g_autofree char *of = g_strdup_printf ("%" G_GUINT64_FORMAT, self->n_steps);
  if (self->error != NULL)
    return g_strdup (self->error->message);
  if (self->training)
    return self->step > 0 ? g_strdup_printf (_("Eve learns: step %s of %s."), steps, of) : g_strdup (_("Eve begins to learn…"));
  if (self->trained || (self->step > 0 && self->sight.eve != NULL))
    return describe_eve (self);
  return self->step > 0 ? g_strdup_printf (_("Stopped at step %s. What Eve had learned is gone."), steps)
                        : g_strdup (_("No Eve comes with this cipher: train one, and see what she makes of it."));
}

/* Returns: (transfer full): her error against steps, beside that of guessing the mean colour */
TriChart *
tri_bob_eve_make_chart (TriBobEve *self)
{
  TriChart *chart = tri_chart_new (_("Eve's error"), _("Step"), _("Mean square error"));
  chart->empty = g_strdup (_("The curve grows here while Eve learns."));
  chart->y.min = 0;
  if (self->points->len == 0)
    return chart;
  TriSeries *flat = tri_chart_add (chart, _("Mean colour"), TRI_MARK_LINE, TRI_HUE_MUTED);
  TriSeries *eve = tri_chart_add (chart, _("Eve"), TRI_MARK_LINE, TRI_HUE_1);
  for (guint i = 0; i < self->points->len; i++)
    {
      const Point *point = &g_array_index (self->points, Point, i);
      tri_series_append (flat, (double) point->step, point->flat_loss);
      tri_series_append (eve, (double) point->step, point->loss);
    }
  return chart;
}
