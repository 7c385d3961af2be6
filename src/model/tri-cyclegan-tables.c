/* The CycleGAN's networks as data. The names are those of the weights, the same for parts and wholes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cyclegan-private.h"

#define CODE TRI_CYCLEGAN_CODE
#define WIDTH TRI_CYCLEGAN_WIDTH
#define EVES_WIDTH 48u
#define JUDGES_SLOPE 0.2f

#define IN(c) { .name = "in", .op = TRI_OP_INPUT, .channels = c }
#define CONV(n, c) { .name = n, .op = TRI_OP_CONV, .channels = c, .kernel = 3, .padding = 1 }
#define DOWN(n, c) { .name = n, .op = TRI_OP_CONV, .channels = c, .kernel = 4, .stride = 2, .padding = 1 }
#define BLOCK(p, onto, c)                                                                                              \
  CONV (p ".a", c), { .op = TRI_OP_LEAKY_RELU, .slope = TRI_CYCLEGAN_SLOPE }, CONV (p ".b", c),                                     \
  { .name = p, .op = TRI_OP_ADD, .with = onto }
#define KEYED(what, stage)                                                                                             \
  { .name = what, .op = TRI_OP_INPUT, .channels = CODE, .flags = TRI_LAYER_KEYED },                                    \
  { .name = "signs." stage ".0", .op = TRI_OP_INPUT, .channels = WIDTH, .flags = TRI_LAYER_KEYED },                    \
  { .name = "signs." stage ".1", .op = TRI_OP_INPUT, .channels = WIDTH, .flags = TRI_LAYER_KEYED }
#define FIRST KEYED ("noise", "1")
#define SECOND KEYED ("mask", "2")
#define NOISY(from_row) { .name = "noisy", .op = TRI_OP_CONCAT, .from = from_row, .with = "noise" }
#define MASK(n, from_row) { .op = TRI_OP_ADD, .from = from_row, .with = "mask" },                                      \
  { .name = n, .op = TRI_OP_WRAP, .low = -1, .high = 1, .flags = TRI_LAYER_KEEP }
#define BODY(p, from_row, stage)                                                                                       \
  { .name = p ".i", .op = TRI_OP_CONV, .from = from_row, .channels = WIDTH, .kernel = 3, .padding = 1 },               \
  BLOCK (p ".r1", p ".i", WIDTH), { .name = p ".signed", .op = TRI_OP_MULTIPLY, .with = "signs." stage ".0" },         \
  BLOCK (p ".r2", p ".signed", WIDTH), { .op = TRI_OP_MULTIPLY, .with = "signs." stage ".1" }, \
  { .name = p ".o", .op = TRI_OP_CONV, .channels = CODE, .kernel = 3, .padding = 1, .flags = TRI_LAYER_KEEP }
#define HALVED { .name = "halved", .op = TRI_OP_UNSHUFFLE, .from = "in", .stride = 2 }
#define DOUBLED { .op = TRI_OP_SHUFFLE, .stride = 2 }
#define BYTES { .name = "bytes", .op = TRI_OP_QUANTISE, .low = -1, .high = 1 }
#define MOVED { .name = "moved", .op = TRI_OP_PERMUTE, .with = "order" }
#define ORDER { .name = "order", .op = TRI_OP_INPUT, .channels = 1, .flags = TRI_LAYER_KEYED }

#define JUDGE(p) { IN (3), DOWN (p ".0", 24), { .op = TRI_OP_LEAKY_RELU, .slope = JUDGES_SLOPE }, DOWN (p ".2", 48),   \
                   { .op = TRI_OP_LEAKY_RELU, .slope = JUDGES_SLOPE }, CONV (p ".4", 1), { 0 } }

/* The stages, from a picture to hidden values or from these to a picture. */
static const TriLayer hide_first[] = { IN (3), FIRST, HALVED, NOISY ("halved"), BODY ("g.s1", "noisy", "1"), { 0 } };
static const TriLayer hide_second[] = { IN (CODE), SECOND, BODY ("g.s2", "in", "2"), BYTES, MASK ("sent", "bytes"), DOUBLED, { 0 } };
static const TriLayer show_second[] = { IN (3), SECOND, HALVED, MASK ("code", "halved"), BODY ("f.s2", "code", "2"), { 0 } };
static const TriLayer show_first[] = { IN (CODE), FIRST, NOISY ("in"), BODY ("f.s1", "noisy", "1"), DOUBLED, { 0 } };

/* Whole. */
static const TriLayer hide[] = { IN (3), FIRST, SECOND, ORDER, HALVED, NOISY ("halved"), BODY ("g.s1", "noisy", "1"), MOVED,
                                 BODY ("g.s2", "moved", "2"), BYTES, MASK ("sent", "bytes"), DOUBLED, { 0 } };
static const TriLayer show[] = { IN (3), SECOND, FIRST, ORDER, HALVED, MASK ("code", "halved"), BODY ("f.s2", "code", "2"), MOVED,
                                 NOISY ("moved"), BODY ("f.s1", "noisy", "1"), DOUBLED, { 0 } };
static const TriLayer d1[] = JUDGE ("d1"), d2[] = JUDGE ("d2");
static const TriLayer eve[] = {
  IN (3), { .op = TRI_OP_UNSHUFFLE, .stride = 2 }, CONV ("eve.i", EVES_WIDTH), BLOCK ("eve.r.0", "eve.i", EVES_WIDTH),
  BLOCK ("eve.r.1", "eve.r.0", EVES_WIDTH), BLOCK ("eve.r.2", "eve.r.1", EVES_WIDTH), CONV ("eve.o", CODE),
  { .op = TRI_OP_SHUFFLE, .stride = 2 }, { 0 }
};

/* @n_rows: (out) (optional): with the one that ends it */
const TriLayer *
tri_cyclegan_get_table (TriCycleganTable table, guint *n_rows)
{
#define OF(t) { t, G_N_ELEMENTS (t) }
  static const struct {
    const TriLayer *rows;
    guint n;
  } tables[] = { OF (hide_first), OF (hide_second), OF (show_second), OF (show_first), OF (hide), OF (show), OF (d1), OF (d2),
                 OF (eve) };
#undef OF
  if (n_rows != NULL)
    *n_rows = tables[table].n;
  return tables[table].rows;
}

/* Returns: positions of a tile on each side: large enough that its margin is little work */
guint
tri_cyclegan_choose_side (void)
{
  return 192;
}
