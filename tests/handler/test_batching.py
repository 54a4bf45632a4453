"""How commands are cut into batches makes no difference to where an aggregate ends."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.messages import AggregateState, Command
from handler.loading import fold
from handler.policy import Policy
from tests.handler.world import MACHINE, commits, deliver, wish, world_of

NAMES = st.sampled_from(["Look", "Close", "Reopen", "Finish", "Note", "Forget", "Bury", "Burst"])
COMMANDS = st.builds(
    lambda number, name, amount: (
        wish(f"c{number}", name) if name != "Add" else wish(f"c{number}", "Add", amount=amount)
    ),
    st.integers(0, 12),
    st.just("Add") | NAMES,
    st.sampled_from([1, 2, 13, 700, 1000]),
)


def ended(commands: list[Command], sizes: list[int], *, fifo: bool) -> tuple[AggregateState, list[str]]:
    """Where the aggregate is after these commands in batches of these sizes, and what each came to."""
    world = world_of()
    codes: list[str] = []
    rest = commands
    for size in [*sizes, len(commands)]:
        if rest:
            codes += deliver(world, *rest[:size], fifo=fifo, policy=Policy(snapshot_every=5)).codes
        rest = rest[size:]
    state = MACHINE.initial
    for commit in commits(world):
        state = fold(MACHINE, state, commit)
    return state, codes


@settings(max_examples=150, deadline=None)
@given(st.lists(COMMANDS, max_size=14), st.lists(st.integers(1, 5), max_size=6), st.booleans())
def test_batches_end_where_single_commands_end(commands: list[Command], sizes: list[int], fifo: bool) -> None:
    """The same state and the same outcomes, one by one or in batches, with snapshots on the way."""
    assert ended(commands, sizes, fifo=fifo) == ended(commands, [1] * len(commands), fifo=fifo)
