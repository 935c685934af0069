# SPDX-License-Identifier: MIT
"""What a row of the manifest says about the facts of its artifact, and what `sxlint facts` says:
both as one dictionary, name to value, so that comparing is one loop."""
import re

UNREAD = 'not examined'

KINDS = {'app': 'app', 'framework': 'framework', 'kext': 'kext', 'xctest': 'plugin', 'bundle': 'plugin'}
# The table names families of processors, the facts what lipo prints.
FAMILIES = {'ppc7400': 'ppc', 'ppc970': 'ppc64'}
SIGNERS = {
    'unsigned': 'none',
    'adhoc': 'ad-hoc',
    'adhoc-linker': 'ad-hoc',
    'Developer ID Application': 'developer-id',
    'Developer ID Installer': 'installer',
    '3rd Party Mac Developer Application': 'distribution',
    'Software Signing': 'apple',
}
STATES = {'unsigned': 'unsigned', 'adhoc': 'ad-hoc', 'adhoc-linker': 'linker-signed'}
PLATFORMS = {'macOS': 'macos', 'iOS': 'ios', 'iOS-sim': 'ios-simulator'}


def unique(values):
    """Without repetition, in order; None is left out."""
    return list(dict.fromkeys(value for value in values if value is not None))


def cell(text, separator='; '):
    """The values of a cell; "-" is none."""
    return [] if text == '-' else text.split(separator)


def classes(row):
    """The signing class of each slice: one for all, or "arch:class" where slices differ. What is no
    Mach-O has no archs, and one signature."""
    archs = cell(row['archs'], '+')
    if ':' not in row['signing']:
        return [row['signing']] * max(len(archs), 1)
    of = dict(entry.split(':') for entry in row['signing'].split('; '))
    return [of[arch] for arch in archs]


def is_refused(row):
    """By codesign --strict: something is broken, the seal is of the first version only, or a
    framework has lost its link to the current version."""
    return ('BAD' in row['verified'] or 'no Versions/Current' in row['note']
            or re.search(r'seal ok \(v1 [1-9][0-9]*, v2 0,', row['verified']))


def cdhashes(row):
    match = re.search(r'cdhash ([0-9a-f,]+)', row['verified'])
    return match.group(1).split(',') if match else []


def version_words(text):
    """"macOS min 11.0 sdk 13.1" as the facts spell it."""
    name, _, minos, _, sdk = text.split()
    return f'{PLATFORMS[name]} {minos} {"-" if sdk == "0.0" else sdk}'


def directory(text):
    """"v20400:sha256" as the facts spell it."""
    version, hash_type = text.split(':')
    return f'0x{version[1:]} {hash_type}'


def is_package(row):
    return row['kind'] == 'pkg(xar)'


def from_package_row(row):
    return {
        'kind': 'installer-package',
        'signers': [SIGNERS[row['signing']]],
        'states': ['valid'],
        'table of contents': row['codedirectories'].removeprefix('TOC '),
        'leaf': [row['signer']],
        'leaf ends': [row['leaf_not_after']],
        'timestamps': [row['timestamp']],
        'ticket of': re.search(r'ticket time (\S+),', row['verified']).group(1),
    }


def from_row(row):
    if is_package(row):
        return from_package_row(row)
    signed = [c for c in classes(row) if c != 'unsigned']
    per_slice = [directory(d) for d in cell(row['codedirectories'], '+')]
    kind, _, detail = row['kind'].replace('macho-', 'macho.').partition('.')
    want = {
        'archs': cell(row['archs'], '+'),
        'signers': unique(SIGNERS[c] for c in classes(row)),
        'states': unique('invalid' if is_refused(row) and c != 'unsigned' else STATES.get(c, 'valid')
                         for c in classes(row)),
        'identifiers': cell(row['identifier']),
        'teams': cell(row['team']),
        'flags': sorted(re.findall(r'[a-z-]+', row['flags'].partition('(')[2].replace('none', ''))),
        'directories': per_slice * (1 if signed else 0),
        'cdhashes': cdhashes(row),
        'entitlements': cell(row['entitlement_keys'], ','),
        'leaf': cell(row['signer']),
        'leaf ends': cell(row['leaf_not_after']),
        'timestamps': cell(row['timestamp']),
    }
    if kind == 'macho':
        want['file types'] = [detail]
    else:
        want['kind'] = KINDS[detail]
    if row['platform'] != '-':
        want['platforms'] = unique(version_words(v) for v in cell(row['platform']))
    return want


def member(thing, name, empty=None):
    """A member of an object of the facts; UNREAD when it says that it was not examined."""
    if any(entry['what'] == name for entry in thing.get('unread', [])):
        return UNREAD
    return thing.get(name, empty)


def common_name(certificate):
    match = re.search(r'CN=((?:\\.|[^,\\])*)', certificate.get('subject', ''))
    return certificate.get('commonName') or (match.group(1).replace('\\', '') if match else None)


def leaf(signature, value):
    certificates = member(signature, 'certificates', [])
    if certificates == UNREAD:
        return UNREAD
    return value(certificates[0]) if certificates else None


def stamp(signature):
    timestamp = member(signature, 'timestamp')
    return timestamp['time'] if isinstance(timestamp, dict) else timestamp


def keys(signature):
    entitlements = member(signature, 'entitlements', {})
    return [UNREAD] if entitlements == UNREAD else sorted(entitlements)


def from_facts(code):
    slices = code['slices']
    signed = [s['signature'] for s in slices if s['signature']['state'] != 'unsigned']
    each = [d for s in signed for d in member(s, 'codeDirectories', [])]
    return {
        'kind': code['kind'],
        'table of contents': code.get('installer', {}).get('tocAlgorithm'),
        'ticket of': code.get('ticket', {}).get('created'),
        'file types': unique(s['fileType'] for s in slices),
        'archs': [FAMILIES.get(s.get('arch'), s.get('arch')) for s in slices if 'arch' in s],
        'platforms': unique(f'{s["platform"]} {s["minos"]} {s.get("sdk", "-")}'
                            for s in slices if 'platform' in s),
        'signers': unique(s['signature']['signer'] for s in slices),
        'states': unique(s['signature']['state'] for s in slices),
        'identifiers': unique(s.get('identifier') for s in signed),
        'teams': unique(s.get('teamIdentifier') for s in signed),
        'flags': sorted(unique(flag for s in signed for flag in s.get('flags', []))),
        'directories': unique(f'{d["version"]} {d["hashType"]}' for d in each),
        # slices whose signature lies in files beside them share it
        'cdhashes': unique(d['cdhash'] for d in each),
        'entitlements': unique(key for s in signed for key in keys(s)),
        'leaf': unique(leaf(s, common_name) for s in signed),
        'leaf ends': unique(leaf(s, lambda c: c['notAfter'][:10]) for s in signed),
        'timestamps': unique(stamp(s) for s in signed),
    }


def differences(want, found):
    """What differs: name to words that say how."""
    return {name: f'found {found[name]}, wanted {value}'
            for name, value in want.items() if found[name] != value}
