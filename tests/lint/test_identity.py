"""The identity of a finding: its parts, and that different findings have different identities."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from statewright.diagnostics import Finding, Severity
from statewright.lint import check_file
from statewright.lint.identity import Identity, identity_of
from tests.lint.golden import bad_cases

BRANCHES = """\
machine: door
initial: shut
data: {uses: {type: integer, default: 0, minimum: 0, maximum: 9}}
states:
  shut:
    accepts:
      Open:
        - {guard: "data.uses > 10", target: ajar}
        - {target: ajar}
  ajar: {accepts: {Shut: shut}}
"""
NEW_BRANCH = "        - {guard: data.uses == 3, target: ajar}\n"


def identities(text: str) -> list[Identity]:
    """Return the identities of all findings in the text."""
    return [identity_of(finding) for finding in check_file(text.encode(), "door.machine.yaml")]


def test_an_identity_has_the_code_the_place_and_the_text() -> None:
    """White space within an expression is not part of it."""
    spaced = BRANCHES.replace("data.uses > 10", "data.uses   > 10")
    expected = Identity("SW304", "states.shut.accepts.Open.guard", ("data.uses > 10",))
    assert expected in identities(BRANCHES)
    assert identities(spaced) == identities(BRANCHES)


def test_a_new_branch_does_not_change_the_identity() -> None:
    """Positions in lists shift as lines do."""
    moved = BRANCHES.replace("      Open:\n", f"      Open:\n{NEW_BRANCH}")
    assert identities(moved) == identities(BRANCHES)


@pytest.mark.parametrize("case", bad_cases(), ids=lambda case: case.name)
def test_equal_identities_in_a_file_have_equal_messages(case: Path) -> None:
    """Findings about the same list of branches may share an identity if only numbers differ."""
    for file in sorted(case.iterdir()) if case.is_dir() else [case]:
        lenient = [
            one for one in check_file(file.read_bytes(), file.name) if one.severity is not Severity.ERROR
        ]
        for _, alike in groupby(sorted(lenient, key=identity_of), key=identity_of):
            assert len({_without_lines(finding) for finding in alike}) == 1


def _without_lines(finding: Finding) -> str:
    return "".join(character for character in finding.message if not character.isdigit())
