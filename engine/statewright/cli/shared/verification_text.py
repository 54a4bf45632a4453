"""What came of a verification, as text and as JSON: where aggregates stand, and faults by cause.

Makes text and prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from statewright.cli.shared.output import GAP, aligned, plural
from statewright.escaping import printable
from statewright.evolution.verify import FaultCause, StreamFault, VerificationReport

MEANINGS = {
    FaultCause.UNKNOWN_MACHINE: "no definition declares the machine: give all definitions that are live",
    FaultCause.CORRUPT: "what is stored is no stream: restore it",
    FaultCause.NEWER_DEFINITION: "a newer version has stored events: raise the version of this one",
    FaultCause.UNKNOWN_MOVE: "a stored event is unknown where it stands: retired or renamed_from tells of it",
    FaultCause.DIVERGED: "an event leads elsewhere than it did: emit a new one, and retire the old",
    FaultCause.UPCAST_FAILED: "an older event cannot be brought to today's version: mend its upcast",
    FaultCause.FOLD_FAILED: "a value that an event sets has none: mend its set for what is stored",
    FaultCause.SNAPSHOT_DIFFERS: (
        "a snapshot is not what the events fold to: commands were decided on wrong data"
    ),
    FaultCause.DATA_DIFFER: "the fold gives other data than before: let a new event set them in the new way",
    FaultCause.DATA_UNFIT: "data do not fit their schemas, and commands are refused: widen the schema",
    FaultCause.INVARIANT_VIOLATED: "data break an invariant, and commands are refused: loosen the invariant",
    FaultCause.PAYLOAD_UNFIT: "a stored payload does not fit its event: widen the schema, or upcast",
}


def verification_lines(report: VerificationReport) -> Iterator[str]:
    """The states of each machine, then its faults with examples."""
    rows = [(machine, leaf, f"{count:,}") for (machine, leaf), count in sorted(report.states.items())]
    if rows:
        yield from aligned(("MACHINE", "STATE", "AGGREGATES"), rows)
    for (machine, cause), count in sorted(report.faults.items()):
        headline = f"{machine}: {plural(count, 'stream')} [{cause.value}]"
        yield f"{click.style(printable(headline), fg='red')} {MEANINGS[cause]}"
        examples = report.examples[machine, cause]
        for example in examples:
            yield f"{GAP}{printable(example.reason)}"
        if count > len(examples):
            yield f"{GAP}… and {count - len(examples):,} more, --format jsonl shows all"


def fault_document(stream: str, fault: StreamFault) -> dict[str, Any]:
    """One stream for a program."""
    return {"stream": stream, "version": fault.version, "cause": fault.cause.value, "reason": fault.reason}


def verification_summary(report: VerificationReport, *, against: bool) -> str:
    """The end in a sentence, with how much was compared: no event holds data. `against`: was it given."""
    if not report.streams:
        return f"{so_far(report)}: nothing was verified"
    faulty = sum(report.faults.values())
    told = f"{faulty:,} of them with a fault" if faulty else "all of them fold"
    return f"{so_far(report)}: {told}; {_compared(report, against=against)}"


def so_far(report: VerificationReport) -> str:
    return f"{plural(report.events, 'event')} in {plural(report.streams, 'stream')}"


def _compared(report: VerificationReport, *, against: bool) -> str:
    if report.compared == report.streams:
        return "their data were compared"
    more = "" if against else ", --against compares those of all"
    return f"the data of {report.compared:,} could be compared{more}"
