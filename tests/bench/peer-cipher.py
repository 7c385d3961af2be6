"""A student's keystream: the logistic map in a Python loop, quantised with NumPy. libsodium's bare call is timed by
bench-cipher.c itself, in C.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import numpy as np

from peer import bench


def keystream(n, r=3.99, x=0.4):
    orbit = np.empty(n)
    for i in range(n):
        x = r * x * (1 - x)
        orbit[i] = x
    return (orbit * 256).astype(np.uint8)


bench("logistic keystream, 512x512", lambda: keystream(512 * 512))
