"""Exports of an old system, and the results of reading them."""

from __future__ import annotations

import io
import json
from typing import Any

from statewright.evolution.history_import import FoldedStream, ImportFault, fold_streams
from statewright.machine.compiled import Machine
from tests.given import example

ORDER = "order/o-1"
MACHINES = {name: example(name) for name in ("order", "account")}


def line(stream: str, version: int, type: str, data: object = None, **more: Any) -> str:
    """One event, a minute after the one before it."""
    time = f"2024-05-01T{9 + version // 60:02}:{version % 60:02}:00Z"
    event = {"stream": stream, "version": version, "type": type, "data": data or {}, "time": time}
    return json.dumps(event | more)


def order(stream: str = ORDER, **more: Any) -> list[str]:
    """An order that is paid in two parts."""
    return [
        line(stream, 1, "OrderPlaced", {"total": 1000}, **more),
        line(stream, 2, "PaymentReceived", {"amount": 400}),
        line(stream, 3, "OrderPaid", {"amount": 600}),
    ]


def deposits(stream: str, count: int) -> list[str]:
    """An account with `count` events, each with a different command."""
    opened = line(stream, 1, "AccountOpened", {"owner": "Ada"}, command_id="c-1")
    return [
        opened,
        *(
            line(stream, version, "MoneyDeposited", {"amount": version}, command_id=f"c-{version}")
            for version in range(2, count + 1)
        ),
    ]


def read(*lines: str | bytes, machines: dict[str, Machine] = MACHINES) -> list[FoldedStream | ImportFault]:
    """The results of reading a file with these lines."""
    texts = [text if isinstance(text, bytes) else text.encode() for text in lines]
    return list(fold_streams(io.BytesIO(b"\n".join(texts)), machines))


def read_one(*lines: str, machines: dict[str, Machine] = MACHINES) -> FoldedStream:
    """The only stream of a file, which folds."""
    [found] = read(*lines, machines=machines)
    assert isinstance(found, FoldedStream), found
    return found


def fault(*lines: str | bytes, machines: dict[str, Machine] = MACHINES) -> ImportFault:
    """The fault of a file's only stream."""
    [found] = read(*lines, machines=machines)
    assert isinstance(found, ImportFault), found
    return found
