"""Tables, labels and colours, and the escaping of hostile text."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.cli.shared.output import Colour, labelled, table
from statewright.escaping import printable, terminal_columns

CELLS = st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=12)
WORDS = st.text("ab", min_size=1, max_size=9)
SENTENCES = st.lists(WORDS, min_size=1, max_size=20).map(" ".join)


@pytest.mark.slow
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
def test_columns_begin_at_the_same_place_in_every_line(rows: list[tuple[str, str, str]]) -> None:
    """Columns of text are aligned to the left."""
    words = [(f"a{first}", f"b{second}", f"c{third}") for first, second, third in rows]
    lines = [click.unstyle(line) for line in table(("", "", ""), words)[1:]]
    begins = {(line.index("  b"), line.index("  c", line.index("  b") + 1)) for line in lines}
    assert len(begins) == 1


def test_numbers_are_aligned_to_the_right() -> None:
    """Columns of numbers are aligned so that their last digits match."""
    lines = table(("COUNT", "WHAT"), [("7", "x"), ("1,000", "y")])
    assert lines[1:] == ["    7  x", "1,000  y"]


def test_colours_do_not_count_as_width() -> None:
    """A coloured cell is as wide as its visible text."""
    lines = table(("A", "B"), [(click.style("red", fg=Colour.RED), "x"), ("green", "y")])
    assert [click.unstyle(line) for line in lines[1:]] == ["red    x", "green  y"]


@given(st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1, max_size=4))
def test_a_table_wraps_to_the_terminal_and_loses_no_word(rows: list[tuple[str, str]]) -> None:
    """Every column is wrapped and keeps all its words in order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "40")
        lines = [click.unstyle(line) for line in table(("A", "B"), rows)]
    assert max(map(len, lines)) <= 40
    start = lines[0].index("B")
    for place, part in enumerate((slice(0, start), slice(start, None))):
        told = " ".join(line[part] for line in lines[1:]).split()
        assert told == " ".join(row[place] for row in rows).split()


@pytest.mark.parametrize("name", ["支払い", "ｶﾅ", "😀 paid", "cafe\u0301"])
def test_wide_and_combining_characters_are_aligned(name: str) -> None:
    """Column widths count terminal cells: two for wide characters and none for combining accents."""
    lines = table(("NAME", "NEXT"), [(name, "x"), ("plain name", "x")])
    before = lines[1].partition("x")[0]
    assert terminal_columns(before) == len("plain name  ")


def test_wide_characters_wrap_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrapped lines of wide characters fit the terminal and lose no character."""
    monkeypatch.setenv("COLUMNS", "40")
    lines = table(("A", "B"), [("状態" * 12, "x")])
    assert max(map(terminal_columns, map(click.unstyle, lines))) <= 40
    assert "".join(line.split()[0] for line in lines[1:]) == "状態" * 12


def test_prose_moves_below_its_row_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prose would be hard to read in a very narrow column."""
    monkeypatch.setenv("COLUMNS", "40")
    row = ("a" * 24, "the balance does not cover this amount")
    assert [click.unstyle(line) for line in table(("NAME", "WHY"), [row], prose=True)] == [
        "NAME",
        "a" * 24,
        "    the balance does not cover this",
        "    amount",
    ]


def test_a_table_keeps_whole_lines_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal, each row is one line, so that `grep` finds all its cells."""
    monkeypatch.delenv("COLUMNS", raising=False)
    assert len(table(("CODE", "WHY"), [("X", "because " * 30)])) == 2


def test_headings_and_numbers_are_never_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that cannot fit is wider than the terminal."""
    monkeypatch.setenv("COLUMNS", "10")
    lines = [click.unstyle(line) for line in table(("NUMBERS", "WORDS"), [("1,000,000", "a b c d e")])]
    assert lines == ["  NUMBERS  WORDS", "1,000,000  a b c", "           d e"]


@pytest.mark.parametrize("colour", Colour)
@pytest.mark.parametrize("background", [0.0, 1.0])
def test_every_colour_is_readable_on_black_and_on_white(colour: Colour, background: float) -> None:
    """The contrast is at least 3.9:1 by https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    lighter, darker = sorted((luminance(colour), background), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3.9


def luminance(colour: int) -> float:
    """Return the relative luminance of an xterm palette colour: a cube of 6 levels, then 24 greys."""
    levels = (0, 95, 135, 175, 215, 255)
    cube = [levels[(colour - 16) // step % 6] for step in (36, 6, 1)]
    channels = cube if colour < 232 else [8 + 10 * (colour - 232)] * 3
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_label_without_value_leaves_no_blank_at_the_end() -> None:
    """Trailing spaces would show up in diffs."""
    assert [click.unstyle(line) for line in labelled({"long name": "x", "a": ""})] == ["long name  x", "a"]


@given(st.text())
def test_printable_text_contains_no_control_character(text: str) -> None:
    """Text that is already printable is not changed."""
    shown = printable(text)
    assert shown.isprintable()
    assert shown == text or not text.isprintable()
