# SPDX-License-Identifier: MIT
"""A rule is its entry in rules/ and nothing else: no source decides by the id of a rule, so that a rule
can be added, changed and removed there. Examples in the texts of --help may name one."""
import re

from tree import files, lines, main, text

ENTRY = re.compile(r'^- id: (\S+)$', re.M)


def ids(root):
    return {name for path in files(root, '*.yaml', below='rules') for name in ENTRY.findall(text(path))}


def check(root):
    known = ids(root)
    for path in files(root, '*.c', '*.h', '*.def', below='src'):
        for number, line in lines(text(path)):
            for literal in re.findall(r'"([A-Z]+[0-9]+)"', line):
                if literal in known:
                    yield f'{path.relative_to(root)}:{number}: {literal} is a rule, which no source knows'


if __name__ == '__main__':
    main(check)
