/* A fuzz target: one entry for libFuzzer and for the test that needs no fuzzer, and inputs to begin with.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* @seeds: (element-type GBytes): valid inputs are added, small ones */
void fuzz_add_seeds (GPtrArray *seeds);
