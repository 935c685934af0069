# SPDX-License-Identifier: MIT
"""Words of C that do not occur here, each with what to use instead."""
import re

from tree import code, files, lines, main

# Where: everywhere, or only in the library (src/ without cli/).
EVERYWHERE, LIBRARY = 'everywhere', 'library'

FUNCTIONS = [
    # names, where, instead
    ('strcpy stpcpy strcat strncpy strncat sprintf vsprintf gets', EVERYWHERE,
     'struct sx_str with sx_str_dup or sx_str_printf, or snprintf'),
    ('strtok strtok_r strsep', EVERYWHERE, 'a struct sx_str that is narrowed'),
    ('atoi atol atoll atof', EVERYWHERE, 'a parser that says what is wrong'),
    ('strtod strtof', LIBRARY, 'base/number.h, which knows no locale'),
    ('gmtime localtime ctime asctime mktime strftime gmtime_r localtime_r', EVERYWHERE,
     'base/timestamp.h'),
    ('alloca', EVERYWHERE, 'an arena, or an array of fixed size'),
    ('setlocale newlocale uselocale', LIBRARY, 'nothing: the library knows no locale'),
    ('getenv secure_getenv setenv putenv', LIBRARY, 'an argument: the library reads no environment'),
    ('time gettimeofday clock_gettime', LIBRARY, 'the time of the question: the library has no clock'),
    ('rand random srand srandom drand48', LIBRARY, 'nothing: two runs give the same bytes'),
    ('printf puts putchar perror', LIBRARY, 'the writer that the caller gave'),
    ('exit _exit quick_exit', LIBRARY, 'a failure that the caller sees'),
    ('system popen fork execv execve execvp posix_spawn', LIBRARY, 'nothing: the library runs no program'),
    ('htonl htons ntohl ntohs be32toh be16toh be64toh le32toh le16toh le64toh', LIBRARY,
     'a cursor of base/span.h'),
    ('mmap', LIBRARY, 'sx_source_pread: a file that shrinks must not raise a signal'),
]

# The one place each that gives what is banned a safe form.
EXCEPTIONS = {
    ('src/base/number.c', 'strtod'), ('src/base/number.c', 'newlocale'), ('src/base/number.c', 'uselocale'),
}

BANNED = {name: (where, instead) for names, where, instead in FUNCTIONS for name in names.split()}
CALL = re.compile(r'(?<![\w.>])(' + '|'.join(BANNED) + r')\s*\(')
TYPEDEF = re.compile(r'\btypedef\s+(struct|enum|union)\b')


def is_library(name):
    return name.parts[0] == 'src' and name.parts[1] != 'cli'


def wrong_in(name, line):
    for match in CALL.finditer(line):
        where, instead = BANNED[match.group(1)]
        banned = where == EVERYWHERE or is_library(name)
        if banned and (name.as_posix(), match.group(1)) not in EXCEPTIONS:
            yield f'{match.group(1)}: use {instead}'
    if TYPEDEF.search(line):
        yield 'no typedef for a struct, enum or union: the word tells what it is'


def check(root):
    for folder in ('src', 'include', 'tests', 'bench'):
        for path in files(root, '*.c', '*.h', below=folder):
            name = path.relative_to(root)
            source = code(path)
            for number, line in lines(source):
                for wrong in wrong_in(name, line):
                    yield f'{name}:{number}: {wrong}'
            if path.suffix == '.h' and not re.search(r'^#pragma once$', source, re.M):
                yield f'{name}: no #pragma once'


if __name__ == '__main__':
    main(check)
