"""Random small definitions of many kinds of elements as plain data, and edits of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

Written = dict[str, Any]
Edit = Callable[[Written, Random], None]  # in place; IndexError or KeyError where there is nothing to edit

_GUARDS = [
    "data.n > {0}",
    "data.n < {0}",
    "command.by + data.n <= {0}",
    "command.by != {0}",
    "data.on || command.by > {0}",
    "!(data.s == 'b') && data.n < {0}",
    "command.kind in ['a', 'b']",
    "size(data.s) < {0}",
    "data.x > {0}.5",
]
_SETTERS = {
    "n": [
        "data.n + event.by",
        "data.n + 1",
        "event.by",
        "data.n < {0} ? data.n + event.by : data.n",
        "data.n - event.by",
        "event.by * {0}",
        "{0}",
    ],
    "s": ["event.kind", "data.s + event.kind", "size(data.s) < {0} ? data.s + 'x' : data.s", "''"],
    "on": ["!data.on", "true", "event.by > {0}", "data.n > {0}"],
    "x": ["event.rate", "data.x + event.rate", "data.x < {0}.0 ? data.x + 0.5 : data.x"],
    "last": ["event.extra"],
}
_WITH = ["command.by", "command.by * {0}", "command.by + data.n", "data.n > {0} ? {0} : command.by"]
_STATES = ["one", "two", "three"]


def definition(random: Random) -> Written:
    """Every outcome emits a different event, so that the replay rule holds."""
    written: Written = {
        "initial": "one",
        "data": {
            "n": {"type": "integer", "default": random.randrange(3)},
            "s": {"type": "string", "default": "", "maxLength": random.choice([6, 30])},
            "on": {"type": "boolean", "default": False},
            "x": {"type": "number", "default": 1.0},
            "last": {"type": "object", "default": {}},
        },
        "commands": {},
        "events": {},
        "invariants": [{"check": f"data.n < {random.choice([9, 40, 500])}", "message": "Too many."}],
        "states": {name: {"accepts": {}} for name in _STATES},
    }
    for command in ("Add", "Move")[: random.randint(1, 2)]:
        written["commands"][command] = _command(random)
        for state in random.sample(_STATES, random.randint(1, 2)):
            branches = list(_branches(random, written["events"]))
            written["states"][state]["accepts"][command] = branches
    if not written["states"]["one"]["accepts"]:
        written["states"]["one"]["accepts"]["Add"] = list(_branches(random, written["events"]))
    return written


def _command(random: Random) -> Written:
    fields: Written = {
        "by": {"type": "integer", "minimum": 0, "maximum": random.choice([5, 60])},
        "kind": {"type": "string", "enum": ["a", "b", "c"]},
        "rate": {"type": "number", "minimum": 0, "maximum": 2, "default": 0.5},
        "extra": {"type": "object"},
    }
    roles = random.choice([[], [], ["clerk"], ["clerk", "owner"]])
    return {"payload": fields, "optional": ["rate"], **({"roles": roles} if roles else {})}


def _branches(random: Random, events: Written) -> Iterator[Written]:
    for _ in range(random.randint(0, 2)):
        yield {"guard": _filled(random, _GUARDS), **_branch(random, events)}
    yield _branch(random, events)


def _branch(random: Random, events: Written) -> Written:
    if random.random() < 0.25:
        return {"reject": random.choice(["NO", "LATER"])}
    name = f"Event{len(events)}"
    chosen = random.sample(list(_SETTERS), random.randint(1, 3))
    events[name] = {
        "payload": {
            "by": {"type": "integer", "maximum": random.choice([60, 900])},
            "kind": {"type": "string"},
            "rate": {"type": "number", "default": 0.25},
            "extra": {"type": "object"},
        },
        "optional": ["rate"],
        "set": {field: _filled(random, _SETTERS[field]) for field in chosen},
    }
    branch: Written = {"emit": name}
    if random.random() < 0.4:
        branch["with"] = {"by": _filled(random, _WITH)}
    if random.random() < 0.5:
        branch["target"] = random.choice(_STATES)
    return branch


def _filled(random: Random, texts: list[str]) -> str:
    return random.choice(texts).format(random.choice([1, 2, 3, 7, 12, 30]))


def edited(written: Written, random: Random, count: int) -> tuple[Written, list[str]]:
    """The definition after this many edits, and their names."""
    new, names = deepcopy(written), []
    while len(names) < count:
        edit = random.choice(EDITS)
        try:
            edit(new, random)
        except (IndexError, KeyError):
            continue
        names.append(edit.__name__)
    return new, names


def _event(new: Written, random: Random) -> Written:
    return new["events"][random.choice(list(new["events"]))]  # type: ignore[no-any-return]


def _list(new: Written, random: Random) -> list[Written]:
    lists = [branches for state in new["states"].values() for branches in state.get("accepts", {}).values()]
    return random.choice(lists)


def _some_branch(new: Written, random: Random, key: str) -> Written:
    lists = (branches for state in new["states"].values() for branches in state.get("accepts", {}).values())
    return random.choice([branch for branches in lists for branch in branches if key in branch])


def setter_replaced(new: Written, random: Random) -> None:
    event = _event(new, random)
    field = random.choice(list(event["set"]))
    event["set"][field] = _filled(random, _SETTERS[field])


def setter_removed(new: Written, random: Random) -> None:
    event = _event(new, random)
    del event["set"][random.choice(list(event["set"]))]


def setter_added(new: Written, random: Random) -> None:
    field = random.choice([name for name in _SETTERS if name in new["data"]])
    _event(new, random)["set"][field] = _filled(random, _SETTERS[field])


def start_replaced(new: Written, random: Random) -> None:
    new["data"]["n"]["default"] = random.randrange(8)


def data_bounded(new: Written, random: Random) -> None:
    new["data"]["n"]["maximum"] = random.choice([5, 20, 300])


def data_unbounded(new: Written, random: Random) -> None:
    new["data"]["s"].pop("maxLength")


def data_closed(new: Written, random: Random) -> None:
    kinds = random.choice(["string", "integer"])
    new["data"]["last"] = {"type": "object", "properties": {"k": {"type": kinds}}, "default": {}}


def counter_added(new: Written, random: Random) -> None:
    new["data"]["count"] = {"type": "integer", "default": random.choice([0, 2**63 - 20, 5])}
    _event(new, random)["set"]["count"] = random.choice(
        ["data.count + 1", "data.count * 3", "event.by * 1000"]
    )


def event_field_bounded(new: Written, random: Random) -> None:
    _event(new, random)["payload"]["by"]["maximum"] = random.choice([3, 40, 1000])


def event_field_default(new: Written, random: Random) -> None:
    _event(new, random)["payload"]["rate"]["default"] = random.choice([0.125, 1.0])


def event_field_required(new: Written, random: Random) -> None:
    _event(new, random)["optional"] = []


def event_field_dropped(new: Written, random: Random) -> None:
    event = _event(new, random)
    del event["payload"]["extra"]
    event["set"].pop("last", None)


def event_raised(new: Written, random: Random) -> None:
    event = _event(new, random)
    event |= {"version": 2, "upcast": {"1": {}}}
    setter_replaced({"events": {"E": event}}, random)


def event_removed(new: Written, random: Random) -> None:
    branch = _some_branch(new, random, "emit")
    name = f"New{len(new['events'])}"
    new["events"][name] = deepcopy(new["events"][branch["emit"]])
    branch["emit"] = name


def command_field_bounded(new: Written, random: Random) -> None:
    spec = new["commands"][random.choice(list(new["commands"]))]
    spec["payload"]["by"][random.choice(["minimum", "maximum"])] = random.choice([1, 4, 61])


def command_choice_dropped(new: Written, random: Random) -> None:
    spec = new["commands"][random.choice(list(new["commands"]))]
    spec["payload"]["kind"]["enum"] = random.choice([["a", "b"], ["a", "b", "c", "d"]])


def command_default(new: Written, random: Random) -> None:
    spec = new["commands"][random.choice(list(new["commands"]))]
    spec["payload"]["rate"]["default"] = random.choice([0.25, 1.5])


def command_field_required(new: Written, random: Random) -> None:
    new["commands"][random.choice(list(new["commands"]))]["optional"] = []


def roles_replaced(new: Written, random: Random) -> None:
    spec = new["commands"][random.choice(list(new["commands"]))]
    spec["roles"] = random.choice([["clerk"], ["owner"], ["clerk", "owner"]])


def guard_replaced(new: Written, random: Random) -> None:
    _some_branch(new, random, "guard")["guard"] = _filled(random, _GUARDS)


def branches_swapped(new: Written, random: Random) -> None:
    branches = _list(new, random)
    branches[0], branches[1] = branches[1], branches[0]
    if "guard" not in branches[0]:
        branches[0]["guard"] = branches[1].pop("guard")


def branch_removed(new: Written, random: Random) -> None:
    branches = _list(new, random)
    if len(branches) < 2:
        raise IndexError
    del branches[0]


def code_replaced(new: Written, random: Random) -> None:
    _some_branch(new, random, "reject")["reject"] = "NEVER"


def fate_replaced(new: Written, random: Random) -> None:
    _some_branch(new, random, "reject")["on_refusal"] = "drop"


def with_replaced(new: Written, random: Random) -> None:
    _some_branch(new, random, "emit")["with"] = {"by": _filled(random, _WITH)}


def silenced(new: Written, random: Random) -> None:
    branch = _some_branch(new, random, "emit")
    branch["emit"] = []
    branch.pop("with", None)
    branch.pop("target", None)


def target_replaced(new: Written, random: Random) -> None:
    _some_branch(new, random, "emit")["target"] = random.choice(_STATES)


def list_dropped(new: Written, random: Random) -> None:
    lists = [state["accepts"] for state in new["states"].values() if len(state["accepts"]) > 1]
    accepts = random.choice(lists)
    del accepts[random.choice(list(accepts))]


def invariant_dropped(new: Written, random: Random) -> None:
    del new["invariants"][0]


def invariant_replaced(new: Written, random: Random) -> None:
    checks = ["data.n < 20", "data.n < 900", "data.n < 15 || data.on", "size(data.s) < 5"]
    new["invariants"][0]["check"] = random.choice(checks)


def initial_replaced(new: Written, random: Random) -> None:
    new["initial"] = random.choice(["two", "three"])


EDITS: list[Edit] = [
    setter_replaced,
    setter_removed,
    setter_added,
    start_replaced,
    data_bounded,
    data_unbounded,
    data_closed,
    counter_added,
    event_field_bounded,
    event_field_default,
    event_field_required,
    event_field_dropped,
    event_raised,
    event_removed,
    command_field_bounded,
    command_choice_dropped,
    command_default,
    command_field_required,
    roles_replaced,
    guard_replaced,
    branches_swapped,
    branch_removed,
    code_replaced,
    fate_replaced,
    with_replaced,
    silenced,
    target_replaced,
    list_dropped,
    invariant_dropped,
    invariant_replaced,
    initial_replaced,
]
