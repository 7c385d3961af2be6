/* Stands between the program and the disk: what is read, written, synced and named passes through here, and can be held
 * back, counted and spoilt. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What happened, in memory that a child process shares. Atomic. */
typedef struct {
  gint n_events;   /* beginnings and ends of syncs, and names given */
  gint n_syncing;  /* files that wait for their sync now */
  gint most_syncing;
  gint n_busy;     /* threads that read or write a file without a name now */
  gint most_busy;
  gint n_unsynced; /* names given to what was not synced as it was */
} DiskCounts;

/**
 * DiskWatch:
 * @hold: so many files must wait for their sync at once before any goes on; 0: none is held
 * @at_hold: (nullable): called once, when they do
 * @after_sync: (nullable): called with every file that was synced. Returns: 0, or the errno that the sync shall end with
 * @slow: reading from and writing to files without a name takes at least these microseconds, a sync ten times as many
 */
typedef struct {
  guint hold;
  void (*at_hold) (gpointer data);
  int (*after_sync) (int fd, gpointer data);
  gpointer data;
  gulong slow;
} DiskWatch;

DiskCounts *disk_watch_begin (const DiskWatch *watch);
gboolean disk_watch_end (void);
gboolean disk_watch_is_name_synced (const char *path);

G_END_DECLS
