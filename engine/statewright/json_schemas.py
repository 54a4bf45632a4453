"""The JSON schemas that ship with Statewright: for editors, senders of commands, readers of events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent
_SHIPPED, _CHECKOUT = _PACKAGE / "schemas", _PACKAGE.parents[1] / "schemas"


def load_schema(name: str) -> dict[str, Any]:
    """A schema by the first part of its file's name: "machine", "command", "event"."""
    folder = _SHIPPED if _SHIPPED.is_dir() else _CHECKOUT
    text = (folder / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
