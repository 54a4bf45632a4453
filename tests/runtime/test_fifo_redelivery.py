"""A FIFO message that is redelivered after a crash or lost answer is not decided on its successors' state."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from statewright.errors import StoreUnavailable
from statewright.machine.messages import Command
from statewright.runtime.driver import Ports
from statewright.runtime.effects import Append, Effect
from statewright.runtime.policy import Policy
from statewright.runtime.results import OnRefusal
from statewright.runtime.state_cache import StateCache
from statewright.stores.memory import MemoryStore
from statewright.stores.port import EventStore
from statewright.stores.sqlite import SqliteStore
from tests.given import machine_of
from tests.runtime.harness import FakeSource, Played, command_of, commits, deliver, ports_of

SWITCH = machine_of("""
    machine: switch
    initial: off
    commands: {Use: , Peek: , Enable: , Fail: , Note: }
    events: {Used: , Peeked: , Enabled: }
    states:
      off:
        accepts:
          Use: {reject: SWITCHED_OFF, on_refusal: drop}
          Peek: {emit: []}
          Enable: {emit: Enabled, target: on}
          Note: {reject: NOTED, on_refusal: record}
      on: {accepts: {Use: {emit: Used}, Peek: {emit: Peeked}, Enable: {emit: []}}}
""")


def switch_ports(store: EventStore | None = None, cache: StateCache | None = None) -> Ports:
    return ports_of(store=store, source=FakeSource(SWITCH), cache=cache)


def send(command_id: str, name: str, aggregate: str = "a") -> Command:
    return command_of(command_id, name, machine="switch", aggregate=aggregate)


def stored(ports: Ports, aggregate: str = "a") -> list[str]:
    return [event.type for commit in commits(ports, f"switch/{aggregate}") for event in commit.events]


USE, PEEK, ENABLE = send("use", "Use"), send("peek", "Peek"), send("enable", "Enable")


def lose_the_answer(ports: Ports, *commands: Command) -> Played:
    """Deliver commands to a store that makes every append but loses every answer."""

    def lost(request: Effect) -> None:
        if isinstance(request, Append):
            ports.store.append(request.head, request.commit)
            raise StoreUnavailable("no answer")

    return deliver(ports, *commands, fifo=True, act=lost)


@pytest.mark.parametrize("first", [USE, PEEK], ids=["dropped", "without events"])
def test_a_redelivered_command_is_not_applied_after_its_successor(first: Command) -> None:
    """The whole batch is delivered again, at a time when the first command would be accepted."""
    ports = switch_ports()
    assert lose_the_answer(ports, first, ENABLE).codes == ["TRANSIENT", "HANDED_BACK"]
    assert deliver(ports, first, ENABLE, fifo=True).codes == ["DUPLICATE", "DUPLICATE"]
    assert stored(ports) == ["Enabled"]


def test_a_write_that_did_not_happen_is_decided_again_in_order() -> None:
    """A failed write stores no trace of the batch."""
    ports = switch_ports()

    def refused(request: Effect) -> None:
        if isinstance(request, Append):
            raise StoreUnavailable("down")

    deliver(ports, USE, ENABLE, fifo=True, act=refused)
    assert deliver(ports, USE, ENABLE, fifo=True).codes == ["SWITCHED_OFF", "ACCEPTED"]


@pytest.mark.parametrize("warm", [False, True])
def test_a_redelivered_batch_adds_no_event(warm: bool) -> None:
    """Redelivering the batch or its beginning changes nothing, with other aggregates in between."""
    ports = switch_ports(cache=StateCache() if warm else None)
    batch = [
        USE,
        PEEK,
        send("b-1", "Enable", "b"),
        send("b-2", "Enable", "b"),
        ENABLE,
        send("b-3", "Use", "b"),
    ]
    codes = deliver(ports, *batch, fifo=True).codes
    assert codes == ["SWITCHED_OFF", "ACCEPTED", "ACCEPTED", "ACCEPTED", "ACCEPTED", "ACCEPTED"]
    for again in (batch, batch[:1], batch[:2], batch):
        assert set(deliver(ports, *again, fifo=True).codes) == {"DUPLICATE"}
    assert (stored(ports), stored(ports, "b")) == (["Enabled"], ["Enabled", "Used"])


class Crash(BaseException):
    """The death of the process."""


BATCH = (USE, send("note", "Note"), PEEK, ENABLE, send("late", "Use"), send("again", "Enable"))
REQUESTS = len(deliver(switch_ports(), *BATCH, fifo=True).requests)


@pytest.mark.parametrize("executed", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", range(1, REQUESTS + 1))
def test_a_crash_at_any_request_changes_no_event(place: int, executed: bool, tmp_path: Path) -> None:
    """The whole group is redelivered after the crash."""
    ports = switch_ports(SqliteStore(tmp_path / "events.db"))
    seen: list[Effect] = []

    def act(request: Effect) -> None:
        seen.append(request)
        if len(seen) == place:
            if executed and isinstance(request, Append):
                ports.store.append(request.head, request.commit)
            raise Crash

    with suppress(Crash):
        deliver(ports, *BATCH, fifo=True, act=act)
    assert not any(result.failed for result in deliver(ports, *BATCH, fifo=True).results)
    assert stored(ports) == ["$refused", "Enabled", "Used"]
    ports.store.close()


def test_a_dropped_command_in_a_new_message_is_decided_again() -> None:
    """Only a redelivery of the same message is recognized; this one is sent after the command it needs."""
    ports = switch_ports()
    deliver(ports, USE, ENABLE, fifo=True)
    assert deliver(ports, USE, fifo=True, batch=2).codes == ["ACCEPTED"]


def test_one_message_id_for_two_commands_is_not_a_redelivery() -> None:
    """Other kinds of queue may number their messages from 1."""
    ports = switch_ports()
    deliver(ports, USE, ENABLE, fifo=True)
    assert deliver(ports, send("peek", "Peek"), fifo=True).codes == ["ACCEPTED"]


def test_a_standard_queue_stores_no_trace_of_dropped_messages() -> None:
    """A standard queue has no order to keep, so a dropped command is decided again."""
    ports = switch_ports()
    deliver(ports, USE, ENABLE)
    [commit] = commits(ports, "switch/a")
    assert [command.id for command in commit.commands] == ["enable"]


def test_the_trace_of_a_dropped_message_has_no_event() -> None:
    """Any version of the code reads the trace as a command with an id that no real command has."""
    ports = switch_ports()
    deliver(ports, USE, ENABLE, fifo=True)
    [commit] = commits(ports, "switch/a")
    told = [(command.id, command.outcome, command.events) for command in commit.commands]
    assert told == [("~m-0", "SWITCHED_OFF", 0), ("enable", "accepted", 1)]


def test_a_message_without_an_effect_stores_nothing() -> None:
    """Without a successor there is no order to protect."""
    ports = switch_ports()
    deliver(ports, USE, PEEK, fifo=True)
    assert commits(ports, "switch/a") == ()


def test_a_snapshot_contains_commands_only() -> None:
    """Message ids would displace command ids that deduplication promises to remember."""
    ports = switch_ports()
    deliver(ports, USE, PEEK, ENABLE, fifo=True, policy=Policy(snapshot_every=1))
    [commit] = commits(ports, "switch/a")
    assert commit.snapshot is not None
    assert [command.id for command in commit.snapshot.commands] == ["enable"]
    assert deliver(ports, USE, PEEK, ENABLE, fifo=True).codes == ["DUPLICATE"] * 3


def test_dropped_messages_do_not_count_as_recorded_refusals() -> None:
    """The limit of a hundred recorded refusals in a row does not include them."""
    ports = switch_ports()
    for batch in range(60):
        played = deliver(ports, USE, send(f"n-{batch}", "Note"), fifo=True, batch=batch)
    assert played.dispositions == ["dropped", "recorded"]


@pytest.mark.parametrize("store", [MemoryStore, None], ids=["memory", "SQLite"])
def test_messages_beyond_the_room_in_a_commit_are_left_out(
    store: type[MemoryStore] | None, tmp_path: Path
) -> None:
    """The commit is still made; messages left out of it are decided again when redelivered."""
    ports = switch_ports(store() if store else SqliteStore(tmp_path / "events.db"))
    many = [send(f"u-{number}", "Use") for number in range(1_000)]
    played = deliver(ports, *many, ENABLE, fifo=True, policy=Policy(OnRefusal.DROP))
    assert (played.codes[-1], len(commits(ports, "switch/a"))) == ("ACCEPTED", 1)
    ports.store.close()
