"""When a response from S3 is damaged or comes from an intermediary, the bucket counts as unavailable."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from statewright.errors import SourceUnavailable
from statewright.registry.bucket import Bucket
from statewright.registry.location import S3Place
from statewright.registry.manifest import MANIFEST
from statewright.registry.published import Unusable, require_manifest
from tests.emulators.raw_answers import DAMAGED, HTML, answer, answering, client_at

ANSWERS = {**DAMAGED, "200 empty": answer(200), "204 HTML": answer(204, HTML)}


@pytest.fixture(params=ANSWERS, ids=str)
def bucket(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    """Yield a bucket that answers every request with the same damaged response."""
    with answering(ANSWERS[request.param]) as url:
        yield Bucket(client_at("s3", url), S3Place.of("bucket", "prefix"))


@pytest.mark.slow
def test_a_damaged_response_says_nothing_about_the_manifest(bucket: Bucket) -> None:
    """The manifest counts neither as missing nor as unusable; the latter would raise an alarm."""
    with pytest.raises(SourceUnavailable) as caught:
        require_manifest(bucket)
    assert not isinstance(caught.value, Unusable)


@pytest.mark.slow
def test_a_damaged_response_confirms_no_write(bucket: Bucket) -> None:
    """It does not count as a lost race either."""
    with pytest.raises(SourceUnavailable):
        bucket.put(MANIFEST, b"{}", replacing='"etag"')


@pytest.mark.slow
def test_a_damaged_response_is_not_taken_for_an_empty_place(bucket: Bucket) -> None:
    """The list of names is unknown."""
    with pytest.raises(SourceUnavailable):
        bucket.names()
