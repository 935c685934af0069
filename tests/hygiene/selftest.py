# SPDX-License-Identifier: MIT
"""Every check of this folder can fail: each row puts one fault into a small good tree, and names the
words of the complaint that has to follow. A check that finds nothing in the good tree and nothing in
the bad one would look just as green."""
import pathlib
import sys
import tempfile
import unittest

import banned
import documented
import exports
import fresh
import headers
import includes
import layers
import links
import named
import quotes
import registered
import rule_ids
import style

SPDX = '/* SPDX-License-Identifier: MIT */\n'
HEADER = SPDX + '#pragma once\n'

GOOD = {
    'src/meson.build': '# SPDX-License-Identifier: MIT\n' + ''.join(f"subdir('{x}')\n" for x in layers.LAYERS),
    'docs/architecture.md': '# Layers\n' + ''.join(f'| `{x}` | what |\n' for x in layers.LAYERS),
    'src/base/span.h': HEADER + '#include <stdint.h>\nuint8_t f(void);\n/* sx_g calls. */\nvoid sx_g(void);\n',
    'src/base/span.c': SPDX + '#include "base/span.h"\n\n#include <string.h>\n',
    'src/base/meson.build': "# SPDX-License-Identifier: MIT\nx = ['span.c', 'table.c']\n",
    'src/macho/macho.h': HEADER + '#include "base/span.h"\n',
    'src/cli/main.c': SPDX + '#include <sxlint/sxlint.h>\n',
    'src/macho/macho.c': SPDX + '#include "macho/macho.h"\nvoid f(void)\n{\n    sx_g();\n}\n',
    'src/macho/meson.build': "# SPDX-License-Identifier: MIT\nx = ['macho.c']\n",
    'src/cli/meson.build': "# SPDX-License-Identifier: MIT\nx = ['main.c']\n",
    'include/sxlint/sxlint.h': HEADER + '#define SXLINT_API\nSXLINT_API const char *sxlint_version(void);\n',
    'tests/fuzz/fuzz-a.c': SPDX,
    'tests/fuzz/corpus/a/empty': '',
    'tests/fuzz/meson.build': "# SPDX-License-Identifier: MIT\nx = {\n  'a': y,\n}\n",
    'README.md': '# A page\nSee [the other](docs/architecture.md#layers).\n\n'
                 '<!-- from: out -->\n\n    a line\n\n      and another\n\nText.\n',
    'rules/a.yaml': '# SPDX-License-Identifier: MIT\n- id: AB101\n',
    'out': 'begin\na line\n\n  and another\nend\n',
}

# Writes the pages of the good tree's docs into a folder.
DOCUMENT = [sys.executable, '-c', 'import pathlib, sys\n'
            'page = pathlib.Path(sys.argv[1], "architecture.md")\n'
            f'page.write_text({GOOD["docs/architecture.md"]!r})']

