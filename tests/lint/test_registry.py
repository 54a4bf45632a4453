"""One registry: every code is explained, every rule has examples that prove it, and the page is theirs."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from statewright.cli.main import statewright
from statewright.diagnostics import Code, Severity
from statewright.lint import Rule, check_definition, check_together, rule_called, rules
from statewright.lint.configuration import Configuration
from statewright.lint.fixes import FIXABLE
from statewright.lint.judging import judge

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "rules.md"

each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code.id)


def codes(example: str) -> list[Code]:
    """Of all that is found in an example, whose files are separated by a line `---`."""
    texts = [text.encode() for text in example.split("---\n")]
    checked = [check_definition(text, f"{number}.machine.yaml") for number, text in enumerate(texts)]
    found = [
        result.finding.code
        for text, file in zip(texts, checked, strict=True)
        for result in judge(text, file.file, file.findings, configuration=Configuration(folder=HERE))
    ]
    return [*found, *(finding.code for finding in check_together(checked))]


def test_every_code_is_explained_once() -> None:
    """A finding without an explanation is a riddle."""
    assert Counter(rule.code for rule in rules()) == Counter(Code)


def test_rules_have_names_of_their_own() -> None:
    """So that a name means one rule."""
    names = [rule.slug for rule in rules()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


def test_there_are_many_rules_that_only_advise() -> None:
    """Not every code is a fault of the text: most are likely mistakes in what it means."""
    assert sum(rule.severity is not Severity.ERROR for rule in rules()) >= 35


@each_rule
def test_the_bad_example_breaks_its_rule_and_no_other(rule: Rule) -> None:
    """So that a reader sees what is meant at once."""
    assert set(codes(rule.bad)) == {rule.code}


@each_rule
def test_the_good_example_has_no_finding(rule: Rule) -> None:
    """It is what an author may copy."""
    assert codes(rule.good) == []


@each_rule
def test_the_rule_has_golden_pairs(rule: Rule) -> None:
    """Its words and places are held fast, and so is a file that it must leave alone."""
    name = rule.slug.replace("-", "_")
    assert any(f"[{rule.code.id}]" in path.read_text() for path in (HERE / "bad").glob(f"{name}*.out"))
    assert list((HERE / "ok").glob(f"{name}*"))


@each_rule
def test_the_reason_is_in_whole_sentences(rule: Rule) -> None:
    """It is printed as it stands, in the terminal and in reports."""
    assert rule.why[0].isupper() or rule.why[0] == "`"
    assert rule.why.endswith(".")


def test_a_rule_tells_of_a_fix_where_there_is_one() -> None:
    """What the registry promises, `check --fix` does."""
    assert {rule.code for rule in rules() if rule.fix} == FIXABLE


def test_a_rule_is_found_by_code_and_by_name() -> None:
    """In any case, as people type it."""
    found = {rule_called(name) for name in ("SW305", "sw305", "guard-gap", "Guard-Gap")}
    assert [rule and rule.code for rule in found] == [Code.GUARD_GAP]


def test_the_page_is_what_the_command_prints() -> None:
    """`statewright rules --format markdown > docs/rules.md` writes it."""
    result = CliRunner().invoke(statewright, ["rules", "--format", "markdown"])
    assert result.stdout == PAGE.read_text()
