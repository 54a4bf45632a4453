"""The progress of a verification in a file, from which an interrupted run resumes.

THE SHAPE IS ON DISK, see `FORMAT`. The file is replaced atomically. It belongs to one subject (store, machine
and definitions) and is refused for any other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from statewright.canonical import digest
from statewright.errors import StatewrightError
from statewright.evolution.verify.event_logs import EventLog
from statewright.evolution.verify.report import VerificationReport, report_of
from statewright.evolution.verify.segments import SegmentPosition, StreamBatch
from statewright.evolution.verify.streams import Definitions
from statewright.machine.compiled import Machine

FORMAT = 1


class CheckpointRefused(StatewrightError):
    """The file cannot be resumed. `known`: it is a verification state, so it can safely be deleted."""

    def __init__(self, path: Path, reason: str, *, known: bool) -> None:
        deletion = "delete it to start over, or " if known else ""
        super().__init__(f"{path}: {reason}; {deletion}name another file with --state")


@dataclass(frozen=True, slots=True)
class Subject:
    """The store, machine and definitions verified. Digests cover whole definitions, to be safe. ON DISK."""

    log: str
    machine: str | None
    candidates: str
    against: str


@dataclass(slots=True)
class Checkpoint:
    """The progress of a verification.

    `positions`: one per segment. `report`: counts the streams up to these positions.
    """

    subject: Subject
    positions: list[SegmentPosition]
    report: VerificationReport = field(default_factory=VerificationReport)

    def add(self, batch: StreamBatch) -> None:
        self.positions[batch.segment] = batch.position
        for result in batch.results:
            self.report.add(result)


def new_checkpoint(log: EventLog, definitions: Definitions, *, machine: str | None = None) -> Checkpoint:
    """A checkpoint before the first stream."""
    candidates, against = map(_digest, (definitions.candidates, definitions.against))
    return Checkpoint(Subject(log.name, machine, candidates, against), [SegmentPosition()] * log.segments)


def resumed_checkpoint(path: Path, fresh: Checkpoint) -> Checkpoint:
    """The checkpoint in the file, or `fresh` if it does not exist. Raises CheckpointRefused, OSError."""
    if not path.exists():
        return fresh
    try:
        document = json.loads(path.read_text())
        format = document["format"]
        checkpoint = _checkpoint(document) if format == FORMAT else None
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CheckpointRefused(path, "is not a verification state", known=False) from error
    if checkpoint is None:
        raise CheckpointRefused(
            path, f"has format {format}, but this version reads format {FORMAT}", known=False
        )
    if changed := _changed(checkpoint, fresh):
        raise CheckpointRefused(path, f"was started with {changed}", known=True)
    return checkpoint


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Replace the file atomically. Raises OSError."""
    document = {
        "format": FORMAT,
        **asdict(checkpoint.subject),
        "segments": list(map(asdict, checkpoint.positions)),
        "report": checkpoint.report.document(),
    }
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("w") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _digest(machines: Mapping[str, Machine]) -> str:
    return digest({name: machine.digest for name, machine in machines.items()})


def _checkpoint(document: Mapping[str, Any]) -> Checkpoint:
    subject = Subject(*(document[field.name] for field in fields(Subject)))
    positions = [SegmentPosition(one["after"], bool(one["ended"])) for one in document["segments"]]
    return Checkpoint(subject, positions, report_of(document["report"]))


def _changed(stored: Checkpoint, fresh: Checkpoint) -> str | None:
    """The first difference between the subjects, as text; None if they are equal."""
    then, now = stored.subject, fresh.subject
    if then.log != now.log:
        return f"a different store: {then.log} (now {now.log})"
    if then.candidates != now.candidates:
        return "different definitions"
    if then.against != now.against:
        return "different definitions for --against"
    if then.machine != now.machine:
        return (
            f"--machine {then.machine} (now {now.machine or 'not given'})" if then.machine else "all machines"
        )
    if len(stored.positions) != len(fresh.positions):
        return f"--workers {len(stored.positions)} (now {len(fresh.positions)})"
    return None
