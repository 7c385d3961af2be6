/* Who can open the files, in a window of its own. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-age.h"
#include "tri-people.h"
#include "tri-protect-keys.h"
#include "tri-secret.h"
#include "window-fixture.h"

#define WORK_FACTOR 10 /* fast */

static GtkWidget *
find (GtkWidget *widget, GType type, const char *name)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type)
      && (name == NULL || g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), name) == 0))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, name);
      if (found != NULL)
        return found;
    }
  return NULL;
}

typedef struct {
  GtkWidget *window;
  TriProtectKeys *keys;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->window = gtk_window_new ();
  f->keys = TRI_PROTECT_KEYS (tri_protect_keys_new ());
  tri_protect_keys_set_work_factor (f->keys, WORK_FACTOR);
  gtk_window_set_child (GTK_WINDOW (f->window), GTK_WIDGET (f->keys));
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  gpointer gone = f->keys;
  g_object_add_weak_pointer (G_OBJECT (f->keys), &gone);
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (gone != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
type (Fixture *f, const char *entry, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (find (GTK_WIDGET (f->keys), GTK_TYPE_PASSWORD_ENTRY, entry)), text);
}

static const char *
says (Fixture *f, const char *label)
{
  return gtk_label_get_label (GTK_LABEL (find (GTK_WIDGET (f->keys), GTK_TYPE_LABEL, label)));
}

static gboolean
shows (Fixture *f, GType type, const char *id)
{
  return gtk_widget_get_mapped (find (GTK_WIDGET (f->keys), type, id));
}

/* What was encrypted for these recipients opens with these identities. */
static void
round_trip (GPtrArray *recipients, GPtrArray *identities)
{
  static const char text[] = "a photo";
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (text, sizeof text, NULL);
  g_autoptr (GOutputStream) sealed = g_memory_output_stream_new_resizable (), out = g_memory_output_stream_new_resizable ();
  g_assert_true (tri_age_encrypt (in, sealed, recipients, 0, 0, NULL, &error));
  g_assert_no_error (error);
  g_output_stream_close (sealed, NULL, NULL);
  g_autoptr (GBytes) bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (sealed));
  g_autoptr (GInputStream) again = g_memory_input_stream_new_from_bytes (bytes);
  g_assert_true (tri_age_decrypt (again, out, identities, 0, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)), ==, sizeof text);
  g_assert_cmpstr (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)), ==, text);
}

static void
count_up (gpointer object, GParamSpec *spec, guint *n)
{
  (*n)++;
}

static void
test_passphrase (Fixture *f, gconstpointer unused)
{
  guint notified = 0;
  g_autoptr (GError) error = NULL;
  g_signal_connect (f->keys, "notify::ready", G_CALLBACK (count_up), &notified);
  g_assert_false (tri_protect_keys_is_ready (f->keys));
  g_assert_null (tri_protect_keys_dup_recipients (f->keys, &error));
  g_assert_nonnull (error);
  type (f, "first", "glazing overarch nectar");
  g_assert_false (tri_protect_keys_is_ready (f->keys));
  type (f, "second", "glazing overarch nectas");
  g_assert_false (tri_protect_keys_is_ready (f->keys));
  g_assert_cmpstr (says (f, "matches"), ==, "Differs from the first");
  g_assert_cmpuint (notified, ==, 0);
  type (f, "second", "glazing overarch nectar");
  g_assert_true (tri_protect_keys_is_ready (f->keys));
  g_assert_cmpuint (notified, ==, 1);
  g_autoptr (GPtrArray) recipients = tri_protect_keys_dup_recipients (f->keys, NULL);
  tri_protect_keys_set_opening (f->keys, TRUE);
  g_assert_false (shows (f, GTK_TYPE_PASSWORD_ENTRY, "second"));
  type (f, "second", "");
  g_autoptr (GPtrArray) identities = tri_protect_keys_dup_identities (f->keys, NULL);
  g_assert_cmpuint (recipients->len, ==, 1);
  round_trip (recipients, identities);
}