# check, file, what it holds instead, words of the complaint
FAULTS = [
    (layers.check, 'src/base/span.h', HEADER + '#include "macho/macho.h"\n', 'base/ stands above macho/'),
    (layers.check, 'src/macho/macho.h', HEADER + '#include "span.h"\n', 'not written from src/'),
    (layers.check, 'src/macho/macho.h', HEADER + '#include "base/nothing.h"\n', 'no such file, and none'),
    (layers.check, 'src/macho/macho.h', HEADER + '#include <openssl/evp.h>\n', 'under src/crypto/ only'),
    (layers.check, 'src/macho/macho.h', HEADER + '#include <sxlint/sxlint.h>\n', 'for api/ and cli/'),
    (layers.check, 'src/cli/main.c', SPDX + '#include "base/span.h"\n', 'nothing of src/'),
    (includes.check, 'src/base/span.c', SPDX + '#include <string.h>\n', 'does not include its own header'),
    (includes.check, 'src/base/span.c', SPDX + '#include <string.h>\n#include "base/span.h"\n', 'out of order'),
    (includes.check, 'src/cli/main.c', SPDX + '#include <stdio.h>\n\n#include <sxlint/sxlint.h>\n', 'out of order'),
    (layers.check, 'src/utils/x.c', SPDX, 'no folder "utils"'),
    (layers.check, 'src/meson.build', "subdir('value')\nsubdir('base')\n", 'src/meson.build'),
    (layers.check, 'docs/architecture.md', '# Layers\n| `base` | what |\n', 'docs/architecture.md'),
    (banned.check, 'src/base/span.c', 'void f(char *a)\n{\n    strcpy(a, "");\n}\n', 'span.c:3: strcpy'),
    (banned.check, 'src/base/span.c', 'int f(void) { return atoi("1"); }\n', 'atoi'),
    (banned.check, 'src/base/span.c', 'char *f(void) { return getenv("HOME"); }\n', 'getenv'),
    (banned.check, 'src/base/span.c', 'void f(void) { printf("x"); }\n', 'printf'),
    (banned.check, 'src/base/span.h', HEADER + 'typedef struct x x;\n', 'typedef'),
    (banned.check, 'src/base/span.h', SPDX, 'pragma once'),
    (style.check, 'src/base/span.c', '#include "base/span.h"\n', 'SPDX'),
    (style.check, 'src/base/span.c', SPDX + '\tint x;\n', 'span.c:2: a tab'),
    (style.check, 'src/base/span.c', SPDX + 'int x; \n', 'blanks at the end'),
    (style.check, 'src/base/span.c', SPDX + 'int x;', 'no line end'),
    (style.check, 'src/base/span.c', SPDX + 'int x;\n' * 600, 'at most 600'),
    (style.check, 'README.md', 'see .' + './shared\n', 'does not belong here'),
    (style.check, 'README.md', 'built in /wor' + 'k/main\n', 'does not belong here'),
    (style.check, 'src/base/span.c', SPDX + '/* T' + 'ODO: more */\n', 'does not belong here'),
    (style.check, 'README.md', 'a\r\n', 'carriage return'),
    (registered.check, 'src/base/arena.c', SPDX, 'arena.c: its meson.build does not name it'),
    (registered.check, 'tests/unit/test-b.c', SPDX, 'test-b.c: its meson.build does not name it'),
    (registered.check, 'tests/fuzz/fuzz-b.c', SPDX, 'no corpus in tests/fuzz/corpus/b/'),
    (registered.check, 'tests/fuzz/corpus/c/empty', '', 'no target fuzz-c.c'),
    (registered.check, 'tests/fuzz/c.dict', '', 'no target fuzz-c.c'),
    (registered.check, 'tests/hygiene/new.py', "if __name__ == '__main__':\n    main(check)\n", 'new.py: its'),
    (named.check, 'src/base/span.c', SPDX + '/* as sx_gg does */\n', 'span.c:2: the comment names sx_gg'),
    (named.check, 'src/macho/macho.c', SPDX + 'void sx_g(void)\n{\n}\n', 'span.h:6: nothing calls sx_g'),
    (links.check, 'README.md', '[a](docs/nothing.md)\n', 'no such file'),
    (links.check, 'README.md', '[a](docs/architecture.md#nothing)\n', 'no such heading'),
    (rule_ids.check, 'src/base/span.c', SPDX + 'x = sx_str_is(id, "AB101");\n', 'span.c:2: AB101 is a rule'),
    (quotes.check, 'out', 'another line\n', 'does not stand there'),
    (quotes.check, 'README.md', '<!-- from: nothing -->\n\n    a\n', 'no such file'),
    (lambda root: headers.check(root, 'cc'), 'src/base/span.h', HEADER + 'size_t x(void);\n', 'span.h does not compile'),
    (lambda root: headers.check(root, 'cc'), 'include/sxlint/sxlint.h', HEADER + '#include "base/span.h"\n',
     'sxlint.h does not compile'),
    (lambda root: fresh.check(root, 'README.md', sys.executable, '-c', 'print("# A page")'), 'README.md', 'old\n',
     'README.md is stale'),
    (lambda root: documented.check(root, 'docs', *DOCUMENT), 'docs/architecture.md', 'old\n', 'docs is stale (architecture.md)'),
    (lambda root: documented.check(root, 'docs', *DOCUMENT), 'docs/b.md', '# B\n', 'b.md: no rule has this page'),
]


def write(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())


class Checks(unittest.TestCase):
    def test_a_good_tree_passes(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            write(root, GOOD)
            (root / 'src' / 'base' / 'table.c').write_text(SPDX)
            for check in (banned.check, includes.check, layers.check, links.check, quotes.check, registered.check, style.check):
                self.assertEqual(list(check(root)), [], check.__module__)
            self.assertEqual(list(headers.check(root, 'cc')), [])

    def test_every_fault_is_found(self):
        for check, name, content, words in FAULTS:
            with self.subTest(words), tempfile.TemporaryDirectory() as folder:
                root = pathlib.Path(folder)
                write(root, {**GOOD, name: content})
                self.assertIn(words, '\n'.join(check(root)))

    def test_includes_are_mended(self):
        source = SPDX + '#include <a.h>\n#include "base/b.h"\n#include "base/span.h"\n#define X\n#include <z.h>\n'
        mended = includes.ordered(source, 'base/span.h')
        self.assertEqual(mended, SPDX + '#include "base/span.h"\n\n#include "base/b.h"\n\n#include <a.h>\n'
                         '#define X\n#include <z.h>\n')
        self.assertEqual(includes.ordered(mended, 'base/span.h'), mended)

    def test_exports_differ_both_ways(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            write(root, GOOD)
            nm = root / 'nm'
            nm.write_text('#!/bin/sh\necho "0000000000001139 T sxlint_secret"\n')
            nm.chmod(0o755)
            said = '\n'.join(exports.check(root, 'libsxlint.so', str(nm)))
            self.assertIn('exports sxlint_secret', said)
            self.assertIn('declares sxlint_version', said)


if __name__ == '__main__':
    unittest.main()
