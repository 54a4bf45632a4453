"""The JSON schemas that ship with Statewright: for editors, senders of commands, readers of events."""

from __future__ import annotations

import json
from typing import Any

from statewright.package_data import data_folder


def load_schema(name: str) -> dict[str, Any]:
    """A schema by the first part of its file's name: "machine", "command", "event"."""
    text = (data_folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
