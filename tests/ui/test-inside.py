#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-inside.py BUILD: a network's inside by real keys and the pointer: keys that are nearly right, and Eve. Prints TAP."""
import os, re, sys
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, '../cli')]
from pictures import picture, write_png
from triptych import Triptych, fresh, run_steps
from uidrive import Session

build = os.path.abspath(sys.argv[1])


class Inside:
    """In this order: each begins where the one before has ended."""
    def __init__(self, session):
        self.s = session
        self.picture = session.dir + '/picture.png'
        write_png(self.picture, 96, 64, 3, picture(96, 64, 3))
        self.ui = None

    def _says(self, pattern):
        """In words somewhere. What has the role of a status has no name in newer GTK, and is read as text."""
        roles = 'label', 'status bar'
        words = lambda: [self.ui.app.label_of(node) for _, node in self.ui.app.walk() if node.get_role_name() in roles]
        self.ui.wait(lambda: any(re.search(pattern, said or '') for said in words()), pattern, 60)

    def looks_inside(self):
        self.ui = Triptych(self.s, build, self.picture)
        self.ui.wait_idle()
        self.ui.choose_cipher('CNN Feistel network')
        self.ui.wait_idle()
        self.ui.app.mouse_click(re.compile('^Inside the cipher$'))
        self._says('^1 wrong bit: SSIM ')

    def scrubs_by_keys(self):
        slider = self.ui.app.find('Wrong bits of the key', 'slider', timeout=20)
        for _ in range(60):  # it is reached by Tab alone
            if self.ui.app.state(fresh(slider), 'FOCUSED'):
                break
            self.s.key('Tab')
        assert self.ui.app.state(fresh(slider), 'FOCUSED')
        self.s.key('Home')
        self._says('^the right key: SSIM 1.000$')
        self.s.key('Right', 'Right', 'Right')
        self._says('^3 wrong bits: SSIM ')
        self.s.key('End')
        self._says('^32 wrong bits: SSIM ')
        self.s.key('Left')
        self._says('^31 wrong bits: SSIM ')

    def trains_eve_and_stops(self):
        button = self.ui.app.find(re.compile('Train Eve$'), 'button', timeout=20)
        self.ui.app.do('click', button)
        result = '^Without the key Eve sees nothing|^Eve sees something'
        self._says('^Eve learns: step |' + result)  # on a fast machine all is over before it is seen
        if not fresh(button).get_name().endswith('Train Eve'):
            self.ui.app.do('click', button)
        self.ui.wait(lambda: self.ui.app.find_now(re.compile('Train Eve$'), 'button') is not None, 'the button to begin again')
        self._says(result)

    def ends_in_silence(self):
        self.ui.quit()


with Session(size=(1280, 800)) as session:
    run_steps(session, Inside(session))
