#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files that are made to use up time, memory or disk stop at a limit that is named.

usage: bombs.py SXLINT

Each case is a file of at most some megabytes. The run has to end in time, in little memory, without a
gate that passes, and it has to say which limit it was; the bounds are wide enough for sanitizers."""
import binascii
import bz2
import gzip
import io
import lzma
import os
import pathlib
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib

SECONDS, MEGABYTES = 60, 1000
ZEROS = bytes(1 << 20)


def zip_of(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def matryoshka():
    """A zip in a zip in a zip, 12 of them: a quine has no end at all."""
    content = b'a heart of text'
    for depth in range(12):
        content = zip_of([('inner.zip' if depth else 'heart', content)], zipfile.ZIP_STORED)
    return content


def forty_two():
    """Sixteen archives in each of sixteen, five times, and 4 GB of zeros in each of the innermost."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece, crc = [], 0
    for _ in range(64):
        piece.append(packer.compress(ZEROS))
        crc = binascii.crc32(ZEROS, crc)
    content = b''.join(piece) + packer.flush()
    size = 4 << 30  # of which 64 MB are true
    local = struct.pack('<IHHHHHIIIHH', 0x04034b50, 20, 0, 8, 0, 33, crc, len(content), size - 1, 1, 0) + b'0'
    entry = struct.pack('<IHHHHHHIIIHHHHHII', 0x02014b50, 0x314, 20, 0, 8, 0, 33, crc, len(content), size - 1,
                        1, 0, 0, 0, 0, 0o100644 << 16, 0) + b'0'
    end = struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 1, 1, len(entry), len(local) + len(content), 0)
    inner = local + content + entry + end
    for _ in range(5):
        inner = zip_of([(f'{i:x}.zip', inner) for i in range(16)])
    return inner


def overlapping():
    """Sixty thousand entries for the same 10 MB of zeros, stored once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = b''.join(packer.compress(ZEROS) for _ in range(10)) + packer.flush()
    crc, size = binascii.crc32(bytes(10 << 20)), 10 << 20
    local = struct.pack('<IHHHHHIIIHH', 0x04034b50, 20, 0, 8, 0, 33, crc, len(content), size, 5, 0) + b'00000'
    entries = b''.join(
        struct.pack('<IHHHHHHIIIHHHHHII', 0x02014b50, 0x314, 20, 0, 8, 0, 33, crc, len(content), size,
                    5, 0, 0, 0, 0, 0o100644 << 16, 0) + b'%05d' % i for i in range(60000))
    return (local + content + entries +
            struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 60000, 60000, len(entries), len(local) + len(content), 0))


def ten_million():
    """A directory that says so, and holds three entries."""
    archive = bytearray(zip_of([(name, b'x') for name in 'abc']))
    at, count = len(archive) - 22, 10_000_000
    start, = struct.unpack_from('<I', archive, at + 16)
    zip64 = struct.pack('<IQHHIIQQQQ', 0x06064b50, 44, 45, 45, 0, 0, count, count, at - start, start)
    locator = struct.pack('<IIQI', 0x07064b50, 0, at, 1)
    struct.pack_into('<HHII', archive, at + 8, 0xffff, 0xffff, 0xffffffff, 0xffffffff)
    return bytes(archive[:at]) + zip64 + locator + bytes(archive[at:])


def many_members():
    """Half a million and some empty files."""
    header = tarfile.TarInfo('a').tobuf(tarfile.USTAR_FORMAT)
    names = io.BytesIO()
    with gzip.open(names, 'wb', 1) as out:
        for i in range(510):
            block = bytearray()
            for k in range(1000):
                one = bytearray(header)
                one[0:8] = b'%08d' % (i * 1000 + k)
                one[148:156] = b'        '
                one[148:156] = b'%06o\0 ' % sum(one)
                block += one
            out.write(block)
    return names.getvalue()


def endless_bzip2():
    """Streams of 9 MB of zeros in 45 bytes, one behind the other: 18 GB in 90 kB."""
    return bz2.compress(bytes(9 << 20)) * 2000


def wide_xz():
    """A dictionary of 4 GiB for three bytes."""
    packed = bytearray(lzma.compress(b'abc'))
    size = (packed[12] + 1) * 4
    at = packed.index(b'\x21\x01', 12, 12 + size) + 2
    packed[at] = 40
    struct.pack_into('<I', packed, 12 + size - 4, binascii.crc32(packed[12:12 + size - 4]))
    return bytes(packed)


def endless_tar():
    info = tarfile.TarInfo('huge')
    info.size = (1 << 63) - 1
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b'\x80\0\0\0\x80' + bytes(7)  # 2^63
    header[148:156] = b'        '
    header[148:156] = b'%06o\0 ' % sum(header)
    return bytes(header) + bytes(1024)


def xar(toc, size=None):
    packed = zlib.compress(toc, 9) if isinstance(toc, bytes) else b''.join(toc)
    return struct.pack('>IHHQQI', 0x78617221, 28, 1, len(packed), len(toc) if size is None else size, 0) + packed


def large_toc():
    """A gigabyte of spaces for a table of contents."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(b' ' * (1 << 20)) for _ in range(1024)] + [packer.flush()]
    return xar(pieces, 1 << 30)


