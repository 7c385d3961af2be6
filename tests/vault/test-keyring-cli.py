#!/usr/bin/env python3
# The key ring on the command line: with the file, which Debian's age opens, too, and with a Secret Service.
# Argument: the program. SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'cli'))
import tap

CLI = os.path.abspath(sys.argv[1])
SERVICE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'secret-service.py')
FOLDER = tempfile.TemporaryDirectory(prefix='triptych-ring-')
ENV = {**{k: v for k, v in os.environ.items() if k != 'TRIPTYCH_PASSPHRASE_FD'}, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': '',
       'XDG_DATA_HOME': FOLDER.name + '/home', 'TRIPTYCH_KEYRING': 'file',
       'DBUS_SESSION_BUS_ADDRESS': 'unix:path=/nonexistent'}
OK, USAGE, WRONG_KEY, IO = 0, 2, 3, 7
OTHER = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'
WORDS = b'wincing edginess'


def path(name):
    return os.path.join(FOLDER.name, name)


def write(name, data):
    with open(path(name), 'wb') as file:
        file.write(data)
    return path(name)


def read(name):
    with open(path(name), 'rb') as file:
        return file.read()


def cli(*args, status=OK, env={}, stdin=b''):
    done = subprocess.run([CLI, *args], input=stdin, capture_output=True, env={**ENV, **env}, timeout=120,
                          start_new_session=True)
    assert done.returncode == status, (args, done.returncode, done.stderr.decode())
    assert b'AGE-SECRET-KEY' not in done.stdout + done.stderr
    return done


def ring(*args, **more):
    return cli(*args, '--keyring-passphrase-file', write('words', WORDS), **more)


def names(**more):
    return {key['label']: key for key in json.loads(cli('keyring', 'list', '--json', **more).stdout)}


