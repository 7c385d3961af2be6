#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-backends.py BUILD: under Wayland (a headless weston) and under X11 the program starts, opens a picture, runs and
ends by its own Quit action, with nothing said. Prints TAP."""
import os, re, subprocess, sys
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, '../cli')]
import tap
from pictures import picture, write_png
from uidrive import Session, poll

build = os.path.abspath(sys.argv[1])
NAME, PATH = 'io.github.triptych.Triptych', '/io/github/triptych/Triptych'


def call(session, method, *arguments):
    return subprocess.run(['gdbus', 'call', '--session', '--dest', NAME, '--object-path', PATH, '--method', method,
                           *arguments], env=session.env, capture_output=True, text=True)


def opens_runs_and_ends(session, extra):
    path = session.dir + '/picture.png'
    write_png(path, 96, 64, 3, picture(96, 64, 3))
    app = session.launch([build + '/src/app/triptych', path], env={
        'GSETTINGS_SCHEMA_DIR': build + '/data', 'TRIPTYCH_DATA_DIR': os.path.join(here, '../../data'),
        'TRIPTYCH_STARTUP_TIME': '1', **extra})
    def check(condition):
        assert app.alive(), f'it ended with {app.proc.returncode}: {app.log}'
        return condition()
    poll(lambda: check(lambda: re.search(r'^\d+$', app.log, re.M)), 40, what='the first frame')
    root = app.root(40)
    found = lambda: app.find_now('Decrypted', 'image')
    image = poll(lambda: check(found), 40, what='the pane')
    def result():
        image.clear_cache()
        return image.get_description() == 'identical to the original'
    poll(lambda: check(result), 40, what='the result')
    answer = call(session, 'org.gtk.Actions.Activate', 'quit', '[]', '{}')
    assert answer.returncode == 0, answer.stderr
    code = app.wait_exit(20)
    noise = [line for line in app.log.splitlines() if line.strip() and not re.fullmatch(r'\d+', line)]
    assert code == 0 and not noise, f'exit status {code}; it printed {noise}'


def under_wayland(session):
    socket = 'triptych-wayland'
    session._spawn('weston', ['weston', '--backend=headless-backend.so', '--socket=' + socket, '--idle-time=0',
                              '--width=1280', '--height=800'])
    poll(lambda: os.path.exists(os.path.join(session.env['XDG_RUNTIME_DIR'], socket)), 30, what='weston')
    opens_runs_and_ends(session, {'GDK_BACKEND': 'wayland', 'WAYLAND_DISPLAY': socket, 'DISPLAY': None})


with Session(size=(1280, 800)) as session:
    sys.exit(tap.run([('X11', lambda: opens_runs_and_ends(session, {})), ('Wayland', lambda: under_wayland(session))]))
