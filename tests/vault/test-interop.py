#!/usr/bin/env python3
# triptych-cli and Debian's age, in both directions, and triptych-cli in trouble. Arguments: the program, "quick" or
# "slow". SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import fcntl
import hashlib
import io
import json
import os
import pty
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'cli'))
import tap

FOLDER = tempfile.TemporaryDirectory(prefix='triptych-interop-')
ENV = {**{k: v for k, v in os.environ.items() if k != 'TRIPTYCH_PASSPHRASE_FD'}, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': '',
       'XDG_DATA_HOME': os.path.join(FOLDER.name, 'data')}
OK, USAGE, WRONG_KEY, DAMAGED, TRUNCATED, NOT_AGE, IO = 0, 2, 3, 4, 5, 6, 7
CHUNK = 65536
SIZES = 0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK + 7
CHANCE = random.Random(20)
HIDDEN_TIME = 1234567890_123456789 # nanoseconds
CLI = os.path.join(FOLDER.name, 'triptych-cli') # a copy that every user can start


def path(*names):
    return os.path.join(FOLDER.name, *names)


def write(name, data):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), 'wb') as file:
        file.write(data)
    return path(name)


def read(name):
    with open(path(name), 'rb') as file:
        return file.read()


def digest(name):
    with open(path(name), 'rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest() if hasattr(hashlib, 'file_digest') else sum_up(file)


def sum_up(file):
    total = hashlib.sha256()
    while piece := file.read(1 << 20):
        total.update(piece)
    return total.hexdigest()


def cli(*args, status=OK, stdin=b'', **more):
    done = subprocess.run([CLI, *args], input=stdin, capture_output=True, env={**ENV, **more.pop('env', {})}, timeout=300,
                          **more)
    assert done.returncode == status, (args, done.returncode, done.stderr.decode())
    assert status == OK or done.stderr.startswith(b'triptych-cli: '), done.stderr
    return done


def age(*args, stdin=b''):
    return subprocess.run(['age', *args], input=stdin, capture_output=True, check=True, timeout=300).stdout


def on_terminal(args, answers):
    """Runs a program on a terminal of its own, and answers its prompts. Returns exit status and what it showed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(args[0], args, ENV)
    shown, asked = b'', 0
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
            if asked < len(answers) and shown.rstrip(b' ').endswith(b':'):
                os.write(terminal, answers[asked] + b'\n')
                asked += 1
    except OSError: # the other end is closed
        pass
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown


def interrupted_at(prompt, interrupt, args):
    """Runs a program on a terminal of its own until it has shown @prompt, then interrupts it. Returns its exit status, what
    it showed after that, and whether the terminal shows what is typed, as it did before."""
    controller, terminal = pty.openpty()
    def take():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        for number in signal.SIGHUP, signal.SIGINT, signal.SIGQUIT:  # nohup and background jobs leave them ignored
            signal.signal(number, signal.SIG_DFL)
    assert termios.tcgetattr(terminal)[3] & termios.ECHO
    process = subprocess.Popen(args, stdin=terminal, stdout=terminal, stderr=terminal, env=ENV, start_new_session=True,
                               preexec_fn=take)
    shown = b''
    while not shown.endswith(prompt):
        shown += os.read(controller, 4096)
    assert not termios.tcgetattr(terminal)[3] & termios.ECHO
    interrupt(process, controller)
    try:
        status = process.wait(timeout=20)
    finally:
        process.kill()
    echoes = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
    os.set_blocking(controller, False)
    after = os.read(controller, 4096)
    os.close(controller)
    os.close(terminal)
    return status, after, echoes


def make_keys():
    for name in 'a', 'b', 'c':
        subprocess.run(['age-keygen', '-o', path(name)], capture_output=True, check=True)
    cli('keygen', '--output', path('ours'))
    cli('keygen', '--post-quantum', '--output', path('pq'))
    write('pass', b'six words from a long list\n')
    write('other-pass', b'six words from a long lisp\n')


def recipient(key):
    return cli('recipients', path(key)).stdout.decode().strip()


def make_files():
    for size in SIZES:
        write(f'in{size}', CHANCE.randbytes(size))


def test_keys():
    for key in 'a', 'ours':
        theirs = subprocess.run(['age-keygen', '-y', path(key)], capture_output=True, check=True).stdout.decode().strip()
        assert recipient(key) == theirs and theirs.startswith('age1'), (key, theirs)
    assert recipient('pq').startswith('age1pq1')
    for key in 'ours', 'pq':
        assert stat.S_IMODE(os.stat(path(key)).st_mode) == 0o600
    cli('keygen', '--output', path('ours'), status=IO) # never over another key
    cli('keygen', '--json', status=USAGE)
    made = cli('keygen', '--json', '--output', path('json-key'))
    assert json.loads(made.stdout) == {'recipient': recipient('json-key'), 'file': path('json-key')}
    assert b'SECRET' not in made.stdout + made.stderr
    assert json.loads(cli('recipients', '--json', path('a'), path('b')).stdout) == [recipient('a'), recipient('b')]
    cli('recipients', path('in1'), status=WRONG_KEY)


def test_recipients():
    to = [argument for key in ('a', 'b', 'ours') for argument in ('-r', recipient(key))]
    for size in SIZES:
        for armor in [], ['--armor']:
            original, sealed, opened = path(f'in{size}'), path('sealed.age'), path('opened')
            cli('protect', *to, *armor, '-o', sealed, original, '--if-exists', 'replace')
            assert read('sealed.age').startswith(b'-----BEGIN AGE' if armor else b'age-encryption.org/v1\n')
            for key in 'a', 'b', 'ours':
                assert age('-d', '-i', path(key), sealed) == read(f'in{size}'), (size, armor, key)
            age(*to, *armor, '-o', sealed, original)
            for key in 'a', 'b', 'ours':
                cli('open', '-i', path(key), '-o', opened, sealed, '--force')
                assert read('opened') == read(f'in{size}'), (size, armor, key)
    write('friends', f'# friends\n{recipient("a")}\n\n{recipient("c")}\n'.encode())
    cli('protect', '--recipients-file', path('friends'), '-o', path('friends.age'), path('in1'))
    assert age('-d', '-i', path('c'), path('friends.age')) == read('in1')


def test_post_quantum():
    cli('protect', '-r', recipient('pq'), '-o', path('pq.age'), path('in65537'))
    cli('open', '-i', path('pq'), '-o', path('pq.out'), path('pq.age'))
    assert read('pq.out') == read('in65537')
    report = json.loads(cli('inspect', '--json', path('pq.age')).stdout)
    assert report['post_quantum'] and report['recipients'] == ['mlkem768x25519'], report
    cli('protect', '-r', recipient('pq'), '-r', recipient('a'), '-o', path('never.age'), path('in1'), status=WRONG_KEY)
    assert not os.path.exists(path('never.age'))


def test_passphrase():
    phrase = read('pass').strip()
    cli('protect', '--passphrase-file', path('pass'), '-o', path('p.age'), path('in65537'))
    report = json.loads(cli('inspect', '--json', path('p.age')).stdout)
    assert report['passphrase'] and report['work_factor'] == 18, report
    status, shown = on_terminal(['age', '-d', '-o', path('p.out'), path('p.age')], [phrase])
    assert status == 0 and read('p.out') == read('in65537'), shown
    status, shown = on_terminal(['age', '-p', '-a', '-o', path('theirs.age'), path('in65536')], [phrase, phrase])
    assert status == 0, shown
    cli('open', '--passphrase-file', path('pass'), '-o', path('theirs.out'), path('theirs.age'))
    assert read('theirs.out') == read('in65536')
    cli('open', '--passphrase-file', path('other-pass'), '-o', path('never'), path('theirs.age'), status=WRONG_KEY)
    with open(path('pass'), 'rb') as file:
        cli('open', '-o', path('fd.out'), path('theirs.age'), pass_fds=[file.fileno()],
            env={'TRIPTYCH_PASSPHRASE_FD': str(file.fileno())})
    assert read('fd.out') == read('in65536')


def test_our_prompts():
    protect = [CLI, 'protect', '--work-factor', '10', '-o', path('asked.age'), path('in1')]
    status, shown = on_terminal(protect, [b'one', b'two'])
    assert status == WRONG_KEY and b'differ' in shown and not os.path.exists(path('asked.age')), shown
    status, shown = on_terminal(protect, [b'one', b'one'])
    assert status == OK and b'one' not in shown, shown
    status, shown = on_terminal([CLI, 'open', '-o', path('asked'), path('asked.age')], [b'one'])
    assert status == OK and read('asked') == read('in1'), shown
    # neither a terminal nor anything else to ask
    cli('open', '-o', path('never'), path('asked.age'), status=WRONG_KEY, start_new_session=True)


def test_prompts_interrupted():
    """Ctrl+C and a polite kill end it at every prompt at once, in words, and the terminal shows again what is typed."""
    def press(process, controller):
        os.write(controller, b'\x03')
    def quit_key(process, controller):
        os.write(controller, b'ab\x1c')
    def half(process, controller):
        os.write(controller, b'half a passphrase')
        process.terminate()
    def second(process, controller):
        os.write(controller, b'one\n')
        shown = b''
        while not shown.endswith(b'Once more: '):
            shown += os.read(controller, 4096)
        process.send_signal(signal.SIGINT)
    def hang_up(process, controller):
        process.send_signal(signal.SIGHUP)
    protect = [CLI, 'protect', '--work-factor', '10', '-o', path('cut.age'), path('in1')]
    cli('protect', '--work-factor', '10', '--passphrase-file', path('pass'), '-o', path('asks.age'), path('in1'))
    for args in protect, [CLI, 'open', '-o', path('cut'), path('asks.age')]:
        for interrupt in [press, quit_key, half, hang_up] + [second] * (args is protect):
            status, after, echoes = interrupted_at(b'Passphrase: ', interrupt, args)
            assert status == 130 and echoes, (interrupt.__name__, status, echoes, after)
            assert b'ancelled' in after and b'half' not in after, after
    assert not os.path.exists(path('cut.age')) and not os.path.exists(path('cut'))
    # a pipe that says nothing is waited for no more than a person
    silent, full = os.pipe()
    process = subprocess.Popen(protect, stderr=subprocess.PIPE, pass_fds=[silent], start_new_session=True,
                               env={**ENV, 'TRIPTYCH_PASSPHRASE_FD': str(silent)})
    time.sleep(0.3) # whether it waits yet or not, it ends
    process.terminate()
    try:
        _, said = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130 and b'ancelled' in said, (process.returncode, said)
    os.close(silent)
    os.close(full)


def test_filters():
    to, data = ['-r', recipient('a')], read('in65537')
    sealed = cli('protect', *to, '-', stdin=data).stdout
    assert age('-d', '-i', path('a'), stdin=sealed) == data
    assert cli('open', '-i', path('a'), '-', stdin=age(*to, '-a', stdin=data)).stdout == data
    assert age('-d', '-i', path('a'), stdin=cli('protect', *to, '--armor', '-o', '-', path('in65537')).stdout) == data
    text = b'\n  ' + age(*to, '-a', stdin=data) # a pipe gives it as it comes
    slow = subprocess.Popen([CLI, 'open', '-i', path('a'), '-'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENV)
    for piece in text[:9], text[9:30], text[30:]:
        slow.stdin.write(piece)
        slow.stdin.flush()
        time.sleep(0.1)
    assert slow.communicate()[0] == data and slow.returncode == OK
    cli('protect', *to, '-', '-o', path('from-pipe.age'), stdin=data)
    cli('protect', *to, '-', '-o', path('from-pipe.age'), stdin=b'', status=IO) # it is there
    assert b'kipped' in cli('protect', *to, '-', '-o', path('from-pipe.age'), '--if-exists', 'skip', stdin=b'').stderr
    assert cli('open', '-i', path('a'), '-o', '-', path('from-pipe.age')).stdout == data
    cli('protect', *to, '-', path('in1'), status=USAGE)
    cli('protect', *to, '-', '--output-dir', FOLDER.name, status=USAGE)
    report = json.loads(cli('protect', *to, '-', '--json', '-o', path('from-pipe.age'), '--force', stdin=data).stdout)
    assert report == [{'file': '-', 'state': 'done', 'output': path('from-pipe.age'), 'bytes': len(data), 'error': None,
                       'sha256': hashlib.sha256(data).hexdigest()}], report
    report = json.loads(cli('open', '-i', path('a'), '-', '--json', '-o', path('from-age'), stdin=sealed).stdout)
    assert report[0]['state'] == 'done' and report[0]['sha256'] == digest('in65537') == digest('from-age'), report
    done = cli('open', '-i', path('a'), '-', '--json', '-o', path('never'), stdin=sealed[:-9], status=TRUNCATED)
    report = json.loads(done.stdout)
    assert report[0]['state'] == 'failed' and report[0]['error'] in done.stderr.decode() and not report[0]['output'], report
    for arguments in ['protect', *to, '-'], ['protect', *to, '-o', '-', path('in1')], ['open', '-i', path('a'), '-']:
        cli(*arguments, '--json', status=USAGE)
    with open(path('from-pipe.age'), 'rb') as file: # never onto what is read
        done = subprocess.run([CLI, 'protect', *to, '-', '--force', '-o', path('from-pipe.age')], stdin=file, env=ENV,
                              capture_output=True, check=False)
    assert done.returncode == IO and b'not replaced' in done.stderr, done
    assert cli('open', '-i', path('a'), '-o', '-', path('from-pipe.age')).stdout == data
    full = subprocess.run([CLI, 'open', '-i', path('a'), '-o', '-', path('from-pipe.age')],
                          stdout=open('/dev/full', 'wb'), stderr=subprocess.PIPE, env=ENV)
    assert full.returncode == IO, full


def test_plain_locale():
    """In a locale that lacks the arrow it is written some other way, and nothing is wrong."""
    done = cli('protect', '-r', recipient('a'), '--output-dir', path('plain'), path('in1'), env={'LC_ALL': 'C'})
    assert done.stdout.isascii() and b'in1.age' in done.stdout and done.stderr == b'', done


def test_hidden_names():
    names = ['Ferien am Meer.jpg', 'ключ ' + 'é' * 70 + '.png', '-r.txt', 'sub folder.tar.gz', '.dotted']
    for name in names:
        write(f'hide/{name}', name.encode() * 3000)
        os.utime(path('hide', name), ns=(0, HIDDEN_TIME))
    cli('protect', '-r', recipient('a'), '--hide-name', '--output-dir', path('hidden'), path('hide'))
    found = os.listdir(path('hidden', 'hide'))
    assert len(found) == len(names) and all(re.fullmatch(r'[0-9a-f]{16}\.tar\.age', name) for name in found), found
    for name in found:
        os.makedirs(path('unpacked'), exist_ok=True)
        done = subprocess.run(['tar', '-x', '-C', path('unpacked')], check=True, capture_output=True,
                              input=age('-d', '-i', path('a'), path('hidden', 'hide', name)))
        assert done.stderr == b'', done
        cli('open', '-i', path('a'), '--output-dir', path('shown'), path('hidden', 'hide', name))
    os.rename(path('shown', '_.dotted'), path('shown', '.dotted')) # never unseen
    for folder in 'unpacked', 'shown':
        assert sorted(os.listdir(path(folder))) == sorted(names)
        for name in names:
            assert read(os.path.join(folder, name)) == read(os.path.join('hide', name))
            assert os.stat(path(folder, name)).st_mtime_ns == HIDDEN_TIME


def test_hidden_names_again():
    """A second run knows what the first one made, though the names say nothing."""
    for name in 'one.jpg', 'two.jpg':
        write(f'again/{name}', name.encode())
    protect = ['protect', '-r', recipient('a'), '--hide-name', '--output-dir', path('kept'), path('again')]
    def found():
        return sorted(os.listdir(path('kept', 'again')))
    cli(*protect)
    first = found()
    report = json.loads(cli(*protect, '--if-exists', 'skip', '--json').stdout)
    assert [item['state'] for item in report] == ['skipped'] * 2 and found() == first
    os.unlink(path('kept', 'again', first[0]))
    report = json.loads(cli(*protect, '--if-exists', 'skip', '--json').stdout)
    assert sorted(item['state'] for item in report) == ['done', 'skipped'] and found() == first
    cli(*protect, status=IO)
    assert found() == first
    os.symlink('again', path('alias')) # whatever way leads there
    cli(*protect[:-1], path('alias', 'one.jpg'), '--output-dir', path('kept', 'again'), '--if-exists', 'skip')
    assert found() == first
    cli(*protect, '--if-exists', 'number')
    more = sorted(set(found()) - set(first))
    assert more == [name.replace('.', ' (2).', 1) for name in first], more
    opened = json.loads(cli('open', '-i', path('a'), '--json', '--output-dir', path('kept-open'),
                            *(path('kept', 'again', name) for name in more)).stdout)
    assert sorted(os.path.basename(item['output']) for item in opened) == ['one.jpg', 'two.jpg'], opened
    # another content, another time, another user: another name
    write('again/one.jpg', b'other')
    cli(*protect, '--if-exists', 'skip')
    assert len(found()) == 5, found()
    others = {'XDG_DATA_HOME': path('other-data')}
    cli(*protect, '--if-exists', 'skip', env=others)
    assert len(found()) == 7, found()
    # the key
    key = path('data', 'triptych', 'hidden-names.key')
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600 and os.stat(key).st_size == 32
    with open(key, 'wb') as file:
        file.write(b'short')
    done = cli(*protect, status=DAMAGED)
    assert b'hidden-names.key' in done.stderr and len(found()) == 7, done
    os.unlink(key)
    write('no-folder', b'')
    done = cli(*protect, status=IO, env={'XDG_DATA_HOME': path('no-folder')})
    assert b'hidden-names.key' in done.stderr and len(found()) == 7, done


def test_hidden_names_filtered():
    """What hides a name is unpacked by whatever way it comes; another archive is left as it is."""
    write('veil/x.jpg', b'content' * 9999)
    os.utime(path('veil', 'x.jpg'), ns=(0, HIDDEN_TIME))
    cli('protect', '-r', recipient('a'), '--hide-name', path('veil', 'x.jpg'), '-o', path('veil', 'plain-name.age'))
    cli('protect', '-r', recipient('a'), '--hide-name', '--armor', path('veil', 'x.jpg'), '--output-dir', path('veil', 'out'))
    hidden = path('veil', 'out', os.listdir(path('veil', 'out'))[0])
    for sealed in path('veil', 'plain-name.age'), hidden:
        with open(sealed, 'rb') as file:
            data = file.read()
        assert cli('open', '-i', path('a'), '-o', '-', sealed).stdout == read('veil/x.jpg')
        assert cli('open', '-i', path('a'), '-', stdin=data).stdout == read('veil/x.jpg')
        for arguments, stdin in ([sealed], b''), (['-'], data):
            cli('open', '-i', path('a'), '-o', path('veil', 'opened'), '--force', *arguments, stdin=stdin)
            assert read('veil/opened') == read('veil/x.jpg')
            assert os.stat(path('veil', 'opened')).st_mtime_ns == HIDDEN_TIME
        cli('open', '-i', path('a'), '--output-dir', path('veil', 'named'), '--if-exists', 'replace', sealed)
    assert os.listdir(path('veil', 'named')) == ['x.jpg']
    archive = subprocess.run(['tar', '-c', '--format=pax', '-C', path('veil'), 'x.jpg'], capture_output=True, check=True).stdout
    for data in archive, archive[:100], b'':
        assert cli('open', '-i', path('a'), '-', stdin=age('-r', recipient('a'), stdin=data)).stdout == data
    for arguments in ['-'], ['-', '-o', path('never.age')], [path('veil', 'x.jpg'), '-o', '-']:
        done = cli('protect', '-r', recipient('a'), '--hide-name', *arguments, status=USAGE)
        assert b'--hide-name' in done.stderr and done.stdout == b'', done
    assert not os.path.exists(path('never.age'))


def test_hostile_archives():
    """What leads out of the folder, or holds anything but one file, is refused and leaves nothing."""
    os.makedirs(path('trap', 'in'))
    file, link, folder = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE
    for members in ([('../evil', file)], [(path('trap', 'evil'), file)], [('a/b', file)], [('..', file)], [('a', link)],
                    [('a', folder)], [('..', link), ('a', file)]):
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode='w', format=tarfile.PAX_FORMAT) as tar:
            for name, kind in members:
                info = tarfile.TarInfo(name)
                info.type, info.size, info.linkname = kind, 4 * (kind == file), '/etc/passwd' * (kind == link)
                tar.addfile(info, io.BytesIO(b'evil'))
        write('0123456789abcdef.tar.age', age('-r', recipient('a'), stdin=archive.getvalue()))
        cli('open', '-i', path('a'), '--output-dir', path('trap', 'in'), path('0123456789abcdef.tar.age'), status=1)
        assert os.listdir(path('trap')) == ['in'] and os.listdir(path('trap', 'in')) == [], members


def test_archives_times():
    """What other programs write of times is taken where it is one, and does no harm where it is none."""
    times = {'1234567890.123456789': HIDDEN_TIME, '-1.5': -1500000000, '0': 0, '1234567890': 1234567890 * 10**9,
             '1234567890.5': 12345678905 * 10**8, '1.0000000019': 10**9 + 1, '-0.000000001': -1}
    strange = ['99999999999999999999', '-9223372036854775808', '9223372036854775807.9', 'abc', '', '1e5', '1.2.3', '.', '-']
    for mtime in [*times, *strange]:
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode='w', format=tarfile.PAX_FORMAT) as tar:
            info = tarfile.TarInfo('timed')
            info.size, info.mtime, info.pax_headers = 4, 1000, {'mtime': mtime, 'comment': 'x'}
            tar.addfile(info, io.BytesIO(b'data'))
        write('fedcba9876543210.tar.age', age('-r', recipient('a'), stdin=archive.getvalue()))
        cli('open', '-i', path('a'), '--output-dir', path('timed'), '--if-exists', 'replace', path('fedcba9876543210.tar.age'))
        assert read('timed/timed') == b'data'
        assert os.stat(path('timed', 'timed')).st_mtime_ns == times.get(mtime) or mtime in strange, mtime


def test_folders():
    for name in 'album/1.jpg', 'album/deep/er/2.jpg', 'album/.hidden', 'outside/secret':
        write(name, name.encode() * 100)
    os.symlink(path('outside'), path('album', 'folder-link'))
    os.symlink(path('outside', 'secret'), path('album', 'file-link'))
    to = ['-r', recipient('a')]
    os.mkfifo(path('album', 'pipe'))
    done = cli('protect', *to, '--output-dir', path('safe'), path('album'), path('outside', 'secret'))
    assert b'2 links were not followed' in done.stderr and b'1 pipe, socket or device was left out' in done.stderr, done.stderr
    results = sorted(os.path.relpath(os.path.join(top, file), path('safe'))
                     for top, _, files in os.walk(path('safe')) for file in files)
    assert results == ['album/.hidden.age', 'album/1.jpg.age', 'album/deep/er/2.jpg.age', 'secret.age'], results
    report = json.loads(cli('open', '-i', path('a'), '--json', '--output-dir', path('back'), path('safe', 'album')).stdout)
    assert [item['state'] for item in report] == ['done'] * 3
    for item in report:
        name = os.path.relpath(item['output'], path('back'))
        assert read(os.path.join('back', name)) == read(name)
        assert item['sha256'] == digest(name) and item['error'] is None
    done = cli('protect', *to, '--output-dir', path('linked'), path('album', 'folder-link'), status=IO)
    assert b'folder-link' in done.stderr and b'not followed' in done.stderr and not os.listdir(path('linked')), done
    # without a folder for them, results lie beside the originals
    cli('protect', *to, path('album', 'deep'))
    assert os.path.exists(path('album', 'deep', 'er', '2.jpg.age'))
    # one that is missing and one that can't be opened keep nothing else from being done
    done = cli('open', '-i', path('a'), '--json', '--output-dir', path('some'), path('absent.age'), path('album', '1.jpg'),
               path('safe', 'secret.age'), status=IO)
    assert [item['state'] for item in json.loads(done.stdout)] == ['failed', 'failed', 'done'], done.stdout
    assert b'absent.age' in done.stderr and b'2 of 3' in done.stderr
    assert read('some/secret') == read('outside/secret') and os.listdir(path('some')) == ['secret']


def test_if_exists():
    write('there/x.jpg', b'original')
    write('there/x.jpg.age', b'precious')
    protect = ['protect', '-r', recipient('a'), path('there', 'x.jpg')]
    assert b'x.jpg.age' in cli(*protect, status=IO).stderr
    cli(*protect, '--if-exists', 'fail', status=IO)
    assert b'skipped' in cli(*protect, '--if-exists', 'skip').stdout
    assert read('there/x.jpg.age') == b'precious'
    cli(*protect, '--if-exists', 'number')
    assert sorted(os.listdir(path('there'))) == ['x (2).jpg.age', 'x.jpg', 'x.jpg.age']
    assert read('there/x.jpg.age') == b'precious'
    cli(*protect, '--if-exists', 'replace')
    assert age('-d', '-i', path('a'), path('there', 'x.jpg.age')) == b'original'
    assert len(os.listdir(path('there'))) == 3
    cli(*protect, '--if-exists', 'ask', status=USAGE)


def test_exit_statuses():
    whole = age('-r', recipient('a'), path('in327687'))
    armored = age('-r', recipient('a'), '-a', path('in327687'))
    start = whole.index(b'\n--- ') + 4 + 1 + 43 + 1

    def opened(data, status):
        for arguments in [path('bad.age'), '-o', path('never')], ['-']:
            done = cli('open', '-i', path('a'), *arguments, status=status, stdin=write('bad.age', data) and data)
            assert not os.path.exists(path('never'))
            assert read('in327687').startswith(done.stdout) # authentic, if not whole

    for at in start + 3, start + 20, start + 3 * CHUNK, len(whole) - 1:
        opened(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:], DAMAGED)
    other = b'B' if whole[start - 5:start - 4] == b'A' else b'A' # one in 64 is an A already
    opened(whole[:start - 5] + other + whole[start - 4:], DAMAGED)
    opened(whole + bytes(2 * CHUNK), DAMAGED)
    opened(armored.replace(b'\n', b' \n', 5), DAMAGED)
    for size in start - 20, start + 10, start + 16 + 2 * (CHUNK + 16), start + 16 + 100000:
        opened(whole[:size], TRUNCATED)
    opened(armored[:len(armored) // 2], TRUNCATED)
    for size in 4, 19, 20, 21: # of the first line, and no end of it
        opened(whole[:size], TRUNCATED)
    for size in 14, 20, 34:
        opened(armored[:size], TRUNCATED)
    opened(b'age-encryption.org/v10', DAMAGED) # of a newer program
    for data in b'', b'age', b'-----BEGIN', b'age-encryption.com', b'hello\n', b'\x89PNG\r\n\x1a\n' + bytes(100), bytes(5000):
        opened(data, NOT_AGE)
    write('good.age', whole)
    cli('open', '-i', path('b'), path('good.age'), '-o', path('never'), status=WRONG_KEY)
    cli('open', '-i', path('a'), path('absent.age'), '-o', path('never'), status=IO)
    cli('open', '-i', path('absent'), path('good.age'), '-o', path('never'), status=IO)
    cli('open', '-i', path('a'), path('good.age'), '-o', path('no/such/folder'), status=IO)
    cli('open', '-i', path('a'), path('good.age'), '-o', FOLDER.name, status=IO)
    cli('protect', '-r', 'age1nonsense', path('in1'), '-o', path('never'), status=WRONG_KEY)
    cli('protect', '-r', recipient('a'), '--passphrase-file', path('pass'), path('in1'), status=USAGE)
    cli('protect', '-r', recipient('a'), path('in0'), path('in1'), '-o', path('never'), status=USAGE)
    cli('protect', '--passphrase', 'x', path('in1'), status=USAGE)
    cli('protect', '--passphrase-file', path('pass'), '--work-factor', '23', path('in1'), status=USAGE)
    assert not os.path.exists(path('never'))
    cli('inspect', path('in1'), status=NOT_AGE)


@contextlib.contextmanager
def full_folder():
    """A small file system where that is allowed, else a small limit on what may be written. Yields folder and limit."""
    os.makedirs(path('small'), exist_ok=True)
    mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'small', path('small')], capture_output=True,
                             check=False).returncode == 0
    try:
        yield path('small'), None if mounted else lambda: limit_files()
    finally:
        if mounted:
            subprocess.run(['umount', path('small')], check=True)


def limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def test_no_space():
    """Room for one of the large files: one is done although all are begun together, and so is the small one."""
    data = CHANCE.randbytes(1500000)
    for name in 'abcdef':
        write(f'much/{name}', data)
    write('much/z', b'small')
    with full_folder() as (folder, limit):
        done = cli('protect', '-r', recipient('a'), '--output-dir', folder, path('much'), status=IO, preexec_fn=limit)
        assert b'No space' in done.stderr or b'too large' in done.stderr, done.stderr
        found = {name: age('-d', '-i', path('a'), os.path.join(top, name))
                 for top, _, files in os.walk(folder) for name in files}
        assert 'z.age' in found and len(found) == (1 if limit else 2), list(found)
        for name, content in found.items():
            assert content == read('much/' + name[:-4])
        for name in 'abcdef':
            assert (f'{name}.age' in found) != (f'much/{name}: '.encode() in done.stderr), done.stderr
    assert all(read(f'much/{name}') == data for name in 'abcdef')


def test_read_only():
    os.makedirs(path('closed'))
    write('closed/in', b'data')
    os.chmod(path('closed'), 0o555)
    user = {'user': 65534, 'group': 65534, 'extra_groups': []} if os.geteuid() == 0 else {}
    os.chmod(FOLDER.name, 0o755)
    done = cli('protect', '-r', recipient('a'), path('closed', 'in'), status=IO, **user)
    assert b'in.age' in done.stderr and b'Permission denied' in done.stderr, done.stderr
    assert os.listdir(path('closed')) == ['in']
    os.chmod(path('closed'), 0o755)


def measured(*args):
    """Runs triptych-cli, and returns its peak memory in MiB. What this process holds itself must be small: until the
    other program begins, it counts."""
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]  # what it says of its files is no TAP
    pid = os.posix_spawn(CLI, [CLI, *args], ENV, file_actions=silent)
    _, status, usage = os.wait4(pid, 0)
    assert os.waitstatus_to_exitcode(status) == OK, args
    return usage.ru_maxrss / 1024


def roomy_folder(size):
    """In memory where so many bytes are free of it, for what is not about a disk; else where temporary files go."""
    with open('/proc/meminfo', encoding='ascii') as file:
        available = next(int(line.split()[1]) << 10 for line in file if line.startswith('MemAvailable:'))
    shm = os.statvfs('/dev/shm') if os.access('/dev/shm', os.W_OK) else None
    in_memory = shm and shm.f_bavail * shm.f_frsize > size and available > 2 * size
    return tempfile.TemporaryDirectory(prefix='triptych-interop-', dir='/dev/shm' if in_memory else None)


def slow_large_file():
    """1 GiB, in both directions, in little memory."""
    size = 1 << 30
    with roomy_folder(3 * size) as folder:
        large, sealed, opened = (os.path.join(folder, name) for name in ('large', 'large.age', 'large.out'))
        with open(large, 'wb') as file:
            for at in range(0, size, 1 << 22):
                file.seek(at)
                file.write(CHANCE.randbytes(70000))
            file.truncate(size)
        before = digest(large)
        peaks = [measured('protect', '-r', recipient('a'), large)]
        subprocess.run(['age', '-d', '-i', path('a'), '-o', opened, sealed], check=True)
        assert digest(opened) == before
        os.unlink(opened)
        subprocess.run(['age', '-r', recipient('a'), '-o', sealed, large], check=True)
        peaks.append(measured('open', '-i', path('a'), '-o', opened, sealed))
        assert digest(opened) == before == digest(large)
    print('# peak memory in MiB:', *(f'{peak:.0f}' for peak in peaks))
    assert max(peaks) < 64, peaks


def slow_many_files():
    """Memory of many files at once: however many are begun, buffers are those of the few that are worked on."""
    os.makedirs(path('many'))
    for size in 4, 80:
        for i in range(96 // size + 8):
            with open(path('many', f'{size}-{i}'), 'wb') as file:
                file.truncate(size << 20)
    peak = measured('protect', '-r', recipient('a'), '--output-dir', path('sealed'), path('many'))
    print(f'# peak memory in MiB: {peak:.0f}')
    assert peak < 64, peak
    shutil.rmtree(path('many'))
    shutil.rmtree(path('sealed'))


def unnamed_files(process):
    """How many results a process is writing, which have no name yet, or a hidden one where the file system needs one."""
    n = 0
    with contextlib.suppress(OSError):
        for fd in os.listdir(f'/proc/{process.pid}/fd'):
            with contextlib.suppress(OSError):
                link = os.readlink(f'/proc/{process.pid}/fd/{fd}')
                n += link.startswith(FOLDER.name) and (link.endswith(' (deleted)') or '/.triptych-' in link)
    return n


def killed_often(times, command, check, restart, n_whole):
    """Runs the command again and again, and kills it at random moments; what it was about begins anew each time all was
    done. Prints how it went."""
    start = time.monotonic()
    subprocess.run(command(), check=True, capture_output=True)
    longest, before, kills, halfway, several, rounds = time.monotonic() - start, 0, 0, 0, 0, 0
    restart()
    while kills < times:
        process = subprocess.Popen(command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(CHANCE.uniform(0, longest))
        several += unnamed_files(process) > 1
        process.kill()
        kills += process.wait() == -signal.SIGKILL
        n = check()
        halfway += 0 < n < n_whole
        longest *= 1.2 if n == before else 0.9 # the first run may have taken another time than the others
        before = n % n_whole
        if n == n_whole:
            rounds += 1
            restart()
    subprocess.run(command(), check=True, capture_output=True)
    assert check() == n_whole
    print(f'# in {time.monotonic() - start:.0f} s {kills} killed: {halfway} halfway, {several} with several files in flight, {rounds} times all was done')
    assert halfway > 0 and several > 0


def make_photos(folder):
    photos = {f'{i}.jpg': CHANCE.randbytes(CHANCE.choice([0, 1000, 100000, 1000000, 3000000])) for i in range(40)}
    for name, data in photos.items():
        write(f'{folder}/{name}', data)
    return photos


def contents(folder):
    """Name and bytes of what is in a folder."""
    return {name: read(os.path.join(folder, name)) for name in os.listdir(path(folder))} if os.path.isdir(path(folder)) else {}


def slow_killed():
    """kill -9 at random moments: whole files or none under their names, originals intact, the next run goes on with what is
    missing, also where names are hidden."""
    originals, checked, hide = make_photos('batch'), {}, []

    def command():
        return [CLI, 'protect', '-r', recipient_of_a, *hide, '--output-dir', path('out'), '--if-exists', 'skip', path('batch')]

    def restart():
        shutil.rmtree(path('out'))
        checked.clear()
        hide[:] = [] if hide else ['--hide-name']

    def check():
        found = os.listdir(path('out', 'batch')) if os.path.isdir(path('out', 'batch')) else []
        for name in set(found) - set(checked):
            data = age('-d', '-i', path('a'), path('out', 'batch', name))
            if hide:
                assert re.fullmatch(r'[0-9a-f]{16}\.tar\.age', name), name
                with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                    (member,) = tar.getmembers()
                    inside, data = member.name, tar.extractfile(member).read()
            else:
                assert name.endswith('.jpg.age'), name
                inside = name[:-4]
            assert data == originals[inside] and inside not in checked.values(), name
            checked[name] = inside
        return len(found)

    recipient_of_a = recipient('a')
    killed_often(200, command, check, restart, len(originals))
    assert contents('batch') == originals


def slow_killed_opening():
    """The same while age files are opened."""
    originals, checked = make_photos('shut'), set()
    cli('protect', '-r', recipient('a'), '--output-dir', path('sealed'), path('shut'))
    sealed = contents('sealed/shut')

    def command():
        return [CLI, 'open', '-i', path('a'), '--output-dir', path('opened-again'), '--if-exists', 'skip', path('sealed', 'shut')]

    def restart():
        shutil.rmtree(path('opened-again'))
        checked.clear()

    def check():
        folder = path('opened-again', 'shut')
        found = os.listdir(folder) if os.path.isdir(folder) else []
        for name in set(found) - checked:
            assert read(os.path.join(folder, name)) == originals[name], name
            checked.add(name)
        return len(found)

    killed_often(100, command, check, restart, len(originals))
    assert contents('sealed/shut') == sealed


if __name__ == '__main__':
    shutil.copy(sys.argv[1], CLI)
    make_keys()
    make_files()
    prefix = {'quick': 'test_', 'slow': 'slow_'}[sys.argv[2]]
    tests = [(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
             if name.startswith(prefix)]
    status = tap.run(tests)
    FOLDER.cleanup()
    sys.exit(status)
