#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""whole_files.py SXLINT: a report is there whole or not at all, whatever ends the run.

The run waits for paths on stdin with its report begun; then it is told to end."""
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ON_FULL_DISK = ['--help', 'rules list', 'explain NE103', f'check {__file__}', f'facts {__file__}']
SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL]


def begin(sxlint, folder):
    """A run whose report has been begun: a second name is in the folder."""
    run = subprocess.Popen([sxlint, 'check', '--as-of', '2026-11-24', '--format', 'jsonl', '-o', 'report', '-'],
                           cwd=folder, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for _ in range(1000):
        if len(list(folder.iterdir())) == 2:
            return run
        time.sleep(0.01)
    run.kill()
    raise AssertionError('the report was not begun beside its place')


def ended_by(sxlint, number):
    """What is wrong after a signal, or None."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / 'report').write_text('old\n')
        with begin(sxlint, folder) as run:
            run.send_signal(number)
        left = sorted(path.name for path in folder.iterdir())
        if run.returncode != -number:
            return f'ended with {run.returncode}'
        if (folder / 'report').read_text() != 'old\n':
            return 'the old report is gone'
        if number != signal.SIGKILL and left != ['report']:
            return f'left {left}'
        return None


def ended_well(sxlint):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / 'report').write_text('old\n')
        run = begin(sxlint, folder)
        run.communicate(b'missing.app\n')
        left = sorted(path.name for path in folder.iterdir())
        report = (folder / 'report').read_text()
        if left != ['report'] or not report.startswith('{"artifact":"missing.app"'):
            return f'left {left}, the report is {report!r}'
        return None


def on_full_disk(sxlint, command):
    with open('/dev/full', 'wb') as full:
        run = subprocess.run([sxlint, *command.split()], stdout=full, stderr=subprocess.PIPE, check=False)
    if run.returncode != 3 or run.stderr != b'sxlint: cannot write stdout: No space left on device\n':
        return f'ended with {run.returncode}, said {run.stderr!r}'
    return None


def main(sxlint):
    sxlint = str(pathlib.Path(sxlint).resolve())
    answers = [(f'ended by {number.name}', ended_by(sxlint, number)) for number in SIGNALS]
    answers.append(('ended well', ended_well(sxlint)))
    if pathlib.Path('/dev/full').exists():  # Linux has one
        answers += [(f'{command} on a full disk', on_full_disk(sxlint, command)) for command in ON_FULL_DISK]
    print(f'1..{len(answers)}')
    for at, (name, wrong) in enumerate(answers, 1):
        print(f'{"not " if wrong else ""}ok {at} {name}{": " + wrong if wrong else ""}')
    return any(wrong for _, wrong in answers)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
