/* Charts: ticks, every mark, hostile values, files, words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-plot-private.h"

static const TriPlotStyle light = { .font = "Sans", .font_size = 11 };

static void
assert_ticks (GArray *ticks, const char *expected)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < ticks->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", g_array_index (ticks, TriTick, i).label);
  g_assert_cmpstr (text->str, ==, expected);
  g_string_free (text, TRUE);
  g_array_unref (ticks);
}

static void
test_ticks_linear (void)
{
  assert_ticks (tri_ticks_linear (0, 10, 6), "0 2 4 6 8 10");
  assert_ticks (tri_ticks_linear (0, 1, 11), "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0");
  assert_ticks (tri_ticks_linear (0, 255, 6), "0 50 100 150 200 250");
  assert_ticks (tri_ticks_linear (-1, 1, 5), "−1.0 −0.5 0 0.5 1.0");
  assert_ticks (tri_ticks_linear (2, 64, 7), "10 20 30 40 50 60");
  assert_ticks (tri_ticks_linear (0, 25000, 3), "0 10\u202f000 20\u202f000");
  assert_ticks (tri_ticks_linear (0, 3e9, 4), "0 1×10⁹ 2×10⁹ 3×10⁹");
  assert_ticks (tri_ticks_linear (0, 4e-7, 3), "0 2×10⁻⁷ 4×10⁻⁷");
  assert_ticks (tri_ticks_linear (3.57, 4, 5), "3.6 3.7 3.8 3.9 4.0");
}

/* Over many ranges: in range, in order, even, no more than asked for, and at least two of seven. */
static void
test_ticks_property (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  for (guint n = 0; n < 4000; n++)
    {
      double span = pow (10, g_rand_double_range (rand, -280, 299));
      double min = g_rand_boolean (rand) ? span * g_rand_double_range (rand, -100, 100) : 0, max = min + span;
      guint at_most = (guint) g_rand_int_range (rand, 1, 12);
      g_autoptr (GArray) ticks = tri_ticks_linear (min, max, at_most);
      g_assert_cmpuint (ticks->len, <=, at_most);
      g_assert_true (ticks->len >= 2 || at_most < 7);
      for (guint i = 0; i < ticks->len; i++)
        {
          double v = g_array_index (ticks, TriTick, i).value;
          g_assert_true (v >= min - span * 1e-6 && v <= max + span * 1e-6);
          if (i > 0)
            g_assert_cmpfloat (v, >, g_array_index (ticks, TriTick, i - 1).value);
        }
    }
}

static void
test_ticks_logarithmic (void)
{
  assert_ticks (tri_ticks_logarithmic (1, 1000, 10), "1 2 5 10 20 50 100 200 500 1000");
  assert_ticks (tri_ticks_logarithmic (1, 1000, 5), "1 10 100 1000");
  assert_ticks (tri_ticks_logarithmic (1e-3, 1e9, 5), "1×10⁻³ 1×10⁰ 1×10³ 1×10⁶ 1×10⁹");
  assert_ticks (tri_ticks_logarithmic (30, 60, 4), "30 40 50 60");
}

