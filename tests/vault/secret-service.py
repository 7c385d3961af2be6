#!/usr/bin/python3
# A Secret Service for tests, on the session bus: one collection in memory, sessions without encryption, no prompts. With
# "refuse" it stores nothing. Prints a line when it can be called. SPDX-License-Identifier: GPL-3.0-or-later
import sys
import time

from gi.repository import Gio, GLib

REFUSE = 'refuse' in sys.argv[1:]
ROOT = '/org/freedesktop/secrets'
COLLECTION = ROOT + '/collection/test'
ALIAS = ROOT + '/aliases/default'
INTERFACES = Gio.DBusNodeInfo.new_for_xml('''<node>
<interface name="org.freedesktop.Secret.Service">
  <method name="OpenSession"><arg type="s" direction="in"/><arg type="v" direction="in"/>
    <arg type="v" direction="out"/><arg type="o" direction="out"/></method>
  <method name="SearchItems"><arg type="a{ss}" direction="in"/><arg type="ao" direction="out"/>
    <arg type="ao" direction="out"/></method>
  <method name="Unlock"><arg type="ao" direction="in"/><arg type="ao" direction="out"/><arg type="o" direction="out"/></method>
  <method name="GetSecrets"><arg type="ao" direction="in"/><arg type="o" direction="in"/>
    <arg type="a{o(oayays)}" direction="out"/></method>
  <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
  <property name="Collections" type="ao" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Collection">
  <method name="CreateItem"><arg type="a{sv}" direction="in"/><arg type="(oayays)" direction="in"/>
    <arg type="b" direction="in"/><arg type="o" direction="out"/><arg type="o" direction="out"/></method>
  <property name="Items" type="ao" access="read"/><property name="Label" type="s" access="read"/>
  <property name="Locked" type="b" access="read"/><property name="Created" type="t" access="read"/>
  <property name="Modified" type="t" access="read"/>
</interface>
<interface name="org.freedesktop.Secret.Item">
  <method name="Delete"><arg type="o" direction="out"/></method>
  <property name="Locked" type="b" access="read"/><property name="Attributes" type="a{ss}" access="readwrite"/>
  <property name="Label" type="s" access="readwrite"/><property name="Type" type="s" access="read"/>
  <property name="Created" type="t" access="read"/><property name="Modified" type="t" access="read"/>
</interface></node>''').interfaces
SERVICE, COLLECTION_INTERFACE, ITEM = INTERFACES

items = {}  # path: {attributes, label, secret, type, registration, created}
counter = 0


def secret_of(path, session):
    item = items[path]
    return (session, b'', item['secret'], item['type'])


def call_service(bus, sender, path, interface, method, args, invocation):
    given = args.unpack()
    if method == 'OpenSession':
        if given[0] != 'plain':
            invocation.return_dbus_error('org.freedesktop.DBus.Error.NotSupported', 'no encryption here')
            return
        reply = GLib.Variant('(vo)', (GLib.Variant('s', ''), ROOT + '/session/1'))
    elif method == 'SearchItems':
        wanted = given[0].items()
        found = [p for p, i in items.items() if all(i['attributes'].get(k) == v for k, v in wanted)]
        reply = GLib.Variant('(aoao)', (found, []))
    elif method == 'Unlock':
        reply = GLib.Variant('(aoo)', (given[0], '/'))
    elif method == 'GetSecrets':
        reply = GLib.Variant('(a{o(oayays)})', ({p: secret_of(p, given[1]) for p in given[0] if p in items},))
    else:
        reply = GLib.Variant('(o)', (COLLECTION,))
    invocation.return_value(reply)


def create_item(bus, sender, path, interface, method, args, invocation):
    global counter
    properties, (_, _, secret, content_type), replace = args.unpack()
    if REFUSE:
        invocation.return_dbus_error('org.freedesktop.Secret.Error.IsLocked', 'the collection is locked')
        return
    attributes = properties['org.freedesktop.Secret.Item.Attributes']
    same = [p for p, i in items.items() if replace and i['attributes'] == attributes]
    if same:
        item_path = same[0]
    else:
        counter += 1
        item_path = f'{COLLECTION}/{counter}'
        registration = bus.register_object(item_path, ITEM, call_item, get_item, None)
        items[item_path] = {'registration': registration, 'created': int(time.time())}
    items[item_path].update(attributes=attributes, label=properties['org.freedesktop.Secret.Item.Label'],
                            secret=bytes(secret), type=content_type)
    invocation.return_value(GLib.Variant('(oo)', (item_path, '/')))


def call_item(bus, sender, path, interface, method, args, invocation):
    bus.unregister_object(items.pop(path)['registration'])
    invocation.return_value(GLib.Variant('(o)', ('/',)))


def get_service(bus, sender, path, interface, name):
    return GLib.Variant('ao', [COLLECTION])


def get_collection(bus, sender, path, interface, name):
    values = {'Items': ('ao', list(items)), 'Label': ('s', 'test'), 'Locked': ('b', False), 'Created': ('t', 0),
              'Modified': ('t', 0)}
    return GLib.Variant(*values[name])


def get_item(bus, sender, path, interface, name):
    item = items[path]
    values = {'Locked': ('b', False), 'Attributes': ('a{ss}', item['attributes']), 'Label': ('s', item['label']),
              'Type': ('s', item['attributes'].get('xdg:schema', '')), 'Created': ('t', item['created']),
              'Modified': ('t', item['created'])}
    return GLib.Variant(*values[name])


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
bus.register_object(ROOT, SERVICE, call_service, get_service, None)
bus.register_object(COLLECTION, COLLECTION_INTERFACE, create_item, get_collection, None)
bus.register_object(ALIAS, COLLECTION_INTERFACE, create_item, get_collection, None)
loop = GLib.MainLoop()
Gio.bus_own_name_on_connection(bus, 'org.freedesktop.secrets', Gio.BusNameOwnerFlags.NONE,
                               lambda *_: print('ready', flush=True), lambda *_: loop.quit())
loop.run()
