"""One execution environment of Lambda: AWS's runtime emulator, its Python client, and the unpacked package.

The interpreter runs without the site packages of the test environment, so an incomplete package fails.
Each process listens on free loopback ports, writes to a log file, and is stopped by its process id.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any, Self

from tests.emulators.servers import free_port

STARTING_SECONDS_MAX = 30.0
INVOCATION = "/2015-03-31/functions/function/invocations"

# The base interpreter of the virtual environment, without site packages: the function can import only from
# its package, from the client folder and from the standard library.
INTERPRETER = (str(Path(sys.executable).resolve()), "-S", "-s")


@dataclass(frozen=True, slots=True)
class RuntimeParts:
    """`emulator`: AWS's binary. `client`: a folder with only awslambdaric and its dependencies."""

    emulator: Path
    client: Path


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of an invocation. `failed`: the function raised, timed out, or its process died."""

    text: str
    failed: bool
    seconds: float = 0.0


class Runtime:
    """Serves one invocation at a time, as Lambda does; the emulator exits on a concurrent invocation.

    `task_root`: the unpacked package. The first invocation starts the function's process; if the process has
    died, the next invocation starts a new one.
    """

    def __init__(
        self,
        parts: RuntimeParts,
        task_root: Path,
        environment: Mapping[str, str],
        *,
        log: Path,
        timeout_seconds: int = 30,
    ) -> None:
        self._parts = parts
        self._task_root = task_root
        self._environment = environment
        self._log = log
        self._timeout_seconds = timeout_seconds
        self._turn = Lock()
        self._port = 0
        self._emulator: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def invoke(self, event: object) -> Answer:
        """The function's answer to `event`. Starts the emulator if it is not running."""
        with self._turn:
            if self._emulator is None or self._emulator.poll() is not None:
                self._start()
            started = time.monotonic()
            answer = self._post(json.dumps(event))
            return replace(answer, seconds=time.monotonic() - started)

    def crash(self) -> None:
        """Kill the function's process with SIGKILL, as the kernel does when memory runs out."""
        for process_id in self._function_processes():
            os.kill(process_id, signal.SIGKILL)

    def log_lines(self) -> list[dict[str, Any]]:
        """The JSON lines that the function wrote."""
        if not self._log.exists():
            return []
        return [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]

    def memory_bytes_max(self) -> int:
        """The peak memory use of the function's process."""
        [process_id] = self._function_processes()
        status = Path(f"/proc/{process_id}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024

    def _start(self) -> None:
        self._stop()
        self._port = free_port()
        addresses = (
            *("--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"),
            *("--runtime-api-address", f"127.0.0.1:{free_port()}"),
        )
        function = (*INTERPRETER, "-m", "awslambdaric", "statewright.aws.app.lambda_handler")
        with self._log.open("ab") as output:
            self._emulator = subprocess.Popen(
                (str(self._parts.emulator), *addresses, "--log-level", "info", *function),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._task_root,
                env=self._process_environment(),
                start_new_session=True,
            )
        self._wait_until_listening(self._emulator)

    def _process_environment(self) -> dict[str, str]:
        """The variables that Lambda sets, plus those of this runtime; nothing from the test process."""
        return {
            "AWS_LAMBDA_FUNCTION_NAME": "statewright",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self._timeout_seconds),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "LAMBDA_TASK_ROOT": str(self._task_root),
            "PYTHONPATH": str(self._parts.client),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self._environment,
        }

    def _wait_until_listening(self, emulator: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + STARTING_SECONDS_MAX
        while time.monotonic() < end and emulator.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=1)
            with contextlib.closing(connection), contextlib.suppress(OSError):
                connection.connect()
                return
            time.sleep(0.02)
        raise RuntimeError(f"the runtime emulator did not start:\n{self._log.read_text()[-4000:]}")

    def _post(self, body: str) -> Answer:
        patience = STARTING_SECONDS_MAX + self._timeout_seconds
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=patience)
        with contextlib.closing(connection):
            try:
                connection.request("POST", INVOCATION, body)
                response = connection.getresponse()
                text = response.read().decode()
            except (OSError, http.client.HTTPException) as error:
                return Answer(f"the emulator is gone: {error}", failed=True)
        return Answer(text, failed=response.status != 200 or _is_error(text))

    def _function_processes(self) -> list[int]:
        if self._emulator is None:
            return []
        return [one for one in _processes_of_session(self._emulator.pid) if one != self._emulator.pid]

    def _stop(self) -> None:
        """Kill the emulator and the function's process, which would outlive it."""
        if self._emulator is None:
            return
        processes = _processes_of_session(self._emulator.pid)
        for process_id in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        self._emulator.wait(10)
        self._emulator = None


def _is_error(text: str) -> bool:
    """Whether a 200 response of the emulator contains a function error."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return True
    return isinstance(value, dict) and {"errorMessage", "errorType"} <= value.keys()


def _processes_of_session(session: int) -> list[int]:
    """The ids of the processes in `session`, from the sixth field of /proc/[pid]/stat; see proc(5)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            _, _, fields = stat.read_text().rpartition(")")
            if int(fields.split()[3]) == session:
                found.append(int(stat.parent.name))
    return found
