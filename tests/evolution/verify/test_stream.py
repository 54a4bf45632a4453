"""One stream to one verdict: what a candidate no longer folds, or folds to something else."""

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
    """What the handler stores of these commands to one aggregate."""
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
def test_what_the_handler_stored_has_no_fault_under_the_same_behaviour(
    histories: list[list[Step]],
) -> None:
    """Also under a later version, with snapshots, and compared with the definition that stored it."""
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
def test_a_change_is_found_in_exactly_the_streams_that_it_concerns(
    candidate: Machine, event: str, expected: FaultCause, histories: list[list[Step]]
) -> None:
    """Those that hold the event whose meaning was changed."""
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


def test_a_retired_row_keeps_a_stream_whole() -> None:
    """What nothing emits any more still folds."""
    assert verdict(stored(CLOSE, REOPEN, ADD), RETIRED).fault is None


def test_the_version_is_that_of_the_event() -> None:
    """Also within a commit of many."""
    to_2 = changed(("Ticked: {}", "Ticked: {set: {total: data.total + 1 + 0 / (2 - data.total)}}"))
    assert cause(stored(BURST), to_2) == (FaultCause.FOLD_FAILED, 3)


def test_a_fault_names_its_place_and_no_payload() -> None:
    """The reason can be shown to anybody."""
    found = verdict(stored(ADD, SIGN), COUNTS_DOUBLE, against=MACHINE)
    assert found.fault is not None
    assert found.fault.reason == (
        'till/a0 at version 2: "total" differs from its value under definition version 2'
    )


def test_a_changed_set_is_seen_in_a_snapshot() -> None:
    """Without the former definition, where a snapshot tells what it folded to."""
    assert cause(stored(SIGN, ADD, policy=EACH_TIME), COUNTS_DOUBLE) == (FaultCause.DATA_DIFFER, 2)


def test_without_anything_to_compare_a_changed_set_is_not_seen() -> None:
    """And the verdict says that nothing was compared."""
    found = verdict(stored(ADD), COUNTS_DOUBLE)
    assert (found.fault, found.compared) == (None, False)


def test_a_definition_older_than_the_commits_is_not_compared() -> None:
    """It cannot fold them, which is no fault of the candidate."""
    older = machine_of(TILL.replace("version: 2", "version: 1", 1))
    found = verdict(stored(ADD), COUNTS_DOUBLE, against=older)
    assert (found.fault, found.events, found.compared) == (None, 1, False)


def test_a_field_of_one_definition_only_is_not_compared() -> None:
    """Snapshots cannot know what is new."""
    more = changed(
        (
            "total: {type: integer, default: 0}",
            "total: {type: integer, default: 0}\n  new: {type: integer, default: 1}",
        )
    )
    assert verdict(stored(ADD, policy=EACH_TIME), more).fault is None


def test_a_wrong_snapshot_of_the_same_behaviour_is_a_fault_of_its_own() -> None:
    """The handler decides on it."""
    [commit] = stored(ADD, policy=EACH_TIME)
    assert commit.snapshot is not None
    wrong = replace(commit, snapshot=replace(commit.snapshot, data='{"total":8}'))
    assert cause([wrong], SAME) == (FaultCause.SNAPSHOT_DIFFERS, 1)


def test_a_gap_is_a_fault() -> None:
    """At the version that is missing."""
    first, _, third = stored(ADD, SIGN, CLOSE)
    assert cause([first, third], SAME) == (FaultCause.CORRUPT, 2)


def test_an_unreadable_commit_is_a_fault() -> None:
    """The rest of the stream is passed over."""
    first, second = stored(ADD, CLOSE)
    assert cause([first, CorruptStream(STREAM, 2, "no JSON"), second], SAME) == (FaultCause.CORRUPT, 2)


def test_events_of_a_newer_definition_are_a_fault() -> None:
    """The handler would wait for that definition."""
    store = MemoryStore()
    make(store, [[ADD]], machine=SAME)
    assert cause(store.read(STREAM).commits, MACHINE) == (FaultCause.NEWER_DEFINITION, 1)


def test_a_stream_of_no_candidate_is_a_fault() -> None:
    """It is the only one that needs no commit."""
    found = verify_stream("tull/a", stored(ADD), under(SAME))
    reason = 'tull/a: no definition declares machine "tull"; did you mean "till"?'
    assert found.fault == StreamFault(FaultCause.UNKNOWN_MACHINE, 1, reason)


def test_a_value_that_has_none_is_a_fault() -> None:
    """A division by what history has as 0."""
    divides = changed(("data.total + event.amount", "event.amount / data.total"))
    assert cause(stored(ADD), divides) == (FaultCause.FOLD_FAILED, 1)


def test_an_upcast_that_fails_is_another_one() -> None:
    """Its remedy is another."""
    upcast = "Added: {version: 2, upcast: {1: {amount: event.euros}}, payload"
    assert cause(stored(ADD), changed(("Added: {payload", upcast))) == (FaultCause.UPCAST_FAILED, 1)


def test_what_ends_the_fold_is_told_before_what_does_not() -> None:
    """A payload that does not fit comes first in the stream, and matters less."""
    both = changed(WITHOUT_REOPENING, WITH_AT_MOST_5)
    assert cause(stored(ADD, CLOSE, REOPEN), both) == (FaultCause.UNKNOWN_MOVE, 3)


def test_a_stream_with_a_fault_is_still_read_to_its_end() -> None:
    """All its events are counted."""
    found = verdict(stored(CLOSE, REOPEN, BURST, NOTE), NO_REOPENING)
    assert (found.leaf, found.events) == (None, 63)


def test_the_leaf_is_where_the_candidate_leaves_the_aggregate() -> None:
    """For the population of states."""
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
def test_data_that_the_candidate_forbids_are_found(
    edit: tuple[str, str], expected: FaultCause, reason: str
) -> None:
    """The stream folds, but the handler would refuse every command that leaves the data as they are."""
    found = verdict(stored(ADD, NOTE), changed(edit))
    assert (found.fault, found.leaf) == (StreamFault(expected, 2, reason), "open")


def test_data_that_are_forbidden_are_not_hidden_by_a_payload() -> None:
    """The payload only concerns consumers, the data every later command."""
    both = changed(WITH_AT_MOST_5, ("check: data.total <= 2000", "check: data.total < 6"))
    assert cause(stored(ADD), both) == (FaultCause.INVARIANT_VIOLATED, 1)


def test_data_in_a_final_state_are_as_they_are() -> None:
    """No command is decided on them."""
    strict = changed(("check: data.total <= 2000", "check: data.total < 6"))
    assert verdict(stored(ADD, CLOSE, FINISH), strict).fault is None
