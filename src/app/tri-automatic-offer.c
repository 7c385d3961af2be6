/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-automatic-offer.h"

#include <glib/gi18n-lib.h>

#include "tri-automatic-row.h"
#include "tri-name.h"

struct _TriAutomaticOffer {
  AdwBin parent_instance;
  TriAutomatic *automatic;
  GtkLabel *words;
};

G_DEFINE_FINAL_TYPE (TriAutomaticOffer, tri_automatic_offer, ADW_TYPE_BIN)

static void
show (TriAutomaticOffer *self)
{
  TriAdvisedValue advice = tri_automatic_get_advice (self->automatic, TRI_QUESTION_RECIPIENT);
  /* Translators: what to choose rather, then why, a sentence, as in “Advised instead: a key. A key can't be guessed.” */
  g_autofree char *words = g_strdup_printf (_("Advised instead: %s. %s"), tri_automatic_row_get_recipient_title (advice.value),
                                            advice.reason);
  gtk_label_set_label (self->words, words);
  gtk_widget_set_visible (GTK_WIDGET (self), tri_automatic_get_value (self->automatic, TRI_QUESTION_RECIPIENT) != advice.value);
}

static void
on_take (TriAutomaticOffer *self)
{
  tri_automatic_follow (self->automatic, TRI_QUESTION_RECIPIENT);
}

static void
tri_automatic_offer_dispose (GObject *object)
{
  g_clear_object (&TRI_AUTOMATIC_OFFER (object)->automatic);
  G_OBJECT_CLASS (tri_automatic_offer_parent_class)->dispose (object);
}

static void
tri_automatic_offer_class_init (TriAutomaticOfferClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tri_automatic_offer_dispose;
}

static void
tri_automatic_offer_init (TriAutomaticOffer *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *take = gtk_button_new_with_mnemonic (_("_Take the Advice"));
  self->words = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "wrap", TRUE, "xalign", 0.0, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "caption");
  gtk_widget_set_halign (take, GTK_ALIGN_START);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_add_css_class (take, "flat");
  gtk_widget_add_css_class (take, "accent");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->words));
  gtk_box_append (GTK_BOX (box), take);
  tri_name_buttons (take);
  g_signal_connect_object (take, "clicked", G_CALLBACK (on_take), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
tri_automatic_offer_new (TriAutomatic *automatic)
{
  TriAutomaticOffer *self = g_object_new (TRI_TYPE_AUTOMATIC_OFFER, NULL);
  self->automatic = g_object_ref (automatic);
  g_signal_connect_object (automatic, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
