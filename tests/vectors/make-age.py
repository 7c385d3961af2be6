#!/usr/bin/python3
"""Writes tests/vectors/age: age files for every class of malformation that the specification names, in the format of
the C2SP age test kit, with an implementation of its own (python3-cryptography), so that reading them proves something.

Usage: make-age.py FOLDER.  SPDX-License-Identifier: GPL-3.0-or-later"""
import base64, hashlib, hmac, os, sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

OUT = sys.argv[1]
FILE_KEY, NONCE, SALT = bytes(range(16)), bytes(range(50, 66)), bytes(range(100, 116))
SECRET, EPHEMERAL = hashlib.sha256(b'triptych identity').digest(), hashlib.sha256(b'triptych ephemeral').digest()
OTHER = hashlib.sha256(b'triptych other').digest()
PASSPHRASE, FACTOR = 'three panes', 10
TEXT = b'Original, encrypted, decrypted.\n'
CHUNK = 65536


def b64(data): return base64.b64encode(data).decode().rstrip('=')


def hkdf(salt, key, info): return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def public(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def bech32(hrp, data):
    charset, gen = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l', [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
    number = int.from_bytes(data, 'big') << (-8 * len(data) % 5)
    n = (8 * len(data) + 4) // 5
    values = [number >> 5 * (n - 1 - i) & 31 for i in range(n)]
    low, check = hrp.lower(), 1
    for v in [ord(c) >> 5 for c in low] + [0] + [ord(c) & 31 for c in low] + values + [0] * 6:
        top, check = check >> 25, (check & 0x1ffffff) << 5 ^ v
        for i in range(5):
            check ^= gen[i] if top >> i & 1 else 0
    check ^= 1
    return low + '1' + ''.join(charset[v] for v in values + [check >> 5 * (5 - i) & 31 for i in range(6)])


IDENTITY = bech32('AGE-SECRET-KEY-', SECRET).upper()
HYBRID = bech32('AGE-SECRET-KEY-PQ-', SECRET).upper()


def wrap(key, file_key=FILE_KEY): return ChaCha20Poly1305(key).encrypt(bytes(12), file_key, None)


def x25519(secret=SECRET, share=None, body=None, args='', file_key=FILE_KEY):
    point = public(EPHEMERAL)
    shared = X25519PrivateKey.from_private_bytes(EPHEMERAL).exchange(X25519PublicKey.from_public_bytes(public(secret)))
    key = hkdf(point + public(secret), shared, b'age-encryption.org/v1/X25519')
    return f'-> X25519 {b64(point) if share is None else share}{args}\n' + (b64(wrap(key, file_key)) if body is None else body) + '\n'


def scrypt(factor=str(FACTOR), salt=SALT, passphrase=PASSPHRASE, file_key=FILE_KEY):
    work = int(factor) if factor.isdigit() and 0 < int(factor) < 20 else FACTOR
    key = Scrypt(b'age-encryption.org/v1/scrypt' + salt, 32, 1 << work, 8, 1).derive(passphrase.encode())
    return f'-> scrypt {b64(salt)} {factor}\n{b64(wrap(key, file_key))}\n'


def header(stanzas, version='age-encryption.org/v1\n', mac=None, end='--- '):
    text = version + stanzas + '---'
    tag = hmac.new(hkdf(b'', FILE_KEY, b'header'), text.encode('latin1'), hashlib.sha256).digest()
    return (version + stanzas + end + (b64(tag) if mac is None else mac(tag)) + '\n').encode('latin1')


def seal(counter, last, data):
    key = hkdf(NONCE, FILE_KEY, b'payload')
    return ChaCha20Poly1305(key).encrypt(counter.to_bytes(11, 'big') + bytes([last]), data, None)


def payload(data):
    chunks = [data[i:i + CHUNK] for i in range(0, len(data), CHUNK)] or [b'']
    return NONCE + b''.join(seal(i, i == len(chunks) - 1, c) for i, c in enumerate(chunks))


def armor(data, width=64, end='\n', begin='-----BEGIN AGE ENCRYPTED FILE-----', stop='-----END AGE ENCRYPTED FILE-----'):
    text = base64.b64encode(data).decode()
    return end.join([begin] + [text[i:i + width] for i in range(0, len(text), width)] + [stop, '']).encode()


def padded_bits(text):
    """The last character before “==”, with a bit more, which says nothing."""
    return text[text.index(b'==\n') - 1] + 1


def put(name, expect, body, released=None, key='identity', armored=False):
    lines = [f'expect: {expect}']
    if released is not None:
        lines.append('payload: ' + hashlib.sha256(released).hexdigest())
    lines += ['file key: ' + FILE_KEY.hex(), {'identity': f'identity: {IDENTITY}', 'hybrid': f'identity: {HYBRID}', 'passphrase': f'passphrase: {PASSPHRASE}'}[key]]
    if armored:
        lines.append('armored: yes')
    with open(os.path.join(OUT, name), 'wb') as out:
        out.write('\n'.join(lines).encode() + b'\n\n' + body)


H, BAD = header(x25519()), 'header failure'
good = H + payload(TEXT)
put('x25519', 'success', good, TEXT)
put('x25519_second_of_three', 'success', header(x25519(OTHER) + x25519() + '-> unknown a b c\n\n') + payload(TEXT), TEXT)
put('scrypt', 'success', header(scrypt()) + payload(TEXT), TEXT, key='passphrase')
put('empty', 'success', H + payload(b''), b'')
put('chunk_exact', 'success', H + payload(bytes(CHUNK)), bytes(CHUNK))
put('chunk_and_one', 'success', H + payload(bytes(CHUNK + 1)), bytes(CHUNK + 1))
# header
put('header_version_2', BAD, header(x25519(), 'age-encryption.org/v2\n') + payload(TEXT))
put('header_no_stanza', BAD, header('') + payload(TEXT))
put('header_crlf', BAD, good.replace(b'\n', b'\r\n', 1))
put('header_other_line', BAD, header('hello\n' + x25519()) + payload(TEXT))
put('header_cut', BAD, H[:60])
# stanza
put('stanza_double_space', BAD, header('->  X25519\n\n' + x25519()) + payload(TEXT))
put('stanza_control_character', BAD, header('-> gre\x01ase\n\n' + x25519()) + payload(TEXT))
put('stanza_body_without_short_line', BAD, header('-> grease\n' + 'A' * 64 + '\n' + x25519()) + payload(TEXT))
put('stanza_no_arguments', BAD, header('->\n\n' + x25519()) + payload(TEXT))
put('stanza_empty_argument', BAD, header('-> grease \n\n' + x25519()) + payload(TEXT))
put('stanza_other_start', BAD, header('=> grease\n\n' + x25519()) + payload(TEXT))
put('stanza_not_ascii', BAD, header('-> gr\xe9ase\n\n' + x25519()) + payload(TEXT))
put('stanza_delete_character', BAD, header('-> grease \x7f\n\n' + x25519()) + payload(TEXT))
put('stanza_every_character', 'success',
    header('-> ' + ''.join(map(chr, range(33, 127))) + ' -> ---\n\n' + x25519()) + payload(TEXT), TEXT)
put('stanza_carriage_return', BAD, header('-> grease\r\n\n' + x25519()) + payload(TEXT))
put('stanza_no_body', BAD, header('-> grease\n' + x25519()) + payload(TEXT))
put('stanza_two_short_lines', BAD, header('-> grease\nAAAA\nAAAA\n' + x25519()) + payload(TEXT))
put('stanza_empty_line_more', BAD, header('-> grease\n\n\n' + x25519()) + payload(TEXT))
put('stanza_body_of_48', 'success', header('-> grease\n' + 'A' * 64 + '\n\n' + x25519()) + payload(TEXT), TEXT)
put('stanza_body_of_96', 'success', header('-> grease\n' + ('A' * 64 + '\n') * 2 + '\n' + x25519()) + payload(TEXT), TEXT)
put('stanza_body_line_of_65', BAD, header('-> grease\n' + 'A' * 65 + '\n\n' + x25519()) + payload(TEXT))
# base64
put('base64_padding', BAD, header(x25519(body=b64(wrap(bytes(32))) + '=')) + payload(TEXT))
put('base64_trailing_bits', BAD, header(x25519(share=b64(public(EPHEMERAL))[:-1] + 'h')) + payload(TEXT))
put('base64_space', BAD, header(x25519(body='AAAA AAAA')) + payload(TEXT))
put('base64_padding_of_grease', BAD, header('-> grease\nAA==\n' + x25519()) + payload(TEXT))
put('base64_trailing_bits_of_grease', BAD, header('-> grease\nAB\n' + x25519()) + payload(TEXT))
put('base64_one_character', BAD, header('-> grease\nA\n' + x25519()) + payload(TEXT))
put('base64_url', BAD, header('-> grease\n-_-_\n' + x25519()) + payload(TEXT))
put('base64_trailing_bits_of_body', BAD, header(x25519(body=b64(wrap(bytes(32)))[:-1] + 'B')) + payload(TEXT))
# X25519
put('x25519_no_share', BAD, header('-> X25519\n' + b64(bytes(32)) + '\n') + payload(TEXT))
put('x25519_share_of_31', BAD, header(x25519(share=b64(bytes(31)))) + payload(TEXT))
put('x25519_zero_share', BAD, header(x25519(share=b64(bytes(32)))) + payload(TEXT))
put('x25519_extra_argument', BAD, header(x25519(args=' more')) + payload(TEXT))
put('x25519_body_of_33', BAD, header(x25519(file_key=bytes(17))) + payload(TEXT))
put('x25519_share_of_33', BAD, header(x25519(share=b64(public(EPHEMERAL) + b'x'))) + payload(TEXT))
put('x25519_body_of_31', BAD, header(x25519(file_key=bytes(15))) + payload(TEXT))
put('x25519_no_body', BAD, header(x25519(body='')) + payload(TEXT))
put('x25519_low_order', BAD, header(x25519(share=b64(bytes([1]) + bytes(31)))) + payload(TEXT))
put('x25519_tag', 'no match', header(x25519(body=b64(wrap(bytes(32))))) + payload(TEXT))
put('x25519_lower_case', 'no match', header(x25519().replace('X25519', 'x25519')) + payload(TEXT))
put('x25519_bad_one_of_two', BAD, header(x25519(args=' more') + x25519()) + payload(TEXT))
put('x25519_twice', 'success', header(x25519() + x25519()) + payload(TEXT), TEXT)
put('x25519_other_recipient', 'no match', header(x25519(OTHER)) + payload(TEXT))
# post-quantum stanzas: what is wrong with them is seen before any key is tried; 1,120 bytes of share
SHARE = hashlib.shake_128(b'triptych share').digest(1120)


def hybrid(share=b64(SHARE), args='', body=b64(bytes(32))): return f'-> mlkem768x25519 {share}{args}\n{body}\n'


for name, stanza in [('share_of_1119', hybrid(b64(SHARE[:-1]))), ('share_of_1121', hybrid(b64(SHARE + b'x'))),
                     ('no_share', '-> mlkem768x25519\n' + b64(bytes(32)) + '\n'), ('extra_argument', hybrid(args=' more')),
                     ('share_padding', hybrid(b64(SHARE) + '==')), ('share_trailing_bits', hybrid(b64(SHARE)[:-1] + chr(ord(b64(SHARE)[-1]) + 1))),
                     ('body_of_31', hybrid(body=b64(bytes(31)))), ('body_of_33', hybrid(body=b64(bytes(33)))),
                     ('no_body', hybrid(body='')), ('body_trailing_bits', hybrid(body=b64(bytes(32))[:-1] + 'B'))]:
    put(f'hybrid_{name}', BAD, header(stanza) + payload(TEXT), key='hybrid')
put('hybrid_other_recipient', 'no match', header(hybrid()) + payload(TEXT), key='hybrid')
put('hybrid_for_x25519', 'no match', header(x25519()) + payload(TEXT), key='hybrid')
put('hybrid_upper_case', 'no match', header(hybrid(args=' more').replace('mlkem', 'MLKEM')) + payload(TEXT), key='hybrid')
# scrypt limits
put('scrypt_factor_23', BAD, header(scrypt('23')) + payload(TEXT), key='passphrase')
put('scrypt_factor_0', BAD, header(scrypt('0')) + payload(TEXT), key='passphrase')
put('scrypt_factor_leading_zero', BAD, header(scrypt('010')) + payload(TEXT), key='passphrase')
put('scrypt_factor_sign', BAD, header(scrypt('+10')) + payload(TEXT), key='passphrase')
put('scrypt_factor_huge', BAD, header(scrypt('18446744073709551626')) + payload(TEXT), key='passphrase')
put('scrypt_beside_x25519', BAD, header(scrypt() + x25519()) + payload(TEXT), key='passphrase')
put('scrypt_salt_of_15', BAD, header(scrypt(salt=SALT[:15])) + payload(TEXT), key='passphrase')
for name, factor in [('none', ''), ('hexadecimal', '0xa'), ('octal', '012'), ('negative', '-10'), ('letter_after', '10a'),
                     ('space_after', '10 '), ('two', '10 10'), ('full_width', '\uff11\uff10'.encode().decode('latin1'))]:
    put(f'scrypt_factor_{name}', BAD, header(scrypt(factor).replace(' \n', '\n' if factor == '' else ' \n')) + payload(TEXT), key='passphrase')
put('scrypt_no_salt', BAD, header(scrypt().replace(b64(SALT) + ' ', '')) + payload(TEXT), key='passphrase')
put('scrypt_salt_of_17', BAD, header(scrypt(salt=SALT + b'x')) + payload(TEXT), key='passphrase')
put('scrypt_salt_trailing_bits', BAD, header(scrypt().replace(b64(SALT), b64(SALT)[:-1] + 'x')) + payload(TEXT), key='passphrase')
put('scrypt_twice', BAD, header(scrypt() + scrypt()) + payload(TEXT), key='passphrase')
put('scrypt_behind_x25519', BAD, header(x25519() + scrypt()) + payload(TEXT))
put('scrypt_beside_grease', BAD, header('-> grease\n\n' + scrypt()) + payload(TEXT), key='passphrase')
put('scrypt_body_of_33', BAD, header(scrypt(file_key=bytes(17))) + payload(TEXT), key='passphrase')
put('scrypt_upper_case', 'no match', header(scrypt().replace('scrypt', 'SCRYPT')) + payload(TEXT), key='passphrase')
put('scrypt_other_factor', 'no match', header(scrypt().replace(f' {FACTOR}\n', f' {FACTOR + 1}\n')) + payload(TEXT), key='passphrase')
put('scrypt_other_passphrase', 'no match', header(scrypt(passphrase='two panes')) + payload(TEXT), key='passphrase')
# HMAC
put('hmac_wrong', 'HMAC failure', header(x25519(), mac=lambda t: b64(bytes([t[0] ^ 1]) + t[1:])) + payload(TEXT))
put('hmac_stanza_added', 'HMAC failure', H.replace(b'-> X', b'-> grease\n\n-> X') + payload(TEXT))
put('hmac_short', BAD, header(x25519(), mac=lambda t: b64(t[:31])) + payload(TEXT))
put('hmac_long', BAD, header(x25519(), mac=lambda t: b64(t + b'x')) + payload(TEXT))
put('hmac_none', BAD, header(x25519(), mac=lambda t: '', end='---') + payload(TEXT))
put('hmac_empty', BAD, header(x25519(), mac=lambda t: '') + payload(TEXT))
put('hmac_two_spaces', BAD, header(x25519(), end='---  ') + payload(TEXT))
put('hmac_space_after', BAD, header(x25519(), mac=lambda t: b64(t) + ' ') + payload(TEXT))
put('hmac_word_after', BAD, header(x25519(), mac=lambda t: b64(t) + ' word') + payload(TEXT))
put('hmac_padding', BAD, header(x25519(), mac=lambda t: b64(t) + '=') + payload(TEXT))
put('hmac_trailing_bits', BAD,
    header(x25519(), mac=lambda t: b64(t)[:-1] + chr(ord(b64(t)[-1]) + 1)) + payload(TEXT))
put('hmac_carriage_return', BAD, header(x25519(), mac=lambda t: b64(t) + '\r') + payload(TEXT))
put('hmac_no_space', BAD, header(x25519(), end='---') + payload(TEXT))
# armor
put('armor', 'success', armor(good), TEXT, armored=True)
put('armor_crlf', 'success', armor(good, end='\r\n'), TEXT, armored=True)
put('armor_space_around', 'success', b'\n \t' + armor(good) + b'\n\n', TEXT, armored=True)
put('armor_line_of_72', 'armor failure', armor(good, width=72), armored=True)
put('armor_lines_of_60', 'armor failure', armor(good, width=60), armored=True)
put('armor_text_before', 'armor failure', b'Dear all,\n' + armor(good), armored=True)
put('armor_text_after', 'armor failure', armor(good) + b'Bye\n', armored=True)
put('armor_no_end', 'armor failure', armor(good)[:-36], armored=True)
put('armor_other_end', 'armor failure', armor(good, stop='-----END AGE FILE-----'), armored=True)
put('armor_no_padding', 'armor failure', armor(good + b'x' * (-(len(good)) % 3 + 1)).replace(b'=', b''), armored=True)
put('armor_no_line_feed_at_end', 'success', armor(good)[:-1], TEXT, armored=True)
put('armor_full_last_line', 'success', armor(H + payload(TEXT + bytes(-(len(good)) % 48))), TEXT + bytes(-(len(good)) % 48), armored=True)
put('armor_mixed_line_ends', 'success', armor(good).replace(b'\n', b'\r\n', 2), TEXT, armored=True)
lines = armor(good).split(b'\n')
for name, changed in [('empty_line_first', lines[:1] + [b''] + lines[1:]), ('empty_line_last', lines[:-2] + [b''] + lines[-2:]),
                      ('empty_line_inside', lines[:3] + [b''] + lines[3:]), ('space_at_line_end', lines[:2] + [lines[2] + b' '] + lines[3:]),
                      ('space_at_line_start', lines[:2] + [b' ' + lines[2]] + lines[3:]), ('space_in_empty_line', lines[:2] + [b' '] + lines[2:]),
                      ('space_behind_begin', [lines[0] + b' '] + lines[1:]), ('space_before_end', lines[:-2] + [b' ' + lines[-2]] + lines[-1:]),
                      ('headers', lines[:1] + [b'Version: 1', b''] + lines[1:]), ('checksum', lines[:-2] + [b'=twTO'] + lines[-2:]),
                      ('short_line', lines[:2] + [lines[2][:60]] + lines[3:]), ('other_character', lines[:2] + [b'?' + lines[2][1:]] + lines[3:]),
                      ('zero_byte', lines[:2] + [b'\0' + lines[2][1:]] + lines[3:]), ('url_alphabet', lines[:2] + [b'-' + lines[2][1:]] + lines[3:]),
                      ('two', lines[:-1] + lines)]:
    put(f'armor_{name}', 'armor failure', b'\n'.join(changed), armored=True)
put('armor_no_body', BAD, b'\n'.join(lines[:1] + lines[-2:]), armored=True)
padded = good if len(good) % 3 == 1 else H + payload(TEXT + bytes((1 - len(good)) % 3))
put('armor_split_padding', 'armor failure', armor(padded).replace(b'==\n', b'=\n=\n'), armored=True)
put('armor_too_much_padding', 'armor failure', armor(padded).replace(b'==\n', b'===\n'), armored=True)
put('armor_padding_missing_one', 'armor failure', armor(padded).replace(b'==\n', b'=\n'), armored=True)
put('armor_trailing_bits', 'armor failure',
    armor(padded).replace(b'==\n', b'')[:-34] + bytes([padded_bits(armor(padded))]) + b'==\n' + lines[-2] + b'\n', armored=True)
put('armor_lower_case', 'armor failure', armor(good, begin=lines[0].decode().lower(), stop=lines[-2].decode().lower()), armored=True)
put('armor_other_type', BAD, armor(good, begin='-----BEGIN AGE MESSAGE-----', stop='-----END AGE MESSAGE-----'), armored=True)
put('armor_of_other_recipient', 'no match', armor(header(x25519(OTHER)) + payload(TEXT)), armored=True)
put('armor_of_bad_header', BAD, armor(header(x25519(args=' more')) + payload(TEXT)), armored=True)
# stream
two = H + payload(bytes(CHUNK + 100))
put('stream_none', 'payload failure', H + NONCE, b'')
put('stream_cut_in_nonce', BAD, H + NONCE[:9])
put('stream_cut_after_first_chunk', 'payload failure', two[:len(H) + 16 + CHUNK + 16], b'')
put('stream_cut_in_second_chunk', 'payload failure', two[:-50], bytes(CHUNK))
put('stream_flipped_in_first_chunk', 'payload failure', two[:len(H) + 500] + bytes([two[len(H) + 500] ^ 1]) + two[len(H) + 501:], b'')
put('stream_empty_last_chunk', 'payload failure', H + NONCE + seal(0, 0, bytes(CHUNK)) + seal(1, 1, b''), bytes(CHUNK))
put('stream_swapped_chunks', 'payload failure', H + NONCE + seal(1, 0, bytes(CHUNK)) + seal(0, 1, b'x'), b'')
put('stream_after_last_chunk', 'payload failure', H + NONCE + seal(0, 1, bytes(CHUNK)) + b'x', bytes(CHUNK))
put('stream_without_nonce', BAD, H)
put('stream_only_half_a_tag', 'payload failure', H + NONCE + seal(0, 1, b'')[:8], b'')
put('stream_of_first_chunk_only', 'payload failure', H + NONCE + seal(0, 0, b'x' * 100), b'')
put('stream_full_but_not_last', 'payload failure', H + NONCE + seal(0, 0, bytes(CHUNK)) + seal(1, 0, bytes(CHUNK)), None)
put('stream_short_chunk_inside', 'payload failure', H + NONCE + seal(0, 0, bytes(CHUNK)) + seal(1, 0, b'x' * 100) + seal(2, 1, b'y'),
    bytes(CHUNK))
put('stream_two_last_chunks', 'payload failure', H + NONCE + seal(0, 1, bytes(CHUNK)) + seal(1, 1, bytes(CHUNK)), None)
put('stream_flipped_in_second_chunk', 'payload failure', two[:-60] + bytes([two[-60] ^ 1]) + two[-59:], bytes(CHUNK))
put('stream_flipped_tag', 'payload failure', good[:-1] + bytes([good[-1] ^ 1]), b'')
put('stream_chunk_twice', 'payload failure', H + NONCE + seal(0, 0, bytes(CHUNK)) * 2 + seal(2, 1, b'x'), bytes(CHUNK))
put('stream_chunk_too_long', 'payload failure', H + NONCE + seal(0, 1, bytes(CHUNK + 1)), b'')
put('stream_other_nonce', 'payload failure', H + bytes(16) + payload(TEXT)[16:], b'')
