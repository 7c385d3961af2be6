#!/usr/bin/env python3
# Drives the built triptych-cli as a person or a script would. Argument: the program.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pictures
import tap

CLI = os.path.abspath(sys.argv[1])
FOLDER = tempfile.TemporaryDirectory(prefix='triptych-cli-')
OK, FAILED, USAGE, WRONG_KEY, DAMAGED, IO, INTERRUPTED = 0, 1, 2, 3, 4, 7, 130
ENV = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': ''}
ENV.pop('OPENBLAS_NUM_THREADS', None)  # its threads are there before main(), and must not take a signal's default action


def path(name):
    return os.path.join(FOLDER.name, name)


def cli(*args, status=OK, stdin=b''):
    done = subprocess.run([CLI, *args], input=stdin, capture_output=True, env=ENV, timeout=120)
    assert done.returncode == status, (args, done.returncode, done.stderr.decode())
    if status == OK:
        assert b'triptych-cli:' not in done.stderr, done.stderr
    else:
        assert done.stderr.startswith(b'triptych-cli: '), done.stderr
    return done


def report(*args, **more):
    return json.loads(cli(*args, '--json', **more).stdout)


def write(name, data):
    with open(path(name), 'wb') as file:
        file.write(data)
    return path(name)


def read(name):
    with open(path(name), 'rb') as file:
        return file.read()


def make_pictures():
    for channels in 1, 2, 3, 4:
        pictures.write_png(path(f'in{channels}.png'), 37, 23, channels, pictures.picture(37, 23, channels))
    pictures.write_png(path('key.png'), 16, 16, 3, pictures.picture(16, 16, 3, 5))
    pictures.write_png(path('other-key.png'), 16, 16, 3, pictures.picture(16, 16, 3, 6))
    write('pass', 'correct horse ü\n'.encode())
    write('other-pass', b'correct horse u\n')
    write('key', bytes(range(256)))
    write('other-key', bytes(range(255)))


def ciphers():
    return json.loads(cli('ciphers', '--json').stdout)


def raw(cipher, index=0):
    """A raw key in the middle of its ranges; another for another index."""
    return ','.join(f'{spec["id"]}={spec["min"] + (spec["max"] - spec["min"]) * (0.61 + 0.07 * index):.15g}'
                    if spec['type'] == 'double' else f'{spec["id"]}={spec["default"]}' for spec in cipher['raw_key'])


def keys(cipher, other=False):
    all_keys = {'passphrase': ['--passphrase-file', path('other-pass' if other else 'pass')],
                'file': ['--key-file', path('other-key' if other else 'key')],
                'picture': ['--key-picture', path('other-key.png' if other else 'key.png')]}
    if cipher['raw_key']:
        all_keys['raw'] = ['--raw', raw(cipher, int(other))]
    return all_keys


def test_ciphers():
    listed = ciphers()
    ids = [cipher['id'] for cipher in listed]
    assert len(set(ids)) == len(ids)
    assert {'xchacha20-poly1305', 'aes-ctr', 'aes-ecb', 'logistic', 'arnold-cat', 'pca', 'kmeans', 'gmm'} <= set(ids), ids
    for cipher in listed:
        assert {'id', 'title', 'verdict', 'why', 'lossless', 'params'} <= set(cipher), cipher
        assert cipher['verdict'] in ('secure', 'confidentiality-only', 'breakable', 'not-encryption'), cipher
        assert isinstance(cipher['lossless'], bool) and cipher['title'] and cipher['why']
        for spec in cipher['params']:
            assert {'id', 'type', 'default', 'help'} <= set(spec), spec
            if spec['type'] in ('int', 'double'):
                assert spec['default'] == 'auto' and spec['auto'] or spec['min'] <= spec['default'] <= spec['max'], spec
            elif spec['type'] == 'choice':
                assert spec['default'] in spec['choices'], spec
    text = cli('ciphers').stdout.decode()
    for cipher in listed:
        assert cipher['id'] in text and cipher['why'] in text


def decrypted(cipher, key, in_name, out_name, params=()):
    assignments = [part for param in params for part in ('--param', param)]
    cli('encrypt', '--cipher', cipher['id'], *assignments, *key, path(in_name), path('sealed.png'), '--force')
    cli('decrypt', *key, path('sealed.png'), path(out_name), '--force')
    return pictures.read_png(read(out_name))


