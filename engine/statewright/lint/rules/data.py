"""Rules about the data: whether each field is set and read, and whether what is set says anything."""

from __future__ import annotations

from collections.abc import Iterator

from statewright.diagnostics import Code
from statewright.language.cel import Expression
from statewright.language.source.document import Path
from statewright.lint.rule import Remark, rule
from statewright.lint.subject import Subject, named


@rule(
    Code.DATA_UNUSED,
    "data-unused",
    why="No event sets the field and no expression reads it: every snapshot carries it for nothing.",
    bad="""
        machine: till
        initial: open
        data:
          sum: {type: integer, default: 0}
          tax: {type: integer, default: 0}
        commands: {Sell: {payload: {price: integer}}}
        events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
        states: {open: {accepts: {Sell: {emit: Sold}}}}
        """,
    good="""
        machine: till
        initial: open
        data: {sum: {type: integer, default: 0}}
        commands: {Sell: {payload: {price: integer}}}
        events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
        states: {open: {accepts: {Sell: {emit: Sold}}}}
        """,
)
def data_unused(subject: Subject) -> Iterator[Remark]:
    read = _read(subject)
    for name in _never_set(subject):
        if name not in read:
            yield Remark(("data", name), f'nothing sets and nothing reads data field "{name}"', key=True)


@rule(
    Code.DATA_NEVER_SET,
    "data-never-set",
    why="Expressions read the field and no event sets it, so it has its default for ever. As a constant it "
    "is better written where it is used, or as a field with a `const`; otherwise a `set` is missing.",
    bad="""
        machine: till
        initial: open
        data: {limit: {type: integer, default: 0}}
        commands: {Sell: {payload: {price: integer}}}
        states: {open: {accepts: {Sell: {guard: command.price <= data.limit, emit: Sold}}}}
        """,
    good="""
        machine: till
        initial: open
        data: {limit: {const: 500, type: integer, default: 500}}
        commands: {Sell: {payload: {price: integer}}}
        states: {open: {accepts: {Sell: {guard: command.price <= data.limit, emit: Sold}}}}
        """,
)
def data_never_set(subject: Subject) -> Iterator[Remark]:
    read = _read(subject)
    for name in _never_set(subject):
        if name in read and "const" not in subject.definition.data[name].schema:
            yield Remark(("data", name), f'no event sets data field "{name}", which is read', key=True)


@rule(
    Code.SETTER_WITHOUT_EFFECT,
    "setter-without-effect",
    why="The field is set to what it is already. Either the line is a leftover, or `event.` was meant.",
    bad="""
        machine: till
        initial: open
        data: {sum: {type: integer, default: 0}}
        commands: {Count: {payload: {sum: integer}}}
        events: {Counted: {payload: {sum: integer}, set: {sum: data.sum}}}
        states: {open: {accepts: {Count: {emit: Counted}}}}
        """,
    good="""
        machine: till
        initial: open
        data: {sum: {type: integer, default: 0}}
        commands: {Count: {payload: {sum: integer}}}
        events: {Counted: {payload: {sum: integer}, set: {sum: event.sum}}}
        states: {open: {accepts: {Count: {emit: Counted}}}}
        """,
)
def setters_without_effect(subject: Subject) -> Iterator[Remark]:
    for event in (subject.definition.events or {}).values():
        for name, setter in event.set.items():
            if setter.canonical == f"data.{name}":
                event_field = f', did you mean "event.{name}"?' if name in event.payload.fields else ""
                yield Remark(("events", event.name, "set", name), f'sets "{name}" to itself{event_field}')


@rule(
    Code.TYPE_UNUSED,
    "type-unused",
    why="No `$ref` names the type. Readers look for its use in vain.",
    bad="""
        machine: till
        initial: open
        types: {money: {type: integer, minimum: 1}}
        commands: {Sell: {payload: {price: integer}}}
        states: {open: {accepts: {Sell: {emit: Sold}}}}
        """,
    good="""
        machine: till
        initial: open
        types: {money: {type: integer, minimum: 1}}
        commands: {Sell: {payload: {price: {$ref: "#/types/money"}}}}
        states: {open: {accepts: {Sell: {emit: Sold}}}}
        """,
)
def types_unused(subject: Subject) -> Iterator[Remark]:
    document = subject.definition.document
    places = [path for path in document.values_at if path[-1:] == ("$ref",)]
    referred = {document.at(path) for path in places if not _is_within_itself(path, document.at(path))}
    for name in document.value.get("types") or ():
        if f"#/types/{name}" not in referred:
            yield Remark(("types", name), f"no `$ref` names the type {named([name])}", key=True)


def _never_set(subject: Subject) -> list[str]:
    """Nothing can be set where there is no catalogue of events, which is a way to write a first sketch."""
    if subject.definition.events is None and subject.definition.commands is None:
        return []
    events = (subject.definition.events or {}).values()
    setters = {name for event in events for name in event.set}
    return [name for name in subject.definition.data if name not in setters]


def _read(subject: Subject) -> set[str]:
    """The data fields that some expression looks at; a use of all the data looks at each."""
    chains = {chain for expression in _all_expressions(subject) for chain in expression.references}
    if ("data",) in chains:
        return set(subject.definition.data)
    return {chain[1] for chain in chains if chain[0] == "data"}


def _all_expressions(subject: Subject) -> Iterator[Expression]:
    for _, branch in subject.branches():
        yield from branch.expressions
    for event in (subject.definition.events or {}).values():
        yield from event.set.values()
    for invariant in subject.definition.invariants:
        yield invariant.check


def _is_within_itself(path: Path, reference: object) -> bool:
    return path[0] == "types" and reference == f"#/types/{path[1]}"


RULES = (data_unused, data_never_set, setters_without_effect, types_unused)
