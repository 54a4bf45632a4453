"""The S3 adapter: how conditions, limits and broken connections appear to its caller."""

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
    """Serve one request with this answer and close the connection; yield the address."""
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


def test_an_unchanged_object_is_not_read_again(place: Place) -> None:
    """The second read is conditional on the ETag that the first one returned."""
    place.put("a.json", b"{}")
    stored = place.bucket.get("a.json", bytes_max=10)
    assert isinstance(stored, Stored)
    assert stored.content == b"{}"
    assert place.bucket.get("a.json", bytes_max=10, unless=stored.etag) == Unchanged()


def test_a_missing_object_is_absent(place: Place) -> None:
    """A missing object is a result, not an error."""
    assert place.bucket.get("a.json", bytes_max=10) == Absent()


def test_a_forbidden_object_that_is_not_listed_is_absent(place: Place) -> None:
    """S3 denies missing keys to roles with a limited ListBucket; the list shows that the key is missing."""
    place.put("b.json", b"{}")
    place.wire.forbid_objects()
    assert place.bucket.get("a.json", bytes_max=10) == Absent()
    with pytest.raises(SourceUnavailable, match=r"b\.json is denied; the role needs s3:GetObject"):
        place.bucket.get("b.json", bytes_max=10)


def test_a_read_stops_one_byte_above_the_limit(place: Place) -> None:
    """That byte is enough to see that the object is too large."""
    place.put("a.json", b" " * 100_000)
    stored = place.bucket.get("a.json", bytes_max=10)
    assert isinstance(stored, Stored)
    assert len(stored.content) == 11


def test_the_first_of_two_writers_wins(place: Place) -> None:
    """A write is conditional on the object's absence or on the ETag that was read."""
    assert place.bucket.put("a.json", b"1", replacing=None)
    assert not place.bucket.put("a.json", b"2", replacing=None)
    first = place.bucket.get("a.json", bytes_max=10)
    assert isinstance(first, Stored)
    assert place.bucket.put("a.json", b"3", replacing=first.etag)
    assert not place.bucket.put("a.json", b"4", replacing=first.etag)
    assert place.read("a.json") == b"3"


def test_a_deletion_in_between_is_a_lost_race(place: Place) -> None:
    """The object to replace no longer exists."""
    assert not place.bucket.put("a.json", b"1", replacing='"0123"')


def test_names_are_relative_to_the_prefix(place: Place) -> None:
    """They may contain slashes, spaces and other special characters."""
    for name in ("a.json", "deep/er/b.yaml", "naïve & odd+name.yml"):
        place.put(name, b"")
    assert place.bucket.names() == ["a.json", "deep/er/b.yaml", "naïve & odd+name.yml"]


def test_an_endless_list_is_cut(place: Place) -> None:
    """A bucket with very many objects costs a limited number of requests."""

    def one_more_page(request: AWSRequest) -> AWSResponse:
        key = f"<Contents><Key>{place.s3.key('a.jpg')}</Key></Contents>"
        token = f"<NextContinuationToken>{len(place.wire.sent)}</NextContinuationToken>"
        page = f"<ListBucketResult>{key}<IsTruncated>true</IsTruncated>{token}</ListBucketResult>"
        return answer_of(request, 200, page)

    place.wire.interfere = one_more_page
    assert place.bucket.names() == ["a.jpg"] * PAGES_MAX


def test_control_characters_in_a_key_are_escaped(place: Place) -> None:
    """Names in the bucket cannot control a terminal."""
    assert place.bucket.uri("\x1b[31m.json").endswith("/\\x1b[31m.json")


@pytest.mark.parametrize("answer", [b"", b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 90\r\n\r\n{'])
def test_a_broken_connection_is_unavailability(answer: bytes) -> None:
    """A body that is cut off is never taken for the whole object."""
    with answering(answer) as url:
        client = client_of("s3", url, retries={"mode": "standard", "total_max_attempts": 1})
        with pytest.raises(SourceUnavailable, match=r"s3://shop/live/a.json cannot be reached: "):
            Bucket(client, S3Place("shop", "live")).get("a.json", bytes_max=10_000)