static void
test_numbers (void)
{
  static const struct { double value; const char *text; } cases[] = {
    { 0, "0" }, { 1, "1" }, { 0.87654321, "0.8765" }, { 31.24159, "31.24" }, { 8912.4, "8912" }, { -0.5, "−0.5000" },
    { 123456.7, "123\u202f457" }, { 1e12, "1.00×10¹²" }, { 9.999e12, "1.00×10¹³" }, { -2.5e-9, "−2.50×10⁻⁹" },
    { 5e-324, "4.94×10⁻³²⁴" }, { INFINITY, "∞" }, { -INFINITY, "−∞" }, { NAN, "–" }, { 1.7e308, "1.70×10³⁰⁸" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tri_plot_value (cases[i].value);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_scales (void)
{
  static const double same[] = { 5, 5, 5 }, zeros[] = { 0, 0 }, bars[] = { 3, 9 };
  TriScale x, y;
  g_autoptr (TriChart) flat = tri_chart_new (NULL, NULL, NULL);
  tri_chart_add_data (flat, NULL, TRI_MARK_LINE, TRI_HUE_1, NULL, same, 3);
  g_assert_true (tri_scales_from_chart (flat, &x, &y));
  g_assert_cmpfloat (y.min, <, 5);
  g_assert_cmpfloat (y.max, >, 5);
  g_assert_cmpfloat (tri_scale_fraction (&y, 5), ==, 0.5);

  g_autoptr (TriChart) none = tri_chart_new (NULL, NULL, NULL);
  tri_chart_add_data (none, NULL, TRI_MARK_BARS, TRI_HUE_1, NULL, zeros, 2);
  g_assert_true (tri_scales_from_chart (none, &x, &y));
  g_assert_cmpfloat (y.min, ==, 0);
  g_assert_cmpfloat (y.max, >, 0);

  g_autoptr (TriChart) upright = tri_chart_new (NULL, NULL, NULL);
  tri_chart_add_data (upright, NULL, TRI_MARK_BARS, TRI_HUE_1, NULL, bars, 2);
  g_assert_true (tri_scales_from_chart (upright, &x, &y));
  g_assert_cmpfloat (y.min, ==, 0);
  g_assert_cmpfloat (x.min, ==, -0.5);
  g_assert_cmpfloat (x.max, ==, 1.5);

  upright->y.min = 10;
  upright->y.max = 2;
  g_assert_true (tri_scales_from_chart (upright, &x, &y));
  g_assert_cmpfloat (y.min, <, y.max);
}

/* How many pixels are not paper. */
static guint
ink_of (const TriChart *chart, double width, double height, const TriPlotStyle *style)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) width, (int) height);
  cairo_t *cr = cairo_create (surface);
  tri_plot_draw (chart, cr, width, height, style);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  double rgb[3];
  guint n = 0;
  tri_plot_paper (style, rgb);
  guint32 paper = 0xff000000 | (guint32) (rgb[0] * 255 + 0.5) << 16 | (guint32) (rgb[1] * 255 + 0.5) << 8
                  | (guint32) (rgb[2] * 255 + 0.5);
  const guint8 *data = cairo_image_surface_get_data (surface);
  for (int y = 0; y < (int) height; y++)
    for (int x = 0; x < (int) width; x++)
      n += ((const guint32 *) (const void *) (data + y * cairo_image_surface_get_stride (surface)))[x] != paper;
  cairo_surface_destroy (surface);
  return n;
}

static TriChart *
sample (TriMark mark)
{
  static const double xs[] = { 0, 1, 2, 3 }, ys[] = { 3, 1, 2, 0 };
  TriChart *chart = tri_chart_new ("A title", "across", "up");
  tri_chart_add_data (chart, "one", mark, TRI_HUE_2, xs, ys, 4);
  return chart;
}

/* Each mark leaves ink that the same chart with its values taken out does not have. */
static void
test_marks (void)
{
  for (TriMark mark = TRI_MARK_LINE; mark <= TRI_MARK_HRULE; mark++)
    for (guint scheme = 0; scheme < 4; scheme++)
      {
        TriPlotStyle style = { .font = "Sans", .font_size = 11, .dark = scheme & 1, .high_contrast = scheme & 2 };
        g_autoptr (TriChart) chart = sample (mark);
        chart->x.min = chart->y.min = -1;
        chart->x.max = chart->y.max = 4;
        tri_chart_add_data (chart, NULL, TRI_MARK_POINTS, TRI_HUE_1, NULL, (const double[]) { 0, 3 }, 2);
        guint with = ink_of (chart, 320, 240, &style);
        TriSeries *series = g_ptr_array_index (chart->series, 0);
        for (guint i = 0; i < 4; i++)
          g_array_index (series->xs, double, i) = g_array_index (series->ys, double, i) = NAN;
        if (mark == TRI_MARK_HBARS)
          g_array_index (series->ys, double, 3) = 3;
        g_assert_cmpuint (with, >, ink_of (chart, 320, 240, &style) + 10);
      }
}

