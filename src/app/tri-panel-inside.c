/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-panel-inside.h"

#include <glib/gi18n-lib.h>

#include "tri-card-grid.h"
#include "tri-card.h"
#include "tri-chart-button.h"
#include "tri-eve-view.h"
#include "tri-key-scrubber.h"
#include "tri-stamp.h"
#include "tri-table.h"
#include "tri-wrap.h"

#define PICTURE_SIDE 128

/* What a card is made of, kept so that a new report of the same cipher changes it instead of making another. */
typedef struct {
  char *id;
  GtkWidget *card, *text, *view, *table;
  GPtrArray *stamps; /* TriStamp, of the strip */
  GtkWidget *strip;
} InsideCard;

struct _TriPanelInside {
  TriPanel panel;
  TriReport *shown;
  GPtrArray *cards; /* InsideCard */
  TriKeyScrubber *scrubber; /* (nullable): of the networks' ciphers */
  TriEveView *eve;          /* likewise */
  guint wrong_bits; /* that it showed last */

  GtkStack *stack;
  GtkLabel *empty_label;
  TriCardGrid *grid;
};

G_DEFINE_FINAL_TYPE (TriPanelInside, tri_panel_inside, TRI_TYPE_PANEL)

static void
inside_card_free (gpointer data)
{
  InsideCard *card = data;
  g_ptr_array_unref (card->stamps);
  g_free (card->id);
  g_free (card);
}

/* They wrap: a strip that scrolls sideways would catch the wheel. */
static void
fill_strip (InsideCard *card, const TriInsight *insight)
{
  guint n = insight->pictures != NULL ? insight->pictures->len : 0;
  guint n_captions = insight->captions != NULL ? insight->captions->len : 0;
  while (card->stamps->len < n)
    {
      GtkWidget *stamp = tri_stamp_new (PICTURE_SIDE, 14);
      tri_wrap_append (TRI_WRAP (card->strip), stamp);
      g_ptr_array_add (card->stamps, stamp);
    }
  for (guint i = 0; i < card->stamps->len; i++)
    {
      gtk_widget_set_visible (card->stamps->pdata[i], i < n);
      if (i < n)
        tri_stamp_show (card->stamps->pdata[i], insight->pictures->pdata[i], i < n_captions ? insight->captions->pdata[i] : "");
    }
  gtk_widget_set_visible (card->strip, n > 0);
}

static void
fill_facts (InsideCard *card, const TriInsight *insight)
{
  tri_table_begin (TRI_TABLE (card->table));
  for (guint i = 0; insight->facts != NULL && i + 1 < insight->facts->len; i += 2)
    {
      tri_table_row (TRI_TABLE (card->table), g_ptr_array_index (insight->facts, i), NULL);
      tri_table_cell (TRI_TABLE (card->table), g_ptr_array_index (insight->facts, i + 1), TRI_TONE_PLAIN, NULL);
    }
  tri_table_end (TRI_TABLE (card->table));
  gtk_widget_set_visible (card->table, insight->facts != NULL && insight->facts->len > 0);
}

static void
fill_card (InsideCard *card, const TriInsight *insight)
{
  guint n = insight->pictures != NULL ? insight->pictures->len : 0;
  tri_card_set_title (TRI_CARD (card->card), insight->title);
  tri_card_set_span (TRI_CARD (card->card), CLAMP (n, 1, 3));
  gtk_label_set_label (GTK_LABEL (card->text), insight->text != NULL ? insight->text : "");
  gtk_widget_set_visible (card->text, insight->text != NULL && *insight->text != '\0');
  tri_chart_view_set_chart (TRI_CHART_VIEW (card->view), insight->chart);
  gtk_widget_set_visible (card->view, insight->chart != NULL);
  fill_strip (card, insight);
  fill_facts (card, insight);
}