def test_round_trips():
    """Every cipher and every kind of key, in two processes, from the saved file and the key alone."""
    for cipher in ciphers():
        keeps = any(spec['id'] == 'lossless' for spec in cipher['params'])
        for kind, key in keys(cipher).items():
            for channels in (1, 2, 3, 4) if kind == 'file' else (3,):
                original = pictures.read_png(read(f'in{channels}.png'))
                if cipher['lossless'] or keeps:
                    back = decrypted(cipher, key, f'in{channels}.png', 'back.png', ['lossless=yes'] if keeps else [])
                    assert back == original, (cipher['id'], kind, channels)
                if not cipher['lossless'] or keeps:
                    back = decrypted(cipher, key, f'in{channels}.png', 'back.png', ['lossless=no'] if keeps else [])
                    assert back[:3] == original[:3], (cipher['id'], kind, channels)
                    error = sum((a - b) ** 2 for a, b in zip(back[3], original[3])) / len(original[3])
                    assert error < 1500, (cipher['id'], kind, channels, error)


def test_sizes():
    """Every network, in two processes: one pixel, one column, very wide, larger than a tile; grey, in colour, with alpha."""
    for cipher in ciphers():
        if cipher['family'] != 'Neural networks':
            continue
        trained = next((spec for spec in cipher['params'] if spec['id'] in ('rate', 'model')), None)
        for n, choice in enumerate([f'{trained["id"]}={choice}' for choice in trained['choices']] if trained else [None]):
            for i, (width, height) in enumerate([(1, 1), (1, 61), (1501, 2), (397, 203)]):
                channels = (1, 3, 4)[(i + n) % 3]
                made = pictures.picture(width, height, channels)
                pictures.write_png(path('sized.png'), width, height, channels, made)
                back = decrypted(cipher, ['--key-file', path('key')], 'sized.png', 'back.png', [choice] if choice else [])
                what = cipher['id'], choice, width, height, channels
                assert back[:3] == (width, height, channels), what
                if channels == 4:
                    assert back[3][3::4] == made[3::4], what
                error = sum((a - b) ** 2 for a, b in zip(back[3], made)) / len(made)
                assert error == 0 if cipher['lossless'] else min(width, height) < 100 or error < 1500, (what, error)


def test_wrong_keys():
    for cipher in ciphers():
        for kind, key in keys(cipher).items():
            cli('encrypt', '--cipher', cipher['id'], *key, path('in3.png'), path('sealed.png'), '--force')
            wrong = keys(cipher, other=True)[kind]
            if cipher['authenticates']:
                done = cli('decrypt', *wrong, path('sealed.png'), path('never.png'), status=WRONG_KEY)
                assert b'wrong' in done.stderr, done.stderr
                assert not os.path.exists(path('never.png'))
    raw_ciphers = [c for c in ciphers() if c['raw_key']]
    cli('encrypt', '--cipher', raw_ciphers[0]['id'], '--raw', raw(raw_ciphers[0]), path('in3.png'), path('sealed.png'),
        '--force')
    cli('decrypt', '--key-file', path('key'), path('sealed.png'), path('never.png'), status=WRONG_KEY)


PAIR = {'mse', 'psnr', 'ssim', 'ssim_uniform'}
SECURITY = {'entropy', 'local_entropy', 'chi2', 'chi2_p', 'corr_h', 'corr_v', 'corr_d', 'npcr', 'uaci', 'key_bit_ssim',
            'leak'}


def check_report(one):
    assert set(one) == {'cipher', 'params', 'picture', 'encrypted', 'decrypted', 'security', 'time', 'bytes'}, set(one)
    assert set(one['picture']) == {'width', 'height', 'channels'}
    assert set(one['encrypted']) == set(one['decrypted']) == PAIR
    assert set(one['security']) == SECURITY
    assert set(one['time']) == {'encrypt_s', 'decrypt_s', 'metrics_s'}
    assert set(one['bytes']) == {'original', 'sealed'}
    assert one['picture'] == {'width': 37, 'height': 23, 'channels': 3}
    assert one['bytes']['original'] == 37 * 23 * 3


def test_run():
    for cipher in ciphers():
        one = report('run', '--cipher', cipher['id'], '--key-file', path('key'), path('in3.png'))
        check_report(one)
        assert one['cipher'] == cipher['id']
        assert set(one['params']) == {spec['id'] for spec in cipher['params']}
        if cipher['lossless']:
            assert one['decrypted']['mse'] == 0 and one['decrypted']['psnr'] == 'inf', one['decrypted']
            assert one['decrypted']['ssim'] == 1, one['decrypted']
        assert one['encrypted']['mse'] > 0 and 0 <= one['security']['npcr'] <= 1
        if cipher['authenticates']:
            assert one['security']['key_bit_ssim'] is None
        assert one['bytes']['sealed'] > 0 and one['time']['encrypt_s'] >= 0
    text = cli('run', '--cipher', 'aes-ctr', '--key-file', path('key'), path('in3.png')).stdout.decode()
    assert 'identical to the original' in text and '∞' in text, text


