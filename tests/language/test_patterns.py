"""Patterns: what ends soon on any text is accepted, what may not is refused before it is tried."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.language.schema.patterns import compile_pattern, pattern_problem
from tests.language.hostile_patterns import COSTLY


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
        "((a{2}){3})+",
        "a{x}",
        "[^@]+@[^@]+\\.[^@]+",
        "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$",
        "^[a-z]+(-[a-z]+)?$",
        "^(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])(?=.*[^a-z]).{8,}$",
        "^https?://[^\\s/$.?#].[^\\s]*$",
        "^\\s*\\w+\\s*=.*$",
        "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})$",
        "^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$",
        "^(['\"]).*\\1$",
        "^[a-z]*[\\u00e0-\\u00ff]*[\\u0100-\\u017f]*$",
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
        "(x+x+)+y",
        "((a|b))+?",
        "^\\S+( \\S+)*$",
    ],
)
def test_a_nested_repetition_is_refused(pattern: str) -> None:
    """Each of these lets the matcher try exponentially many ways."""
    assert str(pattern_problem(pattern)).startswith("a repetition or a choice stands inside")


@pytest.mark.parametrize(
    "pattern",
    [
        "^a*a*a*b$",
        "a*a*b",
        "^.+ .+ .+$",
        "^[a-z]*\\w*[a-f]{0,500}!$",
        "^(a*)(a*)(a*)b$",
        "^a*b?a*b?a*c$",
        "^(a*|b)(a*|b)a*c$",
        "^(?=.*.*.*a)",
        "a?" * 40 + "a" * 40,
        "^" + "(a|a)" * 30 + "$",
        "^(a*)(\\1)*a*b",
        "^[\\u0100-\\u0200]*[\\u0180-\\u0300]*[\\u01f0-\\u01ff]*$",
        "^λ*[α-ω]*\\w*!",
        "((){9999}){9999}",
    ],
)
def test_repetitions_of_the_same_characters_in_a_row_are_refused(pattern: str) -> None:
    """Each takes the third power of the text's length or more."""
    assert str(pattern_problem(pattern)).startswith("repetitions of the same characters in a row")


@pytest.mark.parametrize("pattern", ["[[a-z]", "[[", "[a-z--b]", "[a&&b]", "[a||b]", "[a~~b]"])
def test_a_set_that_may_change_its_meaning_is_refused(pattern: str) -> None:
    """The compiler would print a warning that names our source."""
    assert str(pattern_problem(pattern)).startswith("the set ")


@pytest.mark.parametrize("pattern", [r"[\[a-z]", "[^[]", r"[a\--z]", "[a&b|c~-]"])
def test_brackets_and_operators_can_stand_in_a_set(pattern: str) -> None:
    """Where nobody can read them as another set."""
    assert pattern_problem(pattern) is None


@given(st.text("[]^\\-&|~ab", min_size=3, max_size=8).map(lambda text: f"[{text}]"))
def test_no_accepted_set_makes_the_compiler_warn(pattern: str) -> None:
    """Warnings are errors here, so one would come out of the call."""
    if pattern_problem(pattern) is None:
        assert re.compile(pattern).pattern == pattern


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


def test_the_costliest_accepted_patterns_end_soon() -> None:
    """On 1,000 characters each; a pattern of the third power would take minutes. In a process of its own,
    because nothing else can stop the matcher."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.language.hostile_patterns"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
    )
    seconds = dict(map(json.loads, process.stdout.splitlines()))
    assert set(COSTLY) < set(seconds)
    assert max(seconds.values()) < 5
