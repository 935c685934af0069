#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""scripts.py SXLINT SX-FIXTURE: what lies in integrations/ is a gate. Each runs as its host would run it, on
an app that is ready, one that is not, one that is not there, one in a folder with a hostile name, and where
sxlint is not installed."""
import json
import pathlib
import re
import shutil
import sys
import tempfile

from bench import INTEGRATIONS, ROOT, Bench, Missing, Wrong, need, report

HERE = pathlib.Path(__file__).resolve().parent


def yaml(bench, path):
    """The content of a YAML file, through ruby's standard library."""
    code, said = bench.run([need('ruby'), '-ryaml', '-rjson', '-e', 'puts JSON.dump(YAML.load_file(ARGV[0]))', path],
                           ROOT, bench.environment())
    if code != 0:
        raise Wrong(said)
    return json.loads(said)


def expanded(text, inputs):
    return re.sub(r'\$\{\{ inputs\.([a-z-]+) \}\}', lambda match: inputs[match.group(1)], text)


def github(bench, path, environment):
    """The steps of the composite action that run a script, as a runner runs them: the first one that fails
    ends it."""
    action = yaml(bench, INTEGRATIONS / 'github-actions' / 'action.yml')
    folder = bench.folder()
    inputs = {name: said.get('default', '') for name, said in action['inputs'].items()} | {'paths': str(path)}
    files = {name: folder / name.lower() for name in ('GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_PATH')}
    if 'PATH' in environment and not environment['PATH'].startswith(str(bench.bin)):
        # the step that installs is tried by tests/install/run; here it finds no sxlint and makes none
        action['runs']['steps'] = action['runs']['steps'][1:]
    said = ''
    for step in action['runs']['steps']:
        if 'run' not in step:
            continue
        values = {name: expanded(value, inputs) for name, value in step.get('env', {}).items()}
        code, text = bench.run(['sh', '-e', '-c', step['run']], folder, environment | values | {
            'GITHUB_ACTION_PATH': str(INTEGRATIONS / 'github-actions'), 'RUNNER_TEMP': str(folder),
            **{name: str(file) for name, file in files.items()}})
        said += text
        if code != 0:
            break
    outputs = files['GITHUB_OUTPUT'].read_text().splitlines()
    if f'exit-code={code}' not in outputs:
        raise Wrong(f'the outputs are {outputs}, and the exit code is {code}')
    if code in (0, 1):
        if 'sarif=sxlint.sarif' not in outputs or not json.loads((folder / 'sxlint.sarif').read_text())['runs']:
            raise Wrong('there is no SARIF')
        if 'Waffle.app' not in files['GITHUB_STEP_SUMMARY'].read_text():
            raise Wrong('the summary does not tell of the app')
    return code, said + f'\nexit code {code}', folder


def gitlab(bench, path, environment):
    """Its script, as a runner's shell runs it."""
    job = yaml(bench, INTEGRATIONS / 'gitlab' / 'sxlint.gitlab-ci.yml')['.sxlint']
    folder = bench.folder()
    code, said = bench.run(['sh', '-e', '-c', '\n'.join(job['script'])], folder,
                           environment | {'SXLINT_PATHS': str(path)})
    wanted = job['artifacts']['paths'] + list(job['artifacts']['reports'].values())
    lacking = [name for name in wanted if not (folder / name).exists()]
    if code in (0, 1) and lacking:
        raise Wrong(f'not written: {lacking}')
    return code, said + f'\nexit code {code}', folder


def jenkins(bench, path, environment):
    """The script inside the stage; it names dist/Waffle.app."""
    text = (INTEGRATIONS / 'jenkins' / 'Jenkinsfile').read_text()
    folder = bench.folder()
    (folder / 'dist').mkdir()
    if path.exists():
        (folder / 'dist' / 'Waffle.app').symlink_to(path)
    script = re.search(r"script: '''(.*?)'''", text, re.S).group(1)
    code, said = bench.run(['sh', '-c', script.replace('\\\\', '\\')], folder, environment)
    for name in re.findall(r"(?:testResults|pattern|artifacts): '([^']+)'", text):
        if code in (0, 1) and not (folder / name).exists():
            raise Wrong(f'not written: {name}')
    return code, said + f'\nexit code {code}', folder


def pre_commit(bench, path, environment):
    """The hook judges sources: here those of the sample whose app it stands for, in a folder called as its."""
    folder = bench.folder()
    target = folder / path.parent.name
    names = ['Waffle.entitlements']
    if path == bench.broken:
        shutil.copytree(bench.build('sources') / 'project' / 'WaffleFilter', target)
        names = ['WaffleFilter.entitlements', 'Info.plist']
    else:
        target.mkdir()
        if path == bench.absent:
            (target / names[0]).symlink_to('nowhere')
        else:
            (target / names[0]).write_text('<plist version="1.0"><dict/></plist>\n')
    code, said = bench.run([INTEGRATIONS / 'pre-commit' / 'sxlint-sources.sh', *(target / name for name in names)],
                           folder, environment)
    return code, said + f'\nexit code {code}', folder


def fastlane(bench, path, environment):
    folder = bench.folder()
    return *bench.run([need('ruby'), HERE / 'lane.rb', INTEGRATIONS / 'fastlane' / 'Fastfile', path], folder,
                      environment), folder


def electron(hook):
    def run(bench, path, environment):
        folder = bench.folder()
        target = path
        if hook == 'afterAllArtifactBuild' and path.exists():
            target = path.parent / 'Waffle-1.0-mac.zip'
            if not target.exists():
                bench.run([need('bsdtar'), '-a', '-cf', target, '-C', path.parent, path.name], folder, environment)
        elif hook == 'afterAllArtifactBuild':
            target = path.with_suffix('.dmg')
        return *bench.run([need('node'), HERE / 'hook.js', INTEGRATIONS / 'electron-builder' / 'sxlint.js', hook, target],
                          folder, environment), folder
    return run


