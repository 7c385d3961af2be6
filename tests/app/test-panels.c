/* The panels below the panes, driven in-process: empty, busy, filled, closed while they work.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tri-card-grid.h"
#include "tri-card.h"
#include "tri-chart-button.h"
#include "tri-chart-view.h"
#include "tri-eve-view.h"
#include "tri-key-scrubber.h"
#include "tri-panel-history.h"
#include "tri-panel-inside.h"
#include "tri-panel-quality.h"
#include "tri-panel-security.h"
#include "tri-panel-sweep.h"
#include "tri-thumbnail.h"
#include "tri-toast.h"
#include "work-fixture.h"

typedef struct {
  TriSession *session;
  GtkWidget *window, *panel;
} Fixture;

typedef gboolean (*Match) (GtkWidget *widget, gconstpointer data);

/* The first in the tree below @widget that is mapped and matches. */
static GtkWidget *
find (GtkWidget *widget, Match match, gconstpointer data)
{
  if (gtk_widget_get_mapped (widget) && match (widget, data))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *hit = find (child, match, data);
      if (hit != NULL)
        return hit;
    }
  return NULL;
}

static gboolean
label_begins (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (widget)), data);
}

/* @data: a GType */
static gboolean
is_a (GtkWidget *widget, gconstpointer data)
{
  return g_type_is_a (G_OBJECT_TYPE (widget), GPOINTER_TO_SIZE (data));
}

static gboolean
button_says (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), data) == 0;
}

static gboolean
chart_titled (GtkWidget *widget, gconstpointer data)
{
  TriChart *chart = TRI_IS_CHART_VIEW (widget) ? tri_chart_view_get_chart (TRI_CHART_VIEW (widget)) : NULL;
  return chart != NULL && g_str_has_prefix (chart->title, data);
}

