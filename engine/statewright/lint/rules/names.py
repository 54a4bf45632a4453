"""Rules about names: whether they are clear to readers and to other tools."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from statewright.diagnostics import Code
from statewright.language.source.document import DocumentPath
from statewright.lint.context import LintContext
from statewright.lint.rule import Diagnostic, rule

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PASCAL = re.compile(r"([A-Z][A-Za-z0-9]*)")
_UPPER = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_STYLES = (
    ("state", "snake_case", _SNAKE),
    ("command", "PascalCase", _PASCAL),
    ("event", "PascalCase", _PASCAL),
    ("code", "UPPER_CASE", _UPPER),
)
_WORD = re.compile(r"[A-Z][a-z0-9]*")

# Keywords of Mermaid's state diagrams and of DOT.
_DIAGRAM_WORDS = frozenset(
    {"class", "classdef", "click", "default", "direction", "end", "note", "state", "style"}
    | {"digraph", "edge", "graph", "node", "strict", "subgraph"}
)
# Without verbs that are common as nouns, because a noun can start the name of an event.
_VERBS = frozenset(
    {"Accept", "Add", "Apply", "Approve", "Assign", "Begin", "Cancel", "Change", "Choose", "Close"}
    | {"Complete", "Confirm", "Create", "Deliver", "Delete", "Finish", "Give", "Mark", "Open", "Pay", "Place"}
    | {"Publish", "Reject", "Remove", "Report", "Send", "Set", "Ship", "Start", "Submit", "Take", "Update"}
    | {"Withdraw"}
)


@rule(
    Code.SHADOWED_NAME,
    why="Inside the composite state the short name refers to the nested state. A target that was meant for "
    "the outer state leads to the wrong one.",
    needs=(),
)
def shadowed_states(context: LintContext) -> Iterator[Diagnostic]:
    """Nested states whose short name hides the name of an outer state."""
    definition = context.definition
    for state in definition.states.values():
        if state.parent is None:
            continue
        own = state.name.rpartition(".")[2]
        outer_levels = list(definition.lineage(state.parent))[1:]
        for farther in (*(f"{level}.{own}" for level in outer_levels), own):
            if farther in definition.states:
                meaning = f'inside, the target "{own}" means the nested state'
                message = f'state "{state.name}" shadows "{farther}": {meaning}'
                yield Diagnostic(state.path, message, key=True, about=(farther,))


@rule(
    Code.CASE_CLASH,
    why="Two names differ only in case. The engine treats them as different, but readers easily confuse "
    "them.",
    needs=(),
)
def case_clashes(context: LintContext) -> Iterator[Diagnostic]:
    for kind, names in _names(context).items():
        first: dict[str, str] = {}
        for name, path in names.items():
            other = first.setdefault(name.casefold(), name)
            if other != name:
                message = f'{kind} "{name}" differs from "{other}" only in case'
                yield Diagnostic(path, message, key=True, about=(name, other))


@rule(
    Code.NAMING,
    why="Use snake_case for states, PascalCase for commands and events, and UPPER_CASE for codes. Readers "
    "then recognise a name in the file, in a log and in a diagram.",
    needs=(),
)
def house_style(context: LintContext) -> Iterator[Diagnostic]:
    names = _names(context)
    for kind, style, pattern in _STYLES:
        for name, path in names[kind].items():
            own = name.rpartition(".")[2]
            if not pattern.fullmatch(own):
                message = f'{kind} "{own}" is not in {style}'
                yield Diagnostic(path, message, key=kind != "code", about=(own,))


@rule(
    Code.UNPORTABLE_NAME,
    why="The name is a keyword of a diagram language. It breaks tools that export diagrams without escaping "
    "names.",
    needs=(),
)
def unportable_names(context: LintContext) -> Iterator[Diagnostic]:
    for state in context.definition.states.values():
        own = state.name.rpartition(".")[2]
        if own.casefold() in _DIAGRAM_WORDS:
            yield Diagnostic(
                state.path, f'"{own}" is a keyword in Mermaid or DOT; choose another name', key=True
            )


@rule(
    Code.EVENT_IN_THE_IMPERATIVE,
    why="An event records a fact that has already happened. A name in the past tense cannot be mistaken for "
    "a command.",
    needs=(),
)
def events_in_the_imperative(context: LintContext) -> Iterator[Diagnostic]:
    """Only declared events: without declarations, events have the names of their commands.

    If a command has the same name in the past tense, `commands_in_the_past` reports the command instead.
    """
    commands = context.definition.commands or {}
    for event in context.definition.events or {}:
        if _is_imperative(event) or (event in commands and not _is_past(event)):
            message = f'event "{event}" is named like a command; use the past tense'
            yield Diagnostic(("events", event), message, key=True)


@rule(
    Code.COMMAND_IN_THE_PAST,
    why="A command is a request that can be refused. A name in the past tense reads as if it had already "
    "happened.",
    needs=(),
)
def commands_in_the_past(context: LintContext) -> Iterator[Diagnostic]:
    for command in context.definition.commands or {}:
        if _is_past(command):
            message = f'command "{command}" is named like an event; use the imperative'
            yield Diagnostic(("commands", command), message, key=True)


def _names(context: LintContext) -> dict[str, dict[str, DocumentPath]]:
    """Every name by kind, with the place where it is declared, or first used if it is not declared."""
    definition = context.definition
    names: dict[str, dict[str, DocumentPath]] = {
        "state": {state.name: state.path for state in definition.states.values()},
        "command": {name: ("commands", name) for name in definition.commands or {}},
        "event": {name: ("events", name) for name in definition.events or {}},
        "data field": {name: ("data", name) for name in definition.data},
        "role": {},
        "code": {},
    }
    for command in (definition.commands or {}).values():
        path: DocumentPath = ("commands", command.name)
        names[f'field of "{command.name}"'] = _fields(path, command.payload.fields)
        _add(names["role"], command.roles, (*path, "roles"))
    for event in (definition.events or {}).values():
        names[f'field of "{event.name}"'] = _fields(("events", event.name), event.payload.fields)
    for used, branch in context.branches():
        _add(names["role"], branch.roles, (*branch.path, "roles"))
        _add(names["code"], () if branch.reject is None else (branch.reject,), (*branch.path, "reject"))
        if definition.commands is None:
            _add(names["command"], (used,), branch.path)
        if definition.events is None:
            emitted = [emission.event for emission in branch.emits if emission.event != used]
            _add(names["event"], emitted, (*branch.path, "emit"))
    return names


def _add(known: dict[str, DocumentPath], names: Iterable[str], path: DocumentPath) -> None:
    for name in names:
        known.setdefault(name, path)


def _fields(owner: DocumentPath, fields: Iterable[str]) -> dict[str, DocumentPath]:
    return {name: (*owner, "payload", name) for name in fields}


def _is_imperative(name: str) -> bool:
    """Whether it begins with a verb and has no word in the past tense, like AddItem but not LimitSet."""
    words = _WORD.findall(name)
    return bool(words) and words[0] in _VERBS and not any(word.endswith(("ed", "en")) for word in words[1:])


def _is_past(name: str) -> bool:
    """Whether it ends in the past tense, like OrderPlaced but not MarkShipped or Proceed."""
    words = _WORD.findall(name)
    return len(words) > 1 and words[-1].endswith("ed") and words[0] not in _VERBS
