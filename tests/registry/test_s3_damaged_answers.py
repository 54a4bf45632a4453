"""An answer that is not what S3 says, cut or of something between: the place cannot be read now."""

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
    """It gets one damaged answer to everything."""
    with answering(ANSWERS[request.param]) as url:
        yield Bucket(client_at("s3", url), S3Place.of("bucket", "prefix"))


@pytest.mark.slow
def test_a_damaged_answer_says_nothing_about_the_manifest(bucket: Bucket) -> None:
    """Neither that there is none nor that it cannot be used, which would be an alarm."""
    with pytest.raises(SourceUnavailable) as caught:
        require_manifest(bucket)
    assert not isinstance(caught.value, Unusable)


@pytest.mark.slow
def test_a_damaged_answer_confirms_no_write(bucket: Bucket) -> None:
    """Nor that somebody else was faster."""
    with pytest.raises(SourceUnavailable):
        bucket.put(MANIFEST, b"{}", replacing='"etag"')


@pytest.mark.slow
def test_a_damaged_answer_is_not_taken_for_an_empty_place(bucket: Bucket) -> None:
    """The content is unknown."""
    with pytest.raises(SourceUnavailable):
        bucket.names()
