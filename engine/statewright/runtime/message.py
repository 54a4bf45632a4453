"""A message as the runtime sees it, independent of the queue it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery of a message.

    `group`: the message group, None on a queue without order. `source`: the queue's ARN. `receipt_handle` and
    `attributes` are used only by the queue's adapter. `trace_header`: the sender's; `trace_id`: the trace in
    it; "" without one. `fault`: why the record is malformed, or "". The other fields of a malformed record
    contain only the parts that could be read.
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
