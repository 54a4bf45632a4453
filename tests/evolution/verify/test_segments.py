"""Verification of a whole log: counts, interruption and resumption, and bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path
from random import Random
from weakref import WeakSet

import pytest

from statewright.evolution.verify import FaultCause, VerificationReport
from statewright.evolution.verify.checkpoint import (
    CheckpointRefused,
    new_checkpoint,
    resumed_checkpoint,
    save_checkpoint,
)
from statewright.evolution.verify.event_logs import EventLog, TableLog
from statewright.evolution.verify.report import EXAMPLES_MAX, report_of
from statewright.evolution.verify.segments import STREAMS_PER_BATCH, verify_log
from statewright.evolution.verify.streams import ScannedCommit
from statewright.machine.compiled import Machine
from statewright.stores.memory import MemoryStore
from statewright.stores.record import Commit
from tests.evolution.verify.conftest import Kept, Table
from tests.evolution.verify.histories import (
    COUNTS_DOUBLE,
    NO_REOPENING,
    SAME,
    STEPS,
    ListedLog,
    Step,
    causes,
    holding,
    make,
    report_on,
    under,
)

ADD, _, SIGN, BURST, NOTE, CLOSE, REOPEN, FINISH = STEPS
LIVES: list[list[Step]] = [[ADD, CLOSE, FINISH], [ADD, SIGN], [CLOSE, REOPEN, NOTE], [BURST, CLOSE, REOPEN]]


@pytest.fixture
def full(kept: Kept) -> Kept:
    """Twenty streams; half of them contain an event that NO_REOPENING does not know."""
    make(kept.store, LIVES * 5)
    return kept


def test_the_same_behaviour_gives_no_faults(full: Kept) -> None:
    """Every aggregate is in its former state."""
    report = report_on(full.log, under(SAME))
    assert (report.streams, causes(report)) == (20, {})
    assert report.states == {("till", "done"): 5, ("till", "open"): 15}


def test_a_change_is_counted_with_examples(full: Kept) -> None:
    """The examples are the first streams by name."""
    report = report_on(full.log, under(NO_REOPENING))
    assert causes(report) == {"unknown_move": 10}
    shown = [example.stream for example in report.examples["till", FaultCause.UNKNOWN_MOVE]]
    assert shown == sorted(holding(full.store, "Reopened"))[:EXAMPLES_MAX]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_change_affects_exactly_the_streams_that_contain_its_event(kept: Kept, seed: int) -> None:
    """Streams with the changed event are affected and no others, on real stores."""
    chance = Random(seed)
    make(kept.store, [chance.choices(STEPS, k=chance.randint(1, 12)) for _ in range(15)])
    assert causes(report_on(kept.log, under(SAME))) == {}
    concerned = len(holding(kept.store, "Added"))
    assert causes(report_on(kept.log, under(COUNTS_DOUBLE, against=SAME))) == {"data_differ": concerned}


def test_one_machine_can_be_verified_alone(full: Kept) -> None:
    """Definitions of other machines are then not needed."""
    assert report_on(full.log, under(SAME), machine="tall").streams == 0
    assert report_on(full.log, under(SAME), machine="till").streams == 20


@pytest.mark.slow
@pytest.mark.parametrize("batches", range(5))
def test_an_interrupted_run_gives_the_same_report(
    kept: Kept, tmp_path: Path, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted and resumed run gives the same report, at any point of interruption."""
    monkeypatch.setattr("statewright.evolution.verify.segments.STREAMS_PER_BATCH", 2)
    make(kept.store, LIVES * 3)
    definitions, path = under(NO_REOPENING), tmp_path / "state.json"
    first = new_checkpoint(kept.log, definitions)
    for batch in islice(verify_log(kept.log, definitions, first.positions), batches):
        first.add(batch)
    save_checkpoint(path, first)
    second = resumed_checkpoint(path, new_checkpoint(kept.log, definitions))
    for batch in verify_log(kept.log, definitions, second.positions):
        second.add(batch)
    assert second.report == report_on(kept.log, definitions)


