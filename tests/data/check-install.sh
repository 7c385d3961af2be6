#!/bin/bash
# Installs into an empty folder, finds everything there, and runs the program from there, with nothing of the source
# tree in its environment: a sample picture is encrypted, decrypted by another process, and is the same.
# Arguments: MESON BUILD PREFIX WITH_APP. SPDX-License-Identifier: GPL-3.0-or-later
set -eu
meson=$1 build=$2 prefix=$3 with_app=$4
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
DESTDIR=$root "$meson" install -C "$build" --no-rebuild --quiet
cd "$root$prefix"

expected=(
  bin/triptych-cli
  share/man/man1/triptych-cli.1
  share/triptych/samples/{astronaut,bridge,gravel,brain,digits,penguin}.png
  share/triptych/samples/LICENCES.md
  share/triptych/samples/Apache-2.0.txt
  share/triptych/words/eff-large.txt
  share/triptych/words/LICENCES.md
)
if [ "$with_app" = true ]; then
  id=io.github.triptych.Triptych
  expected+=(
    share/man/man1/triptych.1
    "share/applications/$id.desktop" "share/metainfo/$id.metainfo.xml" "share/glib-2.0/schemas/$id.gschema.xml"
    "share/mime/packages/$id.xml"
    "share/icons/hicolor/scalable/apps/$id.svg" "share/icons/hicolor/symbolic/apps/$id-symbolic.svg"
  )
  [ ! -e "$build/src/app/triptych" ] || expected+=(bin/triptych)
fi
status=0
for file in "${expected[@]}"; do
  [ -s "$file" ] || { echo "not installed: $file"; status=1; }
done
[ $status -eq 0 ] || exit 1

run () { env -u TRIPTYCH_DATA_DIR -u GSETTINGS_SCHEMA_DIR HOME="$root" "$root$prefix/bin/triptych-cli" "$@"; }
echo 'a passphrase for a test' >"$root/passphrase"
run ciphers --json | grep -q '"xchacha20-poly1305"'
run encrypt --cipher xchacha20-poly1305 --passphrase-file "$root/passphrase" share/triptych/samples/brain.png "$root/sealed.png"
run decrypt --passphrase-file "$root/passphrase" "$root/sealed.png" "$root/back.png"
run compare --json share/triptych/samples/brain.png "$root/back.png" | grep -q '"inf"'
