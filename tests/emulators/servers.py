"""Starts the services on free ports of the loopback address, and stops each by its process id.

Their output goes to files, because an unread pipe would block them. `tests.emulators.fixtures` starts each
service once per test session.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import URLError
from urllib.request import urlopen

from tests.emulators.clients import REGION, client_of
from tests.emulators.provision import DYNAMODB_LOCAL, MINISTACK

STARTING_SECONDS_MAX = 60.0


@contextmanager
def dynamodb_local(log: Path) -> Iterator[str]:
    """Run DynamoDB Local and give its address; one in-memory database serves all callers."""
    port = free_port()
    folder = DYNAMODB_LOCAL / "package" / "emulator"
    java = ("java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    jar = ("-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar")
    options = ("-port", str(port), "-inMemory", "-sharedDb", "-disableTelemetry")
    environment = {
        "DDB_LOCAL_TELEMETRY": "0",
        "LD_PRELOAD": str(DYNAMODB_LOCAL / "loopback.so"),
    }
    with running((*java, *jar, *options), log=log, environment=environment, folder=folder) as process:
        _wait_for_port(port, process, log)
        url = f"http://127.0.0.1:{port}"
        # The first answer after a cold start can take longer than the handler's timeout.
        client_of("dynamodb", url, read_timeout=STARTING_SECONDS_MAX).list_tables()
        yield url


@contextmanager
def ministack(log: Path) -> Iterator[str]:
    """Run ministack and give its address; all its services share one port."""
    port = free_port()
    environment = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "LAMBDA_EXECUTOR": "local",
    }
    with running((str(MINISTACK / "bin" / "ministack"),), log=log, environment=environment) as process:
        _wait_for_health(f"http://127.0.0.1:{port}/_ministack/health", process, log)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def files_of(folder: Path) -> Iterator[str]:
    """Run a web server for the files in `folder` and give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietFiles, directory=str(folder))) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Do not log requests to the terminal."""


@contextmanager
def running(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command, and stop it at the end of the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            cwd=folder,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def free_port() -> int:
    """A port of the loopback address that is currently unused."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in _patiently(process, log):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return


def _wait_for_health(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in _patiently(process, log):
        try:
            with urlopen(url, timeout=1):
                return
        except (URLError, OSError):
            continue


def _patiently(process: subprocess.Popen[bytes], log: Path) -> Iterator[None]:
    """Yield between attempts; raise with the log if the process exits or the time limit passes."""
    end = time.monotonic() + STARTING_SECONDS_MAX
    while time.monotonic() < end and process.poll() is None:
        yield
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-4000:]}")
