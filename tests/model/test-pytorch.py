#!/usr/bin/python3
"""test-pytorch.py CLI README: weights go from the program to PyTorch, are trained there in one process and in two, and come back.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import gzip
import os
import shlex
import struct
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '../cli')]
import pictures
import safetensors_half
import tap

CLI, README = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
FOLDER = tempfile.TemporaryDirectory(prefix='triptych-pytorch-')
ENV = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': '', 'OMP_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': '',
       'XDG_DATA_HOME': os.path.join(FOLDER.name, 'home')}
SMALL = ['--batch', '2', '--crop', '16', '--steps', '1', '--rate', '1e-30']


def path(name):
    return os.path.join(FOLDER.name, name)


def run(*command, status=0):
    done = subprocess.run(command, capture_output=True, env=ENV, timeout=200, cwd=FOLDER.name, text=True)
    assert done.returncode == status, (command, done.returncode, done.stdout[-1000:], done.stderr[-3000:])
    return done.stdout + done.stderr


def tensors(name):
    return safetensors_half.load(path(name))


def make_data():
    os.makedirs(path('photos'))
    for i in range(7):
        pictures.write_png(path(f'photos/{i}.png'), 160, 136, 3, pictures.picture(160, 136, 3, i))
    os.makedirs(path('brain'))
    for i in range(3):
        pictures.write_png(path(f'brain/slice {i}.png'), 96, 96, 1, pictures.picture(96, 96, 1, i))
    os.makedirs(path('digits'))
    random = np.random.default_rng(1)
    blobs = np.kron(random.integers(0, 256, (500, 7, 7)), np.ones((4, 4))).astype(np.uint8)
    with gzip.open(path('digits/cvdigits-images-idx3-ubyte.gz'), 'wb') as file:
        file.write(struct.pack('>IIII', 2051, 500, 28, 28) + blobs.tobytes())


def documented():
    """The README's command, as it stands there."""
    with open(README, encoding='utf-8') as file:
        lines = file.read().split('tests/model/autoencoder.py train ')[1]
    words = shlex.split(lines.split('\n#')[0].replace('\\\n', ' '))
    assert words[:2] == ['--rate', '1/4'] and '--begin' in words and '--minutes' in words, words
    return words


def exchanged(words, **values):
    words = list(words)
    for name, value in values.items():
        words[words.index('--' + name) + 1] = value
    return words


def assert_comes_back(model, data, weights, *params):
    """Every number of the file is what the program goes on with; and it learned something."""
    run(CLI, 'train', model, *params, '--data', data, *SMALL, '--weights', weights, '--output', weights + '.back')
    theirs, ours = tensors(weights), tensors(weights + '.back/weights.safetensors')
    assert theirs.keys() == ours.keys() and len(ours) > 10, (len(theirs), len(ours))
    for name, values in theirs.items():
        assert np.array_equal(values, ours[name]), name


def assert_encrypts(model, weights, error, *params):
    """With these weights, and not with those of the program."""
    run(CLI, 'train', model, *params, '--data', 'photos', *SMALL, '--weights', weights, '--output', weights + '.used', '--install')
    with open(path('key'), 'w') as file:
        file.write('a key')
    sealed, opened = model + '-sealed.png', model + '-opened.png'
    run(CLI, 'encrypt', '--cipher', model, *params, '--key-file', 'key', 'photos/1.png', sealed)
    run(CLI, 'decrypt', '--key-file', 'key', sealed, opened)
    first, last = (np.asarray(Image.open(path(name)), float) for name in ('photos/1.png', opened))
    assert ((first - last) ** 2).mean() < error, ((first - last) ** 2).mean()
    os.rename(path('home'), path(model + '-home'))
    assert 'other trained weights' in run(CLI, 'decrypt', '--key-file', 'key', sealed, model + '-none.png', status=1)


