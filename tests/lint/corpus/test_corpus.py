"""Every planted mistake is found at its line, and correct definitions have no findings.

Another `STATEWRIGHT_CORPUS_SEED` selects other places and other slips.
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
    """The checked definitions, with a description of each surprise."""

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
    """Check every definition of the corpus once."""
    outcome = Outcome(list(mistakes(SEED)), correct(SEED))
    for mistake in outcome.mistakes:
        found = findings(mistake.planted.text, mistake.file, beside=mistake.planted.beside)
        wanted = (mistake.planter.code, mistake.planted.line)
        if wanted not in {(finding.code, finding.position.line) for finding in found}:
            outcome.missed.append(description_of(mistake, found))
        if any(finding.code not in {mistake.planter.code, *mistake.planter.also} for finding in found):
            outcome.unexpected.append(description_of(mistake, found))
    for definition in outcome.correct:
        outcome.false_alarms += alarms(definition)
    return outcome


def findings(text: str, file: str, *, beside: str | None = None) -> list[Finding]:
    """Return the findings in the file, and those in the file together with the one `beside` it."""
    checked = check_definition(text.encode(), file)
    results = file_results(text.encode(), file, checked.findings, configuration=Configuration())
    earlier = [] if beside is None else [check_definition(beside.encode(), f"earlier.{file}")]
    return [*(result.finding for result in results), *cross_file_findings([*earlier, checked])]


def description_of(mistake: Mistake, found: list[Finding]) -> str:
    """Describe the mistake with its place and the findings that were reported."""
    line = mistake.planted.line
    written = mistake.planted.text.splitlines()[line - 1]
    lines = [f"{mistake.planter.name}: {mistake.planter.code.id} at {mistake.file}:{line}: {written.strip()}"]
    return "\n    ".join([*lines, *(finding.headline() for finding in found)])


def alarms(definition: Correct) -> list[str]:
    """Return the findings in a correct definition."""
    return [finding.render() for finding in findings(definition.text, definition.file)]


def test_every_planted_mistake_is_found_at_its_line(
    outcome: Outcome, report_line: Callable[[str], None]
) -> None:
    """The finding has the expected code."""
    report_line(str(outcome))
    assert not outcome.missed, "\n".join(outcome.missed)


def test_a_mistake_causes_only_expected_findings(outcome: Outcome) -> None:
    """Each planter lists the other codes that its mistake may cause."""
    assert not outcome.unexpected, "\n".join(outcome.unexpected)


def test_correct_definitions_have_no_findings(outcome: Outcome) -> None:
    """Not even an info is reported."""
    assert not outcome.false_alarms, "\n".join(outcome.false_alarms)


@pytest.mark.parametrize("form", FORMS)
def test_other_forms_of_a_correct_definition_have_no_findings(form: str) -> None:
    """JSON, flow style, block style and another order of keys have the same meaning."""
    false_alarms = [alarm for each in correct(SEED) for alarm in alarms(rewritten(each, form, SEED))]
    assert not false_alarms, "\n".join(false_alarms)
