"""The rule registry: every code is explained, and each bad example breaks only its own rule."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from statewright.diagnostics import Code
from statewright.lint import Rule, find_rule, rules
from statewright.lint.fixes import FIXABLE, apply_edits
from tests.lint.golden import EXAMPLES, PAGE, page
from tests.lint.results import results_of


def test_every_code_is_explained_once() -> None:
    """Users can look up every finding."""
    assert Counter(rule.code for rule in rules()) == Counter(Code)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code.id)
def test_the_bad_example_breaks_its_rule_and_no_other(rule: Rule) -> None:
    """This way, it shows exactly one mistake."""
    assert set(re.findall(r"\[(SW\d+)\]$", rule.example.output, re.MULTILINE)) == {rule.code.id}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code.id)
def test_the_fix_is_a_small_correction_of_the_bad_example(rule: Rule) -> None:
    """It turns the bad example into the good one and keeps most lines."""
    example = rule.example
    changed = {line for line in example.fix if line[:1] in "+-" and line != "..."}
    assert 0 < len(changed) <= 6
    assert {line[1:] for line in changed if line[0] == "-"} <= set(example.bad.splitlines())
    assert {line[1:] for line in example.fix if line[:1] in "+ "} <= set(example.good.splitlines())


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule.fix], ids=lambda rule: rule.code.id)
def test_the_fix_in_an_example_equals_the_safe_fix(rule: Rule) -> None:
    """`check --fix` turns the bad example into the good one."""
    content, file = rule.example.bad.encode(), "example.machine.yaml"
    results = results_of(content, file, schema="../schemas/machine.schema.json")
    edits = [result.edit for result in results if result.edit is not None]
    assert apply_edits(content, file, edits) == rule.example.good.encode()


def test_every_example_belongs_to_a_rule() -> None:
    """No example of a renamed rule remains."""
    slugs = {rule.slug for rule in rules()}
    kept = {
        path.name.partition(".")[0] for folder in ("bad", "good") for path in (EXAMPLES / folder).iterdir()
    }
    assert kept == slugs


def test_reasons_and_fixes_are_full_sentences() -> None:
    """They are printed unchanged in the terminal and in reports."""
    texts = [text for rule in rules() for text in (rule.why, rule.fix) if text]
    assert [text for text in texts if not re.fullmatch(r"[A-Z`].*[.]", text)] == []


def test_exactly_the_rules_with_a_safe_fix_describe_it() -> None:
    """`check --fix` can fix the findings of these rules."""
    assert {rule.code for rule in rules() if rule.fix} == FIXABLE


def test_a_rule_is_found_by_code_and_by_name() -> None:
    """Case does not matter."""
    found = {find_rule(name) for name in ("SW305", "sw305", "guard-gap", "Guard-Gap")}
    assert [rule and rule.code for rule in found] == [Code.GUARD_GAP]


def test_the_page_equals_the_output_of_the_command() -> None:
    """`python -m tests.lint.golden` updates the page."""
    assert page() == PAGE.read_text()
