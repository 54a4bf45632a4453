"""The edge of the command line: which commands there are, and what an error becomes.

Holds the one `except Exception` of the command line: an internal fault ends in a sentence, never in silence.
Errors of the world and of the caller have a message and exit code 2.
"""

from __future__ import annotations

import os
import traceback

import click

from statewright import __version__
from statewright.cli import commands, log_lines
from statewright.cli.exit_codes import ExitCode
from statewright.cli.output import say
from statewright.errors import StatewrightError


class Edge(click.Group):
    """A group whose commands return their exit code."""

    def invoke(self, context: click.Context) -> None:
        try:
            code = super().invoke(context)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise  # click has its own way with each of them
        except KeyboardInterrupt:
            code = ExitCode.INTERRUPTED
        except (StatewrightError, OSError) as error:
            code = _reported(context, f"Error: {error}", ExitCode.USAGE)
        except Exception as error:  # noqa: BLE001 - the edge: whatever broke, the user is told and how to see more
            advice = "This is a fault of statewright, `statewright --debug …` shows where"
            code = _reported(
                context, f"Internal fault: {type(error).__name__}: {error}\n{advice}", ExitCode.FAULT
            )
        context.exit(code)


@click.group(cls=Edge, context_settings={"help_option_names": ["-h", "--help"]})
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
    context.with_resource(log_lines.on_stderr() if debug else log_lines.quiet())


for command in commands.COMMANDS:
    statewright.add_command(command)


def _reported(context: click.Context, message: str, code: ExitCode) -> ExitCode:
    if context.params.get("debug"):
        traceback.print_exc()
    say(message)
    return code
