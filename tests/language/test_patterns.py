"""Patterns match as ECMA-262 specifies and take linear time; patterns that RE2 cannot match are rejected."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from random import Random

import pytest

from statewright.language.schema.patterns import (
    PATTERN_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    compile_pattern,
    pattern_problem,
)
from tests.language.random_patterns import random_pattern, random_text

ECMA = """
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"))
const answers = cases.map(([pattern, texts]) => texts.map((text) => new RegExp(pattern, "u").test(text)))
console.log(JSON.stringify(answers))
"""
LOOK_AROUND = r"^(?=.*[0-9])(?!.*x).+$"


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^[A-Z]{3}-[0-9]+$",
        "^(?:red|green|blue)$",
        "(a+)+b",
        "^\\S+( \\S+)*$",
        "^a*a*a*b$",
        "[(a+)+]",
        r"\(a+\)+",
        "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$",
        "^https?://[^\\s/$.?#].[^\\s]*$",
        "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})$",
        "^[a-z]*[\\u00e0-\\u00ff]*[\\u0100-\\u017f]*$",
        r"^\p{Lu}\p{L}*$",
        r"^\d{3}\-\d{4}\@\_$",
        r"[\w.-]",
        r"[a-z-\d]",
        "^.{0,1000}$",
    ],
)
def test_an_ordinary_pattern_is_accepted(pattern: str) -> None:
    """Ordinary patterns are accepted, with any nesting of repetitions and choices."""
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        (LOOK_AROUND, 'look-around "(?=" cannot be matched in linear time'),
        ("(?<!a)b", 'look-around "(?<!" cannot be matched in linear time'),
        (r"^(['\"]).*\1$", r"the back-reference \1 cannot be matched in linear time"),
        ("^a++$", '"+" has nothing to repeat'),
        ("a|*", '"*" has nothing to repeat'),
        ("^*", '"*" has nothing to repeat'),
        (r"\Aa", r"the escape \A is not supported"),
        (r"a\Z", r"the escape \Z is not supported"),
        (r"\N{DIGIT ONE}", r"the escape \N is not supported"),
        (r"a\B", r"the escape \B is not supported"),
        (r"[\B]", r"the escape \B is not supported"),
        ("a{1001}", '"{1001}" repeats more than 1,000 times'),
        ("a{99999999999}", '"{99999999999}" repeats more than 1,000 times'),
        (r"\ud83d", r"\ud83d is not a character; write the character itself"),
        ("^a{,3}$", 'other engines read a single "{" differently; write "\\{"'),
        ("a]", 'other engines read a single "]" differently; write "\\]"'),
        ("^[]a]$", 'other engines read the set "[]" differently; escape ] in a set'),
        (r"[\w-z]", r'the range "\w-z" starts or ends with a class; escape the -'),
        (r"[+-\d]", r'the range "+-\d" starts or ends with a class; escape the -'),
    ],
)
def test_a_pattern_that_engines_read_differently_is_refused(pattern: str, problem: str) -> None:
    """Patterns that engines interpret differently or cannot match in linear time are rejected."""
    assert pattern_problem(pattern) == problem


@pytest.mark.parametrize("pattern", ["(?P<name>a)", "(?<name>a)", "(?i:a)", "(?i)a", "(?>a)", "(?#note)a"])
def test_a_group_of_another_form_is_refused(pattern: str) -> None:
    """Other readers of the schema would interpret it differently."""
    assert pattern_problem(pattern) == "only groups of the forms (…) and (?:…) are supported"


@pytest.mark.parametrize("pattern", ["[[a-z]", "[[", "[a-z--b]", "[a&&b]", "[a||b]", "[a~~b]", "[[:alpha:]]"])
def test_an_ambiguous_set_is_refused(pattern: str) -> None:
    """Some engines read operators or nested sets there."""
    assert str(pattern_problem(pattern + "]")).startswith("the set ")


@pytest.mark.parametrize("pattern", [r"[\[a-z]", "[^a[]", r"[a\--z]", "[a&b|c~-]"])
def test_brackets_and_operators_are_allowed_in_a_set(pattern: str) -> None:
    """Brackets and operators are allowed in a set unless an engine could read a nested set."""
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a", "missing ): (a"),
        ("[a", "missing ]: [a"),
        ("a)", "unexpected ): a)"),
        ("a\\", "trailing \\"),
        ("[z-a]", "invalid character class range: z-a"),
        ("[^a]{0,1000}" * 10, "pattern too large - compile failed"),
    ],
)
def test_a_pattern_that_does_not_compile_is_explained(pattern: str, reason: str) -> None:
    """The reason comes from RE2."""
    assert pattern_problem(pattern) == f"invalid regular expression: {reason}"


def test_the_length_limit_is_exact() -> None:
    """A pattern of 200 characters is accepted, one of 201 is rejected."""
    assert pattern_problem("a" * PATTERN_LENGTH_MAX) is None
    assert pattern_problem("a" * 201) == "the pattern has 201 characters; the maximum is 200"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        (r"^[$]\$$", "$$", True),
        (r"^\d$", "٣", False),
        (r"^\w$", "é", False),
        (r"^\s$", "\u2003", True),
        ("^.$", "\r", False),
        ("^.$", "😀", True),
        ("b", "abc", True),
        ("", "", True),
        (".", "\ud800", True),
    ],
)
def test_a_pattern_matches_as_in_ecma_262(pattern: str, text: str, found: bool) -> None:
    """Classes are ASCII except for white space, `$` is the end, and a match may start anywhere."""
    assert pattern_problem(pattern) is None
    assert compile_pattern(pattern).found_in(text) is found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_patterns_agree_with_javascript(seed: int, node: str, report_line: Callable[[str], None]) -> None:
    """Accepted patterns match the same texts in an engine that implements ECMA-262."""
    random = Random(seed)
    patterns = [pattern for _ in range(600) if not pattern_problem(pattern := random_pattern(random))]
    cases = [(pattern, [random_text(random) for _ in range(20)]) for pattern in patterns]
    done = subprocess.run(
        [node, "-e", ECMA], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    for (pattern, texts), answers in zip(cases, json.loads(done.stdout), strict=True):
        assert [compile_pattern(pattern).found_in(text) for text in texts] == answers, (pattern, texts)
    report_line(f"patterns, seed {seed}: {len(patterns)} compared with JavaScript")


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*$", "^(a|a|b)*c$", "a*a*a*a*b", "|".join(rf"\w+{end}" for end in "!;:,&%@~=<>#")],
)
def test_no_pattern_backtracks(pattern: str) -> None:
    """Each would take minutes in Python's engine on such a text; these are 240 kB of them."""
    compiled, text = compile_pattern(pattern), "a" * (TEXT_LENGTH_MAX - 1) + "é"
    started = time.process_time()
    for _ in range(240):
        compiled.found_in(text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (LOOK_AROUND, "a1", "1x"),
        (r"^(['\"]).*\1$", "'a'", "'a\""),
        (r"^[]$]\Z", "$", "a"),
        ("^a{,2}$", "aa", "aaa"),
        ("^a++$", "aa", "aa\n"),
        (r"^(?=\d)", "٣", "a"),
    ],
)
def test_a_published_pattern_keeps_its_meaning(pattern: str, good: str, bad: str) -> None:
    """Earlier versions accepted it, although today's rules reject it."""
    assert pattern_problem(pattern) is not None
    assert pattern_problem(pattern, published=True) is None
    assert compile_pattern(pattern).found_in(good)
    assert not compile_pattern(pattern).found_in(bad)


@pytest.mark.parametrize("pattern", ["(a", "(?z)", "a{99999999999}", "a" * 201])
def test_a_pattern_that_no_version_accepted_stays_refused(pattern: str) -> None:
    """A pattern that every version rejected is rejected even in a published definition."""
    assert pattern_problem(pattern, published=True) == pattern_problem(pattern)
    assert pattern_problem(pattern) is not None


def test_the_engine_is_loaded_on_first_use() -> None:
    """A cold start without patterns does not load it."""
    code = """
import sys
from statewright.language import load_definition
PLAIN = "{machine: m, initial: a, data: {x: {type: string, default: x%s}}, states: {a: {}}}"
load_definition((PLAIN % "").encode(), "m")
print("re2" in sys.modules)
load_definition((PLAIN % ", pattern: x").encode(), "m")
print("re2" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.findall("True|False", done.stdout) == ["False", "True"]
