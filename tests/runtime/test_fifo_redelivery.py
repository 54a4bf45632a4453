"""What a FIFO group delivers again after a crash or a lost answer is not decided behind its successors."""

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
    """Every append is made, and no answer comes back."""

    def lost(request: Effect) -> None:
        if isinstance(request, Append):
            ports.store.append(request.head, request.commit)
            raise StoreUnavailable("no answer")

    return deliver(ports, *commands, fifo=True, act=lost)


@pytest.mark.parametrize("first", [USE, PEEK], ids=["dropped", "without events"])
def test_a_lost_answer_applies_nothing_behind_its_successor(first: Command) -> None:
    """All of the batch is delivered again, and the first would now be accepted."""
    ports = switch_ports()
    assert lose_the_answer(ports, first, ENABLE).codes == ["TRANSIENT", "HANDED_BACK"]
    assert deliver(ports, first, ENABLE, fifo=True).codes == ["DUPLICATE", "DUPLICATE"]
    assert stored(ports) == ["Enabled"]


def test_a_write_that_did_not_happen_is_decided_again_in_order() -> None:
    """Nothing is known of the batch, so it is as it was."""
    ports = switch_ports()

    def refused(request: Effect) -> None:
        if isinstance(request, Append):
            raise StoreUnavailable("down")

    deliver(ports, USE, ENABLE, fifo=True, act=refused)
    assert deliver(ports, USE, ENABLE, fifo=True).codes == ["SWITCHED_OFF", "ACCEPTED"]


@pytest.mark.parametrize("warm", [False, True])
def test_a_batch_that_is_delivered_again_adds_nothing(warm: bool) -> None:
    """All of it or its beginning, after the function was killed; other aggregates stand between."""
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
    """The process is gone."""


BATCH = (USE, send("note", "Note"), PEEK, ENABLE, send("late", "Use"), send("again", "Enable"))
REQUESTS = len(deliver(switch_ports(), *BATCH, fifo=True).requests)


@pytest.mark.parametrize("executed", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", range(1, REQUESTS + 1))
def test_a_crash_at_any_request_changes_no_event(place: int, executed: bool, tmp_path: Path) -> None:
    """Killed there, the group is delivered again as a whole."""
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


def test_a_dropped_command_that_is_sent_again_is_decided_again() -> None:
    """Another message, sent behind the command that it needs: only a redelivery is known."""
    ports = switch_ports()
    deliver(ports, USE, ENABLE, fifo=True)
    assert deliver(ports, USE, fifo=True, batch=2).codes == ["ACCEPTED"]


def test_one_message_id_for_two_commands_is_not_a_redelivery() -> None:
    """A queue of another kind may count from 1."""
    ports = switch_ports()
    deliver(ports, USE, ENABLE, fifo=True)
    assert deliver(ports, send("peek", "Peek"), fifo=True).codes == ["ACCEPTED"]


def test_on_a_standard_queue_nothing_is_written_of_it() -> None:
    """Without an order to keep, a dropped command is decided again."""
    ports = switch_ports()
    deliver(ports, USE, ENABLE)
    [commit] = commits(ports, "switch/a")
    assert [command.id for command in commit.commands] == ["enable"]


def test_the_trace_of_a_dropped_message_has_no_event() -> None:
    """A reader of any version takes it for a command under an id that no command has."""
    ports = switch_ports()
    deliver(ports, USE, ENABLE, fifo=True)
    [commit] = commits(ports, "switch/a")
    told = [(command.id, command.outcome, command.events) for command in commit.commands]
    assert told == [("~m-0", "SWITCHED_OFF", 0), ("enable", "accepted", 1)]


def test_a_message_without_an_effect_stores_nothing() -> None:
    """Before there are successors there is nothing that it could be applied behind."""
    ports = switch_ports()
    deliver(ports, USE, PEEK, fifo=True)
    assert commits(ports, "switch/a") == ()


def test_a_snapshot_contains_commands_only() -> None:
    """Messages would take the room of the ids that are promised."""
    ports = switch_ports()
    deliver(ports, USE, PEEK, ENABLE, fifo=True, policy=Policy(snapshot_every=1))
    [commit] = commits(ports, "switch/a")
    assert commit.snapshot is not None
    assert [command.id for command in commit.snapshot.commands] == ["enable"]
    assert deliver(ports, USE, PEEK, ENABLE, fifo=True).codes == ["DUPLICATE"] * 3


def test_dropped_messages_do_not_count_as_recorded_refusals() -> None:
    """Of which a stream takes a hundred without an accepted event between."""
    ports = switch_ports()
    for batch in range(60):
        played = deliver(ports, USE, send(f"n-{batch}", "Note"), fifo=True, batch=batch)
    assert played.dispositions == ["dropped", "recorded"]


@pytest.mark.parametrize("store", [MemoryStore, None], ids=["memory", "SQLite"])
def test_more_messages_than_a_commit_has_room_for_are_left_out(
    store: type[MemoryStore] | None, tmp_path: Path
) -> None:
    """The commit is made all the same; those messages are decided again should they come again."""
    ports = switch_ports(store() if store else SqliteStore(tmp_path / "events.db"))
    many = [send(f"u-{number}", "Use") for number in range(1_000)]
    played = deliver(ports, *many, ENABLE, fifo=True, policy=Policy(OnRefusal.DROP))
    assert (played.codes[-1], len(commits(ports, "switch/a"))) == ("ACCEPTED", 1)
    ports.store.close()