static GtkWidget *
wait_for (Fixture *fixture, Match match, gconstpointer data)
{
  GtkWidget *hit;
  while ((hit = find (fixture->window, match, data)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return hit;
}

static TriChart *
chart_of (Fixture *fixture, const char *title)
{
  return tri_chart_view_get_chart (TRI_CHART_VIEW (wait_for (fixture, chart_titled, title)));
}

static gboolean
button_exports (GtkWidget *widget, gconstpointer view)
{
  g_autoptr (TriChartView) of = NULL;
  if (!TRI_IS_CHART_BUTTON (widget))
    return FALSE;
  g_object_get (widget, "chart", &of, NULL);
  return of == view;
}

/* Each chart that is seen has a button that exports it, which the keyboard reaches once there is something to export.
 * Returns: how many charts there are below @widget */
static guint
check_export_buttons (Fixture *fixture, GtkWidget *widget)
{
  guint n = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += check_export_buttons (fixture, child);
  if (!TRI_IS_CHART_VIEW (widget) || !gtk_widget_get_mapped (widget))
    return n;
  GtkWidget *button = find (fixture->window, button_exports, widget);
  g_assert_nonnull (button);
  GtkWidget *menu = gtk_widget_get_first_child (button);
  gtk_test_accessible_assert_property (menu, GTK_ACCESSIBLE_PROPERTY_LABEL, "Export Chart");
  gboolean filled;
  g_object_get (widget, "filled", &filled, NULL);
  g_assert_true (gtk_widget_get_sensitive (menu) == filled);
  g_assert_true (!filled || gtk_widget_grab_focus (menu));
  return n + 1;
}

static guint
count_points (const TriChart *chart)
{
  guint n = 0;
  for (guint i = 0; i < chart->series->len; i++)
    n += ((TriSeries *) g_ptr_array_index (chart->series, i))->xs->len;
  return n;
}

static void
set_up (Fixture *fixture, GType type)
{
  fixture->session = tri_session_new ();
  tri_session_set_cipher (fixture->session, fixture_cipher ("kmeans"));
  fixture->panel = g_object_new (type, "session", fixture->session, NULL);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 960, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->panel);
  gtk_window_present (GTK_WINDOW (fixture->window));
  while (!gtk_widget_get_mapped (fixture->panel))
    g_main_context_iteration (NULL, TRUE);
}

/* A picture and a key: the session is live, and runs. */
static void
give_picture (Fixture *fixture)
{
  g_autoptr (TriImage) picture = fixture_picture (96, 64, 3);
  g_autoptr (TriKey) key = fixture_key ("a key of some length");
  tri_session_set_picture (fixture->session, picture, "fixture.png");
  tri_session_set_key (fixture->session, key);
}

/* The same as set_up() and give_picture(), with a run that is over. */
static void
set_up_run (Fixture *fixture, GType type, const char *cipher)
{
  set_up (fixture, type);
  tri_session_set_cipher (fixture->session, fixture_cipher (cipher));
  give_picture (fixture);
  fixture_settle (fixture->session);
}

/* Closing the window ends the panel and, with it, its hold on the session. */
static void
tear_down (Fixture *fixture)
{
  GtkWidget *panel = fixture->panel;
  TriSession *session = fixture->session;
  g_object_add_weak_pointer (G_OBJECT (panel), (gpointer *) &panel);
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &session);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->session);
  while (panel != NULL || session != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* One bar a cipher, as long as the SSIM of what a run gave. */
static void
check_bars (Fixture *fixture, const TriChart *bars, gboolean decrypted)
{
  GPtrArray *reports = tri_session_get_comparisons (fixture->session);
  guint n = g_strv_length ((char **) tri_ciphers ());
  g_assert_cmpuint (reports->len, ==, n);
  g_assert_cmpuint (bars->categories->len, ==, n);
  g_assert_cmpuint (count_points (bars), ==, n);
  for (guint i = 0; i < bars->series->len; i++)
    {
      const TriSeries *series = g_ptr_array_index (bars->series, i);
      for (guint j = 0; j < series->xs->len; j++)
        {
          const char *title = g_ptr_array_index (bars->categories, (guint) g_array_index (series->ys, double, j));
          const TriReport *report = NULL;
          for (guint k = 0; k < n; k++)
            if (g_str_equal (((TriReport *) g_ptr_array_index (reports, k))->cipher->title, title))
              report = g_ptr_array_index (reports, k);
          g_assert_nonnull (report);
          g_assert_cmpfloat_with_epsilon (g_array_index (series->xs, double, j),
                                          (decrypted ? &report->restored : &report->encrypted)->ssim, 1e-12);
        }
    }
}

static void
test_quality (void)
{
  Fixture fixture;
  set_up (&fixture, TRI_TYPE_PANEL_QUALITY);
  wait_for (&fixture, label_begins, "Open a picture");
  g_assert_false (gtk_widget_get_sensitive (wait_for (&fixture, button_says, "_Run All")));
  give_picture (&fixture);
  wait_for (&fixture, label_begins, "Encrypted: ");
  wait_for (&fixture, label_begins, "PSNR");
  fixture_settle (fixture.session);

  g_signal_emit_by_name (wait_for (&fixture, button_says, "_Run All"), "clicked");
  wait_for (&fixture, button_says, "_Stop");
  wait_for (&fixture, button_says, "_Run All");
  check_bars (&fixture, chart_of (&fixture, "SSIM of what comes back"), TRUE);
  wait_for (&fixture, label_begins, "Throughput");
  g_assert_cmpuint (check_export_buttons (&fixture, fixture.panel), ==, 2);

  GtkWidget *side = find (fixture.window, is_a, GSIZE_TO_POINTER (GTK_TYPE_DROP_DOWN));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (side), 1); /* encrypted */
  check_bars (&fixture, chart_of (&fixture, "SSIM of what is seen"), FALSE);
  tear_down (&fixture);
}

static void
test_quality_stop (void)
{
  Fixture fixture;
  set_up_run (&fixture, TRI_TYPE_PANEL_QUALITY, "kmeans");
  GtkWidget *button = wait_for (&fixture, button_says, "_Run All");
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "_Stop");
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "_Run All");
  g_assert_false (tri_session_is_busy (fixture.session));
  tear_down (&fixture);
}

static gboolean
label_is_finite_entropy (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (widget)), data)
         && g_ascii_strtod (gtk_label_get_text (GTK_LABEL (widget)), NULL) > 7.9;
}

