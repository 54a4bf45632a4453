"""What came of the mutants of machines, and what that looks like.

Makes text and prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from statewright.cli.shared.output import GAP, aligned
from statewright.escaping import printable
from statewright.reports.json_text import json_text
from statewright.scenarios.model import GivenEvent
from statewright.scenarios.mutants import Mutant, MutantWitness
from statewright.scenarios.suites import Suite
from statewright.scenarios.text import request_line

SCORE_HEADER = ("MACHINE", "MUTANTS", "NOTICED", "MISSED", "ALIKE", "SCORE")


@dataclass(frozen=True, slots=True)
class Survivor:
    """`witness`: None where none was found. `is_alike`: although there was something to look for it in."""

    mutant: Mutant
    witness: MutantWitness | None
    is_alike: bool


@dataclass(frozen=True, slots=True)
class MutationRun:
    """What came of a machine's mutants, of which there were `loaded` among `possible` changes."""

    suite: Suite
    possible: int
    loaded: int
    survivors: tuple[Survivor, ...]

    @property
    def name(self) -> str:
        return self.suite.machine.name

    @property
    def missed(self) -> list[Survivor]:
        """Those that a scenario could notice."""
        return [survivor for survivor in self.survivors if not survivor.is_alike]

    @property
    def noticed(self) -> int:
        return self.loaded - len(self.survivors)

    @property
    def percent(self) -> int:
        """Of those that can be noticed; rounded down, so that 100 means all."""
        noticeable = self.noticed + len(self.missed)
        return 100 * self.noticed // noticeable if noticeable else 100


def text_lines(trials: Sequence[MutationRun]) -> Iterator[str]:
    """Each mutant that no scenario notices, then the figures of each machine."""
    for trial in trials:
        for survivor in trial.survivors:
            colour = "yellow" if survivor.is_alike else "red"
            yield click.style(printable(_headline(trial.suite, survivor.mutant)), fg=colour)
            yield f"{GAP}{printable(survivor_hint(survivor))}"
    if any(trial.survivors for trial in trials):
        yield ""
    yield from aligned(SCORE_HEADER, [score_row(trial) for trial in trials])


def _headline(suite: Suite, mutant: Mutant) -> str:
    position = mutant.position
    return f"{suite.path}:{position.line}:{position.column}: {mutant_text(mutant)}"


def mutant_text(mutant: Mutant) -> str:
    return f"no scenario notices: {mutant.change}"


def survivor_hint(survivor: Survivor) -> str:
    if survivor.is_alike:
        return "alike: no command was found that is answered otherwise"
    if survivor.witness is None:
        return "no scenario gives an event that needs this upcast"
    given = survivor.witness.scenario.given
    history = ", ".join(step.event if isinstance(step, GivenEvent) else step.command for step in given)
    return f"it would be noticed {request_line(survivor.witness.decision)}{history and f', after {history}'}"


def score_row(trial: MutationRun) -> tuple[str, ...]:
    alike = len(trial.survivors) - len(trial.missed)
    counts = (trial.loaded, trial.noticed, len(trial.missed), alike)
    return (trial.name, *map(str, counts), f"{trial.percent}%")


def json_lines(trials: Sequence[MutationRun]) -> Iterator[str]:
    """A line for each mutant that no scenario notices, and then for each machine."""
    for trial in trials:
        for survivor in trial.survivors:
            position = survivor.mutant.position
            yield json_text(
                {
                    "machine": trial.name,
                    "file": str(trial.suite.path),
                    "line": position.line,
                    "column": position.column,
                    "change": survivor.mutant.change,
                    "alike": survivor.is_alike,
                }
            )
    for trial in trials:
        name, missed = trial.name, len(trial.missed)
        counts = {"mutants": trial.loaded, "noticed": trial.noticed, "missed": missed}
        yield json_text({"machine": name, **counts, "score_percent": trial.percent})
