"""Functions that build command-line input and parse its output."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

from statewright.cli.shared.exit_codes import ExitCode

CONFIG = Path(__file__).parent.parent.parent / "config"
Cli = Callable[..., Result]
Publish = Callable[..., tuple[ExitCode, str, str]]


def envelope(id: str, machine: str, aggregate_id: str, command: str, data: object = None, **more: Any) -> str:
    """Return a command as one line of input."""
    fields = {"id": id, "machine": machine, "aggregate_id": aggregate_id, "command": command}
    return json.dumps(fields | ({} if data is None else {"data": data}) | more)


def place(id: str, aggregate_id: str, total: int = 10) -> str:
    """Return a command that a new order accepts unless the total is 0."""
    return envelope(id, "order", aggregate_id, "PlaceOrder", {"total": total})


def documents(result: Result) -> list[Any]:
    """Parse the lines that `--format json` printed."""
    return [json.loads(line) for line in result.stdout.splitlines()]
