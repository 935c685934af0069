#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write a signed Mach-O of about so many bytes, for benchmarks: macho.py BYTES FILE

Thin arm64, signed ad hoc: one CodeDirectory (version 0x20400, SHA-256, 4 KiB pages), nothing else.
Its code is a hole, so that a large file takes no room on the disk."""
import hashlib
import struct
import sys

PAGE = 4096
SEGMENT_ALIGN = 0x4000
CD_HEADER = 88
HASH = 32
IDENTIFIER = b'bench\0'


def align(n, to):
    return -(-n // to) * to


def segment(name, vmaddr, fileoff, size, protection):
    return struct.pack('<II16sQQQQIIII', 0x19, 72, name, vmaddr, align(size, SEGMENT_ALIGN), fileoff, size,
                       protection, protection, 0, 0)


def load_commands(text_len, signature_len):
    """__PAGEZERO is left out: nothing here is ever run."""
    linker = b'/usr/lib/dyld\0'.ljust(20, b'\0')
    commands = [
        segment(b'__TEXT', 0x100000000, 0, text_len, 5),
        segment(b'__LINKEDIT', 0x100000000 + text_len, text_len, signature_len, 1),
        struct.pack('<III', 0xe, 12 + len(linker), 12) + linker,                 # LC_LOAD_DYLINKER
        struct.pack('<II16s', 0x1b, 24, hashlib.md5(IDENTIFIER).digest()),       # LC_UUID
        struct.pack('<IIIIII', 0x32, 24, 1, 0x000d0000, 0x000f0200, 0),          # LC_BUILD_VERSION
        struct.pack('<IIQQ', 0x80000028, 24, SEGMENT_ALIGN, 0),                  # LC_MAIN
        struct.pack('<IIII', 0x1d, 16, text_len, signature_len),                 # LC_CODE_SIGNATURE
    ]
    body = b''.join(commands)
    # MH_EXECUTE; NOUNDEFS, DYLDLINK, TWOLEVEL, PIE
    return struct.pack('<IIIIIIII', 0xfeedfacf, 0x0100000c, 0, 2, len(commands), len(body), 0x200085, 0) + body


def page_hashes(header, pages):
    first, hole = hashlib.sha256(header.ljust(PAGE, b'\0')), hashlib.sha256(bytes(PAGE))
    return first.digest() + hole.digest() * (pages - 1)


def signature(hashes, code_len, special):
    """`special`: the hashes of slots -1, -2, ..., as linkers write none."""
    flags = 0x2 if special else 0x20002
    length = CD_HEADER + len(IDENTIFIER) + HASH * len(special) + len(hashes)
    directory = struct.pack('>IIIIIIIIIBBBBIIIIQQQQ', 0xfade0c02, length, 0x20400, flags,
                            CD_HEADER + len(IDENTIFIER) + HASH * len(special), CD_HEADER, len(special),
                            code_len // PAGE, code_len, HASH, 2, 0, 12, 0, 0, 0, 0, 0, 0, code_len, 1)
    directory += IDENTIFIER + b''.join(reversed(special)) + hashes
    return struct.pack('>IIIII', 0xfade0cc0, 20 + len(directory), 1, 0, 20) + directory


def write(size, stream, special=()):
    code_len = align(max(size, 2 * SEGMENT_ALIGN), SEGMENT_ALIGN)
    pages = code_len // PAGE
    signature_len = align(20 + CD_HEADER + len(IDENTIFIER) + (len(special) + pages) * HASH, 16)
    header = load_commands(code_len, signature_len)
    stream.write(header)
    stream.seek(code_len)
    stream.write(signature(page_hashes(header, pages), code_len, special))
    stream.truncate(code_len + signature_len)


if __name__ == '__main__':
    with open(sys.argv[2], 'wb') as out:
        write(int(sys.argv[1]), out)
