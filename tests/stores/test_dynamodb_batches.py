"""Batches on DynamoDB: retries, races, and commands that are repeated after a long time."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from statewright.runtime.effects import Metric
from statewright.runtime.policy import Policy
from statewright.runtime.state_cache import StateCache
from tests.runtime.harness import adds, command_of, commits, counts, deliver, ports_of
from tests.stores.wire import Wire, answer_lost, refused

POLICY = Policy(dedupe_window=256)
THROTTLED = refused(400, "ThrottlingException")


def test_a_request_to_a_throttled_store_is_retried(wire: Wire) -> None:
    """After two throttled requests the command is accepted; only the driver has retried."""
    ports = ports_of(store=wire.store)
    wire.disturb(THROTTLED, THROTTLED)
    assert deliver(ports, *adds(1), policy=POLICY).codes == ["ACCEPTED"]
    assert wire.sent == ["Query"] * 3 + ["PutItem"]
    assert counts(ports)[Metric.STORE_RETRIES] == 2


def test_messages_are_redelivered_while_the_store_is_throttled(wire: Wire) -> None:
    """The number of attempts is limited, and no message is deleted."""
    wire.disturb(*[THROTTLED] * 20)
    played = deliver(ports_of(store=wire.store), *adds(2), policy=POLICY)
    assert (played.codes, played.dispositions) == (["TRANSIENT"] * 2, ["redelivered"] * 2)
    assert wire.sent == ["Query"] * 4


def test_a_lost_answer_is_resolved_within_the_batch(wire: Wire) -> None:
    """The second put finds the commit of the first, so the command is accepted and stored once."""
    ports = ports_of(store=wire.store)
    wire.disturb(lambda _request: None, answer_lost)
    assert deliver(ports, *adds(1), policy=POLICY).codes == ["ACCEPTED"]
    assert wire.sent == ["Query", "PutItem", "PutItem"]
    assert [len(commit.events) for commit in commits(ports)] == [1]


def test_concurrent_writers_of_one_aggregate_lose_no_command(wire: Wire) -> None:
    """Four processes with separate caches deliver each command until it is accepted."""

    def write(writer: int) -> None:
        ports = ports_of(store=wire.store, cache=StateCache())
        for command in adds(10, start=10 * writer):
            assert any(deliver(ports, command, policy=POLICY).codes == ["ACCEPTED"] for _ in range(20))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    stored = [one.id for commit in wire.store.read("till/a").commits for one in commit.commands]
    assert sorted(stored) == sorted(command.id for command in adds(40))


@pytest.mark.parametrize(("number", "code"), [(256, "DUPLICATE"), (257, "ACCEPTED")])
def test_a_load_knows_exactly_the_commands_of_the_window(wire: Wire, number: int, code: str) -> None:
    """The 256th command before the snapshot is known; the one before it is decided again.

    A load reads the newest hundred commits, so those hold one command each.
    """
    ports = ports_of(store=wire.store, cache=StateCache())
    commands = adds(300)
    for first, last in [(0, 157), *((n, n + 1) for n in range(157, 300))]:
        deliver(ports, *commands[first:last], policy=POLICY)
    assert commits(ports)[-1].snapshot is not None
    cold = ports_of(store=wire.store)
    assert deliver(cold, commands[-number], policy=POLICY).codes == [code]


def test_any_text_is_stored_unchanged(wire: Wire) -> None:
    """The text survives both the table's encoding and the commit's JSON."""
    ports = ports_of(store=wire.store)
    text = "é e\u0301 漢字 \U0001f600 \U0010ffff \x00 \u2028"
    assert deliver(ports, command_of("s", "Sign", text=text), policy=POLICY).codes == ["ACCEPTED"]
    assert json.loads(commits(ports)[0].events[0].data) == {"text": text}
