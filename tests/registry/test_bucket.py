"""The adapter of S3: what its caller sees of conditions, limits and broken connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse

from statewright.errors import SourceUnavailable
from statewright.registry.bucket import PAGES_MAX, Absent, Bucket, Stored, Unchanged
from statewright.registry.location import S3Place
from tests.emulators.clients import client_of
from tests.registry.harness import Place, answer_of

REQUEST_BYTES_MAX = 65_536


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of a server that gives one request this answer, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(REQUEST_BYTES_MAX)
                connection.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_an_object_is_read_with_its_etag_and_not_again(place: Place) -> None:
    """The condition of the second read is what the first one returned."""
    place.put("a.json", b"{}")
    stored = place.bucket.get("a.json", bytes_max=10)
    assert isinstance(stored, Stored)
    assert stored.content == b"{}"
    assert place.bucket.get("a.json", bytes_max=10, unless=stored.etag) == Unchanged()


def test_a_missing_object_is_absent(place: Place) -> None:
    """That is an answer and no error."""
    assert place.bucket.get("a.json", bytes_max=10) == Absent()


def test_a_forbidden_object_that_is_not_listed_is_absent(place: Place) -> None:
    """S3 denies missing keys to roles with a limited ListBucket; the list shows that it is missing."""
    place.put("b.json", b"{}")
    place.wire.forbid_objects()
    assert place.bucket.get("a.json", bytes_max=10) == Absent()
    with pytest.raises(SourceUnavailable, match=r"b\.json is denied; the role needs s3:GetObject"):
        place.bucket.get("b.json", bytes_max=10)


def test_no_more_is_read_than_it_takes_to_see_that_it_is_too_large(place: Place) -> None:
    """Any kind of object."""
    place.put("a.json", b" " * 100_000)
    stored = place.bucket.get("a.json", bytes_max=10)
    assert isinstance(stored, Stored)
    assert len(stored.content) == 11


def test_the_first_of_two_writers_wins(place: Place) -> None:
    """By absence, and by the ETag that was read."""
    assert place.bucket.put("a.json", b"1", replacing=None)
    assert not place.bucket.put("a.json", b"2", replacing=None)
    first = place.bucket.get("a.json", bytes_max=10)
    assert isinstance(first, Stored)
    assert place.bucket.put("a.json", b"3", replacing=first.etag)
    assert not place.bucket.put("a.json", b"4", replacing=first.etag)
    assert place.read("a.json") == b"3"


def test_a_deletion_in_between_is_a_lost_race(place: Place) -> None:
    """There is nothing left to replace."""
    assert not place.bucket.put("a.json", b"1", replacing='"0123"')


def test_names_are_those_below_the_prefix(place: Place) -> None:
    """Whatever characters they hold."""
    for name in ("a.json", "deep/er/b.yaml", "naïve & odd+name.yml"):
        place.put(name, b"")
    assert place.bucket.names() == ["a.json", "deep/er/b.yaml", "naïve & odd+name.yml"]


def test_a_list_without_end_is_cut(place: Place) -> None:
    """Other objects in the bucket do no harm."""

    def one_more_page(request: AWSRequest) -> AWSResponse:
        key = f"<Contents><Key>{place.s3.key('a.jpg')}</Key></Contents>"
        token = f"<NextContinuationToken>{len(place.wire.sent)}</NextContinuationToken>"
        page = f"<ListBucketResult>{key}<IsTruncated>true</IsTruncated>{token}</ListBucketResult>"
        return answer_of(request, 200, page)

    place.wire.interfere = one_more_page
    assert place.bucket.names() == ["a.jpg"] * PAGES_MAX


def test_a_key_that_would_not_be_seen_is_shown_escaped(place: Place) -> None:
    """Names in the bucket cannot control a terminal."""
    assert place.bucket.uri("\x1b[31m.json").endswith("/\\x1b[31m.json")


@pytest.mark.parametrize("answer", [b"", b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 90\r\n\r\n{'])
def test_a_broken_connection_is_unavailability(answer: bytes) -> None:
    """Also when it breaks in mid body: a part of an object is never taken for the object."""
    with answering(answer) as url:
        client = client_of("s3", url, retries={"mode": "standard", "total_max_attempts": 1})
        with pytest.raises(SourceUnavailable, match=r"s3://shop/live/a.json cannot be reached: "):
            Bucket(client, S3Place("shop", "live")).get("a.json", bytes_max=10_000)
