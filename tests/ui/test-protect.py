#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-protect.py BUILD: photos onto the page Protect, a passphrase, and files that the command line opens again; then the
files themselves onto the page, and the picture in memory."""
import os, re, shutil, subprocess, sys
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, '../cli')]
from triptych import Triptych, run_steps
from uidrive import Session, poll

build = os.path.abspath(sys.argv[1])
samples = os.path.join(os.path.dirname(os.path.dirname(here)), 'data/samples')
shots = os.path.join(build, 'screenshots')
PASSPHRASE = 'otter plum seven lanterns'
NAMES = ('astronaut.png', 'digits.png', 'brain.png')


class Protect:
    def __init__(self, session):
        self.s = session
        self.photos = os.path.join(session.dir, 'photos')
        os.makedirs(self.photos)
        os.makedirs(shots, exist_ok=True)
        for name in NAMES:
            shutil.copy(os.path.join(samples, name), self.photos)

    def _button(self, pattern):
        return self.ui.app.find(re.compile(pattern), 'button', timeout=30)

    def _drop(self, path):
        self.ui.drop_at(path, 300, 500)

    def _type_into(self, name, text):
        entry = self.ui.app.find(name, 'text', timeout=20, iface='EditableText', backwards=True)
        self.ui.app.mouse_click(entry)
        self.s.key('ctrl+a')
        self.s.type(text)
        poll(lambda: self.ui.app.text_of(entry) == text, 10, what=f'{name} to be typed')

    def takes_dropped_photos(self):
        self.ui = Triptych(self.s, build, os.path.join(samples, 'digits.png'))
        self.s.key('alt+2')
        self._button('Choose Files')
        for name in NAMES:
            self._drop(os.path.join(self.photos, name))
        self._button('^_?Protect 3 Files$')

    def protects_them(self):
        self.heard = os.path.join(self.s.dir, 'heard')
        self.ui.beside('announced.py', self.heard, ready='ready')
        self.ui.app.focus()
        self._type_into('Passphrase', PASSPHRASE)
        self._type_into('Repeat the passphrase', PASSPHRASE)
        self.ui.app.mouse_click(self._button('^_?Protect 3 Files$'))
        files = [os.path.join(self.photos, name + '.age') for name in NAMES]
        poll(lambda: all(os.path.exists(file) for file in files), 60, what='three age files')
        poll(lambda: self.ui.app.find_now(re.compile('3 files done')), 30, what='the summary')
        self.s.settle()
        self.s.screenshot(os.path.join(shots, 'protect-done.png'), window=self.ui.app.win)

    def announces_the_end(self):
        def heard():
            with open(self.heard) as file:
                return file.read().splitlines()
        poll(lambda: '3 files done' in heard(), 30, what='the end to be announced')

    def made_what_age_opens(self):
        passphrase = os.path.join(self.s.dir, 'passphrase')
        with open(passphrase, 'w') as file:
            file.write(PASSPHRASE)
        for name in NAMES:
            out = os.path.join(self.s.dir, 'again-' + name)
            subprocess.run([os.path.join(build, 'src/cli/triptych-cli'), 'open', '--passphrase-file', passphrase, '--output',
                            out, os.path.join(self.photos, name + '.age')], check=True, capture_output=True)
            with open(out, 'rb') as again, open(os.path.join(self.photos, name), 'rb') as original:
                assert again.read() == original.read(), name

    def previews_in_memory(self):
        before = set(os.listdir(self.photos))
        self._drop(os.path.join(self.photos, 'astronaut.png.age'))
        self._button('^_?Open 1 File$')
        self.ui.app.mouse_click(self.ui.app.find('astronaut.png.age', 'label'))
        self.ui.app.mouse_click(self._button('^Pre_?view$'))
        poll(lambda: self.ui.app.find_now(re.compile('512 × 512.*in memory only')), 60, what='the preview')
        self.s.settle()
        self.s.screenshot(os.path.join(shots, 'protect-preview.png'), window=self.ui.app.win)
        assert set(os.listdir(self.photos)) == before, os.listdir(self.photos)

    def ends_in_silence(self):
        self.ui.quit()


with Session(size=(1280, 800)) as session:
    run_steps(session, Protect(session))
