#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""show-training.py BUILD OUT.png [SECONDS]: the page Train after so long a training on digits, for the README."""
import os, re, sys, time
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, '../cli')]
from triptych import Triptych
from uidrive import Session

build, out = os.path.abspath(sys.argv[1]), sys.argv[2]
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 60
with Session(size=(1280, 800)) as session:
    ui = Triptych(session, build, os.path.join(os.path.dirname(os.path.dirname(here)), 'data/samples/digits.png'))
    ui.wait_idle()
    session.key('alt+3')
    ui.app.choose('Model', 'CNN with chaos mask')
    ui.app.choose('Pictures to train on', 'Handwritten digits')
    ui.app.mouse_click(ui.app.find(re.compile('^_?Start$'), 'button', timeout=30, backwards=True))
    time.sleep(seconds)
    session.screenshot(out, window=ui.app.win)
    session.key('Escape')
