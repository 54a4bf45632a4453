"""Histories made by the real handler, and exports of tables in the format of DynamoDB."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from statewright.evolution.verify import Definitions, VerificationReport
from statewright.evolution.verify.checkpoint import new_checkpoint
from statewright.evolution.verify.event_logs import EventLog
from statewright.evolution.verify.segments import verify_log
from statewright.evolution.verify.streams import ScannedCommit
from statewright.machine.compiled import Machine
from statewright.runtime.policy import Policy
from statewright.stores.port import EventStore
from tests.runtime.harness import MACHINE, TILL, FakeSource, command_of, deliver, machine_of, ports_of

Step = tuple[str, Mapping[str, Any]]

STEPS: list[Step] = [
    ("Add", {"amount": 7}),
    ("Add", {"amount": 13}),
    ("Sign", {"text": "é"}),
    ("Burst", {}),
    ("Note", {}),
    ("Close", {}),
    ("Reopen", {}),
    ("Finish", {}),
]
HISTORIES = st.lists(st.lists(st.sampled_from(STEPS), min_size=1, max_size=8), min_size=1, max_size=6)


def text_of(*edits: tuple[str, str]) -> str:
    """The till's next version, with these texts replaced."""
    text = textwrap.dedent(TILL).replace("version: 2", "version: 3", 1)
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


def changed(*edits: tuple[str, str]) -> Machine:
    return machine_of(text_of(*edits))


WITHOUT_REOPENING = ("      Reopen: {emit: Reopened, target: open}\n", "")
WITH_AT_MOST_5 = (
    "Added: {payload: {amount: integer}",
    "Added: {payload: {amount: {type: integer, maximum: 5}}",
)
SAME = changed()
NO_REOPENING = changed(WITHOUT_REOPENING)
RETIRED = changed(WITHOUT_REOPENING, ("Reopened: {}", "Reopened: {retired: [{from: closed, target: open}]}"))
CLOSES_FOR_GOOD = changed(("Close: {emit: Closed, target: closed}", "Close: {emit: Closed, target: done}"))
COUNTS_DOUBLE = changed(("data.total + event.amount", "data.total + event.amount * 2"))
AT_MOST_5 = changed(WITH_AT_MOST_5)


def make(
    store: EventStore,
    histories: Sequence[Sequence[Step]],
    *,
    machine: Machine = MACHINE,
    policy: Policy | None = None,
) -> None:
    """Stream till/a0 gets the first history, till/a1 the second …; every step is a batch of its own."""
    ports = ports_of(store=store, source=FakeSource(machine))
    for number, steps in enumerate(histories):
        for index, (name, data) in enumerate(steps):
            deliver(ports, command_of(f"c-{index}", name, aggregate=f"a{number}", **data), policy=policy)


def holding(store: EventStore, event_type: str) -> set[str]:
    """The streams that contain an event of this type."""
    return {
        summary.stream
        for summary in store.streams()
        for commit in store.read(summary.stream).commits
        if any(event.type == event_type for event in commit.events)
    }


def under(candidate: Machine, *, against: Machine | None = None) -> Definitions:
    return Definitions({candidate.name: candidate}, {against.name: against} if against else {})


def report_on(log: EventLog, definitions: Definitions, *, machine: str | None = None) -> VerificationReport:
    """The whole log, in one run."""
    checkpoint = new_checkpoint(log, definitions, machine=machine)
    for batch in verify_log(log, definitions, checkpoint.positions, machine=machine):
        checkpoint.add(batch)
    return checkpoint.report


def causes(report: VerificationReport) -> dict[str, int]:
    """Cause -> streams."""
    return {cause.value: count for (_, cause), count in report.faults.items()}


class ListedLog:
    """A log of the given items in order. `read` counts the items taken."""

    segments = 1
    name = "a list"

    def __init__(self, found: Iterable[ScannedCommit]) -> None:
        self._found = found
        self.read = 0

    def scan(self, _segment: int, /, *, after: str | None) -> Iterator[ScannedCommit]:
        for one in self._found:
            self.read += 1
            yield one


def written_export(client: Any, table: str, folder: Path, *, files: int = 3) -> None:
    """An export of the table, with its items spread over the data files in reverse order."""
    items = [
        item for page in client.get_paginator("scan").paginate(TableName=table) for item in page["Items"]
    ]
    data = folder / "data"
    data.mkdir(parents=True)
    entries = []
    for number in range(files):
        lines = [json.dumps({"Item": item}) + "\n" for item in items[number::files][::-1]]
        content = gzip.compress("".join(lines).encode())
        name = f"{number}{'example':a>26}.json.gz"
        (data / name).write_bytes(content)
        entries.append(
            {
                "itemCount": len(lines),
                "md5Checksum": base64.b64encode(hashlib.md5(content).digest()).decode(),
                "etag": f"{hashlib.md5(content).hexdigest()}-1",
                "dataFileS3Key": f"2026/AWSDynamoDB/01693685827463-2d8752fd/data/{name}",
            }
        )
    (folder / "manifest-files.json").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
