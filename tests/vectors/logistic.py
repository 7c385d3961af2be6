#!/usr/bin/python3
# Writes logistic.txt: keystreams of the logistic map by NumPy and Python's integers, as a student would loop.
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np


def float32(r, x0, burn_in, n):
    r, x, one = np.float32(r), np.float32(x0), np.float32(1)
    for i in range(burn_in + n):
        x = r * x * (one - x)
        if i >= burn_in:
            yield int(x * np.float32(256)) % 256, int(np.float64(x) * np.float64(1e14)) % 256


def double(r, x0, burn_in, n):
    x = x0
    for i in range(burn_in + n):
        x = r * x * (1 - x)
        if i >= burn_in:
            yield int(256 * x) % 256, int(1e14 * x) % 256


def fixed64(r, x0, burn_in, n):
    rq, x = int(r * 2.0**61), int(x0 * 2.0**64)
    for i in range(burn_in + n):
        x = (rq * ((x * (2**64 - x)) >> 64) >> 61) % 2**64
        if i >= burn_in:
            yield x >> 56, (x * 10**14 >> 64) % 256


with open(__file__.replace(".py", ".txt"), "w") as out:
    out.write("# precision r x0 burn-in, then 64 bytes of 256*x and 64 of 1e14*x mod 256. Written by logistic.py.\n")
    for name, orbit in (("float32", float32), ("double", double), ("fixed64", fixed64)):
        for r, x0, burn_in in ((3.99, 0.3117, 0), (3.99, 0.3117, 1000), (3.7654321, 0.123456789012, 77),
                               (4.0, 0.2, 500), (3.9999999999, 0.999999999999, 12345), (4.0, 0.5, 0)):
            keys = list(orbit(r, x0, burn_in, 64))
            out.write(f"{name} {r!r} {x0!r} {burn_in} {bytes(k[0] for k in keys).hex()} "
                      f"{bytes(k[1] for k in keys).hex()}\n")
