"""How much a commit may hold: commands weigh too, and what no commit can hold is Invalid."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from statewright.errors import CommitTooLarge
from statewright.machine.messages import Actor, Command
from statewright.runtime.aggregate import Aggregate
from statewright.runtime.commit_plan import plan
from statewright.runtime.effects import Append
from statewright.runtime.message import Message
from statewright.runtime.policy import CONTENT_BYTES_MAX, FRAME_BYTES_MAX, Policy
from statewright.runtime.units import Delivery
from statewright.stores.memory import MemoryStore
from statewright.stores.record import Commit, DefinitionStamp
from statewright.stores.record_text import encode
from statewright.stores.rules import absent
from tests.runtime.harness import (
    MACHINE,
    NOW,
    STREAM,
    adds,
    command_of,
    commits,
    deliver,
    once,
    ports_of,
    raising,
)

LONG = "i" * 124


def verbose(command: Command, number: int) -> Command:
    """The same with every id as long as it may be, the actor's of characters that are escaped."""
    return replace(
        command,
        id=f"{LONG}{number:04}",
        actor=Actor("\x01" * 128),
        correlation_id="é" * 128,
        causation_id="\U0001f600" * 128,
    )


def test_commands_weigh_too() -> None:
    """Large events and long ids together fill more than one commit, and every command is accepted."""
    ports = ports_of()
    large = command_of("s", "Sign", text="x" * (CONTENT_BYTES_MAX - 8 * 1024))
    small = [verbose(command, number) for number, command in enumerate(adds(60))]
    assert set(deliver(ports, large, *small).codes) == {"ACCEPTED"}
    assert len(commits(ports)) == 2


def test_a_single_command_that_no_commit_holds_is_invalid() -> None:
    """Its own record decides, here by a few bytes; the next command goes on."""
    fitting = command_of("s", "Sign", text="x" * (CONTENT_BYTES_MAX - 600))
    played = deliver(ports_of(), replace(fitting, id="t"), verbose(fitting, 1), *adds(1))
    assert played.codes == ["ACCEPTED", "INVALID", "ACCEPTED"]
    assert played.results[1].reason.startswith("what it adds to the stream has")


class SmallStore(MemoryStore):
    commit_bytes_max = 4 * 1024


def test_a_store_that_takes_less_gets_smaller_commits() -> None:
    """Its own limit cuts before it has to refuse; a command that is larger alone is Invalid."""
    ports = ports_of(store=SmallStore())
    large = command_of("large", "Sign", text="x" * 4 * 1024)
    policy = Policy(snapshot_every=1, commit_bytes_max=SmallStore.commit_bytes_max)
    played = deliver(ports, *adds(30), large, policy=policy)
    assert played.codes == ["ACCEPTED"] * 30 + ["INVALID"]
    assert len(commits(ports)) > 1


def test_a_commit_that_a_store_refuses_for_its_size_needs_a_person() -> None:
    """It can never succeed, so it is not called transient."""
    refused = CommitTooLarge(stream=STREAM, size_bytes=2, size_bytes_max=1)
    assert deliver(ports_of(), *adds(1), act=once(Append, raising(refused))).codes == ["QUARANTINED"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_no_commit_is_larger_than_it_was_weighed(texts: list[tuple[str, str]]) -> None:
    """Whatever has to be escaped in it."""
    empty = Aggregate(MACHINE, MACHINE.initial, absent(STREAM), {}, 0, 0)
    commands = [
        replace(command_of(f"c{number}", "Sign", text=text), actor=Actor(actor), correlation_id=actor)
        for number, (text, actor) in enumerate(texts)
    ]
    deliveries = [Delivery(Message("m", "{}"), command) for command in commands]
    planned = plan(empty, deliveries, now=NOW, policy=Policy(), fifo=False)
    assert planned.commit is not None
    weighed = sum(decision.weight for decision in planned.decisions)
    assert len(encode(planned.commit).encode()) <= weighed + FRAME_BYTES_MAX


def test_the_rest_of_a_commit_fits_its_allowance() -> None:
    """With the longest stream, the longest numbers and nothing in it."""
    stamp = DefinitionStamp(2**63, "d" * 64)
    bare = Commit("m" * 64 + "/" + "a" * 128, 2**63, NOW, stamp, (), ())
    assert len(encode(bare).encode()) <= FRAME_BYTES_MAX
