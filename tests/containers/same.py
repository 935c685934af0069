#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is found in an app is found in it wherever it is packed.

usage: same.py SXLINT SX-FIXTURE

Builds fixtures, packs each with tools of others, and compares the findings of the archive with those
of the bare app: paths, slices, offsets and words but for what the archive itself is told. A tool that
is not there is skipped."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / 'fixtures'
# name: findings of its own, in any container. Those of the archive itself are left out below.
SUBJECTS = ['waffle', 'waffle-good', 'waffle-structure']

# Asked of an app for how it reaches a Mac.
OF_SHIPPING = {'HR905', 'PK111', 'SX112', 'SX113', 'TK101'}

INFO = '<pkg-info format-version="2" identifier="a" version="1" install-location="/Applications" auth="root"/>'


def component(form, packer, links=False):
    """A folder c with what a component package holds; its names begin with "./", as pkgbuild's. With
    `links` a sealed file has a second name, which stands behind it in the payload and has the content."""
    link = 'ln "r/$1/Contents/Resources/Waffle.icns" r/z && ' if links else ''
    return (f'mkdir c && echo \'{INFO}\' > c/PackageInfo && mkdir r && mv "$1" r && '
            f'{link}(cd r && bsdtar {form} -cf - "./$1" {"./z" if links else ""} | {packer} > ../c/Payload); mv r/"$1" . && rm -r r')


def product(component):
    """A folder p with a component c.pkg."""
    return (f'{component} && mkdir p && mv c p/c.pkg && '
            'echo \'<installer-gui-script><pkg-ref id="a">#c.pkg</pkg-ref></installer-gui-script>\' > p/Distribution')


# Packages and disk images in a case are code objects themselves.
CARRIERS = {'component package': 1, 'component package, hard links': 1, 'component package, newc in xz': 1, 'product package, bzip2': 1,
            'disk image': 1, 'package in disk image in zip': 2}