def assert_changed(before, after):
    assert before.keys() == after.keys()
    assert any(not np.array_equal(values, after[name]) for name, values in before.items())
    assert all(np.isfinite(values).all() for values in after.values())


def test_documented_command():
    run(CLI, 'train', 'autoencoder', '--data', 'photos', '--param', 'rate=1/4', *SMALL, '--output', 'first')
    words = exchanged(documented(), data='photos', begin='first/weights.safetensors', batch='2', output='one.safetensors')
    at = words.index('--minutes')
    said = run(sys.executable, os.path.join(HERE, 'autoencoder.py'), 'train', *words[:at], '--steps', '3', *words[at + 2:])
    assert '3 steps' in said and 'its start' in said, said
    assert_changed(tensors('first/weights.safetensors'), tensors('one.safetensors'))
    assert_comes_back('autoencoder', 'photos', 'one.safetensors', '--param', 'rate=1/4')


def test_from_nothing():
    """Weights that have learned nothing are weights to begin with, too."""
    run(sys.executable, os.path.join(HERE, 'autoencoder.py'), 'random', '--rate', '1/8', '--output', 'random.safetensors')
    assert_comes_back('autoencoder', 'photos', 'random.safetensors', '--param', 'rate=1/8')


def test_two_processes():
    """Without a GPU too. The script itself ends with an error unless both hold the same weights, to the last bit."""
    options = ['--rate', '1/4', '--data', 'photos', '--begin', 'first/weights.safetensors', '--batch', '2', '--steps', '3']
    said = run(sys.executable, os.path.join(HERE, 'autoencoder.py'), 'train', *options, '--processes', '2', '--output', 'two.safetensors')
    assert said.count('3 steps') == 1, said
    assert_changed(tensors('first/weights.safetensors'), tensors('two.safetensors'))
    assert_changed(tensors('one.safetensors'), tensors('two.safetensors'))  # batches of their own
    assert_comes_back('autoencoder', 'photos', 'two.safetensors', '--param', 'rate=1/4')


def test_two_processes_of_two_networks():
    script = os.path.join(HERE, 'cnn_chaos.py')
    run(sys.executable, script, 'train', '--model', 'digits', '--data', 'digits', '--steps', '2', '--processes', '2',
        '--output', 'chaos.safetensors')
    assert_comes_back('cnn-chaos', 'digits/cvdigits-images-idx3-ubyte.gz', 'chaos.safetensors', '--param', 'model=digits')
    run(sys.executable, script, 'train', '--model', 'digits', '--data', 'digits', '--steps', '1', '--begin', 'chaos.safetensors',
        '--output', 'on.safetensors')
    assert_changed(tensors('chaos.safetensors'), tensors('on.safetensors'))


def test_two_networks_of_a_persons_pictures():
    """A folder of whatever names and sizes, one picture, or an IDX file; the same command makes the same weights again."""
    script = os.path.join(HERE, 'cnn_chaos.py')
    os.makedirs(path('mine'))
    for name, width, height in (('my cat.png', 33, 20), ('z.png', 61, 80), ('IMG_0001.PNG', 70, 64)):
        pictures.write_png(path('mine/' + name), width, height, 3, pictures.picture(width, height, 3, width))
    command = [sys.executable, script, 'train', '--steps', '2', '--model']
    run(*command, 'brain', '--data', 'mine', '--output', 'mine.safetensors')
    run(*command, 'brain', '--data', 'mine', '--output', 'again.safetensors')
    with open(path('mine.safetensors'), 'rb') as one, open(path('again.safetensors'), 'rb') as other:
        assert one.read() == other.read()
    run(*command, 'digits', '--data', 'mine/z.png', '--begin', 'mine.safetensors', '--output', 'mine-on.safetensors')
    assert_changed(tensors('mine.safetensors'), tensors('mine-on.safetensors'))
    run(*command, 'digits', '--data', 'digits/cvdigits-images-idx3-ubyte.gz', '--output', 'idx.safetensors')
    assert_comes_back('cnn-chaos', 'mine', 'mine-on.safetensors', '--param', 'model=brain')
    assert 'holds no picture' in run(*command, 'brain', '--data', 'digits', '--output', 'none.safetensors', status=1)
    assert 'neither' in run(*command, 'digits', '--data', 'mine.safetensors', '--output', 'none.safetensors', status=1)


