# SPDX-License-Identifier: MIT
"""What comments name is there, and what headers declare is called by somebody.

A name of ours in a comment is one of the code, so that a function that is renamed takes its comment
along. A function that nothing calls but its own definition is nobody's.
"""
import re

from tree import code, files, lines, main, text

OURS = re.compile(r'\b(?:sx_\w*\w|SX_[A-Z0-9_]*[A-Z0-9])\b(?!_?\*|##)')
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')
COMMENT = re.compile(r'/\*.*?\*/', re.S)
DECLARED = re.compile(r'\b(sx_\w+)\(')
FOLDERS = ('src', 'tests', 'bench', 'include')


def sources(root):
    for folder in FOLDERS:
        yield from files(root, '*.c', '*.h', '*.def', below=folder)


def check(root):
    names, called, declared = set(), set(), {}
    for path in sources(root):
        source = code(path)
        names.update(OURS.findall(source), OURS.findall(' '.join(STRING.findall(text(path)))))
        for number, line in lines(source):
            if line[:1] in ('', ' ', '#', '\t'):  # else a declaration or a definition: they begin the line
                called.update(OURS.findall(line))
            elif path.suffix == '.h' and path.is_relative_to(root / 'src'):
                for name in DECLARED.findall(line):
                    declared[name] = f'{path.relative_to(root)}:{number}'
    for name, place in sorted(declared.items(), key=lambda item: item[1]):
        if name not in called:
            yield f'{place}: nothing calls {name}'
    for path in sources(root):
        source = text(path)
        for comment in COMMENT.finditer(source):
            for name in sorted(set(OURS.findall(comment.group())) - names):
                number = source.count('\n', 0, comment.start()) + 1
                yield f'{path.relative_to(root)}:{number}: the comment names {name}, which is nowhere'


if __name__ == '__main__':
    main(check)
