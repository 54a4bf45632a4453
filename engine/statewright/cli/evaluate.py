"""The `eval` command: one expression, the values it is to see, its value as JSON.

No schema is declared here, so `data`, `command` and `event` are dynamically typed and checked as the
expression runs. Every name that any place of a definition sees is visible.
"""

from __future__ import annotations

from typing import Any

import click

from statewright.cli.exit_codes import ExitCode
from statewright.cli.output import json_text, printable, say
from statewright.diagnostics import Code, Finding, Position
from statewright.errors import EvaluationError, ExpressionError, ExpressionFault
from statewright.language.cel import Timestamp, compile_expression, evaluate, to_json
from statewright.language.cel.types import DYN, STRING, TIMESTAMP, ListOf, Record, RecordField, Type
from statewright.machine.messages import Actor

LINE_SHOWN_MAX = 500  # a longer one would bury its own caret
NAMES: dict[str, Type] = {
    "data": DYN,
    "command": DYN,
    "event": DYN,
    "actor": Record({"id": RecordField(STRING), "roles": RecordField(ListOf(STRING))}),
    "now": TIMESTAMP,
    "state": STRING,
}


def evaluate_text(
    source: str, *, data: Any, command: Any, event: Any, actor: Actor, now: str, state: str
) -> ExitCode:
    """Print the value, or on stderr why there is none. `now`: RFC 3339."""
    values = {
        "data": data,
        "command": command,
        "event": event,
        "actor": {"id": actor.id, "roles": list(actor.roles)},
        "now": Timestamp.parse(now),
        "state": state,
    }
    try:
        value = evaluate(compile_expression(source, NAMES), values)
    except ExpressionError as error:
        for fault in error.faults:
            say(_finding(source, fault).render())
        return ExitCode.FINDINGS
    except EvaluationError as error:
        say(f"no value: {printable(str(error))}")
        return ExitCode.FINDINGS
    try:
        click.echo(json_text(to_json(value)))
    except ValueError:
        say("no value: JSON has neither infinity nor not-a-number")
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def _finding(source: str, fault: ExpressionFault) -> Finding:
    before = source[: fault.offset]
    position = Position(before.count("\n") + 1, fault.offset - (before.rfind("\n") + 1) + 1)
    code = Code.EXPRESSION_SYNTAX if fault.kind == "syntax" else Code.EXPRESSION_TYPE
    line = source.split("\n")[position.line - 1]
    return Finding("<expression>", position, code, fault.message, line if len(line) <= LINE_SHOWN_MAX else "")
