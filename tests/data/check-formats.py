#!/usr/bin/env python3
# No macro of GLib's formats stands in a text for translators, where xgettext would stop at it: PRIu64 and its like, which
# xgettext knows, or a number printed before, take its place. Arguments: folders of sources. SPDX-License-Identifier: GPL-3.0-or-later
import re
import sys
from pathlib import Path

CALL = re.compile(r'\b(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext|g_dpgettext2?|gettext) ?\(')
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/|\bG_G\w+_(?:FORMAT|MODIFIER)\b|[()]', re.DOTALL)


def macros_in_texts(source):
    """Yields (line, macro) for each macro between the parentheses of a call that translates."""
    for call in CALL.finditer(source):
        depth = 1
        for token in TOKEN.finditer(source, call.end()):
            depth += {'(': 1, ')': -1}.get(token[0], 0)
            if depth == 0:
                break
            if token[0].startswith('G_G'):
                yield source.count('\n', 0, token.start()) + 1, token[0]


files = sorted(path for folder in sys.argv[1:] for path in Path(folder).rglob('*.[ch]'))
texts = found = 0
for path in files:
    source = path.read_text(encoding='utf-8')
    texts += len(CALL.findall(source))
    for line, macro in macros_in_texts(source):
        found += 1
        print(f'{path}:{line}: {macro} in a text for translators')
print(f'{texts} texts in {len(files)} files, {found} that can\'t be translated')
sys.exit(found > 0 or texts == 0)
