"""A place in S3 for a test: its client, what that sends, and definitions to publish there."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError

from engine.sources.bucket import Bucket
from engine.sources.place import S3Place
from engine.sources.publishing import Publication, candidate_of, publish
from tests.emulators.clients import client_of, new_name

CONFIG = Path(__file__).parent.parent.parent / "config"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Wire:
    """What a client sends, as `GET manifest.json`; `interfere` sees each request, and may answer or raise."""

    def __init__(self, client: Any) -> None:
        self.sent: list[str] = []
        self.interfere: Callable[[AWSRequest], AWSResponse | None] = lambda _request: None
        client.meta.events.register("before-send.s3", self._on_request)

    def _on_request(self, request: AWSRequest, **_: object) -> AWSResponse | None:
        self.sent.append(f"{request.method} {urlsplit(request.url).path.split('/', 3)[-1]}")
        return self.interfere(request)

    def cut(self) -> None:
        """From now on nothing arrives."""

        def unreachable(request: AWSRequest) -> None:
            raise EndpointConnectionError(endpoint_url=request.url)

        self.interfere = unreachable

    def forbid(self, *, method: str = "GET") -> None:
        """From now on the answer is the one that S3 has for a role that may not."""
        self.interfere = lambda request: _denial(request) if request.method == method else None

    def forbid_objects(self) -> None:
        """From now on only the list is allowed, as to a role that may list below the prefix alone."""
        self.interfere = lambda request: None if "list-type" in request.url else _denial(request)

    def mend(self) -> None:
        self.interfere = lambda _request: None


@dataclass(frozen=True, slots=True)
class Place:
    """A prefix that no other test has."""

    bucket: Bucket
    client: Any
    wire: Wire

    @property
    def s3(self) -> S3Place:
        return self.bucket.place

    def put(self, name: str, content: bytes | str) -> None:
        """As by hand, whatever lies there."""
        self.client.put_object(Bucket=self.s3.bucket, Key=self.s3.key(name), Body=content)

    def read(self, name: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.s3.bucket, Key=self.s3.key(name))["Body"].read()
        return content

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.s3.bucket, Key=self.s3.key(name))

    def publish(self, *texts: str, allow_rollback: bool = False, dry_run: bool = False) -> Publication:
        candidates = [candidate_of(text.encode(), "test.machine.yaml") for text in texts]
        return publish(self.bucket, candidates, allow_rollback=allow_rollback, dry_run=dry_run)


def place_in(url: str, bucket: str, *, prefix: str | None = None) -> Place:
    client = client_of("s3", url, retries={"mode": "standard", "total_max_attempts": 1})
    place = S3Place.of(bucket, new_name("prefix") if prefix is None else prefix)
    return Place(Bucket(client, place), client, Wire(client))


def door(version: int = 1, *, name: str = "door", command: str = "Open", text: str = "") -> str:
    """A definition. Another `command` names another event, which is another behaviour; `text` is none."""
    described = f"description: {text}, " if text else ""
    return (
        f"{{machine: {name}, version: {version}, {described}initial: shut, "
        f"states: {{shut: {{accepts: {{{command}: open}}}}, open: {{accepts: {{Close: shut}}}}}}}}"
    )


def _denial(request: AWSRequest) -> AWSResponse:
    body = _Raw(b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
    return AWSResponse(request.url, 403, {"content-type": "application/xml"}, body)


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_: object) -> Any:
        yield self.read()
