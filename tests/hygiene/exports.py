# SPDX-License-Identifier: MIT
"""The shared library exports what the public header declares, nothing more and nothing less.

Arguments: the root, the shared library, then nm."""
import re
import shlex
import subprocess

from tree import main, text

DECLARED = re.compile(r'^SXLINT_API\b[^;(]*?\b(sxlint_\w+)\s*\(', re.M)
# What linkers add by themselves.
LINKER = re.compile(r'_init|_fini|_edata|_end|__bss_start')


def exported(library, nm):
    """The global symbols that are defined, without the underscore that macOS puts before each."""
    run = subprocess.run(shlex.split(nm) + ['-g', library] + ([] if library.endswith('.dylib') else ['-D']),
                         stdout=subprocess.PIPE, text=True, check=True)
    for line in run.stdout.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[1] in 'TDBRVWA':
            name = fields[2].split('@')[0]
            yield name[1:] if library.endswith('.dylib') else name


def check(root, library, nm='nm'):
    header = root / 'include' / 'sxlint' / 'sxlint.h'
    declared = set(DECLARED.findall(text(header)))
    found = {name for name in exported(library, nm) if not LINKER.fullmatch(name)}
    for name in sorted(found - declared):
        yield f'{library} exports {name}, which {header.relative_to(root)} does not declare'
    for name in sorted(declared - found):
        yield f'{header.relative_to(root)} declares {name}, which {library} does not export'


if __name__ == '__main__':
    main(check)
