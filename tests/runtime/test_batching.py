"""Neither batch boundaries nor cached states change the outcome of a command."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statewright.machine.messages import AggregateState, Command
from statewright.runtime.policy import Policy
from statewright.runtime.replay import fold
from statewright.runtime.state_cache import StateCache
from statewright.stores.memory import MemoryStore
from tests.runtime.harness import MACHINE, STREAM, command_of, commits, deliver, ports_of

NAMES = st.sampled_from(["Look", "Close", "Reopen", "Finish", "Note", "Forget", "Bury", "Burst"])
COMMANDS = st.builds(
    lambda number, name, amount: (
        command_of(f"c{number}", name) if name != "Add" else command_of(f"c{number}", "Add", amount=amount)
    ),
    st.integers(0, 12),
    st.just("Add") | NAMES,
    st.sampled_from([1, 2, 13, 700, 1000]),
)


def ended(commands: list[Command], sizes: list[int], *, fifo: bool) -> tuple[AggregateState, list[str]]:
    """Process the commands in batches of these sizes; return the final state and the outcome codes."""
    ports = ports_of()
    codes: list[str] = []
    rest = commands
    for batch, size in enumerate([*sizes, len(commands)]):
        if rest:
            policy = Policy(snapshot_every=5)
            codes += deliver(ports, *rest[:size], fifo=fifo, policy=policy, batch=batch).codes
        rest = rest[size:]
    state = MACHINE.initial
    for commit in commits(ports):
        state = fold(MACHINE, state, commit)
    return state, codes


@pytest.mark.slow
@settings(max_examples=150)
@given(st.lists(COMMANDS, max_size=14), st.lists(st.integers(1, 5), max_size=6), st.booleans())
def test_batches_end_where_single_commands_end(commands: list[Command], sizes: list[int], fifo: bool) -> None:
    """Whether commands come one by one or in batches, their outcomes and the final state are the same."""
    assert ended(commands, sizes, fifo=fifo) == ended(commands, [1] * len(commands), fifo=fifo)


TIME = "2026-11-23T12:00:00.{:06}Z"

Schedule = list[tuple[int, list[Command]]]


def settled(schedule: Schedule, policy: Policy, *, warm: bool, fifo: bool) -> tuple[object, ...]:
    """Two processes take turns on one aggregate, both cached or neither; return their answers and commits."""
    store = MemoryStore()
    caches = [StateCache(), StateCache()] if warm else [None, None]
    answers = []
    for turn, (index, commands) in enumerate(schedule):
        # Each turn needs its own time; otherwise two processes could write the same commit and both claim it.
        ports = ports_of(store=store, cache=caches[index], now=partial(TIME.format, turn))
        played = deliver(ports, *commands, fifo=fifo, policy=policy, batch=turn)
        answers.append((played.codes, played.dispositions))
    return answers, store.read(STREAM).commits


@pytest.mark.slow
@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.lists(COMMANDS, min_size=1, max_size=3)), max_size=14),
    st.sampled_from([None, 256]),
    st.booleans(),
)
def test_cached_states_change_no_result(schedule: Schedule, window: int | None, fifo: bool) -> None:
    """Cached states that lag behind yield the same codes, dispositions, commits and snapshots as no cache."""
    policy = Policy(snapshot_every=5, dedupe_window=window)
    cold = settled(schedule, policy, warm=False, fifo=fifo)
    assert settled(schedule, policy, warm=True, fifo=fifo) == cold
