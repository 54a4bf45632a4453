"""One registry: every code is explained, and each rule has an example that breaks it and no other."""

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
    """Every finding can be looked up."""
    assert Counter(rule.code for rule in rules()) == Counter(Code)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code.id)
def test_the_bad_example_breaks_its_rule_and_no_other(rule: Rule) -> None:
    """So it shows exactly one mistake."""
    assert set(re.findall(r"\[(SW\d+)\]$", rule.example.output, re.MULTILINE)) == {rule.code.id}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code.id)
def test_the_fix_is_a_small_correction_of_the_bad_example(rule: Rule) -> None:
    """It leads to the good example, which has no findings, and most of the file stays as it is."""
    example = rule.example
    changed = {line for line in example.fix if line[:1] in "+-" and line != "..."}
    assert 0 < len(changed) <= 6
    assert {line[1:] for line in changed if line[0] == "-"} <= set(example.bad.splitlines())
    assert {line[1:] for line in example.fix if line[:1] in "+ "} <= set(example.good.splitlines())


@pytest.mark.parametrize("rule", [rule for rule in rules() if rule.fix], ids=lambda rule: rule.code.id)
def test_the_fix_of_a_rule_with_a_safe_one_is_what_check_applies(rule: Rule) -> None:
    """`check --fix` turns the bad example into the good one."""
    content, file = rule.example.bad.encode(), "example.machine.yaml"
    results = results_of(content, file, schema="../schemas/machine.schema.json")
    edits = [result.edit for result in results if result.edit is not None]
    assert apply_edits(content, file, edits) == rule.example.good.encode()


def test_every_example_belongs_to_a_rule() -> None:
    """There are no leftovers of renamed rules."""
    slugs = {rule.slug for rule in rules()}
    kept = {
        path.name.partition(".")[0] for folder in ("bad", "good") for path in (EXAMPLES / folder).iterdir()
    }
    assert kept == slugs


def test_reasons_and_fixes_are_full_sentences() -> None:
    """They are printed as they are, in the terminal and in reports."""
    texts = [text for rule in rules() for text in (rule.why, rule.fix) if text]
    assert [text for text in texts if not re.fullmatch(r"[A-Z`].*[.]", text)] == []


def test_a_rule_describes_its_safe_fix() -> None:
    """Exactly the rules with a fix in `check --fix` have a description."""
    assert {rule.code for rule in rules() if rule.fix} == FIXABLE


def test_a_rule_is_found_by_code_and_by_name() -> None:
    """In upper or lower case."""
    found = {find_rule(name) for name in ("SW305", "sw305", "guard-gap", "Guard-Gap")}
    assert [rule and rule.code for rule in found] == [Code.GUARD_GAP]


def test_the_page_is_what_the_command_prints() -> None:
    """`python -m tests.lint.golden` updates it."""
    assert page() == PAGE.read_text()
