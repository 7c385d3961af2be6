/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-passphrase-box.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-passphrase.h"
#include "tri-secret.h"

#define TYPING_MS 120
#define MEASURED 100 /* bytes: what comes after makes no passphrase weaker, and the estimate takes quadratic time */

struct _TriPassphraseBox {
  AdwBin parent_instance;
  GtkPasswordEntry *first, *second;
  GtkLabel *caps_lock, *caps_lock_again, *badge, *sentence, *matches, *words, *words_note;
  GtkLevelBar *bar;
  GtkWidget *strength, *repeat_row, *suggest_row, *words_row, *use;
  TriWordList *list; /* NULL until somebody types */
  GdkDevice *keyboard;
  guint typing;
  gboolean choosing;
};

enum { CHANGED, ACTIVATE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TriPassphraseBox, tri_passphrase_box, ADW_TYPE_BIN)

static const char *
text_of (GtkPasswordEntry *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static gboolean
repeated (TriPassphraseBox *self)
{
  return strcmp (text_of (self->first), text_of (self->second)) == 0;
}

static gboolean
need_list (TriPassphraseBox *self, GError **error)
{
  if (self->list == NULL)
    self->list = tri_word_list_load (error);
  return self->list != NULL;
}

static void
measure (TriPassphraseBox *self, TriStrength *strength)
{
  const char *text = text_of (self->first);
  const char *end = text;
  while (*end != '\0' && g_utf8_next_char (end) - text <= MEASURED)
    end = g_utf8_next_char (end);
  char *copy = tri_secret_copy (text, (gsize) (end - text));
  need_list (self, NULL); /* without it words count for what zxcvbn says */
  tri_passphrase_measure (copy, self->list, strength);
  tri_secret_free (copy);
}

static void
show_strength (TriPassphraseBox *self)
{
  static const char *const words[TRI_STRENGTH_MAX + 1] = { N_("Too easy"), N_("Weak"), N_("Fair"), N_("Good"), N_("Strong") };
  static const char *const css[TRI_STRENGTH_MAX + 1] = { "breakable", "breakable", "confidential", "secure", "secure" };
  gboolean shown = self->choosing && !tri_passphrase_box_is_empty (self);
  gtk_widget_set_visible (self->strength, shown);
  if (!shown)
    return;
  TriStrength strength;
  measure (self, &strength);
  const char *classes[] = { "badge", css[strength.score], NULL };
  gtk_level_bar_set_value (self->bar, strength.score + 1);
  gtk_label_set_label (self->badge, _(words[strength.score]));
  gtk_widget_set_css_classes (GTK_WIDGET (self->badge), classes);
  gtk_label_set_label (self->sentence, strength.sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, _(words[strength.score]), -1);
}

static void
show_match (TriPassphraseBox *self)
{
  const char *second = text_of (self->second);
  gboolean same = repeated (self), begun = strncmp (text_of (self->first), second, strlen (second)) == 0;
  gtk_label_set_label (self->matches, same ? _("Matches") : begun ? _("Not complete yet") : _("Differs from the first"));
  gtk_widget_set_visible (GTK_WIDGET (self->matches), *second != '\0');
  if (same)
    gtk_widget_add_css_class (GTK_WIDGET (self->matches), "success");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->matches), "success");
}

static gboolean
typing_rests (gpointer data)
{
  TriPassphraseBox *self = data;
  self->typing = 0;
  show_strength (self);
  return G_SOURCE_REMOVE;
}

static void
on_second (TriPassphraseBox *self)
{
  show_match (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_first (TriPassphraseBox *self)
{
  if (self->typing == 0)
    self->typing = g_timeout_add (TYPING_MS, typing_rests, self);
  on_second (self);
}

static void
on_activate (TriPassphraseBox *self)
{
  if (self->choosing && *text_of (self->second) == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->second));
  else if (tri_passphrase_box_is_ready (self))
    g_signal_emit (self, signals[ACTIVATE], 0);
}

/* All but the first letter of what a label shows, in its own copies, which it frees as they are. */
static void
wipe (GtkLabel *label)
{
  const char *copies[] = { gtk_label_get_label (label), gtk_label_get_text (label),
                           pango_layout_get_text (gtk_label_get_layout (label)) };
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    if (copies[i][0] != '\0')
      sodium_memzero ((char *) copies[i] + 1, strlen (copies[i]) - 1);
}

/* The words leave the screen; a label's memory is not locked, so they are in it no longer than they are seen. What GTK's
 * drawing and screen readers were given of them can't be wiped from here, nor what is pasted or revealed. */
static void
hide_words (TriPassphraseBox *self)
{
  wipe (self->words);
  gtk_widget_set_visible (self->words_row, FALSE);
  gtk_label_set_label (self->words, "");
  gtk_label_set_selectable (self->words, FALSE);
}

static void
on_others (TriPassphraseBox *self)
{
  g_autoptr (GError) error = NULL;
  gboolean good = need_list (self, &error);
  char *drawn = good ? tri_passphrase_suggest (self->list, TRI_PASSPHRASE_WORDS) : NULL;
  wipe (self->words);
  gtk_label_set_label (self->words, good ? drawn : error->message);
  gtk_label_set_selectable (self->words, TRUE);
  gtk_widget_set_sensitive (self->use, good);
  gtk_widget_set_visible (GTK_WIDGET (self->words_note), good);
  gtk_widget_set_visible (self->words_row, TRUE);
  if (drawn != NULL)
    tri_passphrase_free (drawn);
}

static void
on_row (TriPassphraseBox *self, GtkListBoxRow *row)
{
  if (GTK_WIDGET (row) != self->suggest_row)
    return;
  if (gtk_widget_get_visible (self->words_row))
    hide_words (self);
  else
    on_others (self);
}

/* A letter at a time, for GTK copies what comes at once into memory that it does not wipe. */
static void
type_in (GtkEditable *entry, const char *text)
{
  int place = 0;
  gtk_editable_set_text (entry, "");
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    gtk_editable_insert_text (entry, p, (int) (g_utf8_next_char (p) - p), &place);
}

static void
on_use (TriPassphraseBox *self)
{
  type_in (GTK_EDITABLE (self->first), gtk_label_get_label (self->words));
  gtk_editable_set_text (GTK_EDITABLE (self->second), "");
  hide_words (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->second));
}

