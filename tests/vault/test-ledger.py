#!/usr/bin/env python3
# Drives triptych-cli ledger as its owner, a second computer, a thief and a witness would. Argument: the program.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import shutil
import stat
import subprocess
import sys

from ledger_cli import DAMAGED, FAILED, FINGERPRINT, IO, USAGE, WRONG_KEY, cli, copy, home, key, ledger, path, report
import tap

SERVICE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'secret-service.py')


def test_none_yet():
    done = ledger('list', status=IO)
    assert b'ledger begin' in done.stderr, done.stderr
    cli('keygen', '--output', path('unrecorded'))
    assert not os.path.exists(os.path.join(home(), 'ledger'))


def test_begin():
    first = ledger('begin').stdout.decode().strip()
    assert first.startswith('triptych/ledger/') and first == key()
    assert report('list') == []
    mode = os.stat(os.path.join(home(), 'ledger.key')).st_mode
    assert stat.S_IMODE(mode) == 0o600, oct(mode)


def test_keygen_is_recorded():
    recipient = json.loads(cli('keygen', '--json', '--output', path('key')).stdout)['recipient']
    ledger('append', 'shared', recipient, 'to Ana, "by hand"')
    entries = report('list')
    assert [(one['entry'], one['kind']) for one in entries] == [(1, 'created'), (2, 'shared')], entries
    assert entries[0]['fingerprint'] == entries[1]['fingerprint'] and len(entries[0]['fingerprint']) == 32
    assert entries[1]['label'] == 'to Ana, "by hand"'
    text = ledger('list').stdout.decode()
    assert 'created' in text and 'to Ana, "by hand"' in text
    files = b''.join(open(os.path.join(folder, name), 'rb').read()
                     for folder, _, names in os.walk(home()) for name in names if name != 'ledger.key')
    assert b'SECRET' not in files and b'PRIVATE' not in files


def test_append_refuses():
    ledger('append', 'eaten', FINGERPRINT, status=USAGE)
    ledger('append', 'shared', status=USAGE)
    ledger('append', 'shared', '0011', status=FAILED)
    with open(path('key')) as file:
        secret = file.read().split('\n')[2]
    done = ledger('append', 'shared', FINGERPRINT, secret, status=FAILED)
    assert secret.encode() not in done.stderr
    ledger('append', 'shared', secret, status=FAILED)
    assert len(report('list')) == 2


def test_verify():
    whole = report('verify')
    assert whole['state'] == 'whole' and whole['entries'] == 2 and whole['cosignatures'] == [], whole
    text = ledger('verify').stdout.decode()
    assert 'whole' in text and "can't prove" in text, text


def test_other_computer():
    there = copy('there')
    assert len(report('list', '--ledger', there, '--log-key', key(), who='other')) == 2
    ledger('list', '--ledger', there, who='other', status=IO)
    ledger('list', '--ledger', there, '--log-key', 'nonsense', who='other', status=USAGE)
    stranger = report('begin', who='stranger')['key']
    ledger('list', '--ledger', there, '--log-key', stranger, who='other', status=WRONG_KEY)


def test_compare():
    old, edited, cut, point = copy('old'), copy('edited'), copy('cut'), path('point')
    ledger('append', 'revoked', FINGERPRINT, 'lost')
    ledger('checkpoint', '--output', point)
    ledger('checkpoint', '--output', point, status=IO)
    assert report('compare', home() + '/ledger')['relation'] == 'same'
    assert report('compare', point)['relation'] == 'same'
    behind = report('compare', old)
    assert behind['relation'] == 'behind' and (behind['entries'], behind['other_entries']) == (3, 2), behind
    ahead = report('compare', home() + '/ledger', '--ledger', old)
    assert ahead['relation'] == 'ahead', ahead
    name = os.path.join(edited, 'tile/entries/000.p/2')
    data = open(name, 'rb').read()
    open(name, 'wb').write(data.replace(b'to Ana', b'to Eve'))
    done = ledger('compare', edited, '--json', status=DAMAGED)
    changed = json.loads(done.stdout)
    assert changed['relation'] == 'edited' and changed['entry'] == 2 and 'Eve' in changed['there'], changed
    assert b'Eve' in done.stderr and b'Ana' in done.stderr
    assert b'Entry 2' in ledger('verify', '--ledger', edited, status=DAMAGED).stderr
    os.unlink(os.path.join(cut, 'tile/entries/000.p/2'))
    ledger('compare', cut, status=DAMAGED)
    ledger('compare', path('nowhere'), status=IO)


