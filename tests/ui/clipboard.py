#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clipboard.py FILE - owns the clipboard with a picture, as another program would, until it is ended.
Needs gir1.2-gtk-3.0 python3-gi."""
import sys
import gi
gi.require_version('Gdk', '3.0')
gi.require_version('Gtk', '3.0')
from gi.repository import Gdk, GdkPixbuf, Gtk
clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
clipboard.set_image(GdkPixbuf.Pixbuf.new_from_file(sys.argv[1]))
print('owned', flush=True)
Gtk.main()