# What a shell runs in the folder that the app lies in; $A is the archive, $1 the app, $F the fixture factory. The path in
# the archive that stands before the app's own, where it is more than the archive's name.
SHELL = [
    # name, tool, command, path
    ('zip', 'zip', 'zip -qry $A "$1"', ''),
    ('zip, stored', 'zip', 'zip -qry -0 $A "$1"', ''),
    ('zip, bzip2', 'zip', 'zip -qry -Z bzip2 $A "$1"', ''),
    ('zip, streamed', 'zip', 'zip -qry - "$1" > $A', ''),
    ('zip of 7-Zip', '7zz', '7zz a -tzip -snl -bso0 $A.zip "$1" && mv $A.zip $A', ''),
    ('zip of bsdtar', 'bsdtar', 'bsdtar --format zip -cf $A "$1"', ''),
    ('tar', 'tar', 'tar -cf $A "$1"', ''),
    ('tar, pax', 'tar', 'tar --format=pax -cf $A "$1"', ''),
    ('tar, ustar of bsdtar', 'bsdtar', 'bsdtar --format ustar -cf $A "$1"', ''),
    ('tar, pax of bsdtar', 'bsdtar', 'bsdtar --format pax -cf $A "$1"', ''),
    ('tgz', 'tar', 'tar -czf $A "$1"', 'archive.bin'),
    ('tbz', 'tar', 'tar -cjf $A "$1"', 'archive.bin'),
    ('txz', 'tar', 'tar -cJf $A "$1"', 'archive.bin'),
    ('zip in tar in zip', 'zip',
     'zip -qry a.zip "$1" && tar -cf b.tar a.zip && zip -q $A b.tar && rm a.zip b.tar', 'b.tar/a.zip'),
    ('tgz in zip', 'zip', 'tar -czf a.tgz "$1" && zip -q $A a.tgz && rm a.tgz', 'a.tgz/a.tar'),
    ('gz in zip', 'zip', 'tar -cf a.tar "$1" && gzip a.tar && zip -q $A a.tar.gz && rm a.tar.gz', 'a.tar.gz/a.tar'),
    ('jar', 'zip', 'mkdir META-INF && echo Manifest-Version: 1.0 > META-INF/MANIFEST.MF && '
     'zip -qry $A META-INF "$1"; rm -r META-INF', ''),
    ('whl in zip', 'zip', 'mkdir a-1.dist-info && echo Wheel-Version: 1.0 > a-1.dist-info/WHEEL && '
     'zip -qry a-1-py3-none-any.whl "$1" a-1.dist-info && zip -q $A a-1-py3-none-any.whl; '
     'rm -r a-1-py3-none-any.whl a-1.dist-info', 'a-1-py3-none-any.whl'),
    ('ipa', 'zip', 'mkdir Payload && mv "$1" Payload && zip -qry $A Payload; mv Payload/"$1" . && rmdir Payload',
     'Payload'),
    ('xcarchive in zip', 'zip', 'mkdir -p a.xcarchive/Products/Applications && '
     'mv "$1" a.xcarchive/Products/Applications && echo "$XCARCHIVE" > a.xcarchive/Info.plist && '
     'zip -qry $A a.xcarchive; mv a.xcarchive/Products/Applications/"$1" . && rm -r a.xcarchive',
     'a.xcarchive/Products/Applications'),
    ('xar', 'bsdtar', 'bsdtar --format xar -cf $A "$1"', ''),
    ('component package', 'bsdtar', component('--format odc', 'gzip') + ' && bsdtar --format xar -cf $A -C c .; rm -r c',
     'archive.bin Contents/Payload'),
    ('component package, newc in xz', 'bsdtar', component('--format newc', 'xz') +
     ' && bsdtar --format xar -cf $A -C c .; rm -r c', 'archive.bin Contents/Payload'),
    ('component package, hard links', 'bsdtar', component('--format newc', 'gzip', links=True) +
     ' && bsdtar --format xar -cf $A -C c .; rm -r c', 'archive.bin Contents/Payload'),
    ('product package, bzip2', 'bsdtar', product(component('--format odc', 'bzip2')) +
     ' && bsdtar --format xar -cf $A -C p .; rm -r p', 'c.pkg Contents/Payload'),
    ('disk image', '$F', 'mkdir d && mv "$1" d && $F image d $A UDZO; mv d/"$1" . && rmdir d', ''),
    ('package in disk image in zip', 'bsdtar', 'mkdir d && ' + component('--format odc', 'gzip') +
     ' && bsdtar --format xar -cf d/c.pkg -C c . && $F image d a.dmg ULFO && zip -q $A a.dmg; rm -r c d a.dmg',
     'a.dmg/c.pkg/c.pkg Contents/Payload'),
]


def sealed_zip64(app, archive):
    """Long numbers everywhere, as ditto writes them for what it streams."""
    with zipfile.ZipFile(archive, 'w', zipfile.ZIP_DEFLATED) as out:
        for path in sorted([app, *app.rglob('*')]):
            name = path.relative_to(app.parent).as_posix()
            info = zipfile.ZipInfo(name + ('/' if path.is_dir() and not path.is_symlink() else ''))
            info.external_attr = path.lstat().st_mode << 16
            info.create_system = 3
            info.compress_type = zipfile.ZIP_DEFLATED
            content = (str(path.readlink()).encode() if path.is_symlink()
                       else b'' if path.is_dir() else path.read_bytes())
            with out.open(info, 'w', force_zip64=True) as member:
                member.write(content)


def gnu_tar(app, archive):
    """Long names in headers of their own."""
    with tarfile.open(archive, 'w', format=tarfile.GNU_FORMAT) as out:
        out.add(app, arcname=app.name)


PYTHON = [('zip64', sealed_zip64), ('tar, GNU', gnu_tar)]