static gboolean
has_strength (gpointer data)
{
  return *says (data, "sentence") != '\0';
}

static void
test_strength (Fixture *f, gconstpointer unused)
{
  GtkLevelBar *bar = GTK_LEVEL_BAR (find (GTK_WIDGET (f->keys), GTK_TYPE_LEVEL_BAR, "bar"));
  type (f, "first", "password");
  fixture_spin_until (has_strength, f);
  g_assert_cmpstr (says (f, "badge"), ==, "Too easy");
  g_assert_cmpfloat (gtk_level_bar_get_value (bar), ==, 1);
}

static void
test_suggestion (Fixture *f, gconstpointer unused)
{
  GtkListBoxRow *suggest = GTK_LIST_BOX_ROW (find (GTK_WIDGET (f->keys), GTK_TYPE_LIST_BOX_ROW, "suggest_row"));
  g_signal_emit_by_name (suggest, "activate");
  g_autofree char *words = g_strdup (says (f, "words"));
  g_auto (GStrv) six = g_strsplit (words, " ", -1);
  g_assert_cmpuint (g_strv_length (six), ==, 6);
  g_signal_emit_by_name (find (GTK_WIDGET (f->keys), GTK_TYPE_BUTTON, "use"), "clicked");
  g_assert_cmpstr (says (f, "words"), ==, "");
  g_assert_false (tri_protect_keys_is_ready (f->keys)); /* the note on paper is tried first */
  type (f, "second", words);
  g_assert_true (tri_protect_keys_is_ready (f->keys));
  fixture_spin_until (has_strength, f);
  g_assert_cmpstr (says (f, "badge"), ==, "Strong");
}

static char *
recipient_of (TriAgeIdentity *identity)
{
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
  return tri_age_recipient_to_text (recipient);
}

static TriPeople *
choose_people (Fixture *f)
{
  GtkWidget *by_keys = find (GTK_WIDGET (f->keys), GTK_TYPE_TOGGLE_BUTTON, "by_keys");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (by_keys), TRUE);
  g_assert_false (tri_protect_keys_uses_passphrase (f->keys));
  g_assert_false (tri_protect_keys_is_ready (f->keys));
  return TRI_PEOPLE (find (GTK_WIDGET (f->keys), TRI_TYPE_PEOPLE, NULL));
}

static void
test_people (Fixture *f, gconstpointer unused)
{
  TriPeople *people = choose_people (f);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriAgeIdentity) a = tri_age_identity_generate (TRI_AGE_X25519), b = tri_age_identity_generate (TRI_AGE_X25519);
  g_autofree char *first = recipient_of (a), *second = recipient_of (b);
  g_assert_true (tri_people_add_text (people, first, "Ann", &error));
  g_assert_true (tri_people_add_text (people, second, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (tri_people_add_text (people, first, NULL, &error)); /* twice */
  g_assert_nonnull (error);
  g_assert_true (tri_protect_keys_is_ready (f->keys));
  g_autoptr (GPtrArray) recipients = tri_protect_keys_dup_recipients (f->keys, NULL);
  g_autoptr (GPtrArray) identities = g_ptr_array_new ();
  g_assert_cmpuint (recipients->len, ==, 2);
  g_ptr_array_add (identities, b);
  round_trip (recipients, identities);
}

static void
test_mixed (Fixture *f, gconstpointer unused)
{
  TriPeople *people = choose_people (f);
  g_autoptr (TriAgeIdentity) a = tri_age_identity_generate (TRI_AGE_X25519), b = tri_age_identity_generate (TRI_AGE_HYBRID);
  g_autofree char *classic = recipient_of (a), *hybrid = recipient_of (b);
  g_assert_true (tri_people_add_text (people, classic, NULL, NULL));
  g_assert_true (tri_people_add_text (people, hybrid, NULL, NULL));
  g_assert_false (tri_protect_keys_is_ready (f->keys));
  g_assert_true (shows (f, GTK_TYPE_LABEL, "problem"));
  g_assert_null (tri_protect_keys_dup_recipients (f->keys, NULL));
  GtkWidget *list = find (GTK_WIDGET (people), GTK_TYPE_LIST_BOX, "list");
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_signal_emit_by_name (find (row, GTK_TYPE_BUTTON, NULL), "clicked"); /* removes the classic one */
  g_assert_true (tri_protect_keys_is_ready (f->keys));
  g_assert_nonnull (strstr (says (f, "note"), "Post-quantum"));
}

static void
test_wrong (Fixture *f, gconstpointer unused)
{
  TriPeople *people = choose_people (f);
  g_autoptr (TriAgeIdentity) secret = tri_age_identity_generate (TRI_AGE_X25519);
  char *text = tri_age_identity_to_text (secret);
  const char *const wrong[] = { "", "hello", "age1abc", "ssh-ed25519 AAAA", text };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (tri_people_add_text (people, wrong[i], NULL, &error));
      g_assert_nonnull (error);
      g_assert_null (strstr (error->message, "AGE-SECRET-KEY-1"));
    }
  tri_secret_free (text);
  g_assert_false (tri_protect_keys_is_ready (f->keys));
}

