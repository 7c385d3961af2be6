/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-automatic-row.h"

#include <glib/gi18n-lib.h>

#define MAX_VALUES 5

/* What a person can answer. */
typedef struct {
  TriQuestion question;
  const char *title;
  guint n_values;
  struct { guint value; const char *title; } values[MAX_VALUES];
} Question;

static const Question questions[] = {
  { TRI_QUESTION_RECIPIENT, N_("Locked with"), 3,
    { { TRI_AGE_PASSPHRASE, N_("a passphrase") }, { TRI_AGE_X25519, N_("a key") }, { TRI_AGE_HYBRID, N_("a post-quantum key") } } },
  { TRI_QUESTION_WORK_FACTOR, N_("Work factor"), 5,
    { { 18, "18" }, { 19, "19" }, { 20, "20" }, { 21, "21" }, { 22, "22" } } },
  { TRI_QUESTION_ARMOR, N_("Written as"), 2, { { FALSE, N_("bytes") }, { TRUE, N_("text") } } },
  { TRI_QUESTION_SHRINK, N_("Smaller first"), 2, { { FALSE, N_("no") }, { TRUE, N_("ask") } } },
};

/* A choice, and below it why, over the whole width: the side column is narrow. */
typedef struct {
  GtkDropDown *choice;
  GtkLabel *reason;
} Choice;

struct _TriAutomaticRow {
  AdwExpanderRow parent_instance;
  TriAutomatic *automatic;
  Choice purpose, threat, answers[G_N_ELEMENTS (questions)];
  AdwActionRow *network;
  gboolean showing;
};

G_DEFINE_FINAL_TYPE (TriAutomaticRow, tri_automatic_row, ADW_TYPE_EXPANDER_ROW)

enum { PROP_0, PROP_AUTOMATIC, N_PROPS };
static GParamSpec *properties[N_PROPS];

static const char *
title_of (const Question *question, guint value)
{
  for (guint i = 0; i < question->n_values; i++)
    if (question->values[i].value == value)
      return _(question->values[i].title);
  g_return_val_if_reached ("");
}

/* @kind: a TriAgeKind. Returns: what files are locked with, translated */
const char *
tri_automatic_row_get_recipient_title (guint kind)
{
  return title_of (&questions[0], kind);
}

static guint
index_of (const Question *question, guint value)
{
  guint i = 0;
  while (i + 1 < question->n_values && question->values[i].value != value)
    i++;
  return i;
}

/* @reason: (nullable) */
static void
show_reason (const Choice *choice, const char *reason)
{
  gtk_label_set_label (choice->reason, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (choice->reason), reason != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice->choice), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  reason != NULL ? reason : "", -1);
}

static void
show_answer (TriAutomaticRow *self, guint i)
{
  const Question *question = &questions[i];
  TriAdvisedValue advice = tri_automatic_get_advice (self->automatic, question->question);
  gboolean chosen = tri_automatic_is_chosen (self->automatic, question->question);
  guint value = tri_automatic_get_value (self->automatic, question->question);
  const char *advised = title_of (question, advice.value);
  /* Translators: an entry of a list: what the program chooses by itself, as in “Automatic (text)” */
  g_autofree char *automatic = g_strdup_printf (_("Automatic (%s)"), advised);
  /* Translators: the advised value, then why, a sentence */
  g_autofree char *overruled = g_strdup_printf (_("Your choice. Advised: %s. %s"), advised, advice.reason);
  GtkStringList *list = GTK_STRING_LIST (gtk_drop_down_get_model (self->answers[i].choice));
  if (g_strcmp0 (gtk_string_list_get_string (list, 0), automatic) != 0)
    gtk_string_list_splice (list, 0, 1, (const char *const[]) { automatic, NULL });
  gtk_drop_down_set_selected (self->answers[i].choice, chosen ? 1 + index_of (question, value) : 0);
  show_reason (&self->answers[i], chosen ? overruled : advice.reason);
}

/* What is in effect, in a line. */
static char *
summarize (TriAutomaticRow *self)
{
  const TriSituation *situation = tri_automatic_get_situation (self->automatic);
  g_autoptr (GString) text = g_string_new (tri_purpose_title (situation->purpose));
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      guint value = tri_automatic_get_value (self->automatic, questions[i].question);
      guint kind = tri_automatic_get_value (self->automatic, TRI_QUESTION_RECIPIENT);
      if (questions[i].question == TRI_QUESTION_WORK_FACTOR && kind == TRI_AGE_PASSPHRASE)
        g_string_append_printf (text, _(" · work factor %u"), value);
      else if (questions[i].question == TRI_QUESTION_ARMOR && value)
        g_string_append_printf (text, " · %s", _("as text"));
      else if (questions[i].question == TRI_QUESTION_SHRINK && value)
        g_string_append_printf (text, " · %s", _("asks to make pictures smaller"));
      else if (questions[i].question == TRI_QUESTION_RECIPIENT)
        g_string_append_printf (text, " · %s", title_of (&questions[i], value));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_all (TriAutomaticRow *self)
{
  const TriSituation *situation = tri_automatic_get_situation (self->automatic);
  const char *reason = tri_automatic_get_threat_reason (self->automatic);
  self->showing = TRUE;
  gtk_drop_down_set_selected (self->purpose.choice, situation->purpose);
  gtk_drop_down_set_selected (self->threat.choice, tri_automatic_get_chosen_threat (self->automatic));
  /* Translators: whom the advice guards against, then why, a sentence */
  g_autofree char *raised = reason != NULL
                                ? g_strdup_printf (_("Taken for: %s. %s"), tri_threat_title (situation->threat), reason)
                                : NULL;
  show_reason (&self->threat, raised);
  adw_action_row_set_subtitle (self->network, tri_network_title (situation->network));
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    show_answer (self, i);
  g_autofree char *summary = summarize (self);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), summary);
  self->showing = FALSE;
}

