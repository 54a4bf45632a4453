"""The record of accepted breaks is read back, and does not disturb readers that do not know it."""

from __future__ import annotations

import json

import pytest

from statewright.registry.accepted_breaks import AcceptedBreak, read_accepted_breaks, record_text
from statewright.registry.manifest import is_record, loose_files, published_objects, record_name
from tests.registry.harness import Place, door, manifest_of, source_of, version_of

BREAK = AcceptedBreak("door", 1, "", "CP13", "moves.shut.Open", (1, 2), ("a", "b"), "nobody opens it")
NAME = record_name(1, b"{}")


def recorded(place: Place, text: bytes | str) -> list[AcceptedBreak]:
    """Publish a door, store a record with this text, and return the breaks read from it."""
    place.publish(door())
    place.put(NAME, text)
    return read_accepted_breaks(place.bucket, manifest_of(place))


def behaviour(place: Place) -> str:
    place.publish(door())
    return manifest_of(place).machines["door"].current.behaviour


def accepted(place: Place, **changes: object) -> AcceptedBreak:
    fields = {name: getattr(BREAK, name) for name in BREAK.__slots__}
    return AcceptedBreak(**{**fields, "behaviour": behaviour(place), **changes})  # type: ignore[arg-type]


def test_a_written_record_is_read_back(place: Place) -> None:
    """Every field of the break is the same."""
    one = accepted(place)
    assert recorded(place, record_text([one])) == [one]


def test_the_stored_format_is_stable() -> None:
    """Later versions of this program must be able to read it."""
    assert record_text([BREAK]) == (
        b'{"accepted":[{"behaviour":"","digests":["a","b"],"location":"moves.shut.Open","machine":"door",'
        b'"reason":"nobody opens it","rule":"CP13","version":1,"versions":[1,2]}],"format":1}'
    )


def test_unknown_keys_in_a_record_are_ignored(place: Place) -> None:
    """Later versions may add keys."""
    one = accepted(place)
    document = json.loads(record_text([one]))
    document["accepted"][0]["by"] = document["pipeline"] = "ada"
    assert recorded(place, json.dumps(document)) == [one]


@pytest.mark.parametrize("changes", [{"version": 2}, {"behaviour": "0" * 64}, {"machine": "gate"}], ids=str)
def test_breaks_of_an_unpublished_version_do_not_count(place: Place, changes: dict[str, object]) -> None:
    """An interrupted publication may leave such a record."""
    assert recorded(place, record_text([accepted(place, **changes)])) == []


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "{}", "null", '{"format": 2, "accepted": []}', '{"format": 1, "accepted": [{}]}']
)
def test_a_record_that_cannot_be_read_accepts_nothing(place: Place, text: str) -> None:
    """The user is asked about the break again."""
    assert recorded(place, text) == []


def test_records_do_not_disturb_readers(place: Place) -> None:
    """A record is neither a definition nor a loose file, and cannot have the name of a machine."""
    place.publish(door())
    place.put(NAME, record_text([]))
    assert version_of(source_of(place)) == 1
    assert (is_record(NAME), loose_files([NAME]), published_objects([NAME])) == (True, [], set())
