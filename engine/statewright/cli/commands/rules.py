"""The surface of the command that explains what `check` says.

Only arguments, options and help; the body imports the module that does the work.
"""

from __future__ import annotations

import click

from statewright.cli.exit_codes import ExitCode
from statewright.cli.options import format_option

FORMATS = ("text", "json", "markdown")


@click.command()
@click.argument("name", metavar="[CODE]", required=False)
@format_option("json: one object per rule and line; markdown: a page for documents.", FORMATS)
def rules(name: str | None, *, format: str) -> ExitCode:
    """List what check looks for, or explain one rule.

    CODE is a code such as SW102, or the rule's name, unreachable-state.
    """
    from statewright.cli.rules import show_rules

    return show_rules(name, format=format)


COMMANDS = (rules,)
