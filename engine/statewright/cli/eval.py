"""The `eval` command: one expression and the values that it sees, to its value as JSON.

No schema is declared here, so `data`, `command` and `event` are dynamically typed and checked as the
expression runs. Every name that any place of a definition sees is visible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.options import actor_options, json_value, now_option
from statewright.cli.shared.output import print_lines, print_message
from statewright.errors import EvaluationError, ExpressionError, ExpressionFault
from statewright.reports.json_text import json_text

if TYPE_CHECKING:
    from statewright.diagnostics import Finding
    from statewright.language.cel.types import Type

LINE_SHOWN_MAX = 500  # a longer one would bury its own caret


# An expression may begin with a minus, which must not be taken for an option.
@click.command("eval", context_settings={"ignore_unknown_options": True})
@click.argument("expression", metavar="EXPR")
@click.option("--data", callback=json_value, default="{}", metavar="JSON", help="What data holds.")
@click.option("--command", callback=json_value, default="{}", metavar="JSON", help="What command holds.")
@click.option("--event", callback=json_value, default="{}", metavar="JSON", help="What event holds.")
@click.option("--state", default="", help="The leaf's name.")
@actor_options
@now_option
def command(expression: str, *, actor_id: str, roles: tuple[str, ...], now: str, **names: Any) -> ExitCode:
    """Print the value of a CEL expression as JSON.

    Without declared schemas data, command and event are typed dynamically. Exit code 1 if there is no value.
    """
    from statewright.language.cel import Timestamp, compile_expression, evaluate, to_json
    from statewright.language.schema.payloads import Payload

    values = {
        **Payload.open().conform(names),
        "actor": {"id": actor_id, "roles": list(roles)},
        "now": Timestamp.parse(now),
    }
    try:
        value = evaluate(compile_expression(expression, _types()), values)
    except ExpressionError as error:
        for fault in error.faults:
            print_message(*_finding(expression, fault).render().split("\n"))
        return ExitCode.FINDINGS
    except EvaluationError as error:
        print_message(f"no value: {error}")
        return ExitCode.FINDINGS
    try:
        print_lines([json_text(to_json(value))])
    except ValueError:
        print_message("no value: JSON has neither infinity nor not-a-number")
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def _types() -> dict[str, Type]:
    """Of every name that an expression sees."""
    from statewright.language.cel.types import DYN, STRING, TIMESTAMP, ListOf, Record, RecordField

    actor = Record({"id": RecordField(STRING), "roles": RecordField(ListOf(STRING))})
    return {"data": DYN, "command": DYN, "event": DYN, "actor": actor, "now": TIMESTAMP, "state": STRING}


def _finding(source: str, fault: ExpressionFault) -> Finding:
    from statewright.diagnostics import Code, Finding, Position

    before = source[: fault.offset]
    position = Position(before.count("\n") + 1, fault.offset - (before.rfind("\n") + 1) + 1)
    code = Code.EXPRESSION_SYNTAX if fault.kind == "syntax" else Code.EXPRESSION_TYPE
    line = source.split("\n")[position.line - 1]
    return Finding("<expression>", position, code, fault.message, line if len(line) <= LINE_SHOWN_MAX else "")
