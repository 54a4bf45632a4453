"""The JSON schemas that ship with Statewright: for editors, senders of commands, readers of events."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def load_schema(name: str) -> dict[str, Any]:
    """A schema by the first part of its file's name: "machine", "command", "event"."""
    text = files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
