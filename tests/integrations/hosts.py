#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hosts.py SXLINT SX-FIXTURE: what lies in integrations/ is taken by the programs that it is written for.

    github-actions     actionlint, of the example and the action that it uses (go)
    pre-commit         pre-commit, in a repository that names the hook (pip)
    electron-builder   how app-builder-lib finds a hook in a file (npm)
    bazel              buildifier (npm)

Fetched once into ~/.cache/sxlint/hosts; nothing of npm's packages is run on installing. What cannot be had
is skipped and says so."""
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile

from bench import INTEGRATIONS, ROOT, Bench, Missing, Wrong, need, report

CACHE = pathlib.Path(os.environ.get('XDG_CACHE_HOME', pathlib.Path.home() / '.cache')) / 'sxlint' / 'hosts'


def fetched(name, make):
    """A folder of the cache, made by a function that gets an empty one; whole or not there."""
    folder = CACHE / name.replace('/', '+')
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            made = pathlib.Path(scratch) / 'made'
            made.mkdir()
            make(made)
            os.replace(made, folder)
    return folder


def fetch(*command, **how):
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=900, **how)
    if done.returncode != 0:
        raise Missing(f'{" ".join(map(str, command))}: {done.stdout.strip()[-300:]}'.replace('\n', ' '))


def npm(name):
    def make(folder):
        fetch(need('npm'), 'pack', name, '--ignore-scripts', '--loglevel=error', '--pack-destination', folder)
        with tarfile.open(next(folder.glob('*.tgz'))) as tar:
            tar.extractall(folder, filter='data')
    return fetched(name, make) / 'package'


def go(module):
    return fetched(module, lambda folder: fetch(need('go'), 'install', module, env=os.environ | {'GOBIN': str(folder)}))


def ran(bench, command, folder, wanted=0, **more):
    code, said = bench.run(command, folder, bench.environment(**more))
    if code != wanted:
        raise Wrong(f'{command[0]}: exit code {code}\n{said}')
    return said


def github(bench):
    """The action is named as one of this repository, so that its inputs are looked at, too."""
    tool = go('github.com/rhysd/actionlint/cmd/actionlint@v1.7.7') / 'actionlint'
    folder = bench.folder()
    ran(bench, ['git', 'init', '-q', folder], folder)
    workflows = folder / '.github' / 'workflows'
    workflows.mkdir(parents=True)
    shutil.copytree(INTEGRATIONS / 'github-actions', folder / 'action')
    text = (INTEGRATIONS / 'github-actions' / 'example.yml').read_text()
    (workflows / 'release.yml').write_text(
        text.replace('OWNER/sxlint/integrations/github-actions@v0.1.0', './action'))
    ran(bench, [tool, '-no-color'], folder)
    # it does look: an input that there is not is found
    (workflows / 'release.yml').write_text((workflows / 'release.yml').read_text().replace('show-at:', 'show-on:'))
    if 'show-on' not in ran(bench, [tool, '-no-color'], folder, wanted=1):
        raise Wrong('actionlint does not look at inputs')


def pre_commit(bench):
    tool = fetched('pre-commit@4.7.0', lambda folder: fetch(sys.executable, '-m', 'pip', '-q', 'install', '--target',
                                                            folder, 'pre-commit==4.7.0'))
    hooks, project = bench.folder(), bench.folder()
    shutil.copytree(INTEGRATIONS / 'pre-commit', hooks / 'integrations' / 'pre-commit')
    shutil.copy(ROOT / '.pre-commit-hooks.yaml', hooks)
    who = {f'GIT_{role}_{part}': 'nobody@example.com' for role in ('AUTHOR', 'COMMITTER') for part in ('NAME', 'EMAIL')}
    environment = who | {'PYTHONPATH': str(tool), 'PRE_COMMIT_HOME': str(bench.folder())}

    def git(folder, *arguments):
        return ran(bench, ['git', '-C', folder, *arguments], folder, **who)

    for folder in (hooks, project):
        git(folder, 'init', '-q')
    git(hooks, 'add', '.')
    git(hooks, 'commit', '-qm', 'hooks')
    (project / '.pre-commit-config.yaml').write_text(
        f'repos:\n- repo: {hooks}\n  rev: {git(hooks, "rev-parse", "HEAD").strip()}\n'
        '  hooks:\n  - id: sxlint-sources\n')
    sources = bench.build('sources') / 'project' / 'WaffleFilter'
    shutil.copytree(sources, project / 'WaffleFilter')
    (project / 'read.me').write_text('of no concern\n')
    git(project, 'add', '.')
    command = [sys.executable, '-m', 'pre_commit', 'run', '--all-files', '--color=never', '--verbose']
    if 'NE103' not in ran(bench, command, project, wanted=1, **environment):
        raise Wrong('no finding is told')
    git(project, 'rm', '-rqf', 'WaffleFilter')
    (project / 'Waffle.entitlements').write_text(
        '<plist version="1.0"><dict><key>com.apple.security.network.client</key><true/></dict></plist>\n')
    git(project, 'add', '.')
    if 'Passed' not in ran(bench, command, project, **environment):
        raise Wrong('the hook did not run')


def electron(bench):
    """resolveFunction of app-builder-lib finds both hooks by their names; the few modules that it wants for
    messages are stood in for."""
    package = npm('app-builder-lib@26.0.12')
    folder = bench.folder()
    for name, text in (('builder-util/out/log', 'exports.log = console'), ('debug', 'exports.default = () => {}')):
        file = folder / 'node_modules' / f'{name}.js'
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    shutil.copy(package / 'out' / 'util' / 'resolve.js', folder)
    hooks = INTEGRATIONS / 'electron-builder' / 'sxlint.js'
    (folder / 'main.js').write_text(
        "const { resolveFunction } = require('./resolve.js')\n"
        "for (const name of ['afterSign', 'afterAllArtifactBuild'])\n"
        "  resolveFunction('commonjs', process.argv[2], name).then((found) => console.log(found.name))\n")
    if ran(bench, [need('node'), 'main.js', hooks], folder).split() != ['afterSign', 'afterAllArtifactBuild']:
        raise Wrong('the hooks are not found')


def bazel(bench):
    system = {'Linux': 'linux', 'Darwin': 'darwin'}.get(platform.system())
    machine = {'x86_64': 'amd64', 'aarch64': 'arm64', 'arm64': 'arm64'}.get(platform.machine())
    tool = npm('@bazel/buildifier@8.2.1') / f'buildifier-{system}_{machine}'
    if not tool.exists():
        raise Missing('there is no buildifier for this machine')
    tool.chmod(0o755)
    ran(bench, [tool, '--mode=check', '--lint=warn', INTEGRATIONS / 'bazel' / 'sxlint.bzl'], ROOT)


def main(sxlint, sx_fixture):
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(scratch, sxlint, sx_fixture)
        tests = {'actionlint': github, 'pre-commit': pre_commit, 'app-builder-lib': electron, 'buildifier': bazel}
        return report([(name, lambda test=test: test(bench)) for name, test in tests.items()])


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
