"""The cost of a command on DynamoDB: requests, capacity units as charged by the service, and dollars.

Runs the real handler over the example `account` on DynamoDB Local, which is started unless
AWS_ENDPOINT_URL_DYNAMODB names one; `make emulators` fetches it. The figures are the same on every run.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statewright.aws.sqs import handle_event
from statewright.registry.files import FilesSource
from statewright.runtime.application import Application
from statewright.runtime.queue import LocalQueue
from tests.emulators import servers
from tests.emulators.clients import client_of, new_table
from tests.stores.wire import Wire

CONFIG = Path(__file__).parent.parent / "config"
NOW = "2026-11-23T12:00:00.000000Z"
BULK = 100  # commands per batch where only the length of a stream matters

# Dollars in us-east-1, on demand, without the free tiers.
WRITE_UNITS_MILLION = 0.625
READ_UNITS_MILLION = 0.125
SQS_REQUESTS_MILLION = 0.40
LAMBDA_REQUESTS_MILLION = 0.20
LAMBDA_GB_SECOND = 0.0000133334  # arm64

# Assumptions about a batch.
BATCH = 10
BATCH_SECONDS = 0.1
MEMORY_GB = 0.5
SQS_REQUESTS_PER_COMMAND = 1 + 2 / BATCH  # sent singly, received and deleted in batches


@dataclass(frozen=True, slots=True)
class Units:
    """Averages per command."""

    requests: float
    write_units: float
    read_units: float


class Scene:
    """The handler with its own table. The outcome of every command is checked."""

    def __init__(self, url: str) -> None:
        client = client_of("dynamodb", url)
        self._wire = Wire(client, table=new_table(client))
        self._numbers = itertools.count()
        self._application = self._started()

    def restart(self) -> None:
        """Start a process without cached aggregates."""
        self.close()
        self._application = self._started()

    def grow(self, account: str, *, events: int) -> None:
        """Create an account with this many events; each of the last hundred is a separate commit."""
        bodies = [self.command(account, "Open", owner="Ada")]
        bodies += [self.deposit(account) for _ in range(events - 1)]
        early = max(events - BULK, 0)
        for first in range(0, early, BULK):
            self.handle(*bodies[first : min(first + BULK, early)])
        for body in bodies[early:]:
            self.handle(body)

    def deposit(self, account: str) -> dict[str, Any]:
        return self.command(account, "Deposit", amount=1200)

    def command(self, account: str, name: str, **data: Any) -> dict[str, Any]:
        return {
            "id": f"0190f3a2-7c11-7d4e-9b00-{next(self._numbers):012d}",
            "machine": "account",
            "aggregate_id": account,
            "command": name,
            "data": data,
            "actor": {"id": "u-1042", "roles": ["teller"]},
        }

    def handle(self, *bodies: dict[str, Any], code: str = "ACCEPTED") -> None:
        event = {"Records": [_record(n, body) for n, body in enumerate(bodies)]}
        report = handle_event(self._application, event).batch
        found = {result.code for result in report.results}
        if found != {code}:
            raise RuntimeError(f"expected {code} only, found {found}")

    def measured(self, batches: Iterable[list[dict[str, Any]]], *, code: str = "ACCEPTED") -> Units:
        """The average over all commands of `batches`."""
        self._wire.reset()
        commands = 0
        for bodies in batches:
            self.handle(*bodies, code=code)
            commands += len(bodies)
        wire = self._wire
        return Units(len(wire.sent) / commands, wire.write_units / commands, wire.read_units / commands)

    def close(self) -> None:
        self._application.close()

    def _started(self) -> Application:
        return Application(
            store=self._wire.store,
            definitions=FilesSource(CONFIG, ttl_seconds=3600),
            queue=LocalQueue(),
            now=lambda: NOW,
        )


def measurements(scene: Scene) -> Iterator[tuple[str, Units]]:
    """Measured situations by name, each with its own account."""
    scene.grow("young", events=10)
    yield "accepted, warm", scene.measured([[scene.deposit("young")]])
    yield "accepted, warm, ten in a batch", scene.measured([[scene.deposit("young") for _ in range(10)]])
    for events in (1, 100, 10_000):
        account = f"of-{events}"
        scene.grow(account, events=events)
        scene.restart()
        yield f"accepted, cold, version {events:,}", scene.measured([[scene.deposit(account)]])
    yield "accepted, warm, mean of 100", scene.measured([scene.deposit("of-10000")] for _ in range(100))
    repeated = scene.deposit("of-100")
    scene.handle(repeated)
    refused = scene.command("of-100", "Capture", amount=1)
    yield "refused, warm", scene.measured([[refused]], code="NOTHING_HELD")
    yield "duplicate, warm", scene.measured([[repeated]], code="DUPLICATE")


def dollars_million(units: Units) -> float:
    """The cost of a million commands like the measured one."""
    table = units.write_units * WRITE_UNITS_MILLION + units.read_units * READ_UNITS_MILLION
    queue = SQS_REQUESTS_PER_COMMAND * SQS_REQUESTS_MILLION
    seconds = 1_000_000 / BATCH * BATCH_SECONDS
    return table + queue + LAMBDA_REQUESTS_MILLION / BATCH + seconds * MEMORY_GB * LAMBDA_GB_SECOND


def print_units() -> None:
    logging.disable()  # the handler logs refusals
    print(f"{'one command':<34}{'requests':>10}{'write units':>13}{'read units':>12}{'$ per million':>15}")
    with _endpoint() as url, closing(Scene(url)) as scene:
        for situation, units in measurements(scene):
            figures = f"{units.requests:10.2f}{units.write_units:13.2f}{units.read_units:12.2f}"
            print(f"{situation:<34}{figures}{dollars_million(units):15.2f}")
    print(
        f"$: us-east-1, on demand; {BATCH} commands to a batch of {BATCH_SECONDS * 1000:.0f} ms with "
        f"{MEMORY_GB * 1024:.0f} MB on arm64;\n"
        f"   {SQS_REQUESTS_PER_COMMAND} SQS requests per command; without storage, logs and free tiers"
    )


@contextmanager
def _endpoint() -> Iterator[str]:
    given = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder, servers.dynamodb_local(Path(folder) / "log") as url:
        yield url


def _record(number: int, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": f"m-{number}",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:commands",
    }


if __name__ == "__main__":
    print_units()