static gboolean
is_ready (gpointer data)
{
  return tri_protect_keys_is_ready (data);
}

static gboolean
is_refused (gpointer data)
{
  return *says (data, "refused") != '\0';
}

/* A file for age -R gives all of its recipients; one with a secret key in it none. */
static void
test_file (Fixture *f, gconstpointer unused)
{
  TriPeople *people = choose_people (f);
  g_autoptr (TriAgeIdentity) a = tri_age_identity_generate (TRI_AGE_X25519), b = tri_age_identity_generate (TRI_AGE_X25519);
  g_autofree char *first = recipient_of (a), *second = recipient_of (b);
  g_autofree char *text = g_strdup_printf ("# two\n%s\n\n%s\n", first, second);
  g_autoptr (GFile) file = g_file_new_build_filename (g_get_tmp_dir (), "people.txt", NULL);
  char *secret = tri_age_identity_to_text (a);
  g_assert_true (g_file_set_contents (g_file_peek_path (file), secret, -1, NULL));
  tri_people_add_file (people, file);
  fixture_spin_until (is_refused, f);
  g_assert_null (strstr (says (f, "refused"), secret + strlen ("AGE-SECRET-KEY-1")));
  g_assert_false (tri_protect_keys_is_ready (f->keys));
  g_assert_true (g_file_set_contents (g_file_peek_path (file), text, -1, NULL));
  tri_people_add_file (people, file);
  fixture_spin_until (is_ready, f->keys);
  g_autoptr (GPtrArray) recipients = tri_protect_keys_dup_recipients (f->keys, NULL);
  g_assert_cmpuint (recipients->len, ==, 2);
  tri_secret_free (secret);
}

static void
test_names (Fixture *f, gconstpointer unused)
{
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (TRI_AGE_X25519);
  g_autofree char *recipient = recipient_of (identity);
  g_assert_cmpuint (fixture_count_nameless (GTK_WIDGET (f->keys), "passphrase"), ==, 0);
  g_assert_true (tri_people_add_text (choose_people (f), recipient, "Ann", NULL));
  g_assert_cmpuint (fixture_count_nameless (GTK_WIDGET (f->keys), "people"), ==, 0);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/app/protect-keys/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("passphrase", test_passphrase);
  ADD ("strength", test_strength);
  ADD ("suggestion", test_suggestion);
  ADD ("people", test_people);
  ADD ("mixed", test_mixed);
  ADD ("wrong", test_wrong);
  ADD ("file", test_file);
  ADD ("names", test_names);
  return fixture_run ();
}
