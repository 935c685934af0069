#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hostile.py SXLINT SX-FIXTURE: whatever stands in a file, each output is harmless.

Products are built in which every text that their makers choose is hostile: names of files and members of
archives, property lists, identifiers, entitlements, profiles, policies, packages; so are the waiver that
someone wrote and the log of a notary. A row is a text; each output must show it, and stay what it is."""
import html.parser
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import xml.etree.ElementTree
import zipfile

# The word tells that an output has shown the text; a name of a file cannot hold a slash.
TEXTS = {
    'a line break': 'evil\nerror: x',
    'line breaks of other kinds': 'evil\r\n\x0b\x0c\x85\u2028\u2029x',
    'escape codes': 'evil\x1b[31m\x1b]0;x\x07\x9b1m',
    'backspaces': 'evil\b\b\b\b\x7fx',
    'workflow commands': 'evil\n::error file=a::b\r\n::set-output name=a::b%0A::warning::%0D',
    'old workflow commands': 'evil ##[error]x ##vso[task.setvariable]x',
    'an element': 'evil<script>alert(1)<\u2215script>',
    'the end of an attribute': 'evil"\'><img src=x onerror=alert(1)>',
    'the end of CDATA': 'evil]]><b>&amp;&#0;&x;',
    'Markdown': 'evil](javascript:x) ![x](https:x) `x` @everyone | x | **x** <!-- x -->\n```\n# x\n',
    'shell': 'evil$(touch x)`touch x`\'"; touch x # \\',
    'formats': 'evil%s%n%1000000d{}{{',
    'overrides': 'evil\u202efdp.exe\u202c',
    'isolates and marks': 'evil\u2066\u2067\u2068x\u2069\u200e\u200f\u061c',
    'nothing to see': 'evil\u200b\u200c\u200d\u2060\ufeff\u00ad\U000e0041\ufe0f\u180e\u3164',
    'right-to-left letters': 'evil\u05e9\u05dc\u05d5\u05dd: error',
    'combining marks': 'evil' + 'e\u0301\u0323\u0489' * 60,
    'no character': 'evil\ufffe\uffff\U0001ffff\ue000x',
    'long': 'evil' * 60,
    'blanks': '  evil\t\xa0\u3000 ',
}

# A property list with a control character is none, and then there is no profile to speak of.
QUIET = {'profile', 'stderr'}
FORMATS = ['text', 'json', 'jsonl', 'sarif', 'junit', 'xcode', 'github', 'markdown', 'gitlab', 'checkstyle', 'html',
           'notary-log']
ARTIFACTS = ['build', 'mdm', 'dist', 'project']


def filename(text):
    """As a name of a file: short enough for one, and no folder."""
    name = text.replace('/', ':')
    while len(name.encode()) > 120:
        name = name[:-1]
    return name


def product(text):
    """A fixture with that text wherever it goes."""
    name = filename(text)
    claims = {text: text, 'com.apple.security.application-groups': [text],
              'com.apple.developer.networking.networkextension': [text],
              'com.apple.application-identifier': text}
    info = {'CFBundleIdentifier': text, 'CFBundleName': text, 'CFBundleShortVersionString': text,
            'CFBundleVersion': text, 'CFBundlePackageType': 'SYSX', 'CFBundleExecutable': 'x',
            'NSSystemExtensionUsageDescription': text, 'NSHumanReadableCopyright': text,
            'NetworkExtension': {'NEMachServiceName': text, 'NEProviderClasses': {text: text}}}
    profile = {'name': text, 'team-name': text, 'app-id': text, 'kind': 'developer-id', 'certificates': ['developer-id'],
               'entitlements': {text: text}}
    extension = {'sign': {'as': 'developer-id', 'identifier': text, 'entitlements': claims}, 'files': {
        'Contents/Info.plist': {'plist': info}, 'Contents/embedded.provisionprofile': {'profile': profile},
        'Contents/MacOS/x': {'macho': {'dylibs': [{'path': text}], 'rpaths': [text], 'strings': [text]}}}}
    app = {'sign': {'as': 'developer-id', 'identifier': text, 'entitlements': claims}, 'files': {
        'Contents/Info.plist': {'plist': {**info, 'CFBundlePackageType': 'APPL'}},
        'Contents/MacOS/x': {'macho': {}},
        f'Contents/Helpers/{name}': {'macho': {}, 'sign': {'as': 'ad-hoc', 'identifier': text}},
        f'Contents/Resources/{name}.bin': 'x',
        f'Contents/Library/LaunchDaemons/{name}.plist': {'plist': {'Label': text, 'Program': text, 'MachServices': {text: True}}},
        f'Contents/Library/SystemExtensions/{name}.systemextension': extension}}
    payload = {'PayloadType': 'com.apple.webcontent-filter', 'PayloadIdentifier': text, 'PluginBundleID': text,
               'FilterDataProviderBundleIdentifier': text, 'FilterDataProviderDesignatedRequirement': text}
    policy = {'PayloadType': 'Configuration', 'PayloadIdentifier': text, 'PayloadDisplayName': text,
              'PayloadUUID': text, 'PayloadVersion': 1, 'PayloadContent': [payload]}
    component = {'identifier': text, 'version': text, 'payload': [f'build/{name}.app'], 'scripts': {'postinstall': text}}
    return {'files': {
        f'build/{name}.app': app,
        f'mdm/{name}.mobileconfig': {'plist': policy},
        f'dist/{name}.pkg': {'package': {'component': component}},
        f'project/{name}.entitlements': {'plist': claims},
        'project/Info.plist': {'plist': info},
        'hostile.yaml': yaml({'trust-anchor': ['roots.pem'], 'waivers': [
            {'rule': 'NT102', 'path': '**', 'reason': text, 'expires': '2026-12-31'},
            {'rule': 'NE103', 'path': text, 'reason': text, 'expires': '2026-12-31'}]}),
    }, 'after': [{'write': f'build/{name}.app/Contents/Resources/{name}.txt', 'text': text}]}


def quoted(text):
    return '"' + ''.join(c if ' ' <= c <= '~' and c not in '"\\' else f'\\U{ord(c):08x}' for c in text) + '"'


def yaml(value):
    """In YAML, whose flow style is JSON but for what a text may hold."""
    if isinstance(value, dict):
        return '{' + ', '.join(f'? {quoted(k)} : {yaml(v)}' for k, v in value.items()) + '}'
    if isinstance(value, list):
        return '[' + ', '.join(map(yaml, value)) + ']'
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def more(folder, text):
    """Beside what the fixture made: archives with a member of that name, and one that leaves them; a name that is no
    UTF-8; the log of a notary."""
    name = filename(text)
    with zipfile.ZipFile(folder / 'dist' / 'a.zip', 'w') as archive:
        for member in (f'{name}/{name}.7z', f'../{name}', f'{name}/../../{name}'):
            archive.writestr(member, b'7z\xbc\xaf\x27\x1c')
    with tarfile.open(folder / 'dist' / 'a.tar', 'w') as archive:
        for member in (f'{name}/{name}.7z', f'../{name}'):
            info = tarfile.TarInfo(member)
            info.size = 6
            archive.addfile(info, io.BytesIO(b'7z\xbc\xaf\x27\x1c'))
    inside = os.fsencode(next((folder / 'build').iterdir()) / 'Contents' / 'Resources')
    try:
        pathlib.Path(os.fsdecode(inside + b'/evil\xff\xc0\xaf\xed\xa0\x80.txt')).write_bytes(b'x')
    except OSError:
        pass  # macOS has no such names
    issue = {'severity': 'error', 'path': f'a.zip/{text}', 'message': text, 'docUrl': text, 'architecture': text}
    log = {'logFormatVersion': 1, 'jobId': text, 'status': 'Invalid', 'statusSummary': text, 'archiveFilename': text,
           'issues': [issue], 'ticketContents': [{'path': text, 'digestAlgorithm': text, 'cdhash': text, 'arch': text}]}
    (folder / 'log.json').write_text(json.dumps(log))


class Wrong(Exception):
    """What an output does that it may not."""


# Harmless in a terminal, an editor, a log: no control, nothing that orders or hides what is around it.
HIDDEN = set('\u00ad\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufeff') | {chr(c) for c in range(0xfe00, 0xfe10)}


def harmless(text):
    for c in text:
        if c != '\n' and (unicodedata.category(c) in ('Cc', 'Cf', 'Cs', 'Cn', 'Zl', 'Zp') or c in HIDDEN):
            raise Wrong(f'U+{ord(c):04x} in {text[max(0, text.index(c) - 40):text.index(c) + 20]!r}')


class Tags(html.parser.HTMLParser):
    """What is not ours."""
    OURS = set('a b bdi blockquote body br code dd details div dl dt footer h1 h2 h3 h4 head header html i li line main '
               'mark meta nav ol p path pre rect circle section span strong style summary svg symbol table tbody td '
               'text th thead title tr ul use wbr g desc'.split())

    def handle_starttag(self, tag, attrs):
        if tag not in self.OURS:
            raise Wrong(f'<{tag}>')
        for key, value in attrs:
            if key.startswith('on') or key in ('src', 'srcdoc', 'formaction', 'action'):
                raise Wrong(f'{key}={value}')
            if key == 'href' and not value.startswith(('#', 'https://')):
                raise Wrong(f'href={value}')

    def handle_comment(self, data):
        raise Wrong(f'<!--{data}')


def each_line(pattern):
    def check(text):
        for line in text.splitlines():
            if not re.match(pattern, line):
                raise Wrong(f'a line of no form: {line!r}')
    return check


def markdown(text):
    for line in text.splitlines():
        if line.startswith('    ') or line.startswith('<details><summary>'):
            continue
        bare = re.sub(r'\\.', '', line)
        if re.search(r'</?(?!details>|summary>|br>)[a-z!]|[`*\[\]@]|://', bare) or bare.startswith('# '):
            raise Wrong(f'Markdown of theirs: {line!r}')


def lines_of_json(text):
    for line in text.splitlines():
        json.loads(line)


def sarif(text):
    for uri in re.findall(r'"uri": "([^"]*)"', text):
        if not re.fullmatch(r'[-._~/A-Za-z0-9%:]+', uri):
            raise Wrong(f'a URI: {uri}')
    json.loads(text)


FORMS = {
    'json': json.loads, 'jsonl': lines_of_json, 'sarif': sarif, 'gitlab': json.loads, 'notary-log': json.loads,
    'junit': xml.etree.ElementTree.fromstring, 'checkstyle': xml.etree.ElementTree.fromstring,
    'html': lambda text: Tags().feed(text),
    'github': each_line(r'::(error|warning|notice) [^:]*::[^\r]*$'),
    'xcode': each_line(r'(/.*: )?(error|warning|note): '),
    'markdown': markdown,
}


def judged(output, form):
    """None, or what is wrong with an output."""
    try:
        text = output.decode('utf-8', 'strict')
        harmless(text)
        FORMS.get(form, lambda _: None)(text)
        if 'evil' not in text and form not in QUIET:
            raise Wrong('the text is not in it')
    except (UnicodeDecodeError, ValueError, xml.etree.ElementTree.ParseError, Wrong) as wrong:
        return f'{form}: {wrong}'
    return None


def others(folder, sxlint, app):
    """Outputs of other commands, by their names."""
    commands = {'show': ['show', 'build'], 'show of a section': ['show', '--section', 'entitlements', 'build'],
                'facts': ['facts', 'build'], 'log': ['log', 'log.json'], 'show of an archive': ['show', 'dist'],
                'diff': ['diff', app, f'dist/{app.name[:-4]}.pkg'], 'profile': ['profile', app],
                'forecast': ['log', 'log.json', 'dist/a.zip']}
    for name, command in commands.items():
        done = subprocess.run([sxlint, *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, timeout=120)
        yield name, done.stdout + done.stderr


def outputs(folder, sxlint):
    command = [sxlint, 'check', '--config', 'hostile.yaml', '--as-of', '2026-11-24', '--verbose', '-o', 'report.text']
    for form in FORMATS[1:]:
        command += ['--report', f'{form}=report.{form}']
    done = subprocess.run(command + ARTIFACTS, cwd=folder, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                          timeout=120)
    if done.returncode not in (1, 3):
        raise Wrong(f'exit {done.returncode}: {done.stderr.decode(errors="backslashreplace")}')
    for form in FORMATS:
        yield form, (folder / f'report.{form}').read_bytes()
    yield 'stderr', done.stderr
    yield from others(folder, sxlint, next((folder / 'build').iterdir()).relative_to(folder))


def case(text, sxlint, sx_fixture):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / 'out'
        made = pathlib.Path(scratch) / 'product.yaml'
        made.write_text(yaml({'about': 'hostile', **product(text)}))
        subprocess.run([sx_fixture, 'build', made, folder], check=True)
        subprocess.run([sx_fixture, 'pki', folder], check=True)
        more(folder, text)
        try:
            return [wrong for form, output in outputs(folder, sxlint) if (wrong := judged(output, form))]
        except Wrong as wrong:
            return [str(wrong)]


def main(sxlint, sx_fixture):
    failed = False
    print(f'1..{len(TEXTS)}')
    for at, (name, text) in enumerate(TEXTS.items(), 1):
        wrong = case(text, str(pathlib.Path(sxlint).resolve()), str(pathlib.Path(sx_fixture).resolve()))
        for line in wrong:
            print(f'# {line}'[:400])
        failed |= bool(wrong)
        print(f'{"not " if wrong else ""}ok {at} {name}')
    return failed


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
