#!/usr/bin/env python3
# One ledger on several computers of one person: copied by a sync tool, followed with the public key alone, signed with a
# key that was moved. Argument: the program.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import shutil
import sys

from ledger_cli import DAMAGED, FINGERPRINT, IO, OK, USAGE, WRONG_KEY, append, cli, home, key, ledger, path, report
import tap


def read(name):
    with open(name, 'rb') as file:
        return file.read()


# What a sync tool does: the folder of one computer takes the place of the other's.
def sync(source, target):
    shutil.rmtree(home(target, 'ledger'), ignore_errors=True)
    shutil.copytree(home(source, 'ledger'), home(target, 'ledger'))


def labels(who):
    return [one['label'] for one in report('list', who=who)]


def threat(who):
    return json.loads(cli('advise', '--json', who=who).stdout)['threat']


def test_copied():
    key()
    append('a')
    append('b')
    sync('me', 'two')
    for asked in (['list'], ['verify'], ['begin'], ['append', 'shared', FINGERPRINT]):
        said = ledger(*asked, who='two', status=WRONG_KEY).stderr.decode()
        assert 'ledger follow --log-key' in said and 'key import' in said and 'no ledger yet' not in said, (asked, said)
    assert os.listdir(home('two')) == ['ledger'], os.listdir(home('two'))  # and no key was made
    assert threat('two') == 'curious'
    said = cli('keygen', '--output', path('untold'), who='two').stderr.decode()
    assert 'not in the ledger' in said and 'follow' in said and 'choose' not in said, said


# What an earlier version left: a key that never signed anything, beside another computer's ledger.
def test_stray_key():
    ledger('begin', who='stray')
    shutil.rmtree(home('stray', 'ledger'))
    os.unlink(home('stray', 'ledger.seen'))
    sync('me', 'stray')
    said = ledger('verify', who='stray', status=WRONG_KEY).stderr.decode()
    assert 'ledger follow --log-key' in said and 'forged' not in said, said
    assert threat('stray') == 'curious'
    ledger('follow', '--log-key', key(), who='stray')
    assert labels('stray') == ['a', 'b']


# Another ledger in the place of one that had entries is no such thing.
def test_replaced():
    ledger('begin', who='victim')
    append('mine', who='victim')
    sync('me', 'victim')
    said = ledger('verify', who='victim', status=DAMAGED).stderr.decode()
    assert 'another ledger' in said and '1 ' in said, said
    assert threat('victim') == 'targeted'
    ledger('follow', '--log-key', key(), who='victim', status=WRONG_KEY)  # not by accident
    assert threat('victim') == 'targeted'


def test_follow():
    ledger('follow', who='two', status=USAGE)
    ledger('follow', '--log-key', 'nonsense', who='two', status=USAGE)
    other = report('begin', who='other')['key']
    ledger('follow', '--log-key', other, who='two', status=WRONG_KEY)
    assert sorted(os.listdir(home('two'))) == ['ledger'], os.listdir(home('two'))
    said = ledger('follow', '--log-key', key(), who='two').stdout.decode()
    assert '2' in said, said
    assert labels('two') == ['a', 'b']
    whole = report('verify', who='two')
    assert whole['state'] == 'whole' and whole['follows'] is True and whole['key'] == key(), whole
    assert report('verify')['follows'] is False
    assert 'follows' in ledger('verify', who='two').stdout.decode()
    assert report('compare', home('me', 'ledger'), who='two')['relation'] == 'same'
    append('c')
    assert report('compare', home('me', 'ledger'), who='two')['relation'] == 'ahead'
    sync('me', 'two')
    assert labels('two') == ['a', 'b', 'c']


def test_follower_does_not_sign():
    for asked in (['append', 'shared', FINGERPRINT], ['begin']):
        said = ledger(*asked, who='two', status=WRONG_KEY).stderr.decode()
        assert 'follows' in said and 'key import' in said, said
    said = cli('keygen', '--output', path('untold-2'), who='two').stderr.decode()
    assert 'not in the ledger' in said and 'follows' in said, said
    assert labels('two') == ['a', 'b', 'c'] and 'ledger.pub' not in os.listdir(home('two'))


def test_before_the_folder_is_there():
    ledger('follow', '--log-key', key(), who='early')
    said = ledger('list', who='early', status=IO).stderr.decode()
    assert 'not here yet' in said, said
    assert threat('early') == 'curious'
    sync('me', 'early')
    assert labels('early') == ['a', 'b', 'c']


