"""Upcasting: an older event is folded as one of the current version, or the stream is rejected."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from statewright.errors import FoldFailed, UnknownMove, UpcastError
from statewright.machine.compiled import Machine
from statewright.machine.evolve import evolve, replay
from statewright.machine.messages import REFUSED, Accepted, Event
from statewright.machine.upcasting import upcast
from tests.given import command, machine_of, when

TILL = """
    machine: till
    version: 3
    initial: open
    data:
      taken: {type: integer, default: 0}
      currencies: {type: array, items: {type: string}, default: []}
    commands: {Pay: {payload: {amount: integer, currency: {type: string, maxLength: 3}}}}
    events:
      Paid:
        version: 3
        payload: {amount: integer, currency: {type: string, maxLength: 3}}
        upcast:
          1: {amount: event.amount * 100}
          2: {currency: "'EUR'"}
        set:
          taken: data.taken + event.amount
          currencies: data.currencies + [event.currency]
    states:
      open: {accepts: {Pay: {emit: Paid}}}
"""
MACHINE = machine_of(TILL)


def paid(event_version: int, **data: Any) -> Event:
    return Event("Paid", data, "open", event_version=event_version)


def folded(machine: Machine, *events: Event) -> Any:
    """Return the data after these events, folded as by the handler."""
    return replay(machine, machine.initial, events, stream="till/t", stored_by=1).data


def machine_with(event: str, *, sets: str = "taken: event.amount") -> Machine:
    """Return a till with this declaration of `Paid`, which no branch emits any longer."""
    head = "machine: till\ninitial: open\ndata: {taken: {type: integer, default: 0}}\nstates: {open: }\n"
    spec = f"{textwrap.dedent(event)}\nset: {{{sets}}}\nretired: [{{from: open}}]"
    return machine_of(f"{head}events:\n  Paid:\n{textwrap.indent(spec, '    ')}")


def test_an_older_event_runs_through_every_later_upcast() -> None:
    """Three versions in one stream all end in the same form."""
    data = folded(MACHINE, paid(1, amount=3), paid(2, amount=5), paid(3, amount=7, currency="CHF"))
    assert data == {"taken": 312, "currencies": ["EUR", "EUR", "CHF"]}


def test_evolve_upcasts_as_replay_does() -> None:
    """Folding a single event with `evolve` upcasts it like `replay`."""
    assert evolve(MACHINE, MACHINE.initial, paid(1, amount=3)).data == folded(MACHINE, paid(1, amount=3))


def test_a_new_event_has_the_current_version() -> None:
    """Later definitions then do not mistake it for an older one."""
    verdict = when(MACHINE, MACHINE.initial, command("Pay", {"amount": 1, "currency": "EUR"}))
    assert isinstance(verdict, Accepted)
    assert [event.event_version for event in verdict.events] == [3]


def test_the_stored_payload_stays_as_it_is() -> None:
    """Upcasting does not change the stored payload, which other definitions may fold again."""
    event = paid(1, amount=3)
    folded(MACHINE, event)
    assert event.data == {"amount": 3}


def test_every_value_of_an_upcast_sees_the_event_before_it() -> None:
    """All values of an upcast see the event before it, so two fields can be swapped."""
    machine = machine_with("""
        version: 2
        payload: {amount: integer, fee: integer}
        optional: [fee]
        upcast: {1: {amount: event.fee, fee: event.amount}}
    """)
    spec = (machine.definition.events or {})["Paid"]
    assert upcast(spec, {"amount": 1, "fee": 2}, event_version=1) == {"amount": 2, "fee": 1}


def test_undeclared_fields_are_dropped_after_the_last_upcast() -> None:
    """Until then upcasts may read it, so fields can be split, merged and dropped."""
    machine = machine_with("""
        version: 3
        payload: {amount: integer}
        upcast: {1: {cents: int(event.euros * 100.0)}, 2: {amount: event.cents + 1}}
    """)
    spec = (machine.definition.events or {})["Paid"]
    assert upcast(spec, {"euros": 1.5, "note": "x"}, event_version=1) == {"amount": 151}


def test_a_renamed_field_has_todays_name_before_it_is_upcast() -> None:
    """Upcasts read a renamed field under its current name."""
    machine = machine_with("""
        version: 2
        payload: {amount: {type: integer, renamed_from: [sum]}}
        upcast: {1: {amount: event.amount * 100}}
    """)
    assert folded(machine, paid(1, sum=2)) == {"taken": 200}


def test_an_event_under_its_old_name_is_upcast_too() -> None:
    """An event stored under an old name is upcast according to its version."""
    machine = machine_with("""
        version: 2
        renamed_from: [Payment]
        payload: {amount: integer}
        upcast: {1: {amount: event.amount * 100}}
    """)
    assert folded(machine, Event("Payment", {"amount": 2}, "open")) == {"taken": 200}


def test_a_field_missing_in_an_upcast_event_gets_its_default() -> None:
    """An upcast event without an optional field gets the field's default."""
    machine = machine_with(
        """
        version: 2
        payload: {amount: integer, fee: {type: integer, default: 9}}
        optional: [fee]
        upcast: {1: {}}
    """,
        sets="taken: event.fee",
    )
    assert folded(machine, paid(1, amount=2)) == {"taken": 9}


