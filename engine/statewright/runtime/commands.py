"""Commands from a caller's values, as strictly as from a message."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from statewright.canonical import digest
from statewright.machine.messages import Actor, Command
from statewright.stores.keys import ID_PATTERN, NAME_PATTERN
from statewright.strict_json import Malformed, read_json

NO_ACTOR = Actor()


def new_command(
    machine: str,
    aggregate_id: str,
    name: str,
    data: Mapping[str, Any] | None = None,
    *,
    id: str,
    actor: Actor = NO_ACTOR,
    expected_version: int | None = None,
    correlation_id: str | None = None,
    causation_id: str | None = None,
) -> Command:
    """A command to `machine/aggregate_id`. Raises ValueError that names the part at fault.

    `id`: the same for every repetition of this command, which then has its effect once. `data`: JSON values;
    whether they fit is for the definition to say. `expected_version`: the stream's version that the sender
    saw; 0 means that the aggregate must not exist.
    """
    for part, text, pattern in (
        ("id", id, ID_PATTERN),
        ("machine", machine, NAME_PATTERN),
        ("aggregate_id", aggregate_id, ID_PATTERN),
        ("name", name, NAME_PATTERN),
    ):
        _require(part, text, pattern)
    payload = _payload(data or {})
    return Command(
        id,
        machine,
        aggregate_id,
        name,
        payload,
        command_digest(name, payload),
        actor,
        expected_version,
        correlation_id,
        causation_id,
    )


def command_digest(name: str, data: Mapping[str, Any]) -> str:
    """Tells a repetition of a command from another command under the same id: SHA-256, hexadecimal."""
    return digest([name, data])


def _require(part: str, text: str, pattern: re.Pattern[str]) -> None:
    if not pattern.fullmatch(text):
        raise ValueError(f"{part}: must match {pattern.pattern}")


def _payload(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy that nobody else can change, read as a message would be."""
    try:
        payload = read_json(json.dumps(dict(data)), place="data")
    except TypeError as error:
        raise ValueError(f"data: {error}") from None
    except Malformed as error:
        raise ValueError(str(error)) from None
    assert isinstance(payload, dict)
    return payload