def test_compare():
    same = report('compare', path('in3.png'), path('in3.png'))
    check_report(same)
    assert same['cipher'] is None and same['params'] is None
    assert same['encrypted']['psnr'] == 'inf' and same['security']['npcr'] == 0
    assert same['security']['key_bit_ssim'] is None
    changed = bytearray(pictures.picture(37, 23, 3))
    changed[100] ^= 4
    pictures.write_png(path('changed.png'), 37, 23, 3, bytes(changed))
    other = report('compare', path('in3.png'), path('changed.png'))
    mse = 16 / (37 * 23 * 3)
    assert math.isclose(other['encrypted']['mse'], mse), other
    assert math.isclose(other['encrypted']['psnr'], 10 * math.log10(255 ** 2 / mse)), other
    sized = cli('compare', '--json', path('in3.png'), path('key.png'))
    assert b'brought to' in sized.stderr
    assert b'encrypted' not in cli('compare', path('in3.png'), path('changed.png')).stdout


def test_notes():
    """What was lost in reading, and what a raw key has that nobody typed, is said on standard error."""
    pictures.write_png(path('deep.png'), 8, 8, 1, bytes(range(128)), depth=16)
    key = ['--cipher', 'aes-ctr', '--key-file', path('key')]
    assert b'16 bits' in cli('encrypt', *key, path('deep.png'), path('deep.out.png')).stderr
    assert not cli('encrypt', *key, path('in3.png'), path('plain.out.png')).stderr
    raw_r = cli('run', '--cipher', 'logistic', '--raw', 'r=3.99', path('in3.png'))
    assert b'x0' in raw_r.stderr and b'0.3117' in raw_r.stderr, raw_r.stderr
    both = cli('run', '--cipher', 'logistic', '--raw', 'r=3.99,x0=0.5', path('in3.png'))
    assert not both.stderr, both.stderr
    assert '0.5' in [line for line in both.stdout.decode().splitlines() if 'one key bit' in line][0]


def test_sweep():
    kmeans = ['--cipher', 'kmeans', '--param', 'lossless=no', '--key-file', path('key')]
    swept = report('sweep', *kmeans, '--param', 'k=2:10:4', path('in3.png'))
    assert [point['value'] for point in swept['points']] == [2, 6, 10]
    errors = [point['decrypted']['mse'] for point in swept['points']]
    assert errors[0] > errors[1] > errors[2], errors
    two = report('sweep', '--cipher', 'logistic', '--cipher', 'cnn-feistel', '--param', 'rounds=1:3:1', '--key-file',
                 path('key'), path('in3.png'))
    assert [p['cipher'] for p in two['points']] == ['logistic', 'cnn-feistel'] * 3
    lines = cli('sweep', *kmeans, '--param', 'k=2:10:4', path('in3.png')).stdout.decode().splitlines()
    assert len(lines) == 4 and lines[1].split('\t')[:2] == ['kmeans', '2'], lines
    for bad in 'k=1:2', 'k=5:1:1', 'k=1:9:0', 'k=0:1e9:1e-9', 'nothing=1:2:1', 'lossless=0:1:1', 'k=3':
        cli('sweep', '--cipher', 'kmeans', '--key-file', path('key'), '--param', bad, path('in3.png'), status=USAGE)


def test_seed():
    seeded = [c for c in ciphers() if any(spec.get('seed') for spec in c['params'])]
    assert seeded
    for cipher in seeded:
        ids = [spec['id'] for spec in cipher['params'] if spec.get('seed')]
        one = report('run', '--cipher', cipher['id'], '--seed', '7', '--key-file', path('key'), path('in3.png'))
        assert all(one['params'][i] == 7 for i in ids), one['params']
    cli('run', '--cipher', seeded[0]['id'], '--seed', 'x', '--key-file', path('key'), path('in3.png'), status=USAGE)
    cli('run', '--cipher', 'aes-ctr', '--seed', '7', '--key-file', path('key'), path('in3.png'))


