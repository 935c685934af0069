#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""embed.py OUTPUT TEXT: a text as an array of C strings, a line each, named after the file."""
import json
import pathlib
import sys


def main(output, source):
    path = pathlib.Path(source)
    lines = path.read_text(encoding='utf-8').splitlines(keepends=True)
    name = path.name.replace('.', '_')
    pathlib.Path(output).write_text(
        f'/* Made by embed.py from {path.name}. */\nstatic const char *const {name}[] = {{\n'
        + ''.join(f'    {json.dumps(line)},\n' for line in lines) + '};\n', encoding='utf-8')


main(*sys.argv[1:])
