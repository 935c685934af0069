# SPDX-License-Identifier: MIT
"""Run sxlint over the public artifacts and compare with the manifest. Prints TAP.

    check.py SXLINT

Four questions a row: are the facts those of the table; does what a vendor signed start; is what its
vendor signed for release free of errors; and does what Apple's notary would refuse bring the rule
that says so. Without npm or
network all of it is skipped, but not where CI is set: there, missing artifacts are a failure."""
import collections
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


def root_code(facts):
    """The code object that the artifact itself is."""
    return next(code for code in facts['code'] if 'host' not in code)


def facts_differ(sxlint, row):
    facts, _ = run(sxlint, 'facts', '--as-of', AS_OF, str(corpus.location(row)))
    return expected.differences(expected.from_row(row), expected.from_facts(root_code(facts)))


def judged(sxlint, row):
    report, _ = run(sxlint, 'check', '--format', 'json', '--as-of', AS_OF, '--channel', 'developer-id',
                    str(corpus.location(row)))
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


def lines(wrong):
    return [f'{fact}: {how}' for fact, how in wrong.items()]


def check_row(tap, sxlint, row):
    name = f'{row["source"]} {row["path"]}'
    wrong = facts_differ(sxlint, row)
    for entry in entries('known.tsv', row):
        excused = {fact: wrong.pop(fact) for fact in entry['facts'].split(', ') if fact in wrong}
        tap.say(not excused, f'{entry["facts"]} of {name}', lines(excused), known=entry['why'])
    tap.say(not wrong, f'facts of {name}', lines(wrong))

    artifact = judged(sxlint, row)
    found = list(findings(artifact))
    if row['signing'] in VENDORS:
        verdict = artifact['verdicts']['launch']
        wanted = 'pass' if row['kind'] in STARTS else 'not-checked'
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


def pending_kind(row):
    """The kind of container that has to be opened by sxlint itself, or None."""
    for container in corpus.containers(row['path']):
        if not container.endswith(corpus.TARBALLS):
            return 'pkg'
    return 'pkg' if row['kind'] == 'pkg(xar)' else None


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
    for row in manifest:
        kind = pending_kind(row)
        if kind:
            tap.skip(f'{row["source"]} {row["path"]}', f'pending: sxlint does not open {kind} yet')
    try:
        for package in corpus.packages():
            rows = [row for row in manifest if row['source'] == package and not pending_kind(row)]
            if rows:
                check_package(tap, sxlint, package, rows)
    except fetch.Unavailable as error:
        if os.environ.get('CI'):
            tap.say(False, 'artifacts', [str(error)])
        else:
            tap.skip('artifacts', str(error))
    pending = collections.Counter(kind for kind in map(pending_kind, manifest) if kind)
    kinds = ', '.join(f'{n} in {kind}' for kind, n in sorted(pending.items())) or 'none'
    print(f'# {len(manifest) - sum(pending.values())} artifacts compared; pending: {kinds}')
    print(f'1..{tap.n}')


if __name__ == '__main__':
    main(sys.argv[1])
