"""The `completion` command: print the script that lets a shell complete `statewright`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from statewright.cli.shared.exit_codes import ExitCode
from statewright.cli.shared.help import Command, OneOf, examples

PROGRAM = "statewright"
SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    cls=Command,
    epilog=examples(
        "statewright completion bash > ~/.statewright-completion.bash",
        "statewright completion fish > ~/.config/fish/completions/statewright.fish",
    ),
)
@click.argument("shell", type=OneOf(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> ExitCode:
    """Print a completion script for a shell.

    For bash and zsh, source the script in ~/.bashrc or ~/.zshrc.
    """
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"no completion script for {shell}")
    program = context.find_root().command
    click.echo(complete(program, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
    return ExitCode.CLEAN
