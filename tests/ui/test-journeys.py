#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-journeys.py BUILD: the program as a person drives it, from the first picture to the one decrypted elsewhere, by
real keys, pointer, drag and clipboard on a private display. Prints TAP."""
import json, os, re, subprocess, sys
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, '../cli')]
from pictures import picture, read_png, write_png
from triptych import Triptych, run_steps
from uidrive import Session

build = os.path.abspath(sys.argv[1])
PASSPHRASE = 'correct horse battery'


def write_picture(path, width, height):
    write_png(path, width, height, 3, picture(width, height, 3))
    return path


def pixels(path):
    with open(path, 'rb') as file:
        return read_png(file.read())


class Journeys:
    """In this order: each begins where the one before has ended."""
    def __init__(self, session):
        self.s = session
        self.first = write_picture(session.dir + '/first.png', 96, 64)
        self.second = write_picture(session.dir + '/second.png', 101, 67)
        self.large = session.dir + '/large.png'
        write_png(self.large, 4000, 3000, 3, picture(4000, 30, 3) * 100)
        self.sealed = session.dir + '/sealed.png'
        self.restored = session.dir + '/restored.png'
        self.shot = session.dir + '/shot.png'
        listed = subprocess.run([build + '/src/cli/triptych-cli', 'ciphers', '--json'], check=True, capture_output=True,
                                env=session.env).stdout
        self.ciphers = json.loads(listed)
        self.ui = None

    def _look(self, pane):
        """The pixels in the middle of a pane, where neither a caption nor a chip is."""
        x, y, width, height = self.ui.app.box(self.ui.images[pane])
        self.s.screenshot(self.shot)
        shot_width, _, channels, data = pixels(self.shot)
        rows = range(y + height // 3, y + 2 * height // 3)
        return [data[(row * shot_width + x + width // 3) * channels:(row * shot_width + x + 2 * width // 3) * channels]
                for row in rows]

    def opens_from_the_command_line(self):
        self.ui = Triptych(self.s, build, self.first)
        self.ui.wait_caption('Original', r'^first\.png · 96 × 64 · RGB$')
        self.ui.wait_caption('Decrypted', '^identical to the original$')
        self.ui.wait_caption('Encrypted', 'entropy 7')

    def opens_by_the_chooser(self):
        self.s.key('ctrl+o')
        self.ui.choose_file('Open Picture', self.second)
        self.ui.wait_caption('Original', r'^second\.png · 101 × 67 · RGB$')
        self.ui.wait_caption('Decrypted', '^identical to the original$')

    def takes_a_dropped_file(self):
        self.ui.drop(self.first, 'Encrypted')
        self.ui.wait_caption('Original', r'^first\.png')

    def takes_a_pasted_picture(self):
        owner = self.ui.beside('clipboard.py', self.second, 'owned')
        self.s.key('ctrl+v')
        self.ui.wait_caption('Original', '101 × 67')
        owner.proc.terminate()
        owner.proc.wait()

    def refuses_a_file_that_is_no_picture(self):
        bad = self.s.dir + '/bad.png'
        with open(bad, 'w') as file:
            file.write('not a picture')
        before = self.ui.caption('Original')
        self.ui.wait_idle()  # or the end of that run says the last word
        self.s.key('ctrl+o')
        self.ui.choose_file('Open Picture', bad)
        self.ui.wait_status('bad.png')
        assert self.ui.caption('Original') == before, self.ui.caption('Original')

    def chooses_each_cipher(self):
        for cipher in self.ciphers[1:] + self.ciphers[:1]:
            self.ui.choose_cipher(cipher['title'])
            self.ui.wait_status('^' + cipher['title'].replace('(', r'\(').replace(')', r'\)') + ': ')
            self.ui.wait_idle()
            expected = '^identical to the original$' if cipher['lossless'] else '^lossy: PSNR'
            self.ui.wait_caption('Decrypted', expected)

    def changes_a_parameter_and_back(self):
        self.ui.choose_cipher('k-means')
        self.ui.wait_status('^k-means: lossy')
        before = self.ui.caption('Decrypted')
        clusters = self.ui.in_sidebar('Clusters', 'spin button')
        x, y, width, height = self.ui.app.extents(clusters)
        self.s.click(x + width // 6, y + height // 2)  # into the number: its − and + are to the right of it
        self.s.key('ctrl+a', '2', 'Tab')
        self.ui.wait(lambda: clusters.get_current_value() == 2, 'two clusters')
        self.ui.wait(lambda: self.ui.caption('Decrypted') not in ('', before) and not self.ui.is_busy(), 'another result')
        self.ui.app.mouse_click(self.ui.app.find('Original', 'image'))
        self.s.key('ctrl+z')
        self.ui.wait_caption('Decrypted', '^' + before + '$')
        assert clusters.get_current_value() != 2, clusters.get_current_value()

    def flips_while_space_is_held(self):
        self.ui.choose_cipher('k-means')
        self.ui.wait_status('^k-means: lossy')
        self.ui.wait_idle()
        self.ui.app.mouse_click(self.ui.app.find('Original', 'image'))
        self.s.move(5, 5)
        self.s.settle()  # the cross goes with the pointer
        both = lambda: (self._look('Original'), self._look('Decrypted'))
        original, decrypted = both()
        self.s.xdo('keydown', 'space')
        self.ui.wait(lambda: all(now != then for now, then in zip(both(), (original, decrypted))), 'each in the other place')
        self.s.xdo('keyup', 'space')
        self.ui.wait(lambda: both() == (original, decrypted), 'both as they were')

    def steps_through_the_runs_on_a_slide(self):
        self.s.key('F11')
        titles = [cipher['title'] for cipher in self.ciphers]
        presented = lambda: next((title for title in titles if self.ui.app.find_now(re.compile(re.escape(title) + ' · '))), None)
        self.ui.wait(presented, "the cipher's name over its pane")
        last = self.ui.caption('Encrypted')
        self.s.key('Page_Up')
        self.ui.wait(lambda: self.ui.caption('Encrypted') not in ('', last), 'an earlier run')
        self.s.key('Page_Down')
        self.ui.wait_caption('Encrypted', '^' + re.escape(last) + '$')
        self.s.key('Escape')
        self.ui.wait(lambda: presented() is None, 'the window as it was')

    def stops_a_run(self):
        self.ui.choose_cipher('Gaussian mixture')
        self.ui.wait_status('^Gaussian mixture: lossy')
        of_the_other = self.ui.caption('Decrypted')
        self.s.key('ctrl+o')
        self.ui.choose_file('Open Picture', self.large)
        self.ui.wait_status(r'^Opened large\.png')
        for stop in ('Escape', 'shift+F5'):
            self.s.key('F5')
            self.ui.wait(self.ui.is_busy, 'the run to begin')
            self.s.key(stop)
            self.ui.wait_status('^Stopped$')
            self.ui.wait_idle(5)
            assert self.ui.status() == 'Stopped', self.ui.status()  # and did not end by itself
            # nothing, or the preview of this picture
            assert self.ui.caption('Decrypted') != of_the_other, 'what it was before stays beside another picture'

    def presents(self):
        normal = self.ui.app.geometry()
        self.s.key('F11')
        self.ui.wait(lambda: self.ui.app.geometry() == (0, 0, *self.s.size), 'full screen')
        width = lambda: self.ui.app.box(self.ui.images['Original'])[2]
        self.ui.wait(lambda: width() > 350, 'the pictures in the place of the controls')
        self.s.key('Escape')
        self.ui.wait(lambda: self.ui.app.geometry() == normal, 'the window as it was')
        self.ui.wait(lambda: width() < 350, 'the controls')

    def warns_of_the_demonstration_key(self):
        self.ui.choose_cipher('XChaCha20-Poly1305')
        self.s.key('ctrl+o')
        self.ui.choose_file('Open Picture', self.second)
        self.ui.wait_caption('Original', r'^second\.png')
        self.ui.wait_status('^XChaCha20-Poly1305: identical')
        self.ui.wait_idle()
        self.s.key('ctrl+s')
        self.ui.wait(lambda: self.ui.app.find_now('Save With the Demonstration Key?', backwards=True), 'the warning')
        self.s.key('Escape')
        self.ui.wait(lambda: len(self.ui.windows()) == 1, 'the warning to close')

    def saves_the_encrypted_picture(self):
        self.ui.type_passphrase(PASSPHRASE)
        self.ui.wait(lambda: self.ui.app.find_now('Demo key', within=self.ui.sidebar) is None, 'a key of its own')
        self.ui.wait_idle()
        self.ui.wait_caption('Decrypted', '^identical')
        self.s.key('ctrl+s')
        self.ui.choose_file('Save Encrypted Picture', self.sealed)
        self.ui.wait_status(r'^Saved sealed\.png$')
        assert pixels(self.sealed) != pixels(self.second)

    def ends_in_silence(self):
        self.ui.quit()

    def asks_another_process_for_the_key(self):
        self.ui = Triptych(self.s, build, self.sealed)
        self.ui.wait_status('encrypted. Give its key')
        assert self.ui.caption('Decrypted') == '', self.ui.caption('Decrypted')

    def refuses_a_wrong_key(self):
        self.ui.type_passphrase('wrong horse battery')
        self.ui.wait_caption('Decrypted', '^refused: wrong key or damaged$')

    def decrypts_with_the_key(self):
        self.ui.type_passphrase(PASSPHRASE)
        self.ui.wait_caption('Decrypted', '^decrypted; there is no original')

    def saves_the_same_bytes(self):
        self.s.key('ctrl+shift+s')
        self.ui.choose_file('Save Decrypted Picture', self.restored)
        self.ui.wait_status(r'^Saved restored\.png$')
        assert pixels(self.restored) == pixels(self.second)

    def says_that_a_png_lost_its_chunk(self):
        lost = self.s.dir + '/lost.png'
        write_png(lost, *pixels(self.sealed))  # as an editor would save it again
        self.ui.drop(lost, 'Original')
        self.ui.wait_caption('Original', r'its encryption data is missing · lost\.png')

    def ends_in_silence_again(self):
        self.ui.quit()


with Session(size=(1280, 800)) as session:
    run_steps(session, Journeys(session))
