#!/bin/sh
# xrun.sh PROGRAM ARGS...: PROGRAM on a private Xvfb, in a throw-away home, without a session bus.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
tmp=$(mktemp -d) || exit 99
export HOME="$tmp" XDG_RUNTIME_DIR="$tmp" XDG_CONFIG_HOME="$tmp" XDG_CACHE_HOME="$tmp" XDG_DATA_HOME="$tmp" TMPDIR="$tmp"
# An address that fails at once, or GIO would start a bus and leave it behind.
export DBUS_SESSION_BUS_ADDRESS="unix:path=$tmp/none"
mkfifo "$tmp/fd"
# Xvfb chooses a free display itself: no race between tests that run side by side.
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp -noreset 3>"$tmp/fd" >"$tmp/xvfb.log" 2>&1 &
server=$!
read -r display <"$tmp/fd" || { cat "$tmp/xvfb.log"; exit 99; }
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$tmp"' EXIT INT TERM
DISPLAY=:$display "$@"
