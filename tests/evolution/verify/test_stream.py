"""Verification of one stream that no longer folds, or folds to a different result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given

from statewright.errors import CorruptStream
from statewright.evolution.verify import FaultCause, StreamResult, verify_stream
from statewright.evolution.verify.results import StreamFault
from statewright.machine.compiled import Machine
from statewright.runtime.policy import Policy
from statewright.stores.memory import MemoryStore
from statewright.stores.record import Commit
from tests.evolution.verify.histories import (
    AT_MOST_5,
    CLOSES_FOR_GOOD,
    COUNTS_DOUBLE,
    HISTORIES,
    NO_REOPENING,
    RETIRED,
    SAME,
    STEPS,
    WITH_AT_MOST_5,
    WITHOUT_REOPENING,
    Step,
    changed,
    holding,
    make,
    under,
)
from tests.given import machine_of
from tests.runtime.harness import MACHINE, TILL

STREAM = "till/a0"
ADD, _, SIGN, BURST, NOTE, CLOSE, REOPEN, FINISH = STEPS
EACH_TIME = Policy(snapshot_every=1)


def stored(*steps: Step, policy: Policy | None = None) -> tuple[Commit, ...]:
    """The commits that the handler stores for these commands to one aggregate."""
    store = MemoryStore()
    make(store, [steps], policy=policy)
    return store.read(STREAM).commits


def verdict(
    commits: Sequence[Commit | CorruptStream], candidate: Machine, *, against: Machine | None = None
) -> StreamResult:
    return verify_stream(STREAM, commits, under(candidate, against=against))


def cause(commits: Sequence[Commit | CorruptStream], candidate: Machine) -> tuple[FaultCause, int]:
    fault = verdict(commits, candidate).fault
    assert fault is not None
    return fault.cause, fault.version


@pytest.mark.slow
@given(HISTORIES)
def test_stored_streams_have_no_fault_under_the_same_behaviour(
    histories: list[list[Step]],
) -> None:
    """Stored streams have no fault under a later version with the same behaviour."""
    store = MemoryStore()
    make(store, histories, policy=EACH_TIME)
    for summary in store.streams():
        found = verify_stream(
            summary.stream, store.read(summary.stream).commits, under(SAME, against=MACHINE)
        )
        assert (found.fault, found.events, found.compared) == (None, summary.version, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("candidate", "event", "expected"),
    [
        (NO_REOPENING, "Reopened", FaultCause.UNKNOWN_MOVE),
        (CLOSES_FOR_GOOD, "Closed", FaultCause.DIVERGED),
        (COUNTS_DOUBLE, "Added", FaultCause.DATA_DIFFER),
        (AT_MOST_5, "Added", FaultCause.PAYLOAD_UNFIT),
    ],
)
@given(histories=HISTORIES)
def test_a_change_is_found_in_exactly_the_affected_streams(
    candidate: Machine, event: str, expected: FaultCause, histories: list[list[Step]]
) -> None:
    """The affected streams contain the changed event."""
    store = MemoryStore()
    make(store, histories)
    faults = {
        summary.stream: found.fault.cause
        for summary in store.streams()
        if (
            found := verify_stream(
                summary.stream, store.read(summary.stream).commits, under(candidate, against=MACHINE)
            )
        ).fault
    }
    assert faults == dict.fromkeys(holding(store, event), expected)


def test_a_retired_move_still_folds() -> None:
    """An event that nothing emits any more still folds."""
    assert verdict(stored(CLOSE, REOPEN, ADD), RETIRED).fault is None


def test_a_fault_has_the_version_of_its_event() -> None:
    """A fault has the version of its event, even within a commit of several events."""
    to_2 = changed(("Ticked: {}", "Ticked: {set: {total: data.total + 1 + 0 / (2 - data.total)}}"))
    assert cause(stored(BURST), to_2) == (FaultCause.FOLD_FAILED, 3)


def test_a_fault_names_its_place_and_no_payload() -> None:
    """The reason contains no payload values."""
    found = verdict(stored(ADD, SIGN), COUNTS_DOUBLE, against=MACHINE)
    assert found.fault is not None
    assert found.fault.reason == (
        'till/a0 at version 2: "total" differs from its value under definition version 2'
    )


def test_a_changed_set_is_seen_in_a_snapshot() -> None:
    """The snapshot contains the former result, so the former definition is not needed."""
    assert cause(stored(SIGN, ADD, policy=EACH_TIME), COUNTS_DOUBLE) == (FaultCause.DATA_DIFFER, 2)


def test_a_changed_set_is_not_seen_without_data_to_compare() -> None:
    """The result says that nothing was compared."""
    found = verdict(stored(ADD), COUNTS_DOUBLE)
    assert (found.fault, found.compared) == (None, False)


def test_a_definition_older_than_the_commits_is_not_compared() -> None:
    """It cannot fold the commits, but that is not the candidate's fault."""
    older = machine_of(TILL.replace("version: 2", "version: 1", 1))
    found = verdict(stored(ADD), COUNTS_DOUBLE, against=older)
    assert (found.fault, found.events, found.compared) == (None, 1, False)


