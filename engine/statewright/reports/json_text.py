"""JSON for files and logs, with invisible characters escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator

from statewright.escaping import printable_json


def indented_json(value: object) -> Iterator[str]:
    """The lines of an indented document."""
    yield from printable_json(json.dumps(value, ensure_ascii=False, indent=2)).split("\n")


def json_text(value: object) -> str:
    """JSON on one line. Raises ValueError for infinity and NaN."""
    return printable_json(json.dumps(value, ensure_ascii=False, allow_nan=False))