static void
test_hostile (void)
{
  static const double values[] = { 0, NAN, INFINITY, -INFINITY, 1.7e308, -1.7e308, 5e-324, -5e-324, 1, 1e-300, 42 };
  static const double sizes[][2] = { { 1, 1 }, { 5, 300 }, { 300, 5 }, { 40, 30 }, { 200, 120 }, { 900, 500 } };
  for (TriMark mark = TRI_MARK_LINE; mark <= TRI_MARK_HRULE; mark++)
    for (guint variant = 0; variant < 8; variant++)
      for (guint n = 0; n <= G_N_ELEMENTS (values); n++)
        {
          g_autoptr (TriChart) chart = tri_chart_new ("Title", "x", "y");
          chart->x.logarithmic = variant & 1;
          chart->y.logarithmic = variant & 2;
          chart->square = variant & 4;
          TriSeries *series = tri_chart_add (chart, "s", mark, TRI_HUE_3);
          for (guint i = 0; i < n; i++)
            tri_series_append (series, values[(i * 3 + n) % 11], values[i]);
          const double *size = sizes[(n + variant) % G_N_ELEMENTS (sizes)];
          ink_of (chart, size[0], size[1], &light);
          g_autofree char *words = tri_plot_describe (chart);
          g_autofree char *at = tri_plot_describe_at (chart, size[0], size[1], &light, size[0] / 2, size[1] / 2);
          g_assert_true (g_utf8_validate (words, -1, NULL));
        }
}

static void
test_empty (void)
{
  g_autoptr (TriChart) chart = tri_chart_new ("Nothing", "x", "y");
  chart->empty = g_strdup ("Run a cipher first");
  g_assert_cmpuint (ink_of (chart, 300, 200, &light), >, 50);
  g_autofree char *words = tri_plot_describe (chart);
  g_assert_cmpstr (words, ==, "Nothing. Run a cipher first.");
  g_assert_null (tri_plot_describe_at (chart, 300, 200, &light, 150, 100));
}

static gboolean
apart (const TriBox *a, const TriBox *b)
{
  return a->x + a->width <= b->x + 0.01 || b->x + b->width <= a->x + 0.01 || a->y + a->height <= b->y + 0.01
         || b->y + b->height <= a->y + 0.01;
}

