# SPDX-License-Identifier: MIT
"""Every byte counts, of real artifacts too: whatever is changed in one that is sound is found, and
named with its file, or its page. Prints TAP, a test a row.

    damage.py SXLINT [SEED]

Bytes of code are flipped at random positions up to the code limit of a slice; bytes of sealed
resources likewise; resources are removed, renamed, exchanged for a link, and added. What is drawn
depends on the seed and the row alone."""
import os
import pathlib
import plistlib
import random
import shutil
import subprocess
import sys
import tempfile

import check
import corpus
import expected
import fetch

FLIPS = 30       # bytes of code, a slice
RESOURCES = 12   # sealed files, a bundle
LARGEST = 40 << 20
SOUND = ('valid', 'ad-hoc', 'linker-signed')
# Load commands lie here: what a change makes of them is told before pages are looked at.
HEADER = 16 << 10


class Missed(Exception):
    """A change that was not found, or not named."""


def examine(sxlint, path):
    """Problems of all code as (what, path, page), and the state of the artifact's own slices. A file
    that is no code any more has neither."""
    facts, code = check.run(sxlint, 'facts', '--as-of', check.AS_OF, str(path))
    problems, states = [], []
    for each in facts['code']:
        for problem in each.get('problems', []):
            problems.append((problem['what'], problem.get('path', ''), None))
        for part in each['slices']:
            signature = part['signature']
            if 'host' not in each:
                states.append(signature.get('state'))
            for problem in signature.get('problems', []):
                problems.append((problem['what'], problem.get('path', ''), problem.get('page')))
    return problems, states, code


def is_sound(states):
    return bool(states) and all(state in SOUND for state in states)


def require(ok, what, problems):
    if not ok:
        raise Missed(f'{what}: {problems[:5]}')


def flip(path, at, bit):
    with open(path, 'r+b') as stream:
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ 1 << bit]))


def main_file(path, code):
    if path.is_file():
        return path
    below = pathlib.Path(code['main']['path']).relative_to(path.name)
    return path / below


def directory(part):
    """The CodeDirectory that is preferred: the last, as signers write them."""
    directories = part['signature'].get('codeDirectories', [])
    return directories[-1] if directories else None


def flip_code(sxlint, path, draw):
    facts, _ = check.run(sxlint, 'facts', '--as-of', check.AS_OF, str(path))
    code = check.root_code(facts['code'])
    file = main_file(path, code)
    for part in code['slices']:
        cd = directory(part)
        if cd is None:
            continue
        for _ in range(FLIPS):
            at, bit = draw.randrange(cd['codeLimit']), draw.randrange(8)
            begin = part['offset'] if len(cd.get('execSegFlags', [])) or cd['pageSize'] else 0
            flip(file, begin + at, bit)
            problems, states, _ = examine(sxlint, path)
            flip(file, begin + at, bit)
            require(not is_sound(states), f'byte {begin + at} of {file.name}', problems)
            if at >= HEADER and cd['pageSize']:
                pages = [page for what, _, page in problems if what == 'page-altered']
                require(at // cd['pageSize'] in pages, f'page of byte {begin + at}', problems)


def sealed(path):
    """Sealed files that may not be missing, and the folder that their paths are below."""
    for root in (path / 'Contents', path / 'Versions' / 'A', path):
        seal = root / '_CodeSignature' / 'CodeResources'
        if seal.is_file():
            files = plistlib.loads(seal.read_bytes()).get('files2', {})
            return root, [name for name, entry in sorted(files.items())
                          if isinstance(entry, dict) and ('hash' in entry or 'hash2' in entry)
                          and not entry.get('optional') and (root / name).stat().st_size > 0]
    return path, []


def has(problems, what, path):
    return any(kind == what and there.endswith(path) for kind, there, _ in problems)


def change_resource(sxlint, path, file, draw):
    """One sealed file in all the ways that a file can change."""
    name, aside = str(file.relative_to(path)), file.with_name(file.name + '.moved')
    at, bit = draw.randrange(file.stat().st_size), draw.randrange(8)
    flip(file, at, bit)
    problems, states, _ = examine(sxlint, path)
    flip(file, at, bit)
    require(has(problems, 'resource-altered', name) and not is_sound(states), f'a byte of {name}', problems)

    file.rename(aside)
    problems, states, _ = examine(sxlint, path)
    require(has(problems, 'resource-missing', name), f'{name} renamed', problems)
    require(has(problems, 'resource-added', name + '.moved') and not is_sound(states), aside.name, problems)
    os.symlink(aside.name, file)
    problems, states, _ = examine(sxlint, path)
    require(has(problems, 'resource-altered', name) and not is_sound(states), f'{name} as a link', problems)
    file.unlink()
    aside.rename(file)


def change_resources(sxlint, path, draw):
    root, names = sealed(path)
    for name in draw.sample(names, min(RESOURCES, len(names))):
        change_resource(sxlint, path, root / name, draw)
    folders = sorted({(root / name).parent for name in names if (root / name).parent != root})
    for folder in folders[:RESOURCES]:
        new = folder / 'new file'
        new.write_bytes(b'')
        problems, states, _ = examine(sxlint, path)
        require(has(problems, 'resource-added', str(new.relative_to(path))) and not is_sound(states),
                str(new), problems)
        new.unlink()


def copy(source, folder):
    target = folder / source.name
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)
    return target


def check_row(sxlint, row, seed):
    """Whether the row could be asked; a change that is not found is raised."""
    source = corpus.location(row)
    with tempfile.TemporaryDirectory() as folder:
        path = copy(source, pathlib.Path(folder))
        if not is_sound(examine(sxlint, path)[1]):
            return False
        draw = random.Random(f'{seed} {row["source"]} {row["path"]}')
        flip_code(sxlint, path, draw)
        change_resources(sxlint, path, draw)
        problems, states, _ = examine(sxlint, path)
        require(is_sound(states), 'the copy, as it was', problems)
    return True


def is_asked(row):
    return not corpus.is_packed(row) and not expected.is_package(row) and row['signing'] != 'unsigned' and \
        (row['size'] == '-' or int(row['size']) <= LARGEST)


def main(sxlint, seed='20261124'):
    tap = check.Tap()
    rows = [row for row in corpus.table('manifest.tsv') if is_asked(row)]
    for package in corpus.packages():
        mine = [row for row in rows if row['source'] == package]
        for row in mine:
            name = f'{row["source"]} {row["path"]}'
            try:
                fetch.fetch(package)
                if check_row(sxlint, row, seed):
                    tap.say(True, name)
                else:
                    tap.skip(name, 'not sound to begin with')
            except fetch.Unavailable as error:
                if os.environ.get('CI'):
                    tap.say(False, name, [str(error)])
                else:
                    tap.skip(name, str(error))
            except (Missed, RuntimeError, subprocess.TimeoutExpired) as error:
                tap.say(False, name, [str(error)])
    print(f'1..{tap.n}')


if __name__ == '__main__':
    main(*sys.argv[1:])