def test_usage():
    key = ['--key-file', path('key')]
    for args in ([], ['nothing'], ['encrypt'], ['encrypt', '--cipher', 'aes-ctr', *key, path('in3.png')],
                 ['encrypt', '--cipher', 'rot13', *key, path('in3.png'), path('never.png')],
                 ['encrypt', *key, path('in3.png'), path('never.png')],
                 ['encrypt', '--cipher', 'aes-ctr', path('in3.png'), path('never.png')],
                 ['encrypt', '--cipher', 'aes-ctr', *key, '--passphrase-file', path('pass'), path('in3.png'),
                  path('never.png')],
                 ['encrypt', '--cipher', 'kmeans', '--param', 'k=0.5', *key, path('in3.png'), path('never.png')],
                 ['encrypt', '--cipher', 'kmeans', '--param', 'q=5', *key, path('in3.png'), path('never.png')],
                 ['encrypt', '--cipher', 'kmeans', '--param', 'k', *key, path('in3.png'), path('never.png')],
                 ['encrypt', '--cipher', 'aes-ctr', '--raw', 'r=4', path('in3.png'), path('never.png')],
                 ['encrypt', '--cipher', 'logistic', '--raw', 'r=99,x0=0.5', path('in3.png'), path('never.png')],
                 ['encrypt', '--cipher', 'aes-ctr', '--cipher', 'gmm', *key, path('in3.png'), path('never.png')],
                 ['decrypt', *key, path('in3.png'), '-', '--json'], ['compare', path('in3.png')],
                 ['ciphers', 'surplus'], ['ciphers', '--nothing']):
        cli(*args, status=USAGE)
    assert not os.path.exists(path('never.png'))


def test_passphrase_never_an_argument():
    for args in ['--passphrase', 'hunter2'], ['--passphrase=hunter2'], ['--password', 'hunter2']:
        done = cli('encrypt', '--cipher', 'aes-ctr', *args, path('in3.png'), path('never.png'), status=USAGE)
        assert b'--passphrase-file' in done.stderr and b'hunter2' not in done.stderr + done.stdout


def test_passphrase_files():
    cli('encrypt', '--cipher', 'aes-ctr', '--passphrase-file', path('pass'), path('in3.png'), path('s.png'))
    for name, data in ('no-newline', 'correct horse ü'.encode()), ('crlf', 'correct horse ü\r\n'.encode()):
        cli('decrypt', '--passphrase-file', write(name, data), path('s.png'), path('b.png'), '--force')
        assert read('b.png') and pictures.read_png(read('b.png')) == pictures.read_png(read('in3.png')), name
    cli('decrypt', '--passphrase-file', '-', path('s.png'), path('b.png'), '--force', stdin='correct horse ü\n'.encode())
    assert pictures.read_png(read('b.png')) == pictures.read_png(read('in3.png'))
    cli('decrypt', '--passphrase-file', write('two', 'correct horse ü\n\n'.encode()), path('s.png'), path('b.png'),
        '--force') # another passphrase: aes-ctr can't notice
    assert pictures.read_png(read('b.png')) != pictures.read_png(read('in3.png'))
    for name, data in ('empty', b''), ('only-newline', b'\n'), ('zero', b'a\0b'), ('bytes', b'\xff\xfe'):
        cli('decrypt', '--passphrase-file', write(name, data), path('s.png'), path('never.png'), status=WRONG_KEY)
    cli('decrypt', '--passphrase-file', write('long', b'x' * 5000), path('s.png'), path('never.png'), status=FAILED)
    cli('decrypt', '--passphrase-file', path('absent'), path('s.png'), path('never.png'), status=IO)
    cli('decrypt', '--key-file', write('empty', b''), path('s.png'), path('never.png'), status=WRONG_KEY)


def test_streams():
    key = ['--key-file', path('key')]
    sealed = cli('encrypt', '--cipher', 'aes-ctr', *key, '-', '-', stdin=read('in4.png')).stdout
    back = cli('decrypt', *key, '-', '-', stdin=sealed).stdout
    assert pictures.read_png(back) == pictures.read_png(read('in4.png'))
    full = subprocess.run([CLI, 'encrypt', '--cipher', 'aes-ctr', *key, path('in4.png'), '-'],
                          stdout=open('/dev/full', 'wb'), stderr=subprocess.PIPE, env=ENV)
    assert full.returncode == IO and full.stderr, full


