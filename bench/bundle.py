#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write a signed app, for benchmarks: bundle.py FILES BYTES MAIN-BYTES STAMP FOLDER

FOLDER becomes a bundle with so many sealed files of so many bytes each, in folders of 200, and a main
executable of about MAIN-BYTES. Its seal is one of SHA-256, with the SHA-1 that old systems want in
version 1. Files beyond a megabyte are holes. STAMP is an empty file that says when it was made."""
import base64
import hashlib
import pathlib
import shutil
import sys

import macho

HOLE = 1 << 20
INFO = {'CFBundleExecutable': 'Bench', 'CFBundleIdentifier': 'com.example.bench', 'CFBundlePackageType': 'APPL'}
RULES = """\t\t<key>^Resources/</key>
\t\t<true/>
\t\t<key>^version.plist$</key>
\t\t<true/>
"""
# pattern, weight, flag; weight 0 is plain true
RULES2 = [
    (r'.*\.dSYM($|/)', 11, None),
    (r'^(.*/)?\.DS_Store$', 2000, 'omit'),
    (r'^(Frameworks|SharedFrameworks|PlugIns|Plug-ins|XPCServices|Helpers|MacOS|'
     r'Library/(Automator|Spotlight|LoginItems))/', 10, 'nested'),
    (r'^.*', 0, None),
    (r'^Info\.plist$', 20, 'omit'),
    (r'^PkgInfo$', 20, 'omit'),
    (r'^Resources/', 20, None),
    (r'^Resources/.*\.lproj/', 1000, 'optional'),
    (r'^Resources/.*\.lproj/locversion.plist$', 1100, 'omit'),
    (r'^Resources/Base\.lproj/', 1010, None),
    (r'^[^/]+$', 10, 'nested'),
    (r'^embedded\.provisionprofile$', 20, None),
    (r'^version\.plist$', 20, None),
]
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
"""


def content(i, size):
    return (f'{i}\n' * (size // len(f'{i}\n') + 1))[:size].encode()


def write_file(path, i, size):
    """The SHA-1 and SHA-256 of what has been written."""
    digests = hashlib.sha1(), hashlib.sha256()
    with open(path, 'wb') as out:
        if size < HOLE:
            pieces = [content(i, size)]
            out.write(pieces[0])
        else:
            out.truncate(size)
            pieces = [bytes(HOLE)] * (size // HOLE) + [bytes(size % HOLE)]
    for piece in pieces:
        for digest in digests:
            digest.update(piece)
    return tuple(base64.b64encode(d.digest()).decode() for d in digests)


def write_files(contents, count, size):
    entries = {}
    for i in range(count):
        path = f'Resources/part{i // 200:04}/resource-{i:06}.dat'
        (contents / path).parent.mkdir(parents=True, exist_ok=True)
        entries[path] = write_file(contents / path, i, size)
    return entries


def rule(pattern, weight, flag):
    if weight == 0:
        return f'\t\t<key>{pattern}</key>\n\t\t<true/>\n'
    said = f'\t\t\t<key>{flag}</key>\n\t\t\t<true/>\n' if flag else ''
    return (f'\t\t<key>{pattern}</key>\n\t\t<dict>\n{said}'
            f'\t\t\t<key>weight</key>\n\t\t\t<real>{weight}</real>\n\t\t</dict>\n')


def seal(entries):
    old = ''.join(f'\t\t<key>{path}</key>\n\t\t<data>\n\t\t{sha1}\n\t\t</data>\n'
                  for path, (sha1, _) in entries.items())
    new = ''.join(f'\t\t<key>{path}</key>\n\t\t<dict>\n\t\t\t<key>hash2</key>\n\t\t\t<data>\n'
                  f'\t\t\t{sha256}\n\t\t\t</data>\n\t\t</dict>\n' for path, (_, sha256) in entries.items())
    rules2 = ''.join(rule(*r) for r in RULES2)
    sections = {'files': old, 'files2': new, 'rules': RULES, 'rules2': rules2}
    return HEAD + ''.join(f'\t<key>{name}</key>\n\t<dict>\n{text}\t</dict>\n'
                          for name, text in sections.items()) + '</dict>\n</plist>\n'


def info():
    return HEAD + ''.join(f'\t<key>{k}</key>\n\t<string>{v}</string>\n' for k, v in INFO.items()) + '</dict>\n</plist>\n'


def write(folder, count, size, main_size):
    contents = folder / 'Contents'
    shutil.rmtree(folder, ignore_errors=True)
    for name in ('MacOS', 'Resources', '_CodeSignature'):
        (contents / name).mkdir(parents=True)
    texts = info().encode(), seal(write_files(contents, count, size)).encode()
    (contents / 'Info.plist').write_bytes(texts[0])
    (contents / '_CodeSignature' / 'CodeResources').write_bytes(texts[1])
    special = [hashlib.sha256(texts[0]).digest(), bytes(macho.HASH), hashlib.sha256(texts[1]).digest()]
    with open(contents / 'MacOS' / 'Bench', 'wb') as out:
        macho.write(main_size, out, special)
    (contents / 'MacOS' / 'Bench').chmod(0o755)


if __name__ == '__main__':
    files, file_size, main_bytes = map(int, sys.argv[1:4])
    write(pathlib.Path(sys.argv[5]), files, file_size, main_bytes)
    pathlib.Path(sys.argv[4]).touch()
