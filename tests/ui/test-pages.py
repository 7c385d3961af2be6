#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-pages.py BUILD: keeps a picture of every page in BUILD/screenshots, light and dark, in a large and in the smallest
window, for people to look at; and holds that each shows something, its own, in the size and the style asked for.
Prints TAP."""
import os, subprocess, sys
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, '../cli')]
import tap

build = os.path.abspath(sys.argv[1])
data = os.path.join(here, '../../data')
WINDOW_PAGES = ('train',)
PAGES, SIZES = ('quality', 'security', 'inside', 'sweep', 'history', *WINDOW_PAGES), ((1280, 800), (900, 600))
folder = os.path.join(build, 'screenshots')
os.makedirs(folder, exist_ok=True)
LEAST_DIFFERENCE = 0.02  # of the pixels' bytes; durations, which a page may tell, change fewer
kept = {}


def facts(path, *operators):
    """Width, height, how many colours, and the mean from 0 to 1."""
    shown = subprocess.run(['convert', path, *operators, '-format', '%w %h %k %[fx:mean]', 'info:'], check=True,
                           capture_output=True, text=True).stdout.split()
    return int(shown[0]), int(shown[1]), int(shown[2]), float(shown[3])


def keep(page, scheme, size):
    path = os.path.join(folder, f'{page}-{scheme}-{size[0]}x{size[1]}.png')
    whole = page in WINDOW_PAGES
    settings = f"last-cipher='logistic'\n{'page' if whole else 'panel-page'}='{page}'\nwindow-width={size[0]}\nwindow-height={size[1]}"
    env = dict(os.environ, SIZE=f'{size[0]}x{size[1]}', SETTINGS=settings, ADW_DEBUG_COLOR_SCHEME='prefer-' + scheme,
               GSETTINGS_SCHEMA_DIR=build + '/data', TRIPTYCH_DATA_DIR=data, SETTLE='3')
    subprocess.run([os.path.join(here, 'render-window.sh'), build + '/src/app/triptych', path,
                    *([] if whole else [os.path.join(data, 'samples/astronaut.png')])], env=env, check=True, timeout=60)
    width, height, colours, _ = facts(path)
    assert (width, height) == size, (width, height)
    assert colours > (100 if whole else 1000), f'{colours} colours: no picture is shown'
    # Below the panes, left of the side bar: where the page is.
    page_part = ['-gravity', 'SouthWest', '-crop', f'{size[0] // 2}x{size[1] // 4}+0+0', '+repage']
    _, _, colours, mean = facts(path, *page_part)
    assert colours > 16, f'{colours} colours: the page is blank'
    assert mean > 0.6 if scheme == 'light' else mean < 0.4, f'{scheme} in name, but its mean is {mean}'
    pixels = subprocess.run(['convert', path, *page_part, 'rgb:-'], check=True, capture_output=True).stdout
    for other, theirs in kept.items():
        if other[1:] == (scheme, size):
            differing = sum(a != b for a, b in zip(pixels, theirs)) / len(pixels)
            assert differing > LEAST_DIFFERENCE, f'looks as the page {other[0]}: {100 * differing:.2f} % differ'
    kept[page, scheme, size] = pixels


cases = [(page, scheme, size) for size in SIZES for scheme in ('light', 'dark') for page in PAGES]
sys.exit(tap.run([(f'{page}, {scheme}, {size[0]} × {size[1]}', lambda case=(page, scheme, size): keep(*case))
                  for page, scheme, size in cases]))
