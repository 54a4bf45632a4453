"""Commits have a size limit: commands count towards it, and a command that exceeds it alone is Invalid."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from statewright.errors import CommitTooLarge
from statewright.machine.messages import Actor, Command, Invalid
from statewright.runtime.aggregate import Aggregate
from statewright.runtime.commit_plan import CommitPlan, plan
from statewright.runtime.effects import Append
from statewright.runtime.message import Message
from statewright.runtime.policy import CONTENT_BYTES_MAX, FRAME_BYTES_MAX, Policy
from statewright.runtime.units import Delivery
from statewright.stores.memory import MemoryStore
from statewright.stores.record import ACCEPTED, Commit, DefinitionStamp, RecentCommand
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
EMPTY = Aggregate(MACHINE, MACHINE.initial, absent(STREAM), {}, 0, 0, 0)


def planned(*commands: Command, policy: Policy, aggregate: Aggregate = EMPTY) -> CommitPlan:
    """Return the plan of the first commit for these commands."""
    deliveries = [Delivery(Message("m", "{}"), command) for command in commands]
    return plan(aggregate, deliveries, now=NOW, policy=policy, fifo=False)


def taking(content_bytes: int) -> Policy:
    """Return the policy of a store whose commits have room for this many bytes of commands and events."""
    return Policy(commit_bytes_max=content_bytes + FRAME_BYTES_MAX)


def verbose(command: Command, number: int) -> Command:
    """Return the command with ids of maximum length, the actor's made of characters that are escaped."""
    return replace(
        command,
        id=f"{LONG}{number:04}",
        actor=Actor("\x01" * 128),
        correlation_id="é" * 128,
        causation_id="\U0001f600" * 128,
    )


def test_stored_commands_count_towards_the_size() -> None:
    """Large events and long ids together fill more than one commit, and every command is accepted."""
    ports = ports_of()
    large = command_of("s", "Sign", text="x" * (CONTENT_BYTES_MAX - 8 * 1024))
    small = [verbose(command, number) for number, command in enumerate(adds(60))]
    assert set(deliver(ports, large, *small).codes) == {"ACCEPTED"}
    assert len(commits(ports)) == 2


def test_a_single_command_that_no_commit_holds_is_invalid() -> None:
    """Its stored record exceeds the limit by a few bytes; the next command is accepted."""
    fitting = command_of("s", "Sign", text="x" * (CONTENT_BYTES_MAX - 600))
    played = deliver(ports_of(), replace(fitting, id="t"), verbose(fitting, 1), *adds(1))
    assert played.codes == ["ACCEPTED", "INVALID", "ACCEPTED"]
    assert played.results[1].reason.startswith("the command would add")


def test_characters_count_as_their_stored_bytes() -> None:
    """102,400 characters of two bytes fit, although their JSON escapes would not."""
    played = deliver(ports_of(), command_of("s", "Sign", text="é" * 102_400))
    assert played.codes == ["ACCEPTED"]


def test_a_single_command_may_have_exactly_the_maximum_size() -> None:
    """With one byte less of room, the command is Invalid."""
    weight = planned(*adds(1), policy=Policy()).decisions[0].weight
    assert planned(*adds(1), policy=taking(weight)).commit is not None
    refused = planned(*adds(1), policy=taking(weight - 1))
    assert (refused.commit, type(refused.decisions[0].outcome)) == (None, Invalid)


def test_a_commit_may_have_exactly_the_maximum_size() -> None:
    """With one byte less of room, the second command is left to the next commit."""
    weight = sum(decision.weight for decision in planned(*adds(2), policy=Policy()).decisions)
    assert len(planned(*adds(2), policy=taking(weight)).decisions) == 2
    assert len(planned(*adds(2), policy=taking(weight - 1)).decisions) == 1


def test_a_snapshot_may_fill_the_commit_exactly() -> None:
    """With one byte less of room, the commit is made without the snapshot."""
    known = {f"k{number}": RecentCommand(f"k{number}", "d" * 64, ACCEPTED) for number in range(20)}
    aggregate = replace(EMPTY, known=known)
    whole = planned(*adds(1), aggregate=aggregate, policy=Policy(snapshot_every=1)).commit
    assert whole is not None
    size = len(encode(whole).encode())
    exact, short = (
        planned(*adds(1), aggregate=aggregate, policy=Policy(snapshot_every=1, commit_bytes_max=most))
        for most in (size, size - 1)
    )
    assert (exact.commit, exact.snapshot_left_out) == (whole, False)
    assert (short.commit, short.snapshot_left_out) == (replace(whole, snapshot=None), True)


class SmallStore(MemoryStore):
    commit_bytes_max = 4 * 1024


def test_a_store_with_a_lower_limit_gets_smaller_commits() -> None:
    """Commits are split at the store's own limit; a command that exceeds it alone is Invalid."""
    ports = ports_of(store=SmallStore())
    large = command_of("large", "Sign", text="x" * 4 * 1024)
    policy = Policy(snapshot_every=1, commit_bytes_max=SmallStore.commit_bytes_max)
    played = deliver(ports, *adds(30), large, policy=policy)
    assert played.codes == ["ACCEPTED"] * 30 + ["INVALID"]
    assert len(commits(ports)) > 1


def test_a_commit_that_a_store_rejects_for_its_size_is_quarantined() -> None:
    """The commit can never succeed, so the failure is not transient."""
    refused = CommitTooLarge(stream=STREAM, size_bytes=2, size_bytes_max=1)
    assert deliver(ports_of(), *adds(1), act=once(Append, raising(refused))).codes == ["QUARANTINED"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_no_commit_is_larger_than_its_computed_size(texts: list[tuple[str, str]]) -> None:
    """This holds for any characters that have to be escaped."""
    commands = [
        replace(command_of(f"c{number}", "Sign", text=text), actor=Actor(actor), correlation_id=actor)
        for number, (text, actor) in enumerate(texts)
    ]
    whole = planned(*commands, policy=Policy())
    assert whole.commit is not None
    weighed = sum(decision.weight for decision in whole.decisions)
    assert len(encode(whole.commit).encode()) <= weighed + FRAME_BYTES_MAX


def test_the_rest_of_a_commit_fits_its_allowance() -> None:
    """This holds with the longest stream name and the longest numbers, but without commands and events."""
    stamp = DefinitionStamp(2**63, "d" * 64)
    bare = Commit("m" * 64 + "/" + "a" * 128, 2**63, NOW, stamp, (), ())
    assert len(encode(bare).encode()) <= FRAME_BYTES_MAX