def lying_toc():
    """The same, which the header hides."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(b' ' * (1 << 20)) for _ in range(1024)] + [packer.flush()]
    return xar(pieces, 100)


def wide_toc():
    """Nearly fifty thousand components, each without anything to say."""
    folders = ''.join(f'<file id="{2 * i + 1}"><type>directory</type><name>{i}.pkg</name><file id="{2 * i + 2}">'
                      f'<type>file</type><name>PackageInfo</name><data><length>0</length><offset>0</offset>'
                      f'<size>0</size><encoding style="application/octet-stream"/></data></file></file>'
                      for i in range(49000))
    return xar(f'<xar><toc>{folders}</toc></xar>'.encode())


def deep_toc():
    depth = 200000
    return xar(b'<xar><toc>' + b'<file id="1"><type>directory</type><name>a</name>' * depth + b'</file>' * depth +
               b'</toc></xar>')


def vast_image():
    """A trailer that speaks of 8 EiB."""
    koly = bytearray(512)
    struct.pack_into('>4sII', koly, 0, b'koly', 4, 512)
    struct.pack_into('>QQ', koly, 0xd8, 0, 8)
    struct.pack_into('>Q', koly, 0x1ec, 1 << 54)
    return bytes(4096) + bytes(koly)


# Name, suffix, what makes it, and a part of what is said of it.
CASES = [
    ('zips in each other', '.zip', matryoshka, 'as deep as sxlint looks'),
    ('42.zip', '.zip', forty_two, 'all that sxlint unpacks'),
    ('members over each other', '.zip', overlapping, 'more bytes than sxlint unpacks'),
    ('ten million members, it says', '.zip', ten_million, 'are not read'),
    ('half a million members', '.tgz', many_members, 'more members than sxlint unpacks'),
    ('bzip2 without an end', '.bz2', endless_bzip2, 'unpack to more than'),
    ('an xz dictionary of 4 GiB', '.xz', wide_xz, 'more memory than sxlint gives it'),
    ('a tar member of 2^63 bytes', '.tar', endless_tar, '9223372036854775808 bytes are listed'),
    ('a table of contents of a gigabyte', '.pkg', large_toc, 'at most'),
    ('a table of contents that is longer than it says', '.pkg', lying_toc, ''),
    ('fifty thousand components', '.pkg', wide_toc, 'the notary could not unpack it'),
    ('folders in folders', '.pkg', deep_toc, ''),
    ('an image of 8 EiB', '.dmg', vast_image, 'at most'),
]


def run(sxlint, path, folder):
    """Output, exit code, seconds and megabytes."""
    with open(folder / 'said', 'wb') as said:
        begun = time.monotonic()
        process = subprocess.Popen([sxlint, 'check', '--as-of', '2026-11-24', path], stdout=said,
                                   stderr=subprocess.STDOUT, env={**os.environ, 'TMPDIR': str(folder)})
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    text = ' '.join((folder / 'said').read_text('utf-8').split())
    scale = 1 << 20 if sys.platform == 'darwin' else 1 << 10
    return text, process.returncode, time.monotonic() - begun, usage.ru_maxrss / scale


def complaints(text, code, seconds, megabytes, wanted):
    if wanted not in text:
        yield f'it does not say "{wanted}": {text[:2000]}'
    if ' pass ' in text:
        yield f'a gate passes: {text[:2000]}'
    if 'Ready' in text or code not in range(4):
        yield f'exit code {code}: {text[-300:]}'
    if seconds > SECONDS:
        yield f'{seconds:.1f} s, at most {SECONDS}'
    if megabytes > MEGABYTES:
        yield f'{megabytes:.0f} MB, at most {MEGABYTES}'


def main(sxlint):
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for number, (name, suffix, make, wanted) in enumerate(CASES, 1):
            path = folder / ('bomb' + suffix)
            path.write_bytes(make())
            *found, seconds, megabytes = run(pathlib.Path(sxlint).resolve(), path, folder)
            wrong = list(complaints(*found, seconds, megabytes, wanted))
            failures += bool(wrong)
            print(f'{"not ok" if wrong else "ok"} {number} - {name}: {path.stat().st_size / 1e6:.1f} MB, '
                  f'{seconds:.1f} s, {megabytes:.0f} MB of memory')
            for line in wrong:
                print(f'# {line}')
            path.unlink()
    print(f'1..{len(CASES)}')
    return failures != 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
