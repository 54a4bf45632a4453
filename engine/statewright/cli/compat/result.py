"""The result of a `compat` run, from which every format is printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from statewright.evolution.compat import ChangeVerdict, CompatReport
from statewright.evolution.compat.acceptance import Acceptance, AppliedAcceptances
from statewright.evolution.compat.verdicts import Decision
from statewright.machine.compiled import Machine


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """The verdicts on all machines of a run.

    `verdicts`: worst first. `failing`: those that make the command fail. `reports`: by machine. `before`,
    `after`: the machines by name. `called`: the old version as the user named it.
    """

    verdicts: tuple[ChangeVerdict, ...]
    failing: tuple[ChangeVerdict, ...]
    reports: Mapping[str, CompatReport]
    outcome: AppliedAcceptances
    before: Mapping[str, Machine]
    after: Mapping[str, Machine]
    called: str

    def acceptance(self, verdict: ChangeVerdict) -> Acceptance | None:
        return self.outcome.accepted.get(verdict.key)

    @property
    def decided(self) -> dict[str, int]:
        """The number of verdicts that were shown, proved safe and not shown, including zeros."""
        decisions = Counter(verdict.decision for verdict in self.verdicts)
        return {one.replace(" ", "_"): decisions[one] for one in Decision}
