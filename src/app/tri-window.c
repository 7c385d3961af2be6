/* The window observes the session and draws; it holds no algorithm. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-window-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-help.h"
#include "tri-later.h"
#include "tri-name.h"
#include "tri-panel-history.h"
#include "tri-panel-inside.h"
#include "tri-panel-quality.h"
#include "tri-panel-security.h"
#include "tri-panel-sweep.h"
#include "tri-toast.h"
#include "tri-tooltip.h"
#include "tri-train-page.h"

G_DEFINE_FINAL_TYPE (TriWindow, tri_window, ADW_TYPE_APPLICATION_WINDOW)

#define TOAST_CHARS 60

/* Said at the bottom of the sidebar, where screen readers announce it; where that is hidden, by a label that nobody
 * sees. */
void
tri_window_status (TriWindow *self, const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (self->announcer), !gtk_widget_get_mapped (GTK_WIDGET (self->status)));
  gtk_label_set_label (self->announcer, text);
  gtk_label_set_label (self->status, text);
  tri_tooltip_set (GTK_WIDGET (self->status), text);
}

/* @error: (transfer none): its message is a sentence for people */
void
tri_window_show_error (TriWindow *self, const GError *error)
{
  tri_window_toast (self, error->message);
}

/* @text: as it is to be read, no markup; it stands in the status line, too */
void
tri_window_toast (TriWindow *self, const char *text)
{
  tri_window_status (self, text);
  tri_window_dismiss_toast (self);
  AdwToast *toast = tri_toast_add (self->toasts, text);
  GtkWidget *label = gtk_label_new (text); /* of its own: it has several lines where one would be cut */
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), TOAST_CHARS);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  adw_toast_set_timeout (toast, 8);
  g_set_weak_pointer (&self->toast, toast);
}

/* What was said of another picture, or of what was done before. */
void
tri_window_dismiss_toast (TriWindow *self)
{
  AdwToast *toast = self->toast;
  g_clear_weak_pointer (&self->toast);
  if (toast != NULL)
    adw_toast_dismiss (toast);
}

static char *
encrypted_chip (const TriReport *report)
{
  if (isnan (report->values[TRI_METRIC_ENTROPY]))
    return NULL;
  g_autofree char *entropy = tri_metric_format (TRI_METRIC_ENTROPY, report->values[TRI_METRIC_ENTROPY]);
  return report->damage != NULL ? g_strdup_printf (_("entropy %s before damage"), entropy)
                                : g_strdup_printf (_("entropy %s"), entropy);
}

/* A lossy picture's caption names the PSNR already, and a narrow pane has no room to name it twice: the unit does. */
static char *
decrypted_chip (const TriReport *report)
{
  if (isnan (report->restored.ssim))
    return NULL;
  g_autofree char *psnr = tri_metric_format (TRI_METRIC_PSNR, report->restored.psnr);
  g_autofree char *ssim = tri_metric_format (TRI_METRIC_SSIM, report->restored.ssim);
  if (isfinite (report->restored.psnr))
    return g_strdup_printf ("%s · SSIM %s", psnr, ssim);
  return g_strdup_printf (_("PSNR %s · SSIM %s"), psnr, ssim);
}

static void
show_report (TriWindow *self, const TriReport *report)
{
  g_autofree char *encrypted = tri_report_caption (report, 1), *restored = tri_report_caption (report, 2);
  gboolean other_key = !tri_session_is_busy (self->session) && !tri_session_report_is_of_keys (self->session);
  g_autofree char *decrypted = other_key ? g_strdup_printf (_("run with another key: %s"), restored) : g_strdup (restored);
  g_autofree char *numbers = encrypted_chip (report), *quality = decrypted_chip (report);
  g_autofree char *title = self->presenting ? tri_window_presented_title (self, report) : NULL;
  g_object_set (self->encrypted, "title", self->presenting ? title : _("Encrypted"), NULL);
  const TriSealed *seen = report->arrived != NULL ? report->arrived : report->sealed;
  if (seen != NULL)
    tri_pane_set_picture (self->encrypted, seen->visible, NULL, 0);
  tri_pane_set_words (self->encrypted, encrypted, numbers);
  if (report->decrypted != NULL)
    {
      gboolean difference = self->gain > 0 && report->original != NULL;
      g_autofree char *words = difference ? g_strdup_printf (_("difference × %u · %s"), self->gain, decrypted) : NULL;
      tri_pane_set_picture (self->decrypted, report->decrypted, difference ? report->original : NULL, self->gain);
      tri_pane_set_words (self->decrypted, words != NULL ? words : decrypted, quality);
    }
  else if (report->refusal != NULL)
    {
      g_autofree char *why = tri_report_refusal (report);
      tri_pane_set_message (self->decrypted, "channel-secure-symbolic", why);
      tri_pane_set_words (self->decrypted, decrypted, NULL);
    }
}

