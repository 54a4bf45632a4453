"""A batch is split into units: messages that must keep their order share one, others run in parallel."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from statewright.machine.messages import Command, Invalid, InvalidKind
from statewright.runtime.message import Message
from statewright.runtime.units import Run, Unreadable, units_of
from tests.runtime.harness import command_of

INVALID = Invalid(InvalidKind.MESSAGE, "body: is not JSON")
CONTENTS = st.sampled_from("abc").map(
    lambda name: command_of("c", "Add", aggregate=name, amount=1)
) | st.just(INVALID)


def batch(*contents: Command | Invalid, groups: str = "") -> list[tuple[Message, Command | Invalid]]:
    """Return messages m-0, m-1 and so on; for FIFO, `groups` has a letter for each."""
    return [
        (Message(f"m-{index}", "", group=groups[index] if groups else None), content)
        for index, content in enumerate(contents)
    ]


def shape(contents: list[tuple[Message, Command | Invalid]]) -> list[list[str]]:
    return [[entry.message.message_id for entry in unit.entries] for unit in units_of(contents)]


def test_a_standard_queue_is_split_by_aggregate() -> None:
    """A message without a command is a unit of its own."""
    a, b = command_of("1", "Look"), command_of("2", "Look", aggregate="b")
    assert shape(batch(a, b, INVALID, a, INVALID)) == [["m-0", "m-3"], ["m-1"], ["m-2"], ["m-4"]]


def test_one_id_in_two_machines_is_two_aggregates() -> None:
    """Each stream belongs to one machine."""
    assert len(units_of(batch(command_of("1", "Look"), command_of("2", "Look", machine="tilt")))) == 2


def test_fifo_is_split_by_message_group() -> None:
    """The bodies do not matter, and groups do not wait for each other."""
    a, b = command_of("1", "Look"), command_of("2", "Look", aggregate="b")
    assert shape(batch(a, b, INVALID, a, groups="gghh")) == [["m-0", "m-1"], ["m-2", "m-3"]]


def test_a_group_becomes_consecutive_runs() -> None:
    """Adjacent commands to one aggregate form a run; an unreadable message is a step of its own."""
    a, b = command_of("1", "Look"), command_of("2", "Look", aggregate="b")
    [unit] = units_of(batch(a, a, b, INVALID, INVALID, a, groups="gggggg"))
    steps = [len(step.deliveries) if isinstance(step, Run) else type(step) for step in unit.steps]
    assert steps == [2, 1, Unreadable, Unreadable, 1]


@given(st.lists(CONTENTS, max_size=12), st.sampled_from(["", "gggggggggggg", "ghghghghghgh"]))
def test_every_message_is_in_one_unit_in_its_order(contents: list[Command | Invalid], groups: str) -> None:
    """No message is lost or doubled, and every unit keeps the order of its messages."""
    cut = [[int(one[2:]) for one in unit] for unit in shape(batch(*contents, groups=groups))]
    assert sorted(chain.from_iterable(cut)) == list(range(len(contents)))
    assert all(unit == sorted(unit) for unit in cut)
