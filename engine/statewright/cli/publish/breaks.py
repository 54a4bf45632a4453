"""The breaks of candidates, and whether they are accepted. Pure.

A break is accepted by an entry of the file that `compat` reads, by an earlier publication, or by the reason
given for this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from statewright.evolution.compat import ChangeVerdict
from statewright.evolution.compat.history import HistoryVerdict
from statewright.evolution.verify import VerificationReport
from statewright.registry.accepted_breaks import AcceptedBreak
from statewright.registry.manifest import Published, Releases

BreakKey = tuple[str, str, str]  # machine, rule, location


class BreakRule(StrEnum):
    """The rules of breaks that `compat` does not find. THE VALUES ARE STORED."""

    UNREADABLE = "unreadable"  # a published version that cannot be read
    STREAMS = "streams"  # stored streams that the candidate folds differently or not


@dataclass(frozen=True, slots=True)
class Break:
    """A break. `rule` and `location`: as in an acceptance.

    `versions`, `digests`: the published versions that it breaks. `reason`: why it is accepted, None if it is
    not. `since`: the version for which it was accepted.
    """

    machine: str
    rule: str
    location: str
    versions: tuple[int, ...] = ()
    digests: tuple[str, ...] = ()
    reason: str | None = None
    since: int | None = None

    @property
    def key(self) -> BreakKey:
        return (self.machine, self.rule, self.location)

    def record(self, published: Published) -> AcceptedBreak:
        """The record of an accepted break, for the version that goes live."""
        return AcceptedBreak(
            self.machine,
            published.version,
            published.behaviour,
            self.rule,
            self.location,
            self.versions,
            self.digests,
            self.reason or "",
        )


def key_of(verdict: ChangeVerdict) -> BreakKey:
    return (verdict.machine, verdict.kind.id, verdict.location)


def breaks_of(
    verdicts: Iterable[HistoryVerdict],
    unreadable: Iterable[tuple[str, int]],
    streams: VerificationReport,
    published: Mapping[str, Releases],
) -> list[Break]:
    """All breaks. `unreadable`: machine and version of published versions that could not be read."""
    of_versions = [(key_of(one.verdict), one.versions) for one in verdicts if one.is_break]
    of_versions += [
        ((machine, BreakRule.UNREADABLE, f"version {version}"), (version,)) for machine, version in unreadable
    ]
    found = [
        Break(*key, versions, tuple(published[key[0]].versions[number].digest for number in versions))
        for key, versions in of_versions
    ]
    return found + [
        Break(machine, BreakRule.STREAMS, cause.value) for machine, cause in sorted(streams.faults)
    ]


def accepted(
    breaks: Iterable[Break],
    *,
    listed: Mapping[BreakKey, str],
    earlier: Sequence[AcceptedBreak],
    reason: str | None,
) -> list[Break]:
    """The breaks with their reasons. `listed`: from the file. `reason`: for all others."""
    return [_accepted(one, listed.get(one.key, reason), earlier) for one in breaks]


def _accepted(one: Break, reason: str | None, earlier: Sequence[AcceptedBreak]) -> Break:
    """Apply an earlier acceptance if it covers every version that breaks; otherwise use `reason`."""
    same = [past for past in earlier if past.key == one.key]
    known = {digest for past in same for digest in past.digests}
    if one.digests and known.issuperset(one.digests):
        latest = max(same, key=lambda past: past.version)
        return replace(one, reason=latest.reason, since=latest.version)
    return replace(one, reason=reason)