def test_forked():
    fork = path('old')
    ledger('append', 'deleted', FINGERPRINT, 'elsewhere', '--ledger', fork)
    done = ledger('compare', fork, '--json', status=DAMAGED)
    forked = json.loads(done.stdout)
    assert forked['relation'] == 'forked' and forked['entry'] == 3 and 'elsewhere' in forked['there'], forked


def test_proof():
    proof = path('two.tlog-proof')
    ledger('prove', '2', '--output', proof)
    proved = report('verify', proof, '--log-key', key(), who='other')
    assert proved['proved']['entry'] == 2 and proved['proved']['label'].startswith('to Ana') and proved['entries'] == 3
    ledger('prove', '0', status=USAGE)
    ledger('prove', '4', status=USAGE)
    text = open(proof).read()
    open(proof, 'w').write(text.replace('index 1', 'index 2'))
    ledger('verify', proof, status=DAMAGED)
    open(proof, 'w').write(text[:50])
    ledger('verify', proof, status=DAMAGED)


def test_witness():
    there, point = copy('there'), path('cosigned')
    ledger('cosign', there, who='friend', status=USAGE)
    done = ledger('cosign', there, '--log-key', key(), '--output', point, who='friend')
    witness = done.stderr.decode().strip().split()[-1]
    assert witness.startswith('triptych/witness/'), witness
    ledger('accept', point, status=WRONG_KEY)
    ledger('accept', point, '--witness-key', witness)
    ledger('append', 'backed-up', FINGERPRINT)
    verified = report('verify', '--witness-key', witness)
    assert [one['name'] for one in verified['cosignatures']] == [witness.split('+')[0]], verified
    assert verified['cosigned_entries'] == 3 and verified['entries'] == 4
    assert b'Cosigned by' in ledger('verify', '--witness-key', witness).stdout
    # what contradicts the one that was cosigned, or is older, is not
    ledger('cosign', path('old'), '--log-key', key(), who='friend', status=DAMAGED)
    ledger('cosign', copy('newer'), '--log-key', key(), who='friend')
    ledger('cosign', there, '--log-key', key(), who='friend', status=DAMAGED)


def test_rolled_back():
    now = copy('now')
    shutil.rmtree(os.path.join(home(), 'ledger'))
    assert b'are gone' in ledger('begin', status=DAMAGED).stderr
    done = cli('keygen', '--output', path('untold'))
    assert b'not in the ledger' in done.stderr, done.stderr
    shutil.copytree(path('there'), os.path.join(home(), 'ledger'))
    done = ledger('verify', '--json', status=DAMAGED)
    assert json.loads(done.stdout)['state'] == 'rolled-back', done.stdout
    ledger('append', 'shared', FINGERPRINT, status=DAMAGED)
    ledger('checkpoint', status=DAMAGED)
    advice = json.loads(cli('advise', '--json').stdout)
    assert advice['threat'] == 'targeted' and 'log of your keys' in advice['threat_reason'], advice
    shutil.rmtree(os.path.join(home(), 'ledger'))
    shutil.copytree(now, os.path.join(home(), 'ledger'))
    ledger('append', 'shared', FINGERPRINT)
    advice = json.loads(cli('advise', '--json').stdout)
    assert advice['threat'] == 'curious' and 'threat_reason' not in advice, advice


def test_key_ring_is_recorded():
    before = len(report('list'))
    open(path('pass'), 'w').write('wincing edginess footrest')
    theirs = path('theirs')
    open(theirs, 'w').write('age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n')
    cli('keyring', 'import', theirs, '--keyring', 'Ana')
    cli('keyring', 'remove', 'Ana')
    kinds = [(one['kind'], one['label']) for one in report('list')[before:]]
    assert kinds == [('imported', 'Ana'), ('deleted', 'Ana')], kinds


