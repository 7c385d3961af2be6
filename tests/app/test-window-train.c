/* The page where networks are trained. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "tri-model-store.h"
#include "tri-page.h"
#include "tri-train-page-private.h"
#include "tri-trainings.h"
#include "tri-weights.h"
#include "window-fixture.h"

static TriTrainPage *
page_of (TriWindow *self)
{
  return TRI_TRAIN_PAGE (adw_view_stack_get_child_by_name (self->pages, "train"));
}

static GtkWidget *
find (GtkWidget *root, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);
      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Six steps of two squares of 16 × 16. */
static TriTrainPage *
tiny (TriWindow *self, guint steps)
{
  const struct { const char *id; double value; } values[] = {
    { "steps", steps }, { "every", 2 }, { "batch", 2 }, { "crop", 16 }, { "seed", 5 }, { "max-side", 64 },
  };
  TriTrainPage *page = page_of (self);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_true (tri_train_form_set (tri_train_page_get_form (page), values[i].id, values[i].value, NULL));
  tri_window_show_page (self, "train");
  return page;
}

static gboolean
has_ended (gpointer page)
{
  return tri_training_get_state (tri_train_page_get_training (page)) == TRI_TRAINING_ENDED;
}

static gboolean
is_paused (gpointer page)
{
  return tri_training_get_state (tri_train_page_get_training (page)) == TRI_TRAINING_PAUSED;
}

static gboolean
has_steps (gpointer page)
{
  const TriTrainEvent *event = tri_training_get_event (tri_train_page_get_training (page));
  return event != NULL && event->step >= 1;
}

static guint
count_points (TriTrainPage *page)
{
  g_autoptr (GArray) points = tri_trainer_get_points (tri_training_get_trainer (tri_train_page_get_training (page)));
  return points->len;
}

static TriPane *
pane_of (TriTrainPage *page, const char *title)
{
  GtkWidget *first = find (GTK_WIDGET (page), TRI_TYPE_PANE);
  for (GtkWidget *pane = first; pane != NULL; pane = gtk_widget_get_next_sibling (pane))
    {
      g_autofree char *found = NULL;
      g_object_get (pane, "title", &found, NULL);
      if (g_str_equal (found, title))
        return TRI_PANE (pane);
    }
  g_assert_not_reached ();
}

static gboolean
is_filled (gpointer pane)
{
  return tri_pane_get_pyramid (pane) != NULL;
}

/* From the beginning to the end; then back to the first checkpoint. */
static void
test_whole (void)
{
  TriWindow *self = fixture_window ();
  TriTrainPage *page = tiny (self, 6);
  TriTraining *training = tri_train_page_get_training (page);
  TriTrainCourse *course = TRI_TRAIN_COURSE (find (GTK_WIDGET (page), TRI_TYPE_TRAIN_COURSE));
  GtkWidget *scale = find (GTK_WIDGET (course), GTK_TYPE_SCALE);
  g_assert_cmpfloat (gtk_widget_get_opacity (scale), ==, 0);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.run", NULL);
  g_assert_true (tri_training_is_busy (training));
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (tri_train_page_get_form (page))));
  fixture_spin_until (has_ended, page);
  g_assert_no_error (tri_training_get_error (training));
  g_assert_cmpuint (tri_trainer_get_step (tri_training_get_trainer (training)), ==, 6);
  g_assert_cmpuint (count_points (page), ==, 4);
  g_assert_cmpuint (tri_train_course_get_shown (course), ==, 3);
  g_assert_cmpfloat (gtk_widget_get_opacity (scale), ==, 1);
  g_assert_true (gtk_widget_get_sensitive (GTK_WIDGET (tri_train_page_get_form (page))));

  TriPane *restored = pane_of (page, "Restored");
  fixture_spin_until (is_filled, restored);
  TriPyramid *last = tri_pyramid_ref (tri_pane_get_pyramid (restored));
  tri_train_course_show (course, 0);
  while (tri_pane_get_pyramid (restored) == last)
    g_main_context_iteration (NULL, TRUE);
  const TriImage *first = tri_pane_get_pyramid (restored)->levels[0];
  g_assert_true (tri_image_same_shape (first, last->levels[0]));
  g_assert_true (memcmp (first->pixels, last->levels[0]->pixels, tri_image_n_bytes (first)) != 0);
  tri_pyramid_unref (last);

  g_autoptr (GPtrArray) saved = tri_trainings_list ();
  g_assert_cmpuint (saved->len, ==, 1);
  const TriSavedTraining *one = saved->pdata[0];
  g_assert_cmpstr (one->folder, ==, tri_training_get_folder (training));
  g_assert_cmpuint (one->step, ==, 6);
  g_assert_cmpuint (one->steps, ==, 6);
  g_assert_true (isfinite (one->psnr));
  g_assert_true (tri_trainings_remove (one->folder, NULL));
  g_assert_false (g_file_test (one->folder, G_FILE_TEST_EXISTS));
  fixture_close (self);
}

