"""Stream keys and event ids are unique and plain ASCII."""

from __future__ import annotations

from operator import add
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.stores.keys import event_id, stream_key

ALPHANUMERIC = ascii_letters + digits
MACHINES = st.builds(add, st.sampled_from(ascii_letters), st.text(ALPHANUMERIC + "_-", max_size=63))
AGGREGATE_IDS = st.builds(add, st.sampled_from(ALPHANUMERIC), st.text(ALPHANUMERIC + "._:@+=-", max_size=127))
EVENTS = st.tuples(MACHINES, AGGREGATE_IDS, st.integers(1, 1_000))


@given(MACHINES, AGGREGATE_IDS)
def test_a_key_can_be_split_into_its_parts(machine: str, aggregate_id: str) -> None:
    """Two different pairs therefore never share a key."""
    assert stream_key(machine, aggregate_id).split("/") == [machine, aggregate_id]


@given(EVENTS)
def test_an_event_id_can_be_split_into_its_parts(event: tuple[str, str, int]) -> None:
    """Two different events therefore never share an id."""
    machine, aggregate_id, version = event
    assert event_id(stream_key(machine, aggregate_id), version).split("/") == [
        machine,
        aggregate_id,
        str(version),
    ]


@pytest.mark.parametrize("aggregate_id", ["", "a/b", "-a", "a b", "é", "a\n", "a\x00", "a" * 129, "١"])
def test_an_aggregate_id_outside_the_pattern_is_refused(aggregate_id: str) -> None:
    """Slashes, leading signs, white space, non-ASCII characters and more than 128 characters are rejected."""
    with pytest.raises(ValueError, match="aggregate_id must match"):
        stream_key("order", aggregate_id)


@pytest.mark.parametrize("machine", ["", "a/b", "1a", "a.b", "ö", "a\n", "a" * 65])
def test_a_machine_name_outside_the_pattern_is_refused(machine: str) -> None:
    """A key accepts exactly the machine names that a definition may have."""
    with pytest.raises(ValueError, match="machine must match"):
        stream_key(machine, "o-17")