def test_two_processes_of_a_gan():
    """Five networks with an optimiser each, of which two are what the cipher is."""
    script = os.path.join(HERE, 'cyclegan.py')
    options = ['--photos', 'photos', '--brain', 'brain', '--batch', '1', '--steps', '2']  # whatever the pictures are called
    said = run(sys.executable, script, 'train', *options, '--processes', '2', '--output', 'two-gan.safetensors')
    assert said.count('\n2 steps') == 1 and said.startswith('0 steps'), said
    run(sys.executable, script, 'train', *options, '--begin', 'two-gan.safetensors.pt', '--output', 'on-gan.safetensors')
    assert_changed(tensors('two-gan.safetensors'), tensors('on-gan.safetensors'))
    assert_comes_back('cyclegan', 'photos', 'two-gan.safetensors')


def test_a_gan_there_and_back():
    """What the program exports is trained on in PyTorch, on a person's own photographs, and encrypts and decrypts here."""
    script = os.path.join(HERE, 'cyclegan.py')
    run(CLI, 'train', 'cyclegan', '--data', 'photos', *SMALL, '--output', 'gan')
    options = ['train', '--photos', 'photos', '--batch', '2', '--steps', '3', '--output', 'gan-on.safetensors']
    said = run(sys.executable, script, *options, '--begin', 'gan/weights.safetensors')
    assert '3 steps' in said and float(said.split('minutes: ')[1].split()[0]) > 45, said  # it went on from a code, not from nothing
    assert_changed(tensors('gan/weights.safetensors'), tensors('gan-on.safetensors'))
    assert_comes_back('cyclegan', 'photos', 'gan-on.safetensors')
    assert_encrypts('cyclegan', 'gan-on.safetensors', 10)
    safetensors_half.save(path('half.safetensors'), {name: values for name, values in tensors('gan-on.safetensors').items()
                                                     if name.startswith('g.')}, {})
    assert 'no weights of G and F' in run(sys.executable, script, *options, '--begin', 'half.safetensors', status=1)
    assert 'holds no picture' in run(sys.executable, script, 'train', '--photos', 'digits', '--output', 'none.safetensors', status=1)


AVERAGES = """
import argparse
import torch
import several


def train(arguments, processes):
    '''Two processes with half of a batch each have the gradients of one with all of it.'''
    torch.manual_seed(processes.rank)
    net, batch = torch.nn.Linear(3, 2), torch.arange(12.).view(4, 3)
    processes.share(net)
    processes.check(net)
    (net(batch[2 * processes.rank:2 * processes.rank + 2]) ** 2).mean().backward()
    processes.average(net)
    halves = [weight.grad.clone() for weight in net.parameters()]
    net.zero_grad()
    (net(batch) ** 2).mean().backward()
    assert processes.count == 2 and all(torch.allclose(a, weight.grad) for a, weight in zip(halves, net.parameters()))
    processes.end()


if __name__ == '__main__':
    several.run(train, argparse.Namespace(processes=2))
"""


def test_averaged_gradients():
    with open(path('averages.py'), 'w') as file:
        file.write(f'import sys\nsys.path.insert(0, {HERE!r})\n' + AVERAGES)
    run(sys.executable, path('averages.py'))


def test_a_picture_with_them():
    """What was trained in two processes encrypts, and decrypts."""
    assert_encrypts('autoencoder', 'two.safetensors', 300, '--param', 'rate=1/4')


if __name__ == '__main__':
    make_data()
    sys.exit(tap.run([(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
                      if name.startswith('test_')]))
