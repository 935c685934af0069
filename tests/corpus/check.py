# SPDX-License-Identifier: MIT
"""Run sxlint over the public artifacts and compare with the manifest. Prints TAP.

    check.py SXLINT

Five questions a row: are the facts those of the table; do its requirements survive printing and
compiling; does what a vendor signed start; is what its vendor signed for release free of errors; and
does what Apple's notary would refuse bring the rule that says so. Without npm or
network all of it is skipped, but not where CI is set: there, missing artifacts are a failure."""
import functools
import json
import os
import subprocess
import sys

import corpus
import expected
import fetch

AS_OF = '2026-11-24'

# A reason of the column notary_blockers_derived: the rules, any of which says it.
REFUSALS = {
    'not-signed': {'NT102'},
    'not-developer-id': {'NT103', 'NT130'},
    'no-secure-timestamp': {'NT104'},
    'no-hardened-runtime': {'NT105'},
    'get-task-allow': {'HR903'},
    # SDK 0.0 is one that nobody has said: the notary's words for it are another rule's.
    'sdk-older-than-10.9': {'HR917', 'HR924'},
    'invalid-signature': {'NT101'},
}


# Who signs code that has to start, and what it is that starts.
VENDORS = {'Developer ID Application', 'Software Signing', '3rd Party Mac Developer Application'}
STARTS = {'macho-execute', 'bundle.app', 'bundle.systemextension'}

# What TAP calls it; passing all the same is then a failure.
EXPECTED_FAILURE = 'TO' 'DO'


class Tap:
    """Test Anything Protocol: a line a test, what went wrong as comments below."""

    def __init__(self):
        self.n = 0

    def say(self, ok, name, details=(), known=None):
        """`known` says why this is expected to fail."""
        self.n += 1
        directive = f' # {EXPECTED_FAILURE} {known}' if known else ''
        print(f'{"ok" if ok else "not ok"} {self.n} - {name}{directive}')
        for line in '\n'.join(details).splitlines():
            print(f'# {line}')

    def skip(self, name, why):
        self.n += 1
        print(f'ok {self.n} - {name} # SKIP {why}')