def test_files_are_safe():
    key = ['--key-file', path('key')]
    encrypt = ['encrypt', '--cipher', 'aes-ctr', *key]
    there = write('there.png', b'precious')
    assert b'--force' in cli(*encrypt, path('in3.png'), there, status=IO).stderr
    assert read('there.png') == b'precious'
    cli(*encrypt, path('in3.png'), there, '--force')
    assert read('there.png') != b'precious'
    before = read('in3.png')
    os.symlink(path('in3.png'), path('link.png'))
    for same in path('in3.png'), path('link.png'):
        cli(*encrypt, path('in3.png'), same, '--force', status=USAGE)
    assert read('in3.png') == before
    for name in 'out.jpg', 'out.JPEG':
        assert b'JPEG' in cli(*encrypt, path('in3.png'), path(name), status=FAILED).stderr
        assert not os.path.exists(path(name))
    cli(*encrypt, path('in3.png'), path('no/such/folder.png'), status=IO)
    cli(*encrypt, path('absent.png'), path('never.png'), status=IO)
    cli('run', '--cipher', 'aes-ctr', *key, FOLDER.name, status=IO)
    assert not os.path.exists(path('never.png'))


def test_not_sealed():
    key = ['--key-file', path('key')]
    cli('decrypt', *key, path('in3.png'), path('never.png'), status=DAMAGED)
    cli('decrypt', *key, write('text.png', b'hello'), path('never.png'), status=DAMAGED)
    cli('decrypt', *key, write('nothing.png', b''), path('never.png'), status=DAMAGED)
    cli('run', '--cipher', 'aes-ctr', *key, path('text.png'), status=DAMAGED)
    cli('compare', path('in3.png'), path('text.png'), status=DAMAGED)


def test_hostile():
    """Cut and changed files: an error with its status, never a crash, and an AEAD never gives another picture."""
    key = ['--key-file', path('key')]
    chance = random.Random(1)
    original = pictures.read_png(read('in3.png'))
    for cipher in ciphers():
        cli('encrypt', '--cipher', cipher['id'], *key, path('in3.png'), path('sealed.png'), '--force')
        sealed = read('sealed.png')
        for turn in range(12):
            changed = bytearray(sealed)
            if turn < 4:
                del changed[chance.randrange(len(changed)):]
            else:
                changed[chance.randrange(8, len(changed))] ^= 1 << chance.randrange(8)
            write('hostile.png', bytes(changed))
            done = subprocess.run([CLI, 'decrypt', *key, path('hostile.png'), path('hostile-out.png'), '--force'],
                                  capture_output=True, env=ENV, timeout=60)
            assert done.returncode in (OK, FAILED, WRONG_KEY, DAMAGED), (cipher['id'], turn, done)
            if done.returncode == OK and cipher['authenticates']:
                assert pictures.read_png(read('hostile-out.png')) == original
            assert turn >= 4 or done.returncode == DAMAGED, (cipher['id'], turn, done)


def test_interrupt():
    """Ctrl+C in the middle: its own status, no file, nothing left in the folder."""
    large = path('large.png')
    pictures.write_png(large, 3000, 2000, 3, random.Random(2).randbytes(3000 * 2000 * 3))
    os.mkdir(path('folder'))
    for args in (['encrypt', '--cipher', 'kmeans', '--param', 'k=64', '--param', 'mode=colour', '--key-file', path('key'), large,
                  path('folder/out.png')],
                 ['sweep', '--cipher', 'kmeans', '--param', 'k=2:64:1', '--param', 'mode=colour', '--key-file', path('key'), large]):
        for number in signal.SIGINT, signal.SIGTERM:
            process = subprocess.Popen([CLI, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV)
            time.sleep(0.7)
            assert process.poll() is None, process.communicate()
            process.send_signal(number)
            process.communicate(timeout=60)
            assert process.returncode == INTERRUPTED, process.returncode
            assert os.listdir(path('folder')) == []


def test_help():
    top = cli('--help').stdout.decode()
    assert cli('help').stdout.decode() == top
    for command in 'ciphers', 'encrypt', 'decrypt', 'run', 'compare', 'sweep':
        assert f'\n  {command} ' in top
        text = cli(command, '--help').stdout.decode()
        assert text.startswith(f'Usage: triptych-cli {command} ')
    for command in 'encrypt', 'run', 'sweep':
        text = cli(command, '--help').stdout.decode()
        for cipher in ciphers():
            assert f'Parameters of {cipher["id"]}:' in text
            alone = cli(command, '--help', '--cipher', cipher['id']).stdout.decode()
            assert alone.count('Parameters of') == 1
            for spec in cipher['params'] + cipher['raw_key']:
                assert f'  {spec["id"]}=' in alone and spec['help'] in alone, (spec, alone)
    assert cli('--version').stdout.decode().startswith('triptych-cli ')


if __name__ == '__main__':
    make_pictures()
    tests = [(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
             if name.startswith('test_')]
    status = tap.run(tests)
    FOLDER.cleanup()
    sys.exit(status)
