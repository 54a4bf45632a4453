"""Batches that mix valid messages with messages that can never succeed."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.e2e.accounts import command, deposits, invalid, opening, unauthorised
from tests.e2e.queues import RECEIVES_MAX
from tests.e2e.stage import Service, Stage

pytestmark = pytest.mark.e2e

GOOD = [opening("a-0"), opening("a-1"), *deposits("a-0", 8), *deposits("a-1", 8)]
POISON = [json.dumps(unauthorised("p-0", "a-0")), json.dumps(invalid("p-1", "a-1")), "no JSON at all"]
UNKNOWN = json.dumps(command("p-2", "Open", "a-0") | {"machine": "nobody"})


def test_poison_is_dead_lettered_after_ten_receives(stage: Stage) -> None:
    """Without DEAD_LETTER_QUEUE_URL, SQS moves the poison messages and no others."""
    poison = [*POISON, UNKNOWN]
    stage.send(*GOOD, *poison)
    with stage.serving() as service:
        service.drain()
        receives = _receives(service)
    letters = stage.dead_letters()
    assert sorted(letter["Body"] for letter in letters) == sorted(poison)
    assert {receives[letter["MessageId"]] for letter in letters} == {RECEIVES_MAX}
    assert sorted(stage.history().accepted) == sorted(each["id"] for each in GOOD)


def test_poison_is_dead_lettered_at_once_with_its_reason(stage: Stage) -> None:
    """With DEAD_LETTER_QUEUE_URL, the function moves each poison message at its first delivery."""
    stage.send(*GOOD, *POISON)
    with stage.serving({"DEAD_LETTER_QUEUE_URL": stage.queue.dead_letters_url}) as service:
        service.drain()
        receives = _receives(service)
    labels = {
        letter["Body"]: json.loads(letter["MessageAttributes"]["statewright"]["StringValue"])
        for letter in stage.dead_letters()
    }
    assert [labels[body]["code"] for body in POISON] == ["NOT_AUTHORIZED", "INVALID", "INVALID"]
    assert {label["source"] for label in labels.values()} == {stage.queue.arn}
    assert set(receives.values()) == {1}
    assert sorted(stage.history().accepted) == sorted(each["id"] for each in GOOD)


def _receives(service: Service) -> Counter[str]:
    """How often the function received each message."""
    return Counter(line["message_id"] for line in service.settled())
