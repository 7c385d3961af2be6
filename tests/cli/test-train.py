#!/usr/bin/env python3
# Trains with the built triptych-cli as a person would: to the end, interrupted and continued, and wrongly called.
# Argument: the program. SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import re
import resource
import signal
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pictures
import tap

CLI = os.path.abspath(sys.argv[1])
FOLDER = tempfile.TemporaryDirectory(prefix='triptych-train-')
ENV = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': ''}
SMALL = ['--batch', '2', '--crop', '16', '--every', '5', '--seed', '4', '--validation', '0.3']


def path(name):
    return os.path.join(FOLDER.name, name)


def train(*args, status=0, **more):
    done = subprocess.run([CLI, 'train', *args], capture_output=True, env=ENV, timeout=120, cwd=FOLDER.name, **more)
    assert done.returncode == status, (args, done.returncode, done.stderr.decode())
    return done


def tensors(name):
    with open(path(name), 'rb') as file:
        length, = struct.unpack('<Q', file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop('__metadata__')
    return {key: data[slice(*entry['data_offsets'])] for key, entry in header.items()}


def make_pictures():
    os.makedirs(path('photos/more'))
    for i in range(4):
        name = path(f'photos/{"more/" if i % 2 else ""}{i}.png')
        pictures.write_png(name, 40, 30, 3, pictures.picture(40, 30, 3, i))
    with open(path('photos/note.txt'), 'w') as file:
        file.write('no picture')


def test_trains():
    done = train('autoencoder', '--data', 'photos', '--steps', '12', '--param', 'rate=1/8', *SMALL, '--json')
    report = json.loads(done.stdout)
    assert report['model'] == 'autoencoder' and report['params']['rate'] == '1/8', report
    assert report['steps'] == 12 and report['training_pictures'] == 3 and report['validation_pictures'] == 1
    assert [point['step'] for point in report['validations']] == [0, 5, 10, 12]
    assert len(report['passed_over']) == 1 and 'note.txt' in report['passed_over'][0]
    assert 'note.txt' in done.stderr.decode() and 'step 10 of 12' in done.stderr.decode()
    assert os.path.exists(path(report['weights']))
    assert report['best']['psnr'] == max(point['psnr'] for point in report['validations'])
    again = train('autoencoder', '--data', 'photos', '--steps', '12', *SMALL, status=7).stderr.decode()
    assert 'autoencoder.training' in again, again


def test_several_networks():
    """Every loss and every accuracy is told."""
    done = train('cyclegan', '--data', 'photos', '--steps', '3', *SMALL, '--json')
    report = json.loads(done.stdout)
    assert len(report['last_step']) == 14 and report['last_step']['mse'] > 0, report
    for share in 'd1-right', 'd2-right', 'eve-ahead', 'wrong-key-ahead':
        assert 0 <= report['last_step'][share] <= 1, report
    assert 'D1 is right' in done.stderr.decode()
    assert report['best']['psnr'] > 30, report


def test_interrupted():
    args = ['autoencoder', '--data', 'photos', '--steps', '60', *SMALL]
    train(*args, '--output', 'through')
    process = subprocess.Popen([CLI, 'train', *args, '--output', 'stopped'], stderr=subprocess.PIPE, env=ENV, cwd=FOLDER.name,
                               text=True)
    seen = ''
    for line in process.stderr:
        seen += line
        if line.startswith('step 5 '):
            process.send_signal(signal.SIGINT)
    assert process.wait() == 130, seen
    assert '--resume' in seen and 'stopped' in seen, seen
    train('--resume', 'stopped')
    through, stopped = tensors('through/checkpoint.safetensors'), tensors('stopped/checkpoint.safetensors')
    assert through.keys() == stopped.keys() and len(through) > 60
    for name, values in through.items():
        assert stopped[name] == values, name


def test_killed():
    """What is on disk is whole at any time."""
    process = subprocess.Popen([CLI, 'train', 'autoencoder', '--data', 'photos', '--steps', '1000', *SMALL, '--every', '1',
                                '--output', 'killed'], stderr=subprocess.PIPE, env=ENV, cwd=FOLDER.name, text=True)
    for line in process.stderr:
        if line.startswith('step 4 '):
            process.kill()
    process.wait()
    report = json.loads(train('--resume', 'killed', '--steps', '6', '--json').stdout)
    assert report['steps'] == 6


def test_full_disk():
    """No room for the next checkpoint: the one before is good, and where it is is said; with room it goes on."""
    def no_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))

    train('autoencoder', '--data', 'photos', '--steps', '5', *SMALL, '--output', 'full')
    done = train('--resume', 'full', '--steps', '10', status=7, preexec_fn=no_room)
    assert re.search(r'“checkpoint.safetensors” could not be written: .* Make room.* The checkpoint of step 5 in “full” is good',
                     done.stderr.decode()), done.stderr.decode()
    assert sorted(os.listdir(path('full'))) == ['checkpoint.safetensors', 'pictures', 'weights.safetensors']
    report = json.loads(train('--resume', 'full', '--steps', '10', '--json').stdout)
    assert report['steps'] == 10


