#!/bin/bash
# Every icon is well-formed.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
icons=$1
count=0
while IFS= read -r -d '' icon; do
  xmllint --noout "$icon"
  count=$((count + 1))
done < <(find "$icons" -name '*.svg' -print0)
[ "$count" -ge 2 ] || { echo "only $count icons"; exit 1; }
