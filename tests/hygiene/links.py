# SPDX-License-Identifier: MIT
"""Every link from a page of this tree to a file of this tree leads somewhere, headings included."""
import re

from tree import files, lines, main, text

LINK = re.compile(r'\]\(([^)\s]+)\)')
SCHEME = re.compile(r'[a-z]+:')


def anchors(path):
    """The anchors of a page's headings, made as the usual hosts make them."""
    for line in text(path).splitlines():
        match = re.match(r'#+\s+(.*)', line)
        if match:
            plain = re.sub(r'[^\w\- ]', '', match.group(1).lower())
            yield plain.strip().replace(' ', '-')


def wrong_with(page, link):
    target, _, anchor = link.partition('#')
    path = page if target == '' else (page.parent / target)
    if not path.exists():
        return 'no such file'
    if anchor and path.suffix == '.md' and anchor not in anchors(path):
        return 'no such heading'
    return None


def check(root):
    for page in files(root, '*.md'):
        for number, line in lines(text(page)):
            for link in LINK.findall(line):
                wrong = None if SCHEME.match(link) else wrong_with(page, link)
                if wrong:
                    yield f'{page.relative_to(root)}:{number}: {link}: {wrong}'


if __name__ == '__main__':
    main(check)
