"""A proxy between the function and DynamoDB that injects network failures.

Forwards every call except the first write that contains a text chosen by the test: to that write it applies
the test's fault.
"""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

DRIPPING_SECONDS_MAX = 60.0
DRIP_SECONDS = 0.2


class Call:
    """An intercepted write. `forward` sends it to the store and discards the store's answer."""

    def __init__(self, handler: _Handler, body: bytes) -> None:
        self._handler = handler
        self._body = body

    def forward(self) -> None:
        self._handler.ask_upstream(self._body)

    def drip(self) -> None:
        """Answer so slowly that the response never completes, yet no read timeout expires between bytes."""
        self._handler.close_connection = True
        end = time.monotonic() + DRIPPING_SECONDS_MAX
        with contextlib.suppress(OSError):
            self._handler.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
            while time.monotonic() < end:
                self._handler.wfile.write(b".")
                time.sleep(DRIP_SECONDS)

    def hang_up(self) -> None:
        """Close the connection without an answer."""
        self._handler.close_connection = True


Fault = Callable[[Call], None]


class Proxy:
    """`url`: the address that the function uses for DynamoDB."""

    def __init__(self, url: str, upstream: str) -> None:
        self.url = url
        self.upstream = upstream
        self._faults: dict[bytes, Fault] = {}
        self._lock = threading.Lock()

    def strike(self, text: str, fault: Fault) -> None:
        """Apply `fault` to the first write that contains `text`."""
        with self._lock:
            self._faults[text.encode()] = fault

    @property
    def pending(self) -> int:
        """How many faults have not been applied yet."""
        return len(self._faults)

    def fault_for(self, operation: str, body: bytes) -> Fault | None:
        """The fault to apply to this call, if any; each fault is returned once."""
        if not operation.endswith("PutItem"):
            return None
        with self._lock:
            struck = next((text for text in self._faults if text in body), None)
            return None if struck is None else self._faults.pop(struck)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.server.proxy.fault_for(self.headers["X-Amz-Target"], body)
        if fault is not None:
            fault(Call(self, body))
            return
        status, headers, answer = self.ask_upstream(body)
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(answer)

    def ask_upstream(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of the store's answer."""
        upstream = urlsplit(self.server.proxy.upstream)
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", "/", body, dict(self.headers))
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()

    def log_message(self, format: str, *args: Any) -> None:
        """Do not log requests."""


@contextmanager
def proxied(upstream: str) -> Iterator[Proxy]:
    """Run a proxy in front of the service at the address `upstream`."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.proxy = Proxy(f"http://127.0.0.1:{server.server_address[1]}", upstream)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
