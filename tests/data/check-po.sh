#!/bin/bash
# Every language of LINGUAS has its file, whose formats and headers are right and whose every message is translated.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
cd "$1"
for language in $(grep -v '^#' LINGUAS); do
  [ -f "$language.po" ] || { echo "$language.po is missing"; exit 1; }
done
for file in *.po; do
  [ -e "$file" ] || break
  grep -qw "$(basename "$file" .po)" LINGUAS || { echo "$file is not in LINGUAS"; exit 1; }
  counts=$(LC_ALL=C msgfmt --check --statistics -o /dev/null "$file" 2>&1)
  echo "$file: $counts"
  case $counts in *fuzzy*|*untranslated*) exit 1 ;; esac
done
