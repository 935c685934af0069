#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""validate.py SXLINT SX-FIXTURE: each format, of one artifact with every kind of finding, is what tools that
others wrote take it for.

    sarif       Microsoft's SARIF Multitool, with GitHub's rules (npm)
    html        the Nu HTML checker (npm; needs java); Chromium, where that is installed
    junit       junit.xsd, checkstyle.xsd by xmllint
    json, diff  docs/schema/ by Python's jsonschema, where that is installed

Packages are fetched once into ~/.cache/sxlint/validators; nothing of them is run on installing. What cannot
be had is skipped and says so."""
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile

import chromium

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = pathlib.Path(os.environ.get('XDG_CACHE_HOME', pathlib.Path.home() / '.cache')) / 'sxlint' / 'validators'

MULTITOOL = '@microsoft/sarif-multitool-linux@5.7.0'
CHECKER = 'vnu-jar@26.9.27'


class Unavailable(Exception):
    """A validator cannot be had here: no fault of the report."""


class Invalid(Exception):
    """What a validator said."""


def need(command):
    if shutil.which(command) is None:
        raise Unavailable(f'{command} is not installed')
    return command


def package(name):
    """The folder of an npm package, unpacked."""
    folder = CACHE / name.replace('/', '+')
    if folder.exists():
        return folder / 'package'
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        scratch = pathlib.Path(scratch)
        run = subprocess.run([need('npm'), 'pack', name, '--ignore-scripts', '--loglevel=error',
                              '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000',
                              '--pack-destination', scratch], stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=900)
        made = list(scratch.glob('*.tgz'))
        if run.returncode != 0 or len(made) != 1:
            raise Unavailable(f'npm pack {name}: {run.stdout.strip()}')
        with tarfile.open(made[0]) as tar:
            tar.extractall(scratch / 'unpacked', filter='data')
        os.replace(scratch / 'unpacked', folder)
    return folder / 'package'


def run(command, **how):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, timeout=300, **how)
    return done.returncode, done.stdout


def sarif(path):
    if (platform.system(), platform.machine()) != ('Linux', 'x86_64'):
        raise Unavailable('the SARIF Multitool is fetched for Linux on x86_64 only')
    tool = package(MULTITOOL) / 'Sarif.Multitool'
    tool.chmod(0o755)
    # What GitHub's own rules and SARIF's errors say; a warning asks for an address of the project.
    code, said = run([tool, 'validate', path, '--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning'],
                     env={**os.environ, 'DOTNET_SYSTEM_GLOBALIZATION_INVARIANT': '1'})
    complaints = [line for line in said.splitlines()
                  if (': error' in line or ': warning' in line) and 'SARIF2005' not in line]
    if code != 0 or complaints or 'Analysis completed successfully' not in said:
        raise Invalid('\n'.join(complaints) or said)


def html(path):
    code, said = run([need('java'), '-jar', package(CHECKER) / 'build' / 'dist' / 'vnu.jar', '--Werror', path])
    if code != 0:
        raise Invalid(said)


# How people meet the page.
VIEWS = [('at a desk', {}), ('at a desk, dark', {'dark': True}), ('on a tablet', {'width': 820}),
         ('on a phone', {'width': 360}), ('on a phone, dark', {'width': 360, 'dark': True}),
         ('on paper', {'width': 700, 'media': 'print'})]


def looks(page, path, view):
    """What is wrong with the page in a view; no script of its own may run meanwhile."""
    page.open(path, **view)
    wrong = page.ask((HERE / 'page.js').read_text(encoding='utf-8'))
    wrong += [event['entry']['text'] for event in page.of('Log.entryAdded')]
    wrong += [event['request']['url'] for event in page.of('Network.requestWillBeSent')
              if event['request']['url'] != path.as_uri()]
    return wrong


def keyboard(page, path):
    """By keys alone one gets past the head, and to every link and finding, and sees where one is."""
    page.open(path)
    wanted = page.ask('[...document.querySelectorAll("summary, a[href]")].filter((e) => e.checkVisibility()).length')
    reached = []
    while len(reached) < 2 * wanted:
        page.press_tab()
        where, outline = page.ask('[document.activeElement.outerHTML.slice(0, 60),'
                                  ' getComputedStyle(document.activeElement).outlineStyle]')
        if where.startswith('<body'):
            break
        reached.append(where)
        if outline == 'none':
            return [f'focus cannot be seen at {where}']
    if len(reached) < wanted or 'class="skip"' not in reached[0]:
        return [f'of {wanted} links and findings {len(reached)} are reached, first {reached[:1]}']
    return []


def browser(path):
    command = chromium.find()
    if command is None:
        raise Unavailable('Chromium is not installed')
    with chromium.Page(command) as page:
        page.call('Emulation.setScriptExecutionDisabled', value=True)
        wrong = [f'{name}: {what}' for name, view in VIEWS for what in looks(page, path, view)]
        wrong += keyboard(page, path)
    if wrong:
        raise Invalid('\n'.join(wrong[:20]))


def against(schema):
    def check(path):
        code, said = run([need('xmllint'), '--noout', '--nonet', '--schema', HERE / schema, path])
        if code != 0:
            raise Invalid(said)
    return check


def schema(name):
    """A schema, with what it borrows from that of reports."""
    folder = ROOT / 'docs' / 'schema'
    text = (folder / f'{name}.schema.json').read_text(encoding='utf-8')
    whole = json.loads(text.replace('report.schema.json#', '#'))
    report = json.loads((folder / 'report.schema.json').read_text(encoding='utf-8'))
    return whole | {'$defs': report['$defs'] | whole['$defs']}


def by_schema(name):
    def validate(path):
        try:
            import jsonschema
        except ImportError as error:
            raise Unavailable("Python's jsonschema is not installed") from error
        document = json.loads(path.read_text(encoding='utf-8'))
        wrong = list(jsonschema.Draft202012Validator(schema(name)).iter_errors(document))
        if wrong:
            raise Invalid('\n'.join(f'{e.json_path}: {e.message}' for e in wrong[:10]))
    return validate


def lines(path):
    """Every finding of the lines is one of the report, and each artifact has a line with its verdicts."""
    rows = [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]
    if not all('artifact' in row and ('rule' in row) != ('verdicts' in row) for row in rows):
        raise Invalid('a line that is neither a finding nor an artifact')


def code_quality(path):
    """As GitLab documents it."""
    rows = json.loads(path.read_text(encoding='utf-8'))
    levels = {'info', 'minor', 'major', 'critical', 'blocker'}
    for row in rows:
        if not (row['description'] and row['check_name'] and row['severity'] in levels and
                row['location']['lines']['begin'] > 0 and not row['location']['path'].startswith('./')):
            raise Invalid(str(row))
    if len({row['fingerprint'] for row in rows}) != len(rows):
        raise Invalid('a fingerprint stands twice')


# The format, who judges, and how.
CHECKS = [('sarif', 'the SARIF Multitool', sarif), ('html', 'the Nu HTML checker', html),
          ('html', 'Chromium', browser), ('junit', 'junit.xsd', against('junit.xsd')),
          ('checkstyle', 'checkstyle.xsd', against('checkstyle.xsd')), ('json', 'its schema', by_schema('report')),
          ('jsonl', 'its description', lines), ('gitlab', 'its description', code_quality)]
FORMATS = sorted({name for name, _, _ in CHECKS})
BESIDE = [('diff', 'its schema', by_schema('diff'))]

# What tests/golden/report-… are written of.
ARTIFACTS = ['build/Waffle.app', 'mdm/filter.mobileconfig', 'dist/Tools.pkg', 'project', 'dist/Waffle.zip']


def written(sxlint, folder):
    """A file a format, of one run."""
    command = [sxlint, 'check', '--config', 'reports.yaml', '--as-of', '2026-11-24', '--quiet', '-o', os.devnull,
               *ARTIFACTS]
    for name in FORMATS:
        command += ['--report', f'{name}=report.{name}']
    subprocess.run(command, cwd=folder, check=False, stderr=subprocess.DEVNULL)
    return {name: folder / f'report.{name}' for name in FORMATS}


def compared(sxlint, sx_fixture, folder):
    """What changed from a good release to a bad one."""
    for fixture in ('waffle-good', 'update'):
        subprocess.run([sx_fixture, 'build', ROOT / 'tests' / 'fixtures' / f'{fixture}.yaml', folder / fixture],
                       check=True)
    subprocess.run([sxlint, 'diff', '--as-of', '2026-11-24', '--trust-anchor', 'roots.pem', '--format', 'json',
                    '-o', 'report.diff', 'waffle-good/build/Waffle.app', 'update/build/Waffle.app'], cwd=folder,
                   check=True)
    return {'diff': folder / 'report.diff'}


def answer(validate, path):
    try:
        validate(path)
    except Unavailable as error:
        return 'skipped', str(error)
    except Invalid as error:
        return 'not valid', str(error)
    return 'valid', ''


def main(sxlint, sx_fixture):
    sxlint = str(pathlib.Path(sxlint).resolve())
    failed = False
    print(f'1..{len(CHECKS + BESIDE)}')
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for part in (['build', ROOT / 'tests' / 'fixtures' / 'reports.yaml'], ['pki']):
            subprocess.run([sx_fixture, *part, folder], check=True)
        reports = written(sxlint, folder) | compared(sxlint, sx_fixture, folder)
        for at, (name, judge, validate) in enumerate(CHECKS + BESIDE, 1):
            word, said = answer(validate, reports[name])
            for line in said.splitlines():
                print(f'# {line}')
            failed |= word == 'not valid'
            print(f'{"not " if word == "not valid" else ""}ok {at} {name} by {judge}'
                  f'{" # SKIP" if word == "skipped" else ""}')
    return failed


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