static gboolean
is_own (gpointer id)
{
  return tri_model_store_is_own (id);
}

static gboolean
own_is_said (gpointer page)
{
  return g_str_equal (gtk_label_get_label (TRI_TRAIN_PAGE (page)->in_use), "New pictures use weights of your own.");
}

static gboolean
error_is_said (gpointer page)
{
  return gtk_widget_has_css_class (GTK_WIDGET (TRI_TRAIN_PAGE (page)->status), "error");
}

/* Trained here, or by others: new pictures use them until they are taken back. A file that isn't weights is refused. */
static void
test_weights (void)
{
  char id[] = "autoencoder-1-4";
  TriWindow *self = fixture_window ();
  TriTrainPage *page = tiny (self, 2);
  g_assert_false (tri_model_store_is_own (id));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (page->install)));
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  fixture_spin_until (has_ended, page);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (page->install)));
  gtk_widget_activate_action (GTK_WIDGET (page), "train.install", NULL);
  fixture_spin_until (own_is_said, page);
  g_assert_true (tri_model_store_is_own (id));
  g_autoptr (TriStored) own = tri_model_store_load (id, NULL, NULL);
  g_assert_false (own->shipped);

  gtk_widget_activate_action (GTK_WIDGET (page), "train.restore", NULL);
  g_assert_false (tri_model_store_is_own (id));
  g_autoptr (TriStored) shipped = tri_model_store_load (id, NULL, NULL), old = tri_model_store_load (id, own->hash, NULL);
  g_assert_true (shipped->shipped);
  g_assert_nonnull (old);

  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "imported.safetensors", NULL);
  g_assert_true (g_file_set_contents (path, "these are no weights", -1, NULL));
  tri_train_page_import (page, path);
  fixture_spin_until (error_is_said, page);
  g_assert_false (tri_model_store_is_own (id));
  g_autofree char *trained = g_build_filename (tri_training_get_folder (page->training), TRI_TRAINER_WEIGHTS, NULL);
  tri_train_page_import (page, trained);
  fixture_spin_until (is_own, id);
  g_assert_true (tri_model_store_uninstall (id, NULL));
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_true (tri_trainings_remove (tri_training_get_folder (page->training), NULL));
  fixture_close (self);
}

static gboolean
has_rows (gpointer saved)
{
  return tri_saved_trainings_count (saved) > 0;
}

static TriSavedTrainings *
find_saved (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      if (TRI_IS_SAVED_TRAININGS (window))
        return TRI_SAVED_TRAININGS (window);
    }
  return NULL;
}

/* Tomorrow: another window lists what was begun, and goes on with its numbers and as many steps again. */
static void
test_tomorrow (void)
{
  TriWindow *first = fixture_window ();
  TriTrainPage *page = tiny (first, 2);
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  fixture_spin_until (has_ended, page);
  g_autofree char *folder = g_strdup (tri_training_get_folder (page->training));
  fixture_close (first);

  TriWindow *self = fixture_window ();
  page = page_of (self);
  gtk_widget_activate_action (GTK_WIDGET (page), "train.saved", NULL);
  TriSavedTrainings *saved = find_saved ();
  g_assert_nonnull (saved);
  fixture_spin_until (has_rows, saved);
  g_assert_cmpuint (tri_saved_trainings_count (saved), ==, 1);
  g_assert_cmpuint (fixture_count_nameless (GTK_WIDGET (saved), "saved"), ==, 0);
  g_signal_emit_by_name (saved, "resume", folder);
  gtk_window_destroy (GTK_WINDOW (saved));
  fixture_spin_until (has_ended, page);
  g_assert_no_error (tri_training_get_error (page->training));
  g_assert_cmpuint (tri_trainer_get_step (tri_training_get_trainer (page->training)), ==, 4);
  g_assert_cmpint (tri_params_get_int (tri_train_form_get_chosen (page->form), "crop"), ==, 16);
  g_assert_cmpint (tri_params_get_int (tri_train_form_get_chosen (page->form), "steps"), ==, 4);
  g_assert_true (tri_trainings_remove (folder, NULL));
  fixture_close (self);
}

static gboolean
has_trained_on (gpointer page)
{
  TriTraining *training = tri_train_page_get_training (page);
  return tri_training_get_state (training) == TRI_TRAINING_RUNNING && tri_training_get_event (training) != NULL;
}

