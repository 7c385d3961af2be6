#!/usr/bin/python3
"""run-bench.py BUILD [NAME…]: every benchmark beside its peer, in one run, as ratios.

BUILD/tests/bench/triptych-bench-NAME and peer-NAME.py both print lines "what<TAB>seconds"; a program may time its
peer itself ("peer:what"). Targets are in targets.txt. Absolute times drift from day to day: read the ratios. This is
never a test: it ends with 0 whatever it finds.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import vault
from display import IN_A_WINDOW

HERE = os.path.dirname(os.path.abspath(__file__))
MEMORY_TARGET = 5  # pictures
STARTUP_TARGET = 0.5  # seconds to the first frame


# By the end of what is measured: seconds that it may take, whatever a peer needs.
LIMITS = {", there and back, 512x512": 0.5, ", 12 MP, longest silence": 0.05, " dragged, 12 MP": 0.15,
          "by the clock, 99 of 100 beats": 1 / 60}
NEURAL_MEMORY_LIMIT = 1 << 30  # bytes, of a whole process with a picture of 12 megapixels


def read_targets():
    targets = {}
    with open(os.path.join(HERE, "targets.txt"), encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                what, ratio, peer = line.rstrip("\n").split("\t")
                targets[what] = float(ratio), peer
    return targets


def run(command):
    """The program's lines as {what: seconds}; what went wrong is said and is no reason to stop."""
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        print(f"{command[-1]} ended with {result.returncode}")
    lines = (line.rsplit("\t", 1) for line in result.stdout.splitlines() if "\t" in line)
    return {what: float(seconds) for what, seconds in lines}


def show_time(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def show_limit(what, ours, limit):
    print(f"{what:<46} {show_time(ours):>9} {'':>18} {'≤ ' + show_time(limit):>9}  {'holds' if ours <= limit else 'FALLS SHORT'}",
          flush=True)


def show(what, ours, peer, target):
    limit = next((seconds for end, seconds in LIMITS.items() if what.endswith(end)), None)
    if limit:
        show_limit(what, ours, limit)
        return
    ratio = f"{peer / ours:.3g} ×" if peer else "–"
    aim, who = (f"≥ {target[0]:g} ×", target[1]) if target else ("–", "")
    held = ("holds" if peer / ours >= target[0] else "FALLS SHORT") if target and peer else ""
    print(f"{what:<46} {show_time(ours):>9} {show_time(peer) if peer else '–':>9} {ratio:>8} {aim:>9}  "
          f"{held:<12}{who}", flush=True)


def bench(name, build, targets):
    program = os.path.join(build, "tests", "bench", f"triptych-bench-{name}")
    peer_script = os.path.join(HERE, f"peer-{name}.py")
    ours = run([*IN_A_WINDOW, program] if name == "preview" else [program])
    peers = {what[5:]: ours.pop(what) for what in list(ours) if what.startswith("peer:")}
    if os.path.exists(peer_script):
        peers.update(run(["/usr/bin/python3", peer_script]))
    for what, seconds in ours.items():
        show(what, seconds, peers.get(what), targets.get(what))


# In a process of its own: a child's peak counts what its parent held at the fork.
MAKE_PICTURE = """
import sys
import numpy as np
from skimage.io import imsave
width, height = int(sys.argv[1]), int(sys.argv[2])
y, x = np.mgrid[0:height, 0:width]
imsave(sys.argv[3], np.dstack([x % 256, y % 256, (x + y) // 9 % 256]).astype(np.uint8), check_contrast=False)
"""


def peak_bytes(command):
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    return usage.ru_maxrss * 1024 if os.waitstatus_to_exitcode(status) == 0 else None


def bench_memory(build):
    """Peak memory of a whole lossless run (encrypt, decrypt, every metric), less that of a picture of one pixel."""
    cli = os.path.join(build, "src", "cli", "triptych-cli")
    if not os.path.exists(cli):
        return
    with tempfile.TemporaryDirectory() as folder:
        key = os.path.join(folder, "key")
        with open(key, "wb") as out:
            out.write(b"a key file for measuring")
        peaks = []
        for width, height in ((1, 1), (4000, 3000)):
            picture = os.path.join(folder, f"{width}.png")
            subprocess.run(["/usr/bin/python3", "-c", MAKE_PICTURE, str(width), str(height), picture], check=True)
            peaks.append(peak_bytes([cli, "run", "--cipher", "xchacha20-poly1305", "--key-file", key, picture]))
    if None in peaks:
        print("memory: triptych-cli run failed")
        return
    pictures = (peaks[1] - peaks[0]) / (4000 * 3000 * 3)
    print(f"{'peak memory of a lossless run, 12 MP RGB':<46} {pictures:>6.2f} pictures{'':>10} "
          f"{f'≤ {MEMORY_TARGET}':>9}  {'holds' if pictures <= MEMORY_TARGET else 'FALLS SHORT':<12}"
          f"{peaks[1] / 2**20:.0f} MiB in all, {peaks[0] / 2**20:.0f} for one pixel")


def bench_neural_memory(build):
    """Peak memory of each neural cipher with 12 megapixels, in colour: encrypting, and decrypting."""
    cli = os.path.join(build, "src", "cli", "triptych-cli")
    if not os.path.exists(cli):
        return
    listed = subprocess.run([cli, "ciphers", "--json"], stdout=subprocess.PIPE, check=True, env=dict(os.environ, LC_ALL="C.UTF-8"))
    ids = [cipher["id"] for cipher in json.loads(listed.stdout) if cipher["family"] == "Neural networks"]
    with tempfile.TemporaryDirectory() as folder:
        key, picture, sealed, back = (os.path.join(folder, name) for name in ("key", "in.png", "sealed.png", "back.png"))
        with open(key, "wb") as out:
            out.write(b"a key file for measuring")
        subprocess.run(["/usr/bin/python3", "-c", MAKE_PICTURE, "4000", "3000", picture], check=True)
        for cipher in ids:
            peaks = [peak_bytes([cli, "encrypt", "--force", "--cipher", cipher, "--key-file", key, picture, sealed]),
                     peak_bytes([cli, "decrypt", "--force", "--key-file", key, sealed, back])]
            if None in peaks:
                print(f"{cipher}: triptych-cli failed")
                continue
            print(f"{'peak memory of ' + cipher + ', 12 MP RGB':<46} {max(peaks) / 2**20:>5.0f} MiB {'':>18} "
                  f"{f'≤ {NEURAL_MEMORY_LIMIT >> 20} MiB':>9}  {'holds' if max(peaks) <= NEURAL_MEMORY_LIMIT else 'FALLS SHORT'}",
                  flush=True)


def bench_train_page(build):
    """The window is driven, so in a process of its own: libatspi stays with the first bus that it meets."""
    if not os.path.exists(os.path.join(build, "src", "app", "triptych")):
        return
    for what, seconds in run(["/usr/bin/python3", os.path.join(HERE, "train-page.py"), build]).items():
        show(what, seconds, None, None)


def first_frame(build):
    """Seconds from the start of the program to its first frame, on a private display; None where it can't be shown."""
    command = [*IN_A_WINDOW, os.path.join(build, "src", "app", "triptych")]
    env = dict(os.environ, TRIPTYCH_STARTUP_TIME="1")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True) as child:
        lines = (line.strip() for line in child.stderr)
        found = next((float(line) / 1000 for line in lines if line.isdigit()), None)
        os.killpg(child.pid, signal.SIGTERM)
    return found


