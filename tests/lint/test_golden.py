"""Files in `bad` have exactly the findings in their `.out`; files in `good` and config/ are clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.golden import bad_cases, good_cases, output_of, printed


@pytest.mark.parametrize("case", bad_cases(), ids=lambda case: case.name)
def test_a_mistake_is_found_at_its_place(case: Path) -> None:
    """Code, position, message and caret match the golden file."""
    assert printed(case) == output_of(case).read_text()


@pytest.mark.parametrize("case", good_cases(), ids=lambda case: case.name)
def test_a_correct_file_has_no_finding(case: Path) -> None:
    """False alarms make people switch checks off."""
    assert printed(case) == ""