@pytest.mark.parametrize("data", [{}, {"amount": "3"}, {"amount": 2**62}])
def test_a_value_that_an_upcast_cannot_compute_stops_the_stream(data: dict[str, Any]) -> None:
    """The message names place, version, field and cause; only the error quotes the payload."""
    with pytest.raises(FoldFailed) as caught:
        folded(MACHINE, paid(2, amount=1), paid(1, **data))
    place = 'till/t at version 2: event "Paid": the upcast from version 1 fails: cannot compute '
    assert str(caught.value).startswith(f'{place}field "amount" from event.amount * 100: ')
    assert isinstance(caught.value.__cause__, UpcastError)


@pytest.mark.parametrize("sets", ["taken: event.amount", ""])
def test_an_event_that_does_not_fit_today_after_its_upcasts_stops_the_stream(sets: str) -> None:
    """An upcast result that violates the schema stops the stream, even if no setter reads it."""
    event = "version: 2\npayload: {amount: {type: integer, maximum: 9}}\nupcast: {1: {}}"
    with pytest.raises(FoldFailed) as caught:
        folded(machine_with(event, sets=sets), paid(1, amount=10))
    assert str(caught.value.__cause__) == ("the upcast from version 1 fails: amount: must be at most 9")


@pytest.mark.parametrize("event_version", [0, 4])
def test_an_event_of_a_version_that_the_definition_does_not_know_is_not_folded(event_version: int) -> None:
    """An event of an unknown version stops the stream."""
    with pytest.raises(UnknownMove) as caught:
        folded(MACHINE, paid(event_version, amount=1, currency="EUR"))
    assert str(caught.value) == (
        'till/t at version 1: machine "till" version 3 knows event "Paid" up to version 3, '
        f"but this one has version {event_version}"
    )


def test_an_event_that_is_declared_nowhere_has_version_1() -> None:
    """A later definition may have declared it and raised its version."""
    machine = machine_of("{machine: m, initial: a, states: {a: {accepts: {Go: a}}}}")
    assert folded(machine, Event("Go", {}, "a", "a")) == {}
    with pytest.raises(UnknownMove, match='"Go" up to version 1, but this one has version 2'):
        folded(machine, Event("Go", {}, "a", "a", event_version=2))


def test_a_recorded_refusal_has_no_event_version() -> None:
    """A recorded refusal is folded without an event version."""
    assert folded(MACHINE, Event(REFUSED, {"code": "X"}, "open")) == MACHINE.initial.data


FIELDS = ("a", "b", "c")
CHAIN = st.lists(
    st.dictionaries(
        st.sampled_from(FIELDS),
        st.builds(
            "event.{} {} {}".format, st.sampled_from(FIELDS), st.sampled_from("+-*"), st.integers(0, 9)
        ),
    ),
    min_size=1,
    max_size=6,
)


def chained(chain: list[dict[str, str]]) -> Machine:
    """Return a machine whose event has this chain of upcasts."""
    upcasts = {str(number): values for number, values in enumerate(chain, 1)}
    return machine_with(
        f"version: {len(chain) + 1}\npayload: {{a: integer, b: integer, c: integer}}\nupcast: {upcasts}",
        sets="",
    )


@pytest.mark.slow
@for_all(CHAIN, st.fixed_dictionaries({name: st.integers(-99, 99) for name in FIELDS}))
def test_a_chain_equals_its_upcasts_applied_one_by_one(
    chain: list[dict[str, str]], stored: dict[str, int]
) -> None:
    """Each step is compared with a definition that does not know the later ones."""
    stepwise = stored
    for values in chain:
        spec = (chained([values]).definition.events or {})["Paid"]
        stepwise = upcast(spec, stepwise, event_version=1)
    spec = (chained(chain).definition.events or {})["Paid"]
    assert upcast(spec, stored, event_version=1) == stepwise


@pytest.mark.slow
def test_a_chain_that_multiplies_a_payload_is_refused_at_once() -> None:
    """Each link doubles it; shared references still count in full."""
    links = "".join(f"          {number}: {{tags: '[event.tags, event.tags]'}}\n" for number in range(1, 60))
    machine = machine_of(f"""
    machine: shelf
    initial: open
    commands: {{Mark: {{payload: {{tags: {{type: array}}}}}}}}
    events:
      Marked:
        version: 60
        payload: {{tags: {{type: array}}}}
        upcast:
{links}
    states:
      open: {{accepts: {{Mark: {{emit: Marked}}}}}}
""")
    with pytest.raises(UpcastError, match="the payload has more than 1,000,000 characters"):
        upcast(machine.definition.events["Marked"], {"tags": [1]}, event_version=1)
