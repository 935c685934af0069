# SPDX-License-Identifier: MIT
"""What a page shows as output is output: the indented block after `<!-- from: FILE -->` stands in FILE."""
import re

from tree import files, main, text

QUOTE = re.compile(r'^<!-- from: (\S+) -->\n\n((?:(?: {4}.*)?\n)+)', re.M)


def check(root):
    for page in files(root, '*.md'):
        for name, block in QUOTE.findall(text(page)):
            shown = re.sub(r'^ {4}', '', block, flags=re.M).strip('\n') + '\n'
            source = root / name
            if not source.exists():
                yield f'{page.relative_to(root)}: no such file: {name}'
            elif shown not in text(source):
                yield f'{page.relative_to(root)}: the block from {name} does not stand there any more'


if __name__ == '__main__':
    main(check)
