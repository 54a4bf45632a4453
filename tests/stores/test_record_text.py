"""The text of a commit is canonical and exact, and unreadable text is reported as corrupt."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.errors import CorruptStream
from statewright.stores.port import Head
from statewright.stores.record import (
    Commit,
    DefinitionStamp,
    RecentCommand,
    Snapshot,
    StoredCommand,
    StoredEvent,
)
from statewright.stores.record_text import decode, encode
from tests.contracts.commits import STREAM, commit_at

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(0, 2**63 - 1)
TIMES = st.datetimes().map(lambda moment: f"{moment.isoformat(timespec='microseconds')}Z")
COMMITS = st.builds(
    Commit,
    stream=TEXTS,
    version=NUMBERS,
    time=TIMES,
    definition=st.builds(DefinitionStamp, NUMBERS, TEXTS),
    commands=st.lists(
        st.builds(
            StoredCommand,
            TEXTS,
            TEXTS,
            TEXTS,
            NUMBERS,
            TEXTS,
            st.none() | TEXTS,
            causation_id=st.none() | TEXTS,
        ),
        max_size=3,
    ).map(tuple),
    events=st.lists(
        st.builds(StoredEvent, TEXTS, TEXTS, TEXTS, st.none() | TEXTS, NUMBERS), min_size=1, max_size=3
    ).map(tuple),
    snapshot=st.none()
    | st.builds(
        Snapshot,
        TEXTS,
        NUMBERS,
        TEXTS,
        TEXTS,
        st.lists(st.builds(RecentCommand, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
    ),
)
COMMIT = commit_at(Head(STREAM, 4, ""), "c-1", data='{"amount":1200,"note":"é"}')

# On disk since format 1: a change here is a change of the format.
TEXT = (
    '{"commands":[{"actor_id":"","digest":"' + "c" * 64 + '","events":1,"id":"c-1","outcome":"accepted"}],'
    '"definition":{"digest":"' + "d" * 64 + '","version":1},'
    '"events":[{"data":"{\\"amount\\":1200,\\"note\\":\\"é\\"}","event_version":1,"leaf":"awaiting_payment",'
    '"type":"PaymentReceived"}],"format":1,"head":5,"stream":"order/o-17",'
    '"time":"2026-03-01T12:00:00.000000Z","version":5}'
)


def test_the_text_of_format_1_is_fixed() -> None:
    """Other programs and later versions of this one read these bytes."""
    assert encode(COMMIT) == TEXT


@given(COMMITS)
def test_a_decoded_commit_equals_the_original(commit: Commit) -> None:
    """This holds for all text that UTF-8 can encode, with and without optional parts."""
    text = encode(commit).encode().decode()
    assert decode(text, stream=commit.stream, version=commit.version) == commit


@given(COMMITS, COMMITS)
def test_texts_are_equal_exactly_if_the_commits_are(left: Commit, right: Commit) -> None:
    """A store may therefore compare texts to recognize its own commit."""
    assert (encode(left) == encode(right)) == (left == right)


@given(st.integers(0, len(TEXT) - 1), st.text(max_size=3))
def test_a_damaged_text_is_a_corrupt_stream(place: int, instead: str) -> None:
    """Replacing one character yields a commit of the same version, or CorruptStream and no other error."""
    with suppress(CorruptStream):
        commit = decode(TEXT[:place] + instead + TEXT[place + 1 :], stream=STREAM, version=5)
        assert (commit.stream, commit.version, commit.head) == (STREAM, 5, 5)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (["format"], 2, '"format" is not 1'),
        (["head"], 6, '"head" does not match the number of events, 1'),
        (["head"], 5.0, '"head" does not match'),
        (["version"], "5", '"version" must be an integer'),
        (["events"], [], '"head" does not match the number of events, 0'),
        (["events"], {}, '"events" is not a list'),
        (["events", 0], None, '"events[0]" is not an object'),
        (["events", 0, "data"], {"amount": 1200}, '"events[0].data" must be a string'),
        (["events", 0, "leaf"], 7, '"events[0].leaf" must be a string'),
        (["events", 0, "entered"], ["a"], '"events[0].entered" must be a string'),
        (["events", 0, "event_version"], True, '"events[0].event_version" must be an integer'),
        (["events", 0, "surprise"], 1, '"events[0].surprise" is unknown'),
        (["surprise"], 1, '"surprise" is unknown'),
        (["commands", 0], {"digest": ""}, '"commands[0].id" is missing'),
        (["commands", 0, "id"], None, '"commands[0].id" must be a string'),
        (["commands", 0, "digest"], 5, '"commands[0].digest" must be a string'),
        (["commands"], None, '"commands" is not a list'),
        (["definition"], "d" * 64, '"definition" is not an object'),
        (["definition", "version"], None, '"definition.version" must be an integer'),
        (["time"], None, '"time" must be a string'),
        (["stream"], "order/o-18", "its record belongs to order/o-18"),
    ],
    ids=str,
)
def test_a_record_with_a_wrong_field_is_corrupt(path: list[str | int], value: object, reason: str) -> None:
    """The reason names the field that is missing, unknown, of a wrong type, or of another stream."""
    record = json.loads(TEXT)
    parent = record
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    with pytest.raises(CorruptStream, match=f"{STREAM} is corrupt at version 5: .*{re.escape(reason)}"):
        decode(json.dumps(record), stream=STREAM, version=5)


@pytest.mark.parametrize(
    "time",
    ["yesterday", "", "2026", "2026-03-01", "2026-02-30T12:00:00.000000Z", "2026-03-01T24:00:00.000000Z"],
)
def test_an_invalid_time_is_corrupt(time: str) -> None:
    """The next commit may not be earlier, so no command could be decided after it."""
    text = json.dumps({**json.loads(TEXT), "time": time})
    with pytest.raises(CorruptStream, match='"time" is not an RFC 3339 timestamp'):
        decode(text, stream=STREAM, version=5)
    with pytest.raises(ValueError, match="the time of a commit must be an RFC 3339 timestamp"):
        encode(replace(COMMIT, time=time))


@pytest.mark.parametrize("time", ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00.123456789+02:00"])
def test_other_timestamp_formats_are_readable(time: str) -> None:
    """Another writer's clock may have produced them."""
    text = json.dumps({**json.loads(TEXT), "time": time})
    assert decode(text, stream=STREAM, version=5).time == time


