# SPDX-License-Identifier: MIT
"""The pages of docs/rules are what the tool writes today, no more and no fewer.

Arguments: the root, the folder of the pages, then the command that writes them into one. To write the
pages again, run it on that folder."""
import pathlib
import shlex
import subprocess
import tempfile

from tree import files, main, text


def pages(folder):
    return {path.name: text(path) for path in files(folder)}


def check(root, folder, *command):
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([*command, scratch], check=True, cwd=root, stdout=subprocess.DEVNULL)
        new, old = pages(pathlib.Path(scratch)), pages(root / folder)
    for name in sorted(old.keys() - new.keys()):
        yield f'{folder}/{name}: no rule has this page'
    stale = [name for name in sorted(new) if new[name] != old.get(name)]
    if stale:
        yield f'{folder} is stale ({", ".join(stale[:8])}); write it again: {shlex.join(command)} {folder}'


if __name__ == '__main__':
    main(check)
