/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ledger-row.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "tri-ledger-dialog.h"

struct _TriLedgerRow {
  AdwActionRow parent_instance;
  TriLedgerWatch *watch;
  GtkLabel *badge;
};

G_DEFINE_FINAL_TYPE (TriLedgerRow, tri_ledger_row, ADW_TYPE_ACTION_ROW)

enum { PROP_0, PROP_WATCH, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* Returns: (transfer full): a few words on how the ledger stands */
char *
tri_ledger_row_get_state_title (TriLedgerWatch *watch)
{
  const TriLedger *ledger = tri_ledger_watch_get_ledger (watch);
  guint n = ledger != NULL ? (guint) tri_ledger_get_size (ledger) : 0;
  switch (tri_ledger_watch_get_state (watch))
    {
    case TRI_LEDGER_STATE_READING:
      return g_strdup (_("Reading the ledger…"));
    case TRI_LEDGER_STATE_NONE:
      return g_strdup (_("No ledger yet"));
    case TRI_LEDGER_STATE_ROLLED_BACK:
      return g_strdup (_("Entries are missing that were signed"));
    case TRI_LEDGER_STATE_FORKED:
      return g_strdup (_("There are two histories"));
    case TRI_LEDGER_STATE_BROKEN:
      return g_strdup (_("The ledger was changed"));
    case TRI_LEDGER_STATE_UNREADABLE:
      return g_strdup (_("The ledger can't be read"));
    case TRI_LEDGER_STATE_FOREIGN:
      return g_strdup (_("A ledger of another computer"));
    case TRI_LEDGER_STATE_AWAITED:
      return g_strdup (_("The ledger isn't here yet"));
    case TRI_LEDGER_STATE_INTACT:
    default:
      return n == 0 ? g_strdup (_("No entries, consistent"))
                    : g_strdup_printf (ngettext ("%'u entry, consistent", "%'u entries, consistent", n), n);
    }
}

static char *
witnesses_to_text (GPtrArray *witnesses)
{
  if (witnesses->len == 0)
    return g_strdup (_("witness: none"));
  const TriLedgerWitness *first = witnesses->pdata[0];
  if (witnesses->len == 1)
    return g_strdup_printf (_("witness: %s"), first->name);
  return g_strdup_printf (ngettext ("%u witness", "%u witnesses", witnesses->len), witnesses->len);
}

/* Returns: (transfer full): what stands below that */
char *
tri_ledger_row_get_state_subtitle (TriLedgerWatch *watch)
{
  TriLedgerState state = tri_ledger_watch_get_state (watch);
  if (state == TRI_LEDGER_STATE_READING)
    return g_strdup ("");
  if (state == TRI_LEDGER_STATE_NONE)
    return g_strdup (_("It logs what happens to your keys, so that a change shows."));
  if (state == TRI_LEDGER_STATE_FOREIGN)
    return g_strdup (_("Its key is not known here. Follow it to read and check it."));
  if (state == TRI_LEDGER_STATE_AWAITED)
    return g_strdup (_("It was begun on another computer. Let the sync finish, or copy its folder here."));
  const char *sentence = tri_ledger_watch_get_sentence (watch);
  if (sentence != NULL)
    return g_strdup (sentence);
  gint64 seconds = tri_ledger_watch_get_signed_time (watch);
  g_autofree char *witnesses = witnesses_to_text (tri_ledger_watch_get_witnesses (watch));
  g_autoptr (GDateTime) time = seconds >= 0 ? g_date_time_new_from_unix_local (seconds) : NULL;
  if (time == NULL)
    return g_steal_pointer (&witnesses);
  /* Translators: the day on which the ledger was last signed, as in “20 Nov” */
  g_autofree char *day = g_date_time_format (time, _("%-d %b"));
  if (tri_ledger_watch_is_followed (watch))
    return g_strdup_printf (_("followed, so what happens to keys here is not in it · checkpoint signed %s · %s"), day,
                            witnesses);
  return g_strdup_printf (_("checkpoint signed %s · %s"), day, witnesses);
}

void
tri_ledger_row_set_badge (GtkLabel *badge, TriLedgerState state)
{
  static const struct { const char *title, *class; } looks[] = {
    [TRI_LEDGER_STATE_READING] = { NULL, NULL },
    [TRI_LEDGER_STATE_NONE] = { NULL, NULL },
    [TRI_LEDGER_STATE_INTACT] = { N_("Intact"), "secure" },
    [TRI_LEDGER_STATE_ROLLED_BACK] = { N_("Rolled back"), "breakable" },
    [TRI_LEDGER_STATE_FORKED] = { N_("Forked"), "breakable" },
    [TRI_LEDGER_STATE_BROKEN] = { N_("Broken"), "breakable" },
    [TRI_LEDGER_STATE_UNREADABLE] = { N_("Unreadable"), "confidential" },
    [TRI_LEDGER_STATE_FOREIGN] = { N_("Not followed"), "confidential" },
    [TRI_LEDGER_STATE_AWAITED] = { N_("Awaited"), "confidential" },
  };
  const char *classes[] = { "badge", looks[state].class, NULL };
  gtk_widget_set_visible (GTK_WIDGET (badge), looks[state].title != NULL);
  gtk_label_set_label (badge, looks[state].title != NULL ? _(looks[state].title) : "");
  gtk_widget_set_css_classes (GTK_WIDGET (badge), classes);
}

static void
show_state (TriLedgerRow *self)
{
  g_autofree char *title = tri_ledger_row_get_state_title (self->watch);
  g_autofree char *subtitle = tri_ledger_row_get_state_subtitle (self->watch);
  g_autofree char *name = g_strdup_printf ("%s: %s. %s", _("Key ledger"), title, subtitle);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  tri_ledger_row_set_badge (self->badge, tri_ledger_watch_get_state (self->watch));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
tri_ledger_row_activate (AdwActionRow *row)
{
  TriLedgerRow *self = TRI_LEDGER_ROW (row);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *dialog = tri_ledger_dialog_new (self->watch);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (root));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
tri_ledger_row_constructed (GObject *object)
{
  TriLedgerRow *self = TRI_LEDGER_ROW (object);
  G_OBJECT_CLASS (tri_ledger_row_parent_class)->constructed (object);
  g_return_if_fail (self->watch != NULL);
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_RELATION_LABELLED_BY); /* by the title, said twice */
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  show_state (self);
}

static void
tri_ledger_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TRI_LEDGER_ROW (object)->watch = g_value_dup_object (value);
}

static void
tri_ledger_row_dispose (GObject *object)
{
  g_clear_object (&TRI_LEDGER_ROW (object)->watch);
  G_OBJECT_CLASS (tri_ledger_row_parent_class)->dispose (object);
}

static void
tri_ledger_row_class_init (TriLedgerRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->constructed = tri_ledger_row_constructed;
  object_class->set_property = tri_ledger_row_set_property;
  object_class->dispose = tri_ledger_row_dispose;
  ADW_ACTION_ROW_CLASS (klass)->activate = tri_ledger_row_activate;
  properties[PROP_WATCH] = g_param_spec_object ("watch", NULL, NULL, TRI_TYPE_LEDGER_WATCH,
                                                G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tri_ledger_row_init (TriLedgerRow *self)
{
  self->badge = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_valign (GTK_WIDGET (self->badge), GTK_ALIGN_CENTER);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 3);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->badge));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
}

GtkWidget *
tri_ledger_row_new (TriLedgerWatch *watch)
{
  return g_object_new (TRI_TYPE_LEDGER_ROW, "watch", watch, NULL);
}
