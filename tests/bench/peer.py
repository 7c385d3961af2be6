"""Times one thing and prints its name and the median in seconds, as bench.c does.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import statistics
import time


def bench(name, work, seconds=2.0, at_least=3):
    """Once to warm up, then `at_least` times, and for so many seconds at most."""
    work()
    times = []
    while len(times) < at_least or (sum(times) < seconds and len(times) < 201):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    print(f"{name}\t{statistics.median(times):.9f}", flush=True)
