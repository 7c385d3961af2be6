#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""announced.py FILE: as a screen reader listens: writes what status lines come to say to FILE, a line each."""
import sys
import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi


def on_name(event):
    if event.source.get_role_name() in ('status bar', 'statusbar', 'status'):
        print(event.source.get_name(), file=out, flush=True)


with open(sys.argv[1], 'w') as out:
    Atspi.init()
    listener = Atspi.EventListener.new(on_name)
    listener.register('object:property-change:accessible-name')
    print('ready', flush=True)
    Atspi.event_main()
