#!/usr/bin/env python3
# Evaluates ciphers with the built triptych-cli: which ones, what is printed, that it is a function of the seed, interrupted,
# and wrongly called. Argument: the program. SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pictures
import tap

CLI = os.path.abspath(sys.argv[1])
FOLDER = tempfile.TemporaryDirectory(prefix='triptych-evaluate-')
ENV = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': ''}
COSTS = ('encrypt_s', 'decrypt_s')
SAMPLES = ('astronaut', 'brain', 'gravel')
# dB, mean of the three samples: measured, less about half of one. A cipher that is not here has to reach OTHER.
FLOORS = {'autoencoder 1/2': 49.6, 'autoencoder 1/4': 43.3, 'autoencoder 1/8': 36.1, 'cyclegan': 64.6, 'cnn-chaos digits': 46.6,
          'cnn-chaos brain': 50, 'cnn-feistel': float('inf')}
OTHER = 33


def path(name):
    return os.path.join(FOLDER.name, name)


def halved(sample):
    """A grey sample at half its size: the means of 2 x 2 pixels."""
    with open(os.path.join(os.environ['TRIPTYCH_DATA_DIR'], 'samples', sample + '.png'), 'rb') as file:
        width, height, channels, pixels = pictures.read_png(file.read())
    assert channels == 1
    corners = [2 * y * width + 2 * x for y in range(height // 2) for x in range(width // 2)]
    return width // 2, height // 2, 1, bytes(sum(pixels[at + step] for step in (0, 1, width, width + 1)) // 4 for at in corners)


def run(*args, status=0):
    done = subprocess.run([CLI, *args], capture_output=True, env=ENV, timeout=200, cwd=FOLDER.name)
    assert done.returncode == status, (args, done.returncode, done.stderr.decode())
    return done


def evaluate(*args):
    return json.loads(run('evaluate', '--json', *args).stdout)


def timeless(report):
    for case in report['cases']:
        for figures in [case['mean'], *case['pictures']]:
            for cost in COSTS:
                assert figures.pop(cost) > 0
    return report


def test_neural_by_default():
    report = evaluate('measured')
    neural = [cipher['id'] for cipher in json.loads(run('ciphers', '--json').stdout) if cipher['family'] == 'Neural networks']
    assert neural and list(dict.fromkeys(case['cipher'] for case in report['cases'])) == neural, report
    assert [case['params']['rate'] for case in report['cases'] if case['cipher'] == 'autoencoder'] == ['1/2', '1/4', '1/8']
    assert [case['params']['model'] for case in report['cases'] if case['cipher'] == 'cnn-chaos'] == ['digits', 'brain']
    for case in report['cases']:
        assert [picture['name'] for picture in case['pictures']] == ['a.png', 'b.png']
        assert case['attackers'] is None and case['mean']['eve_psnr'] is None and case['mean']['linear_psnr'] is None
        assert case['mean']['leak_of_noise'] > 0.02
        if case['cipher'] == 'cnn-feistel':
            assert case['mean']['psnr'] == 'inf' and case['mean']['inside_intervals'] == 1, case
    assert report['seed'] == 1 and report['linear_fitted_to'] is None


def test_floors():
    """On three pictures that no network was trained on: what comes back, and that nothing does without the key."""
    report = evaluate(*(os.path.join(os.environ['TRIPTYCH_DATA_DIR'], 'samples', name + '.png') for name in SAMPLES))
    for case in report['cases']:
        weights = case['params'].get('rate') or case['params'].get('model')
        name, mean = ' '.join(filter(None, (case['cipher'], weights))), case['mean']
        assert float(mean['psnr']) >= FLOORS.get(name, OTHER) and mean['ssim'] > 0.93, (name, mean)
        assert mean['wrong_key_ssim'] < 0.05 and mean['entropy'] > 7.95, (name, mean)
        # 4: the network for digits paints a dark frame around whatever it gets, and the brain's margin is dark
        assert mean['leak'] < 2 * mean['leak_of_noise'] and mean['wrong_key_leak'] < 4 * mean['wrong_key_leak_of_noise'], (name, mean)


DAMAGES = {'gaussian=10': (34.9, 0.91), 'lost=5': (45, 0.98), 'pepper=5': (41.8, 0.975), 'jpeg=90': (40.1, 0.96)}  # measured, less a little


def test_damage():
    """What a network restores of the sample brain at 128 x 128 that was damaged, and what filters make of it: they do worse."""
    arguments = [word for damage in DAMAGES for word in ('--damage', damage)]
    report = evaluate('--cipher', 'cnn-chaos', '--param', 'model=brain', *arguments, 'brain.png')
    case, = report['cases']
    assert [list(damaged['damage'].items()) for damaged in case['damaged']] == [[(name.split('=')[0], float(name.split('=')[1]))]
                                                                               for name in DAMAGES]
    for (name, (psnr, ssim)), damaged in zip(DAMAGES.items(), case['damaged']):
        mean, (picture,) = damaged['mean'], damaged['pictures']
        assert picture.pop('name') == 'brain.png' and picture == mean
        assert mean['psnr'] >= psnr and mean['ssim'] >= ssim and mean['refused'] == 0, (name, mean)
        assert mean['psnr'] > mean['filtered_code_psnr'] + 2 and mean['filtered_code_psnr'] > 20, (name, mean)
        if name != 'jpeg=90': # which knows pictures
            assert mean['psnr'] > mean['filtered_picture_psnr'] + 0.7 and mean['filtered_picture_psnr'] > 20, (name, mean)
        assert case['mean']['psnr'] > mean['psnr']


def test_damage_to_others():
    """Two kinds together, a function of the seed; what notices a change refuses, and what can't unmask has no code to filter."""
    args = ['--cipher', 'autoencoder', '--param', 'rate=1/8', '--cipher', 'xchacha20-poly1305', '--damage', 'gaussian=4,lost=2', 'measured']
    first, again, other = (timeless(evaluate(*args, '--seed', seed)) for seed in '778')
    assert first == again and first != other
    code, refused = first['cases']
    assert code['damaged'][0]['damage'] == {'gaussian': 4, 'lost': 2}
    for figures in code['damaged'][0]['pictures']:
        assert figures['refused'] == 0 and 5 < figures['psnr'] < figures['filtered_picture_psnr'] and figures['filtered_code_psnr'] is None
    for figures in refused['damaged'][0]['pictures']:
        assert figures['refused'] == 1 and figures['psnr'] is None
    pictures = [[figures['filtered_picture_psnr'] for figures in case['damaged'][0]['pictures']] for case in first['cases']]
    assert pictures[0] == pictures[1] and pictures[0][0] != pictures[0][1]
    table = run('evaluate', *args).stdout.decode()
    assert '| xchacha20-poly1305: noise of σ = 4, 2 % of the blocks lost | refused |' in table, table


def test_same_figures_as_run():
    """The mean is that of the pictures; what depends on no key is what run prints."""
    case, = evaluate('--cipher', 'kmeans', 'measured')['cases']
    for name, figures in zip('ab', case['pictures']):
        one = json.loads(run('run', '--json', '--cipher', 'kmeans', '--key-file', f'measured/{name}.png', f'measured/{name}.png').stdout)
        for key in ('psnr', 'ssim'):
            assert abs(figures[key] - one['decrypted'][key]) < 1e-9, key
        assert figures['bytes'] > 0
    first, second = (figures['psnr'] for figures in case['pictures'])
    assert abs(case['mean']['psnr'] - (first + second) / 2) < 1e-9 and first != second


def test_seed_and_attackers():
    args = ['--cipher', 'autoencoder', '--cipher', 'aes-ecb', '--param', 'rate=1/8', '--fit', 'others', '--eve', '6', 'measured']
    first, again, other = (timeless(evaluate(*args, '--seed', seed)) for seed in '778')
    for report in (first, again, other):
        for case in report['cases']:
            assert case['attackers'].pop('seconds') > 0 and case['attackers']['steps'] == 6
            assert case['mean']['eve_psnr'] > 0 and case['mean']['eve_leak'] >= 0 and case['mean']['eve_leak_of_noise'] >= 0
            assert 0 <= case['attackers']['critic_accuracy'] <= 1 and case['attackers']['critic_pieces'] >= 512
    assert first == again
    assert [case['mean']['leak'] for case in first['cases']] != [case['mean']['leak'] for case in other['cases']]
    assert first['linear_fitted_to'] == 3
    code, blocks = first['cases']
    assert code['params']['rate'] == '1/8' and code['mean']['linear_psnr'] > 20 and blocks['mean']['linear_psnr'] is None


def test_table():
    done = run('evaluate', '--cipher', 'cnn-feistel', '--fit', 'others', '--eve', '2', 'measured')
    tables = [table.splitlines() for table in done.stdout.decode().strip().split('\n\n')]
    assert tables[0] == ['Mean of 2 pictures, seed 1'], tables
    assert [table[0].split('|')[1].strip() for table in tables[1:]] == ['With the key', 'Without it', 'Attacked, 2 steps']
    for table in tables[1:]:
        assert len(table) == 3 and len({len(line) for line in table}) == 1 and table[2].startswith('| cnn-feistel')
    assert 'Measuring cnn-feistel' in done.stderr.decode()


def test_interrupted():
    process = subprocess.Popen([CLI, 'evaluate', '--cipher', 'cnn-feistel', '--fit', 'others', '--eve', '1000000', 'measured'],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV, cwd=FOLDER.name, text=True)
    try:
        assert any('attackers' in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130 and process.stdout.read() == ''
    finally:
        process.kill()


def test_usage():
    for args in ([], ['--cipher', 'nonsense', 'measured'], ['--param', 'nonsense=1', 'measured'], ['--eve', '5', 'measured'],
                 ['--fit', 'others', '--eve', '0', 'measured'], ['--damage', 'lost=0', 'measured'],
                 ['--damage', 'lost', 'measured'], ['--damage', 'lost=5,seed=3', 'measured'], ['--damage', 'rain=5', 'measured'],
                 ['--seed', 'x', 'measured'], ['--param', 'rate=3', 'measured']):
        run('evaluate', *args, status=2)
    run('evaluate', 'nowhere', status=7)
    assert 'note.txt' in run('evaluate', '--cipher', 'kmeans', 'measured').stderr.decode()


if __name__ == '__main__':
    for folder, names in (('measured', 'ab'), ('others', 'cde')):
        os.mkdir(path(folder))
        for name in names:
            pictures.write_png(path(f'{folder}/{name}.png'), 96, 80, 3, pictures.picture(96, 80, 3, ord(name)))
    pictures.write_png(path('brain.png'), *halved('brain'))
    with open(path('measured/note.txt'), 'w') as file:
        file.write('no picture')
    sys.exit(tap.run([(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
                      if name.startswith('test_')]))
