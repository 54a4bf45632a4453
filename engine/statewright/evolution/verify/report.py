"""Counts results: faults by cause with a few examples, and aggregates by state.

The size depends on the number of machines, states and causes, not on the number of streams. The order of
results does not matter, so parts of a store can be counted separately and merged.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from statewright.evolution.verify.results import FaultCause, StreamResult

EXAMPLES_MAX = 5  # per machine and cause: the first streams by name


@dataclass(frozen=True, slots=True, order=True)
class FaultExample:
    stream: str
    version: int
    reason: str


@dataclass(slots=True)
class VerificationReport:
    """Counts of verified streams.

    `compared`: streams whose data was compared. `states`: streams that fold, by machine and leaf.
    """

    streams: int = 0
    events: int = 0
    compared: int = 0
    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[tuple[str, FaultCause]] = field(default_factory=Counter)
    examples: dict[tuple[str, FaultCause], list[FaultExample]] = field(default_factory=dict)

    def add(self, result: StreamResult) -> None:
        machine = result.stream.partition("/")[0]
        self.streams += 1
        self.events += result.events
        self.compared += result.compared
        if result.leaf is not None:
            self.states[machine, result.leaf] += 1
        if fault := result.fault:
            self.faults[machine, fault.cause] += 1
            self._show(machine, fault.cause, [FaultExample(result.stream, fault.version, fault.reason)])

    def merge(self, other: VerificationReport) -> None:
        """Add the counts of another report, which must not contain the same streams."""
        self.streams += other.streams
        self.events += other.events
        self.compared += other.compared
        self.states += other.states
        self.faults += other.faults
        for (machine, cause), examples in other.examples.items():
            self._show(machine, cause, examples)

    def document(self) -> dict[str, Any]:
        """The report as JSON, which `report_of` reads."""
        return {
            "streams": self.streams,
            "events": self.events,
            "compared": self.compared,
            "states": [
                {"machine": machine, "state": leaf, "aggregates": count}
                for (machine, leaf), count in sorted(self.states.items())
            ],
            "faults": [
                {
                    "machine": machine,
                    "cause": cause.value,
                    "streams": count,
                    "examples": [asdict(example) for example in self.examples[machine, cause]],
                }
                for (machine, cause), count in sorted(self.faults.items())
            ],
        }

    def _show(self, machine: str, cause: FaultCause, examples: Iterable[FaultExample]) -> None:
        shown = self.examples.setdefault((machine, cause), [])
        for example in examples:
            insort(shown, example)
        del shown[EXAMPLES_MAX:]


def report_of(document: Mapping[str, Any]) -> VerificationReport:
    """The report in a document. Raises LookupError, TypeError or ValueError if the document is not one."""
    report = VerificationReport(int(document["streams"]), int(document["events"]), int(document["compared"]))
    for row in document["states"]:
        report.states[row["machine"], row["state"]] = int(row["aggregates"])
    for row in document["faults"]:
        key = row["machine"], FaultCause(row["cause"])
        report.faults[key] = int(row["streams"])
        report.examples[key] = [FaultExample(**example) for example in row["examples"]]
    return report
