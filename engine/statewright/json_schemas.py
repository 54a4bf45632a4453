"""Loads the JSON Schemas that ship with Statewright."""

from __future__ import annotations

import json
from typing import Any

from statewright.package_data import data_folder


def load_schema(name: str) -> dict[str, Any]:
    """Load a schema by name: "machine", "scenarios", "command" or "event"."""
    text = (data_folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
