/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-automatic-hint.h"

#include <glib/gi18n-lib.h>

#include "tri-cipher.h"

struct _TriAutomaticHint {
  GtkBox parent_instance;
  TriAutomatic *automatic;
  GtkToggleButton *purposes[TRI_N_PURPOSES];
  GtkLabel *sentence;
  GtkWidget *use;
  gboolean showing;
};

G_DEFINE_FINAL_TYPE (TriAutomaticHint, tri_automatic_hint, GTK_TYPE_BOX)

enum { USE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_advice (TriAutomaticHint *self)
{
  const TriCipher *cipher = tri_cipher_find (TRI_ADVISOR_CIPHER);
  TriAdvisedValue picture = tri_automatic_get_advice (self->automatic, TRI_QUESTION_PICTURE);
  const char *threat = tri_automatic_get_threat_reason (self->automatic);
  g_autofree char *text =
      picture.value
          /* Translators: a cipher's name, then why it is chosen, a sentence */
          ? g_strdup_printf (_("%s. %s"), _(cipher->title), picture.reason)
          /* Translators: why an age file is better, a sentence, then a cipher's name */
          : g_strdup_printf (_("Better an age file, on the page Protect. %s Of the ciphers here, %s is the one to trust."),
                             picture.reason, _(cipher->title));
  g_autofree char *both = threat != NULL ? g_strdup_printf ("%s %s", text, threat) : g_strdup (text);
  self->showing = TRUE;
  gtk_toggle_button_set_active (self->purposes[tri_automatic_get_situation (self->automatic)->purpose], TRUE);
  gtk_label_set_label (self->sentence, both);
  self->showing = FALSE;
}

static void
on_purpose (GtkToggleButton *button, TriAutomaticHint *self)
{
  for (guint i = 0; i < TRI_N_PURPOSES && !self->showing; i++)
    if (self->purposes[i] == button && gtk_toggle_button_get_active (button))
      tri_automatic_set_purpose (self->automatic, i);
}

static void
on_use (TriAutomaticHint *self)
{
  g_signal_emit (self, signals[USE], 0);
}

static GtkWidget *
make_purposes (TriAutomaticHint *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  for (guint i = 0; i < TRI_N_PURPOSES; i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (tri_purpose_title (i));
      self->purposes[i] = GTK_TOGGLE_BUTTON (button);
      if (i > 0)
        gtk_toggle_button_set_group (self->purposes[i], self->purposes[0]);
      gtk_widget_set_hexpand (button, TRUE);
      g_signal_connect_object (button, "toggled", G_CALLBACK (on_purpose), self, 0);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_widget_add_css_class (box, "linked");
  return box;
}

static GtkWidget *
make_heading (TriAutomaticHint *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *title = gtk_label_new (_("Automatic"));
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (title, "heading");
  self->use = gtk_button_new_with_mnemonic (_("_Use It"));
  gtk_widget_add_css_class (self->use, "tri-small");
  g_signal_connect_object (self->use, "clicked", G_CALLBACK (on_use), self, G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->use), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Use the cipher that was chosen automatically"), -1);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), self->use);
  return box;
}

static void
tri_automatic_hint_dispose (GObject *object)
{
  g_clear_object (&TRI_AUTOMATIC_HINT (object)->automatic);
  G_OBJECT_CLASS (tri_automatic_hint_parent_class)->dispose (object);
}

static void
tri_automatic_hint_class_init (TriAutomaticHintClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tri_automatic_hint_dispose;
  signals[USE] = g_signal_new ("use", TRI_TYPE_AUTOMATIC_HINT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tri_automatic_hint_init (TriAutomaticHint *self)
{
  self->sentence = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->sentence, 0);
  gtk_label_set_wrap (self->sentence, TRUE);
  gtk_label_set_max_width_chars (self->sentence, 44);
  gtk_widget_add_css_class (GTK_WIDGET (self->sentence), "caption");
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_box_append (GTK_BOX (self), make_heading (self));
  gtk_box_append (GTK_BOX (self), make_purposes (self));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->sentence));
  gtk_widget_add_css_class (GTK_WIDGET (self), "param");
}

GtkWidget *
tri_automatic_hint_new (TriAutomatic *automatic)
{
  TriAutomaticHint *self = g_object_new (TRI_TYPE_AUTOMATIC_HINT, NULL);
  self->automatic = g_object_ref (automatic);
  g_signal_connect_object (automatic, "changed", G_CALLBACK (show_advice), self, G_CONNECT_SWAPPED);
  show_advice (self);
  return GTK_WIDGET (self);
}