/* At every size: labels of the x axis inside the picture and apart, legend and titles above the plot, plot inside. */
static void
check_layout (double x_scale)
{
  g_autoptr (TriChart) chart = tri_chart_new ("A rather long title for a chart", "parameter", "mean squared error");
  const char *names[] = { "PCA", "k-means per colour", "Gaussian mixture", "Logistic map" };
  for (guint s = 0; s < 4; s++)
    tri_chart_add_data (chart, names[s], TRI_MARK_LINE, (TriHue) s, (const double[]) { 2 * x_scale, 17 * x_scale, 64 * x_scale },
                        (const double[]) { 123456, 400.0 * s, 3 }, 3);
  tri_chart_add_data (chart, "chosen", TRI_MARK_VRULE, TRI_HUE_ACCENT, (const double[]) { 16 * x_scale },
                      (const double[]) { 0 }, 1);
  tri_chart_add_data (chart, "noise", TRI_MARK_HRULE, TRI_HUE_MUTED, (const double[]) { 0 }, (const double[]) { 5e4 }, 1);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cr = cairo_create (surface);
  for (double width = 120; width <= 1000; width += 89)
    for (double height = 90; height <= 700; height += 97)
      {
        TriPlot plot;
        tri_plot_layout (&plot, chart, cr, width, height, &light);
        g_assert_cmpfloat (plot.plot.x, >=, 0);
        g_assert_cmpfloat (plot.plot.x + plot.plot.width, <=, width);
        g_assert_cmpfloat (plot.plot.y + plot.plot.height + plot.line, <=, height);
        g_assert_cmpfloat (plot.plot.height, >=, height * 0.35);
        double end = -INFINITY;
        for (guint i = 0; i < plot.x_ticks->len; i++)
          {
            double w, x;
            const TriTick *tick = &g_array_index (plot.x_ticks, TriTick, i);
            tri_text_measure (&plot, TRI_TEXT_DIM, tick->label, &w, NULL);
            x = CLAMP (tri_plot_map_x (&plot, tick->value) - w / 2, 0, width - w);
            g_assert_cmpfloat (x, >, end);
            end = x + w;
          }
        g_assert_cmpfloat (end, <=, width);
        for (guint i = 0; i < plot.legend->len; i++)
          {
            const TriLegendEntry *e = &g_array_index (plot.legend, TriLegendEntry, i);
            TriBox box = { e->x, e->y, e->width, plot.line };
            g_assert_cmpfloat (e->x + e->width, <=, width);
            g_assert_true (apart (&box, &plot.plot));
            for (guint j = 0; j < i; j++)
              {
                const TriLegendEntry *f = &g_array_index (plot.legend, TriLegendEntry, j);
                TriBox other = { f->x, f->y, f->width, plot.line };
                g_assert_true (apart (&box, &other));
              }
          }
        tri_plot_clear (&plot);
      }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
test_layout (void)
{
  check_layout (1);
  check_layout (1e-7);
}

static void
test_square (void)
{
  g_autoptr (TriChart) chart = tri_chart_new ("Neighbours", "pixel", "next");
  chart->square = TRUE;
  chart->x.min = chart->y.min = 0;
  chart->x.max = chart->y.max = 255;
  tri_chart_add_data (chart, NULL, TRI_MARK_DOTS, TRI_HUE_1, NULL, (const double[]) { 0, 255 }, 2);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cr = cairo_create (surface);
  TriPlot plot;
  tri_plot_layout (&plot, chart, cr, 500, 200, &light);
  g_assert_cmpfloat (fabs (plot.plot.width - plot.plot.height), <, 1e-6);
  tri_plot_clear (&plot);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
assert_well_formed (GBytes *svg)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "triptych-plot-XXXXXX.svg", NULL);
  int fd = g_mkstemp (path);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (svg, NULL), (gssize) g_bytes_get_size (svg), NULL));
  const char *argv[] = { "xmllint", "--noout", "--nonet", path, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* Blanks what cairo writes differently each time: the time into a PDF, to the second, and the numbers of the surfaces
 * that the process has made into an SVG. */
static GBytes *
without_what_varies (GBytes *file)
{
  static const char *const keys[] = { "/CreationDate (D:", "source-" };
  gsize size;
  const char *data = g_bytes_get_data (file, &size);
  char *copy = g_memdup2 (data, size);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (gsize n = strlen (keys[i]), at = 0; at + n < size; at++)
      if (memcmp (copy + at, keys[i], n) == 0)
        for (at += n; at < size && g_ascii_isdigit (copy[at]); at++)
          copy[at] = '0';
  return g_bytes_new_take (copy, size);
}

static void
test_render (void)
{
  static const char *const begins[] = { "\x89PNG\r\n\x1a\n", "<?xml", "%PDF-" };
  for (TriMark mark = TRI_MARK_LINE; mark <= TRI_MARK_HBARS; mark++)
    for (TriPlotFormat format = TRI_PLOT_PNG; format <= TRI_PLOT_PDF; format++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (TriChart) chart = sample (mark);
        g_free (chart->title);
        chart->title = g_strdup ("MSE < 5 & “k”");
        g_autoptr (GBytes) first = tri_plot_render (chart, format, 400, 300, &light, &error);
        g_assert_no_error (error);
        g_autoptr (GBytes) second = tri_plot_render (chart, format, 400, 300, &light, &error);
        g_assert_cmpint (memcmp (g_bytes_get_data (first, NULL), begins[format], strlen (begins[format])), ==, 0);
        g_autoptr (GBytes) once = without_what_varies (first), again = without_what_varies (second);
        g_assert_true (g_bytes_equal (once, again));
        if (format == TRI_PLOT_SVG)
          assert_well_formed (first);
      }
}

static void
test_render_refuses (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriChart) chart = sample (TRI_MARK_LINE);
  g_assert_null (tri_plot_render (chart, TRI_PLOT_PNG, 1e9, 10, &light, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE);
}

static void
test_describe (void)
{
  g_autoptr (TriChart) chart = tri_chart_new ("Error", "k", "MSE");
  tri_chart_add_data (chart, "PCA", TRI_MARK_LINE, TRI_HUE_1, (const double[]) { 2, 4, 8 },
                      (const double[]) { 90, NAN, 10 }, 3);
  tri_chart_add_data (chart, "here", TRI_MARK_VRULE, TRI_HUE_ACCENT, (const double[]) { 5 }, (const double[]) { 0 }, 1);
  g_autofree char *words = tri_plot_describe (chart);
  g_assert_cmpstr (words, ==, "Error. Across: k, 2 to 8. Up: MSE, 6 to 94. PCA: 2 values, least 10 at 8, largest 90 at 2."
                              " Upright line here at 5.");

  g_autoptr (TriChart) bars = tri_chart_new ("SSIM", "SSIM", NULL);
  bars->categories = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (bars->categories, g_strdup ("XChaCha20"));
  g_ptr_array_add (bars->categories, g_strdup ("PCA"));
  TriSeries *series = tri_chart_add (bars, NULL, TRI_MARK_HBARS, TRI_HUE_MUTED);
  tri_series_append_labelled (series, 1, 0, "1.00");
  tri_series_append_labelled (series, 0.87, 1, "0.87");
  g_autofree char *said = tri_plot_describe (bars);
  g_assert_cmpstr (said, ==, "SSIM. Across: SSIM, 0 to 1. XChaCha20: 1.00; PCA: 0.87.");
  g_autofree char *row = tri_plot_describe_at (bars, 300, 200, &light, 150, 80);
  g_assert_cmpstr (row, ==, "PCA\n0.87");
}

static void
test_describe_at (void)
{
  g_autoptr (TriChart) chart = sample (TRI_MARK_LINE);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cr = cairo_create (surface);
  TriPlot plot;
  tri_plot_layout (&plot, chart, cr, 400, 300, &light);
  g_autofree char *at = tri_plot_describe_at (chart, 400, 300, &light, tri_plot_map_x (&plot, 2) + 3,
                                              tri_plot_map_y (&plot, 2) - 3);
  g_assert_cmpstr (at, ==, "across: 2\none: 2");
  g_assert_null (tri_plot_describe_at (chart, 400, 300, &light, 399, 1));
  tri_plot_clear (&plot);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* Machado, Oliveira and Fernandes 2009, severity 1, on linear light. */
static const double sight[4][3][3] = {
  { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
  { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } },
  { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } },
  { { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 }, { 0.004733, 0.691367, 0.303900 } },
};

static void
linear_light (const double rgb[3], double out[3])
{
  for (int i = 0; i < 3; i++)
    out[i] = rgb[i] <= 0.04045 ? rgb[i] / 12.92 : pow ((rgb[i] + 0.055) / 1.055, 2.4);
}

static void
to_lab (const double rgb[3], guint kind, double lab[3])
{
  static const double xyz[3][3] = { { 0.4124, 0.3576, 0.1805 }, { 0.2126, 0.7152, 0.0722 }, { 0.0193, 0.1192, 0.9505 } };
  static const double white[3] = { 0.9505, 1, 1.089 };
  double light_in[3], seen[3], f[3];
  linear_light (rgb, light_in);
  for (int i = 0; i < 3; i++)
    seen[i] = CLAMP (sight[kind][i][0] * light_in[0] + sight[kind][i][1] * light_in[1] + sight[kind][i][2] * light_in[2],
                     0, 1);
  for (int i = 0; i < 3; i++)
    {
      double t = (xyz[i][0] * seen[0] + xyz[i][1] * seen[1] + xyz[i][2] * seen[2]) / white[i];
      f[i] = t > 0.008856 ? cbrt (t) : 7.787 * t + 16 / 116.0;
    }
  lab[0] = 116 * f[1] - 16;
  lab[1] = 500 * (f[0] - f[1]);
  lab[2] = 200 * (f[1] - f[2]);
}

static double
luminance (const double rgb[3])
{
  double l[3];
  linear_light (rgb, l);
  return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
}

/* A histogram of hundred values from 1 to 2, with one at 30 that is @spike. */
static TriChart *
histogram_with_spike (double spike)
{
  TriChart *chart = tri_chart_new ("Values", "value", "pixels");
  TriSeries *series = tri_chart_add (chart, "Grey", TRI_MARK_AREA, TRI_HUE_1);
  for (guint i = 0; i < 100; i++)
    tri_series_append (series, i, i == 30 ? spike : 1 + i / 100.0);
  return chart;
}

/* A spike is cut off, marked with its height, and said; a histogram without one stays as it is. */
static void
test_cut_peaks (void)
{
  g_autoptr (TriChart) spiky = histogram_with_spike (500), even = histogram_with_spike (1.3), whole = histogram_with_spike (1);
  g_assert_false (tri_chart_cut_peaks (even));
  g_assert_true (isnan (even->y.max));
  g_assert_true (tri_chart_cut_peaks (spiky));
  g_assert_cmpfloat_with_epsilon (spiky->y.max, 3 * 1.96, 1e-9);
  g_autofree char *words = tri_plot_describe (spiky), *others = tri_plot_describe (even);
  g_assert_nonnull (strstr (words, "largest 500 at 30. 1 value is cut off at the top of the axis."));
  g_assert_null (strstr (others, "cut off"));

  /* Just as high as the axis: the same area is drawn, but no mark and no number. */
  TriSeries *series = whole->series->pdata[0];
  whole->y.max = g_array_index (series->ys, double, 30) = spiky->y.max;
  g_assert_cmpuint (ink_of (spiky, 300, 200, &light), >, ink_of (whole, 300, 200, &light) + 40);

  g_autoptr (TriChart) few = tri_chart_new (NULL, NULL, NULL);
  tri_chart_add_data (few, NULL, TRI_MARK_AREA, TRI_HUE_1, NULL, (const double[]) { 1, 1, 900 }, 3);
  g_assert_false (tri_chart_cut_peaks (few));
}

static void
test_palette (void)
{
  for (guint scheme = 0; scheme < 4; scheme++)
    {
      TriPlotStyle style = { .dark = scheme & 1, .high_contrast = scheme & 2 };
      double paper[3], a[3], b[3], lab_a[3], lab_b[3];
      tri_plot_paper (&style, paper);
      for (TriHue hue = TRI_HUE_1; hue <= TRI_HUE_ACCENT; hue++)
        {
          tri_plot_hue (hue, &style, a);
          double high = MAX (luminance (a), luminance (paper)), low = MIN (luminance (a), luminance (paper));
          g_assert_cmpfloat ((high + 0.05) / (low + 0.05), >=, style.high_contrast ? 4.5 : 3);
        }
      for (TriHue i = TRI_HUE_1; i <= TRI_HUE_6; i++)
        for (TriHue j = TRI_HUE_1; j < i; j++)
          for (guint kind = 0; kind < 4; kind++)
            {
              tri_plot_hue (i, &style, a);
              tri_plot_hue (j, &style, b);
              to_lab (a, kind, lab_a);
              to_lab (b, kind, lab_b);
              g_assert_cmpfloat (hypot (hypot (lab_a[0] - lab_b[0], lab_a[1] - lab_b[1]), lab_a[2] - lab_b[2]), >=, 19);
            }
    }
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/ticks/linear", test_ticks_linear);
  g_test_add_func ("/plot/ticks/property", test_ticks_property);
  g_test_add_func ("/plot/ticks/logarithmic", test_ticks_logarithmic);
  g_test_add_func ("/plot/numbers", test_numbers);
  g_test_add_func ("/plot/scales", test_scales);
  g_test_add_func ("/plot/marks", test_marks);
  g_test_add_func ("/plot/hostile", test_hostile);
  g_test_add_func ("/plot/empty", test_empty);
  g_test_add_func ("/plot/layout", test_layout);
  g_test_add_func ("/plot/square", test_square);
  g_test_add_func ("/plot/render", test_render);
  g_test_add_func ("/plot/render-refuses", test_render_refuses);
  g_test_add_func ("/plot/describe", test_describe);
  g_test_add_func ("/plot/describe-at", test_describe_at);
  g_test_add_func ("/plot/cut-peaks", test_cut_peaks);
  g_test_add_func ("/plot/palette", test_palette);
  return g_test_run ();
}
