# SPDX-License-Identifier: MIT
"""Every header compiles alone; the public one also as C++ and as C11 without extensions.

Arguments: the root, the C compiler, then the C++ compiler or nothing."""
import concurrent.futures
import os
import shlex
import subprocess

from tree import files, main

WARNINGS = ['-Wall', '-Wextra', '-Werror']


def complaint(root, header, command):
    run = subprocess.run(
        command + WARNINGS + ['-fsyntax-only', '-include', str(header), os.devnull],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=root)
    if run.returncode == 0:
        return None
    return f'{header.relative_to(root)} does not compile alone ({shlex.join(command)}):\n{run.stdout}'


def compilations(root, cc, cxx):
    inside = shlex.split(cc) + ['-x', 'c', '-std=c17', '-D_GNU_SOURCE', '-Isrc', '-Iinclude']
    for header in files(root, '*.h', below='src'):
        yield header, inside
    for header in files(root, '*.h', below='include'):
        yield header, shlex.split(cc) + ['-x', 'c', '-std=c11', '-pedantic']
        if cxx:
            yield header, shlex.split(cxx) + ['-x', 'c++', '-std=c++11', '-pedantic']


def check(root, cc, cxx=''):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(complaint, root, *one) for one in compilations(root, cc, cxx)]
        yield from filter(None, (job.result() for job in jobs))


if __name__ == '__main__':
    main(check)
