"""The seeded corpus: every planted mistake is found at its line, and correct definitions are left alone.

`STATEWRIGHT_CORPUS_SEED` chooses other places and other slips.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from statewright.diagnostics import Finding
from statewright.lint import check_definition, cross_file_findings
from statewright.lint.configuration import Configuration
from statewright.lint.file_results import file_results
from tests.lint.corpus.correct import FORMS, Correct, correct, rewritten
from tests.lint.corpus.planters import Mistake, mistakes

SEED = int(os.environ.get("STATEWRIGHT_CORPUS_SEED", "2026"))


pytestmark = pytest.mark.slow


@dataclass
class Outcome:
    """What was checked, and each surprise as the lines that describe it."""

    mistakes: list[Mistake]
    correct: list[Correct]
    missed: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"corpus of definitions, seed {SEED}: {len(self.mistakes)} mistakes planted, "
            f"{len(self.missed)} missed; {len(self.correct)} correct, {len(self.false_alarms)} false alarms"
        )


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """Every definition of the corpus, checked once."""
    outcome = Outcome(list(mistakes(SEED)), correct(SEED))
    for mistake in outcome.mistakes:
        found = findings(mistake.planted.text, mistake.file, beside=mistake.planted.beside)
        wanted = (mistake.planter.code, mistake.planted.line)
        if wanted not in {(finding.code, finding.position.line) for finding in found}:
            outcome.missed.append(told(mistake, found))
        if any(finding.code not in {mistake.planter.code, *mistake.planter.also} for finding in found):
            outcome.unexpected.append(told(mistake, found))
    for definition in outcome.correct:
        outcome.false_alarms += alarms(definition)
    return outcome


def findings(text: str, file: str, *, beside: str | None = None) -> list[Finding]:
    """All that `statewright check` would say about the file, and about it together with the one `beside`."""
    checked = check_definition(text.encode(), file)
    results = file_results(text.encode(), file, checked.findings, configuration=Configuration())
    earlier = [] if beside is None else [check_definition(beside.encode(), f"earlier.{file}")]
    return [*(result.finding for result in results), *cross_file_findings([*earlier, checked])]


def told(mistake: Mistake, found: list[Finding]) -> str:
    """The mistake with its place, and what was found instead."""
    line = mistake.planted.line
    written = mistake.planted.text.splitlines()[line - 1]
    lines = [f"{mistake.planter.name}: {mistake.planter.code.id} at {mistake.file}:{line}: {written.strip()}"]
    return "\n    ".join([*lines, *(finding.headline() for finding in found)])


def alarms(definition: Correct) -> list[str]:
    """What is found in a definition where nothing is wrong."""
    return [finding.render() for finding in findings(definition.text, definition.file)]


def test_every_planted_mistake_is_found_at_its_line(
    outcome: Outcome, report_line: Callable[[str], None]
) -> None:
    """Under the code of its rule."""
    report_line(str(outcome))
    assert not outcome.missed, "\n".join(outcome.missed)


def test_nothing_is_found_that_does_not_follow_from_the_mistake(outcome: Outcome) -> None:
    """What may follow stands beside the planter."""
    assert not outcome.unexpected, "\n".join(outcome.unexpected)


def test_correct_definitions_are_left_alone(outcome: Outcome) -> None:
    """Not even advice is given."""
    assert not outcome.false_alarms, "\n".join(outcome.false_alarms)


@pytest.mark.parametrize("form", FORMS)
def test_another_form_of_a_correct_definition_is_left_alone(form: str) -> None:
    """JSON, brackets, blocks and another order of keys mean the same."""
    false_alarms = [alarm for each in correct(SEED) for alarm in alarms(rewritten(each, form, SEED))]
    assert not false_alarms, "\n".join(false_alarms)