static void
show_original (TriWindow *self)
{
  TriImage *picture = tri_session_get_picture (self->session);
  const char *name = tri_session_get_picture_name (self->session);
  if (picture == NULL)
    {
      gboolean sealed = tri_session_get_opened_sealed (self->session) != NULL;
      tri_pane_set_message (self->original, "image-x-generic-symbolic",
                            sealed ? _("Only the encrypted picture is open") : _("Drop a picture here"));
      tri_pane_set_words (self->original, sealed ? name : NULL, NULL);
      return;
    }
  static const char *const kinds[] = { N_("grey"), N_("grey + alpha"), "RGB", "RGBA" };
  const char *notes = picture->notes != NULL ? picture->notes : ""; /* first, where a narrow pane doesn't cut them */
  g_autofree char *words = g_strdup_printf ("%s%s%s · %u × %u · %s", notes, *notes != '\0' ? " · " : "", name != NULL ? name : "",
                                            picture->width, picture->height, _(kinds[picture->channels - 1]));
  tri_pane_set_picture (self->original, picture, NULL, 0);
  tri_pane_set_words (self->original, words, NULL);
}

/* Shows the session's picture and last report again, as the difference, the flip and presenting have it. */
void
tri_window_update_panes (TriWindow *self)
{
  const TriReport *report = tri_session_get_report (self->session);
  show_original (self);
  if (report != NULL)
    show_report (self, report);
}

/* Nothing of another picture stays beside this one, once it is sure that no run is about to take its place. */
static void
clear_stale (TriWindow *self)
{
  if (tri_session_get_report (self->session) != NULL || tri_session_get_opened_sealed (self->session) != NULL)
    return;
  for (guint i = 1; i < 3; i++)
    {
      tri_pane_set_picture (self->panes[i], NULL, NULL, 0);
      tri_pane_set_words (self->panes[i], NULL, NULL);
    }
}

static gboolean
will_run (TriWindow *self)
{
  gboolean live;
  g_autofree char *why_not = tri_session_why_not_runnable (self->session);
  g_object_get (self->session, "live", &live, NULL);
  return live && why_not == NULL;
}

static void
show_run_label (TriWindow *self)
{
  gboolean sealed = tri_session_get_opened_sealed (self->session) != NULL;
  gtk_button_set_label (self->run, tri_session_is_busy (self->session) ? _("Stop")
                                   : sealed ? _("Decrypt") : _("Encrypt and Decrypt"));
}

static void
on_picture_changed (TriWindow *self)
{
  TriImage *picture = tri_session_get_picture (self->session);
  TriSealed *sealed = tri_session_get_opened_sealed (self->session);
  const TriImage *reference = picture != NULL ? picture : sealed != NULL ? sealed->visible : NULL;
  tri_window_dismiss_toast (self);
  if (reference != NULL)
    tri_view_set_reference (self->view, reference->width, reference->height);
  if (sealed != NULL)
    {
      tri_pane_set_picture (self->encrypted, sealed->visible, NULL, 0);
      tri_pane_set_words (self->encrypted, NULL, NULL);
      tri_pane_set_message (self->decrypted, "dialog-password-symbolic", _("Give the key to decrypt"));
      tri_pane_set_words (self->decrypted, NULL, NULL);
    }
  if (!will_run (self))
    clear_stale (self);
  show_run_label (self);
  tri_window_update_panes (self);
}

static void
on_report (TriWindow *self, gboolean preview)
{
  const TriReport *report = tri_session_get_report (self->session);
  tri_window_update_panes (self);
  if (preview || report == NULL)
    return;
  g_autofree char *words = tri_report_caption (report, 2);
  g_autofree char *text = g_strdup_printf (_("%s: %s"), _(report->cipher->title), words != NULL ? words : "");
  tri_window_status (self, text);
}

