#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fleet.py SXLINT SX-FIXTURE: many artifacts on two hosts, one of which dies: nothing is lost, nothing twice.

The hosts are network namespaces with a sshd each, inside of namespaces for network, mounts and processes that
end with this test; no packet leaves them. It takes root, sshd, ip, unshare and GNU parallel. The last test is
of the file for Slurm, and takes none of these."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from bench import INTEGRATIONS, Bench, Missing, Wrong, need, report

FLEET = INTEGRATIONS / 'fleet' / 'sxlint-fleet'
SLURM = INTEGRATIONS / 'fleet' / 'sxlint.slurm'
HOSTS = {'one': '10.77.1', 'two': '10.77.2'}
COUNT = 24
ABSENT = 7 # this one is nowhere
PATIENCE = 120

CONFIG = """ListenAddress {address}.2
HostKey {folder}/host-key
AuthorizedKeysFile {folder}/key.pub
AuthenticationMethods publickey
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
MaxStartups 100
# of whoever runs the test, start-up files are no matter, nor are locks of theirs when a host dies
SetEnv HOME={folder}
"""


def call(*command):
    done = subprocess.run([str(part) for part in command], check=False, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Missing(f'{" ".join(map(str, command))}: {done.stdout.strip()}')
    return done.stdout


class Host:
    """A network namespace with a sshd, and a cable to the one where the test runs."""

    def __init__(self, name, folder):
        self.name, self.address, self.folder = name, HOSTS[name], folder
        self.config = folder / f'sshd-{name}'
        self.config.write_text(CONFIG.format(address=self.address, folder=folder))
        call('ip', 'netns', 'add', name)
        call('ip', 'link', 'add', f'to-{name}', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
        call('ip', 'address', 'add', f'{self.address}.1/24', 'dev', f'to-{name}')
        call('ip', '-n', name, 'address', 'add', f'{self.address}.2/24', 'dev', 'eth0')
        self.start()

    def start(self):
        call('ip', 'link', 'set', f'to-{self.name}', 'up')
        call('ip', '-n', self.name, 'link', 'set', 'eth0', 'up')
        call('ip', 'netns', 'exec', self.name, need('sshd'), '-f', self.config)

    def die(self):
        """As when the power is cut: no word to those that it talked to."""
        call('ip', '-n', self.name, 'link', 'set', 'eth0', 'down')
        for process in call('ip', 'netns', 'pids', self.name).split():
            try:
                os.kill(int(process), signal.SIGKILL)
            except ProcessLookupError:
                pass


class Fleet:
    def __init__(self, bench):
        self.bench = bench
        for command in ('ip', 'sshd', 'ssh-keygen', 'parallel'):
            need(command)
        folder = bench.folder()
        for key in ('key', 'host-key'):
            call('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', folder / key)
        pathlib.Path('/run/sshd').mkdir(exist_ok=True)
        self.hosts = {name: Host(name, folder) for name in HOSTS}
        names = ''.join(f'Host {name}\n  HostName {address}.2\n' for name, address in HOSTS.items())
        (folder / 'ssh').write_text(f'{names}Host *\n  User root\n  IdentityFile {folder}/key\n  LogLevel ERROR\n'
                                    f'  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n')
        (folder / 'hosts').write_text(''.join(f'{name}\n' for name in HOSTS))
        self.folder = folder
        self.ssh = f'ssh -F {folder}/ssh'
        self.program = folder / 'slow-sxlint'
        self.started = folder / 'started'
        # slow enough to die in the middle; says what it was started for, the last argument
        self.program.write_text('#!/bin/sh\nfor path; do :; done\n'
                                f'printf "%s\\n" "$path" >>"{self.started}"\nsleep 0.4\n'
                                f'exec "{bench.sxlint}" "$@"\n')
        self.program.chmod(0o755)

    def start(self, work, paths):
        self.started.write_text('')
        paths.file.write_text(''.join(f'{path}\n' for path in paths.all))
        return self.resume(work, paths)

    def resume(self, work, paths):
        return subprocess.Popen([FLEET, '-H', self.folder / 'hosts', '-p', self.program, '-d', work, paths.file,
                                 *options(self.bench)], cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
                                env=os.environ | {'PARALLEL_SSH': self.ssh, 'HOME': str(self.folder)})


def options(bench):
    return ['--no-config', '--as-of', '2026-11-24', '--trust-anchor', bench.scratch / 'waffle-good' / 'roots.pem']


class Paths:
    """Artifacts that are ready, not ready, damaged and not there, some with hostile names; and what one machine
    says of those that are there."""

    def __init__(self, bench):
        folder = bench.folder()
        self.file = folder / 'list'
        self.all = []
        for number in range(COUNT):
            name = f"{number} it's $(touch harm) `x` {{}} {{#}} \\ \"é\".app" if number % 5 == 0 else f'{number}.app'
            path = folder / name
            if number % 8 == 1:
                path.write_bytes(b'PK\3\4 damaged')
            elif number != ABSENT:
                path.symlink_to(bench.broken if number % 4 == 0 else bench.good)
            self.all.append(path)
        self.absent = [str(self.all[ABSENT])]
        self.there = [str(path) for path in self.all if path.exists()]
        self.expected, self.codes = '', set()
        for path in self.there:
            done = subprocess.run([bench.sxlint, 'check', '--format', 'jsonl', *options(bench), '--', path], check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.expected += done.stdout
            self.codes.add(done.returncode)


def answers(work):
    return [file for file in (work / 'results').glob('*') if file.suffix == '' and '# exit' in file.read_text()]


def wait_for(process, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if process.poll() is not None or time.monotonic() > end:
            raise Wrong(f'it ended too early: {process.stdout.read()}')
        time.sleep(0.02)


def ended(process, work, code):
    try:
        said = process.communicate(timeout=PATIENCE)[0]
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        raise Wrong('it does not end') from error
    if process.returncode != code:
        messages = (work / 'messages').read_text() if (work / 'messages').exists() else ''
        raise Wrong(f'exit code {process.returncode}, want {code}\n{said}\n{messages}')


def told(work):
    """The artifacts that the report has an answer for, and those of which it is said that there is none."""
    lines = map(json.loads, (work / 'report.jsonl').read_text().splitlines())
    unanswered = work / 'unanswered'
    return ([line['artifact'] for line in lines if 'verdicts' in line],
            unanswered.read_text().splitlines() if unanswered.exists() else [])


def whole(work, paths):
    """Each artifact stands in the report once, in its order, as one machine would report it; the one that is
    nowhere is told of."""
    if paths.codes != {0, 1, 3}:
        raise Wrong(f'the artifacts are of too few kinds: {paths.codes}')
    answered, unanswered = told(work)
    if answered != paths.there:
        raise Wrong(f'lost: {set(paths.there) - set(answered)}; {len(answered)} answers for {len(paths.there)}')
    if (work / 'report.jsonl').read_text() != paths.expected:
        raise Wrong('the report is not what one machine says')
    if unanswered != paths.absent:
        raise Wrong(f'said to have no answer: {unanswered}')


def one_host_dies(fleet, paths):
    work = fleet.folder / 'one dies'
    process = fleet.start(work, paths)
    wait_for(process, lambda: len(answers(work)) >= COUNT // 4)
    fleet.hosts['two'].die()
    ended(process, work, 3)
    whole(work, paths)
    fleet.hosts['two'].start()


def all_hosts_die(fleet, paths):
    """And the machine that hands out: what has no answer is told; run again, only that is checked."""
    work = fleet.folder / 'all die'
    process = fleet.start(work, paths)
    wait_for(process, lambda: len(answers(work)) >= COUNT // 4)
    for host in fleet.hosts.values():
        host.die()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    code = subprocess.run([FLEET, '-m', '-d', work], check=False, stderr=subprocess.DEVNULL).returncode
    answered, unanswered = told(work)
    if code != 3 or sorted(answered + unanswered) != sorted(map(str, paths.all)) or unanswered == paths.absent:
        raise Wrong(f'exit code {code}; {len(answered)} answered, {len(unanswered)} not')
    for host in fleet.hosts.values():
        host.start()
    rows = [line.split('\t') for line in (work / 'joblog').read_text().splitlines()[1:]]
    done = {str(paths.all[int(row[0]) - 1]) for row in rows if row[6] == '0'}
    fleet.started.write_text('')
    ended(fleet.resume(work, paths), work, 3)
    whole(work, paths)
    again = done.intersection(fleet.started.read_text().splitlines())
    if again or not done:
        raise Wrong(f'of {len(done)} that were answered these were checked again: {again}')


def another_list(fleet, paths):
    """A folder of answers is of one list and of the options it began with."""
    work = fleet.folder / 'one dies'
    other = fleet.folder / 'other-list'
    other.write_text('/nowhere.app\n')
    for arguments in ([other, *options(fleet.bench)], [paths.file, '--fail-on', 'never']):
        done = subprocess.run([FLEET, '-H', fleet.folder / 'hosts', '-d', work, *arguments], check=False,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 2 or 'is of' not in done.stderr:
            raise Wrong(f'exit code {done.returncode}: {done.stderr}')
    whole(work, paths)


def at_once(bench, hosts):
    """Whether two artifacts are checked at the same time on this machine: each waits for the other."""
    folder = bench.folder()
    program = folder / 'waiting-sxlint'
    program.write_text(f'#!/bin/sh\necho >>"{folder}/started"\nfor try in $(seq 80); do\n'
                       f'  [ $(wc -l <"{folder}/started") -lt 2 ] || exit 0\n  sleep 0.1\ndone\nexit 1\n')
    program.chmod(0o755)
    (folder / 'hosts').write_text(hosts)
    (folder / 'list').write_text(f'{bench.good}\n{bench.broken}\n')
    done = subprocess.run([FLEET, '-H', folder / 'hosts', '-p', program, '-d', folder / 'run', folder / 'list'],
                          check=False, stderr=subprocess.PIPE, text=True, env=bench.environment())
    if '2 of 2 answered' not in done.stderr:
        raise Wrong(done.stderr)
    return done.returncode == 0


def jobs(bench):
    """One at a time on a host, unless a number stands before its name."""
    need('parallel')
    if at_once(bench, '# this machine\n:\n'):
        raise Wrong('two at a time, where one was to be')
    if not at_once(bench, '2/:\n'):
        raise Wrong('one at a time, where two were to be')


def slurm(bench, paths):
    """Jobs of an array, one killed in the middle and run again."""
    work = bench.folder()
    (work / 'artifacts').write_text(''.join(f'{path}\n' for path in paths.all))

    def job(number, **more):
        return subprocess.Popen(['sh', SLURM, work, *options(bench)], cwd=work, stderr=subprocess.DEVNULL,
                                env=bench.environment(SLURM_ARRAY_TASK_COUNT='3', SLURM_ARRAY_TASK_MIN='1',
                                                      SLURM_ARRAY_TASK_ID=str(number)) | more, start_new_session=True)
    killed = job(1)
    wait_for(killed, lambda: len(answers(work)) >= 2)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    before = {file: file.stat().st_mtime_ns for file in answers(work)}
    for number in (2, 1, 3):
        if job(number).wait(PATIENCE) != 0:
            raise Wrong('a job failed')
    changed = [file.name for file, when in before.items() if file.stat().st_mtime_ns != when]
    merged = subprocess.run([FLEET, '-m', '-d', work], check=False, stderr=subprocess.DEVNULL)
    if merged.returncode != 3 or changed:
        raise Wrong(f'exit code {merged.returncode}; checked again: {changed}')
    whole(work, paths)


def main(sxlint, sx_fixture):
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(scratch, sxlint, sx_fixture)
        paths = Paths(bench)
        fleet = []

        def on_hosts(test):
            def run():
                if '--apart' not in sys.argv:
                    raise Missing('it takes root and unshare')
                fleet[:] = fleet or [Fleet(bench)]
                test(fleet[0], paths)
            return run
        return report([('one host dies', on_hosts(one_host_dies)), ('all die, and it goes on', on_hosts(all_hosts_die)),
                       ('another list', on_hosts(another_list)), ('jobs of a host', lambda: jobs(bench)),
                       ('slurm', lambda: slurm(bench, paths))])


def apart():
    """Runs this again where no packet, mount or process gets out of, if that can be had."""
    new = ['unshare', '--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child']
    if os.geteuid() == 0 and shutil.which('unshare') and subprocess.run([*new, 'true'], check=False).returncode == 0:
        inside = 'mount -t tmpfs none /run && exec "$@"'
        os.execvp('unshare', [*new, 'sh', '-c', inside, 'sh', sys.executable, *sys.argv, '--apart'])


if __name__ == '__main__':
    if '--apart' not in sys.argv:
        apart()
    sys.exit(main(*sys.argv[1:3]))
