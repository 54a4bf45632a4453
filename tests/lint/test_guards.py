"""Findings about guards: only provable ones are reported, with example values that the engine confirms."""

from __future__ import annotations

import json

import pytest

from statewright.diagnostics import Code
from statewright.lint import check_file

SAYS = {
    *(Code.GUARD_NEVER_HOLDS, Code.GUARD_ALWAYS_HOLDS, Code.SHADOWED_BRANCH),
    *(Code.GUARD_GAP, Code.GUARD_GAP_IN_DATA),
}


def machine(
    guards: list[str],
    *,
    command: object,
    data: object = None,
    setter: str = "data.n + 1",
    invariant: str = "",
) -> bytes:
    """Return a machine whose command has a branch per guard, where "" means no guard; events set data.n."""
    branches = [{"emit": f"E{n}"} | ({"guard": guard} if guard else {}) for n, guard in enumerate(guards)]
    definition = {
        "machine": "m",
        "initial": "a",
        "commands": {"Do": {"payload": command}},
        "events": {f"E{n}": {"set": {"n": setter}} if data else {} for n in range(len(guards))},
        "data": data or {},
        "states": {"a": {"accepts": {"Do": branches}}},
        "invariants": [{"check": invariant}] if invariant else [],
    }
    return json.dumps(definition).encode()


def said(content: bytes) -> list[tuple[str, str]]:
    """Return codes and messages of the rules about guards."""
    return [(f.code.id, f.message) for f in check_file(content, "m.machine.json") if f.code in SAYS]


def gap(guards: list[str], **sections: object) -> str | None:
    """Return the values in the finding about a gap, or None without such a finding."""
    found = [message for code, message in said(machine(guards, **sections)) if code in ("SW305", "SW319")]  # type: ignore[arg-type]
    return found[0].split(" applies if ")[1].split(";")[0] if found else None


INTEGER = {"n": {"type": "integer", "minimum": 0, "maximum": 100}}
KIND = {"kind": {"type": "string", "enum": ["a", "b", "c"]}}


@pytest.mark.parametrize(
    ("guards", "shown"),
    [
        (["command.n > 10", "command.n < 10"], "command.n = 10"),
        (["command.n <= 10", "11 < command.n"], "command.n = 11"),
        (["command.n > 0", "command.n > 50"], "command.n = 0"),
        (["command.n in [0, 1]", "command.n >= 3"], "command.n = 2"),
        (["!(command.n == 7)", "command.n == 8"], "command.n = 7"),
        (["command.n < 5 ? true : command.n > 5", "false"], "command.n = 5"),
    ],
)
def test_a_gap_between_integers_is_shown(guards: list[str], shown: str) -> None:
    """The finding shows the first value that no guard covers."""
    assert gap(guards, command=INTEGER) == shown


@pytest.mark.parametrize(
    ("guards", "command", "shown"),
    [
        (["command.kind == 'a'", "command.kind == 'b'"], KIND, 'command.kind = "c"'),
        (["command.x > 1.5", "command.x < 1.5"], {"x": "number"}, "command.x = 1.5"),
        (["command.s == 'x'", "command.s == 'other'"], {"s": "string"}, 'command.s = ""'),
        (
            ["command.b && command.c", "!command.b"],
            {"b": "boolean", "c": "boolean"},
            "command.b = true, command.c = false",
        ),
        (["size(command.s) > 1", "size(command.s) == 1"], {"s": "string"}, "size(command.s) = 0"),
        (
            ["command.o == null", "command.o != null && command.o > 0"],
            {"o": {"type": ["integer", "null"], "minimum": 0}},
            "command.o = 0",
        ),
    ],
)
def test_a_gap_between_other_values_is_shown(guards: list[str], command: object, shown: str) -> None:
    """Enums, doubles, strings, booleans, sizes and nullable fields can have gaps."""
    assert gap(guards, command=command) == shown


@pytest.mark.parametrize(
    "guards",
    [
        ["command.n > 10", "command.n <= 10"],
        ["command.n > 10", ""],
        ["command.n > 10"],
        ["command.n >= 0", "command.n > 50"],
        ["command.n > 10", "command.n * 2 < 30"],
        ["command.n > 10", "command.n < data.n"],
        ["command.n > 10", "data.list.exists(i, i == command.n)"],
    ],
)
def test_no_false_gap_is_reported(guards: list[str]) -> None:
    """Complete lists, single guards and guards that cannot be analysed have no finding."""
    data = {"n": {"type": "integer", "default": 0}, "list": {"type": "array", "default": []}}
    assert gap(guards, command=INTEGER, data=data) is None


def test_data_outside_the_range_of_the_guards_are_not_assumed() -> None:
    """A counter that only grows is never negative, although its schema allows that."""
    data = {"n": {"type": "integer", "default": 0}}
    assert gap(["data.n == 0", "data.n > 0"], command={}, data=data) is None
    assert gap(["data.n < 3", "data.n > 3"], command={}, data=data) == "data.n can be 3"