static void
test_security (void)
{
  Fixture fixture;
  set_up (&fixture, TRI_TYPE_PANEL_SECURITY);
  wait_for (&fixture, label_begins, "Open a picture");
  give_picture (&fixture);
  wait_for (&fixture, label_begins, "Entropy");
  wait_for (&fixture, label_begins, "outside"); /* k-means is nothing like noise */
  wait_for (&fixture, label_is_finite_entropy, "7.9"); /* that of XChaCha20 arrived */
  g_assert_cmpuint (count_points (chart_of (&fixture, "Neighbours in the original")), >, 100);
  g_assert_cmpuint (chart_of (&fixture, "Histogram of the encrypted")->series->len, ==, 3);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find (fixture.window, button_says, "V")), TRUE);
  g_assert_cmpstr (chart_of (&fixture, "Neighbours in the original")->y.title, ==, "pixel below");
  g_assert_cmpuint (check_export_buttons (&fixture, fixture.panel), ==, 5);
  tear_down (&fixture);
}

/* Closed while the reference is measured: nothing comes back to a panel that is gone. */
static void
test_security_closed (void)
{
  Fixture fixture;
  set_up (&fixture, TRI_TYPE_PANEL_SECURITY);
  give_picture (&fixture);
  wait_for (&fixture, label_begins, "Entropy");
  tear_down (&fixture);
  fixture_drain ();
}

/* A card for each of what the cipher shows, or a sentence that it shows nothing. */
static void
check_inside (Fixture *fixture, const TriReport *report)
{
  if (report->insights == NULL || report->insights->len == 0)
    {
      g_autofree char *sentence = g_strdup_printf ("%s has nothing to show of its inside.", report->cipher->title);
      wait_for (fixture, label_begins, sentence);
      g_assert_null (find (fixture->window, is_a, GSIZE_TO_POINTER (TRI_TYPE_CARD)));
      return;
    }
  for (guint i = 0; i < report->insights->len; i++)
    {
      const TriInsight *insight = g_ptr_array_index (report->insights, i);
      wait_for (fixture, label_begins, insight->title);
      if (insight->text != NULL)
        wait_for (fixture, label_begins, insight->text);
      for (guint j = 0; insight->facts != NULL && j < insight->facts->len; j++)
        wait_for (fixture, label_begins, g_ptr_array_index (insight->facts, j));
      if (insight->chart != NULL)
        wait_for (fixture, chart_titled, insight->chart->title);
    }
}

static void
test_inside (void)
{
  Fixture fixture;
  set_up (&fixture, TRI_TYPE_PANEL_INSIDE);
  wait_for (&fixture, label_begins, "Open a picture");
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      tri_session_set_cipher (fixture.session, *c);
      give_picture (&fixture);
      fixture_settle (fixture.session);
      TriReport *report = tri_session_get_report (fixture.session);
      g_assert_nonnull (report);
      check_inside (&fixture, report);
      check_export_buttons (&fixture, fixture.panel);
    }
  tear_down (&fixture);
}

static void
press (TriKeyScrubber *scrubber, GtkScrollType scroll)
{
  g_signal_emit_by_name (tri_key_scrubber_get_scale (scrubber), "move-slider", scroll);
}

/* The slider of wrong bits, by its keys: each place of it shows its own picture, says so, and is marked in the chart.
 * Another run begins anew, where the slider is; one that nobody looks at does nothing. */
static void
test_inside_scrubber (void)
{
  Fixture fixture;
  set_up_run (&fixture, TRI_TYPE_PANEL_INSIDE, "cyclegan");
  TriKeyScrubber *scrubber = TRI_KEY_SCRUBBER (wait_for (&fixture, is_a, GSIZE_TO_POINTER (TRI_TYPE_KEY_SCRUBBER)));
  g_autoptr (TriNearKeys) keys = g_object_ref (tri_key_scrubber_get_bits (scrubber));
  wait_for (&fixture, label_begins, "1 wrong bit: SSIM ");
  press (scrubber, GTK_SCROLL_START);
  wait_for (&fixture, label_begins, "the right key: SSIM ");
  press (scrubber, GTK_SCROLL_STEP_RIGHT);
  press (scrubber, GTK_SCROLL_STEP_RIGHT);
  wait_for (&fixture, label_begins, "2 wrong bits: SSIM ");
  press (scrubber, GTK_SCROLL_PAGE_RIGHT);
  wait_for (&fixture, label_begins, "10 wrong bits: SSIM ");
  const TriChart *chart = chart_of (&fixture, "Similarity after");
  const TriSeries *shown = chart->series->pdata[1];
  g_assert_cmpfloat (g_array_index (shown->xs, double, 0), ==, 10);
  wait_for (&fixture, label_begins, "No wrong key shows anything");

  tri_session_set_cipher (fixture.session, fixture_cipher ("cnn-feistel"));
  fixture_settle (fixture.session);
  wait_for (&fixture, label_begins, "10 wrong bits: SSIM");
  scrubber = TRI_KEY_SCRUBBER (wait_for (&fixture, is_a, GSIZE_TO_POINTER (TRI_TYPE_KEY_SCRUBBER)));
  g_assert_true (tri_key_scrubber_get_bits (scrubber) != keys);
  tri_session_set_cipher (fixture.session, fixture_cipher ("kmeans"));
  fixture_settle (fixture.session);
  g_assert_null (find (fixture.window, is_a, GSIZE_TO_POINTER (TRI_TYPE_KEY_SCRUBBER)));
  tear_down (&fixture);
}

