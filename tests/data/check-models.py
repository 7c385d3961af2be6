#!/usr/bin/env python3
"""check-models.py FOLDER: each of the shipped weights has its hash and its licence on a card, is in half precision, and all
together take at most 24 MB.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import glob
import hashlib
import json
import os
import re
import struct
import sys

LIMIT = 24 * 1000 * 1000


def faults(folder):
    files = sorted(glob.glob(os.path.join(folder, '*.safetensors')))
    cards = {path: open(path, encoding='utf-8').read() for path in glob.glob(os.path.join(folder, '*.md'))}
    hashes = {name: value for card in cards.values() for value, name in re.findall(r'([0-9a-f]{64})  (\S+)', card)}
    if not files:
        yield 'there are none'
    for path in files:
        name = os.path.basename(path)
        data = open(path, 'rb').read()
        if hashes.pop(name, None) != hashlib.sha256(data).hexdigest():
            yield f'{name}: no card has its hash, {hashlib.sha256(data).hexdigest()}'
        header = json.loads(data[8:8 + struct.unpack('<Q', data[:8])[0]])
        licence = header.pop('__metadata__', {}).get('licence', 'GPL-3.0-or-later')
        if not any(name in card and licence in card and 'GPL-3.0-or-later' in card for card in cards.values()):
            yield f'{name}: its card does not say that it is offered under {licence}'
        kinds = {tensor['dtype'] for tensor in header.values()}
        if kinds != {'F16'}:
            yield f'{name}: {kinds}'
    for name in hashes:
        yield f'{name}: on a card, and not there'
    size = sum(map(os.path.getsize, files))
    if size > LIMIT:
        yield f'{size} bytes together, more than {LIMIT}'


found = list(faults(sys.argv[1]))
print('\n'.join(found), end='\n' if found else '')
sys.exit(len(found) > 0)
