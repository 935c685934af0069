# SPDX-License-Identifier: MIT
"""What the tests of this folder share: the sample, good and broken, a sxlint on a PATH of its own, and how
a test ends."""
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
INTEGRATIONS = ROOT / 'integrations'
FIXTURES = ROOT / 'tests' / 'fixtures'

# A name that does harm where it is not quoted. (A ";" parts the items of CMake's lists, whatever is quoted.)
ODD = "it's \"$(touch harm)\" & `touch harm` | %s"


class Missing(Exception):
    """A tool is not here: no fault of what is tested."""


class Wrong(Exception):
    """What is tested did something else than it should."""


def need(command):
    found = shutil.which(command)
    if found is None:
        raise Missing(f'{command} is not installed')
    return found


class Bench:
    def __init__(self, scratch, sxlint, sx_fixture):
        self.scratch = pathlib.Path(scratch)
        self.sx_fixture = sx_fixture
        self.sxlint = pathlib.Path(sxlint).resolve()
        self.bin = self.scratch / 'bin'
        self.bin.mkdir()
        (self.bin / 'sxlint').symlink_to(self.sxlint)
        self.good = self.build('waffle-good') / 'build' / 'Waffle.app'
        self.broken = self.build('waffle') / 'build' / 'Waffle.app'
        self.odd = self.scratch / ODD / 'Waffle.app'
        shutil.copytree(self.good, self.odd, symlinks=True)
        self.absent = self.scratch / 'absent' / 'Waffle.app'

    def build(self, fixture):
        folder = self.scratch / fixture
        if not folder.exists():
            for part in (['build', FIXTURES / f'{fixture}.yaml'], ['pki']):
                subprocess.run([self.sx_fixture, *part, folder], check=True)
        return folder

    def environment(self, installed=True, **more):
        kept = {name: os.environ[name] for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LD_LIBRARY_PATH')
                if name in os.environ}
        path = '/usr/bin:/bin:/usr/local/bin'
        return kept | {'PATH': f'{self.bin}:{path}' if installed else path, 'HOME': str(self.scratch),
                       'LC_ALL': 'C.UTF-8', 'SXLINT_AS_OF': '2026-11-24', 'SXLINT_NO_CONFIG': 'true',
                       'SXLINT_TRUST_ANCHOR': str(self.scratch / 'waffle-good' / 'roots.pem')} | more

    def folder(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.scratch))

    def run(self, command, folder, environment):
        words = [str(part) for part in command]
        words[0] = str(self.sxlint) if words[0] == 'sxlint' else words[0]
        done = subprocess.run(words, cwd=folder, env=environment, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout.decode('utf-8', 'backslashreplace')


def answer(test):
    try:
        test()
    except Missing as error:
        return f' # SKIP {error}', ''
    except Wrong as error:
        return None, str(error)
    return '', ''


def report(tests):
    """Runs them, pairs of a name and a function, and says how it went; True when one failed."""
    failed = False
    print(f'1..{len(tests)}')
    for at, (name, test) in enumerate(tests, 1):
        note, said = answer(test)
        for line in said.splitlines():
            print(f'# {line}')
        failed |= note is None
        print(f'{"not " if note is None else ""}ok {at} {name}{note or ""}', flush=True)
    return failed
