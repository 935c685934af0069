#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fetch the public artifacts of manifest.tsv through npm, once, into ~/.cache/sxlint/corpus.

    fetch.py [PACKAGE...]     PACKAGE as in packages.tsv, "name@version"; without: all

Nothing of a package is run. Tarballs and files are compared with the sha256 of the tables.
"""
import os
import pathlib
import plistlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import corpus


class Unavailable(Exception):
    """npm is not here, or cannot reach its registry: no fault of the tables."""


class Different(Exception):
    """What was fetched is not what the tables say."""


def same(path, wanted, what):
    found = corpus.sha256(path)
    if found != wanted:
        raise Different(f'{what}: sha256 {found}, wanted {wanted}')


def npm_pack(package, into):
    if shutil.which('npm') is None:
        raise Unavailable('npm is not installed')
    # Waiting long between tries makes a machine without network look as if it hung.
    run = subprocess.run(['npm', 'pack', package, '--ignore-scripts', '--loglevel=error',
                          '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000',
                          '--pack-destination', into],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                         text=True, check=False, timeout=900)
    made = list(pathlib.Path(into).glob('*.tgz'))
    if run.returncode != 0 or len(made) != 1:
        raise Unavailable(f'npm pack {package}: {run.stdout.strip() or "made no tarball"}')
    return made[0]


def download(package):
    """The package's tarball, from the cache when it is there."""
    path = corpus.tarball(package)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as into:
            made = npm_pack(package, into)
            same(made, corpus.packages()[package]['sha256'], package)
            os.replace(made, path)
    return path


def stays_inside(member):
    """Whether a member, and the target of a link, lie below where they are unpacked."""
    def below(path):
        return not path.startswith('/') and not os.path.normpath(path).startswith('..')
    return below(member.name) and (not member.issym() or below(
        os.path.join(os.path.dirname(member.name), member.linkname)))


def unpack(archive, into, wanted):
    """Unpack the files of a tarball that `wanted` says yes to."""
    with tarfile.open(archive) as tar:
        for member in tar:
            name = os.path.normpath(member.name)
            if not (member.isreg() or member.isdir() or member.issym()) or not stays_inside(member):
                continue
            if not wanted(name):
                continue
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if member.issym():
                os.symlink(member.linkname, target)
            elif member.isdir():
                target.mkdir(exist_ok=True)
            else:
                with tar.extractfile(member) as source, open(target, 'wb') as copy:
                    shutil.copyfileobj(source, copy)
                target.chmod(0o755 if member.mode & 0o100 else 0o644)


def is_within(path, folder):
    return path == folder or path.startswith(folder + '/')


def unpack_package(package, rows):
    """Lay out the artifacts of the rows below the package's folder; done is done."""
    files = corpus.folder(package) / 'files'
    if files.exists():
        return
    tops = {row['path'].split('!/')[0] for row in rows}
    with tempfile.TemporaryDirectory(dir=files.parent) as scratch:
        scratch = pathlib.Path(scratch) / 'files'
        unpack(corpus.tarball(package), scratch, lambda name: any(is_within(name, top) for top in tops))
        for container in sorted({c for row in rows for c in corpus.containers(row['path'])}):
            if container.endswith(corpus.TARBALLS) and (scratch / container).exists():
                unpack(scratch / container, scratch / (container + '!'), lambda name: True)
        os.replace(scratch, files)


def main_executable(bundle):
    """The main executable of a bundle of any shape."""
    for contents in (bundle / 'Contents', bundle, bundle / 'Resources'):
        info = contents / 'Info.plist'
        if info.exists():
            name = plistlib.loads(info.read_bytes())['CFBundleExecutable']
            inside = contents / 'MacOS' / name
            return inside if inside.exists() else bundle / name
    versions = sorted((bundle / 'Versions').glob('*'))
    return versions[0] / bundle.stem if versions else bundle / bundle.stem


def verify(row):
    """Compare what lies there with the row: the file, a bundle's main executable, or the container."""
    what = f'{row["source"]} {row["path"]}'
    path = corpus.location(row)
    noted = re.search(r'container sha256 ([0-9a-f]{64})', row['note'])
    if noted:
        outermost = corpus.folder(row['source']) / 'files' / corpus.containers(row['path'])[0]
        same(outermost, noted.group(1), what)
    elif path.is_dir():
        same(main_executable(path), row['sha256'], what)
    else:
        same(path, row['sha256'], what)


def fetch(package):
    """Everything of a package that the manifest speaks of, verified."""
    rows = [row for row in corpus.table('manifest.tsv') if row['source'] == package]
    download(package)
    unpack_package(package, rows)
    for row in rows:
        verify(row)


def main(arguments):
    for package in arguments or corpus.packages():
        try:
            fetch(package)
            print(f'{package}: in {corpus.folder(package)}')
        except (Unavailable, Different) as error:
            sys.exit(f'{package}: {error}')


if __name__ == '__main__':
    main(sys.argv[1:])
