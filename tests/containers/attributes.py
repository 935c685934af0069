#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Extended attributes are seen wherever an archive keeps them.

usage: attributes.py SXLINT SX-FIXTURE

A sealed file of a good app gets Finder information, which codesign calls detritus, and an attribute
that nothing needs, in every way in which macOS, ditto and tar keep attributes; each is told once."""
import io
import os
import pathlib
import shutil
import struct
import sys
import tarfile
import tempfile
import zipfile

from same import Bench

FILE = 'Contents/Resources/Waffle.icns'
FINDER = b'TEXTttxt' + bytes(24)
UNUSUAL = 'com.apple.metadata:kMDItemWhereFroms', b'bplist00'
WANTED = [('CS514', FILE), ('LV146', f'{FILE}: {UNUSUAL[0]}')]


def apple_double():
    """Apple's copyfile.c: Finder information, 2 bytes of padding, a table of attributes."""
    name = UNUSUAL[0].encode() + b'\0'
    table = 0x26 + 34
    data = (table + 36 + 11 + len(name) + 3) & ~3
    row = struct.pack('>IIHB', data, len(UNUSUAL[1]), 0, len(name)) + name
    attr = struct.pack('>4sIIII12xHH', b'ATTR', 0, data + len(UNUSUAL[1]), data, len(UNUSUAL[1]), 0, 1)
    body = (FINDER + bytes(2) + attr + row).ljust(data - 0x26, b'\0') + UNUSUAL[1]
    return struct.pack('>II16sHIII', 0x51607, 0x20000, b'Mac OS X        ', 1, 9, 0x26, len(body)) + body


def beside(path, app):
    """What a file system without attributes is given by macOS: a file that no seal lists, as well."""
    path = app.parent / path
    path.with_name('._' + path.name).write_bytes(apple_double())


def disk(path, app):
    os.setxattr(app.parent / path, 'user.com.apple.FinderInfo', FINDER)
    os.setxattr(app.parent / path, f'user.{UNUSUAL[0]}', UNUSUAL[1])


def ditto(path, app, archive):
    with zipfile.ZipFile(archive, 'w') as out:
        for member in sorted([app, *app.rglob('*')]):
            name = member.relative_to(app.parent).as_posix()
            info = zipfile.ZipInfo(name + ('/' if member.is_dir() and not member.is_symlink() else ''))
            info.external_attr, info.create_system = member.lstat().st_mode << 16, 3
            out.writestr(info, os.readlink(member) if member.is_symlink()
                         else b'' if member.is_dir() else member.read_bytes())
        out.writestr(str('__MACOSX' / path.with_name('._' + path.name)), apple_double())


def tar_beside(path, app, archive):
    with tarfile.open(archive, 'w') as out:
        info = tarfile.TarInfo(str(path.with_name('._' + path.name)))
        info.size = len(apple_double())
        out.addfile(info, io.BytesIO(apple_double()))
        out.add(app, arcname=app.name)


def tar_pax(path, app, archive):
    def attach(info):
        if info.name == str(path):
            info.pax_headers = {'SCHILY.xattr.com.apple.FinderInfo': FINDER.decode(),
                                f'SCHILY.xattr.{UNUSUAL[0]}': UNUSUAL[1].decode()}
        return info
    with tarfile.open(archive, 'w', format=tarfile.PAX_FORMAT) as out:
        out.add(app, arcname=app.name, filter=attach)


# Name, what packs or attaches, whether the app itself gets it, and what is told beside.
CASES = [('__MACOSX, as ditto', ditto, False), ('._ in a tar archive', tar_beside, False),
         ('pax records', tar_pax, False), ('on the disk', disk, True), ('._ on the disk', beside, True)]


def told(bench, path):
    """Rules of attributes, and what they found below the app."""
    return sorted((finding['rule'], finding['found'].partition('.app/')[2])
                  for finding in bench.report(path)['findings'] if finding['rule'] in ('CS514', 'LV146'))


def main(sxlint, sx_fixture):
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(scratch, sxlint, sx_fixture)
        archive = bench.scratch / 'archive.bin'
        good = bench.app('waffle-good')
        for number, (name, attach, is_bare) in enumerate(CASES, 1):
            app = bench.scratch / str(number) / good.name
            shutil.copytree(good, app, symlinks=True)
            path = pathlib.Path(app.name) / FILE
            try:
                attach(path, *([app] if is_bare else [app, archive]))
            except (AttributeError, OSError) as error: # no attributes on this disk
                print(f'ok {number} - {name} # SKIP {error}')
                continue
            found = told(bench, app if is_bare else archive)
            print(f'{"ok" if found == WANTED else "not ok"} {number} - {name}')
            if found != WANTED:
                print(f'# {found}')
            failures += found != WANTED
    print(f'1..{len(CASES)}')
    return failures != 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