def test_follower_notices():
    old = path('old')
    shutil.copytree(home('me', 'ledger'), old)
    append('d')
    sync('me', 'two')
    assert labels('two')[-1] == 'd'
    shutil.rmtree(home('two', 'ledger'))
    shutil.copytree(old, home('two', 'ledger'))
    assert json.loads(ledger('verify', '--json', who='two', status=DAMAGED).stdout)['state'] == 'rolled-back'
    assert threat('two') == 'targeted'
    # a fork that the key's owner signs: the fourth entry is another
    append('D', who='me', status=OK)
    shutil.rmtree(home('two', 'ledger'))
    shutil.copytree(old, home('two', 'ledger'))
    ledger('append', 'shared', FINGERPRINT, 'x', '--ledger', home('two', 'ledger'))
    ledger('append', 'shared', FINGERPRINT, 'y', '--ledger', home('two', 'ledger'))
    done = ledger('verify', '--json', who='two', status=DAMAGED)
    assert json.loads(done.stdout)['state'] == 'forked', done.stdout
    sync('me', 'two')
    name = home('two', 'ledger', 'tile/entries/000.p/5')
    data = read(name).replace(b'"b"', b'"B"')
    with open(name, 'wb') as file:
        file.write(data)
    assert b'Entry 2' in ledger('verify', who='two', status=DAMAGED).stderr
    assert threat('two') == 'targeted'
    sync('me', 'two')
    assert threat('two') == 'curious' and len(labels('two')) == 5
    # an impostor's ledger under the same name
    text = read(home('two', 'ledger', 'checkpoint')).replace(b'\n5\n', b'\n4\n')
    with open(home('two', 'ledger', 'checkpoint'), 'wb') as file:
        file.write(text)
    ledger('verify', who='two', status=DAMAGED)
    assert threat('two') == 'targeted'
    sync('me', 'two')


def test_key_moves():
    words, wrong, sealed = path('words'), path('wrong'), path('ledger-key.age')
    for name, text in ((words, 'wincing edginess footrest'), (wrong, 'nonsense')):
        with open(name, 'w') as file:
            file.write(text)
    ledger('key', 'export', '--passphrase-file', words, status=USAGE)  # to where?
    ledger('key', 'export', '--passphrase-file', words, '--output', path('never'), who='two', status=WRONG_KEY)
    assert not os.path.exists(path('never'))
    said = ledger('key', 'export', '--passphrase-file', words, '--output', sealed).stderr.decode()
    assert 'two histories' in said, said
    assert read(sealed).startswith(b'age-encryption.org/v1\n-> scrypt ')
    ledger('key', 'export', '--passphrase-file', words, '--output', sealed, status=IO)  # never overwrites
    ledger('key', 'import', sealed, '--passphrase-file', wrong, who='two', status=WRONG_KEY)
    ledger('key', 'import', words, '--passphrase-file', words, who='two', status=6)
    # a key for another ledger than the one that is here
    ledger('key', 'import', sealed, '--passphrase-file', words, who='victim', status=WRONG_KEY)
    said = ledger('key', 'import', sealed, '--passphrase-file', words, who='two').stderr.decode()
    assert 'two histories' in said, said
    assert os.stat(home('two', 'ledger.key')).st_mode & 0o777 == 0o600
    ledger('key', 'import', sealed, '--passphrase-file', words, who='two')  # once more: nothing to do
    assert report('verify', who='two')['follows'] is False
    append('from two', who='two')
    sync('two', 'me')
    assert labels('me')[-1] == 'from two'
    append('from one')
    sync('me', 'two')
    assert labels('two')[-2:] == ['from two', 'from one'] and threat('two') == 'curious'
    # where an earlier version left a key of its own, that is kept aside
    before = read(home('stray', 'ledger.key'))
    sync('me', 'stray')
    ledger('key', 'import', sealed, '--passphrase-file', words, who='stray')
    append('from stray', who='stray')
    kept = [read(home('stray', name)) for name in os.listdir(home('stray')) if name.endswith('.key')]
    assert len(kept) == 2 and before in kept
    # and on a computer that has nothing yet
    ledger('key', 'import', sealed, '--passphrase-file', words, who='bare')
    said = ledger('list', who='bare', status=IO).stderr.decode()
    assert 'not here yet' in said, said
    ledger('begin', who='bare', status=IO)  # another one with the same key would contradict the first
    sync('me', 'bare')
    assert labels('bare')[-1] == 'from one'


def test_two_histories():
    append('here')
    append('there', who='two')
    before = labels('two')
    sync('me', 'two')  # the last one wins, as with any sync tool
    done = ledger('verify', '--json', who='two', status=DAMAGED)
    assert json.loads(done.stdout)['state'] == 'forked' and b'Two computers' in done.stderr, done.stderr
    append('more', who='two', status=DAMAGED)
    said = cli('keygen', '--output', path('untold-3'), who='two').stderr.decode()
    assert 'not in the ledger' in said and 'begin --force' in said, said
    # the person decides which history goes on
    ledger('begin', '--force', who='two')
    assert labels('two')[-1] == 'here' and before[-1] == 'there'
    append('again', who='two')
    sync('two', 'me')
    assert labels('me')[-2:] == ['here', 'again']


if __name__ == '__main__':
    sys.exit(tap.run([(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
                      if name.startswith('test_')]))
