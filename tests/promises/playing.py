"""The recorded batches, played through the handler with a fixed clock."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from statewright.aws.sqs import handle_event
from statewright.aws.sqs_queue import SqsQueue
from statewright.registry.files import FilesSource
from statewright.runtime.application import Application
from statewright.stores.port import EventStore
from statewright.stores.sqlite import SqliteStore
from tests.promises.files import GOLDEN, golden_lines

SNAPSHOT_EVERY = 3
DEAD_LETTERS = "https://queues.example/123456789012/dead-letters.fifo"
LABEL = "statewright"  # the attribute that says why a message is in the dead-letter queue


@dataclass
class RecordingClient:
    """Stands in for the SDK's client of SQS and confirms everything."""

    requests: list[list[Any]] = field(default_factory=list)
    meta: Any = field(default_factory=lambda: SimpleNamespace(endpoint_url="https://queues.example"))

    def send_message(self, **request: Any) -> dict[str, str]:
        self.requests.append(["send_message", request])
        return {"MessageId": "confirmed"}

    def change_message_visibility(self, **request: Any) -> None:
        self.requests.append(["change_message_visibility", request])


@dataclass(frozen=True)
class Played:
    """What the batches led to. `requests`: to SQS, sorted within each batch."""

    answers: list[Any]
    requests: list[Any]


def application_on(store: EventStore, definitions: str, *, client: Any, now: str) -> Application:
    """The handler with the golden definitions, at a time that stands still."""
    return Application(
        store=store,
        definitions=FilesSource(GOLDEN / "definitions" / definitions, clock=lambda: 0.0),
        queue=SqsQueue(client, dead_letter_url=DEAD_LETTERS),
        snapshot_every=SNAPSHOT_EVERY,
        now=lambda: now,
        sleep=lambda _seconds: None,
    )


def play(store: EventStore) -> Played:
    """Every recorded batch in its order, each at its own time and under its own definitions."""
    client = RecordingClient()
    answers, requests = [], []
    for batch in golden_lines("handler/batches.jsonl"):
        application = application_on(store, batch["definitions"], client=client, now=batch["now"])
        with closing(application):
            answers.append(handle_event(application, batch["event"]).response)
        requests.append(_sorted(client.requests))
        client.requests.clear()
    return Played(answers, requests)


def play_into_file(path: Path) -> Played:
    with closing(SqliteStore(path)) as store:
        return play(store)


def without_wording(fields: dict[str, Any]) -> dict[str, Any]:
    """The same fields; of a reason only whether there is one, because its wording is not promised."""
    return {**fields, "reason": bool(fields["reason"])} if "reason" in fields else fields


def _sorted(requests: Iterable[list[Any]]) -> list[Any]:
    """As JSON has them, bytes as text; threads make the order of requests a matter of chance."""
    texts = sorted(json.dumps(request, sort_keys=True, default=bytes.decode) for request in requests)
    return [_with_open_label(json.loads(text)) for text in texts]


def _with_open_label(request: list[Any]) -> list[Any]:
    attributes = request[1].get("MessageAttributes", {})
    if LABEL in attributes:
        attributes[LABEL]["StringValue"] = without_wording(json.loads(attributes[LABEL]["StringValue"]))
    return request
