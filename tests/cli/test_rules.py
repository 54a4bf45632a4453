"""`statewright rules`: the list, a single rule, and JSON."""

from __future__ import annotations

from statewright.lint import rules
from tests.cli.commands import Cli, documents


def test_all_rules_are_listed(cli: Cli) -> None:
    """Each line shows the code, the severity and the name."""
    result = cli("rules")
    listed = [line.split()[:3] for line in result.stdout.splitlines() if line.startswith("SW")]
    assert listed == [[rule.code.id, rule.severity.value, rule.slug] for rule in rules()]


def test_one_rule_is_explained_with_its_examples(cli: Cli) -> None:
    """A rule is found by code or by name, regardless of case."""
    result = cli("rules", "sw305")
    assert result.stdout == cli("rules", "guard-gap").stdout
    assert "guard: command.price < 10" in result.stdout
    assert result.exit_code == 0


def test_a_rule_describes_its_fix(cli: Cli) -> None:
    """Rules without a safe fix do not mention `--fix`."""
    assert "check --fix  Put quotes around the value" in cli("rules", "SW003").stdout
    assert "check --fix" not in cli("rules", "SW305").stdout


def test_an_unknown_rule_is_a_usage_error_with_a_suggestion(cli: Cli) -> None:
    """A typo gets a suggestion; a wrong number gets the command that lists the rules."""
    result = cli("rules", "gaurd-gap")
    assert result.stderr.endswith('Error: unknown rule "gaurd-gap"; did you mean "guard-gap"?\n')
    assert result.exit_code == 2
    assert 'unknown rule "SW35"; `statewright rules` lists all rules' in cli("rules", "SW35").stderr


def test_the_middle_of_a_long_example_is_left_out(cli: Cli) -> None:
    """The text says how many lines are left out; JSON has the whole file."""
    shown = cli("rules", "SW701").stdout
    (left_out,) = [line for line in shown.splitlines() if "more lines" in line]
    assert left_out.strip() == "# … 43 more lines"
    assert len(documents(cli("rules", "SW701", "--format", "json"))[0]["bad"].splitlines()) == 53


def test_json_holds_one_rule_per_line(cli: Cli) -> None:
    """Other programs can show the rules in their own help."""
    listed = documents(cli("rules", "--format", "json"))
    assert [rule["code"] for rule in listed] == [rule.code.id for rule in rules()]
    assert documents(cli("rules", "SW003", "--format", "json"))[0]["fix"].startswith(
        "Put quotes around the value"
    )
