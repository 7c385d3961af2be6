# SPDX-License-Identifier: GPL-3.0-or-later
"""Triptych as a person meets it: by the names a screen reader says, keys and pointer. Nothing here sleeps for a result;
each step waits until the window shows what it waits for."""
import os, re, sys
import tap
from uidrive import Timeout, poll, quit_app

here = os.path.dirname(os.path.abspath(__file__))
RUN_LABELS = ('Encrypt and Decrypt', 'Decrypt$', 'Stop')
RESULT = 40  # seconds for a small picture's result on a loaded machine
# GTK's own faults, not the program's: what the drag that follows a successful X11 drop says, and what one says whose enter
# came twice, as on a loaded machine.
ALLOWED = re.compile(r"gdk_drop_set_actions: assertion 'priv->state == GDK_DROP_STATE_NONE' failed"
                     r"|gtk_drop_target_handle_crossing: runtime check failed: \(self->drop == NULL"
                     r"|gtk_drop_target_handle_event: assertion 'self->drop == gdk_dnd_event_get_drop \(event\)' failed")


def fresh(node):
    """libatspi remembers names until it hears of others, which may be later than a key that is pressed next."""
    node.clear_cache()
    return node


class Triptych:
    def __init__(self, session, build, *arguments, env=None):
        self.s = session
        source = os.path.dirname(os.path.dirname(here))
        self.app = session.launch([os.path.join(build, 'src/app/triptych'), *arguments],
                                  env={'G_DEBUG': 'gc-friendly',  # quit() looks for criticals; here they end nothing
                                       'GSETTINGS_SCHEMA_DIR': os.path.join(build, 'data'),
                                       'TRIPTYCH_DATA_DIR': os.path.join(source, 'data'), **(env or {})})
        self.app.wait_window('Triptych', timeout=30)
        find = self.app.find
        self.images = {name: find(name, 'image', timeout=30) for name in ('Original', 'Encrypted', 'Decrypted')}
        self.status_label = find(role='status', backwards=True)
        self.run_button = find(re.compile('|'.join(RUN_LABELS)), 'button', backwards=True)
        self.progress = find('Progress', 'progress bar', backwards=True)
        self.sidebar = find('Algorithm, key and parameters', backwards=True)

    def status(self):
        return self.app.label_of(fresh(self.status_label))

    def caption(self, pane):
        return fresh(self.images[pane]).get_description() or ''

    def is_busy(self):
        return fresh(self.run_button).get_name() == 'Stop'

    def wait(self, condition, what, timeout=RESULT):
        def check():
            if not self.app.alive():
                raise Timeout(f'the program ended with {self.app.proc.returncode}:\n{self.app.log[-3000:]}')
            return condition()
        try:
            return poll(check, timeout, what=what)
        except Timeout as error:
            captions = {name: self.caption(name) for name in self.images} if self.app.alive() else None
            raise Timeout(f'{error}; status {self.status()!r}, captions {captions}, busy {self.is_busy()}') from None

    def wait_caption(self, pane, pattern, timeout=RESULT):
        self.wait(lambda: re.search(pattern, self.caption(pane)), f'{pattern!r} on {pane}', timeout)

    def wait_status(self, pattern, timeout=RESULT):
        self.wait(lambda: re.search(pattern, self.status()), f'{pattern!r} in the status', timeout)

    def wait_idle(self, timeout=RESULT):
        self.wait(lambda: not self.is_busy(), 'the end of the run', timeout)

    def in_sidebar(self, name, role=None, **kw):
        return self.app.find(name, role, within=self.sidebar, **kw)

    def cipher_button(self):
        return self.in_sidebar(re.compile('^Algorithm: '), 'button')

    def choose_cipher(self, title):
        """By keyboard in the popover; the rows stand in the order of their families."""
        shown = lambda: len(self.app.xwindows()) > 1  # a popover is a window of its own
        self.wait(lambda: not shown(), 'other popovers to be gone')
        for _ in range(4):  # a click that comes while X takes back the grab of the popover before is lost
            self.app.mouse_click(self.cipher_button())
            try:
                poll(shown, 2, what='the popover of algorithms')
                break
            except Timeout:
                self.s.move(*self.app.centre(self.images['Original']))
        rows = lambda: [row for _, row in self.app.walk(self.app.find_now('Algorithms', within=self.sidebar))
                        if row.get_role_name() == 'list item']
        titles = [row.get_name() for row in self.wait(rows, 'the list of algorithms')]
        self.wait(lambda: any(self.app.state(fresh(row), 'FOCUSED') for row in rows()), 'focus in the list of algorithms')
        self.s.key('Home', *['Down'] * titles.index(title))
        self.wait(lambda: self.app.state(fresh(rows()[titles.index(title)]), 'FOCUSED'), f'focus on {title}')
        self.s.key('Return')
        name = f'Algorithm: {title}. '
        self.wait(lambda: self.cipher_button().get_name().startswith(name), f'{title} on the button')

    def type_passphrase(self, text):
        entry = self.in_sidebar('Passphrase', role='text', iface='EditableText')
        self.app.mouse_click(entry)
        self.s.key('ctrl+a')
        self.s.type(text)
        self.wait(lambda: self.app.text_of(entry) == text, 'the typed passphrase')
        self.s.key('Return')

    def choose_file(self, title, path):
        """In the file chooser, which must be there or come; and waits until it has gone."""
        window = lambda: next((w for w in self.windows() if w.get_name() == title), None)
        dialog = self.wait(window, f'the file chooser {title!r}')
        entry = lambda: self.app.find_now(role='text', within=dialog, iface='EditableText')
        if title.startswith(('Add', 'Folder', 'Open')):
            self.wait(lambda: any(self.app.state(n, 'FOCUSED') for _, n in self.app.walk(dialog)), 'focus in the chooser')
            for _ in range(4):  # one that comes while the chooser is still reading its folder is lost
                self.s.key('slash')
                try:
                    poll(entry, 6)
                    break
                except Timeout:
                    pass
        field = self.wait(entry, 'the entry for the name')
        def typed():
            if self.app.text_of(field) != path:
                self.app.set_text(field, path)
            return self.app.text_of(field) == path
        self.wait(typed, 'the path in the entry')
        for _ in range(4):  # a Return too many would be for the window behind
            self.s.key('End', 'Return')
            try:
                poll(lambda: window() is None, 5)
                return
            except Timeout:
                pass
        raise Timeout(f'{title!r} does not close')

    def beside(self, script, file, ready=None):
        """Another program, until it has a window or has said that it is ready."""
        app = self.s.launch(['/usr/bin/python3', os.path.join(here, script), file])
        if ready is None:
            app.wait_window('dragsource')
        else:
            poll(lambda: ready in app.log or not app.alive(), 20, what=f'{script} to be ready')
            assert app.alive(), app.log
        return app

    def drop(self, file, pane):
        self.drop_at(file, *self.app.centre(self.images[pane]))

    def drop_at(self, file, to_x, to_y):
        """As from a file manager."""
        source = self.beside('dragsource.py', file)
        x, y, w, h = source.geometry()
        for attempt in range(3):  # a busy machine's programs may see press and release at once, which is no drag
            self.s.drag(x + w // 2, y + h // 2, to_x, to_y)
            try:
                poll(lambda: 'data-get' in source.log, 10, what='the drop')
                # Asked for is not yet received: who ends before that takes the data along.
                poll(lambda: 'drag-end' in source.log.partition('data-get')[2], 20, what='the end of the drop')
                break
            except Timeout:
                if attempt == 2:
                    raise
        source.proc.terminate()
        source.proc.wait()
        self.app.focus()

    def windows(self):
        root = self.app.root()
        return [w for w in (root.get_child_at_index(i) for i in range(root.get_child_count())) if w is not None]

    def quit(self):
        """Ends it as a person does, and says what it printed that it should not have."""
        self.app.focus()
        code = quit_app(self.app, 30)
        noise = [line for line in self.app.log.splitlines() if line.strip() and not ALLOWED.search(line)]
        assert code == 0 and not noise, f'exit status {code}; it printed {noise}'


def run_steps(session, steps):
    """Runs the methods of @steps that don't begin with an underscore, in their order, as TAP tests, and ends the program.
    Each begins where the one before has ended: after one that failed, whose picture of the screen is kept, none is reached."""
    failed = []

    def step(name):
        assert not failed, f'not reached: {failed[0]} failed'
        try:
            getattr(steps, name)()
        except Exception:
            failed.append(name)
            session.screenshot(os.path.join(os.environ.get('G_TEST_BUILDDIR', '.'), f'failed-{name}.png'))
            raise
    names = [name for name in vars(type(steps)) if not name.startswith('_')]
    sys.exit(tap.run([(name.replace('_', ' '), lambda name=name: step(name)) for name in names]))
