"""Age files beside Debian's age: whole commands, in turn so that both see the same machine, in memory and on the disk.

A result that is a file is synced by ours before it has its name; age leaves that to the kernel. So files on the disk are
compared twice: with age as it is, and with age and a sync of what it wrote. As filters, neither syncs.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from display import IN_A_WINDOW

LARGE = 1 << 30
N_PHOTOS, PHOTO, N_DIFFERENT = 1000, 4000000, 50
ROOM = 8 << 30  # bytes that must be free where this works
MEMORY_LIMIT = 64 << 20
ROWS_LIMIT, STALL_LIMIT = 1.0, 0.05  # seconds


def folders():
    """(what it is called, where) of each file system with enough room, in memory and on the disk."""
    for where, name in (("in memory", "/dev/shm"), ("on the disk", tempfile.gettempdir())):
        if not os.path.isdir(name) or shutil.disk_usage(name).free < ROOM:
            print(f"age files {where}: left out, {name} has no {ROOM >> 30} GiB free")
        elif where == "on the disk" and is_memory(name):
            print(f"age files {where}: left out, {name} is in memory. Set TMPDIR to a folder on a disk")
        else:
            yield where, name


def is_memory(name):
    kind = subprocess.run(["stat", "-f", "-c", "%T", name], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return kind in ("tmpfs", "ramfs")


class Place:
    """A folder with keys, and what is timed in it."""

    def __init__(self, cli, folder, where, show, targets):
        self.cli, self.folder, self.where, self.show, self.targets = cli, folder, where, show, targets
        self.key, self.out = self.path("key"), self.path("out", "file")
        subprocess.run(["age-keygen", "-o", self.key], stderr=subprocess.DEVNULL, check=True)
        self.to = subprocess.run(["age-keygen", "-y", self.key], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def in_turn(self, name, ours, peer, runs=5):
        """Shell commands that write into the folder out. Shows the medians."""
        what = f"{name}, {self.where}"
        both = {"ours": ours, "age": peer}
        if self.where == "on the disk" and "filter" not in name:
            both["synced"] = f"{peer}; sync {self.path('out')}/*"
        times = {who: [] for who in both}
        for _ in range(runs):
            for who, command in both.items():
                os.mkdir(self.path("out"))
                os.sync()  # what others left to be written
                start = time.perf_counter()
                subprocess.run(["sh", "-c", command], stdout=subprocess.DEVNULL, check=True)
                times[who].append(time.perf_counter() - start)
                shutil.rmtree(self.path("out"))
        middle = {who: statistics.median(each) for who, each in times.items()}
        self.show(what, middle["ours"], middle["age"], self.targets.get(what))
        if "synced" in middle:
            what += ", both synced"
            self.show(what, middle["ours"], middle["synced"], self.targets.get(what))

    def large(self):
        plain, sealed = self.path("large"), self.path("large.age")
        with open(plain, "wb") as file:
            for _ in range(LARGE >> 22):
                file.write(os.urandom(4 << 20))
        subprocess.run(["age", "-r", self.to, "-o", sealed, plain], check=True)
        self.in_turn("1 GiB, encrypt, filter", f"{self.cli} protect -r {self.to} - <{plain} >{self.out}",
                     f"age -r {self.to} <{plain} >{self.out}")
        self.in_turn("1 GiB, decrypt, filter", f"{self.cli} open -i {self.key} - <{sealed} >{self.out}",
                     f"age -d -i {self.key} <{sealed} >{self.out}")
        self.in_turn("1 GiB, encrypt to a file", f"{self.cli} protect -r {self.to} -o {self.out} - <{plain}",
                     f"age -r {self.to} -o {self.out} {plain}")
        self.in_turn("1 GiB, encrypt, verified", f"{self.cli} protect -r {self.to} -o {self.out} {plain}",
                     f"age -r {self.to} -o {self.out} {plain}")
        self.in_turn("1 GiB, decrypt to a file", f"{self.cli} open -i {self.key} -o {self.out} {sealed}",
                     f"age -d -i {self.key} -o {self.out} {sealed}")
        os.unlink(plain)
        os.unlink(sealed)

    def photos(self):
        """Some different ones, under as many names as there shall be photos."""
        photos = self.path("photos")
        os.mkdir(photos)
        for i in range(N_PHOTOS):
            if i < N_DIFFERENT:
                with open(os.path.join(photos, f"{i}.jpg"), "wb") as file:
                    file.write(os.urandom(PHOTO))
            else:
                os.link(os.path.join(photos, f"{i % N_DIFFERENT}.jpg"), os.path.join(photos, f"{i}.jpg"))
        out = self.path("out")
        self.in_turn("1,000 photos, verified", f"{self.cli} protect -r {self.to} --output-dir {out} {photos}",
                     f'for photo in {photos}/*; do age -r {self.to} -o {out}/"${{photo##*/}}" "$photo"; done', runs=3)
        shutil.rmtree(photos)


def memory(cli, folder, peak_bytes):
    """Of one large file, as bytes and as text, there and back, and of many files."""
    key, plain, sealed, text = (os.path.join(folder, name) for name in ("key", "large", "large.age", "large.txt"))
    many = os.path.join(folder, "many")
    to = subprocess.run(["age-keygen", "-y", key], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    with open(plain, "wb") as file:
        file.truncate(LARGE)
    os.mkdir(many)
    for i in range(40):
        with open(os.path.join(many, str(i)), "wb") as file:
            file.truncate(LARGE >> 5)
    again = ["--if-exists", "replace"]
    peaks = [peak_bytes([cli, *command]) for command in (
        ["protect", "-r", to, "-o", sealed, plain], ["protect", "-r", to, "--armor", "-o", text, plain],
        ["open", "-i", key, *again, "-o", plain, sealed], ["open", "-i", key, *again, "-o", plain, text],
        ["protect", "-r", to, "--output-dir", os.path.join(folder, "sealed"), many])]
    what = "peak memory of the command line, 1 GiB"
    if None in peaks:
        print(f"{what}: triptych-cli failed")
        return
    print(f"{what:<46} {max(peaks) / 2**20:>5.0f} MiB {'':>18} {f'≤ {MEMORY_LIMIT >> 20} MiB':>9}  "
          f"{'holds' if max(peaks) <= MEMORY_LIMIT else 'FALLS SHORT'}", flush=True)


def rows(build, show_limit):
    """Ten thousand files added on the Protect page: the test of that says how long, and how late the main loop was."""
    test = os.path.join(build, "tests", "app", "test-window-many")
    if not os.path.exists(test):
        return
    env = dict(os.environ, LC_ALL="C.UTF-8", G_TEST_SRCDIR=os.path.abspath(os.path.join(os.path.dirname(__file__), "..")),
               G_TEST_BUILDDIR=os.path.abspath(os.path.join(build, "tests")))
    said = subprocess.run([*IN_A_WINDOW, test, "--tap"], stdout=subprocess.PIPE, text=True, env=env, check=False).stdout
    attempts = re.findall(r"by the clock (\d+) ms, late by ([\d.]+) ms", said)
    if not attempts:
        print("10,000 rows: the test said nothing")
        return
    show_limit("10,000 rows, added", min(int(time) for time, _ in attempts) / 1e3, ROWS_LIMIT)
    show_limit("10,000 rows, longest stall", min(float(late) for _, late in attempts) / 1e3, STALL_LIMIT)


def bench(build, show, show_limit, peak_bytes, targets):
    cli = os.path.abspath(os.path.join(build, "src", "cli", "triptych-cli"))
    if not os.path.exists(cli) or shutil.which("age") is None:
        return
    for where, name in folders():
        with tempfile.TemporaryDirectory(prefix="triptych-bench-", dir=name) as folder:
            place = Place(cli, folder, where, show, targets)
            place.large()
            place.photos()
            if where == "on the disk":
                memory(cli, folder, peak_bytes)
    rows(build, show_limit)