@pytest.mark.parametrize("setter", ["20", "0"])
def test_values_that_no_event_sets_are_not_assumed(setter: str) -> None:
    """A field that is set to constants never has a value between them."""
    data = {"n": {"type": "integer", "default": 0}}
    assert gap(["data.n == 0", "data.n == 20"], command={}, data=data, setter=setter) is None


def test_a_gap_for_any_data_is_a_warning() -> None:
    """A gap that also depends on the data is only info, and shows both values."""
    data = {"n": {"type": "integer", "default": 0}}
    guards = ["command.n > 10 && data.n > 1", "command.n < 10"]
    assert gap(guards, command=INTEGER, data=data) == "command.n = 10"
    guards = ["command.n >= 10 && data.n > 0", "command.n < 10"]
    assert gap(guards, command=INTEGER, data=data) == "command.n = 10 and data.n can be 0"


def test_a_gap_that_an_invariant_excludes_is_not_reported() -> None:
    """Data that break an invariant are never stored."""
    data = {"n": {"type": "integer", "default": 0}}
    guards = ["data.n < 3", "data.n > 5"]
    assert gap(guards, command={}, data=data, invariant="data.n < 3 || data.n > 5") is None
    assert gap(guards, command={}, data=data, invariant="data.n >= 0") == "data.n can be 3"


def test_an_invariant_that_cannot_be_analysed_suppresses_the_gap() -> None:
    """The invariant may exclude the value."""
    data = {"n": {"type": "integer", "default": 0}}
    assert gap(["data.n < 3", "data.n > 3"], command={}, data=data, invariant="data.n * 2 != 6") is None


@pytest.mark.parametrize(
    "guard",
    [
        "command.n < 0",
        "command.n > 5 && command.n < 3",
        "command.n == 101",
        "command.n in [-1, 200]",
        "false",
    ],
)
def test_a_guard_that_never_holds_is_reported(guard: str) -> None:
    """It holds for no value that the schema allows."""
    assert [code for code, _ in said(machine([guard, ""], command=INTEGER))] == ["SW304"]


@pytest.mark.parametrize("guard", ["command.n >= 0", "command.n < 50 || command.n > 10", "command.n != -1"])
def test_a_guard_that_always_holds_is_reported(guard: str) -> None:
    """The schema already guarantees it."""
    assert [code for code, _ in said(machine([guard], command=INTEGER))] == ["SW313"]


def test_a_shadowed_branch_is_reported() -> None:
    """Several earlier branches together can cover it."""
    guards = ["command.n < 50", "command.n > 20", "command.n == 7", ""]
    assert [code for code, _ in said(machine(guards, command=INTEGER))] == ["SW314", "SW314"]


def test_multiple_of_is_not_considered() -> None:
    """All integers in the range are assumed to be possible."""
    command = {"n": {"type": "integer", "multipleOf": 5}}
    assert said(machine(["command.n > 12", ""], command=command)) == []


def test_a_gap_can_depend_on_the_state() -> None:
    """The guards of an inherited list can compare the state."""
    definition = {
        "machine": "m",
        "initial": "a",
        "accepts": {
            "Do": [
                {"guard": "state == 'a'", "emit": "Left", "target": "b"},
                {"guard": "state == 'c'", "emit": "Returned", "target": "a"},
            ]
        },
        "states": {"a": {}, "b": {"accepts": {"Go": "c"}}, "c": {}},
    }
    messages = [message for _, message in said(json.dumps(definition).encode())]
    assert messages == ['no branch of command "Do" applies if state = "b"; add a last branch without a guard']


ANY_LETTER = {"s": {"type": "string", "maxLength": 1}}
NO_TEXT = {"s": {"type": "string", "maxLength": 0}}


@pytest.mark.parametrize("others", ["'x', 'o', ''", "'', 'a', 'b', 'o', 'x'"])
def test_a_list_of_short_strings_is_not_complete(others: str) -> None:
    """Other strings are always possible, so a guard that lists some of them is not constant."""
    assert said(machine([f"command.s in [{others}]", ""], command=ANY_LETTER)) == []


def test_the_empty_string_can_be_the_only_value() -> None:
    """This is the only case in which a list of strings is complete."""
    assert [code for code, _ in said(machine(["command.s == ''"], command=NO_TEXT))] == ["SW313"]


@pytest.mark.parametrize(
    "command", [{"type": "object", "properties": {"a": {"type": "integer"}}}, {"type": "object"}]
)
def test_the_size_of_an_object_is_not_reported(command: object) -> None:
    """The size depends on the properties, which no rule counts."""
    assert gap(["size(command.o) == 1", "size(command.o) == 2"], command={"o": command}) is None


@pytest.mark.slow
def test_guards_beyond_the_budget_are_not_analysed() -> None:
    """The effort per file is limited, so only the first guards in the file are analysed."""
    names = [f"b{number}" for number in range(8)]
    every = " || ".join(f"command.{name}" for name in names)
    guards = [f"{every} || !command.b0 || command.n == {number}" for number in range(200)]
    command = {"n": "integer"} | dict.fromkeys(names, "boolean")
    told = [message for code, message in said(machine(guards, command=command)) if code == "SW313"]
    assert 0 < len(told) < len(guards)
    assert all("command.n == 199" not in message for message in told)
