"""The `eval` command: evaluate one expression and print its value as JSON.

Without a definition there are no schemas: `data`, `command` and `event` are dynamically typed, and every name
that any expression of a definition may use is available.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, examples
from statewright.cli.shared.options import actor_options, json_value, now_option
from statewright.cli.shared.output import print_lines, print_message
from statewright.errors import EvaluationError, ExpressionError, ExpressionFault
from statewright.reports.json_text import json_text

if TYPE_CHECKING:
    from statewright.diagnostics import Finding
    from statewright.language.cel.types import Type

LINE_SHOWN_MAX = 500  # the caret below a longer line would be hard to find
_LONG_OPTION = re.compile(r"--[a-z]+")


class _EvalCommand(Command):
    """Accepts an expression that begins with a minus, yet rejects unknown long options."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        before_dashes = args[: args.index("--")] if "--" in args else args
        values, superfluous, _ = self.make_parser(context).parse_args(list(before_dashes))
        for argument in (values.get("expression"), *superfluous):
            name = argument.partition("=")[0] if isinstance(argument, str) else ""
            if _LONG_OPTION.fullmatch(name):
                known = [option for parameter in self.get_params(context) for option in parameter.opts]
                raise click.NoSuchOption(name, possibilities=known, ctx=context)
        return super().parse_args(context, args)


@click.command(
    "eval",
    cls=_EvalCommand,
    context_settings={"ignore_unknown_options": True},
    epilog=examples(
        "statewright eval '1 + 2'",
        """statewright eval 'data.total > 100' --data '{"total": 250}'""",
    ),
)
@click.argument("expression", metavar="EXPR")
@click.option("--data", callback=json_value, default="{}", metavar="JSON", help="Set the value of data.")
@click.option(
    "--command", callback=json_value, default="{}", metavar="JSON", help="Set the value of command."
)
@click.option("--event", callback=json_value, default="{}", metavar="JSON", help="Set the value of event.")
@click.option("--state", default="", metavar="NAME", help="Set the name of the state.")
@actor_options
@now_option
def command(expression: str, *, actor_id: str, roles: tuple[str, ...], now: str, **names: Any) -> ExitCode:
    """Print the value of a CEL expression as JSON.

    The names data, command and event have no declared schemas, so types are only checked during evaluation.
    Exits with code 1 if the expression has an error or no value.
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
        print_message("no value: JSON cannot represent infinity or not-a-number")
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def _types() -> dict[str, Type]:
    """The types of all names that an expression may use."""
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
