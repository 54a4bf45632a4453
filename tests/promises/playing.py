"""Plays the recorded batches through the handler with a fixed clock."""

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
LABEL = "statewright"  # the message attribute with the reason for dead-lettering


@dataclass
class RecordingClient:
    """A fake of the SDK's SQS client that records and confirms every request."""

    requests: list[list[Any]] = field(default_factory=list)
    meta: Any = field(default_factory=lambda: SimpleNamespace(endpoint_url="https://queues.example"))

    def send_message(self, **request: Any) -> dict[str, str]:
        self.requests.append(["send_message", request])
        return {"MessageId": "confirmed"}

    def change_message_visibility(self, **request: Any) -> None:
        self.requests.append(["change_message_visibility", request])


@dataclass(frozen=True)
class Played:
    """The results of the batches. `requests`: the requests to SQS, sorted within each batch."""

    answers: list[Any]
    requests: list[Any]


def application_on(store: EventStore, definitions: str, *, client: Any, now: str) -> Application:
    """The handler's application with the golden definitions and the fixed time `now`."""
    return Application(
        store=store,
        definitions=FilesSource(GOLDEN / "definitions" / definitions, clock=lambda: 0.0),
        queue=SqsQueue(client, dead_letter_url=DEAD_LETTERS),
        snapshot_every=SNAPSHOT_EVERY,
        now=lambda: now,
        sleep=lambda _seconds: None,
    )


def play(store: EventStore) -> Played:
    """Play all recorded batches in order, each with its recorded time and definitions."""
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
    """The fields, with a reason replaced by whether it is present; its wording is not promised."""
    return {**fields, "reason": bool(fields["reason"])} if "reason" in fields else fields


def _sorted(requests: Iterable[list[Any]]) -> list[Any]:
    """The requests as JSON values, sorted because threads send them in random order."""
    texts = sorted(json.dumps(request, sort_keys=True, default=bytes.decode) for request in requests)
    return [_with_open_label(json.loads(text)) for text in texts]


def _with_open_label(request: list[Any]) -> list[Any]:
    attributes = request[1].get("MessageAttributes", {})
    if LABEL in attributes:
        attributes[LABEL]["StringValue"] = without_wording(json.loads(attributes[LABEL]["StringValue"]))
    return request
