"""Patterns: what cannot run for ever is accepted, what can is refused before it is tried."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definition.fields.patterns import compile_pattern, pattern_problem


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^[A-Z]{3}-[0-9]+$",
        "^(?:red|green|blue)$",
        "^(a+)?b{2,3}$",
        "([0-9]{2}){3}",
        "[(a+)+]",
        r"\(a+\)+",
        "^(?=.*[0-9])(?!.*x).+$",
        "(a+){1}",
        "a{x}",
    ],
)
def test_an_ordinary_pattern_is_accepted(pattern: str) -> None:
    """Repetitions beside each other, choices and lookaheads are all fine."""
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a*)*b",
        "(?:a+){2,}",
        "(a|a)*",
        "(a?){50}",
        "((a+)b)+",
        "((a{2}){3})+",
        "(x+x+)+y",
        "((a|b))+?",
    ],
)
def test_a_nested_repetition_is_refused(pattern: str) -> None:
    """Each of these lets the matcher try exponentially many ways."""
    assert str(pattern_problem(pattern)).startswith("a repetition or a choice stands inside")


@pytest.mark.parametrize("pattern", ["(?P<name>a)", "(?i:a)", "(?>a)", "(?#note)a"])
def test_a_group_that_only_python_knows_is_refused(pattern: str) -> None:
    """Other readers of the schema would understand it differently."""
    assert str(pattern_problem(pattern)).startswith("only groups of the forms")


def test_a_pattern_that_does_not_compile_is_explained() -> None:
    """The reason is the compiler's own."""
    assert pattern_problem("(a") == "not a regular expression: missing ), unterminated subpattern"


def test_a_repetition_beyond_what_the_engine_counts_is_refused() -> None:
    """The compiler raises an OverflowError there."""
    assert pattern_problem("a{99999999999}") == "not a regular expression: it is too large"


def test_the_length_limit_is_exact() -> None:
    """200 characters are the most."""
    assert pattern_problem("a" * 200) is None
    assert pattern_problem("a" * 201) == "a pattern may have 200 characters, this has 201"


@pytest.mark.parametrize(
    ("pattern", "text", "found"), [("^a$", "a", True), ("^a$", "a\n", False), (r"^[$]\$$", "$$", True)]
)
def test_the_end_is_the_end(pattern: str, text: str, found: bool) -> None:
    """Python's own `$` would let a line feed slip through behind an id."""
    assert bool(compile_pattern(pattern).search(text)) is found


@given(st.text("ab(|)*+?{2,}", min_size=4, max_size=10))
def test_an_accepted_pattern_ends_quickly(pattern: str) -> None:
    """Even where the text all but matches; a nested repetition would take years on 40 characters."""
    if pattern_problem(pattern) is None:
        started = time.perf_counter()
        compile_pattern(pattern + "c").search("a" * 40)
        assert time.perf_counter() - started < 1