/* Bob at once; Eve on demand, watched, stopped, and ended when another cipher is chosen. Another picture leaves her. */
static void
test_inside_eve (void)
{
  Fixture fixture;
  set_up_run (&fixture, TRI_TYPE_PANEL_INSIDE, "cnn-feistel");
  TriEveView *view = TRI_EVE_VIEW (wait_for (&fixture, is_a, GSIZE_TO_POINTER (TRI_TYPE_EVE_VIEW)));
  wait_for (&fixture, label_begins, "Bob, with the key\nevery pixel");
  wait_for (&fixture, label_begins, "Eve, without it\nhas not learned yet");
  wait_for (&fixture, label_begins, "No Eve comes with this cipher");
  GtkWidget *button = wait_for (&fixture, button_says, "_Train Eve");
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (tri_bob_eve_is_training (tri_eve_view_get_duel (view)));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "_Stop");
  wait_for (&fixture, label_begins, "Eve learns: step");
  while (tri_bob_eve_get_sight (tri_eve_view_get_duel (view))->eve == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (chart_of (&fixture, "Eve's error")->series->len, ==, 2);

  TriBobEve *duel = tri_eve_view_get_duel (view);
  g_autoptr (TriImage) other = fixture_picture (70, 70, 3);
  tri_session_set_picture (fixture.session, other, "other.png");
  fixture_settle (fixture.session);
  g_assert_true (tri_eve_view_get_duel (view) == duel && tri_bob_eve_is_training (duel));
  g_signal_emit_by_name (button, "clicked");
  wait_for (&fixture, button_says, "_Train Eve");
  wait_for (&fixture, label_begins, "Without the key Eve sees nothing");
  g_signal_emit_by_name (button, "clicked");
  g_object_add_weak_pointer (G_OBJECT (duel), (gpointer *) &duel);
  tri_session_set_cipher (fixture.session, fixture_cipher ("autoencoder"));
  while (duel != NULL)
    g_main_context_iteration (NULL, TRUE);
  wait_for (&fixture, label_begins, "No Eve comes with this cipher");
  tear_down (&fixture);
}

static void
test_sweep (void)
{
  Fixture fixture;
  set_up (&fixture, TRI_TYPE_PANEL_SWEEP);
  g_assert_false (gtk_widget_get_sensitive (wait_for (&fixture, button_says, "_Start")));
  give_picture (&fixture);
  fixture_settle (fixture.session);
  GtkWidget *start = wait_for (&fixture, button_says, "_Start");
  g_assert_true (gtk_widget_get_sensitive (start));
  g_signal_emit_by_name (start, "clicked");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (start)), ==, "_Stop");
  wait_for (&fixture, button_says, "_Start");
  const TriChart *chart = chart_of (&fixture, "PSNR");
  g_assert_cmpuint (check_export_buttons (&fixture, fixture.panel), ==, 3);
  const TriSeries *curve = g_ptr_array_index (chart->series, 0);
  g_assert_cmpuint (curve->xs->len, >=, 8);
  /* More clusters, less error; and what the run has shown is one of the points. */
  g_assert_cmpfloat (g_array_index (curve->ys, double, curve->ys->len - 1), >, g_array_index (curve->ys, double, 0));
  double k = tri_params_get (tri_session_get_params (fixture.session), "k"), shown = NAN;
  for (guint i = 0; i < curve->xs->len; i++)
    if (fabs (g_array_index (curve->xs, double, i) - k) < 0.5)
      shown = g_array_index (curve->ys, double, i);
  g_assert_cmpfloat_with_epsilon (shown, tri_session_get_report (fixture.session)->restored.psnr, 1e-9);
  g_assert_true (gtk_widget_get_sensitive (find (fixture.window, button_says, "_CSV…")));
  tear_down (&fixture);
}

