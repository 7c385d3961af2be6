#!/bin/sh
# make-screenshots.sh [BUILD]: the pictures of the README, from the program as it is. SPDX-License-Identifier: GPL-3.0-or-later
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build}
shots=data/screenshots
export GSETTINGS_SCHEMA_DIR="$PWD/$build/data" TRIPTYCH_DATA_DIR="$PWD/data"
mkdir -p "$shots"
for scheme in light dark; do
  export ADW_DEBUG_COLOR_SCHEME=prefer-$scheme
  SETTINGS="last-cipher='logistic'
panel-page='inside'
window-width=1280
window-height=800" tests/ui/render-window.sh "$build/src/app/triptych" "$shots/explore-$scheme.png"
  /usr/bin/python3 tests/ui/test-protect.py "$build"
  cp "$build/screenshots/protect-preview.png" "$shots/protect-$scheme.png"
  /usr/bin/python3 tests/ui/show-training.py "$build" "$shots/train-$scheme.png"
done
