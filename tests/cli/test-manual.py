#!/usr/bin/env python3
# The manual page: no warnings of groff, and every command, option and exit status of the program in it.
# Arguments: the program, its page, that of the window. SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap

CLI, PAGE, OF_THE_WINDOW = sys.argv[1:]
ENV = {**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': '', 'MANWIDTH': '1000', 'MAN_KEEP_FORMATTING': ''}


def rendered(page=PAGE):
    done = subprocess.run(['man', '--warnings=w', '-E', 'UTF-8', '-l', page], capture_output=True, env=ENV, check=True)
    return done.stdout.decode(), done.stderr.decode()


def output(*args):
    return subprocess.run([CLI, *args], capture_output=True, env=ENV, check=True).stdout.decode()


def commands():
    return re.findall(r'^  (\w+) ', output('--help'), re.M)


def test_no_warnings():
    for page, section in (PAGE, 'EXIT STATUS'), (OF_THE_WINDOW, 'DESCRIPTION'):
        text, warnings = rendered(page)
        assert warnings == '', warnings
        assert section in text


def test_commands():
    text, _ = rendered()
    names = commands()
    assert len(names) == 16, names
    for name in names:
        assert re.search(rf'^ +{name}\b', text, re.M), name


def help_options(command):
    """{long option: (short option, argument)}, as its --help says, without the parameters of ciphers."""
    text = output(command, '--help')
    head, text = re.fullmatch(r'(Usage: triptych-cli .*\n\n.+\n\n)Options:\n(.*)', text, re.S).groups()
    assert head.count('\n') == 4, head
    text = text.split('\n\n')[0]
    return {name: (short, argument) for short, name, argument in re.findall(r'^  (?:(-\w), )?(--[a-z-]+)(?:=(\S+))?', text, re.M)}


def manual_options():
    """The same of the manual page, which may name two in a line."""
    text = rendered()[0].replace('‐', '-').replace('...', '…')
    section = re.split(r'^[A-Z]', re.split(r'^OPTIONS$', text, flags=re.M)[1], flags=re.M)[0]
    found = {}
    for line in re.findall(r'^ {7}(-.*)$', section, re.M):
        for short, name, argument in re.findall(r'(?:(-\w), )?(--[a-z-]+)(?: ([^\s,]+(?:,…)?))?', line):
            assert found.setdefault(name, (short, argument)) == (short, argument), name
    return found


def test_options():
    """Every option of every command, by the same letter and with the same argument, and no option that there isn't."""
    manual = manual_options()
    assert manual.pop('--version') == ('', '')
    known = set()
    for command in commands():
        options = help_options(command)
        assert '--help' in options and '--json' in options, command
        known |= set(options)
        for name, (short, argument) in options.items():
            assert name in manual, f'{command} {name} is not in the manual page'
            same = manual[name] == (short, argument) or (name == '--output' and manual[name] == (short, 'FILE'))
            assert same, f'{command} {name}: {short} {argument}, in the manual page {manual[name]}'
    assert set(manual) == known, set(manual) - known


def test_synopses():
    """What the synopsis of a command names, the command takes."""
    text = rendered()[0].replace('‐', '-').split('SYNOPSIS')[1].split('DESCRIPTION')[0]
    seen = set()
    for command, rest in re.findall(r'^ +triptych-cli (\w+)(.*)$', text, re.M):
        unknown = set(re.findall(r'--[a-z-]+', rest)) - set(help_options(command))
        assert not unknown, (command, unknown)
        seen.add(command)
    assert seen == set(commands()), seen ^ set(commands())


def test_json_keys():
    text, _ = rendered()
    json_part = text.split('JSON', 2)[-1]
    for key in ('mse', 'psnr', 'ssim', 'ssim_uniform', 'entropy', 'local_entropy', 'chi2', 'chi2_p', 'corr_h', 'corr_v',
                'corr_d', 'npcr', 'uaci', 'key_bit_ssim', 'leak', 'encrypt_s', 'decrypt_s', 'metrics_s', 'original',
                'sealed', 'file', 'state', 'output', 'bytes', 'sha256', 'error', 'armored', 'passphrase', 'post_quantum',
                'work_factor', 'header_bytes', 'recipients', 'recipient', 'label', 'own', 'fingerprint', 'kind',
                'purpose', 'network', 'threat', 'content', 'shrink', 'reason', 'created', 'store', 'entry', 'entries', 'proved',
                'cosignatures', 'wrong_tiles', 'cosigned_entries', 'relation', 'other_entries', 'sentence', 'model', 'folder', 'weights',
                'training_pictures', 'validation_pictures', 'passed_over', 'steps', 'seconds', 'validations', 'best',
                'overfitting', 'step', 'training_loss', 'validation_loss', 'cases', 'mean', 'attackers', 'critic_accuracy',
                'linear_psnr', 'linear_ssim', 'leak_of_noise', 'wrong_key_leak', 'wrong_key_leak_of_noise', 'wrong_key_ssim',
                'inside_intervals', 'eve_psnr', 'flat_psnr', 'eve_ssim', 'eve_leak', 'eve_leak_of_noise', 'linear_fitted_to',
                'damaged', 'damage', 'filtered_code_psnr', 'filtered_code_ssim', 'filtered_picture_psnr', 'filtered_picture_ssim',
                'refused'):
        assert re.search(rf'\b{key}\b', json_part), key


def test_environment():
    text, _ = rendered()
    assert 'TRIPTYCH_PASSPHRASE_FD' in text.split('ENVIRONMENT')[1]


def test_exit_statuses():
    text, _ = rendered()
    statuses = re.findall(r'^ +(\d+)\b', text.split('EXIT STATUS')[1].split('ENVIRONMENT')[0], re.M)
    assert statuses == ['0', '1', '2', '3', '4', '5', '6', '7', '130'], statuses


if __name__ == '__main__':
    sys.exit(tap.run([(name[5:].replace('_', '-'), function) for name, function in list(globals().items())
                      if name.startswith('test_')]))