/* Ended early, and continued: it says so, and is patient anew, where it would end at once. */
static void
test_goes_on_after_early_end (void)
{
  TriWindow *self = fixture_window ();
  TriTrainPage *page = tiny (self, 1000);
  g_assert_true (tri_train_form_set (page->form, "rate", 1e-5, NULL)); /* too little to get any better */
  g_assert_true (tri_train_form_set (page->form, "patience", 3, NULL));
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  fixture_spin_until (has_ended, page);
  TriTrainer *trainer = tri_training_get_trainer (page->training);
  guint64 step = tri_trainer_get_step (trainer);
  g_autofree char *folder = g_strdup (tri_training_get_folder (page->training));
  g_assert_cmpuint (step, <, 1000);
  g_assert_true (g_str_has_prefix (gtk_label_get_label (page->status), "Ended early at step"));
  g_assert_nonnull (strstr (gtk_label_get_label (page->status), "patience anew"));
  g_autoptr (GPtrArray) saved = tri_trainings_list ();
  g_assert_true (((TriSavedTraining *) saved->pdata[0])->ended_early);

  tri_train_page_resume (page, folder);
  fixture_spin_until (has_trained_on, page);
  g_assert_true (g_str_has_prefix (gtk_label_get_label (page->status), "Training goes on after its early end: it ends again after 3 "));
  fixture_spin_until (has_ended, page);
  g_assert_no_error (tri_training_get_error (page->training));
  g_assert_cmpuint (tri_trainer_get_step (tri_training_get_trainer (page->training)), >=, step + 6);
  g_assert_true (tri_trainings_remove (folder, NULL));
  fixture_close (self);
}

static void
test_pause (void)
{
  TriWindow *self = fixture_window ();
  TriTrainPage *page = tiny (self, 100000);
  TriTraining *training = tri_train_page_get_training (page);
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  fixture_spin_until (has_steps, page);
  g_autofree char *why_stay = tri_page_why_stay (TRI_PAGE (page));
  g_assert_nonnull (why_stay);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.stop", NULL); /* Escape */
  fixture_spin_until (is_paused, page);
  guint64 step = tri_trainer_get_step (tri_training_get_trainer (training));
  gint64 until = g_get_monotonic_time () + 200000;
  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (tri_trainer_get_step (tri_training_get_trainer (training)), ==, step);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.run", NULL);
  while (tri_trainer_get_step (tri_training_get_trainer (training)) < step + 3)
    g_main_context_iteration (NULL, FALSE);

  /* Another window keeps away from it. */
  TriWindow *other = fixture_window ();
  TriTrainPage *second = page_of (other);
  tri_train_page_resume (second, tri_training_get_folder (training));
  g_assert_true (has_ended (second));
  g_assert_nonnull (strstr (gtk_label_get_label (second->status), "in another window"));
  fixture_close (other);
  g_assert_true (tri_training_is_at_work (tri_training_get_folder (training)));

  /* Stopped, it can be continued: from where it was. */
  gtk_widget_activate_action (GTK_WIDGET (page), "train.stop", NULL);
  fixture_spin_until (has_ended, page);
  g_assert_no_error (tri_training_get_error (training));
  guint64 stopped = tri_trainer_get_step (tri_training_get_trainer (training));
  g_assert_cmpuint (stopped, >=, step + 3);
  g_autofree char *folder = g_strdup (tri_training_get_folder (training));
  tri_training_resume (training, folder);
  fixture_spin_until (has_steps, page);
  g_assert_cmpuint (tri_training_get_event (training)->step, >=, stopped);
  gtk_widget_activate_action (GTK_WIDGET (page), "train.stop", NULL);
  fixture_spin_until (has_ended, page);
  g_assert_null (tri_page_why_stay (TRI_PAGE (page)));
  g_assert_true (tri_trainings_remove (folder, NULL));
  fixture_close (self);
}

/* A window that closes leaves a checkpoint. */
static void
test_close (void)
{
  TriWindow *self = fixture_window ();
  TriTrainPage *page = tiny (self, 100000);
  g_autoptr (TriTraining) training = g_object_ref (tri_train_page_get_training (page));
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  g_autofree char *folder = g_strdup (tri_training_get_folder (training));
  fixture_spin_until (has_steps, page);
  fixture_close (self);
  while (tri_training_is_busy (training))
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (GPtrArray) saved = tri_trainings_list ();
  g_assert_cmpuint (saved->len, ==, 1);
  g_assert_cmpuint (((TriSavedTraining *) saved->pdata[0])->step, ==,
                    tri_trainer_get_step (tri_training_get_trainer (training)));
  g_assert_true (tri_trainings_remove (folder, NULL));
}

