#!/usr/bin/env python3
"""retrain.py CLI [--short] [--data WHAT] [--output FOLDER]

Trains the smallest model that triptych-cli trains by itself, the autoencoder for an eighth of the bytes, from its first weights
on, in some minutes; WHAT is a folder of photographs, or "samples" for those that come with the program. It begins where the best
linear code with its bits dealt out is, so what it says to have gained is gained over that, on pictures that it isn't trained on.

With --short, fewer and smaller steps, and it ends with 1 unless the loss falls to what it fell to when this was written: the
same seed and pictures train the same weights on every machine but for the last digits.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

OPTIONS = ['--param', 'rate=1/8', '--seed', '1', '--validation', '0.3']
LONG = ['--steps', '600', '--batch', '8', '--crop', '64', '--every', '50', '--rate', '3e-4', '--warm-up', '20', '--max-side', '1024']
SHORT = ['--steps', '40', '--batch', '4', '--crop', '64', '--every', '10', '--rate', '1e-4', '--warm-up', '1']
# Validation loss of --short on the samples, before the first step and at the end
FIRST, LAST, TOLERANCE = 0.003651, 0.003617, 0.005


def train(cli, data, output, options):
    command = [cli, 'train', 'autoencoder', '--data', data, '--output', output, '--json', *OPTIONS, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('cli')
    parser.add_argument('--short', action='store_true')
    parser.add_argument('--data', default='samples')
    parser.add_argument('--output')
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='triptych-retrain-') as folder:
        output = arguments.output or os.path.join(folder, 'trained')
        report = train(arguments.cli, arguments.data, output, SHORT if arguments.short else LONG)
    points = report['validations']
    first, best = points[0], report['best']
    print(f'{report["steps"]} steps in {report["seconds"]:.0f} s, on pictures not trained on: the linear code '
          f'{first["psnr"]:.2f} dB, the network {best["psnr"]:.2f} dB; loss {first["validation_loss"]:.6f} to '
          f'{points[-1]["validation_loss"]:.6f}')
    if arguments.short:
        near = all(abs(loss / wanted - 1) < TOLERANCE for loss, wanted in
                   ((first['validation_loss'], FIRST), (points[-1]['validation_loss'], LAST)))
        sys.exit(0 if near and points[-1]['validation_loss'] < first['validation_loss'] else 1)


if __name__ == '__main__':
    main()
