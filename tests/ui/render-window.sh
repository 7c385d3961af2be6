#!/bin/sh
# render-window.sh PROGRAM OUT.png [ARG...]: runs a GTK program on a private X display and saves what it shows, once that
# has stopped changing. SIZE=1280x800 by default, of screen
# and window; SETTINGS has lines "key=value" of the program's settings.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
program=$1 out=$2
shift 2
size=${SIZE:-1280x800}
tmp=$(mktemp -d) || exit 1
export HOME="$tmp" XDG_RUNTIME_DIR="$tmp" XDG_CONFIG_HOME="$tmp" XDG_CACHE_HOME="$tmp" XDG_DATA_HOME="$tmp"
export GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1 GTK_A11Y=none LIBGL_ALWAYS_SOFTWARE=1
export GSETTINGS_BACKEND=keyfile DBUS_SESSION_BUS_ADDRESS="unix:path=$tmp/none"
chmod 700 "$tmp"
mkdir -p "$tmp/gtk-4.0"
printf '[Settings]\ngtk-font-name=Cantarell 11\n' >"$tmp/gtk-4.0/settings.ini"
mkdir -p "$tmp/glib-2.0/settings"
printf '[io/github/triptych/Triptych]\nwindow-width=%s\nwindow-height=%s\n%s\n' "${size%x*}" "${size#*x}" "${SETTINGS:-}" \
  >"$tmp/glib-2.0/settings/keyfile"
mkfifo "$tmp/number"
Xvfb -displayfd 3 -screen 0 "${size}x24" -nolisten tcp -noreset 3>"$tmp/number" >"$tmp/xvfb.log" 2>&1 &
server=$!
trap 'kill $client $server 2>/dev/null; wait 2>/dev/null; rm -rf "$tmp"' EXIT INT TERM
client=
read -r number <"$tmp/number" || { cat "$tmp/xvfb.log" >&2; exit 1; }
export DISPLAY=":$number"
"$program" "$@" >"$tmp/client.log" 2>&1 &
client=$!

# Two equal pictures in a row, not of one colour, are taken for the settled window.
before='' waited=0
while [ "$waited" -lt 60 ]; do
  sleep 0.5
  waited=$((waited + 1))
  kill -0 "$client" 2>/dev/null || { echo "the program ended:" >&2; cat "$tmp/client.log" >&2; exit 1; }
  import -window root "$tmp/now.png" 2>/dev/null || continue
  now=$(convert "$tmp/now.png" -format '%# %k' info:) || continue
  if [ "${now#* }" -gt 64 ] && [ "$now" = "$before" ] && [ "$waited" -gt "${SETTLE:-6}" ]; then
    mv "$tmp/now.png" "$out"
    exit 0
  fi
  before=$now
done
echo "the window did not settle within 30 seconds" >&2
cat "$tmp/client.log" >&2
exit 1
