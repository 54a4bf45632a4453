"""The order of a map's keys never matters: senders, stores and snapshots yield the same aggregate."""

from __future__ import annotations

import pytest

from statewright.runtime.policy import Policy
from statewright.runtime.state_cache import StateCache
from statewright.stores.memory import MemoryStore
from tests.given import machine_of
from tests.runtime.harness import FakeSource, command_of, deliver, ports_of

BOXES = machine_of("""
    machine: box
    initial: open
    data:
      held: {type: object, default: {}}
      names: {type: array, items: {type: string}, default: []}
    commands: {Put: {payload: {held: {type: object}}}, List: {}, First: {payload: {wanted: string}}}
    events:
      Filled: {payload: {held: {type: object}}, set: {held: event.held}}
      Listed: {set: {names: "data.held.map(name, string(name))"}}
      Found: {payload: {wanted: string}}
    states:
      open:
        accepts:
          Put: {emit: Filled}
          List: {emit: Listed}
          First: {guard: "data.names[0] == command.wanted", emit: Found}
""")


@pytest.mark.parametrize("snapshot_every", [1, 100], ids=["snapshots", "events only"])
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_a_map_is_iterated_in_one_order(snapshot_every: int, warm: bool) -> None:
    """The first name is the same, however the aggregate was built."""
    store, cache = MemoryStore(), StateCache()
    policy = Policy(snapshot_every=snapshot_every, dedupe_window=256)
    codes: list[str] = []
    for one in (
        command_of("1", "Put", machine="box", held={"b": 1, "a": 2}),
        command_of("2", "List", machine="box"),
        command_of("3", "First", machine="box", wanted="b"),
        command_of("4", "First", machine="box", wanted="a"),
    ):
        ports = ports_of(store=store, source=FakeSource(BOXES), cache=cache if warm else None)
        codes += deliver(ports, one, policy=policy).codes
    assert codes == ["ACCEPTED", "ACCEPTED", "GUARD_FAILED", "ACCEPTED"]
