#!/usr/bin/env python3
# The README's commands, as they are printed, one after the other, and its figures wherever else they stand.
# Arguments: the program, the README, the text of the window's help, the manual page.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap

CLI, README, HELP, MANUAL = map(os.path.abspath, sys.argv[1:])
FOLDER = tempfile.TemporaryDirectory(prefix='triptych-readme-')
SAMPLES = os.path.join(os.environ['TRIPTYCH_DATA_DIR'], 'samples')
ENV = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': '', 'PATH': os.path.dirname(CLI) + ':' + os.environ['PATH'],
       'XDG_DATA_HOME': FOLDER.name + '/home', 'TRIPTYCH_KEYRING': 'file', 'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nonexistent'}
# What takes hours, and the files that it makes before; it is interrupted then.
LONG = {'train': ['mine/checkpoint.safetensors'], 'evaluate': []}
WORK = 1 # second of the processor, after which it has begun


def path(*names):
    return os.path.join(FOLDER.name, *names)


def commands():
    """Of the block that begins with the program's list of ciphers."""
    with open(README, encoding='utf-8') as file:
        block = next(b for b in re.findall(r'^```sh\n(.*?)^```', file.read(), re.M | re.S) if b.startswith('triptych-cli'))
    return [re.sub(r'\s+# .*', '', line) for line in block.splitlines()]


def run(command):
    return subprocess.run(['bash', '-c', command], cwd=FOLDER.name, env=ENV, capture_output=True, timeout=120)


def set_up():
    """What the commands speak of."""
    for name in 'photos', 'other-photos':
        os.makedirs(path(name))
    for source, target in ('digits.png', 'photo.jpg'), ('digits.png', 'photos/1.png'), ('brain.png', 'photos/2.png'), \
            ('digits.png', 'other-photos/3.png'):
        shutil.copy(os.path.join(SAMPLES, source), path(target))
    with open(path('pass.txt'), 'w') as file:
        file.write('otter plum seven lanterns\n')
    made = run('triptych-cli keygen --output key.txt && triptych-cli recipients key.txt')
    assert made.returncode == 0, made.stderr
    return made.stdout.decode().split()[-1]


def worked(process):
    with open(f'/proc/{process.pid}/stat') as file:
        return int(file.read().rsplit(')', 1)[1].split()[11]) / os.sysconf('SC_CLK_TCK')


def interrupted(command, files):
    """Ctrl+C, once it has begun."""
    with open(path('said'), 'wb') as said:
        process = subprocess.Popen(['bash', '-c', 'exec ' + command], cwd=FOLDER.name, env=ENV, stdout=said, stderr=said)
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            if worked(process) >= WORK and all(os.path.exists(path(name)) for name in files):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        status = process.wait(60)
    with open(path('said'), errors='replace') as said:
        return status, said.read()


def check(command, recipient):
    word = command.split()[1]
    if word in LONG:
        status, said = interrupted(command, LONG[word])
        assert status in (0, 130), (command, status, said)
        assert all(os.path.exists(path(name)) for name in LONG[word]), said
        return
    if word == 'keygen': # the passphrase of a key ring in a file, which a person types
        command = re.sub(r'(triptych-cli \w+)', r'\1 --keyring-passphrase-file pass.txt', command)
    done = run(command.replace('age1…', recipient))
    assert done.returncode == 0, (command, done.returncode, done.stderr.decode())


def check_results():
    """What came back is what went in."""
    assert run('cmp safe/photos/1.png photos/1.png && cmp safe/photos/2.png photos/2.png').returncode == 0
    assert json.loads(run('triptych-cli compare --json photo.jpg photo.png').stdout)['decrypted']['mse'] == 0
    with open(path('me.pdf'), 'rb') as file:
        assert file.read(4) == b'%PDF'


def check_figures():
    """What the help and the manual page say of the neural ciphers, the README's tables say too."""
    read = lambda path: open(path, encoding='utf-8').read()
    told = read(README).split('## Neural ciphers')[1].split('### Training, watched')[0]
    parts = {'help': re.search(r'N_\("In figures"\),\s+(?:/\*[^*]*\*/\s+)?N_\((.*?)\) },', read(HELP), re.S)[1],
             'manual': read(MANUAL).split('MEASURED\n')[1].split('.SH')[0]}
    for name, text in parts.items():
        figures = re.findall(r'\d+\.\d+', text)
        assert len(figures) > 15, (name, figures)
        missing = [figure for figure in figures if not re.search(rf'(?<![\d.]){re.escape(figure)}(?!\d)', told)]
        assert not missing, (name, missing)


if __name__ == '__main__':
    recipient = set_up()
    found = commands()
    assert len(found) > 5, found
    tests = [(command, lambda command=command: check(command, recipient)) for command in found]
    status = tap.run(tests + [('results', check_results), ('figures', check_figures)])
    FOLDER.cleanup()
    sys.exit(status)