def test_a_field_of_one_definition_only_is_not_compared() -> None:
    """Snapshots do not contain new fields."""
    more = changed(
        (
            "total: {type: integer, default: 0}",
            "total: {type: integer, default: 0}\n  new: {type: integer, default: 1}",
        )
    )
    assert verdict(stored(ADD, policy=EACH_TIME), more).fault is None


def test_a_wrong_snapshot_of_the_same_behaviour_is_a_fault() -> None:
    """The handler decides on the snapshot."""
    [commit] = stored(ADD, policy=EACH_TIME)
    assert commit.snapshot is not None
    wrong = replace(commit, snapshot=replace(commit.snapshot, data='{"total":8}'))
    assert cause([wrong], SAME) == (FaultCause.SNAPSHOT_DIFFERS, 1)


def test_a_gap_is_a_fault() -> None:
    """A gap is a fault with the missing version."""
    first, _, third = stored(ADD, SIGN, CLOSE)
    assert cause([first, third], SAME) == (FaultCause.CORRUPT, 2)


def test_an_unreadable_commit_is_a_fault() -> None:
    """The rest of the stream is skipped."""
    first, second = stored(ADD, CLOSE)
    assert cause([first, CorruptStream(STREAM, 2, "no JSON"), second], SAME) == (FaultCause.CORRUPT, 2)


def test_events_of_a_newer_definition_are_a_fault() -> None:
    """The handler would wait for that definition."""
    store = MemoryStore()
    make(store, [[ADD]], machine=SAME)
    assert cause(store.read(STREAM).commits, MACHINE) == (FaultCause.NEWER_DEFINITION, 1)


def test_a_stream_without_a_candidate_is_a_fault() -> None:
    """It needs no commit."""
    found = verify_stream("tull/a", stored(ADD), under(SAME))
    reason = 'tull/a: no definition declares machine "tull"; did you mean "till"?'
    assert found.fault == StreamFault(FaultCause.UNKNOWN_MACHINE, 1, reason)


def test_a_failing_set_is_a_fault() -> None:
    """A setter that divides by a stored 0 is a fault."""
    divides = changed(("data.total + event.amount", "event.amount / data.total"))
    assert cause(stored(ADD), divides) == (FaultCause.FOLD_FAILED, 1)


def test_a_failing_upcast_has_its_own_cause() -> None:
    """A failing upcast is a fault with a specific cause, because its remedy is different."""
    upcast = "Added: {version: 2, upcast: {1: {amount: event.euros}}, payload"
    assert cause(stored(ADD), changed(("Added: {payload", upcast))) == (FaultCause.UPCAST_FAILED, 1)


def test_a_fault_that_stops_the_fold_is_reported_first() -> None:
    """A payload fault occurs earlier in the stream, but matters less."""
    both = changed(WITHOUT_REOPENING, WITH_AT_MOST_5)
    assert cause(stored(ADD, CLOSE, REOPEN), both) == (FaultCause.UNKNOWN_MOVE, 3)


def test_a_stream_with_a_fault_is_still_read_to_its_end() -> None:
    """All its events are counted."""
    found = verdict(stored(CLOSE, REOPEN, BURST, NOTE), NO_REOPENING)
    assert (found.leaf, found.events) == (None, 63)


def test_the_leaf_is_the_final_state_under_the_candidate() -> None:
    """It is used to count aggregates by state."""
    assert verdict(stored(ADD, CLOSE, FINISH), SAME).leaf == "done"


@pytest.mark.parametrize(
    ("edit", "expected", "reason"),
    [
        (
            ("total: {type: integer, default: 0}", "total: {type: integer, default: 0, maximum: 5}"),
            FaultCause.DATA_UNFIT,
            "till/a0 at version 2: data.total: must be at most 5",
        ),
        (
            ("check: data.total <= 2000", "check: data.total < 6"),
            FaultCause.INVARIANT_VIOLATED,
            "till/a0 at version 2: the invariant data.total < 6 does not hold",
        ),
        (
            ("check: data.total <= 2000", "check: 1 / (data.total - 7) < 1"),
            FaultCause.INVARIANT_VIOLATED,
            "till/a0 at version 2: the invariant 1 / (data.total - 7) < 1 cannot be evaluated",
        ),
    ],
)
def test_data_that_the_candidate_forbids_is_found(
    edit: tuple[str, str], expected: FaultCause, reason: str
) -> None:
    """The stream folds, but the handler would refuse every command that leaves the data as they are."""
    found = verdict(stored(ADD, NOTE), changed(edit))
    assert (found.fault, found.leaf) == (StreamFault(expected, 2, reason), "open")


def test_forbidden_data_is_reported_before_a_payload() -> None:
    """A payload affects only consumers; the data affects every later command."""
    both = changed(WITH_AT_MOST_5, ("check: data.total <= 2000", "check: data.total < 6"))
    assert cause(stored(ADD), both) == (FaultCause.INVARIANT_VIOLATED, 1)


def test_data_in_a_final_state_is_not_checked() -> None:
    """Final states accept no commands."""
    strict = changed(("check: data.total <= 2000", "check: data.total < 6"))
    assert verdict(stored(ADD, CLOSE, FINISH), strict).fault is None
