#!/usr/bin/env python3
# Proofs that a ledger only grew, for whoever has an older checkpoint, and witnesses that have no copy of the ledger. The
# proofs are checked here once more, after RFC 6962. Argument: the program.
# SPDX-License-Identifier: GPL-3.0-or-later
import base64
import hashlib
import subprocess
import sys

from ledger_cli import DAMAGED, FAILED, FINGERPRINT, IO, USAGE, WRONG_KEY, append, key, ledger, path, report
import tap


def read(name):
    with open(path(name)) as file:
        return file.read()


def write(name, text):
    with open(path(name), 'w') as file:
        file.write(text)
    return path(name)


def node(left, right):
    return hashlib.sha256(b'\x01' + left + right).digest()


# D[a:b] of RFC 6962, section 2.1
def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(root(leaves[:k]), root(leaves[k:]))


# SUBPROOF of RFC 6962, section 2.1.2
def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return subproof(m, leaves[:k], whole) + [root(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [root(leaves[:k])]


def leaves_of(count):
    with open(path('me', 'triptych', 'ledger', 'tile/entries/000.p', str(count)), 'rb') as file:
        data = file.read()
    leaves = []
    while data:
        size = int.from_bytes(data[:2], 'big')
        leaves.append(hashlib.sha256(b'\0' + data[2:2 + size]).digest())
        data = data[2 + size:]
    assert len(leaves) == count
    return leaves


def test_prove():
    key()
    for number in range(1, 8):
        append(f'entry {number}')
        ledger('checkpoint', '--output', path(f'point-{number}'))
    leaves = leaves_of(7)
    for old in range(1, 8):
        text = ledger('prove', '--from', str(old)).stdout.decode()
        lines = text.split('\n')
        end = lines.index('')
        assert lines[0] == f'old {old}', text
        assert [base64.b64decode(line) for line in lines[1:end]] == subproof(old, leaves, True), text
        assert '\n'.join(lines[end + 1:]) == read('point-7'), text
        # an older checkpoint says the same as its number of entries
        assert ledger('prove', '--from', path(f'point-{old}')).stdout.decode() == text
    for wrong in '8', '-1', '007':
        ledger('prove', '--from', wrong, status=IO if wrong == '007' else USAGE)
    ledger('prove', '3', '--from', '2', status=USAGE)
    ledger('prove', status=USAGE)
    ledger('prove', '--from', '3', '--output', path('growth'))
    ledger('prove', '--from', '3', '--output', path('growth'), status=IO)
    ledger('prove', '--from', path('growth'), status=DAMAGED)  # no checkpoint


def test_verify():
    grown = report('verify', path('growth'))
    assert (grown['from'], grown['entries'], grown['cosignatures']) == (3, 7, []), grown
    text = ledger('verify', path('growth')).stdout.decode()
    assert 'only grew' in text and '3' in text and '7' in text, text
    # elsewhere only beside the older checkpoint
    said = ledger('verify', path('growth'), '--log-key', key(), who='other', status=USAGE).stderr.decode()
    assert '--from' in said, said
    theirs = '--log-key', key(), '--from'
    assert report('verify', path('growth'), *theirs, path('point-3'), who='other')['from'] == 3
    ledger('verify', path('growth'), *theirs, path('point-4'), who='other', status=USAGE)
    # a follower has seen it
    ledger('verify', path('growth'), '--log-key', report('begin', who='stranger')['key'], who='stranger', status=WRONG_KEY)


def test_forged():
    text = read('growth')
    lines = text.split('\n')
    other = base64.b64encode(hashlib.sha256(b'x').digest()).decode()
    checks = {
        'hash': text.replace(lines[1], other),
        'fewer': text.replace(lines[1] + '\n', ''),
        'more': text.replace(lines[1], other + '\n' + lines[1]),
        'cut': text[:40],
        'size': text.replace('\n7\n', '\n8\n'),
        'no-note': text[:text.index('\n\n') + 2],
        'old': text.replace('old 3', 'old 03'),
        'many': 'old 3\n' + 64 * (other + '\n') + text[text.index('\n\n') + 1:],
    }
    for name, forged in checks.items():
        ledger('verify', write(name, forged), '--from', path('point-3'), status=DAMAGED)
    ledger('verify', write('same', text.replace('old 3', 'old 2')), '--from', path('point-2'), status=DAMAGED)


def cosign(name, who='friend', **more):
    return ledger('cosign', path(name), '--log-key', key(), who=who, **more)


# A witness that has nothing but what is sent, and its memory.
def test_witness():
    done = cosign('point-2')
    assert b'first' in done.stderr, done.stderr
    witness = done.stderr.decode().strip().split()[-1]
    cosign('point-2')  # again, if the first answer was lost
    said = cosign('point-7', status=FAILED).stderr.decode()
    assert 'ledger prove --from 2' in said and 'irectory' not in said, said
    said = cosign('growth', status=FAILED).stderr.decode()  # from 3
    assert 'ledger prove --from 2' in said, said
    ledger('prove', '--from', '2', '--output', path('growth-2'))
    write('forged', read('growth-2').replace('old 2\n', 'old 2\n' + base64.b64encode(bytes(32)).decode() + '\n'))
    cosign('forged', status=DAMAGED)
    write('cosigned', cosign('growth-2').stdout.decode())
    assert read('cosigned').startswith(read('point-7'))
    ledger('accept', path('cosigned'), '--witness-key', witness)
    assert report('verify', '--witness-key', witness)['cosigned_entries'] == 7
    cosign('point-3', status=DAMAGED)  # older than the last one
    cosign('growth-2')  # the same one again
    # with the folder, as before, and of the same memory
    append('entry 8')
    done = ledger('cosign', path('me', 'triptych', 'ledger'), '--log-key', key(), who='friend')
    assert b'first' not in done.stderr
    cosign('growth-2', status=DAMAGED)
    assert b'checkpoint' in ledger('cosign', write('nothing', 'nothing\n'), '--log-key', key(), who='friend',
                                   status=DAMAGED).stderr
    ledger('cosign', path('nowhere'), '--log-key', key(), who='friend', status=IO)


# The owner of the key signs another history of the same size.
def test_fork():
    fork = path('fork')
    subprocess.run(['cp', '-a', path('me', 'triptych', 'ledger'), fork], check=True)
    append('entry 9')
    ledger('checkpoint', '--output', path('point-9'))
    ledger('prove', '--from', '8', '--output', path('growth-8'))
    ledger('append', 'shared', FINGERPRINT, 'another', '--ledger', fork)
    ledger('checkpoint', '--ledger', fork, '--output', path('fork-9'))
    ledger('append', 'shared', FINGERPRINT, 'more', '--ledger', fork)
    ledger('prove', '--from', '9', '--ledger', fork, '--output', path('fork-growth'))
    cosign('growth-8')
    cosign('fork-9', status=DAMAGED)
    cosign('fork-growth', status=DAMAGED)
    ledger('prove', '--from', path('fork-9'), status=DAMAGED)
    ledger('verify', path('fork-growth'), '--from', path('point-9'), status=DAMAGED)
    ledger('verify', path('fork-growth'), '--from', path('fork-9'))  # that one only grew


if __name__ == '__main__':
    sys.exit(tap.run([(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
                      if name.startswith('test_')]))
