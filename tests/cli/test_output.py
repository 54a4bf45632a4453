"""Tables, labels and what strangers may put into them."""

from __future__ import annotations

import doctest

import click
from hypothesis import given
from hypothesis import strategies as st

from statewright.cli.shared import output
from statewright.cli.shared.output import aligned, labelled, table
from statewright.escaping import printable

CELLS = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
def test_columns_begin_at_the_same_place_in_every_line(rows: list[tuple[str, str, str]]) -> None:
    """Unless they hold numbers, which end at the same place."""
    words = [(f"a{first}", f"b{second}", f"c{third}") for first, second, third in rows]
    lines = [click.unstyle(line) for line in aligned(("", "", ""), words)[1:]]
    begins = {(line.index("  b"), line.index("  c", line.index("  b") + 1)) for line in lines}
    assert len(begins) == 1


def test_numbers_stand_to_the_right() -> None:
    """So that digits of one weight stand below each other."""
    lines = aligned(("COUNT", "WHAT"), [("7", "x"), ("1,000", "y")])
    assert lines[1:] == ["    7  x", "1,000  y"]


def test_colours_take_no_room() -> None:
    """A coloured cell is as wide as it looks."""
    lines = aligned(("A", "B"), [(click.style("red", fg="red"), "x"), ("green", "y")])
    assert [click.unstyle(line) for line in lines[1:]] == ["red    x", "green  y"]


def test_the_last_column_is_wrapped_below_itself() -> None:
    """Long reasons stay in their column."""
    lines = table(("CODE", "WHY"), [("X", "because " * 30)])[1:]
    assert len(lines) > 1
    assert all(line.startswith("      because") for line in lines[1:])
    assert max(map(len, lines)) <= 80


def test_a_label_without_value_leaves_no_blank_at_the_end() -> None:
    """Trailing blanks show up in diffs."""
    assert [click.unstyle(line) for line in labelled({"long name": "x", "a": ""})] == ["long name  x", "a"]


@given(st.text())
def test_printable_text_holds_no_control_character(text: str) -> None:
    """And text that was printable is left as it was."""
    shown = printable(text)
    assert shown.isprintable()
    assert shown == text or not text.isprintable()


def test_the_examples_of_docstrings_are_true() -> None:
    """They are run, and there are some."""
    assert doctest.testmod(output) == doctest.TestResults(failed=0, attempted=1)
