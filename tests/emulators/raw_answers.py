"""A service that answers with bytes chosen by a test, to check how the SDK handles damaged answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Thread
from typing import Any, BinaryIO

from tests.emulators.clients import client_of

HTML = b"<html><body>502 Bad Gateway</body></html>"


def answer(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """An HTTP response. `length`: the Content-Length header, if not the body's length."""
    lines = [
        f"HTTP/1.1 {status} Status",
        "Connection: close",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# Answers that no AWS service gives: empty, truncated, from an intermediary, or not text.
DAMAGED = {
    f"{status} {name}": answer(status, body)
    for status in (301, 400, 403, 404, 413, 429, 500, 502, 503)
    for name, body in {
        "empty": b"",
        "HTML": HTML,
        "cut": b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThr',
        "cut XML": b'<?xml version="1.0"?><Error><Code>Acc',
        "a list": b"[]",
        "null": b"null",
        "no text": b"\xff\xfe\x00",
        "a number for a name": b'{"__type":5}',
    }.items()
} | {
    "200 HTML": answer(200, HTML),
    "200 a list": answer(200, b"[]"),
    "nothing": b"",
    "no HTTP": b"garbage\r\n\r\n",
    "a body that breaks off": answer(400, b'{"__type":"com', length=500),
    "a chunk that breaks off": b'HTTP/1.1 400 Status\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"__type',
    "no gzip": answer(400, b"text", "Content-Encoding: gzip"),
}


@contextmanager
def answering(raw: bytes) -> Iterator[str]:
    """The address of a service that gives this answer to every request."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        Thread(target=_serve, args=(server, raw), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def client_at(service: str, url: str) -> Any:
    """An SDK client that does not retry."""
    once = {"mode": "standard", "total_max_attempts": 1}
    return client_of(service, url, connect_timeout=5, read_timeout=5, retries=once)


def _serve(server: socket.socket, raw: bytes) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return  # the test is over
        with connection, suppress(OSError), connection.makefile("rb") as request:
            _read(request, connection)
            connection.sendall(raw)


def _read(request: BinaryIO, connection: socket.socket) -> None:
    """Read the whole request; closing the connection earlier would reset it and lose the answer."""
    length = 0
    while (line := request.readline()) not in (b"\r\n", b""):
        name, _, value = line.lower().partition(b": ")
        if name == b"expect":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if name == b"content-length":
            length = int(value)
    request.read(length)
