/* Colours and line styles. The six numbered hues were chosen by a search for the largest least difference (CIE76, 19
 * and more between any two, and 3 : 1 contrast with the paper) under normal sight and under protanopia, deuteranopia
 * and tritanopia as simulated by Machado, Oliveira and Fernandes (2009); tests/plot checks it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-plot-private.h"

typedef enum { LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST, N_SCHEMES } Scheme;

static const guint32 hues[TRI_HUE_ACCENT + 1][N_SCHEMES] = {
  [TRI_HUE_1] = { 0x1c71d8, 0x62a0ea, 0x0d4ea6, 0x62a0ea },
  [TRI_HUE_2] = { 0xb38815, 0xf79238, 0x7c6406, 0xf79238 },
  [TRI_HUE_3] = { 0x5d1071, 0xbc3dfe, 0x461165, 0xbc3dfe },
  [TRI_HUE_4] = { 0x06a76c, 0x82fbf6, 0x20836d, 0x82fbf6 },
  [TRI_HUE_5] = { 0x9e1f58, 0xf04689, 0x710445, 0xf04689 },
  [TRI_HUE_6] = { 0x7b3e23, 0xeed397, 0x562b16, 0xeed397 },
  [TRI_HUE_RED] = { 0xe01b24, 0xff7b70, 0xa51d2d, 0xff7b70 },
  [TRI_HUE_GREEN] = { 0x26a269, 0x57e389, 0x1a7f4e, 0x57e389 },
  [TRI_HUE_BLUE] = { 0x1c71d8, 0x78aeed, 0x0d4ea6, 0x78aeed },
  [TRI_HUE_MUTED] = { 0x8b8b90, 0x98989e, 0x5e5c64, 0xc0bfbc },
  [TRI_HUE_ACCENT] = { 0x1c71d8, 0x4a90e8, 0x0d4ea6, 0x62a0ea },
};

static const guint32 ink[][N_SCHEMES] = {
  [TRI_TEXT_TITLE] = { 0x2e2e32, 0xf4f4f5, 0x000000, 0xffffff },
  [TRI_TEXT_BODY] = { 0x3d3d42, 0xe4e4e7, 0x000000, 0xffffff },
  [TRI_TEXT_DIM] = { 0x6a6a70, 0xb4b4ba, 0x1e1e1e, 0xf0f0f0 },
};

static const guint32 paper[N_SCHEMES] = { 0xffffff, 0x36363a, 0xffffff, 0x000000 };

static const TriStroke strokes[TRI_HUE_ACCENT + 1] = {
  [TRI_HUE_1] = { { 0 }, 0, 'o' },
  [TRI_HUE_2] = { { 4, 2 }, 2, 's' },
  [TRI_HUE_3] = { { 1, 1.5 }, 2, '^' },
  [TRI_HUE_4] = { { 5, 1.7, 1, 1.7 }, 4, 'd' },
  [TRI_HUE_5] = { { 8, 2 }, 2, 'v' },
  [TRI_HUE_6] = { { 5, 1.5, 1, 1.5, 1, 1.5 }, 6, 'x' },
  [TRI_HUE_RED] = { { 0 }, 0, 'o' },
  [TRI_HUE_GREEN] = { { 4, 2 }, 2, 's' },
  [TRI_HUE_BLUE] = { { 1, 1.5 }, 2, '^' },
  [TRI_HUE_MUTED] = { { 3, 2 }, 2, '+' },
  [TRI_HUE_ACCENT] = { { 0 }, 0, 'd' },
};

static void
split (guint32 colour, double rgb[3])
{
  for (int i = 0; i < 3; i++)
    rgb[i] = ((colour >> (16 - 8 * i)) & 0xff) / 255.0;
}

static Scheme
scheme (const TriPlotStyle *style)
{
  return (Scheme) ((style->dark ? 1 : 0) + (style->high_contrast ? 2 : 0));
}

/* @rgb: (out): 0…1, against the paper of @style */
void
tri_plot_hue (TriHue hue, const TriPlotStyle *style, double rgb[3])
{
  g_return_if_fail (hue <= TRI_HUE_ACCENT);
  split (hues[hue][scheme (style)], rgb);
}

void
tri_plot_ink (const TriPlotStyle *style, TriTextKind kind, double rgb[3])
{
  split (ink[kind][scheme (style)], rgb);
}

/* @rgb: (out): 0…1 */
void
tri_plot_paper (const TriPlotStyle *style, double rgb[3])
{
  split (paper[scheme (style)], rgb);
}

/* Returns: (transfer none): the same in every style */
const TriStroke *
tri_plot_stroke (TriHue hue)
{
  return &strokes[CLAMP (hue, TRI_HUE_1, TRI_HUE_ACCENT)];
}
