"""The edge of the command line: its commands, and the exit code and message for every error.

A command is the module or package `statewright.cli.<name>`. Its `command` holds arguments, help and body. The
module is imported on demand and imports its dependencies inside the body, so that help and completion load no
heavy library. `statewright.cli.shared` holds the code that several commands use.

This is the only place of the command line that catches `Exception`.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from keyword import iskeyword

import click

from statewright import __version__
from statewright.cli.shared import log_lines
from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Context, Rows, did_you_mean, write_sections
from statewright.cli.shared.output import print_message
from statewright.errors import DefinitionError, StatewrightError
from statewright.escaping import printable

COMMAND_GROUPS = {
    "Write a machine": ("init", "schema", "eval", "diagram", "docs"),
    "Check it": ("check", "rules", "test"),
    "Change it": ("compat", "verify", "publish", "import"),
    "Run it": ("run", "demo"),
    "Look at aggregates": ("show", "history", "why"),
    "Set up a shell": ("completion",),
}
_OPTIONS = ("--help", "--version")  # which users also try as commands
COMMANDS = tuple(sorted(name for names in COMMAND_GROUPS.values() for name in names))
WELCOME = """\
Statewright turns a YAML state machine into a running, event-sourced aggregate.

Start here:
  statewright init parcel   Write a first machine and its scenarios.
  statewright check         Report mistakes in definitions.
  statewright test          Run the scenarios of machines.
  statewright demo          Run the demo (in a checkout of the repository).

All commands:  statewright --help
Documentation: https://statewright.github.io/statewright/""".splitlines()


class Edge(click.Group):
    """A group whose commands return their exit code."""

    context_class = Context

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        with _usage_errors():
            return super().parse_args(context, args)

    def invoke(self, context: click.Context) -> None:
        try:
            with _usage_errors():
                code = super().invoke(context)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise  # click handles these
        except DefinitionError as error:
            from statewright.cli.shared.findings import show_definition_error

            code = show_definition_error(error)
        except (StatewrightError, OSError) as error:
            code = _reported(context, ExitCode.USAGE, f"Error: {error}")
        except Exception as error:  # noqa: BLE001 - the edge: report every fault, and how to see more
            advice = "This is a bug in statewright; `statewright --debug …` shows the traceback"
            fault = f"Internal error: {type(error).__name__}: {error}"
            code = _reported(context, ExitCode.FAULT, fault, advice)
        context.exit(code)


class LazyEdge(Edge):
    """Imports a command on demand, and lists commands by the task they serve."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        module = import_module(f"statewright.cli.{name}_" if iskeyword(name) else f"statewright.cli.{name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not context.resilient_parsing:
            context.fail(f'unknown command "{name}"{did_you_mean(name, (*COMMANDS, *_OPTIONS))}')
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, Rows] = {}
        for heading, names in COMMAND_GROUPS.items():
            commands = [(name, self.get_command(context, name)) for name in names]
            sections[heading] = [
                (name, command.get_short_help_str(limit=60))
                for name, command in commands
                if command is not None and not command.hidden
            ]
        write_sections(formatter, sections)


@click.group(
    cls=LazyEdge,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="statewright")
@click.option("--debug", is_flag=True, envvar="STATEWRIGHT_DEBUG", help="Show tracebacks and log lines.")
@click.pass_context
def statewright(context: click.Context, *, debug: bool) -> ExitCode:
    """Turn a YAML state machine into a running, event-sourced aggregate.

    Results go to stdout, messages to stderr. Tables are folded to the width of the terminal; in files and
    pipes, every row is one line. Exit codes: 0 success, 1 findings or refusals, 2 wrong usage or environment,
    3 internal error.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        context.color = False  # https://no-color.org
    shown = log_lines.as_json(logging.StreamHandler(sys.stderr)) if debug else log_lines.quiet()
    context.with_resource(shown)
    if context.invoked_subcommand is None:
        print_message(*WELCOME)
    return ExitCode.USAGE  # of a command line without a command


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Reword click's errors, escape what users wrote, and end quietly on Ctrl-C."""
    try:
        yield
    except click.UsageError as error:
        from statewright.cli.shared.usage_errors import reworded

        raise click.UsageError(printable(reworded(error)), error.ctx) from error
    except click.ClickException as error:
        vars(error)["message"] = printable(error.message)  # click declares it as final
        raise
    except KeyboardInterrupt as error:
        raise click.exceptions.Exit(ExitCode.INTERRUPTED) from error


def _reported(context: click.Context, code: ExitCode, *lines: str) -> ExitCode:
    if context.params.get("debug"):
        print_message(*traceback.format_exc().rstrip().split("\n"))
    print_message(*lines)
    return code
