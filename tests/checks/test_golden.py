"""Golden pairs: each file in bad/ gets the findings in its .out, each file in ok/ and config/ none."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.checks import check_file

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.machine.[yj]*"))
OK = [
    *sorted((HERE / "ok").glob("*.machine.*")),
    *sorted((HERE.parent.parent / "config").glob("*.machine.*")),
]


def printed(path: Path) -> str:
    """What `statewright check` prints about a file."""
    return "".join(f"{finding.render()}\n" for finding in check_file(path.read_bytes(), path.name))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_a_mistake_is_found_at_its_place(path: Path) -> None:
    """Code, line, column, words and caret are those of the golden file."""
    assert printed(path) == (path.parent / f"{path.name.split('.')[0]}.out").read_text()


@pytest.mark.parametrize("path", OK, ids=lambda path: path.name)
def test_a_correct_file_has_no_finding(path: Path) -> None:
    """A check that is wrong once gets switched off."""
    assert printed(path) == ""


def test_findings_do_not_depend_on_the_order_of_looking() -> None:
    """The same bytes give the same list."""
    path = HERE / "bad" / "several_mistakes_at_once.machine.yaml"
    assert check_file(path.read_bytes(), path.name) == check_file(path.read_bytes(), path.name)
