/* Parameters that describe themselves: the window's rows, the command line's flags, the sweep, the help and the
 * tests are all made from a module's one table.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  TRI_PARAM_INT,
  TRI_PARAM_DOUBLE,
  TRI_PARAM_BOOL,
  TRI_PARAM_CHOICE, /* its value is the index into choices */
} TriParamType;

typedef enum {
  TRI_PARAM_LOGARITHMIC = 1 << 0, /* a slider should move in equal ratios */
  TRI_PARAM_ZERO_IS_AUTO = 1 << 1, /* 0 means: the algorithm chooses; shown and parsed as "auto" */
  TRI_PARAM_SEED = 1 << 2,        /* the seed of what is random in the algorithm */
  TRI_PARAM_EXPERT = 1 << 3,      /* few ever change it: a window may keep it folded away */
  TRI_PARAM_CHOOSES_WEIGHTS = 1 << 4, /* each choice but “auto” has trained weights of its own, so that each is evaluated */
  TRI_PARAM_ENDURES_JPEG = 1 << 5, /* its last choice is how an encrypted picture in colour would endure JPEG */
  TRI_PARAM_ADDED = 1 << 6, /* later than its table: at its default it isn't written, so that files are what they were without it */
} TriParamFlags;

typedef struct {
  const char *id, *title; /* title: marked for translation */
} TriChoice;

/**
 * TriParamSpec:
 * @id: for the command line and the file; lower case, digits, hyphens; never changes
 * @title: marked for translation
 * @unit: (nullable): marked for translation
 * @min: and @max, inclusive; a choice's and a switch's are implied
 * @def: default
 * @step: what an arrow key changes; 0 for a hundredth of the range (integers: 1)
 * @digits: decimals shown
 * @choices: of a TRI_PARAM_CHOICE; ends with {0}
 * @when: (nullable): id of a choice or switch of the same table that decides whether this parameter has any effect
 * @when_mask: bit i set: it has, when @when's value is i
 * @help: one sentence, marked for translation
 *
 * A table of these ends with {0}.
 */
typedef struct {
  const char *id, *title, *unit;
  TriParamType type;
  double min, max, def, step;
  guint digits;
  const TriChoice *choices;
  TriParamFlags flags;
  const char *when;
  guint when_mask;
  const char *help;
} TriParamSpec;

/* One value for each row of a table of specs. */
typedef struct _TriParams TriParams;

TriParams *tri_params_new (const TriParamSpec *specs);
TriParams *tri_params_copy (const TriParams *params);
void tri_params_free (TriParams *params);
gboolean tri_params_equal (const TriParams *a, const TriParams *b);

const TriParamSpec *tri_params_get_specs (const TriParams *params);
const TriParamSpec *tri_params_find_spec (const TriParams *params, const char *id);
gboolean tri_params_is_relevant (const TriParams *params, const TriParamSpec *spec);

double tri_params_get (const TriParams *params, const char *id);
int tri_params_get_int (const TriParams *params, const char *id);
guint tri_params_get_choice (const TriParams *params, const char *id);
gboolean tri_params_get_bool (const TriParams *params, const char *id);

gboolean tri_params_set (TriParams *params, const char *id, double value, GError **error);
gboolean tri_params_set_text (TriParams *params, const char *id, const char *text, GError **error);
gboolean tri_params_parse (TriParams *params, const char *assignment, GError **error);

char *tri_params_value_to_text (const TriParams *params, const char *id);
char *tri_params_to_text (const TriParams *params);
GVariant *tri_params_to_variant (const TriParams *params);
TriParams *tri_params_from_variant (const TriParamSpec *specs, GVariant *variant, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriParams, tri_params_free)

G_END_DECLS
