"""Compares a candidate with every published version of its machine. Pure.

Replay breaks count for every version, because its events stay in streams. Breaks of senders count only for
the live version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from statewright.evolution.compat.change_kinds import Consequence
from statewright.evolution.compat.comparing import compare
from statewright.evolution.compat.correspondence import pair_of
from statewright.evolution.compat.differences import differences_of
from statewright.evolution.compat.verdicts import ChangeVerdict, Key, sort_verdicts
from statewright.machine.compiled import Machine
from statewright.machine.messages import Event

OnComparison = Callable[[int, int], None]
Histories = Callable[[Machine], Iterable[tuple[Event, ...]]]

_OF_STREAMS = frozenset({Consequence.REPLAY, Consequence.UPCASTER})


@dataclass(frozen=True, slots=True)
class HistoryVerdict:
    """A verdict from one version, and all versions that it applies to."""

    verdict: ChangeVerdict
    versions: tuple[int, ...]

    @property
    def is_break(self) -> bool:
        """Whether the verdict counts as a break: for replay even if not shown, for senders only if shown."""
        consequence = self.verdict.kind.consequence
        return consequence in _OF_STREAMS or (consequence is Consequence.COMMAND and self.verdict.certain)


def compare_with_history(
    versions: Iterable[Machine],
    candidate: Machine,
    *,
    live: int,
    histories: Histories,
    on_comparison: OnComparison,
) -> list[HistoryVerdict]:
    """The verdicts for all versions, sorted, with one per element. `live`: the number of the live version.

    Equivalent versions are compared once. `histories`: returns the starting points for a version.
    `on_comparison`: called before each comparison with the number done and the total.
    """
    shown: defaultdict[Key, dict[int, list[ChangeVerdict]]] = defaultdict(dict)
    numbers: defaultdict[Key, set[int]] = defaultdict(set)
    groups = _alike(versions, candidate)
    for done, group in enumerate(groups):
        on_comparison(done, len(groups))
        held = {one.version for one in group}
        for verdict in compare(group[0], candidate, histories=histories(group[0])).verdicts:
            holds_for = held if verdict.kind.consequence in _OF_STREAMS else held & {live}
            if holds_for:
                shown[verdict.key].setdefault(done, []).append(verdict)
                numbers[verdict.key] |= holds_for
    best = sort_verdicts(verdict for some in shown.values() for verdict in _worst([*some.values()]))
    return [HistoryVerdict(one, tuple(sorted(numbers[one.key]))) for one in best]


def _alike(versions: Iterable[Machine], candidate: Machine) -> list[list[Machine]]:
    """Groups of equivalent versions, newest first. Whether the candidate has the higher number matters."""
    groups: list[list[Machine]] = []
    for machine in sorted(versions, key=lambda one: one.version, reverse=True):
        same = (group for group in groups if _is_same(group[0], machine, candidate))
        group = next(same, None)
        if group is None:
            groups.append([machine])
        else:
            group.append(machine)
    return groups


def _is_same(one: Machine, other: Machine, candidate: Machine) -> bool:
    """Whether both give the same verdicts. The cheap checks come first."""
    if one.behaviour != other.behaviour or _order(one, candidate) != _order(other, candidate):
        return False
    pair = pair_of(one, other)
    return not pair.is_renamed and not differences_of(pair)


def _order(machine: Machine, candidate: Machine) -> int:
    return (machine.version > candidate.version) - (machine.version < candidate.version)


def _worst(of_versions: list[list[ChangeVerdict]]) -> list[ChangeVerdict]:
    """The verdicts of the version with the worst one; the first if several are equal."""
    [worst, *_] = sort_verdicts(verdict for some in of_versions for verdict in some)
    return next(some for some in of_versions if worst in some)
