"""`statewright eval`: the value of an expression as JSON, or the reason why it cannot be computed."""

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
    """Timestamps and durations are printed as strings."""
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
    """Stdout is empty, so a script never reads an error as a value."""
    result = cli("eval", expression)
    assert (result.stdout, result.exit_code) == ("", 1)
    assert reason in result.stderr


def test_an_error_in_the_expression_is_shown_with_a_caret(cli: Cli) -> None:
    """The error shows the location in the expression."""
    result = cli("eval", "1 +\n  true")
    assert result.stderr.startswith("<expression>:")
    assert "^" in result.stderr
    assert result.exit_code == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_any_text_gives_a_value_or_a_reason(cli: Cli, text: str) -> None:
    """No text causes an internal error."""
    result = cli("eval", "--", text)
    assert (result.exit_code == 0) == (result.stdout != "")
    assert result.exit_code in (0, 1)


@pytest.mark.parametrize(
    ("text", "place"),
    [('{"a": nope}', "character 6"), ('{"a": 1, "a": 2}', "twice"), ("NaN", "NaN"), ("", "character 0")],
)
def test_invalid_json_exits_2_with_its_position(cli: Cli, text: str, place: str) -> None:
    """`--data` is parsed as strictly as a message."""
    result = cli("eval", "data", "--data", text)
    assert (result.exit_code, place in result.stderr) == (2, True)


def test_an_expression_may_begin_with_a_minus(cli: Cli) -> None:
    """An expression that begins with a minus is not parsed as an option."""
    assert cli("eval", "-data.x", "--data", '{"x": 2}').stdout == "-2\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("state", "--state", "--closed"), 0), (("--", "--abc"), 1), (("--abc",), 2), (("1", "--abc"), 2)],
)
def test_only_unknown_options_are_refused(cli: Cli, arguments: tuple[str, ...], code: int) -> None:
    """An option's value and the expression after `--` may begin with dashes."""
    assert cli("eval", *arguments).exit_code == code


def test_an_invalid_time_names_the_option(cli: Cli) -> None:
    """The error for an invalid time begins with the option's name."""
    result = cli("eval", "now", "--now", "yesterday")
    assert (result.exit_code, "Error: --now: " in result.stderr) == (2, True)
