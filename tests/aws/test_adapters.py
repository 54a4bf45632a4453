"""The handler's AWS adapters: a failing service gets one request, and a silent one times out early enough."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from statewright.aws.settings import read_settings
from statewright.aws.wiring import source_of, store_of
from statewright.errors import SourceUnavailable, StoreUnavailable
from statewright.registry.port import LOOK_SECONDS_MAX
from statewright.runtime.retry import STORE_SECONDS_MAX
from tests.emulators.clients import environment_of

SETTINGS = read_settings({"DYNAMO_TABLE_NAME": "events", "S3_BUCKET_NAME": "shop"})


class FailingService(ThreadingHTTPServer):
    """Sends the same error to every request after a silence; `requests` records the requests."""

    daemon_threads = True

    def __init__(self, status: int, body: str, silence_seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body, self.silence_seconds = status, body.encode(), silence_seconds
        self.requests: list[str] = []
        self.closing = Event()


class _Handler(BaseHTTPRequestHandler):
    server: FailingService

    def do_POST(self) -> None:
        self.server.requests.append(self.headers["X-Amz-Target"].rpartition(".")[2])
        self._fail()

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        self._fail()

    def _fail(self) -> None:
        if self.server.closing.wait(self.server.silence_seconds):
            return
        with suppress(OSError):  # the client has given up
            self.send_response_only(self.server.status)
            self.end_headers()
            self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing; the requests are recorded."""


@contextmanager
def failing(
    monkeypatch: pytest.MonkeyPatch, *, status: int = 500, body: str = "", silence_seconds: float = 0.0
) -> Iterator[FailingService]:
    """Yield a failing service that the SDK uses for all of AWS."""
    with FailingService(status, body, silence_seconds) as service:
        url = f"http://127.0.0.1:{service.server_address[1]}"
        for name, value in environment_of(dynamodb=url, others=url).items():
            monkeypatch.setenv(name, value)
        thread = Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield service
        finally:
            service.closing.set()
            service.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, "InternalServerError"), (400, "ThrottlingException"), (503, "ServiceUnavailable")],
)
def test_a_failing_table_gets_one_request(monkeypatch: pytest.MonkeyPatch, status: int, code: str) -> None:
    """The driver, which knows how much time is left, decides on retries."""
    with failing(monkeypatch, status=status, body=f'{{"__type": "{code}"}}') as service:
        store = store_of(SETTINGS)
        with pytest.raises(StoreUnavailable, match=f'Query on table "events" failed: {code}'):
            store.read("order/o-1")
    assert service.requests == ["Query"]


@pytest.mark.parametrize(("status", "code"), [(500, "InternalError"), (503, "SlowDown")])
def test_a_failing_bucket_gets_one_request(monkeypatch: pytest.MonkeyPatch, status: int, code: str) -> None:
    """The next attempt is the next refresh; known machines stay until then."""
    body = f"<Error><Code>{code}</Code></Error>"
    with (
        failing(monkeypatch, status=status, body=body) as service,
        pytest.raises(SourceUnavailable, match=f"s3://shop/manifest.json failed with {code}"),
    ):
        source_of(SETTINGS)
    assert service.requests == ["/shop/manifest.json"]


@pytest.mark.slow
def test_a_request_to_a_silent_table_times_out_early_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends within the time that the handler reserves for a request, and is not retried."""
    with failing(monkeypatch, silence_seconds=STORE_SECONDS_MAX) as service:
        store = store_of(SETTINGS)
        with pytest.raises(StoreUnavailable, match="no response: ReadTimeoutError"):
            store.read("order/o-1")
    assert service.requests == ["Query"]


@pytest.mark.slow
def test_a_request_to_a_silent_bucket_times_out_early_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh starts its last request when half of its time is over."""
    with (
        failing(monkeypatch, silence_seconds=LOOK_SECONDS_MAX / 2) as service,
        pytest.raises(SourceUnavailable, match="cannot be reached: Read timeout"),
    ):
        source_of(SETTINGS)
    assert service.requests == ["/shop/manifest.json"]