class Bench:
    def __init__(self, scratch, sxlint, sx_fixture):
        self.scratch = pathlib.Path(scratch)
        self.sxlint, self.sx_fixture = pathlib.Path(sxlint).resolve(), pathlib.Path(sx_fixture).resolve()
        subprocess.run([self.sx_fixture, 'pki', self.scratch], check=True)

    def app(self, subject):
        folder = self.scratch / subject
        subprocess.run([self.sx_fixture, 'build', FIXTURES / f'{subject}.yaml', folder], check=True)
        return next(folder.rglob('*.app'))

    def report(self, path):
        run = subprocess.run([self.sxlint, 'check', '--as-of', '2026-11-24', '--trust-anchor',
                              self.scratch / 'roots.pem', '--format', 'json', path.name],
                             cwd=path.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if run.stderr:
            raise RuntimeError(run.stderr.decode())
        return json.loads(run.stdout)['artifacts'][0]


def told_of_code(artifact, name, prefix, inner=''):
    """The findings as text, with the archive's path taken away."""
    lines = []
    for finding in artifact['findings']:
        if finding['rule'] in OF_SHIPPING:
            continue
        if finding['path'].startswith(prefix + name) or finding['path'].startswith(name):
            text = json.dumps(finding, sort_keys=True, ensure_ascii=False)
            text = text.replace(prefix, '')
            if inner:
                text = text.replace(f'{inner}/', '')
            finding = json.loads(text)
            finding.pop('fingerprint', None)
            lines.append(json.dumps(finding, sort_keys=True, indent=1, ensure_ascii=False))
    return sorted(lines)


def counts(artifact):
    return {key: value for key, value in artifact['examined'].items()
            if key in ('codeObjects', 'slices', 'pages', 'sealedFiles')}


def compare(bench, app, bare, archive, inner, carriers):
    packed = bench.report(archive)
    prefix = f'{archive.name}/' + (f'{inner}/' if inner else '')
    wanted, found = told_of_code(bare, app.name, ''), told_of_code(packed, app.name, prefix, inner)
    examined = counts(packed)
    examined['codeObjects'] -= carriers
    if counts(bare) != examined:
        return [f'examined {examined}, of the bare app {counts(bare)}']
    if packed.get('notChecked', []) != [] and bare.get('notChecked', []) == []:
        return [f'not checked: {packed["notChecked"]}']
    if wanted == found:
        return []
    return ([f'only of the bare app: {line}' for line in wanted if line not in found] +
            [f'only in the archive: {line}' for line in found if line not in wanted])


XCARCHIVE = """<plist version="1.0"><dict><key>ArchiveVersion</key><integer>2</integer>
<key>ApplicationProperties</key><dict/></dict></plist>"""


def cases(bench, app, archive):
    """Name, path inside, and what packs; None where the tool is not there."""
    for name, tool, command, inner in SHELL:
        pack = None
        if tool == '$F' or shutil.which(tool):
            def pack(command=command):
                command = command.replace('$A', str(archive)).replace('$F', str(bench.sx_fixture))
                subprocess.run(['sh', '-ec', command, 'sh', app.name], cwd=app.parent, check=True,
                               env={**os.environ, 'XCARCHIVE': XCARCHIVE}, stderr=subprocess.DEVNULL)
        yield name, inner, pack
    for name, function in PYTHON:
        yield name, '', lambda function=function: function(app, archive)


def main(sxlint, sx_fixture):
    number = failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(scratch, sxlint, sx_fixture)
        archive = bench.scratch / 'archive.bin'
        for subject in SUBJECTS:
            app = bench.app(subject)
            bare = bench.report(app)
            for name, inner, pack in cases(bench, app, archive):
                number += 1
                if pack is None:
                    print(f'ok {number} - {subject}, {name} # SKIP the tool is not there')
                    continue
                archive.unlink(missing_ok=True)
                pack()
                wrong = compare(bench, app, bare, archive, inner, CARRIERS.get(name, 0))
                failures += bool(wrong)
                print(f'{"not ok" if wrong else "ok"} {number} - {subject}, {name}')
                for line in '\n'.join(wrong[:6]).splitlines():
                    print(f'# {line}')
    print(f'1..{number}')
    return failures != 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
