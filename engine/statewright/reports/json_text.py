"""JSON for files and logs: invisible characters escaped, everything else as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator

from statewright.escaping import printable_json


def indented_json(value: object) -> Iterator[str]:
    """A document over several lines."""
    yield from printable_json(json.dumps(value, ensure_ascii=False, indent=2)).split("\n")


def json_text(value: object) -> str:
    """On one line. Raises ValueError for infinity and not-a-number, which JSON lacks."""
    return printable_json(json.dumps(value, ensure_ascii=False, allow_nan=False))
