"""What a run of `compat` comes to: all that its printers are given."""

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
    """`verdicts`: the worst first. `failing`: those of them for which the command fails.

    `reports`: by machine. `before`, `after`: the machines by name. `called`: how people know the old version.
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
        """How many were shown, proved safe, and not shown: what was not decided is never left out."""
        decisions = Counter(verdict.decision for verdict in self.verdicts)
        return {one.replace(" ", "_"): decisions[one] for one in Decision}
