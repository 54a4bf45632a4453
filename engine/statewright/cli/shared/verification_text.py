"""A verification report as text and as JSON: aggregates by state, and faults by cause.

Pure text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from statewright.cli.shared.output import GAP, Colour, table
from statewright.escaping import printable
from statewright.evolution.verify import FaultCause, StreamFault, VerificationReport
from statewright.wording import plural

MEANINGS = {
    FaultCause.UNKNOWN_MACHINE: "no definition declares the machine; pass every live definition",
    FaultCause.CORRUPT: "the stored stream is damaged or incomplete; restore it",
    FaultCause.NEWER_DEFINITION: "a newer definition stored events; raise this definition's version",
    FaultCause.UNKNOWN_MOVE: "a stored event has no transition; declare it with retired or renamed_from",
    FaultCause.DIVERGED: "an event now moves to a different state; declare renamed_from, or emit a new event",
    FaultCause.UPCAST_FAILED: "an older event cannot be upcast to the current version; fix its upcast",
    FaultCause.FOLD_FAILED: "a set expression fails on a stored event; make it handle stored values",
    FaultCause.SNAPSHOT_DIFFERS: "a snapshot differs from the events; commands were decided on wrong data",
    FaultCause.DATA_DIFFER: "the data differs from before; set new values from a new event",
    FaultCause.DATA_UNFIT: "the data does not fit its schema, so commands are refused; widen the schema",
    FaultCause.INVARIANT_VIOLATED: "the data breaks an invariant, so commands are refused; relax it",
    FaultCause.PAYLOAD_UNFIT: "a stored payload does not fit its event; widen the schema, or add an upcast",
}


def verification_lines(report: VerificationReport) -> Iterator[str]:
    """The states of each machine, then its faults with examples."""
    rows = [(machine, leaf, f"{count:,}") for (machine, leaf), count in sorted(report.states.items())]
    if rows:
        yield from table(("MACHINE", "STATE", "AGGREGATES"), rows)
    for (machine, cause), count in sorted(report.faults.items()):
        headline = f"{machine}: {plural(count, 'stream')} [{cause.value}]"
        yield f"{click.style(printable(headline), fg=Colour.RED)} {MEANINGS[cause]}"
        examples = report.examples[machine, cause]
        for example in examples:
            yield f"{GAP}{printable(example.reason)}"
        if count > len(examples):
            yield f"{GAP}… and {count - len(examples):,} more; --format jsonl shows all"


def fault_document(stream: str, fault: StreamFault) -> dict[str, Any]:
    """A faulty stream as JSON."""
    return {"stream": stream, "version": fault.version, "cause": fault.cause.value, "reason": fault.reason}


def verification_summary(report: VerificationReport, *, against: bool) -> str:
    """The summary line. `against`: whether --against was given."""
    if not report.streams:
        return f"{so_far(report)}: nothing was verified"
    faulty = sum(report.faults.values())
    folded = f"{faulty:,} with a fault" if faulty else "all fold"
    return f"{so_far(report)}: {folded}; {_compared(report, against=against)}"


def so_far(report: VerificationReport) -> str:
    return f"{plural(report.events, 'event')} in {plural(report.streams, 'stream')}"


def _compared(report: VerificationReport, *, against: bool) -> str:
    if report.compared == report.streams:
        return "data compared for all"
    remedy = "" if against else " (--against compares all)"
    return f"data compared for {report.compared:,} of {report.streams:,}{remedy}"
