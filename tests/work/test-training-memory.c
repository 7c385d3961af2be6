/* Trainings that run out of memory, in every place where they ask for any. The linker hands what the program's own files ask
 * of the allocators to the functions here. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-error.h"
#include "tri-learner.h"
#include "trainer-fixture.h"

/* Larger than this, memory must be asked for in a way that can fail: g_malloc() ends the program. */
#define LARGE (600 * 1024)
/* So many refusals are tried one by one: in what goes on from a checkpoint, and in what begins. */
#define DENSE 24
#define FIRST 6

static gint asked;          /* since arm() */
static gint refused = -1;   /* the one of these that gets none; -1: all get what they ask for */
static gsize unconditional; /* the most that was asked for by whoever doesn't take no for an answer */

static gboolean
is_refused (void)
{
  return g_atomic_int_add (&asked, 1) == g_atomic_int_get (&refused);
}

static gsize
must_have (gsize size)
{
  if (size > unconditional)
    unconditional = size;
  return size;
}

#define CAN_FAIL(name, parameters, arguments) \
  gpointer __real_##name parameters;          \
  gpointer __wrap_##name parameters;          \
  gpointer __wrap_##name parameters           \
  {                                           \
    return is_refused () ? NULL : __real_##name arguments; \
  }
#define MUST_NOT(name, parameters, arguments, size) \
  gpointer __real_##name parameters;                \
  gpointer __wrap_##name parameters;                \
  gpointer __wrap_##name parameters                 \
  {                                                 \
    must_have (size);                               \
    return __real_##name arguments;                 \
  }

CAN_FAIL (calloc, (gsize n, gsize size), (n, size))
CAN_FAIL (g_try_malloc, (gsize size), (size))
CAN_FAIL (g_try_malloc0, (gsize size), (size))
CAN_FAIL (g_try_malloc_n, (gsize n, gsize size), (n, size))
CAN_FAIL (g_try_malloc0_n, (gsize n, gsize size), (n, size))
MUST_NOT (g_malloc, (gsize size), (size), size)
MUST_NOT (g_malloc0, (gsize size), (size), size)
MUST_NOT (g_malloc_n, (gsize n, gsize size), (n, size), n * size)
MUST_NOT (g_malloc0_n, (gsize n, gsize size), (n, size), n * size)
MUST_NOT (g_memdup2, (gconstpointer from, gsize size), (from, size), size)
MUST_NOT (g_realloc, (gpointer from, gsize size), (from, size), size)

/* @which: of what is asked for from now on; -1: none */
static void
refuse (gint which)
{
  g_atomic_int_set (&asked, 0);
  g_atomic_int_set (&refused, which);
}

/* Returns: whether somebody was */
static gboolean
end_refusing (void)
{
  gboolean was = g_atomic_int_get (&asked) > g_atomic_int_get (&refused);
  refuse (-1);
  return was;
}

static void
assert_says_so (const Scene *scene, const GError *error)
{
  g_autofree char *good = g_strdup_printf ("in “%s” is good", scene->folder);
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY);
  g_assert_nonnull (strstr (error->message, good));
  g_assert_nonnull (strstr (error->message, "The training ended at step"));
}

/* Whatever part of a later step, of a validation or of a checkpoint gets no memory: the training ends and says so, what was
 * on disk is good, and from there the same weights come out as if there had been enough. Large networks ask often: of those
 * that come late not every one is refused. */
static void
test_later_steps (gconstpointer id)
{
  Scene through, scene;
  gint which = 0, n_refused = -1;
  scene_model_id = id;
  scene_open (&through, 7, TRUE);
  scene_make (&through);
  scene_run (&through);
  scene_open (&scene, 7, TRUE);
  scene.stop_at = 5;
  scene_make (&scene);
  scene_run (&scene);
  for (gboolean ended = FALSE; !ended; which += 1 + which / DENSE, n_refused++)
    {
      g_autoptr (GError) error = NULL;
      scene_resume (&scene);
      guint64 step = tri_trainer_get_step (scene.trainer);
      g_assert_cmpuint (step, ==, 5);
      refuse (which);
      ended = tri_trainer_run (scene.trainer, scene_watch, &scene, NULL, &error);
      if (end_refusing ())
        assert_says_so (&scene, error);
      else
        g_assert_no_error (error);
    }
  g_test_message ("%d times", n_refused);
  g_assert_cmpint (n_refused, >, 20);
  scene_assert_same (&through, &scene);
  scene_close (&through);
  scene_close (&scene);
  scene_model_id = "autoencoder";
}

/* Nor does making a training, its first step and taking one up again. */
static void
test_beginnings (gconstpointer id)
{
  Scene scene;
  scene_model_id = id;
  scene_open (&scene, 1, TRUE);
  for (gint which = 0, step = 0; step < 3; which += 1 + which / FIRST)
    {
      g_autoptr (GError) error = NULL;
      TriDataset *data = scene_make_data (7);
      refuse (which);
      TriTrainer *trainer = step < 2 ? tri_trainer_new (scene_get_model (), NULL, data, &scene.config, NULL, &error)
                                     : tri_trainer_resume (scene.folder, data, 0, NULL, &error);
      if (trainer != NULL && step == 1)
        tri_trainer_run (trainer, NULL, NULL, NULL, &error);
      if (end_refusing ())
        g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY);
      else
        {
          g_assert_no_error (error);
          g_test_message ("%d times", which);
          g_assert_cmpint (which, >, 3);
          which = 0;
          if (step++ == 1)
            {
              scene_make (&scene);
              scene_run (&scene);
            }
        }
      g_clear_pointer (&trainer, tri_trainer_unref);
    }
  scene_close (&scene);
  scene_model_id = "autoencoder";
}

/* What grows with pictures, batches and networks is asked for in a way that can fail. */
static void
test_asks (gconstpointer id)
{
  Scene scene;
  scene_model_id = id;
  scene_open (&scene, 2, TRUE);
  scene.config.batch = 2;
  scene.config.crop = 176;
  unconditional = 0;
  scene_make (&scene);
  scene_run (&scene);
  scene_resume (&scene);
  g_test_message ("%" G_GSIZE_FORMAT " bytes", unconditional);
  g_assert_cmpuint (unconditional, >, 0);
  g_assert_cmpuint (unconditional, <, LARGE);
  scene_close (&scene);
  scene_model_id = "autoencoder";
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const TriModel *const *model = tri_models (); *model != NULL; model++)
    {
      const struct { const char *name; GTestDataFunc test; } tests[]
          = { { "later-steps", test_later_steps }, { "beginnings", test_beginnings }, { "asks", test_asks } };
      for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        {
          g_autofree char *path = g_strdup_printf ("/work/training-memory/%s/%s", tests[i].name, (*model)->id);
          g_test_add_data_func (path, (*model)->id, tests[i].test);
        }
    }
  return g_test_run ();
}