/* The same checkpoint, as if validation had been best at step 1 and got worse since. */
static void
part_curves (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, TRI_TRAINER_CHECKPOINT, NULL);
  g_autoptr (TriWeights) old = tri_weights_load (path, NULL), parted = tri_weights_new ();
  const float points[] = { 0, 0, 1, 10, 1, 0.9f, 0.5f, 13, 2, 0.6f, 0.8f, 11, 3, 0.4f, 0.9f, 11, 4, 0.2f, 1, 10 };
  const char *const texts[] = { "model", "params", "training", "autoencoder.step" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    tri_weights_set_text (parted, texts[i], tri_weights_get_text (old, texts[i]));
  for (guint i = 0; i < tri_weights_get_n (old); i++)
    {
      const TriNamed *named = tri_weights_get (old, i);
      if (g_str_equal (named->name, "validations"))
        g_assert_true (tri_weights_add (parted, named->name, 2, (guint64[]) { 5, 4 }, points, NULL));
      else
        g_assert_true (tri_weights_add (parted, named->name, named->n_dims, named->dims, named->values, NULL));
    }
  g_assert_true (tri_weights_save (parted, TRI_DTYPE_F32, path, NULL));
}

static void
test_overfitting (void)
{
  TriWindow *self = fixture_window ();
  TriTrainPage *page = tiny (self, 4);
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  fixture_spin_until (has_ended, page);
  g_autofree char *folder = g_strdup (tri_training_get_folder (page->training));
  g_assert_null (tri_training_get_overfitting (page->training));
  part_curves (folder);
  tri_train_page_resume (page, folder);
  fixture_spin_until (has_ended, page);
  g_assert_no_error (tri_training_get_error (page->training));
  g_assert_nonnull (strstr (tri_training_get_overfitting (page->training), "since step 1 "));
  g_assert_true (tri_trainings_remove (folder, NULL));
  fixture_close (self);
}

/* Said in words: pictures that aren't there, and a loss that exploded; the page can begin again. */
static void
test_failures (void)
{
  TriWindow *self = fixture_window ();
  TriTrainPage *page = tiny (self, 50);
  TriTraining *training = tri_train_page_get_training (page);
  TriTrainForm *form = tri_train_page_get_form (page);
  tri_train_form_set_source (form, "/no/such/picture.png");
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  fixture_spin_until (has_ended, page);
  g_assert_nonnull (tri_training_get_error (training));
  g_assert_null (tri_training_get_trainer (training));

  tri_train_form_set_source (form, "samples");
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  gtk_widget_activate_action (GTK_WIDGET (page), "train.stop", NULL);
  fixture_spin_until (has_ended, page);
  g_assert_null (tri_training_get_error (training));
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "Stopped before the first step.");

  g_assert_true (tri_train_form_set (form, "batch", 4096, NULL));
  g_assert_true (tri_train_form_set (form, "crop", 4096, NULL));
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  fixture_spin_until (has_ended, page);
  g_assert_nonnull (tri_training_get_error (training));
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, tri_training_get_error (training)->message);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (page->status), "error"));
  g_test_message ("%s", tri_training_get_error (training)->message);
  g_assert_true (tri_train_form_set (form, "batch", 2, NULL));
  g_assert_true (tri_train_form_set (form, "crop", 16, NULL));
  g_assert_true (tri_train_form_set (form, "rate", 1, NULL));
  g_assert_true (tri_train_form_set (form, "warm-up", 1, NULL));
  g_assert_true (tri_train_form_set (form, "clip", 0, NULL));
  gtk_widget_activate_action (GTK_WIDGET (page), "train.start", NULL);
  fixture_spin_until (has_ended, page);
  const GError *error = tri_training_get_error (training);
  if (error != NULL)
    g_test_message ("%s", error->message);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "The checkpoint of step"));
  g_autofree char *folder = g_strdup (tri_training_get_folder (training));
  g_autoptr (GPtrArray) saved = tri_trainings_list ();
  g_assert_cmpuint (saved->len, ==, 1);
  g_assert_nonnull (((TriSavedTraining *) saved->pdata[0])->model);
  g_assert_true (tri_trainings_remove (folder, NULL));
  fixture_close (self);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/train/whole", test_whole);
  g_test_add_func ("/app/train/weights", test_weights);
  g_test_add_func ("/app/train/tomorrow", test_tomorrow);
  g_test_add_func ("/app/train/goes-on-after-early-end", test_goes_on_after_early_end);
  g_test_add_func ("/app/train/pause", test_pause);
  g_test_add_func ("/app/train/close", test_close);
  g_test_add_func ("/app/train/overfitting", test_overfitting);
  g_test_add_func ("/app/train/failures", test_failures);
  return fixture_run ();
}
