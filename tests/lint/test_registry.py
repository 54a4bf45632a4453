"""One registry: every code is explained, and each rule has an example that breaks it and no other."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from statewright.diagnostics import Code
from statewright.lint import Rule, find_rule, rules
from statewright.lint.fixes import FIXABLE
from tests.lint.golden import EXAMPLES, PAGE, page


def test_every_code_is_explained_once() -> None:
    """A finding without an explanation is a riddle."""
    assert Counter(rule.code for rule in rules()) == Counter(Code)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code.id)
def test_the_bad_example_breaks_its_rule_and_no_other(rule: Rule) -> None:
    """A reader sees at once what is meant."""
    assert set(re.findall(r"\[(SW\d+)\]$", rule.example.output, re.MULTILINE)) == {rule.code.id}


def test_every_example_belongs_to_a_rule() -> None:
    """An example of a rule that was renamed would be read by nobody."""
    slugs = {rule.slug for rule in rules()}
    kept = {
        path.name.partition(".")[0] for folder in ("bad", "good") for path in (EXAMPLES / folder).iterdir()
    }
    assert kept == slugs


def test_reasons_and_fixes_are_whole_sentences() -> None:
    """They are printed as they are, in the terminal and in reports."""
    texts = [text for rule in rules() for text in (rule.why, rule.fix) if text]
    assert [text for text in texts if not re.fullmatch(r"[A-Z`].*[.]", text)] == []


def test_a_rule_describes_a_fix_where_there_is_one() -> None:
    """What the registry promises, `check --fix` does."""
    assert {rule.code for rule in rules() if rule.fix} == FIXABLE


def test_a_rule_is_found_by_code_and_by_name() -> None:
    """In any case, as people type it."""
    found = {find_rule(name) for name in ("SW305", "sw305", "guard-gap", "Guard-Gap")}
    assert [rule and rule.code for rule in found] == [Code.GUARD_GAP]


def test_the_page_is_what_the_command_prints() -> None:
    """`python -m tests.lint.golden` rewrites it."""
    assert page() == PAGE.read_text()
