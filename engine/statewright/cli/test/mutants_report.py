"""What came of the mutants of machines, and what that looks like: grouped by the state that is changed.

Makes text and prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import click

from statewright.cli.shared.output import GAP, Colour, table
from statewright.cli.test.by_state import by_state, heading
from statewright.escaping import printable
from statewright.reports.json_text import json_text
from statewright.scenarios.execution import state_at
from statewright.scenarios.model import GivenEvent
from statewright.scenarios.mutation import MutantResult, MutantStatus
from statewright.scenarios.suites import Suite
from statewright.scenarios.text import request_line
from statewright.wording import plural

SCORE_HEADER = ("MACHINE", "MUTANTS", "NOTICED", "SURVIVED", "UNTRIED", "ALIKE", "SCORE")

_COLOURS = {MutantStatus.ALIKE: Colour.ORANGE}


@dataclass(frozen=True, slots=True)
class MutationRun:
    """What came of a machine's mutants, of the `possible` changes those that were tried and loaded."""

    suite: Suite
    possible: int
    results: tuple[MutantResult, ...]

    @property
    def name(self) -> str:
        return self.suite.machine.name

    @property
    def listed(self) -> list[MutantResult]:
        """Those that no scenario notices."""
        return [result for result in self.results if result.status is not MutantStatus.NOTICED]

    @property
    def missed(self) -> list[MutantResult]:
        """Those of them that are not proved to be alike."""
        return [result for result in self.listed if result.status is not MutantStatus.ALIKE]

    def by_state(self) -> Iterator[tuple[str | None, list[MutantResult]]]:
        """Those that are listed, by the state that holds what was changed."""
        return by_state(self.suite.machine, self.listed, lambda result: state_at(result.mutant.path))

    def count(self, status: MutantStatus) -> int:
        return sum(result.status is status for result in self.results)

    @property
    def percent(self) -> int:
        """Of those that are not proved to be alike; rounded down, so that 100 means all."""
        noticed = self.count(MutantStatus.NOTICED)
        noticeable = noticed + len(self.missed)
        return 100 * noticed // noticeable if noticeable else 100


def text_lines(runs: Sequence[MutationRun]) -> Iterator[str]:
    """Each mutant that no scenario notices, then the figures of each machine."""
    for run in runs:
        for state, results in run.by_state():
            yield click.style(printable(heading(run.name, state)), bold=True)
            for result in results:
                colour = _COLOURS.get(result.status, Colour.RED)
                yield click.style(printable(_headline(run.suite, result)), fg=colour)
                yield f"{GAP}{printable(mutant_hint(result))}"
            yield ""
    yield from table(SCORE_HEADER, [score_row(run) for run in runs])


def _headline(suite: Suite, result: MutantResult) -> str:
    position = result.mutant.position
    return f"{suite.path}:{position.line}:{position.column}: {mutant_text(result)}"


def mutant_text(result: MutantResult) -> str:
    return f"no scenario notices: {result.mutant.change}"


def mutant_hint(result: MutantResult) -> str:
    """Why it is listed, and what would notice it."""
    decisions = plural(result.decisions, "decision")
    match result.status:
        case MutantStatus.ALIKE:
            return "alike: proved to decide every command the same way"
        case MutantStatus.NOT_TRIED if result.mutant.upcast:
            return "not tried: no scenario gives an event that needs this upcast"
        case MutantStatus.NOT_TRIED:
            return "not tried: neither a scenario nor the search executes this"
    if result.witness is None and result.differs:
        return "survived: it differs only in what no scenario states, such as a state that is entered again"
    if result.witness is None:
        more = ", and there were more to try" if result.is_cut else ""
        return f"survived: {decisions} that execute this were the same{more}"
    given = result.witness.scenario.given
    names = (step.event if isinstance(step, GivenEvent) else step.command for step in given)
    history = ", ".join(_repeated(name, len(list(steps))) for name, steps in groupby(names))
    return f"it would be noticed {request_line(result.witness.decision)}{history and f', after {history}'}"


def _repeated(name: str, times: int) -> str:
    return name if times == 1 else f"{times} × {name}"


def score_row(run: MutationRun) -> tuple[str, ...]:
    counts = (len(run.results), *(run.count(status) for status in MutantStatus))
    return (run.name, *map(str, counts), f"{run.percent}%")


def json_lines(runs: Sequence[MutationRun]) -> Iterator[str]:
    """A line for each mutant that no scenario notices, and then for each machine."""
    for run in runs:
        for _, results in run.by_state():
            yield from (json_text(_document(run, result)) for result in results)
    for run in runs:
        counts = {"mutants": len(run.results), "noticed": run.count(MutantStatus.NOTICED)}
        counts["missed"] = len(run.missed)
        counts |= {
            "survived": run.count(MutantStatus.SURVIVED),
            "not_tried": run.count(MutantStatus.NOT_TRIED),
            "alike": run.count(MutantStatus.ALIKE),
        }
        yield json_text({"machine": run.name, **counts, "score_percent": run.percent})


def _document(run: MutationRun, result: MutantResult) -> dict[str, Any]:
    position = result.mutant.position
    return {
        "machine": run.name,
        "file": str(run.suite.path),
        "line": position.line,
        "column": position.column,
        "change": result.mutant.change,
        "alike": result.status is MutantStatus.ALIKE,
        "state": state_at(result.mutant.path),
        "status": result.status.value,
        "explanation": mutant_hint(result),
    }
