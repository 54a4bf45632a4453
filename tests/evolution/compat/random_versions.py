"""Random definitions as plain data, with neutral rewritings and edits that change behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

STATES = ["idle", "open", "busy", "held", "done"]
COMMANDS = ["Begin", "Add", "Hold", "End"]


def definition(random: Random) -> dict[str, Any]:
    """Every branch emits a different event, so the replay rule holds."""
    written: dict[str, Any] = {
        "initial": STATES[0],
        "data": {"n": {"type": "integer", "default": random.randrange(3)}},
        "commands": {name: {"payload": {"by": {"type": "integer", "minimum": 0}}} for name in COMMANDS},
        "events": {},
        "states": {name: {} for name in STATES},
    }
    for source in STATES:
        chosen = random.sample(COMMANDS, random.randint(1, 3))
        lists = {name: list(_branches(random, written["events"])) for name in chosen}
        written["states"][source]["accepts"] = lists
    return written


def _branches(random: Random, events: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for limit in random.sample(range(4), random.randint(0, 2)):
        yield {"guard": f"data.n + command.by > {limit}", **_branch(random, events)}
    yield _branch(random, events)


def _branch(random: Random, events: dict[str, Any]) -> dict[str, Any]:
    if random.random() < 0.2:
        return {"reject": random.choice(["NO", "LATER"])}
    name = f"Event{len(events)}"
    events[name] = {"payload": {"by": "integer"}, "set": {"n": f"data.n + {random.randrange(3)}"}}
    return {"emit": name, "target": random.choice(STATES)}


def rewritten(value: Any, random: Random) -> Any:
    """The same definition with reordered keys, added descriptions and more white space in guards."""
    match value:
        case dict():
            keys = random.sample(list(value), len(value))
            return {key: rewritten(value[key], random) for key in keys}
        case list():
            return [{"description": "One way.", **rewritten(branch, random)} for branch in value]
        case str() if value.startswith("data.n"):
            return value.replace(" ", "   ")
        case _:
            return value


def edited(written: dict[str, Any], random: Random) -> dict[str, Any]:
    """The definition with one random change."""
    new = deepcopy(written)
    lists = random.choice(list(new["states"].values()))["accepts"]
    command = random.choice(list(lists))
    branch = random.choice(lists[command])
    match random.randrange(5):
        case 0 if "target" in branch:
            branch["target"] = random.choice(STATES)
        case 1 if "guard" in branch:
            branch["guard"] = branch["guard"].replace(">", random.choice(["<", ">="]))
        case 2 if "emit" in branch:
            new["events"][branch["emit"]]["set"] = {"n": "data.n + event.by"}
        case 3 if len(lists) > 1:
            del lists[command]
        case _:
            new["commands"][command]["payload"]["by"]["maximum"] = random.randrange(1, 9)
    return new
