"""Rules about names. Each is a function from a definition to findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.definition.documents.document import Path
from engine.definition.model import Branch, Definition
from engine.diagnostics import Code, Finding

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PASCAL = re.compile(r"([A-Z][A-Za-z0-9]*)")
_UPPER = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


def shadowed_states(definition: Definition) -> Iterator[Finding]:
    """A nested state whose own name hides that of a state further out."""
    for state in definition.states.values():
        if state.parent is None:
            continue
        own = state.name.rpartition(".")[2]
        outer_levels = list(definition.lineage(state.parent))[1:]
        for farther in (*(f"{level}.{own}" for level in outer_levels), own):
            if farther in definition.states:
                message = (
                    f'"{state.name}" shadows "{farther}": in here the target "{own}" means the nearer one'
                )
                yield definition.document.finding(Code.SHADOWED_NAME, state.path, message, key=True)


def case_clashes(definition: Definition) -> Iterator[Finding]:
    """Two names of one kind that differ only in case."""
    for kind, names in _names(definition).items():
        first: dict[str, str] = {}
        for name, path in names.items():
            other = first.setdefault(name.casefold(), name)
            if other != name:
                message = f'{kind} "{name}" differs from "{other}" only in case'
                yield definition.document.finding(Code.CASE_CLASH, path, message, key=True)


def house_style(definition: Definition) -> Iterator[Finding]:
    """States in snake_case, commands and events in PascalCase, codes in UPPER_CASE."""
    names = _names(definition)
    for kind, style, pattern in (
        ("state", "snake_case", _SNAKE),
        ("command", "PascalCase", _PASCAL),
        ("event", "PascalCase", _PASCAL),
        ("code", "UPPER_CASE", _UPPER),
    ):
        for name, path in names[kind].items():
            own = name.rpartition(".")[2]
            if not pattern.fullmatch(own):
                message = f'{kind} "{own}" is not in {style}, as the house style has it'
                yield definition.document.finding(Code.NAMING, path, message, key=kind != "code")


def _names(definition: Definition) -> dict[str, dict[str, Path]]:
    """Every name by kind, with its first place: declared, or used where nothing is declared."""
    names: dict[str, dict[str, Path]] = {
        "state": {state.name: state.path for state in definition.states.values()},
        "command": {name: ("commands", name) for name in definition.commands or {}},
        "event": {name: ("events", name) for name in definition.events or {}},
        "data field": {name: ("data", name) for name in definition.data},
        "role": {},
        "code": {},
    }
    for command in (definition.commands or {}).values():
        path: Path = ("commands", command.name)
        names[f'field of "{command.name}"'] = _fields(path, command.payload.fields)
        _add(names["role"], command.roles, (*path, "roles"))
    for event in (definition.events or {}).values():
        names[f'field of "{event.name}"'] = _fields(("events", event.name), event.payload.fields)
    for used, branch in _branches(definition):
        _add(names["role"], branch.roles, (*branch.path, "roles"))
        _add(names["code"], () if branch.reject is None else (branch.reject,), (*branch.path, "reject"))
        if definition.commands is None:
            _add(names["command"], (used,), branch.path)
        if definition.events is None:
            emitted = [emission.event for emission in branch.emits if emission.event != used]
            _add(names["event"], emitted, (*branch.path, "emit"))
    return names


def _add(known: dict[str, Path], names: Iterable[str], path: Path) -> None:
    for name in names:
        known.setdefault(name, path)


def _fields(owner: Path, fields: Iterable[str]) -> dict[str, Path]:
    return {name: (*owner, "payload", name) for name in fields}


def _branches(definition: Definition) -> Iterator[tuple[str, Branch]]:
    """Each command with each of its branches, wherever they are written."""
    for accepts in (definition.accepts, *(state.accepts for state in definition.states.values())):
        for command, branches in accepts.items():
            for branch in branches:
                yield command, branch
