#!/usr/bin/python3
"""Writes tests/vectors/feistel.txt: the integer Feistel network over small data, by a plain implementation of its
definition. Usage: make-feistel.py > feistel.txt.  SPDX-License-Identifier: GPL-3.0-or-later"""
import hashlib
from math import gcd
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

COLUMNS = 64


def chacha(key, counter, n):
    nonce = counter.to_bytes(8, 'little') + bytes(8)
    return Cipher(algorithms.ChaCha20(key, nonce), None).encryptor().update(bytes(n))


def signed16(v): return (v + 32768) % 65536 - 32768


def run(data, key, nonce, rounds, width):
    half, data = len(data) // 2, bytearray(data)
    rows = half // COLUMNS
    for number in range(rounds):
        seed = hashlib.blake2b(number.to_bytes(4, 'little') + nonce, key=key, digest_size=32).digest()
        stream = iter(chacha(seed, 0, 1024))
        byte = lambda: next(stream)
        weight = lambda: byte() % 29 - 14
        first, second, bias = [], [], []
        for _ in range(width):
            pairs = [(weight(), weight()) for _ in range(9)]
            first.append([p[0] for p in pairs]); second.append([p[1] for p in pairs])
            high, low = byte(), byte()
            bias.append((high << 8 | low) % 4096 - 2048)
            first[-1][4] |= 1; second[-1][4] |= 1
        take = lambda n: bytes(byte() for _ in range(n))
        stride = int.from_bytes(take(8), 'little') % half | 1
        offset = int.from_bytes(take(8), 'little') % half
        while gcd(stride, half) != 1:
            stride = (stride + 2) % half | 1
        noise = chacha(take(32), 0, half)
        left, right = (0, half) if number % 2 == 0 else (half, 0)
        x = [((data[right + (stride * p + offset) % half] * 157 & 255) ^ noise[p]) - 128 for p in range(half)]
        at = lambda plane, y, c: plane[y % rows * COLUMNS + c % COLUMNS]
        conv = lambda plane, w, y, c: sum(w[3 * j + i] * at(plane, y + j - 1, c + i - 1) for j in range(3) for i in range(3))
        maps = [[max(bias[k] + conv(x, first[k], y, c), 0) >> 7 for y in range(rows) for c in range(COLUMNS)]
                for k in range(width)]
        for y in range(rows):
            for c in range(COLUMNS):
                total = sum(conv(maps[k], second[k], y, c) for k in range(width))
                p = left + y * COLUMNS + c
                data[p] = (data[p] + (total ^ total >> 8)) & 255
    return bytes(data)


key, nonce = bytes(range(32)), bytes(range(100, 124))
print('# size rounds width, then the ciphertext of bytes 0, 3, 6 … mod 256 under key 0…31 and nonce 100…123')
for size, rounds, width in ((128, 1, 1), (128, 12, 8), (640, 5, 16), (384, 32, 3)):
    print(size, rounds, width, run(bytes(3 * i % 256 for i in range(size)), key, nonce, rounds, width).hex())
