"""Stored payloads back from their text, which is not trusted to be readable.

`statewright.runtime.loading` reads events with it, `statewright.runtime.snapshots` the data of a snapshot.
"""

from __future__ import annotations

import json
from typing import Any


def read_payload(text: str) -> dict[str, Any]:
    """Raises ValueError for a text that is no JSON object, or nested too deep to be read."""
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(data, dict):
        raise ValueError("no object")
    return data