def age_on_terminal(*args):
    """age, which takes a passphrase from a terminal only."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp('age', ['age', *args])
    shown = b''
    while b'passphrase' not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, WORDS + b'\n')
    try:
        while more := os.read(terminal, 1000):
            shown += more
    except OSError:
        pass # the terminal goes with age
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown


def test_suggestion():
    listed = set(open(os.path.join(ENV['TRIPTYCH_DATA_DIR'], 'words', 'eff-large.txt')).read().split())
    first, second = (cli('keygen', '--suggest-passphrase').stdout.decode() for _ in range(2))
    assert first != second
    assert re.fullmatch(r'(\S+ ){5}\S+\n', first) and set(first.split()) <= listed, first
    third = json.loads(cli('keygen', '--suggest-passphrase', '--json').stdout)
    assert len(third['passphrase'].split()) == third['words'] == 6 and 77.5 < third['bits'] < 77.6, third
    assert set(third['passphrase'].split()) <= listed and third['passphrase'] != second.strip()


def test_create_and_use():
    made = json.loads(ring('keygen', '--keyring', 'me', '--json').stdout)
    assert made['own'] and made['label'] == 'me' and made['store'] == 'file'
    ring('keygen', '--keyring', 'quantum', '--post-quantum')
    ring('keygen', '--keyring', 'me', status=IO) # the name is taken
    ring('keygen', '--keyring', 'x', '--output', path('x'), status=USAGE)
    cli('keyring', 'import', '--keyring', 'Ada', write('ada.txt', OTHER.encode() + b'\n')) # needs no passphrase
    assert list(names()) == ['me', 'quantum', 'Ada'] and not names()['Ada']['own']
    assert cli('recipients', '--keyring', 'me', '--keyring', 'Ada').stdout.decode() == f'{made["recipient"]}\n{OTHER}\n'

    data = write('photo', os.urandom(100000))
    cli('protect', '--keyring', 'me', '--keyring', made['fingerprint'][:8], '--keyring', 'Ada', '-o', path('photo.age'), data)
    cli('protect', '--keyring', 'quantum', '-o', path('quantum.age'), data)
    cli('protect', '--keyring', 'nobody', '-o', path('never'), data, status=WRONG_KEY)
    for number, (name, sealed) in enumerate([('me', 'photo.age'), ('*', 'photo.age'), ('*', 'quantum.age')]):
        ring('open', '--keyring', name, '-o', path(f'out{number}'), path(sealed))
        assert read(f'out{number}') == read('photo')
    ring('open', '--keyring', 'me', '-o', path('never'), path('quantum.age'), status=WRONG_KEY)
    ring('open', '--keyring', 'Ada', '-o', path('never'), path('photo.age'), status=WRONG_KEY)
    cli('open', '--keyring', 'me', '-o', path('never'), path('photo.age'), status=WRONG_KEY) # nobody to ask
    write('words-2', b'another')
    cli('open', '--keyring', 'me', '--keyring-passphrase-file', path('words-2'), '-o', path('never'), path('photo.age'),
        status=WRONG_KEY)
    assert not os.path.exists(path('never'))


def test_age_takes_the_file():
    sealed = subprocess.run(['age', '-r', names()['me']['recipient']], input=b'hello', capture_output=True, check=True).stdout
    # age as packaged knows no post-quantum identities: the ring without that one
    ring('keyring', 'export', 'quantum', '--output', path('quantum.txt'))
    ring('keyring', 'remove', 'quantum', '--force')
    age_on_terminal('-d', '-i', path('home/triptych/keyring.age'), '-o', path('hello'), write('hello.age', sealed))
    assert read('hello') == b'hello'
    ring('keyring', 'import', path('quantum.txt'))
    assert names()['quantum']['own'] # under its name of before


def test_export_and_sheet():
    ring('keyring', 'export', 'me', '--output', path('me.txt'))
    assert stat.S_IMODE(os.stat(path('me.txt')).st_mode) == 0o600
    ring('keyring', 'export', 'me', '--output', path('me.txt'), status=IO)
    ring('keyring', 'export', 'me', status=USAGE)
    opened = subprocess.run(['age', '-d', '-i', path('me.txt'), path('photo.age')], capture_output=True, check=True)
    assert opened.stdout == read('photo')
    ring('keyring', 'sheet', 'me', '--output', path('me.pdf'))
    ring('keyring', 'sheet', 'Ada', '--output', path('never'), status=WRONG_KEY) # there is no secret key to print
    subprocess.run(['pdftoppm', '-png', '-r', '150', '-singlefile', path('me.pdf'), path('me')], check=True)
    code = subprocess.run(['zbarimg', '--quiet', '--raw', path('me.png')], capture_output=True, check=True).stdout
    assert code.strip() in read('me.txt').split()


def test_encrypted_key_file():
    cli('keygen', '--output', path('key.txt'))
    write('key.words', b'words of the file')
    cli('protect', '--passphrase-file', path('key.words'), '--work-factor', '10', '-o', path('key.age'), path('key.txt'))
    ring('keyring', 'import', '--passphrase-file', path('words-2'), path('key.age'), status=WRONG_KEY)
    ring('keyring', 'import', '--keyring', 'paper', '--passphrase-file', path('key.words'), path('key.age'))
    assert names()['paper']['own']
    cli('keyring', 'revoke', 'paper')
    cli('keyring', 'revoke', 'paper', status=IO)
    assert names()['paper']['revoked'] and not names()['me']['revoked']
    cli('protect', '--keyring', 'paper', '-o', path('never'), path('photo'), status=WRONG_KEY)
    ring('keyring', 'remove', 'paper', '--force')


def test_rename_and_remove():
    cli('keyring', 'rename', 'Ada', 'Ada L.')
    cli('keyring', 'rename', 'Ada', 'x', status=WRONG_KEY)
    cli('keyring', 'rename', 'Ada L.', 'me', status=IO)
    ring('keyring', 'remove', 'me', status=USAGE) # a secret key: not without --force
    cli('keyring', 'remove', 'Ada L.')
    ring('keyring', 'remove', 'quantum', '--force')
    assert list(names()) == ['me']
    os.unlink(path('home/triptych/keys.json'))
    assert list(names()) == []
    ring('keyring', 'recover')
    assert list(names()) == ['me']


def test_new_passphrase():
    write('new', b'something else')
    ring('keyring', 'passphrase', '--passphrase-file', path('new'))
    ring('open', '--keyring', 'me', '-o', path('never'), path('photo.age'), status=WRONG_KEY)
    cli('open', '--keyring', 'me', '--keyring-passphrase-file', path('new'), '-o', path('out9'), path('photo.age'))
    assert read('out9') == read('photo')


def test_advice():
    os.makedirs(path('pictures/raw'))
    for name, size in ('pictures/a.jpg', 2000000), ('pictures/raw/b.nef', 4000000):
        write(name, bytes(size))
    os.symlink('a.jpg', path('pictures/link'))
    asked = '--purpose', 'send', '--threat', 'targeted', '--network', 'metered', path('pictures')
    advice = json.loads(cli('advise', '--json', *asked).stdout)
    assert (advice['files'], advice['bytes'], advice['content']) == (2, 6000000, 'raw'), advice
    assert advice['recipient']['value'] == 'X25519' and advice['work_factor']['value'] == 19, advice
    assert advice['shrink']['value'] is True and advice['armor']['value'] is False and advice['picture']['value'] is False
    said = cli('advise', *asked).stdout.decode()
    for answer in 'recipient', 'work_factor', 'armor', 'shrink', 'picture':
        assert advice[answer]['reason'] in said
    assert json.loads(cli('advise', '--json').stdout)['network'] in ('offline', 'metered', 'restricted', 'open')
    secure = [cipher['id'] for cipher in json.loads(cli('ciphers', '--json').stdout) if cipher['verdict'] == 'secure']
    assert advice['cipher'] in secure
    cli('advise', '--threat', 'aliens', status=USAGE)
    cli('advise', path('not-there'), status=IO)


def test_usage():
    cli('keyring', status=USAGE)
    cli('keyring', 'explode', status=USAGE)
    cli('keyring', 'rename', 'a', status=USAGE)
    cli('keyring', 'list', 'more', status=USAGE)
    cli('recipients', status=USAGE)
    cli('keyring', 'list', env={'TRIPTYCH_KEYRING': 'cloud'}, status=USAGE)
    cli('protect', '--keyring', 'me', '--passphrase-file', path('new'), path('photo'), status=USAGE)


def test_secret_service():
    bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address=1'], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)
    env = {'DBUS_SESSION_BUS_ADDRESS': bus.stdout.readline().decode().strip(), 'XDG_DATA_HOME': path('other'),
           'TRIPTYCH_KEYRING': 'automatic'}
    service = subprocess.Popen(['/usr/bin/python3', SERVICE], stdout=subprocess.PIPE, env={**ENV, **env})
    try:
        assert service.stdout.readline() == b'ready\n'
        made = json.loads(cli('keygen', '--keyring', 'mine', '--json', env=env).stdout) # and no passphrase
        assert made['store'] == 'secret-service'
        cli('protect', '--keyring', 'mine', '-o', path('service.age'), path('photo'), env=env)
        cli('open', '--keyring', 'mine', '-o', path('service.out'), path('service.age'), env=env)
        assert read('service.out') == read('photo')
        assert not os.path.exists(path('other/triptych/keyring.age'))
        service.send_signal(signal.SIGTERM)
        service.wait()
        failed = cli('open', '--keyring', 'mine', '-o', path('never'), path('service.age'), env=env, status=WRONG_KEY)
        assert b'Secret Service' in failed.stderr, failed.stderr
    finally:
        service.kill()
        bus.kill()
        service.wait()
        bus.wait()


sys.exit(tap.run([(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
                  if name.startswith('test_')]))
