#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-protect-keyboard.py BUILD: the page Protect without a pointer: files chosen, protected, opened, looked at and taken off
the list; Caps Lock is told. Then keys, where the desktop has no store for them, and where it has one."""
import os, re, shutil, subprocess, sys
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, '../cli')]
import tap
from triptych import Triptych, fresh
from uidrive import Session, Timeout, poll

build = os.path.abspath(sys.argv[1])
source = os.path.dirname(os.path.dirname(here))
shots = os.path.join(build, 'screenshots')
PASSPHRASE = 'otter plum seven lanterns'
WAIT = 60


class Keyboard:
    def __init__(self, session):
        self.s = session
        os.makedirs(shots, exist_ok=True)

    def path(self, *names):
        return os.path.join(self.s.dir, *names)

    def write(self, name, text):
        with open(self.path(name), 'w') as file:
            file.write(text)
        return self.path(name)

    def cli(self, *args):
        done = subprocess.run([os.path.join(build, 'src/cli/triptych-cli'), *args], env=self.s.env, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == 0, (args, done.stderr)
        return done.stdout

    def launch(self):
        self.ui = Triptych(self.s, build, os.path.join(source, 'data/samples/digits.png'))
        self.s.key('alt+2')
        node = self.ui.app.find(re.compile('^_?Choose Files…$'), 'button', timeout=WAIT)
        while self.ui.app.find_now('Passphrase', 'text', within=node) is None:
            node = node.get_parent()
        self.page = node

    def find(self, name, role=None):
        return self.ui.app.find(name, role, timeout=WAIT, within=self.page)

    def focused(self, within=None):
        within = within or self.page
        within.clear_cache()
        return next((node for _, node in self.ui.app.walk(within) if self.ui.app.state(node, 'FOCUSED')), None)

    def tab_to(self, pattern, key='Tab', within=None):
        """As often as it needs; each time waits until the focus is elsewhere, which it may also be outside the page."""
        seen = []
        for _ in range(40):
            node = self.focused(within)
            name = node.get_name() if node is not None else None
            if name is not None and re.search(pattern, name):
                return node
            seen.append(name)
            self.s.key(key)
            try:
                poll(lambda: self.focused(within) != node, 1 if node is None else 10)
            except Timeout:
                assert node is None, f'{key} does not move the focus from {name!r}'
        raise AssertionError(f'{key} never leads to {pattern!r}: {seen}')

    def type(self, text):
        """Into what has the focus."""
        entry = self.focused()
        self.s.key('ctrl+a')
        self.s.type(text)
        poll(lambda: self.ui.app.text_of(entry) == text, 20, what='what is typed')

    def statuses(self):
        self.page.clear_cache()
        return [self.ui.app.label_of(node) for _, node in self.ui.app.walk(self.page)
                if node.get_role_name() in ('status bar', 'statusbar', 'status') and min(self.ui.app.box(node)[2:]) > 0]

    def wait_said(self, pattern):
        try:
            return poll(lambda: next((text for text in self.statuses() if re.search(pattern, text)), None), WAIT)
        except Exception:
            raise AssertionError(f'{pattern!r} is not said, but {self.statuses()}') from None


def step_chooses_files(k):
    os.makedirs(k.path('photos'))
    shutil.copy(os.path.join(source, 'data/samples/brain.png'), k.path('photos'))
    k.photo = k.path('photos', 'brain.png')
    k.launch()
    k.tab_to('^_?Choose Files…$')
    k.s.key('Return')
    k.ui.choose_file('Add Files', k.photo)
    k.find(re.compile('^_?Protect 1 File$'), 'button')


def step_types_a_passphrase_twice(k):
    k.tab_to('^Passphrase$')
    k.type(PASSPHRASE)
    k.s.key('Return')
    poll(lambda: k.focused().get_name() == 'Repeat the passphrase', 20, what='Return to lead to the second entry')


def step_is_told_of_caps_lock(k):
    told = lambda: k.ui.app.find_now(re.compile('Caps Lock is on'), within=k.page) is not None
    assert not told()
    k.s.xdo('key', 'Caps_Lock')
    poll(told, 20, what='the warning of Caps Lock')
    k.s.screenshot(os.path.join(shots, 'protect-caps-lock.png'), window=k.ui.app.win)
    k.s.xdo('key', 'Caps_Lock')
    poll(lambda: not told(), 20, what='the warning to go')


def step_protects(k):
    k.type(PASSPHRASE)
    k.s.key('Return')
    k.wait_said('^1 file done$')
    assert os.path.exists(k.photo + '.age')
    item = k.find(re.compile('^brain.png: Done. .*verified'), 'list item')
    assert item is not None


def step_clears_the_list(k):
    k.tab_to('^C_?lear$')
    k.s.key('Return')
    poll(lambda: len(k.ui.app.xwindows()) > 1, 20, what='the menu')
    k.tab_to('The _?Whole List', key='Down', within=k.page)
    k.s.key('Return')
    k.find(re.compile('^_?Choose Files…$'), 'button')


def step_opens(k):
    os.unlink(k.photo)
    k.s.key('ctrl+o')
    k.ui.choose_file('Add Files', k.photo + '.age')
    k.find(re.compile('^_?Open 1 File$'), 'button')
    k.tab_to('^Passphrase$')
    k.type('not this one')
    k.s.key('Return')
    k.wait_said('does not fit 1 file')
    assert not os.path.exists(k.photo)
    poll(lambda: k.focused().get_name() == 'Passphrase', 20, what='the focus where something is wrong')
    k.type(PASSPHRASE)
    k.s.key('Return')
    k.wait_said('^1 file done$')
    assert os.path.exists(k.photo)


def step_looks_and_takes_off_the_list(k):
    k.tab_to('^brain.png.age: Done')
    k.s.key('Return')
    k.wait_said('in memory only')
    k.s.screenshot(os.path.join(shots, 'protect-keyboard.png'), window=k.ui.app.win)
    k.tab_to('^brain.png.age: Done')
    k.s.key('Delete')
    k.find(re.compile('^_?Choose Files…$'), 'button')


def step_chooses_a_folder(k):
    """With a photo and an age file, of which the latter is left alone."""
    k.tab_to('^Choose a F_?older…$')
    k.s.key('Return')
    k.ui.choose_file('Add Folders', k.path('photos'))
    k.find(re.compile('^_?Protect 1 File$'), 'button')
    k.wait_said('^1 age file among other files of a folder was left alone')


def step_chooses_where_results_go(k):
    os.makedirs(k.path('safe'))
    k.tab_to('^Save$')
    k.s.key('Return')
    poll(lambda: len(k.ui.app.xwindows()) > 1, 20, what='the places to save')
    k.s.key('Down', 'Return')
    k.ui.choose_file('Folder for the Results', k.path('safe'))
    k.find('In “safe”', 'label')
    k.s.key('F5')
    k.wait_said('^1 file done')
    assert os.listdir(k.path('safe')) == ['photos'] and os.listdir(k.path('safe', 'photos')) == ['brain.png.age'], \
        list(os.walk(k.path('safe')))


def step_reads_the_help(k):
    k.s.key('F1')
    poll(lambda: any(title == 'Help' for _, title, _ in k.ui.app.xwindows()), 20, what='the help')
    window = next(w for w in k.ui.windows() if w.get_name() == 'Help')
    poll(lambda: (k.focused(window) or window).get_name() == 'Protect', 20, what='the help on this page, with the focus')
    k.s.key('Escape')
    poll(lambda: not any(title == 'Help' for _, title, _ in k.ui.app.xwindows()), 20, what='the help to close')
    k.ui.quit()


def protect_for_own_key(k, name, *more):
    """A key in the ring, and a file that it opens."""
    k.cli('keygen', '--keyring', name, *more)
    recipient = k.cli('recipients', '--keyring', name, *more).split()[0]
    plain = k.write(f'{name}.txt', 'for ' + name)
    k.cli('protect', '--recipient', recipient, plain)
    os.unlink(plain)
    return plain


def open_with_own_keys(k, plain):
    k.launch()
    k.s.key('ctrl+o')
    k.ui.choose_file('Add Files', plain + '.age')
    k.find(re.compile('^_?Open 1 File$'), 'button')
    k.tab_to('^My keys$')
    k.s.key('space')


def step_opens_with_a_locked_ring(k):
    """No Secret Service: the secret keys are in a file that a passphrase locks, and the page says so."""
    words = k.write('ring-passphrase', 'wincing edginess')
    plain = protect_for_own_key(k, 'paper', '--keyring-passphrase-file', words)
    open_with_own_keys(k, plain)
    k.wait_said('The key ring is locked')
    k.s.key('F5')
    k.tab_to('^Unlock the Key Ring…$')
    k.s.screenshot(os.path.join(shots, 'protect-locked.png'), window=k.ui.app.win)
    assert not os.path.exists(plain)
    k.plain = plain


def ring_window(k):
    return next((window for window in k.ui.windows() if window.get_name() == 'Key Ring'), None)


def words_entry(k):
    """With the focus, in the key ring's window."""
    window = poll(lambda: ring_window(k), 20, what='the window of the key ring')
    node = lambda: k.focused(window)
    poll(lambda: node() is not None and node().get_name() == 'Passphrase', 20, what='the focus in the passphrase')
    return node()