def test_memory_does_not_grow_with_the_log() -> None:
    """The log is read at most one batch ahead."""
    store = MemoryStore()
    make(store, [[ADD, CLOSE]])
    log = ListedLog(renamed(store.read("till/a0").commits))
    batches = list(islice(verify_log(log, under(SAME), new_checkpoint(log, under(SAME)).positions), 3))
    assert sum(len(batch.results) for batch in batches) == 3 * STREAMS_PER_BATCH
    assert log.read <= 2 * (4 * STREAMS_PER_BATCH + 1)


def test_memory_does_not_grow_with_a_stream() -> None:
    """Commits are released as soon as they are folded."""
    store = MemoryStore()
    make(store, [[ADD] * 250])
    alive: WeakSet[Watched] = WeakSet()
    alive_max = 0

    def watched() -> Iterator[ScannedCommit]:
        nonlocal alive_max
        for commit in store.read("till/a0").commits:
            one = Watched(**{name.name: getattr(commit, name.name) for name in fields(commit)})
            alive.add(one)
            alive_max = max(alive_max, len(alive))
            yield one

    report = report_on(ListedLog(watched()), under(SAME))
    assert report.events == 250
    assert alive_max <= 2


class Watched(Commit):
    """A commit that can be referred to weakly."""


def renamed(commits: tuple[Commit, ...]) -> Iterator[ScannedCommit]:
    """Copies of a stream under different names."""
    for number in range(20_000):
        yield from (replace(commit, stream=f"till/{number}") for commit in commits)


def refusal(path: Path, log: EventLog, candidate: Machine = SAME, **options: str) -> str:
    """The reason why a state is refused."""
    with pytest.raises(CheckpointRefused) as caught:
        resumed_checkpoint(path, new_checkpoint(log, under(candidate), **options))
    return str(caught.value).removeprefix(f"{path}: ").partition("; ")[0]


def test_a_state_belongs_to_its_subject(tmp_path: Path) -> None:
    """A state is rejected for another log, machine or definition, since its counts would be wrong."""
    path = tmp_path / "state.json"
    log = ListedLog([])
    save_checkpoint(path, new_checkpoint(log, under(SAME)))
    other = ListedLog([])
    other.name = "another"
    assert refusal(path, log, COUNTS_DOUBLE) == "was started with different definitions"
    assert refusal(path, other) == "was started with a different store: a list (now another)"
    assert refusal(path, log, machine="till") == "was started with all machines"
    with pytest.raises(CheckpointRefused, match="different definitions for --against"):
        resumed_checkpoint(path, new_checkpoint(log, under(SAME, against=SAME)))


def test_a_state_belongs_to_its_number_of_segments(table: Table, tmp_path: Path) -> None:
    """Another number would split the log differently."""
    three, two = (TableLog(table.store, name="t", segments=number) for number in (3, 2))
    save_checkpoint(tmp_path / "state.json", new_checkpoint(three, under(SAME)))
    assert refusal(tmp_path / "state.json", two) == "was started with --workers 3 (now 2)"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "log": []}', "[" * 10**5])
def test_a_file_that_is_not_a_state_is_refused(tmp_path: Path, text: str) -> None:
    """A file that is not a state is rejected and not changed."""
    path = tmp_path / "state.json"
    path.write_text(text)
    assert refusal(path, ListedLog([])) == "is not a verification state"
    assert path.read_text() == text


def test_a_state_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """The message contains its format number."""
    path = tmp_path / "state.json"
    path.write_text('{"format": 2}')
    assert refusal(path, ListedLog([])) == "has format 2, but this version reads format 1"


def test_a_state_is_replaced_atomically(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash during writing keeps the former state."""
    path = tmp_path / "state.json"
    checkpoint = new_checkpoint(ListedLog([]), under(SAME))
    save_checkpoint(path, checkpoint)
    before = path.read_text()
    checkpoint.report.streams = 5
    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save_checkpoint(path, checkpoint)
    assert path.read_text() == before


def full_disk(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_partial_reports_merge_to_the_whole(full: Kept) -> None:
    """Partial reports merge in any order, also after a round trip through JSON."""
    definitions = under(NO_REOPENING, against=SAME)
    whole = report_on(full.log, definitions)
    merged = VerificationReport()
    for batch in verify_log(full.log, definitions, new_checkpoint(full.log, definitions).positions):
        part = VerificationReport()
        for verdict in batch.results:
            part.add(verdict)
        merged.merge(report_of(json.loads(json.dumps(part.document()))))
    assert merged == whole
