"""A prefix in S3 for a test, with its client, a log of requests, and definitions to publish."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError

from statewright.registry.bucket import Bucket
from statewright.registry.location import S3Place
from statewright.registry.manifest import MANIFEST, Manifest, object_name, parse_manifest
from statewright.registry.port import DefinitionSource
from statewright.registry.publishing import Approval, Publication, candidate_of, publish
from statewright.registry.s3 import S3Source
from tests.emulators.clients import client_of, new_name


class Clock:
    """A clock that tests set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Wire:
    """Records requests as `GET manifest.json`; `interfere` sees each request, and may respond or raise."""

    def __init__(self, client: Any) -> None:
        self.sent: list[str] = []
        self.interfere: Callable[[AWSRequest], AWSResponse | None] = lambda _request: None
        client.meta.events.register("before-send.s3", self._on_request)

    def _on_request(self, request: AWSRequest, **_: object) -> AWSResponse | None:
        self.sent.append(f"{request.method} {urlsplit(request.url).path.split('/', 3)[-1]}")
        return self.interfere(request)

    def cut(self) -> None:
        """Make every following request fail as if S3 were unreachable."""

        def unreachable(request: AWSRequest) -> None:
            raise EndpointConnectionError(endpoint_url=request.url)

        self.interfere = unreachable

    def forbid(self, *, method: str = "GET") -> None:
        """Answer the following requests as S3 does for a role without permission."""
        self.fail(403, "AccessDenied", method=method)

    def fail(self, status: int, code: str, *, method: str = "GET", key: str = "") -> None:
        """Fail the following requests of this method whose URL contains `key`."""
        self.interfere = lambda request: (
            error_of(request, status, code) if request.method == method and key in request.url else None
        )

    def forbid_objects(self) -> None:
        """Allow only listing, as for a role whose ListBucket is limited to the prefix."""
        self.interfere = lambda request: (
            None if "list-type" in request.url else error_of(request, 403, "AccessDenied")
        )

    def mend(self) -> None:
        self.interfere = lambda _request: None


@dataclass(frozen=True, slots=True)
class Place:
    """A prefix that belongs to one test."""

    bucket: Bucket
    client: Any
    wire: Wire

    @property
    def s3(self) -> S3Place:
        return self.bucket.place

    def put(self, name: str, content: bytes | str) -> None:
        """Store the object as an operator would by hand, overwriting any other."""
        self.client.put_object(Bucket=self.s3.bucket, Key=self.s3.key(name), Body=content)

    def read(self, name: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.s3.bucket, Key=self.s3.key(name))["Body"].read()
        return content

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.s3.bucket, Key=self.s3.key(name))

    def publish(self, *texts: str, allow_rollback: bool = False, dry_run: bool = False) -> Publication:
        candidates = [candidate_of(text.encode(), "test.machine.yaml") for text in texts]
        return publish(
            self.bucket,
            candidates,
            allow_rollback=allow_rollback,
            dry_run=dry_run,
            review=lambda _plan: Approval(),
        )


def place_in(url: str, bucket: str, *, prefix: str | None = None) -> Place:
    client = client_of("s3", url, retries={"mode": "standard", "total_max_attempts": 1})
    place = S3Place.of(bucket, new_name("prefix") if prefix is None else prefix)
    return Place(Bucket(client, place), client, Wire(client))


def door(version: int = 1, *, name: str = "door", command: str = "Open", text: str = "") -> str:
    """Return a definition; another `command` changes its behaviour, and `text` only its description."""
    described = f"description: {text}, " if text else ""
    return (
        f"{{machine: {name}, version: {version}, {described}initial: shut, "
        f"states: {{shut: {{accepts: {{{command}: open}}}}, open: {{accepts: {{Close: shut}}}}}}}}"
    )


def source_of(place: Place, clock: Clock | None = None) -> S3Source:
    return S3Source(place.client, place.s3, clock=clock or Clock())


def version_of(source: DefinitionSource, name: str = "door") -> int | None:
    machine = source.machine(name)
    return None if machine is None else machine.version


def manifest_of(place: Place) -> Manifest:
    return parse_manifest(place.read(MANIFEST))


def live_object(place: Place, machine: str = "door") -> str:
    return object_name(machine, manifest_of(place).machines[machine].current)


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the messages of the log lines that have an alarm."""
    return [
        record.getMessage() for record in caplog.records if getattr(record, "alarm", None) == "definition"
    ]


def error_of(request: AWSRequest, status: int, code: str) -> AWSResponse:
    """Return an error response in the format of S3."""
    return answer_of(request, status, f"<Error><Code>{code}</Code><Message>Such is it.</Message></Error>")


def answer_of(request: AWSRequest, status: int, body: str) -> AWSResponse:
    return AWSResponse(request.url, status, {"content-type": "application/xml"}, _Raw(body.encode()))


class _Raw(io.BytesIO):
    """A response body with the interface of urllib3."""

    def stream(self, **_: object) -> Any:
        yield self.read()
