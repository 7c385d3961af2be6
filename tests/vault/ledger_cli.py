# The command's ledger as several people and computers use it, each with a data folder of its own; for the tests beside.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'cli'))

CLI = os.path.abspath(sys.argv[1])
FOLDER = tempfile.TemporaryDirectory(prefix='triptych-ledger-', dir='/dev/shm' if os.path.isdir('/dev/shm') else None)
OK, FAILED, USAGE, WRONG_KEY, DAMAGED, TRUNCATED, IO = 0, 1, 2, 3, 4, 5, 7
FINGERPRINT = '00112233445566778899aabbccddeeff'


def path(*names):
    return os.path.join(FOLDER.name, *names)


def home(who='me', *names):
    return path(who, 'triptych', *names)


def cli(*args, status=OK, who='me', env={}):
    env = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': '', 'XDG_DATA_HOME': path(who), 'TRIPTYCH_KEYRING': 'file', **env}
    done = subprocess.run([CLI, *args], capture_output=True, env=env, timeout=60)
    assert done.returncode == status, (args, done.returncode, done.stdout.decode(), done.stderr.decode())
    return done


def ledger(*args, **more):
    return cli('ledger', *args, **more)


def report(*args, **more):
    return json.loads(ledger(*args, '--json', **more).stdout)


def append(label, **more):
    return ledger('append', 'shared', FINGERPRINT, label, **more)


def key():
    return report('begin')['key']


def copy(name, who='me'):
    shutil.rmtree(path(name), ignore_errors=True)
    shutil.copytree(home(who, 'ledger'), path(name))
    return path(name)