static InsideCard *
inside_card_new (const TriInsight *insight)
{
  InsideCard *card = g_new0 (InsideCard, 1);
  card->id = g_strdup (insight->id);
  card->stamps = g_ptr_array_new ();
  card->card = tri_card_new (insight->title);

  card->text = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (card->text), 0);
  gtk_label_set_wrap (GTK_LABEL (card->text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (card->text), PANGO_WRAP_WORD_CHAR);

  card->view = tri_chart_view_new ();
  gtk_widget_set_size_request (card->view, -1, 190);
  tri_card_add_end (TRI_CARD (card->card), tri_chart_button_new (TRI_CHART_VIEW (card->view)));
  card->strip = tri_wrap_new ();
  card->table = tri_table_new ();
  tri_table_set_wraps (TRI_TABLE (card->table), TRUE);

  gtk_box_append (GTK_BOX (card->card), card->text);
  gtk_box_append (GTK_BOX (card->card), card->view);
  gtk_box_append (GTK_BOX (card->card), card->strip);
  gtk_box_append (GTK_BOX (card->card), card->table);
  return card;
}

static gboolean
same_cards (TriPanelInside *self, const GPtrArray *insights, gboolean lives)
{
  if (insights->len != self->cards->len || (self->scrubber != NULL) != lives)
    return FALSE;
  for (guint i = 0; i < insights->len; i++)
    {
      const InsideCard *card = g_ptr_array_index (self->cards, i);
      const TriInsight *insight = g_ptr_array_index (insights, i);
      if (g_strcmp0 (card->id, insight->id) != 0)
        return FALSE;
    }
  return TRUE;
}

/* A card that isn't made of what the run found alone. */
static void
add_live_card (TriPanelInside *self, const char *title, const char *about, GtkWidget *content, TriChartView *chart)
{
  GtkWidget *card = tri_card_new (title), *text = gtk_label_new (about);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  tri_card_set_span (TRI_CARD (card), 2);
  tri_card_add_end (TRI_CARD (card), tri_chart_button_new (chart));
  gtk_box_append (GTK_BOX (card), text);
  gtk_box_append (GTK_BOX (card), content);
  tri_card_grid_append (self->grid, card);
}

static void
add_live_cards (TriPanelInside *self)
{
  self->eve = TRI_EVE_VIEW (tri_eve_view_new ());
  add_live_card (self, _("Bob beside Eve"),
                 _("Bob has the key. Eve is a network that sees encrypted pictures and no key: she learns from the sample pictures, "
                   "each under a key of its own, to restore them. What she makes of this one is what the cipher gives away."),
                 GTK_WIDGET (self->eve), tri_eve_view_get_chart (self->eve));
  self->scrubber = TRI_KEY_SCRUBBER (tri_key_scrubber_new ());
  tri_key_scrubber_show (self->scrubber, self->wrong_bits);
  add_live_card (self, _("Keys that are nearly right"),
                 _("A small copy of the picture, decrypted with keys of which some bits are wrong, and its similarity (SSIM) to "
                   "the original. One wrong bit must be enough to lose everything: where the network does without the key, the "
                   "curve stays up."), GTK_WIDGET (self->scrubber),
                 tri_key_scrubber_get_chart (self->scrubber));
}

/* What a preview shows is soon shown again in full: the live cards wait for that. */
static void
show_live_cards (TriPanelInside *self, const TriReport *report)
{
  TriKey *own = tri_session_get_key (self->panel.session);
  TriKey *key = own != NULL ? own : tri_session_get_decrypt_key (self->panel.session);
  const TriImage *original = report->original != NULL ? report->original : report->decrypted;
  if (report->preview || original == NULL || report->sealed == NULL || key == NULL)
    return;
  g_autoptr (TriNearKeys) bits = tri_near_keys_new (original, report->sealed, key);
  tri_key_scrubber_set_bits (self->scrubber, bits);
  tri_eve_view_show (self->eve, original, report->sealed, key);
}

