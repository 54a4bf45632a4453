"""A repeated id is a duplicate if the body means the same in any spelling, and otherwise a reused id."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statewright.canonical import canonical_json
from statewright.machine.compiled import Machine
from statewright.runtime.envelope import command_digest
from statewright.runtime.repetition import is_repetition
from statewright.stores.memory import MemoryStore
from statewright.strict_json import double
from tests.given import machine_of
from tests.runtime.harness import FakeSource, command_of, deliver, ports_of

SHOP = """
    machine: shop
    version: VERSION
    initial: open
    commands:
      Pay:
        payload:
          amount: integer
          rate: {type: number, default: 2}
          note: {type: string, default: "NOTE", maxLength: 9}
          paid: {type: boolean, default: true, renamed_from: [settled]}
          lines:
            type: array
            items:
              type: object
              properties: {gift: {type: boolean, default: false}}
              additionalProperties: true
        optional: [rate, note, paid, lines]
    events: {Paid: {payload: {amount: integer}}}
    states: {open: {accepts: {Pay: {emit: Paid}}}}
"""
WIDE = f"""
    machine: shop
    initial: open
    commands:
      Pay:
        optional: [{", ".join(f"extra{n}" for n in range(20))}]
        payload:
          {{{", ".join(f"price{n}: number, count{n}: integer" for n in range(20))},
           {", ".join(f"extra{n}: {{type: integer, default: {n}}}" for n in range(20))},
           lines: {{type: array, items: {{type: object, properties: {{price: {{type: number}},
             count: {{type: integer, default: 1}}}}}}}}}}
    states: {{open: {{accepts: {{Pay: {{emit: []}}}}}}}}
"""
LINES = [{"n": 1, "tags": [0, "x", None]}, {"n": 2, "tags": []}]


def shop(version: int = 1, note: str = "-") -> Machine:
    return machine_of(SHOP.replace("VERSION", str(version)).replace("NOTE", note))


MACHINE = shop()


def repeats(first: dict[str, Any], second: dict[str, Any], machine: Machine = MACHINE) -> bool:
    command = command_of("c", "Pay", machine="shop", **second)
    return is_repetition(machine, command, command_digest("Pay", first))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"amount": 1}, {"amount": 1.0}),
        ({"amount": 0}, {"amount": -0.0}),
        ({"amount": 2**53}, {"amount": 2.0**53}),
        ({"amount": 616581622363398142}, {"amount": double("616581622363398142.0")}),
        ({"amount": 2**63 - 1}, {"amount": double("9223372036854775807.0")}),
        ({"amount": 1}, {"amount": 1, "note": "-"}),
        ({"amount": 1}, {"amount": 1, "rate": 2}),
        ({"amount": 1}, {"amount": 1, "rate": 2.0, "note": "-", "paid": True}),
        ({"amount": 1, "rate": 2, "note": "-"}, {"amount": 1.0, "paid": True}),
        ({"amount": 1, "paid": False}, {"amount": 1, "settled": False}),
        ({"amount": 1}, {"amount": 1, "settled": True}),
        ({"amount": 1, "lines": LINES}, {"lines": LINES, "amount": 1}),
        ({"amount": 1, "lines": [{"n": 1}, {"n": 2.0}]}, {"amount": 1, "lines": [{"n": 1.0}, {"n": 2}]}),
        ({"amount": 1, "lines": [{"n": 1}]}, {"amount": 1, "lines": [{"n": 1.0, "gift": False}]}),
    ],
    ids=str,
)
def test_another_spelling_of_a_body_is_a_repetition(first: dict[str, Any], second: dict[str, Any]) -> None:
    """The order of the two bodies does not matter."""
    assert repeats(first, second)
    assert repeats(second, first)


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 2},
        {"amount": 1.5},
        {"amount": True},
        {"amount": "1"},
        {"amount": 1, "note": ""},
        {"amount": 1, "note": None},
        {"amount": 1, "rate": 2.5},
        {"amount": 1, "paid": 1},
        {"amount": 1, "paid": False},
        {"amount": 1, "extra": 1},
        {"amount": 1, "lines": []},
        {"amount": 1, "lines": [{"gift": 0}]},
    ],
    ids=str,
)
def test_another_body_is_not_a_repetition(other: dict[str, Any]) -> None:
    """A body with another value, another type or an extra field is another command."""
    assert not repeats({"amount": 1}, other)
    assert not repeats(other, {"amount": 1})


def test_adjacent_large_integers_are_different() -> None:
    """Two integers that round to the same double are different."""
    assert not repeats({"amount": 2**53}, {"amount": 2**53 + 1})


def test_text_is_compared_without_normalization() -> None:
    """Text is not normalized to a Unicode form, because an aggregate may hold either form."""
    assert not repeats({"amount": 1, "note": "é"}, {"amount": 1, "note": "e\u0301"})


def test_a_large_body_is_recognized_if_each_kind_of_field_is_spelled_uniformly() -> None:
    """Prices are written as integers or doubles throughout, and defaults are given or omitted as a whole."""
    wide = machine_of(WIDE)
    lines = [{"price": number, "count": number % 3} for number in range(50)]
    sent: dict[str, Any] = {f"{kind}{n}": n for kind in ("price", "count", "extra") for n in range(20)}
    typed = {name: float(number) if name[0] == "p" else number for name, number in sent.items()}
    short = {name: number for name, number in typed.items() if name[0] != "e"}
    first = {**short, "lines": [{"price": float(line["price"]), "count": line["count"]} for line in lines]}
    assert repeats(first, {**sent, "lines": lines}, wide)
    assert not repeats(first, {**sent, "lines": lines[1:]}, wide)


def test_a_repetition_is_recognized_under_every_definition() -> None:
    """A body is recognized after its command's default has changed or the command is gone."""
    gone = machine_of("{machine: shop, initial: a, commands: {Go: }, events: {}, states: {a: {}}}")
    for machine in (shop(2, note="x"), gone):
        assert repeats({"amount": 1, "note": "-"}, {"amount": 1, "note": "-"}, machine)
        assert repeats({"amount": 1}, {"amount": 1.0}, machine)