def bench_startup(build, runs=7):
    if not os.path.exists(os.path.join(build, "src", "app", "triptych")):
        return
    times = [first_frame(build) for _ in range(runs)]
    if None in times:
        print("start-up: no frame came")
        return
    middle = statistics.median(times)
    print(f"{'start to first frame':<46} {show_time(middle):>9} {'':>18} {'≤ ' + show_time(STARTUP_TARGET):>9}  "
          f"{'holds' if middle <= STARTUP_TARGET else 'FALLS SHORT':<12}"
          f"median of {runs}, {show_time(min(times))} to {show_time(max(times))}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build, wanted = sys.argv[1], sys.argv[2:]
    os.environ["GSETTINGS_SCHEMA_DIR"] = os.path.abspath(os.path.join(build, "data"))
    folder = os.path.join(build, "tests", "bench")
    prefix = "triptych-bench-"
    names = sorted(f[len(prefix):] for f in os.listdir(folder)
                   if f.startswith(prefix) and os.access(os.path.join(folder, f), os.X_OK)
                   and os.path.isfile(os.path.join(folder, f)))
    targets = read_targets()
    print(f"{'':<46} {'ours':>9} {'peer':>9} {'ratio':>8} {'target':>9}")
    for name in names:
        if not wanted or name in wanted:
            bench(name, build, targets)
    if not wanted or "memory" in wanted:
        bench_memory(build)
    if not wanted or "neural" in wanted:
        bench_neural_memory(build)
    if not wanted or "train-page" in wanted:
        bench_train_page(build)
    if not wanted or "startup" in wanted:
        bench_startup(build)
    if not wanted or "vault" in wanted:
        vault.bench(build, show, show_limit, peak_bytes, targets)


if __name__ == "__main__":
    main()
