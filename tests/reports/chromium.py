# SPDX-License-Identifier: MIT
"""Chromium without a window, spoken to over its pipe (the Chrome DevTools Protocol): one message ends
in a NUL, and nothing but Python is needed."""
import json
import os
import shutil
import subprocess
import tempfile

NAMES = ['chromium', 'chromium-browser', 'google-chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
         '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
TAB = 9


def find():
    """The command, or None where there is no such browser."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Page:
    """A browser with one page, for a `with`."""

    def __init__(self, command):
        self.command = command
        self.n = 0
        self.events = []
        self.session = None

    def __enter__(self):
        self.home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self.to = os.pipe()
        self.answers, theirs_out = os.pipe()
        arguments = [self.command, '--headless', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu',
                     '--disable-dev-shm-usage', f'--user-data-dir={self.home.name}']
        if os.geteuid() == 0:
            arguments.append('--no-sandbox')

        # It reads from descriptor 3 and writes to 4, whatever else is open here.
        shell = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$@"'
        self.process = subprocess.Popen(['bash', '-c', shell, 'chromium', *arguments],
                                        pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.pipe = os.fdopen(self.answers, 'rb')
        self.rest = b''
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Network', 'Log'):
            self.call(f'{domain}.enable')
        return self

    def __exit__(self, *_):
        self.session = None
        try:
            self.call('Browser.close')
        except EOFError:
            pass
        os.close(self.to)
        self.pipe.close()
        self.process.wait(timeout=30)
        self.home.cleanup()

    def receive(self):
        while b'\0' not in self.rest:
            more = self.pipe.read1(1 << 20)
            if not more:
                raise EOFError('the browser is gone')
            self.rest += more
        message, self.rest = self.rest.split(b'\0', 1)
        return json.loads(message)

    def call(self, method, **params):
        self.n += 1
        message = {'id': self.n, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.to, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.receive()
            if answer.get('id') == self.n:
                if 'error' in answer:
                    raise RuntimeError(f'{method}: {answer["error"]["message"]}')
                return answer['result']
            self.events.append(answer)

    def open(self, path, width=1280, height=900, dark=False, media=''):
        """Lays the file out anew; what happened meanwhile is in `events`."""
        self.events = []
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call('Emulation.setEmulatedMedia', media=media,
                  features=[{'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}])
        self.call('Page.navigate', url=path.absolute().as_uri())
        while not any(event['method'] == 'Page.loadEventFired' for event in self.events):
            self.events.append(self.receive())

    def ask(self, expression):
        """The value of an expression of JavaScript, asked from outside of the page."""
        answer = self.call('Runtime.evaluate', expression=expression, returnByValue=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(answer['exceptionDetails']['exception']['description'])
        return answer['result'].get('value')

    def press_tab(self):
        for kind in ('keyDown', 'keyUp'):
            self.call('Input.dispatchKeyEvent', type=kind, key='Tab', code='Tab', windowsVirtualKeyCode=TAB)

    def of(self, method):
        """What was told by events of that name."""
        return [event['params'] for event in self.events if event['method'] == method]
