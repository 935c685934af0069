# SPDX-License-Identifier: MIT
"""The order of includes at the top of a source file: its own header, so that it is seen to compile
alone; the project's; the system's. A blank line between the groups, the order within a group as found.

    includes.py ROOT          complain
    includes.py ROOT --mend   rewrite, as tools/format does"""
import re

from tree import files, main, text

INCLUDE = re.compile(r'#include ([<"])([^>"]+)[>"]')
# A table that is included for its rows stays where it is.
TABLE = '.def"'


def block(lines):
    """Where the first run of includes begins and ends."""
    is_include = [bool(INCLUDE.match(line)) and TABLE not in line for line in lines]
    if True not in is_include:
        return 0, 0
    start = end = is_include.index(True)
    for at in range(start, len(lines)):
        if is_include[at]:
            end = at + 1
        elif lines[at].strip():
            break
    return start, end


def group(line, own):
    kind, target = INCLUDE.match(line).groups()
    if target == own:
        return 0
    return 1 if kind == '"' or target.startswith('sxlint/') else 2


def ordered(source, own):
    """The text with its includes in order. `own` is the file's own header as an include names it."""
    lines = source.split('\n')
    start, end = block(lines)
    groups = [[], [], []]
    for line in lines[start:end]:
        if line.strip():
            groups[group(line, own)].append(line)
    wanted = '\n\n'.join('\n'.join(lines) for lines in groups if lines)
    return '\n'.join(lines[:start] + ([wanted] if wanted else []) + lines[end:])


def sources(root):
    for top in ('src', 'tests', 'bench'):
        for path in files(root, '*.c', below=top):
            header = path.with_suffix('.h')
            below_src = header.relative_to(root / 'src').as_posix() if top == 'src' else header.name
            yield path, below_src if header.exists() else None


def check(root):
    for path, own in sources(root):
        source = text(path)
        if own and f'#include "{own}"' not in source:
            yield f'{path.relative_to(root)}: does not include its own header, {own}'
        if ordered(source, own) != source:
            yield f'{path.relative_to(root)}: includes are out of order (own, project\'s, system\'s); ' \
                  'tools/format puts them right'


def mend(root, *options):
    """The check, or the cure when asked for it."""
    if options != ('--mend',):
        yield from check(root)
        return
    for path, own in sources(root):
        source = text(path)
        if ordered(source, own) != source:
            path.write_text(ordered(source, own), encoding='utf-8')


if __name__ == '__main__':
    main(mend)