def cmake(bench, path, environment):
    """Both ways: the target and the test, which must agree."""
    folder = bench.folder()
    shutil.copy(INTEGRATIONS / 'cmake' / 'sxlint.cmake', folder)
    (folder / 'CMakeLists.txt').write_text(
        'cmake_minimum_required(VERSION 3.16)\nproject(waffle NONE)\nenable_testing()\ninclude(sxlint.cmake)\n'
        'add_custom_target(sign-waffle)\nsxlint_check(check-waffle "$ENV{WAFFLE}" DEPENDS sign-waffle)\n')
    environment = environment | {'WAFFLE': str(path)}
    code, said = bench.run([need('cmake'), '-S', '.', '-B', 'out', '-G', 'Unix Makefiles'], folder, environment)
    if code != 0:
        return code, said, folder
    built, said = bench.run(['cmake', '--build', 'out', '--target', 'check-waffle'], folder, environment)
    tested, told = bench.run([need('ctest'), '--output-on-failure'], folder / 'out', environment)
    if (built == 0) != (tested == 0):
        raise Wrong(f'the target exits {built}, the test {tested}\n{said}\n{told}')
    return built, said, folder


class Stub:
    """Stands for whatever Bazel gives to a rule: what was called, with what."""

    def __init__(self, **values):
        self.__dict__.update(values)


def bazel(bench, path, environment):
    """The rule's function, which Python reads as well, run with what Bazel would hand it; then the script that
    it writes, in the folder of the runfiles. Bazel itself is not here."""
    folder = bench.folder()
    written = {}
    names = {'rule': lambda **given: given, 'DefaultInfo': Stub, 'RunEnvironmentInfo': Stub,
             'attr': Stub(label_list=lambda **given: given), 'testing': Stub(ExecutionInfo=lambda given: given)}
    exec(compile((INTEGRATIONS / 'bazel' / 'sxlint.bzl').read_text(), 'sxlint.bzl', 'exec'), names)  # pylint: disable=exec-used
    rule = names['sxlint_test']
    if not rule['test']:
        raise Wrong('the rule is no test')
    write = Stub(declare_file=lambda name: name,
                 write=lambda file, text, is_executable: written.update({file: text}))
    context = Stub(label=Stub(name='waffle_test'), actions=write, files=Stub(srcs=[Stub(short_path=str(path))]),
                   runfiles=lambda files: files)
    info = rule['implementation'](context)[0]
    script = folder / info.executable
    script.write_text(written[info.executable])
    script.chmod(0o755)
    code, said = bench.run([script], folder, environment)
    return code, said + f'\nexit code {code}', folder


# name, how it runs, whether it takes paths with blanks
GATES = [
    ('github-actions', github, True),
    ('gitlab', gitlab, False),
    ('jenkins', jenkins, True),
    ('pre-commit', pre_commit, True),
    ('fastlane', fastlane, True),
    ('electron-builder afterSign', electron('afterSign'), True),
    ('electron-builder afterAllArtifactBuild', electron('afterAllArtifactBuild'), True),
    ('cmake', cmake, True),
    ('bazel', bazel, True),
]

# situation: which app, whether sxlint is installed, whether the gate opens, what is said
SITUATIONS = {
    'ready': ('good', True, True, ''),
    'not ready': ('broken', True, False, 'error '),
    'not there': ('absent', True, False, 'No such file'),
    'hostile name': ('odd', True, True, ''),
    'no sxlint': ('good', False, False, 'sxlint'),
}


def situation(bench, gate, which, installed, opens, words):
    def test():
        code, said, folder = gate(bench, getattr(bench, which), bench.environment(installed))
        if (code == 0) != opens or words not in ' '.join(said.split()):
            raise Wrong(f'exit code {code}; it said:\n{said}')
        if list(bench.scratch.rglob('harm')) or (folder / 'harm').exists():
            raise Wrong('a command in a name was run')
    return test


def shipped(bench):
    """The policy of the last gate: a ticket is stapled, or the release stops."""
    rules = INTEGRATIONS / 'policy' / 'shipped.yaml'
    environment = bench.environment()
    bare = bench.folder() / 'Waffle.app'
    shutil.copytree(bench.good, bare, symlinks=True)
    (bare / 'Contents' / 'CodeResources').unlink()
    for wanted, *arguments in ((0, 'rules', 'test', rules), (0, 'check', '--rules', rules, bench.good), (0, 'check', bare),
                               (1, 'check', '--rules', rules, bare)):
        code, said = bench.run(['sxlint', *arguments], ROOT, environment)
        if code != wanted:
            raise Wrong(f'{arguments}: exit code {code}, want {wanted}\n{said}')


def on_trial(bench):
    """--fail-on never lets findings pass and nothing else, as the page on pipelines promises."""
    for wanted, *arguments in ((0, bench.broken), (3, bench.absent), (2, '--select', 'NOTHING1', bench.good)):
        code, said = bench.run(['sxlint', 'check', '--fail-on', 'never', *arguments], ROOT, bench.environment())
        if code != wanted:
            raise Wrong(f'{arguments}: exit code {code}, want {wanted}\n{said}')


def main(sxlint, sx_fixture):
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(scratch, sxlint, sx_fixture)
        return report([(f'{name}: {word}', situation(bench, gate, *row)) for name, gate, blanks in GATES
                       for word, row in SITUATIONS.items() if blanks or word != 'hostile name'] +
                      [('policy', lambda: shipped(bench)), ('on trial', lambda: on_trial(bench))])


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
