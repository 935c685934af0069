# SPDX-License-Identifier: MIT
"""Nothing lies in the tree that nobody builds or runs: sources, unit tests, fuzz targets, corpora."""
import re

from tree import files, main, text


def build_file(folder):
    path = folder / 'meson.build'
    return text(path) if path.exists() else ''


def names(folder, stem):
    """Whether the folder's meson.build names a file: as 'stem.c', or as a key 'name' of its table."""
    key = re.sub(r'^(test|fuzz)-', '', stem)
    built = build_file(folder)
    return f"'{stem}.c'" in built or (key != stem and re.search(rf"^\s*'{re.escape(key)}'\s*:", built, re.M))


# Built by a script that stands beside them.
SCRIPTED = {'tests/install/consumer.c'}


def sources(root):
    for top in ('src', 'tests', 'bench'):
        for path in files(root, '*.c', below=top):
            name = path.relative_to(root)
            if name.as_posix() not in SCRIPTED and not names(path.parent, path.stem):
                yield f'{name}: its meson.build does not name it'


def corpora(root):
    fuzz = root / 'tests' / 'fuzz'
    targets = {path.stem[len('fuzz-'):] for path in fuzz.glob('fuzz-*.c')}
    seeded = {path.name for path in (fuzz / 'corpus').glob('*') if path.is_dir() and any(path.iterdir())}
    for name in sorted(targets - seeded):
        yield f'tests/fuzz/fuzz-{name}.c: no corpus in tests/fuzz/corpus/{name}/'
    for name in sorted(seeded - targets):
        yield f'tests/fuzz/corpus/{name}/: no target fuzz-{name}.c'
    for path in sorted(fuzz.glob('*.dict')):
        if path.stem not in targets:
            yield f'tests/fuzz/{path.name}: no target fuzz-{path.stem}.c'


def checks(root):
    """The checks of this folder, too, are run."""
    built = build_file(root / 'tests' / 'hygiene')
    for path in sorted((root / 'tests' / 'hygiene').glob('*.py')):
        if '\n    main(' in text(path) and not re.search(rf"'{path.stem}(\.py)?'", built):
            yield f'tests/hygiene/{path.name}: its meson.build does not name it'


def check(root):
    yield from sources(root)
    yield from corpora(root)
    yield from checks(root)


if __name__ == '__main__':
    main(check)