static void
update_words (GtkWidget *widget)
{
  tri_window_update_panes (TRI_WINDOW (widget));
}

/* Once it is known whether a run follows, which says more. */
static void
on_key_changed (TriWindow *self)
{
  tri_later (GTK_WIDGET (self), update_words, 0);
}

static void
on_failed (TriWindow *self, GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tri_window_show_error (self, error);
}

static void
on_busy (TriWindow *self)
{
  gboolean busy = tri_session_is_busy (self->session);
  show_run_label (self);
  gtk_widget_set_opacity (GTK_WIDGET (self->progress), busy ? 1 : 0);
  if (busy)
    return;
  clear_stale (self);
  on_key_changed (self);
}

static void
on_undo_changed (TriWindow *self)
{
  gboolean can_undo, can_redo;
  g_object_get (self->session, "can-undo", &can_undo, "can-redo", &can_redo, NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", can_undo);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.redo", can_redo);
}

static void
on_run (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  if (tri_window_page_takes (self, action))
    return;
  if (g_str_equal (action, "win.run-or-stop") && tri_session_is_busy (self->session))
    gtk_widget_activate_action (widget, "win.stop", NULL);
  else
    tri_session_run (self->session);
}

static void
on_undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  if (tri_window_page_takes (self, action))
    return;
  if (g_str_equal (action, "win.undo"))
    tri_session_undo (self->session);
  else
    tri_session_redo (self->session);
}

static void
on_shortcuts (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/triptych/Triptych/ui/tri-shortcuts.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));
  gtk_window_set_transient_for (shortcuts, GTK_WINDOW (widget));
  gtk_window_present (shortcuts);
}

/* One for each window, at what is said of the page that is shown. */
static void
on_help (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  if (self->help == NULL)
    {
      g_set_weak_pointer (&self->help, tri_help_new ());
      gtk_window_set_transient_for (GTK_WINDOW (self->help), GTK_WINDOW (self));
      gtk_window_set_destroy_with_parent (GTK_WINDOW (self->help), TRUE);
    }
  gtk_window_present (GTK_WINDOW (self->help));
  tri_help_show_page (TRI_HELP (self->help), adw_view_stack_get_visible_child_name (self->pages));
}

static void
add_panel (TriWindow *self, GType type, const char *name, const char *title)
{
  GtkWidget *panel = g_object_new (type, "session", self->session, NULL);
  gtk_stack_add_titled (self->panels, panel, name, title);
}

static void
watch_session (TriWindow *self)
{
  const struct { const char *signal; GCallback callback; } watched[] = {
    { "picture-changed", G_CALLBACK (on_picture_changed) }, { "report", G_CALLBACK (on_report) },
    { "failed", G_CALLBACK (on_failed) },                   { "key-changed", G_CALLBACK (on_key_changed) },
    { "notify::busy", G_CALLBACK (on_busy) },
    { "notify::can-undo", G_CALLBACK (on_undo_changed) },   { "notify::can-redo", G_CALLBACK (on_undo_changed) },
  };
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (self->session, watched[i].signal, watched[i].callback, self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sidebar, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->session, "progress", self->progress, "fraction", G_BINDING_SYNC_CREATE);
}

/* Where what had the focus is gone, the ways to it are still remembered: GTK then looks for the next behind them only, and Tab
 * passes by all before, or does nothing any more. @focus: (nullable): what has it now */
