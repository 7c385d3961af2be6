"""A private display to measure a window on, as in the tests; the schemas are those of the build (see run-bench.py).

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os

IN_A_WINDOW = ["env", "GSETTINGS_BACKEND=memory", "GDK_BACKEND=x11", "GSK_RENDERER=cairo", "ADW_DISABLE_PORTAL=1",
               "GTK_USE_PORTAL=0", "GTK_A11Y=none", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app", "xrun.sh")]
