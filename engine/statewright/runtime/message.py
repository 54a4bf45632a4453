"""A message as the runtime sees it, whatever queue it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of a message.

    `group`: its message group on a queue that keeps order, None elsewhere. `source`: the queue's own name for
    itself. `receipt_handle` and `attributes` belong to the queue's adapter and pass through unread.
    `trace_header`: the sender's; `trace_id`: the trace it names; "" where there is none. `fault`: what is
    wrong with it, "" for a good one; the other fields then hold what could be read before.
    """

    message_id: str
    body: str
    receive_count: int = 1
    group: str | None = None
    source: str = ""
    receipt_handle: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    trace_header: str = ""
    trace_id: str = ""
    fault: str = ""