def test_the_current_default_fills_an_omitted_field() -> None:
    """A message that spells out an earlier default now means something else."""
    assert not repeats({"amount": 1}, {"amount": 1, "note": "-"}, shop(2, note="x"))
    assert repeats({"amount": 1}, {"amount": 1, "note": "x"}, shop(2, note="x"))


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 100, 10_000])
def test_numbers_of_one_field_may_be_written_alike_in_every_item(count: int) -> None:
    """The number of items does not matter, because a serializer writes a field in one form."""
    integers, doubles = ([{"n": form(n), "m": n} for n in range(count)] for form in (int, float))
    assert repeats({"amount": 1, "lines": integers}, {"amount": 1, "lines": doubles})
    assert not repeats({"amount": 1, "lines": integers}, {"amount": 1, "lines": [*doubles, {}]})


def test_the_handler_recognizes_repetitions() -> None:
    """The handler compares with the digest that an earlier batch stored."""
    ports = ports_of(store=MemoryStore(), source=FakeSource(MACHINE))
    bodies: list[dict[str, Any]] = [
        {"amount": 1},
        {"amount": 1.0},
        {"amount": 1, "note": "-"},
        {"amount": 7},
    ]
    codes = [deliver(ports, command_of("c", "Pay", machine="shop", **body)).codes for body in bodies]
    assert codes == [["ACCEPTED"], ["DUPLICATE"], ["DUPLICATE"], ["ID_REUSED"]]


SCALARS = st.integers(-3, 3) | st.booleans() | st.none() | st.sampled_from(["", "-", 1.5, 2.0**60])
BODIES = st.fixed_dictionaries(
    {"amount": st.integers(-5, 5)},
    optional={
        "rate": st.sampled_from([2, 2.0, 3, 0.5]),
        "note": st.sampled_from(["-", "x"]),
        "paid": st.booleans(),
        "lines": st.lists(st.dictionaries(st.sampled_from("nm"), SCALARS, max_size=1), max_size=1),
    },
)


@given(BODIES, st.data())
def test_every_spelling_is_recognized(body: dict[str, Any], data: st.DataObject) -> None:
    """Numbers may be in either form, defaults omitted, and fields under either name."""

    def spelled(value: Any) -> Any:
        match value:
            case dict():
                return {name: spelled(part) for name, part in value.items()}
            case list():
                return [spelled(item) for item in value]
            case int() if not isinstance(value, bool) and data.draw(st.booleans()):
                return float(value)
            case _:
                return value

    other = {"rate": 2, "note": "-", "paid": True} | body
    for name, default in {"rate": 2, "note": "-", "paid": True}.items():
        if other[name] == default and data.draw(st.booleans()):
            del other[name]
    if "paid" in other and data.draw(st.booleans()):
        other["settled"] = other.pop("paid")
    assert repeats(spelled(body), spelled(other))


@pytest.mark.slow
@given(BODIES, BODIES)
def test_only_equal_bodies_are_repetitions(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Bodies are equal if the machine reads them as equal, with the defaults of the top level filled in."""
    spec = (MACHINE.definition.commands or {})["Pay"]
    whole = [spec.payload.conform(body, fill_defaults=True) for body in (first, second)]
    assert repeats(first, second) == (canonical_json(whole[0]) == canonical_json(whole[1]))
