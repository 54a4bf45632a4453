"""The surface of the command line: every command with its arguments, options and help.

One module per kind of work. Each body imports the module that does the work, so that help, completion and a
light command never wait for the libraries of a heavy one. A command returns its exit code;
`statewright.cli.main` turns errors into one.
"""

from __future__ import annotations

from statewright.cli.commands import (
    authoring,
    drawing,
    evolving,
    moving,
    rules,
    running,
    shell,
    starting,
    testing,
)

COMMANDS = (
    *authoring.COMMANDS,
    *drawing.COMMANDS,
    *evolving.COMMANDS,
    *moving.COMMANDS,
    *rules.COMMANDS,
    *running.COMMANDS,
    *shell.COMMANDS,
    *starting.COMMANDS,
    *testing.COMMANDS,
)
