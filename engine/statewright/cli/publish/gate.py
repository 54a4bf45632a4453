"""Reviews a plan: compares each candidate with all published versions, and verifies stored streams.

Reads S3 and the store. Writes nothing, and shows only progress.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from statewright.cli.publish.breaks import Break, BreakKey, accepted, breaks_of
from statewright.cli.publish.submissions import Submission
from statewright.cli.shared.event_logs import opened_event_log
from statewright.cli.shared.scenario_histories import scenario_histories
from statewright.cli.shared.verification_text import so_far
from statewright.evolution.compat import ChangeKind
from statewright.evolution.compat.history import HistoryVerdict, compare_with_history
from statewright.evolution.verify import Definitions, VerificationReport
from statewright.evolution.verify.event_logs import EventLog
from statewright.evolution.verify.segments import SegmentPosition, verify_log
from statewright.evolution.verify.streams import ScannedCommit
from statewright.machine.compiled import Machine
from statewright.registry.accepted_breaks import read_accepted_breaks
from statewright.registry.bucket import Bucket
from statewright.registry.manifest import Manifest, Releases
from statewright.registry.published import Unusable, read_machine
from statewright.registry.publishing import Change, PublicationPlan
from statewright.stores.location import StoreLocation

ShowStatus = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class GateReport:
    """The result of a review.

    `compared`: the compared versions of each machine. `unreadable`: why the others could not be read.
    `streams`: None if no store was named.
    """

    verdicts: tuple[HistoryVerdict, ...] = ()
    compared: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    unreadable: Mapping[tuple[str, int], str] = field(default_factory=dict)
    streams: VerificationReport | None = None
    breaks: tuple[Break, ...] = ()

    @property
    def open_breaks(self) -> list[Break]:
        return [one for one in self.breaks if one.reason is None]


@dataclass(frozen=True, slots=True)
class Gate:
    """Reviews plans for one publication.

    `acceptances`: reasons from the file, by break. `reason`: for accepting all other breaks; None accepts
    none. `allow_rollback`: accept a lower version number.
    """

    bucket: Bucket
    submissions: Mapping[str, Submission]
    acceptances: dict[BreakKey, str]
    reason: str | None
    allow_rollback: bool
    events: StoreLocation | None

    def review(self, plan: PublicationPlan, show_status: ShowStatus) -> GateReport:
        """Review all machines that change. Raises SourceUnavailable and StoreError."""
        names = [one.candidate.machine.name for one in plan.steps if one.change is not Change.UNCHANGED]
        known = plan.manifest.machines
        published = {name: known[name] for name in names if name in known}
        machines, unreadable = _read(self.bucket, published, show_status)
        verdicts = [
            verdict
            for name, versions in machines.items()
            for verdict in self._compared(name, versions, published[name].live, show_status)
        ]
        streams = self._verified(names, machines, published, show_status)
        breaks = breaks_of(verdicts, unreadable, streams or VerificationReport(), published)
        return GateReport(
            tuple(verdicts),
            {name: tuple(versions) for name, versions in machines.items()},
            unreadable,
            streams,
            tuple(self._accepted(breaks, plan.manifest)),
        )

    def _compared(
        self, name: str, versions: Mapping[int, Machine], live: int, show_status: ShowStatus
    ) -> list[HistoryVerdict]:
        def show(done: int, total: int) -> None:
            show_status(f"{name}: compared with {done:,} of {total:,} published versions")

        submission = self.submissions[name]
        return compare_with_history(
            versions.values(),
            submission.machine,
            live=live,
            histories=lambda old: scenario_histories(old, [submission.candidate.file]),
            on_comparison=show,
        )

    def _verified(
        self,
        names: Collection[str],
        versions: Mapping[str, Mapping[int, Machine]],
        published: Mapping[str, Releases],
        show_status: ShowStatus,
    ) -> VerificationReport | None:
        """Fold stored streams under the candidates, and compare the data with the live versions."""
        if self.events is None:
            return None
        live = {name: machines.get(published[name].live) for name, machines in versions.items()}
        definitions = Definitions(
            {name: self.submissions[name].candidate.machine for name in names},
            {name: machine for name, machine in live.items() if machine},
        )
        report = VerificationReport()
        with opened_event_log(self.events) as log:
            chosen = _StreamsOf(log, names)
            for batch in verify_log(chosen, definitions, [SegmentPosition()] * log.segments if names else []):
                for result in batch.results:
                    report.add(result)
                show_status(f"verified {so_far(report)}")
        return report

    def _accepted(self, breaks: Sequence[Break], manifest: Manifest) -> list[Break]:
        if not breaks:
            return []
        earlier = read_accepted_breaks(self.bucket, manifest)
        listed = self._lower_numbers() | self.acceptances
        return accepted(breaks, listed=listed, earlier=earlier, reason=self.reason)

    def _lower_numbers(self) -> dict[BreakKey, str]:
        rule = ChangeKind.VERSION_KEPT.id
        names = self.submissions if self.allow_rollback else ()
        return {(name, rule, "version"): "--allow-rollback" for name in names}


def _read(
    bucket: Bucket, published: Mapping[str, Releases], show_status: ShowStatus
) -> tuple[dict[str, dict[int, Machine]], dict[tuple[str, int], str]]:
    """The published versions by machine and number, and the reasons for those that cannot be used."""
    machines: dict[str, dict[int, Machine]] = {}
    unreadable: dict[tuple[str, int], str] = {}
    for name, releases in published.items():
        machines[name] = {}
        for version, release in sorted(releases.versions.items()):
            show_status(f"{name}: reading version {version:,}")
            try:
                machines[name][version] = read_machine(bucket, name, release)
            except Unusable as error:
                unreadable[name, version] = str(error)
    return machines, unreadable


class _StreamsOf:
    """An `EventLog` limited to the streams of some machines."""

    def __init__(self, log: EventLog, machines: Collection[str]) -> None:
        self.name = log.name
        self.segments = log.segments
        self._log = log
        self._machines = machines

    def scan(self, segment: int, /, *, after: str | None) -> Iterator[ScannedCommit]:
        found: Iterable[ScannedCommit] = self._log.scan(segment, after=after)
        return (one for one in found if one.stream.partition("/")[0] in self._machines)