static void
forget_ways (GtkWidget *widget, GtkWidget *focus)
{
  GtkWidget *way = gtk_widget_get_focus_child (widget);
  if (way != NULL && (focus == NULL || (focus != way && !gtk_widget_is_ancestor (focus, way))))
    gtk_widget_set_focus_child (widget, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    forget_ways (child, focus);
}

static gboolean
focus (GtkWidget *widget, GtkDirectionType direction)
{
  forget_ways (widget, gtk_root_get_focus (GTK_ROOT (widget)));
  return GTK_WIDGET_CLASS (tri_window_parent_class)->focus (widget, direction);
}

/* Returns: (transfer floating): hidden, on the page that was shown last */
GtkWidget *
tri_window_new (AdwApplication *application)
{
  return g_object_new (TRI_TYPE_WINDOW, "application", application, NULL);
}

static void
dispose (GObject *object)
{
  TriWindow *self = TRI_WINDOW (object);
  tri_window_dispose_present (self);
  tri_window_dispose_state (self);
  tri_window_dispose_save (self);
  if (self->session != NULL)
    tri_session_cancel (self->session);
  g_clear_weak_pointer (&self->focus_before);
  g_clear_weak_pointer (&self->help);
  g_clear_weak_pointer (&self->toast);
  g_clear_object (&self->chooser);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  g_clear_object (&self->view);
  G_OBJECT_CLASS (tri_window_parent_class)->dispose (object);
}

static void
tri_window_class_init (TriWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  widget_class->focus = focus;
  g_type_ensure (TRI_TYPE_PANE);
  g_type_ensure (TRI_TYPE_PROTECT_PAGE);
  g_type_ensure (TRI_TYPE_SIDEBAR);
  g_type_ensure (TRI_TYPE_TRAIN_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriWindow, name)
  BIND (toasts); BIND (panes_box); BIND (original); BIND (encrypted); BIND (decrypted); BIND (sidebar); BIND (sidebar_box);
  BIND (bottom); BIND (header); BIND (pages); BIND (protect); BIND (switcher); BIND (explore_start); BIND (explore_end);
  BIND (panels);
  BIND (run); BIND (progress); BIND (status); BIND (samples); BIND (split);
  BIND (saving_bar); BIND (saving_label); BIND (saving_progress);
#undef BIND
  tri_window_class_add_open (widget_class);
  tri_window_class_add_save (widget_class);
  tri_window_class_add_present (widget_class);
  tri_window_class_add_state (widget_class);
  tri_window_class_add_pages (widget_class);
  gtk_widget_class_install_action (widget_class, "win.run", NULL, on_run);
  gtk_widget_class_install_action (widget_class, "win.run-or-stop", NULL, on_run);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, on_undo);
  gtk_widget_class_install_action (widget_class, "win.redo", NULL, on_undo);
  gtk_widget_class_install_action (widget_class, "win.help", NULL, on_help);
  gtk_widget_class_install_action (widget_class, "win.shortcuts", NULL, on_shortcuts);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F1, 0, "win.help", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F5, 0, "win.run", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.redo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.shortcuts", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "win.shortcuts", NULL);
}

/* Over all that the window shows, so that it takes no place. */
static void
add_announcer (TriWindow *self)
{
  g_autoptr (GtkWidget) content = g_object_ref (adw_toast_overlay_get_child (self->toasts));
  GtkWidget *overlay = gtk_overlay_new ();
  self->announcer = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "visible", FALSE,
                                  "opacity", 0.0, "can-target", FALSE, "ellipsize", PANGO_ELLIPSIZE_END,
                                  "valign", GTK_ALIGN_END, NULL);
  adw_toast_overlay_set_child (self->toasts, overlay);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), content);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (self->announcer));
}

static void
tri_window_init (TriWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_announcer (self);
  self->session = tri_session_new ();
  self->view = tri_view_new ();
  self->panes[0] = self->original;
  self->panes[1] = self->encrypted;
  self->panes[2] = self->decrypted;
  for (guint i = 0; i < 3; i++)
    tri_pane_set_view (self->panes[i], self->view);
  tri_pane_align_heads (self->panes, G_N_ELEMENTS (self->panes));
  add_panel (self, TRI_TYPE_PANEL_QUALITY, "quality", _("Quality"));
  add_panel (self, TRI_TYPE_PANEL_SECURITY, "security", _("Security"));
  add_panel (self, TRI_TYPE_PANEL_INSIDE, "inside", _("Inside the cipher"));
  add_panel (self, TRI_TYPE_PANEL_SWEEP, "sweep", _("Sweep"));
  add_panel (self, TRI_TYPE_PANEL_HISTORY, "history", _("History"));
  watch_session (self);
  self->settings = g_settings_new ("io.github.triptych.Triptych");
  tri_window_init_state (self);
  tri_window_init_pages (self);
  tri_sidebar_set_session (self->sidebar, self->session);
  tri_window_init_open (self);
  tri_window_init_present (self);
  on_undo_changed (self);
  on_busy (self);
  show_original (self);
  tri_name_buttons (GTK_WIDGET (self));
}