static void
on_purpose (TriAutomaticRow *self)
{
  if (!self->showing)
    tri_automatic_set_purpose (self->automatic, gtk_drop_down_get_selected (self->purpose.choice));
}

static void
on_threat (TriAutomaticRow *self)
{
  if (!self->showing)
    tri_automatic_set_threat (self->automatic, gtk_drop_down_get_selected (self->threat.choice));
}

static void
on_answer (GtkDropDown *choice, GParamSpec *pspec, TriAutomaticRow *self)
{
  guint selected = gtk_drop_down_get_selected (choice);
  for (guint i = 0; i < G_N_ELEMENTS (questions) && !self->showing; i++)
    if (self->answers[i].choice == choice && selected > questions[i].n_values)
      return;
    else if (self->answers[i].choice == choice && selected == 0)
      tri_automatic_follow (self->automatic, questions[i].question);
    else if (self->answers[i].choice == choice)
      tri_automatic_choose (self->automatic, questions[i].question, questions[i].values[selected - 1].value);
}

/* @titles: ends with NULL */
static void
add_choice (TriAutomaticRow *self, Choice *choice, const char *title, const char *const *titles)
{
  GtkWidget *row = adw_preferences_row_new (), *grid = gtk_grid_new (), *label = gtk_label_new (title);
  choice->choice = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (titles));
  choice->reason = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (choice->reason, 0);
  gtk_label_set_wrap (choice->reason, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (choice->reason), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (choice->reason), "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice->choice), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 6);
  gtk_grid_attach (GTK_GRID (grid), label, 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (choice->choice), 1, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (choice->reason), 0, 1, 2, 1);
  gtk_widget_add_css_class (grid, "param");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), grid);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  show_reason (choice, NULL);
}

static void
add_network (TriAutomaticRow *self)
{
  self->network = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->network), _("Network now"));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->network));
}

static void
add_rows (TriAutomaticRow *self)
{
  const char *purposes[TRI_N_PURPOSES + 1] = { NULL }, *threats[TRI_N_THREATS + 1] = { NULL };
  for (guint i = 0; i < TRI_N_PURPOSES; i++)
    purposes[i] = tri_purpose_title (i);
  for (guint i = 0; i < TRI_N_THREATS; i++)
    threats[i] = tri_threat_title (i);
  add_choice (self, &self->purpose, _("What for"), purposes);
  add_choice (self, &self->threat, _("Against"), threats);
  add_network (self);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      const char *titles[MAX_VALUES + 2] = { "" };
      for (guint k = 0; k < questions[i].n_values; k++)
        titles[k + 1] = _(questions[i].values[k].title);
      add_choice (self, &self->answers[i], _(questions[i].title), titles);
    }
}

/* libadwaita has a switch in every such row, which is not shown here. A name keeps it from being a nameless control. */
static void
name_switch (GtkWidget *widget, const char *name)
{
  if (GTK_IS_SWITCH (widget))
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    name_switch (child, name);
}

static void
tri_automatic_row_constructed (GObject *object)
{
  TriAutomaticRow *self = TRI_AUTOMATIC_ROW (object);
  G_OBJECT_CLASS (tri_automatic_row_parent_class)->constructed (object);
  g_return_if_fail (self->automatic != NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _("Automatic"));
  name_switch (GTK_WIDGET (self), _("Automatic"));
  add_rows (self);
  g_signal_connect_object (self->automatic, "changed", G_CALLBACK (show_all), self, G_CONNECT_SWAPPED);
  show_all (self);
  g_signal_connect_object (self->purpose.choice, "notify::selected", G_CALLBACK (on_purpose), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->threat.choice, "notify::selected", G_CALLBACK (on_threat), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    g_signal_connect_object (self->answers[i].choice, "notify::selected", G_CALLBACK (on_answer), self, 0);
}

static void
tri_automatic_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TRI_AUTOMATIC_ROW (object)->automatic = g_value_dup_object (value);
}

static void
tri_automatic_row_dispose (GObject *object)
{
  g_clear_object (&TRI_AUTOMATIC_ROW (object)->automatic);
  G_OBJECT_CLASS (tri_automatic_row_parent_class)->dispose (object);
}

static void
tri_automatic_row_class_init (TriAutomaticRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->constructed = tri_automatic_row_constructed;
  object_class->set_property = tri_automatic_row_set_property;
  object_class->dispose = tri_automatic_row_dispose;
  properties[PROP_AUTOMATIC] = g_param_spec_object ("automatic", NULL, NULL, TRI_TYPE_AUTOMATIC,
                                                    G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tri_automatic_row_init (TriAutomaticRow *self)
{
}

GtkWidget *
tri_automatic_row_new (TriAutomatic *automatic)
{
  return g_object_new (TRI_TYPE_AUTOMATIC_ROW, "automatic", automatic, NULL);
}
