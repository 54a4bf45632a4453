"""A page in headless Chromium, controlled by the DevTools protocol over two pipes.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.emulators.browser import OPTIONS

SECONDS_MAX = 30
_READ_BYTES = 1 << 16


class DevToolsError(Exception):
    """The browser rejected a command, for example during navigation to another page."""


class BrowserPage:
    """`requests`: the URL of each request so far. `complaints`: errors and warnings of the console."""

    def __init__(self, commands: int, answers: int) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._commands = commands
        self._answers = answers
        self._unread = b""
        self._session: str | None = None
        self._last_id = 0
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self._call(f"{domain}.enable")

    def open(self, url: str) -> None:
        """Load a page and wait until it is complete."""
        self._call("Page.navigate", url=url)
        self.wait_for(f"location.href === {json.dumps(url)} && document.readyState === 'complete'")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        done = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait_for(self, condition: str) -> None:
        """Return once a JavaScript expression is true; navigation in the meantime is allowed."""
        deadline = time.monotonic() + SECONDS_MAX
        while not self._is_true(condition):
            assert time.monotonic() < deadline, f"never true: {condition}"
            time.sleep(0.05)

    def _is_true(self, condition: str) -> bool:
        try:
            return bool(self.evaluate(condition))
        except DevToolsError:
            return False

    def _call(self, method: str, **parameters: object) -> Mapping[str, Any]:
        self._last_id += 1
        session = {} if self._session is None else {"sessionId": self._session}
        message = {"id": self._last_id, "method": method, "params": parameters, **session}
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (received := self._received()).get("id") != self._last_id:
            self._note(received.get("method"), received.get("params", {}))
        if "error" in received:
            raise DevToolsError(received["error"])
        result: Mapping[str, Any] = received["result"]
        return result

    def _received(self) -> Mapping[str, Any]:
        while b"\0" not in self._unread:
            more = os.read(self._answers, _READ_BYTES)
            assert more, "the browser ended"
            self._unread += more
        message, _, self._unread = self._unread.partition(b"\0")
        received: Mapping[str, Any] = json.loads(message)
        return received

    def _note(self, event: str | None, parameters: Mapping[str, Any]) -> None:
        match event:
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(parameters["exceptionDetails"]))
            case "Log.entryAdded" if parameters["entry"]["level"] in ("warning", "error"):
                self.complaints.append(f"{parameters['entry']['text']} {parameters['entry'].get('url')}")
            case "Runtime.consoleAPICalled" if parameters["type"] in ("warning", "error"):
                self.complaints.append(str(parameters["args"]))


@contextmanager
def browser_page(profile: Path) -> Iterator[BrowserPage]:
    """A page in a separate browser, which is closed at the end of the block."""
    commands_out, commands = os.pipe()
    answers, answers_in = os.pipe()
    # The browser reads from descriptor 3 and writes to 4.
    script = f'exec 13<&{commands_out} 14>&{answers_in} && exec 3<&13 4>&14 && exec chromium "$@"'
    arguments = [*OPTIONS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        ["bash", "-c", script, "bash", *arguments],
        pass_fds=(commands_out, answers_in),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(commands_out)
    os.close(answers_in)
    try:
        yield BrowserPage(commands, answers)
    finally:
        os.close(commands)
        os.close(answers)
        process.terminate()
        process.wait(SECONDS_MAX)