static gboolean
label_ends (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_LABEL (widget) && g_str_has_suffix (gtk_label_get_text (GTK_LABEL (widget)), data);
}

/* The range that is proposed for each cipher's first number, or for one that others share: it starts, and stops. */
static void
test_sweep_every_param (void)
{
  Fixture fixture;
  set_up (&fixture, TRI_TYPE_PANEL_SWEEP);
  give_picture (&fixture);
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      tri_session_set_cipher (fixture.session, *c);
      fixture_settle (fixture.session);
      GtkWidget *start = wait_for (&fixture, button_says, "_Start");
      g_assert_true (gtk_widget_get_sensitive (start));
      g_signal_emit_by_name (start, "clicked");
      g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (start)), ==, "_Stop");
      g_signal_emit_by_name (start, "clicked");
      wait_for (&fixture, button_says, "_Start");
      wait_for (&fixture, label_ends, " points, at full size"); /* more than one, and none done */
    }
  tear_down (&fixture);
}

static void
test_sweep_closed (void)
{
  Fixture fixture;
  set_up_run (&fixture, TRI_TYPE_PANEL_SWEEP, "kmeans");
  g_signal_emit_by_name (wait_for (&fixture, button_says, "_Start"), "clicked");
  tear_down (&fixture);
}

static void
test_history (void)
{
  Fixture fixture;
  set_up (&fixture, TRI_TYPE_PANEL_HISTORY);
  wait_for (&fixture, label_begins, "No run yet");
  give_picture (&fixture);
  fixture_settle (fixture.session);
  tri_session_set_cipher (fixture.session, fixture_cipher ("aes-ecb"));
  fixture_settle (fixture.session);
  GtkWidget *view = wait_for (&fixture, is_a, GSIZE_TO_POINTER (GTK_TYPE_COLUMN_VIEW));
  wait_for (&fixture, label_begins, "k-means");
  guint n = g_list_model_get_n_items (tri_session_get_history (fixture.session));
  g_signal_emit_by_name (view, "activate", n - 1);
  g_assert_true (tri_session_get_cipher (fixture.session) == fixture_cipher ("kmeans"));
  tear_down (&fixture);
}

static void
test_chart_view (void)
{
  g_autoptr (TriChart) chart = tri_chart_new ("Error", "k", "MSE");
  tri_chart_add_data (chart, "PCA", TRI_MARK_LINE, TRI_HUE_1, NULL, (const double[]) { 3, 1 }, 2);
  GtkWidget *view = g_object_ref_sink (tri_chart_view_new ());
  tri_chart_view_set_chart (TRI_CHART_VIEW (view), chart);
  g_assert_true (gtk_widget_get_focusable (view));
  gtk_test_accessible_assert_role (view, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Error");
  g_autofree char *said = gtk_test_accessible_check_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "");
  g_assert_nonnull (strstr (said, "PCA: 2 values"));

  GtkWidget *button = g_object_ref_sink (tri_chart_button_new (TRI_CHART_VIEW (view)));
  GdkClipboard *clipboard = gtk_widget_get_clipboard (view);
  g_assert_true (gtk_widget_get_sensitive (gtk_widget_get_first_child (button)));
  g_assert_true (gtk_widget_activate_action (button, "chart.copy", NULL));
  g_assert_true (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), GDK_TYPE_TEXTURE));
  gdk_clipboard_set_content (clipboard, NULL);
  tri_chart_view_set_chart (TRI_CHART_VIEW (view), NULL);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Chart");
  g_assert_false (gtk_widget_get_sensitive (gtk_widget_get_first_child (button)));
  g_assert_finalize_object (view); /* before its button, which then does nothing */
  g_assert_true (gtk_widget_activate_action (button, "chart.copy", NULL));
  g_assert_null (gdk_clipboard_get_content (clipboard));
  g_assert_finalize_object (button);
}

static int
height_for (GtkWidget *grid, int width)
{
  int least, natural;
  gtk_widget_measure (grid, GTK_ORIENTATION_VERTICAL, width, &least, &natural, NULL, NULL);
  return least;
}

