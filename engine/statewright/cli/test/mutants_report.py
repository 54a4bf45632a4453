"""Results of mutants as text and JSON lines, grouped by the changed state. Prints nothing."""

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
    """The mutants of one machine. `possible`: the number of possible changes, tried or not."""

    suite: Suite
    possible: int
    results: tuple[MutantResult, ...]

    @property
    def name(self) -> str:
        return self.suite.machine.name

    @property
    def listed(self) -> list[MutantResult]:
        """Mutants that no scenario notices."""
        return [result for result in self.results if result.status is not MutantStatus.NOTICED]

    @property
    def missed(self) -> list[MutantResult]:
        """Listed mutants that are not proved alike."""
        return [result for result in self.listed if result.status is not MutantStatus.ALIKE]

    def by_state(self) -> Iterator[tuple[str | None, list[MutantResult]]]:
        """Listed mutants, grouped by the state that contains the change."""
        return by_state(self.suite.machine, self.listed, lambda result: state_at(result.mutant.path))

    def count(self, status: MutantStatus) -> int:
        return sum(result.status is status for result in self.results)

    @property
    def percent(self) -> int:
        """The share of mutants noticed, without those proved alike; rounded down, so that 100 means all."""
        noticed = self.count(MutantStatus.NOTICED)
        noticeable = noticed + len(self.missed)
        return 100 * noticed // noticeable if noticeable else 100


def text_lines(runs: Sequence[MutationRun]) -> Iterator[str]:
    """Each mutant that no scenario notices, then a table of counts."""
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
    """The reason why a mutant is listed, and a way to notice it."""
    decisions = plural(result.decisions, "decision")
    match result.status:
        case MutantStatus.ALIKE:
            return "alike: proved to make the same decision on every command"
        case MutantStatus.NOT_TRIED if result.mutant.upcast:
            return "not tried: no scenario has a given event that needs this upcast"
        case MutantStatus.NOT_TRIED:
            return "not tried: no scenario reaches this, nor does the search"
    if result.witness is None and result.differs:
        return "survived: the difference cannot be expressed in a scenario, such as re-entering a state"
    if result.witness is None:
        more = "; there are more to try" if result.is_cut else ""
        return f"survived: no difference in {decisions} that reach this{more}"
    given = result.witness.scenario.given
    names = (step.event if isinstance(step, GivenEvent) else step.command for step in given)
    history = ", ".join(_repeated(name, len(list(steps))) for name, steps in groupby(names))
    after = f", after {history}" if history else ""
    return f"a scenario would notice it: {request_line(result.witness.decision)}{after}"


def _repeated(name: str, times: int) -> str:
    return name if times == 1 else f"{times} × {name}"


def score_row(run: MutationRun) -> tuple[str, ...]:
    counts = (len(run.results), *(run.count(status) for status in MutantStatus))
    return (run.name, *(f"{count:,}" for count in counts), f"{run.percent}%")


def json_lines(runs: Sequence[MutationRun]) -> Iterator[str]:
    """One line per mutant that no scenario notices, then one per machine."""
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