# Keys that are older than the ledger are in it from its beginning, and none of them twice.
def test_older_keys():
    words, theirs = path('pass'), path('theirs')
    cli('keygen', '--keyring', 'old me', '--keyring-passphrase-file', words, who='late')
    cli('keygen', '--keyring', 'gone', '--keyring-passphrase-file', words, who='late')
    cli('keyring', 'revoke', 'gone', who='late')
    cli('keyring', 'import', theirs, '--keyring', 'Ana', who='late')
    done = ledger('begin', who='late')
    assert b'3 keys' in done.stderr and b'not when' in done.stderr, done.stderr
    entries = report('list', who='late')
    assert [(one['kind'], one['label'].split(' (')[0]) for one in entries] == [
        ('created', 'old me'), ('created', 'gone'), ('revoked', 'gone'), ('imported', 'Ana')], entries
    assert all('already' in one['label'] for one in entries), entries
    ring = {one['label']: one['fingerprint'] for one in json.loads(cli('keyring', 'list', '--json', who='late').stdout)}
    assert [one['fingerprint'] for one in entries] == [ring[name] for name in ('old me', 'gone', 'gone', 'Ana')]
    cli('keygen', '--keyring', 'new', '--keyring-passphrase-file', words, who='late')
    again = ledger('begin', '--json', who='late')
    assert json.loads(again.stdout)['added'] == 0 and json.loads(again.stdout)['entries'] == 5 and again.stderr == b''


def test_recipients_are_shared():
    before = len(report('list', who='late'))
    cli('recipients', '--keyring', 'old me', '--keyring', 'Ana', who='late')
    cli('recipients', '--keyring', 'nobody', who='late', status=WRONG_KEY)
    added = [(one['kind'], one['label']) for one in report('list', who='late')[before:]]
    assert added == [('shared', 'old me')], added  # other people's recipients are theirs to share


def test_lost():
    n = len(report('list', who='late'))
    shutil.rmtree(os.path.join(home('late'), 'ledger'))
    for asked in 'verify', 'list', 'checkpoint', 'begin':
        said = ledger(asked, who='late', status=DAMAGED).stderr.decode()
        assert f'{n} entries' in said and 'gone' in said and 'choose' not in said, said
    said = cli('keygen', '--output', path('untold-2'), who='late').stderr.decode()
    assert 'not in the ledger' in said and f'{n} entries' in said, said


def test_key_that_others_can_read():
    os.chmod(os.path.join(home(), 'ledger.key'), 0o644)
    ledger('append', 'shared', FINGERPRINT, status=WRONG_KEY)
    ledger('list')  # needs no secret
    os.chmod(os.path.join(home(), 'ledger.key'), 0o600)
    ledger('append', 'shared', FINGERPRINT)


def files_of(who):
    return sorted(name for name in os.listdir(home(who)) if name != 'ledger')


# A key that was made without the service moves into it, and from then on nothing secret is on the disk.
def test_secret_service():
    ledger('begin', who='moving')
    ledger('append', 'shared', FINGERPRINT, 'by file', who='moving')
    assert files_of('moving') == ['ledger.key', 'ledger.pub', 'ledger.seen'], files_of('moving')
    bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address=1'], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)
    env = {'DBUS_SESSION_BUS_ADDRESS': bus.stdout.readline().decode().strip(), 'TRIPTYCH_KEYRING': 'automatic'}
    service = subprocess.Popen(['/usr/bin/python3', SERVICE], stdout=subprocess.PIPE, env={**os.environ, **env})
    try:
        assert service.stdout.readline() == b'ready\n'
        ledger('append', 'shared', FINGERPRINT, 'by service', who='moving', env=env)
        assert files_of('moving') == ['ledger.pub', 'ledger.seen'], files_of('moving')
        ledger('append', 'shared', FINGERPRINT, 'again', who='moving', env=env)
        ledger('begin', who='fresh', env=env)
        ledger('append', 'shared', FINGERPRINT, who='fresh', env=env)
        assert files_of('fresh') == ['ledger.pub', 'ledger.seen'], files_of('fresh')
        service.terminate()
        service.wait()
        failed = ledger('append', 'shared', FINGERPRINT, who='moving', env=env, status=WRONG_KEY)
        assert b'Secret Service' in failed.stderr, failed.stderr
        labels = [one['label'] for one in report('list', who='moving', env=env)]  # needs no secret
        assert labels == ['by file', 'by service', 'again'], labels
        ledger('begin', who='moving', env=env, status=WRONG_KEY)  # and no second key
    finally:
        service.kill()
        bus.kill()
        service.wait()
        bus.wait()


if __name__ == '__main__':
    sys.exit(tap.run([(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
                      if name.startswith('test_')]))
