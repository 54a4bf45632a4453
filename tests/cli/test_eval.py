"""`statewright eval`: one expression, its value as JSON or why it has none."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.commands import Cli


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("7 / 2 == 3 && -7 % 2 == -1", "true"),
        ("[1.5, null, 'é']", '[1.5, null, "é"]'),
        ("duration('90m')", '"5400s"'),
        ("actor.id + '@' + state", '"u-1@open"'),
        ("now + duration('1h')", '"2026-11-23T13:00:00Z"'),
        ("data.paid + command.amount >= event.total", "true"),
    ],
)
def test_the_value_is_printed_as_json(cli: Cli, expression: str, value: str) -> None:
    """Timestamps and durations as text."""
    names = ("--data", '{"paid": 1}', "--command", '{"amount": 2}', "--event", '{"total": 3}')
    given = ("--actor", "u-1", "--state", "open", "--now", "2026-11-23T12:00:00Z")
    result = cli("eval", expression, *names, *given)
    assert (result.stdout, result.exit_code) == (f"{value}\n", 0)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("9223372036854775807 + 1", "integer overflow"),
        ("data.paid", 'no such key: "paid"'),
        ("1.0 / 0.0", "infinity"),
    ],
)
def test_an_expression_without_value_exits_1_with_the_reason(cli: Cli, expression: str, reason: str) -> None:
    """stdout stays empty, so a script never reads an error as a value."""
    result = cli("eval", expression)
    assert (result.stdout, result.exit_code) == ("", 1)
    assert reason in result.stderr


def test_a_fault_of_the_text_is_shown_with_a_caret(cli: Cli) -> None:
    """On the line where it is."""
    result = cli("eval", "1 +\n  true")
    assert result.stderr.startswith("<expression>:")
    assert "^" in result.stderr
    assert result.exit_code == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text_ends_in_a_value_or_a_reason(cli: Cli, text: str) -> None:
    """Never in an internal fault."""
    result = cli("eval", "--", text)
    assert (result.exit_code == 0) == (result.stdout != "")
    assert result.exit_code in (0, 1)


@pytest.mark.parametrize(
    ("text", "place"),
    [('{"a": nope}', "character 6"), ('{"a": 1, "a": 2}', "twice"), ("NaN", "NaN"), ("", "character 0")],
)
def test_values_that_are_no_json_exit_2_with_the_place(cli: Cli, text: str, place: str) -> None:
    """Read as strictly as a message."""
    result = cli("eval", "data", "--data", text)
    assert (result.exit_code, place in result.stderr) == (2, True)


def test_an_expression_may_begin_with_a_minus(cli: Cli) -> None:
    """It is no option."""
    assert cli("eval", "-data.x", "--data", '{"x": 2}').stdout == "-2\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("state", "--state", "--closed"), 0), (("--", "--abc"), 1), (("--abc",), 2), (("1", "--abc"), 2)],
)
def test_only_an_option_that_is_unknown_is_refused(cli: Cli, arguments: tuple[str, ...], code: int) -> None:
    """The value of an option may look like one, and so may the expression after two dashes."""
    assert cli("eval", *arguments).exit_code == code


def test_a_time_that_is_none_names_the_option(cli: Cli) -> None:
    """As for every other option."""
    result = cli("eval", "now", "--now", "yesterday")
    assert (result.exit_code, "Error: --now: " in result.stderr) == (2, True)
