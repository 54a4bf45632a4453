"""Golden pairs: each file in bad/ gets the findings in its .out, each in ok/ and config/ none.

A folder there holds files that are looked at together. `python -m tests.lint.test_golden` writes every .out
anew, for the author to review.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from statewright.diagnostics import Finding
from statewright.lint import check_definition, check_file, check_together
from statewright.lint.configuration import Configuration
from statewright.lint.judging import judge

HERE = Path(__file__).parent


def cases(folder: Path) -> list[Path]:
    """Files, and folders of files."""
    return sorted(path for path in folder.iterdir() if path.is_dir() or ".machine." in path.name)


BAD = cases(HERE / "bad")
OK = [*cases(HERE / "ok"), *sorted((HERE.parent.parent / "config").glob("*.machine.*"))]


def printed(case: Path) -> str:
    """What `statewright check` says about it."""
    return "".join(f"{finding.render()}\n" for finding in findings(case))


def findings(case: Path) -> list[Finding]:
    """Without those that a comment ignores, and with those about such comments."""
    paths = sorted(case.iterdir()) if case.is_dir() else [case]
    checked = [check_definition(path.read_bytes(), path.name) for path in paths]
    results = [
        result
        for path, file in zip(paths, checked, strict=True)
        for result in judge(
            path.read_bytes(), path.name, file.findings, configuration=Configuration(folder=case.parent)
        )
    ]
    counted = [result.finding for result in results if result.suppression is None]
    return [*counted, *check_together(checked)]


def golden(case: Path) -> Path:
    """Where the expected findings are."""
    return case.parent / f"{case.name.partition('.')[0]}.out"


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_a_mistake_is_found_at_its_place(case: Path) -> None:
    """Code, line, column, words and caret are those of the golden file."""
    assert printed(case) == golden(case).read_text()


@pytest.mark.parametrize("case", OK, ids=lambda case: case.name)
def test_a_correct_file_has_no_finding(case: Path) -> None:
    """A check that is wrong once gets switched off."""
    assert printed(case) == ""


def test_findings_do_not_depend_on_the_order_of_looking() -> None:
    """The same bytes give the same list."""
    path = HERE / "bad" / "several_mistakes_at_once.machine.yaml"
    assert check_file(path.read_bytes(), path.name) == check_file(path.read_bytes(), path.name)


if __name__ == "__main__":
    for bad in BAD:
        golden(bad).write_text(printed(bad))
