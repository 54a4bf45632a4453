"""The surface of the commands about the command line itself.

Only arguments, options and help; each body imports the module that does the work.
"""

from __future__ import annotations

import click

from statewright.cli.completion import SHELLS, completion_script
from statewright.cli.exit_codes import ExitCode


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> ExitCode:
    """Print the script that completes statewright in a shell.

    For bash: statewright completion bash > ~/.local/share/bash-completion/completions/statewright
    """
    click.echo(completion_script(context.find_root().command, shell))
    return ExitCode.CLEAN


@click.command(hidden=True)
def demo() -> ExitCode:
    """Run the project's demo, in the project's folder."""
    from statewright.cli.demo import run_demo

    return run_demo()


COMMANDS = (completion, demo)
