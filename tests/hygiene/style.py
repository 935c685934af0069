# SPDX-License-Identifier: MIT
"""How every text file looks: SPDX line, no tabs, no trailing blanks, not too long, and nothing in it
that is no one's business outside."""
import re

from tree import files, lines, main

MAX_LINES = 600

CODE = {'.c', '.h', '.def', '.py', '.sh'}
# Files that say their licence; scripts without suffix, which begin with "#!", do too.
LICENSED = CODE | {'.ini', '.yaml'}
TEXT = LICENSED | {'.md', '.yml', '.tsv', '.txt', '.json', '.1', 'meson.build'}

# Each written so that it does not name itself: where someone works, hosts of registries; and in code,
# loose ends (rules look for such words in what others ship).
FORBIDDEN = [re.compile(word) for word in (
    r'/wor[k]/', r'[.][.]/share[d]', r'/hom[e]/[a-z]', r'registry[.]npmjs', r'deb[.]debian', r'pypi[.]org',
    r'proxy[.]golang', r'\b[Ii]ssue #\d')]
LOOSE_ENDS = re.compile(r'\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b')


def is_script(path):
    with path.open('rb') as stream:
        return stream.read(2) == b'#!'


def has_kind(path, kinds):
    return path.suffix in kinds or path.name in kinds or (path.suffix == '' and is_script(path))


# What make reads begins its lines with tabs.
MAKEFILES = {'packaging/debian/rules'}


def wrong_in_line(line, suffix, has_tabs=False):
    if '\t' in line and suffix != '.tsv' and not has_tabs:
        yield 'a tab'
    if line != line.rstrip() and suffix != '.tsv':
        yield 'blanks at the end of the line'
    for word in FORBIDDEN + ([LOOSE_ENDS] if suffix in CODE else []):
        match = word.search(line)
        if match:
            yield f'"{match.group(0)}" does not belong here'


def wrong_in_file(path, source):
    if has_kind(path, LICENSED) and 'SPDX-License-Identifier: MIT' not in '\n'.join(source.splitlines()[:3]):
        yield 'no SPDX line at the top'
    if has_kind(path, CODE) and source.count('\n') > MAX_LINES:
        yield f'{source.count(chr(10))} lines, at most {MAX_LINES}'
    if source and not source.endswith('\n'):
        yield 'no line end at the end'
    if '\r' in source:
        yield 'a carriage return'


def check(root):
    for path in files(root):
        name = path.relative_to(root)
        if name.parts[:3] == ('tests', 'fuzz', 'corpus') or not has_kind(path, TEXT):
            continue
        try:
            source = path.read_bytes().decode('utf-8')
        except UnicodeDecodeError as error:
            yield f'{name}: not UTF-8: {error}'
            continue
        for wrong in wrong_in_file(path, source):
            yield f'{name}: {wrong}'
        for number, line in lines(source):
            for wrong in wrong_in_line(line, path.suffix, name.as_posix() in MAKEFILES):
                yield f'{name}:{number}: {wrong}'


if __name__ == '__main__':
    main(check)
