#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""notary_messages.py SXLINT SX-FIXTURE: what Apple's notary is known to say is understood, and foretold.

Each row of notary-messages.tsv is put into a log and explained; then it is looked for in the forecast of
the fixture that it names."""
import csv
import functools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / 'fixtures'
PAGE = ('https://developer.apple.com/documentation/security/notarizing_macos_software_before_distribution/'
        'resolving_common_notarization_issues')
COLUMNS = ['message', 'of', 'rules', 'anchor', 'forecast', 'from']


def rows():
    with open(HERE / 'notary-messages.tsv', encoding='utf-8') as table:
        lines = [line for line in table if not line.startswith('#')]
    return list(csv.DictReader(lines, COLUMNS, delimiter='\t', quoting=csv.QUOTE_NONE))


class Bench:
    def __init__(self, sxlint, sx_fixture, scratch):
        self.sxlint, self.sx_fixture, self.scratch = sxlint, sx_fixture, pathlib.Path(scratch)

    def run(self, *words, **options):
        done = subprocess.run([self.sxlint, *words, '--as-of', '2026-11-24'], capture_output=True, check=False,
                              encoding='utf-8', **options)
        return done.stdout

    def explained(self, row, arch):
        """The rules that explain a message."""
        issue = {'severity': 'error', 'path': 'Waffle.zip/file', 'message': row['message'], 'architecture': arch}
        page = self.run('log', '-', input=json.dumps({'issues': [issue]}))
        return re.findall(r'^ +rule +([A-Z]+\d+)', page, re.M)

    @functools.cache
    def forecast(self, name):
        """The issues that are foretold of a fixture."""
        if name == 'nothing':
            upload, roots = self.of_nothing(), []
        else:
            folder = self.scratch / name
            subprocess.run([self.sx_fixture, 'build', FIXTURES / f'{name}.yaml', folder], check=True)
            subprocess.run([self.sx_fixture, 'pki', folder], check=True)
            upload, roots = folder / 'build' / 'Waffle.app', ['--trust-anchor', folder / 'roots.pem']
        return json.loads(self.run('check', '--format', 'notary-log', *roots, upload))['issues']

    def of_nothing(self):
        """An upload without anything that a ticket could be made for."""
        upload = self.scratch / 'Waffle.zip'
        with zipfile.ZipFile(upload, 'w') as archive:
            archive.writestr('fixtures/bad.zip', b'PK\003\004 and no more')
            archive.writestr('Old.app/Contents/Info.plist', '<plist version="1.0"><dict/></plist>')
        return upload


def answer(bench, row):
    """What is wrong with a row, or None."""
    for arch in {'slice': ['arm64'], 'file': [None], 'either': ['arm64', None]}[row['of']]:
        rules = bench.explained(row, arch)
        if rules != row['rules'].split():
            return f'is explained by {rules}'
    if row['forecast'] == '-':
        return None
    for issue in bench.forecast(row['forecast']):
        if issue['message'] == row['message']:
            address = PAGE + row['anchor'] if row['anchor'] else None
            return None if issue['docUrl'] == address else f'docUrl is {issue["docUrl"]}'
    return f'is not foretold of {row["forecast"]}'


def main(sxlint, sx_fixture):
    failed = 0
    table = rows()
    print(f'1..{len(table)}')
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(sxlint, sx_fixture, scratch)
        for number, row in enumerate(table, 1):
            wrong = answer(bench, row)
            print(f'{"not " if wrong else ""}ok {number} {row["message"]}{": " + wrong if wrong else ""}')
            failed += wrong is not None
    return failed > 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
