#!/usr/bin/python3
"""train-page.py BUILD: how late the main loop is while the page Train shows a training on the sample pictures. The training is
begun by its button, and a beat of the main loop is due every 5 ms (see src/app/tri-stalls.c). SECONDS are long enough for a
checkpoint with its picture to fall into them, on a machine that does nothing else. By the clock counts what a person sees;
without what the scheduler gave to others is what the program itself does there.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "ui"), os.path.join(HERE, "..", "cli")]
from triptych import Triptych
from uidrive import Session

SECONDS = 60
BEGUN = re.compile("^Step [1-9]")


def beats(path, since, until):
    """[(late by the clock, late by its own doing)] in seconds"""
    with open(path, encoding="utf-8") as lines:
        numbers = [tuple(map(int, line.split())) for line in lines if line.endswith("\n")]
    return [(late / 1e6, own / 1e6) for at, late, own in numbers if since <= at / 1e6 <= until]


def main():
    build = os.path.abspath(sys.argv[1])
    sample = os.path.join(HERE, "..", "..", "data", "samples", "digits.png")
    with Session(size=(1280, 800)) as session:
        file = session.dir + "/beats.txt"
        ui = Triptych(session, build, sample, env={"TRIPTYCH_STALLS": file})
        ui.wait_idle()
        session.key("alt+3")
        ui.app.mouse_click(ui.app.find(re.compile("^_?Start$"), "button", timeout=30, backwards=True))
        ui.app.find(BEGUN, timeout=300)
        since = time.monotonic()
        time.sleep(SECONDS)
        found = beats(file, since, time.monotonic())
        if not ui.app.alive() or len(found) < 100:
            sys.exit(f"the window ended, or was late all the time: {len(found)} beats")
        for name, column in ("by the clock", 0), ("its own doing", 1):
            late = sorted(beat[column] for beat in found)
            print(f"Train page, {name}, 99 of 100 beats\t{late[int(.99 * len(late))]}")
            print(f"Train page, {name}, the latest of {len(late)}\t{late[-1]}")


if __name__ == "__main__":
    main()
