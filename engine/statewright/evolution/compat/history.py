"""A candidate compared with every published version of its machine, each as the old side. Pure.

What breaks replay matters for every version, because its events are in streams for ever. What only senders
notice matters for the live version, the one that they know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from statewright.canonical import digest
from statewright.evolution.compat.change_kinds import Consequence
from statewright.evolution.compat.comparing import compare
from statewright.evolution.compat.verdicts import ChangeVerdict, Key, sort_verdicts
from statewright.machine.compiled import Machine

OnComparison = Callable[[int, int], None]

_OF_STREAMS = frozenset({Consequence.REPLAY, Consequence.UPCASTER})


@dataclass(frozen=True, slots=True)
class HistoryVerdict:
    """A verdict as one version shows it, and all the versions that it holds for."""

    verdict: ChangeVerdict
    versions: tuple[int, ...]

    @property
    def is_break(self) -> bool:
        """What was not decided about replay is one; of senders only what was shown."""
        consequence = self.verdict.kind.consequence
        return consequence in _OF_STREAMS or (consequence is Consequence.COMMAND and self.verdict.certain)


def compare_with_history(
    versions: Iterable[Machine], candidate: Machine, *, live: int, on_comparison: OnComparison
) -> list[HistoryVerdict]:
    """The verdicts of all versions, each element once, sorted. `live`: the number of the live version.

    Versions that differ in their number only are compared once. `on_comparison`: is told before each how many
    are done, of how many.
    """
    shown: defaultdict[Key, dict[int, list[ChangeVerdict]]] = defaultdict(dict)
    numbers: defaultdict[Key, set[int]] = defaultdict(set)
    groups = _alike(versions, candidate)
    for done, group in enumerate(groups):
        on_comparison(done, len(groups))
        held = {one.version for one in group}
        for verdict in compare(group[0], candidate).verdicts:
            holds_for = held if verdict.kind.consequence in _OF_STREAMS else held & {live}
            if holds_for:
                shown[verdict.key].setdefault(done, []).append(verdict)
                numbers[verdict.key] |= holds_for
    best = sort_verdicts(verdict for some in shown.values() for verdict in _worst([*some.values()]))
    return [HistoryVerdict(one, tuple(sorted(numbers[one.key]))) for one in best]


def _alike(versions: Iterable[Machine], candidate: Machine) -> list[list[Machine]]:
    """The newest first. Which of the two numbers is higher is a part of what is compared."""
    groups: defaultdict[tuple[str, int], list[Machine]] = defaultdict(list)
    for machine in sorted(versions, key=lambda one: one.version, reverse=True):
        content = {**machine.definition.document.value, "version": None}
        order = (machine.version > candidate.version) - (machine.version < candidate.version)
        groups[digest(content), order].append(machine)
    return list(groups.values())


def _worst(of_versions: list[list[ChangeVerdict]]) -> list[ChangeVerdict]:
    """Of equally bad ones the first."""
    [worst, *_] = sort_verdicts(verdict for some in of_versions for verdict in some)
    return next(some for some in of_versions if worst in some)