def unlock_with(k, words):
    entry = words_entry(k)
    k.s.key('ctrl+a')
    k.s.type(words)
    poll(lambda: k.ui.app.text_of(entry) == words, 20, what='what is typed')
    k.s.key('Return')


def step_leaves_it_locked_with_Escape(k):
    k.s.key('Return')
    words_entry(k)
    k.s.key('Escape')
    poll(lambda: ring_window(k) is None, 20, what='the window to close')
    poll(lambda: k.focused().get_name() == 'Unlock the Key Ring…', 20, what='the focus where it was')


def step_is_told_of_a_wrong_passphrase(k):
    k.s.key('Return')
    unlock_with(k, 'wincing edges')
    poll(lambda: k.ui.app.find_now(re.compile('This is not the key ring.s passphrase'), within=fresh(ring_window(k))), WAIT,
         what='what is wrong')
    words_entry(k)  # to be typed again
    k.s.screenshot(os.path.join(shots, 'protect-locked-wrong.png'))


def step_unlocks_and_opens(k):
    """The window closes itself, and the page tries the key."""
    unlock_with(k, 'wincing edginess')
    poll(lambda: ring_window(k) is None, WAIT, what='the window to close')
    k.wait_said('^1 secret key of yours is tried on each file')
    k.ui.app.focus()
    k.s.key('F5')
    k.wait_said('^1 file done$')
    with open(k.plain) as file:
        assert file.read() == 'for paper'
    k.ui.quit()


def step_opens_with_the_desktop_s_store(k):
    shutil.rmtree(os.path.join(k.s.env['XDG_DATA_HOME'], 'triptych'))  # the locked ring
    k.ui.beside('../vault/secret-service.py', 'test', ready='ready')
    plain = protect_for_own_key(k, 'desk')
    open_with_own_keys(k, plain)
    k.s.key('F5')
    k.wait_said('^1 file done$')
    with open(plain) as file:
        assert file.read() == 'for desk'
    k.ui.quit()


STEPS = [name for name in list(globals()) if name.startswith('step_')]

with Session(size=(1280, 800)) as session:
    keyboard = Keyboard(session)
    failed = []

    def step(name):
        assert not failed, f'not reached: {failed[0]} failed'
        try:
            globals()[name](keyboard)
        except BaseException:
            failed.append(name)
            session.screenshot(os.path.join(shots, 'protect-keyboard-failed.png'))
            raise

    sys.exit(tap.run([(name[5:].replace('_', ' '), lambda name=name: step(name)) for name in STEPS]))
