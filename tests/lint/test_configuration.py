"""The project's configuration: its effect on findings, and errors about its mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from statewright.diagnostics import Code, Severity
from statewright.lint.configuration import ConfigurationError, parse_configuration
from tests.lint.results import TRAPPED, counting, reasons, results_of

FILE = Path("project", "statewright.toml")


def test_all_keys_are_read() -> None:
    """The baseline is relative to the file."""
    text = """
        [check]
        select = ["SW1", "SW702"]
        baseline = "known.json"
        ignore = {SW702 = "names come from the old system"}
        severity = {SW103 = "info"}
        per-file-ignores = {"legacy/*" = {SW102 = "generated"}}
    """
    found = parse_configuration(text, FILE)
    assert found is not None
    assert found.ignore == {Code.NAMING: "names come from the old system"}
    assert found.severity == {Code.DEAD_END: Severity.INFO}
    assert found.per_file_ignores == {"legacy/*": {Code.UNREACHABLE_STATE: "generated"}}
    assert found.baseline == Path("project", "known.json")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[check]\nselct = []", 'check.selct: unknown key; did you mean "select"?'),
        ('[check]\nselect = ["XY"]', 'check.select: no code starts with "XY"'),
        ('[check]\nselect = "SW1"', 'check.select: expected a list of codes, found "SW1"'),
        ('[check]\nignore = {SW103 = ""}', "check.ignore.SW103: expected a reason in words"),
        ('[check]\nignore = ["SW103"]', 'check.ignore: expected CODE = "reason", found a list'),
        ('[check]\nignore = {SW101 = "x"}', 'check.ignore: "SW101" is an error and cannot be'),
        ('[check]\nseverity = {SW101 = "info"}', 'check.severity: "SW101" is an error and cannot be'),
        ('[check]\nseverity = {SW103 = "off"}', "check.severity.SW103: expected error, warning or info"),
        ('[check]\nignore = {SW999 = "x"}', 'check.ignore: unknown code "SW999"'),
        ("[check]\nbaseline = 3", "check.baseline: expected the name of a file, found 3"),
        ("[chekc]", 'chekc: unknown key; expected "check"'),
        ("check = 1", "check: expected a table, found 1"),
        ("[check", "not valid TOML: "),
    ],
)
def test_an_invalid_configuration_names_the_key_and_the_expected_value(text: str, message: str) -> None:
    """A typo must not switch a check off."""
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration(text, FILE)
    assert str(caught.value).startswith(f"{FILE}: {message}")


def test_an_ignored_code_keeps_its_reason() -> None:
    """JSON files cannot have comments, so they need the configuration for this."""
    text = '{"machine": "m", "initial": "a", "states": {"a": {}}}'
    ignore = {Code.DEAD_END: "work in progress", Code.NO_MODELINE: "no editor"}
    assert "work in progress" in reasons(results_of(text, "m.machine.json", ignore=ignore))


def test_a_pattern_covers_matching_files() -> None:
    """It is compared with the path relative to the configuration."""
    per_file = {"legacy/*.yaml": {Code.DEAD_END: "kept as it is"}}
    assert counting(results_of(TRAPPED, "legacy/deep/a.machine.yaml", per_file_ignores=per_file)) == []
    assert counting(results_of(TRAPPED, "new/a.machine.yaml", per_file_ignores=per_file)) == [("SW103", 6)]


def test_a_selection_keeps_errors() -> None:
    """`publish` and the handler would refuse a definition with errors."""
    assert results_of(TRAPPED, select=("SW2",)) == []
    broken = TRAPPED.replace("Open: open", "Open: opne")
    assert counting(results_of(broken, select=("SW2",))) == [("SW101", 5)]


@pytest.mark.parametrize(("severity", "fails"), [(Severity.INFO, False), (Severity.ERROR, True)])
def test_a_configured_severity_decides_whether_the_check_fails(severity: Severity, fails: bool) -> None:
    """It can be lower or higher than the rule's severity."""
    [result] = results_of(TRAPPED, severity={Code.DEAD_END: severity})
    assert (result.severity, result.fails) == (severity, fails)


def test_a_comment_is_used_even_if_the_configuration_ignores_the_same_code() -> None:
    """Comments take precedence."""
    text = TRAPPED.replace("  open: {}", "  open: {}  # statewright: ignore[SW103] stays open")
    assert reasons(results_of(text, ignore={Code.DEAD_END: "no"})) == ["stays open"]
