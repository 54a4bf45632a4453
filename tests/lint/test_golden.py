"""Each file in a folder `bad` has the findings in its `.out`, each in `good` and in config/ has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.golden import bad_cases, good_cases, output_of, printed


@pytest.mark.parametrize("case", bad_cases(), ids=lambda case: case.name)
def test_a_mistake_is_found_at_its_place(case: Path) -> None:
    """Code, line, column, words and caret are those of the golden file."""
    assert printed(case) == output_of(case).read_text()


@pytest.mark.parametrize("case", good_cases(), ids=lambda case: case.name)
def test_a_correct_file_has_no_finding(case: Path) -> None:
    """A check that is wrong once gets switched off."""
    assert printed(case) == ""
