# SPDX-License-Identifier: MIT
"""A page that a program writes is what the program writes today.

Arguments: the root, the page, then the command. To write the page again, run the command into it."""
import difflib
import shlex
import subprocess

from tree import main, text


def check(root, page, *command):
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=root)
    path = root / page
    old = text(path) if path.exists() else ''
    if run.stdout == old:
        return
    yield f'{page} is stale; write it again: {shlex.join(command)} > {page}'
    difference = difflib.unified_diff(old.splitlines(), run.stdout.splitlines(), page, 'now', lineterm='', n=1)
    yield from list(difference)[:40]


if __name__ == '__main__':
    main(check)
