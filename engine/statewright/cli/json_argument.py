"""Options that hold JSON: read as strictly as the handler reads a message."""

from __future__ import annotations

from typing import Any

import click

from statewright.strict_json import Malformed, read_json


def json_value(_context: click.Context, _parameter: click.Parameter, text: str) -> Any:
    """Any value. Raises BadParameter with the place of the fault, which ends in exit code 2."""
    try:
        return read_json(text)
    except Malformed as error:
        raise click.BadParameter(str(error) if error.place else error.reason) from error


def json_object(context: click.Context, parameter: click.Parameter, text: str) -> dict[str, Any]:
    """An object, as every payload is one."""
    value = json_value(context, parameter, text)
    if not isinstance(value, dict):
        raise click.BadParameter("must be an object")
    return value
