"""Payloads as the text that is stored, and back: of events, and of the data in a snapshot.

The text is canonical, so equal payloads have equal texts. A text that was stored is not trusted to be
readable. `handler.deciding` writes it, `handler.loading` reads it, `handler.snapshots` does both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def payload_text(data: Mapping[str, Any]) -> str:
    """Keys sorted, no white space, Unicode as it is."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def read_payload(text: str) -> dict[str, Any]:
    """Raises ValueError for a text that is no JSON object, or nested too deep to be read."""
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(data, dict):
        raise ValueError("no object")
    return data
