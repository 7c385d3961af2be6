# Runs functions as TAP tests. SPDX-License-Identifier: GPL-3.0-or-later
import traceback


def run(tests):
    print(f'1..{len(tests)}', flush=True)
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
            print(f'ok {number} - {name}', flush=True)
        except Exception:
            failed += 1
            print(f'not ok {number} - {name}')
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
    return 1 if failed else 0