def test_a_lone_surrogate_is_corrupt() -> None:
    """No store could write it again as part of a snapshot."""
    text = TEXT.replace('"outcome":"accepted"', '"outcome":"\\ud800"')
    with pytest.raises(CorruptStream, match="contains a lone surrogate"):
        decode(text, stream=STREAM, version=5)


@pytest.mark.parametrize(
    "changes",
    [
        {"commands": None},
        {"commands": "c"},
        {"commands": [None]},
        {"commands": [{"id": "c-1", "digest": "d"}]},
        {"commands": [{"id": "c-1", "digest": "d", "outcome": 1}]},
        {"head": "5"},
        {"data": {}},
        {"surprise": 1},
    ],
    ids=str,
)
def test_a_damaged_snapshot_is_a_miss(changes: dict[str, object]) -> None:
    """The commit is read without its snapshot; all other fields are intact."""
    snapshot = {"behaviour": "b", "head": 5, "leaf": "paid", "data": "{}", "commands": []}
    record = {**json.loads(TEXT), "snapshot": snapshot}
    assert decode(json.dumps(record), stream=STREAM, version=5).snapshot == Snapshot("b", 5, "paid", "{}")
    record["snapshot"] = snapshot | changes
    assert decode(json.dumps(record), stream=STREAM, version=5) == COMMIT


@pytest.mark.parametrize("snapshot", [None, 1, "x", [], {}, {"head": 5}], ids=str)
def test_an_invalid_snapshot_is_a_miss(snapshot: object) -> None:
    """Only the events matter, so the snapshot is ignored."""
    text = json.dumps({**json.loads(TEXT), "snapshot": snapshot})
    assert decode(text, stream=STREAM, version=5) == COMMIT


@pytest.mark.parametrize("depth", [100, 900, 980, 990, 1_000, 100_000])
@pytest.mark.parametrize("member", ["format", "head", "commands", "events"])
def test_a_deeply_nested_record_is_corrupt(member: str, depth: int) -> None:
    """The nesting may exceed the parser's stack, or be too deep to be quoted."""
    nested = "[" * depth + "]" * depth
    text = json.dumps({**json.loads(TEXT), member: "NESTED"}).replace('"NESTED"', nested)
    with pytest.raises(CorruptStream):
        decode(text, stream=STREAM, version=5)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 100_000, '{"format":1}', "NaN"])
def test_a_text_that_is_not_a_record_is_corrupt(text: str) -> None:
    """This includes text that would exhaust a parser's stack."""
    with pytest.raises(CorruptStream):
        decode(text, stream=STREAM, version=5)


def test_a_commit_without_events_is_corrupt() -> None:
    """Such a commit is never appended, even if its head is consistent."""
    with pytest.raises(CorruptStream, match="number of events, 0"):
        decode(encode(replace(COMMIT, events=())), stream=STREAM, version=5)


def test_only_the_current_format_is_written() -> None:
    """A commit that claims another format is a programming error."""
    with pytest.raises(ValueError, match="format 2"):
        encode(replace(COMMIT, format=2))
