# SPDX-License-Identifier: MIT
"""What the checks of this folder share: the files of the tree, and how a check ends.

A check is a function of a root folder that yields complaints, one line each, complete enough
to act on. It uses nothing but Python's standard library.
"""
import pathlib
import re
import sys

# Build directories and what tools leave behind.
BUILT = re.compile(r'build.*|\.cache|\.git')
LEFT = {'__pycache__'}


def is_ours(path):
    """Whether a path below the root is part of the tree."""
    folders = path.parts[:-1]
    return not (folders and BUILT.fullmatch(folders[0])) and not LEFT.intersection(folders)


def files(root, *patterns, below='.'):
    """The files below a folder that match one of the patterns, sorted, without build directories."""
    for path in sorted((root / below).rglob('*')):
        if not path.is_file() or not is_ours(path.relative_to(root)):
            continue
        if any(path.match(pattern) for pattern in patterns or ('*',)):
            yield path


def text(path):
    return path.read_text(encoding='utf-8')


def blank(match):
    """As many line ends as the match has, so that line numbers stay."""
    return '\n' * match.group(0).count('\n') or ' '


def code(path):
    """The text of a C file without comments, and with string literals emptied."""
    strings_and_comments = re.compile(
        r'(?P<comment>/\*.*?\*/|//[^\n]*)|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return strings_and_comments.sub(
        lambda m: blank(m) if m.group('comment') else m.group(0)[0] * 2, text(path))


def lines(source):
    """The lines of a text with their numbers, from 1."""
    return enumerate(source.splitlines(), 1)


def main(check):
    """Run a check on the tree that the first argument names; exit 1 when it complains."""
    root = pathlib.Path(sys.argv[1]).resolve()
    complaints = list(check(root, *sys.argv[2:]))
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)
