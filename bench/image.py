#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write a disk image of a signed app, for benchmarks: image.py FILES BYTES FOLDER OUT.dmg

FOLDER becomes an app (bundle.py) whose files shrink to about half, as code and pictures do; xorriso
puts it on an HFS+ volume, which becomes an UDZO image as hdiutil makes them: chunks of 256 KiB,
CRC-32 over everything."""
import base64
import pathlib
import random
import struct
import subprocess
import sys
import zlib

import bundle

CHUNK = 512 * 512
ZLIB, END = 0x80000005, 0xffffffff


def content():
    """Bytes of which every second stretch shrinks to nothing."""
    noise = random.Random(1).randbytes(1 << 20)
    text = (b'%d bottles of beer on the wall, ' % 99) * 64
    block = b''.join(noise[at:at + 1000] + text[:1000] for at in range(0, len(noise), 1000))

    def of(i, size):
        begin = i * 7919 % (len(block) - size)
        return block[begin:begin + size]
    return of


def checksum(crc):
    return struct.pack('>III', 2, 32, crc) + bytes(124)


def table(sectors, crc, rows):
    head = struct.pack('>4sIQQQII', b'mish', 1, 0, sectors, 0, 520, 0) + bytes(24) + checksum(crc)
    return head + struct.pack('>I', len(rows)) + b''.join(struct.pack('>IIQQQQ', kind, 0, *row) for kind, *row in rows)


def plist(mish):
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>resource-fork</key><dict>'
            f'<key>blkx</key><array><dict><key>Data</key><data>{base64.b64encode(mish).decode()}</data>'
            f'<key>ID</key><string>0</string><key>Name</key><string>disk</string></dict></array></dict></dict></plist>'
            ).encode()


def write_chunks(disk, out):
    at, sector, crc, data_crc, rows = 0, 0, 0, 0, []
    while piece := disk.read(CHUNK):
        piece += bytes(-len(piece) % 512)
        packed = zlib.compress(piece, 1)
        crc, data_crc = zlib.crc32(piece, crc), zlib.crc32(packed, data_crc)
        rows.append((ZLIB, sector, len(piece) // 512, at, len(packed)))
        out.write(packed)
        at, sector = at + len(packed), sector + len(piece) // 512
    return at, sector, crc, data_crc, rows + [(END, sector, 0, at, 0)]


def write_image(disk, out):
    length, sectors, crc, data_crc, rows = write_chunks(disk, out)
    lists = plist(table(sectors, crc, rows))
    out.write(lists)
    out.write(struct.pack('>4sIII5QII16s', b'koly', 4, 512, 1, 0, 0, length, 0, 0, 1, 1, bytes(16)) +
              checksum(data_crc) + struct.pack('>QQ', length, len(lists)) + bytes(120) +
              checksum(zlib.crc32(struct.pack('>I', crc))) + struct.pack('>IQ', 1, sectors) + bytes(12))


def main(files, size, folder, image):
    bundle.content = content()
    folder = pathlib.Path(folder)
    bundle.write(folder / 'Bench.app', int(files), int(size), 1000000)
    made = subprocess.Popen(['xorrisofs', '-quiet', '-hfsplus', folder], stdout=subprocess.PIPE)
    with open(image, 'wb') as out:
        write_image(made.stdout, out)
    assert made.wait() == 0


main(*sys.argv[1:])