static void
show_cards (TriPanelInside *self, const TriReport *report)
{
  const GPtrArray *insights = report->insights;
  gboolean lives = report->cipher->family == TRI_FAMILY_NEURAL;
  if (!same_cards (self, insights, lives))
    {
      self->wrong_bits = self->scrubber != NULL ? tri_key_scrubber_get_shown (self->scrubber) : self->wrong_bits;
      tri_card_grid_clear (self->grid);
      g_ptr_array_set_size (self->cards, 0);
      self->scrubber = NULL;
      self->eve = NULL;
      if (lives)
        add_live_cards (self);
      for (guint i = 0; i < insights->len; i++)
        {
          InsideCard *card = inside_card_new (g_ptr_array_index (insights, i));
          g_ptr_array_add (self->cards, card);
          tri_card_grid_append (self->grid, card->card);
        }
    }
  for (guint i = 0; i < insights->len; i++)
    fill_card (g_ptr_array_index (self->cards, i), g_ptr_array_index (insights, i));
  if (lives)
    show_live_cards (self, report);
}

static char *
empty_text (TriPanelInside *self, const TriReport *report)
{
  char *why = tri_session_why_not_runnable (self->panel.session);
  const TriCipher *cipher = tri_session_get_cipher (self->panel.session);
  if (why != NULL && report == NULL)
    return why;
  g_free (why);
  if (report == NULL || report->cipher != cipher || report->preview)
    return g_strdup (_("Run the cipher to look inside it."));
  if (report->original == NULL || report->sealed == NULL)
    return g_strdup (_("Looking inside needs the original beside the encrypted picture."));
  return g_strdup_printf (_("%s has nothing to show of its inside."), _(cipher->title));
}

/* A preview may come without cards: those of the last report of the same cipher stay meanwhile. */
static void
update (TriPanelInside *self)
{
  TriReport *report = tri_session_get_report (self->panel.session);
  const TriCipher *cipher = tri_session_get_cipher (self->panel.session);
  gboolean has_cards = report != NULL && report->insights != NULL && report->insights->len > 0 && report->cipher == cipher;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (has_cards && report != self->shown)
    {
      show_cards (self, report);
      g_clear_pointer (&self->shown, tri_report_unref);
      self->shown = tri_report_ref (report);
    }
  gboolean keep = report != NULL && report->preview && self->shown != NULL && self->shown->cipher == cipher;
  if (has_cards || keep)
    {
      gtk_stack_set_visible_child_name (self->stack, "cards");
      return;
    }
  g_autofree char *text = empty_text (self, report);
  gtk_label_set_label (self->empty_label, text);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
tri_panel_inside_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tri_panel_inside_parent_class)->map (widget);
  update (TRI_PANEL_INSIDE (widget));
}

static void
tri_panel_inside_constructed (GObject *object)
{
  TriPanelInside *self = TRI_PANEL_INSIDE (object);
  G_OBJECT_CLASS (tri_panel_inside_parent_class)->constructed (object);
  static const char *const signals[] = { "picture-changed", "cipher-changed", "key-changed", "report" };
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->panel.session, signals[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static void
tri_panel_inside_dispose (GObject *object)
{
  TriPanelInside *self = TRI_PANEL_INSIDE (object);
  g_clear_pointer (&self->shown, tri_report_unref);
  g_clear_pointer (&self->cards, g_ptr_array_unref);
  G_OBJECT_CLASS (tri_panel_inside_parent_class)->dispose (object);
}

static void
tri_panel_inside_class_init (TriPanelInsideClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->constructed = tri_panel_inside_constructed;
  object_class->dispose = tri_panel_inside_dispose;
  widget_class->map = tri_panel_inside_map;
  g_type_ensure (TRI_TYPE_CARD_GRID);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-panel-inside.ui");
  gtk_widget_class_bind_template_child (widget_class, TriPanelInside, stack);
  gtk_widget_class_bind_template_child (widget_class, TriPanelInside, empty_label);
  gtk_widget_class_bind_template_child (widget_class, TriPanelInside, grid);
}

static void
tri_panel_inside_init (TriPanelInside *self)
{
  self->cards = g_ptr_array_new_with_free_func (inside_card_free);
  self->wrong_bits = 1;
  gtk_widget_init_template (GTK_WIDGET (self));
}