static void
test_card_grid (void)
{
  GtkWidget *grid = g_object_ref_sink (tri_card_grid_new ());
  g_object_set (grid, "column-width", 200, "max-columns", 3, NULL);
  for (guint i = 0; i < 3; i++)
    {
      GtkWidget *card = gtk_label_new (NULL);
      gtk_widget_set_size_request (card, 50, 100);
      tri_card_grid_append (TRI_CARD_GRID (grid), card);
    }
  g_assert_cmpint (height_for (grid, 700), ==, 100);
  g_assert_cmpint (height_for (grid, 500), ==, 212);
  g_assert_cmpint (height_for (grid, 300), ==, 324);
  gtk_widget_set_visible (gtk_widget_get_first_child (grid), FALSE);
  g_assert_cmpint (height_for (grid, 300), ==, 212);
  gtk_widget_allocate (grid, 500, 160, -1, NULL);
  GtkWidget *last = gtk_widget_get_last_child (grid);
  g_assert_cmpint (gtk_widget_get_height (last), ==, 160);
  g_assert_cmpint (gtk_widget_get_width (last), ==, 244);
  tri_card_grid_clear (TRI_CARD_GRID (grid));
  g_assert_finalize_object (grid);
}

static void
test_thumbnail (void)
{
  static const guint8 two[] = { 0, 255 };
  g_autoptr (TriImage) small = tri_image_new_from_data (2, 1, 1, two, NULL);
  g_autoptr (GdkTexture) crisp = tri_thumbnail_new (small, 9);
  g_assert_cmpint (gdk_texture_get_width (crisp), ==, 8);
  g_assert_cmpint (gdk_texture_get_height (crisp), ==, 4);
  guint32 pixels[32];
  gdk_texture_download (crisp, (guint8 *) pixels, 8 * 4);
  for (guint i = 0; i < 32; i++)
    g_assert_cmphex (pixels[i], ==, i % 8 < 4 ? 0xff000000 : 0xffffffff);

  g_autoptr (TriImage) large = tri_image_new (1000, 10, 2, NULL);
  for (guint i = 0; i < 10000; i++) /* grey that gets lighter, and half of it transparent */
    {
      large->pixels[2 * i] = (guint8) (i % 1000 / 4);
      large->pixels[2 * i + 1] = i % 1000 < 500 ? 255 : 0;
    }
  g_autoptr (GdkTexture) reduced = tri_thumbnail_new (large, 100);
  g_assert_cmpint (gdk_texture_get_width (reduced), ==, 100);
  g_assert_cmpint (gdk_texture_get_height (reduced), ==, 1);
  guint32 row[100];
  gdk_texture_download (reduced, (guint8 *) row, sizeof row);
  for (guint x = 0; x < 100; x++)
    {
      g_assert_cmphex (row[x] >> 24, ==, x < 50 ? 255 : 0);
      g_assert_cmpint (abs ((int) (row[x] & 255) - (x < 50 ? (int) (x * 10 + 5) / 4 : 0)), <=, 1);
    }
}

static gboolean
label_is (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), data);
}

/* What looks like markup is read as it is. */
static void
test_toast (void)
{
  GtkWidget *window = gtk_window_new (), *overlay = adw_toast_overlay_new ();
  gtk_window_set_child (GTK_WINDOW (window), overlay);
  gtk_window_present (GTK_WINDOW (window));
  tri_toast_add (ADW_TOAST_OVERLAY (overlay), "Saved <b> & co.csv");
  while (find (window, label_is, "Saved <b> & co.csv") == NULL)
    g_main_context_iteration (NULL, TRUE);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/app/chart-view", test_chart_view);
  g_test_add_func ("/app/card-grid", test_card_grid);
  g_test_add_func ("/app/thumbnail", test_thumbnail);
  g_test_add_func ("/app/toast", test_toast);
  g_test_add_func ("/app/quality/run-all", test_quality);
  g_test_add_func ("/app/quality/stop", test_quality_stop);
  g_test_add_func ("/app/security/figures", test_security);
  g_test_add_func ("/app/security/closed", test_security_closed);
  g_test_add_func ("/app/inside/every-cipher", test_inside);
  g_test_add_func ("/app/inside/scrubber", test_inside_scrubber);
  g_test_add_func ("/app/inside/eve", test_inside_eve);
  g_test_add_func ("/app/sweep/curves", test_sweep);
  g_test_add_func ("/app/sweep/every-parameter", test_sweep_every_param);
  g_test_add_func ("/app/sweep/closed", test_sweep_closed);
  g_test_add_func ("/app/history", test_history);
  return g_test_run ();
}
