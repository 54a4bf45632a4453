"""The edge of the command line: which commands there are, and how an error ends.

A command is the module or package `statewright.cli.<name>`, whose `command` holds its arguments, its help and
its body. It is imported when it is asked for, and itself imports what it works with inside its body, so that
help and completion load no heavy library. What several commands share is in `statewright.cli.shared`.

Holds the one `except Exception` of the command line: an internal fault ends in a sentence, never in silence.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from importlib import import_module
from keyword import iskeyword

import click

from statewright import __version__
from statewright.cli.shared import log_lines
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.output import print_message
from statewright.errors import DefinitionError, StatewrightError
from statewright.escaping import printable

COMMANDS = (
    *("check", "compat", "completion", "demo", "diagram", "docs", "eval", "history", "import", "init"),
    *("publish", "rules", "run", "schema", "show", "test", "verify", "why"),
)


class Edge(click.Group):
    """A group whose commands return their exit code."""

    def invoke(self, context: click.Context) -> None:
        try:
            code = super().invoke(context)
        except click.ClickException as error:
            vars(error)["message"] = printable(error.message)  # which click declares as final
            raise  # click shows the usage with it
        except (click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise  # click has its own way with each of them
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
        except DefinitionError as error:
            from statewright.cli.shared.findings import show_definition_error

            code = show_definition_error(error)
        except (StatewrightError, OSError) as error:
            code = _reported(context, ExitCode.USAGE, f"Error: {error}")
        except Exception as error:  # noqa: BLE001 - the edge: whatever broke, the user is told and how to see more
            advice = "This is a fault of statewright, `statewright --debug …` shows where"
            fault = f"Internal fault: {type(error).__name__}: {error}"
            code = _reported(context, ExitCode.FAULT, fault, advice)
        context.exit(code)


class LazyEdge(Edge):
    """Imports a command when it is asked for."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        module = import_module(f"statewright.cli.{name}_" if iskeyword(name) else f"statewright.cli.{name}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyEdge, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="statewright")
@click.option("--debug", is_flag=True, envvar="STATEWRIGHT_DEBUG", help="Show tracebacks and the log lines.")
@click.pass_context
def statewright(context: click.Context, *, debug: bool) -> None:
    """Turn a YAML state machine into a running, event-sourced aggregate.

    Data goes to stdout, talk to stderr. Exit codes: 0 clean, 1 findings or refusals, 2 usage or environment,
    3 internal fault.
    """
    if os.environ.get("NO_COLOR"):
        context.color = False  # https://no-color.org
    shown = log_lines.as_json(logging.StreamHandler(sys.stderr)) if debug else log_lines.quiet()
    context.with_resource(shown)


def _reported(context: click.Context, code: ExitCode, *lines: str) -> ExitCode:
    if context.params.get("debug"):
        print_message(*traceback.format_exc().rstrip().split("\n"))
    print_message(*lines)
    return code
