"""An error suppresses only the findings of rules that depend on the faulty part."""

from __future__ import annotations

import pytest

from statewright.diagnostics import Severity
from statewright.lint import check_file

TEXT = """\
machine: m
initial: open
types: {money: {type: integer}}
data:
  total: {type: integer, default: 0}
  unused: {type: string, default: ""}
commands:
  Put: {payload: {sum: {$ref: "#/types/money"}}}
  Close: {}
events:
  WasPut: {payload: {sum: integer}, set: {total: data.total + event.sum}}
  WasClosed: {}
states:
  open:
    accepts:
      Put: {guard: command.sum > 0, emit: WasPut}
      Close: {emit: WasClosed, target: closed}
  closed: {final: true}
"""
UNUSED = 'SW409 data field "unused" is never set and never read'


def found(*slips: tuple[str, str]) -> tuple[set[str], list[str]]:
    """Return the codes of the errors in the text with these slips, and the other findings."""
    text = TEXT
    for right, wrong in slips:
        assert right in text
        text = text.replace(right, wrong)
    findings = check_file(text.encode(), "m.machine.yaml")
    others = [f"{one.code.id} {one.message}" for one in findings if one.severity is not Severity.ERROR]
    return {one.code.id for one in findings if one.severity is Severity.ERROR}, others


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("initial: open", "initial: opne", "SW101"),
        ("target: closed", "target: clsoed", "SW101"),
        ("guard: command.sum > 0", "guard: command.sum > 0.5", "SW303"),
        ("guard: command.sum > 0", "guard: command.sum >", "SW302"),
        ("      Close:", "      Clsoe:", "SW301"),
        ("emit: WasPut", "emit: WasPutt", "SW208"),
        ("guard: command.sum > 0", "gaurd: command.sum > 0", "SW006"),
        ("{$ref: \"#/types/money\"}", "{$ref: \"#/types/mony\"}", "SW401"),
        ("default: 0", "default: a", "SW402"),
        ("closed: {final: true}", "closed: {final: true, accepts: {Put: {emit: WasPut}}}", "SW105"),
        ("machine: m", "machine: 7", "SW005"),
    ],
)  # fmt: skip
def test_an_error_does_not_hide_unrelated_findings(right: str, wrong: str, code: str) -> None:
    """It causes no others either, although each typo makes something look unused or unreachable."""
    assert found((right, wrong)) == ({code}, [UNUSED])


def test_a_field_that_a_typo_may_mean_is_not_unused() -> None:
    """The corrected text may use it."""
    codes, others = found(("event.sum", "event.sum + data.unusde"))
    assert (codes, others) == ({"SW303"}, [])


def test_a_repeated_key_suppresses_rules_about_unused_names() -> None:
    """The first value may have used them."""
    codes, others = found(("  closed: {final: true}", "  closed: {final: true}\n  closed: {final: true}"))
    assert (codes, others) == ({"SW002"}, [])


def test_data_can_be_unused_without_declared_events() -> None:
    """Without declared events, no event sets the data."""
    text = (
        'machine: m\ninitial: a\ndata: {idle: {type: string, default: ""}}\nstates: {a: {accepts: {Go: a}}}\n'
    )
    assert [one.code.id for one in check_file(text.encode(), "m.machine.yaml")] == ["SW409"]
