#!/usr/bin/env python3
"""retrain.py CLI [--short] [--data WHAT] [--output FOLDER]

Trains the smallest of the shipped models, the CNN with chaos mask for digits, from random weights on, in some minutes, by the
program itself. WHAT is an IDX file or a folder of pictures, or "digits" for those that come with the program.

With --short, fewer steps, and it ends with 1 unless the loss falls to what it fell to when this was written: the same seed and
pictures train the same weights on every machine but for the last digits.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

OPTIONS = ['--param', 'model=digits', '--seed', '1', '--validation', '0.3']
LONG = ['--steps', '3000', '--batch', '16', '--every', '250', '--rate', '3e-3', '--warm-up', '50']
SHORT = ['--steps', '60', '--batch', '8', '--every', '20', '--rate', '1e-3', '--warm-up', '5']
# Validation loss of --short on the program's digits, before the first step and at the end
FIRST, LAST, TOLERANCE = 0.069567, 0.010538, 0.02


def train(cli, data, output, options):
    command = [cli, 'train', 'cnn-chaos', '--data', data, '--output', output, '--json', *OPTIONS, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('cli')
    parser.add_argument('--short', action='store_true')
    parser.add_argument('--data', default='digits')
    parser.add_argument('--output')
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix='triptych-retrain-') as folder:
        output = arguments.output or os.path.join(folder, 'trained')
        report = train(arguments.cli, arguments.data, output, SHORT if arguments.short else LONG)
    points = report['validations']
    first, best = points[0], report['best']
    print(f'{report["steps"]} steps in {report["seconds"]:.0f} s, on pictures not trained on: from {first["psnr"]:.2f} dB to '
          f'{best["psnr"]:.2f} dB; loss from {first["validation_loss"]:.6f} to {points[-1]["validation_loss"]:.6f}')
    if arguments.short:
        near = all(abs(loss / wanted - 1) < TOLERANCE for loss, wanted in
                   ((first['validation_loss'], FIRST), (points[-1]['validation_loss'], LAST)))
        sys.exit(0 if near else 1)


if __name__ == '__main__':
    main()
