# SPDX-License-Identifier: MIT
"""The public artifacts: what the tables say, and where the files lie once fetched."""
import csv
import hashlib
import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

# Containers that are opened here, so that what lies in them can be looked at by itself too.
TARBALLS = ('.tgz', '.tbz')


def table(name):
    with open(HERE / name, encoding='utf-8', newline='') as stream:
        return list(csv.DictReader(stream, delimiter='\t', quoting=csv.QUOTE_NONE))


def packages():
    """package ("name@version") to its row of packages.tsv."""
    return {row['package']: row for row in table('packages.tsv')}


def cache():
    base = os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    return pathlib.Path(base) / 'sxlint' / 'corpus'


def folder(package):
    return cache() / package.replace('/', '+')


def tarball(package):
    return folder(package) / 'package.tgz'


def containers(path):
    """The containers that a path of the manifest goes through, outermost first: of `A!/B!/C` that
    are `A` and `A!/B`."""
    parts = path.split('!/')
    return ['!/'.join(parts[:n]) for n in range(1, len(parts))]


def location(row):
    """Where the artifact of a row lies: container `A` is unpacked into a folder `A!` beside it."""
    return folder(row['source']) / 'files' / row['path']


def outermost(row):
    """The file that holds the artifact of a row; the artifact itself when it is in no container."""
    return folder(row['source']) / 'files' / row['path'].split('!/')[0]


def is_packed(row):
    """Whether only sxlint opens a container of it."""
    return not all(container.endswith(TARBALLS) for container in containers(row['path']))


def sha256(path):
    with open(path, 'rb') as stream:
        return hashlib.file_digest(stream, 'sha256').hexdigest() if hasattr(hashlib, 'file_digest') \
            else hashlib.sha256(stream.read()).hexdigest()
