# SPDX-License-Identifier: MIT
"""A rule is its entry in rules/ and nothing else: no source decides by the id of a rule, so that a rule
can be added, changed and removed there. Texts for people may name one as an example."""
import re

from tree import files, lines, main, text

COMPARED = re.compile(r'\b(?:sx_str_(?:is|eq|cmp|starts)|sx_strs_has|sx_rule_matches|sx_ruleset_find|strn?cmp)\('
                      r'.*"([A-Z]+[0-9]+)"')
ENTRY = re.compile(r'^- id: (\S+)$', re.M)


def ids(root):
    return {name for path in files(root, '*.yaml', below='rules') for name in ENTRY.findall(text(path))}


def check(root):
    known = ids(root)
    for path in files(root, '*.c', '*.h', '*.def', below='src'):
        for number, line in lines(text(path)):
            for literal in COMPARED.findall(line):
                if literal in known:
                    yield f'{path.relative_to(root)}:{number}: {literal} is a rule, which no source asks for'


if __name__ == '__main__':
    main(check)
