# 8-bit PNGs with nothing but Python's own library.
# SPDX-License-Identifier: GPL-3.0-or-later
import struct
import zlib

COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def write_png(path, width, height, channels, pixels, depth=8):
    """pixels: width × height × channels values of depth / 8 bytes"""
    stride = width * channels * depth // 8
    rows = b''.join(b'\0' + pixels[y * stride:(y + 1) * stride] for y in range(height))
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n'
                   + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, COLOUR_TYPES[channels], 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(rows, 1)) + chunk(b'IEND', b''))


def paeth(a, b, c):
    p = a + b - c
    distances = abs(p - a), abs(p - b), abs(p - c)
    return (a, b, c)[distances.index(min(distances))]


def unfilter(kind, row, above, step):
    for i, value in enumerate(row):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        guess = (0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner))[kind]
        row[i] = (value + guess) & 255


def read_png(data):
    """Returns width, height, channels, pixels of an 8-bit PNG that is not interlaced."""
    assert data[:8] == b'\x89PNG\r\n\x1a\n'
    at, packed, header = 8, b'', None
    while at < len(data):
        length, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack('>I', data[at + 8 + length:at + 12 + length])[0]
        if kind == b'IHDR':
            header = struct.unpack('>IIBBBBB', body)
        elif kind == b'IDAT':
            packed += body
        at += 12 + length
    width, height, depth, colour_type, _, _, interlaced = header
    assert depth == 8 and not interlaced
    channels = {v: k for k, v in COLOUR_TYPES.items()}[colour_type]
    raw, stride = zlib.decompress(packed), width * channels
    above, pixels = bytearray(stride), bytearray()
    for y in range(height):
        start = y * (stride + 1)
        row = bytearray(raw[start + 1:start + 1 + stride])
        unfilter(raw[start], row, above, channels)
        pixels += row
        above = row
    return width, height, channels, bytes(pixels)


def picture(width, height, channels, seed=0):
    """Smooth colours with a little texture; in no channel grey, never wholly opaque."""
    return bytes((x * (150 + 20 * c) // width + y * 70 // height + 31 * c + (x * 7 + y * 13 + seed) % 11) & 255
                 for y in range(height) for x in range(width) for c in range(channels))
