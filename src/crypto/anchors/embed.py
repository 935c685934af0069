#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""embed.py OUTPUT PEM...: certificates as arrays of C, in the order of their file names."""
import base64
import pathlib
import re
import sys

PEM = re.compile(r'-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----', re.S)


def array(index, path):
    der = base64.b64decode(PEM.search(path.read_text()).group(1))
    lines = [', '.join(str(byte) for byte in der[i:i + 24]) for i in range(0, len(der), 24)]
    return 'static const uint8_t der_%d[] = { /* %s */\n    %s,\n};\n' % (
        index, path.stem, ',\n    '.join(lines))


def main(output, paths):
    paths = sorted(map(pathlib.Path, paths))
    arrays = [array(i, path) for i, path in enumerate(paths)]
    rows = ['    { "%s", der_%d, sizeof(der_%d) },\n' % (path.stem, i, i)
            for i, path in enumerate(paths)]
    pathlib.Path(output).write_text(
        '/* Made by embed.py from the PEM files of src/crypto/anchors. */\n'
        + ''.join(arrays)
        + 'static const struct {\n    const char *file;\n    const uint8_t *der;\n    size_t len;\n'
        + '} embedded[] = {\n' + ''.join(rows) + '};\n')


main(sys.argv[1], sys.argv[2:])
