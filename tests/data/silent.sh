#!/bin/bash
# Runs a command that must succeed and have nothing to say. SPDX-License-Identifier: GPL-3.0-or-later
set -u
output=$("$@" 2>&1) || { printf '%s\n' "$output"; exit 1; }
[ -z "$output" ] || { printf '%s\n' "$output"; exit 1; }