def run(sxlint, *arguments):
    """sxlint's JSON, and its exit code; its errors are ours."""
    result = subprocess.run([sxlint, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, check=False, timeout=300)
    try:
        return json.loads(result.stdout), result.returncode
    except json.JSONDecodeError:
        raise RuntimeError(f'exit {result.returncode}, no JSON: {result.stderr.strip()}') from None


@functools.lru_cache(maxsize=1)
def facts_of(sxlint, path):
    facts, _ = run(sxlint, 'facts', '--as-of', AS_OF, path)
    return facts['code']


def root_code(code):
    """The code object that an artifact is."""
    return next(one for one in code if 'host' not in one)


def code_of(sxlint, row):
    """The code object of a row, found in the outermost container that it lies in, if in any."""
    code = facts_of(sxlint, str(corpus.outermost(row)))
    if not corpus.containers(row['path']):
        return root_code(code)
    below = '/' + row['path'].split('!/')[-1]
    return next(one for one in code if one['path'].endswith(below))


def facts_differ(sxlint, row):
    return expected.differences(expected.from_row(row), expected.from_facts(code_of(sxlint, row)))


def judged(sxlint, row):
    """The artifact by itself; what only sxlint unpacks is judged with all that is packed with it."""
    path = corpus.outermost(row) if corpus.is_packed(row) else corpus.location(row)
    report, _ = run(sxlint, 'check', '--format', 'json', '--as-of', AS_OF, '--channel', 'developer-id', str(path))
    return report['artifacts'][0]


def findings(artifact):
    """Every finding and consequence of an artifact as (rule, severity, message)."""
    for finding in artifact['findings']:
        yield finding['rule'], finding['severity'], f'{finding["path"]}: {finding["message"]}'
        for consequence in finding.get('consequences', []):
            yield consequence['rule'], 'consequence', consequence['message']


def is_released(row):
    """Signed for release by its vendor, and nothing known against it."""
    return row['signing'] == 'Developer ID Application' and 'runtime' in row['flags'] \
        and row['timestamp'] != '-' and row['notary_blockers_derived'] == 'none'


def entries(name, row):
    """What a table says of the artifact of a row."""
    return [entry for entry in corpus.table(name)
            if (entry['source'], entry['path']) == (row['source'], row['path'])]


def refusals(row):
    """The reasons for which Apple would refuse it: "none", or "a,b(detail)", or "arch:a; arch:b"."""
    words = row['notary_blockers_derived'].replace('; ', ',').split(',')
    reasons = (word.split(':')[-1].split('(')[0] for word in words)
    return [reason for reason in dict.fromkeys(reasons) if reason in REFUSALS]


def requirement(sxlint, *arguments, given=None):
    return subprocess.run([sxlint, 'requirement', *arguments], input=given, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=60)


def requirement_differs(sxlint, text):
    """How a requirement changes on its way through its binary form and back, twice; '' when it does not."""
    binary = requirement(sxlint, 'compile', '--format', 'binary', text).stdout
    printed = requirement(sxlint, 'print', '-', given=binary).stdout.decode().rstrip('\n')
    again = requirement(sxlint, 'compile', '--format', 'binary', printed).stdout
    return '' if printed == text and again == binary else f'{text}: printed as {printed}'


def requirements_wrong(sxlint, row):
    """Every requirement has to survive the way through its binary form; and what is sound has to meet
    the designated one, in the words that were printed."""
    code, wrong, texts = code_of(sxlint, row), [], set()
    signatures = [part['signature'] for part in code['slices']]
    for signature in signatures:
        texts.update(text.rstrip() for text in signature.get('requirements', {}).values())
    for text in sorted(texts):
        wrong.append(requirement_differs(sxlint, text))
    designated = {signature.get('requirements', {}).get('designated') for signature in signatures}
    if len(designated) == 1 and None not in designated and all(s['state'] == 'valid' for s in signatures):
        if not corpus.is_packed(row):
            asked = requirement(sxlint, 'test', '--as-of', AS_OF, *designated, str(corpus.location(row)))
            wrong.append(asked.stdout.decode() if asked.returncode else '')
    return len(texts), [line for line in wrong if line]


def lines(wrong):
    return [f'{fact}: {how}' for fact, how in wrong.items()]


def check_row(tap, sxlint, row):
    name = f'{row["source"]} {row["path"]}'
    wrong = facts_differ(sxlint, row)
    for entry in entries('known.tsv', row):
        excused = {fact: wrong.pop(fact) for fact in entry['facts'].split(', ') if fact in wrong}
        tap.say(not excused, f'{entry["facts"]} of {name}', lines(excused), known=entry['why'])
    tap.say(not wrong, f'facts of {name}', lines(wrong))

    n, changed = requirements_wrong(sxlint, row)
    if n:
        tap.say(not changed, f'requirements of {name}', changed)

    artifact = judged(sxlint, row)
    found = list(findings(artifact))
    if row['signing'] in VENDORS:
        verdict = artifact['verdicts']['launch']
        wanted = 'pass' if row['kind'] in STARTS or corpus.is_packed(row) else 'not-checked'
        wrong = [] if verdict == wanted else [f'found {verdict}, wanted {wanted}']
        tap.say(not wrong, f'launch of {name}', wrong)
    if is_released(row):
        accepted = {entry['rule'] for entry in entries('accepted.tsv', row)}
        errors = [f'{rule} {message}' for rule, severity, message in found
                  if severity == 'error' and rule not in accepted]
        tap.say(not errors, f'no error in {name}', errors)
    rules = {rule for rule, _, _ in found}
    missed = [f'{reason}: wanted {" or ".join(sorted(REFUSALS[reason]))}, found {", ".join(sorted(rules)) or "none"}'
              for reason in refusals(row) if not REFUSALS[reason] & rules]
    if refusals(row):
        tap.say(not missed, f'refusals of {name}', missed)


def check_package(tap, sxlint, package, rows):
    try:
        fetch.fetch(package)
    except fetch.Different as error:
        tap.say(False, package, [str(error)])
        return
    for row in rows:
        try:
            check_row(tap, sxlint, row)
        except (RuntimeError, KeyError, StopIteration, subprocess.TimeoutExpired) as error:
            tap.say(False, f'{row["source"]} {row["path"]}', [f'{type(error).__name__}: {error}'])


def main(sxlint):
    tap = Tap()
    manifest = corpus.table('manifest.tsv')
    try:
        for package in corpus.packages():
            check_package(tap, sxlint, package, [row for row in manifest if row['source'] == package])
    except fetch.Unavailable as error:
        if os.environ.get('CI'):
            tap.say(False, 'artifacts', [str(error)])
        else:
            tap.skip('artifacts', str(error))
    print(f'# {len(manifest)} artifacts')
    print(f'1..{tap.n}')


if __name__ == '__main__':
    main(sys.argv[1])
