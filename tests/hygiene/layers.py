# SPDX-License-Identifier: MIT
"""A folder of src/ includes only from itself and from the folders that stand before it here."""
import re

from tree import files, lines, main, text

LAYERS = ['base', 'value', 'crypto', 'macho', 'codesign', 'entitlements', 'bundle', 'package',
          'facts', 'inspect', 'cel', 'rules', 'report', 'api', 'cli']
RANK = {name: rank for rank, name in enumerate(LAYERS)}

INCLUDE = re.compile(r'\s*#\s*include\s+([<"])([^>"]+)[>"]')


def includes(path):
    """(line, '<' or '"', what) of every include; comments are left out, so a quoted name is not."""
    for number, line in lines(text(path)):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def is_generated(root, target):
    """Whether a file that is not in the tree is what a meson.build of its folder says it makes."""
    path = root / 'src' / target
    built = path.parent / 'meson.build'
    return built.exists() and f"'{path.name}'" in text(built)


def quoted(root, own, target):
    """What is wrong with an include of "target" in a file of folder `own`."""
    folder = target.split('/')[0]
    if folder == 'sxlint':
        return system(own, target)
    if own == 'cli' and folder != 'cli':
        return 'the command includes <sxlint/sxlint.h> and nothing of src/ but its own folder'
    if '/' not in target or folder not in RANK:
        return 'is not written from src/'
    if not (root / 'src' / target).exists() and not is_generated(root, target):
        return 'no such file, and none that meson makes'
    if RANK[folder] > RANK[own]:
        return f'{own}/ stands above {folder}/ and may not know it'
    return None


def system(own, target):
    if target.startswith('openssl/') and own != 'crypto':
        return 'OpenSSL is included under src/crypto/ only'
    if target.startswith('sxlint/') and own not in ('api', 'cli'):
        return 'the public header is for api/ and cli/'
    return None


def sources(root):
    for path in files(root, '*.c', '*.h', '*.def', below='src'):
        name = path.relative_to(root)
        own = name.parts[1]
        if own not in RANK:
            yield f'{name}: no folder "{own}" in the list of layers'
            continue
        for number, kind, target in includes(path):
            wrong = quoted(root, own, target) if kind == '"' else system(own, target)
            if wrong:
                yield f'{name}:{number}: {target}: {wrong}'


def told(root):
    """The order is told twice more: to meson, and to people. Both have to agree."""
    built = re.findall(r"^subdir\('(\w+)'\)", text(root / 'src' / 'meson.build'), re.M)
    if built != LAYERS:
        yield f'src/meson.build: the folders are not in the order of the layers: {", ".join(LAYERS)}'
    page = root / 'docs' / 'architecture.md'
    named = re.findall(r'^\| `(\w+)` \|', text(page), re.M) if page.exists() else []
    if named != LAYERS:
        yield f'docs/architecture.md: the table of folders is not in the order of the layers: {", ".join(LAYERS)}'


def check(root):
    yield from sources(root)
    yield from told(root)


if __name__ == '__main__':
    main(check)
