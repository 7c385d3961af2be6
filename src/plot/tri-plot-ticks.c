/* Ticks at 1, 2 and 5 times powers of ten, and numbers as text.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-plot-private.h"

/* Above this, and below the least, numbers are written as powers of ten. */
#define PLAIN_MAX 1e7
#define PLAIN_MIN 1e-4

#define THIN_SPACE "\xe2\x80\xaf"
#define MINUS "\xe2\x88\x92"

static void
append_superscript (GString *out, int exponent)
{
  static const char *const digits[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
  g_autofree char *text = g_strdup_printf ("%d", exponent);
  for (const char *c = text; *c != '\0'; c++)
    g_string_append (out, *c == '-' ? "⁻" : digits[*c - '0']);
}

/* Thousands set apart from five digits on, and a real minus sign. */
static char *
plain_number (double value, int decimals)
{
  g_autofree char *digits = g_strdup_printf ("%.*f", decimals, fabs (value));
  gsize whole = strspn (digits, "0123456789");
  gboolean zero = strspn (digits, "0.,") == strlen (digits);
  GString *out = g_string_new (value < 0 && !zero ? MINUS : "");
  for (gsize i = 0; i < whole; i++)
    {
      if (i > 0 && whole >= 5 && (whole - i) % 3 == 0)
        g_string_append (out, THIN_SPACE);
      g_string_append_c (out, digits[i]);
    }
  g_string_append (out, digits + whole);
  return g_string_free (out, FALSE);
}

static char *
power_number (double value, int decimals)
{
  int exponent = (int) floor (log10 (fabs (value)));
  double mantissa = value / pow (10, exponent);
  /* The division by a denormal's power, or rounding up, may leave 1…10. */
  if (!isfinite (mantissa))
    mantissa = value * 1e300 / pow (10, exponent + 300);
  g_autofree char *rounded = g_strdup_printf ("%.*f", decimals, fabs (mantissa));
  if (g_ascii_strtod (rounded, NULL) >= 10)
    {
      exponent++;
      mantissa /= 10;
    }
  g_autofree char *text = plain_number (mantissa, decimals);
  GString *out = g_string_new (text);
  g_string_append (out, "×10");
  append_superscript (out, exponent);
  return g_string_free (out, FALSE);
}

/* @decimals: after the point. Returns: (transfer full): as people read it, in the locale's decimal point */
char *
tri_plot_number (double value, int decimals)
{
  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup (value < 0 ? MINUS "∞" : "∞");
  return plain_number (value, CLAMP (decimals, 0, 17));
}

/* Returns: (transfer full): @value with four significant digits */
char *
tri_plot_value (double value)
{
  double size = fabs (value);
  if (!isfinite (value) || value == 0)
    return tri_plot_number (value, 0);
  if (size >= PLAIN_MAX || size < PLAIN_MIN)
    return power_number (value, 2);
  if (size >= 1000 || (value == floor (value)))
    return plain_number (value, 0);
  return plain_number (value, 3 - (int) floor (log10 (size)));
}

static void
tick_clear (gpointer data)
{
  g_free (((TriTick *) data)->label);
}

static GArray *
ticks_new (void)
{
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (TriTick));
  g_array_set_clear_func (ticks, tick_clear);
  return ticks;
}

static char *
tick_label (double value, int exponent, double largest)
{
  if (value == 0)
    return g_strdup ("0");
  if (largest < PLAIN_MAX && exponent >= -5)
    return plain_number (value, MAX (0, -exponent));
  int decimals = (int) floor (log10 (fabs (value))) - exponent;
  return power_number (value, CLAMP (decimals, 0, 6));
}

/* Multiples of m × 10^exponent that lie in the range, exact where a double can be. */
static double
tick_value (double i, int m, int exponent)
{
  return exponent < 0 && exponent > -300 ? i * m / pow (10, -exponent) : i * m * pow (10, exponent);
}

/**
 * tri_ticks_linear:
 * @min, @max: finite, @min < @max
 * @at_most: 1 or more
 *
 * Returns: (transfer full) (element-type TriTick): multiples of the least 1, 2 or 5 × 10ⁿ that gives no more than
 * @at_most of them
 */
GArray *
tri_ticks_linear (double min, double max, guint at_most)
{
  static const int multiples[] = { 1, 2, 5, 10, 20, 50 };
  GArray *ticks = ticks_new ();
  g_return_val_if_fail (isfinite (min) && isfinite (max) && min < max, ticks);

  int exponent = (int) floor (log10 ((max / 2 - min / 2) / MAX (at_most, 1)) + log10 (2));
  for (guint k = 0; k < G_N_ELEMENTS (multiples); k++)
    {
      int m = multiples[k], e = exponent;
      for (; m >= 10; m /= 10)
        e++;
      double step = tick_value (1, m, e);
      double first = ceil (min / step - 1e-9), last = floor (max / step + 1e-9);
      if (last - first + 1 > at_most && k + 1 < G_N_ELEMENTS (multiples))
        continue;
      for (double i = first; i <= last && ticks->len < at_most; i++)
        {
          TriTick tick = { tick_value (i, m, e), NULL };
          tick.label = tick_label (tick.value, e, MAX (fabs (min), fabs (max)));
          g_array_append_val (ticks, tick);
        }
      break;
    }
  return ticks;
}

static void
append_power_tick (GArray *ticks, int m, int exponent, double largest)
{
  TriTick tick = { tick_value (1, m, exponent), NULL };
  gboolean plain = largest < PLAIN_MAX && exponent >= -4;
  tick.label = plain ? plain_number (tick.value, MAX (0, -exponent)) : power_number (tick.value, 0);
  g_array_append_val (ticks, tick);
}

/**
 * tri_ticks_logarithmic:
 * @min, @max: finite, 0 < @min < @max
 *
 * Returns: (transfer full) (element-type TriTick): 1, 2 and 5 in each decade, or the decades, or every nth decade; and
 * linear ticks where the range is too short for these
 */
GArray *
tri_ticks_logarithmic (double min, double max, guint at_most)
{
  g_return_val_if_fail (min > 0 && isfinite (max) && min < max, ticks_new ());
  int from = (int) floor (log10 (min) - 1e-9), to = (int) ceil (log10 (max) + 1e-9);
  double low = min * (1 - 1e-9), high = max * (1 + 1e-9);
  static const int fine[] = { 1, 2, 5 };
  int sparse = (to - from - 1) / (int) (at_most + 1) + 1; /* no smaller stride can do */
  for (int parts = to - from > (int) at_most ? 1 : 3; parts >= 1; parts -= 2)
    for (int stride = parts == 1 ? sparse : 1; stride == 1 || (parts == 1 && stride <= to - from + 1); stride++)
      {
        GArray *ticks = ticks_new ();
        for (int e = from; e <= to; e++)
          for (int k = 0; k < parts; k++)
            {
              double value = tick_value (1, fine[k], e);
              if (value >= low && value <= high && ((e % stride) + stride) % stride == 0)
                append_power_tick (ticks, fine[k], e, max);
            }
        if (ticks->len <= at_most && ticks->len >= 2)
          return ticks;
        g_array_unref (ticks);
      }
  return tri_ticks_linear (min, max, at_most);
}