/* Below the entry that is typed in. */
static void
on_caps_lock (TriPassphraseBox *self)
{
  gboolean on = self->keyboard != NULL && gdk_device_get_caps_lock_state (self->keyboard);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *entries[] = { GTK_WIDGET (self->first), GTK_WIDGET (self->second) };
  GtkLabel *warnings[] = { self->caps_lock, self->caps_lock_again };
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    gtk_widget_set_visible (GTK_WIDGET (warnings[i]), on && focus != NULL && gtk_widget_is_ancestor (focus, entries[i]));
}

/* @choosing: a new passphrase, with its strength, and typed twice */
void
tri_passphrase_box_set_choosing (TriPassphraseBox *self, gboolean choosing)
{
  g_return_if_fail (TRI_IS_PASSPHRASE_BOX (self));
  if (choosing == self->choosing)
    return;
  self->choosing = choosing;
  gtk_widget_set_visible (self->repeat_row, choosing);
  gtk_widget_set_visible (self->suggest_row, choosing);
  hide_words (self);
  show_strength (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
tri_passphrase_box_is_empty (TriPassphraseBox *self)
{
  return *text_of (self->first) == '\0';
}

/* Whether what is typed can be used. */
gboolean
tri_passphrase_box_is_ready (TriPassphraseBox *self)
{
  return tri_passphrase_box_why_not (self) == NULL;
}

/* Returns: (nullable): what is missing, in a sentence */
const char *
tri_passphrase_box_why_not (TriPassphraseBox *self)
{
  if (tri_passphrase_box_is_empty (self))
    return self->choosing ? _("Choose a passphrase.") : _("Type the passphrase.");
  return self->choosing && !repeated (self) ? _("Repeat the passphrase: the two must be the same.") : NULL;
}

/* Returns: (transfer none): in locked memory, until something is typed */
const char *
tri_passphrase_box_get_text (TriPassphraseBox *self)
{
  return text_of (self->first);
}

/* Forgets what was typed; GTK wipes it. */
void
tri_passphrase_box_clear (TriPassphraseBox *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->first), "");
  gtk_editable_set_text (GTK_EDITABLE (self->second), "");
  hide_words (self);
}

static gboolean
grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (TRI_PASSPHRASE_BOX (widget)->first));
}

static void
dispose (GObject *object)
{
  TriPassphraseBox *self = TRI_PASSPHRASE_BOX (object);
  g_clear_handle_id (&self->typing, g_source_remove);
  g_clear_pointer (&self->list, tri_word_list_free);
  G_OBJECT_CLASS (tri_passphrase_box_parent_class)->dispose (object);
}

static void
tri_passphrase_box_class_init (TriPassphraseBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  widget_class->grab_focus = grab_focus;
  signals[CHANGED] = g_signal_new ("changed", TRI_TYPE_PASSPHRASE_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATE] = g_signal_new ("activate", TRI_TYPE_PASSPHRASE_BOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-passphrase-box.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriPassphraseBox, name)
  BIND (first); BIND (second); BIND (caps_lock); BIND (caps_lock_again); BIND (badge); BIND (sentence); BIND (matches); BIND (words);
  BIND (words_note); BIND (bar); BIND (strength); BIND (repeat_row); BIND (suggest_row); BIND (words_row); BIND (use);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_first);
  gtk_widget_class_bind_template_callback (widget_class, on_others);
  gtk_widget_class_bind_template_callback (widget_class, on_row);
  gtk_widget_class_bind_template_callback (widget_class, on_second);
  gtk_widget_class_bind_template_callback (widget_class, on_use);
}

static void
watch_focus (TriPassphraseBox *self, GtkPasswordEntry *entry)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (focus, "notify::contains-focus", G_CALLBACK (on_caps_lock), self);
  gtk_widget_add_controller (GTK_WIDGET (entry), focus);
}

/* GTK's own levels are not told from the accent in every theme. */
static void
set_levels (GtkLevelBar *bar)
{
  static const char *const usual[] = { GTK_LEVEL_BAR_OFFSET_LOW, GTK_LEVEL_BAR_OFFSET_HIGH, GTK_LEVEL_BAR_OFFSET_FULL };
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    gtk_level_bar_remove_offset_value (bar, usual[i]);
  gtk_level_bar_add_offset_value (bar, "breakable", 2);    /* too easy and weak */
  gtk_level_bar_add_offset_value (bar, "confidential", 3); /* fair */
  gtk_level_bar_add_offset_value (bar, "secure", 5);       /* good and strong */
}

static void
tri_passphrase_box_init (TriPassphraseBox *self)
{
  self->choosing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  set_levels (self->bar);
  watch_focus (self, self->first);
  watch_focus (self, self->second);
  GdkSeat *seat = gdk_display_get_default_seat (gtk_widget_get_display (GTK_WIDGET (self)));
  self->keyboard = seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;
  if (self->keyboard != NULL)
    g_signal_connect_object (self->keyboard, "notify::caps-lock-state", G_CALLBACK (on_caps_lock), self, G_CONNECT_SWAPPED);
}