def test_goes_on_after_early_end():
    """What ended because validation got no better says so, and is patient anew."""
    train('autoencoder', '--data', 'photos', '--steps', '40', *SMALL, '--every', '1', '--patience', '3', '--rate', '1e-30',
          '--output', 'early')
    done = train('--resume', 'early', '--json')
    assert json.loads(done.stdout)['steps'] == 6, done.stdout
    assert 'ended early at step 3' in done.stderr.decode() and '3 more validations' in done.stderr.decode(), done.stderr


def test_starts_from_weights():
    train('autoencoder', '--data', 'samples', '--steps', '1', *SMALL, '--output', 'first')
    train('autoencoder', '--data', 'samples', '--steps', '1', *SMALL[:-4], '--seed', '9', '--weights', 'first/weights.safetensors',
          '--rate', '1e-30', '--output', 'second')
    assert tensors('first/weights.safetensors') == tensors('second/weights.safetensors')


def test_installs():
    """A picture that was made with weights that were replaced since is decrypted with those."""
    pictures.write_png(path('photo.png'), 40, 30, 3, pictures.picture(40, 30, 3, 9))
    env = {**ENV, 'XDG_DATA_HOME': path('home')}

    def run(*args, status=0):
        done = subprocess.run([CLI, *args], capture_output=True, env=env, timeout=120, cwd=FOLDER.name)
        assert done.returncode == status, (args, done.returncode, done.stderr.decode())

    def install(seed):
        run('train', 'autoencoder', '--data', 'photos', '--steps', '2', *SMALL[:6], '--seed', seed, '--validation', '0.3',
            '--output', 'seed' + seed, '--install')

    key = ['--key-file', path('photo.png')]
    install('1')
    run('encrypt', '--cipher', 'autoencoder', *key, 'photo.png', 'first.png')
    run('decrypt', *key, 'first.png', 'before.png')
    install('2')
    run('encrypt', '--cipher', 'autoencoder', *key, 'photo.png', 'second.png')
    files = sorted(os.listdir(path('home/triptych/models')))
    assert len(files) == 2 and files[1] == 'autoencoder-1-4.safetensors', files
    assert tensors('home/triptych/models/autoencoder-1-4.safetensors') == tensors('seed2/weights.safetensors')
    run('decrypt', *key, 'first.png', 'after.png')
    with open(path('before.png'), 'rb') as before, open(path('after.png'), 'rb') as after:
        assert before.read() == after.read()
    run('decrypt', *key, 'second.png', 'other.png')
    env['XDG_DATA_HOME'] = path('elsewhere')
    run('decrypt', *key, 'second.png', 'nothing.png', status=1)


def test_usage():
    for args in ([], ['autoencoder'], ['nonsense', '--data', 'samples'], ['autoencoder', '--data', 'samples', '--batch', '0.5'],
                 ['autoencoder', '--data', 'samples', '--crop', '12'], ['autoencoder', '--data', 'samples', '--param', 'rate=2'],
                 ['autoencoder', '--data', 'samples', '--validation', '1'], ['--resume', 'x', '--data', 'samples'],
                 ['--resume', 'first', '--batch', '3']):
        train(*args, status=2)
    train('--resume', 'nowhere', status=7)
    train('autoencoder', '--data', 'nowhere', status=7)


if __name__ == '__main__':
    make_pictures()
    sys.exit(tap.run([(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
                      if name.startswith('test_')]))
