"""Rules about names: which are told apart, and what readers take them for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from statewright.diagnostics import Code
from statewright.language.source.document import Path
from statewright.lint.rule import Remark, rule
from statewright.lint.subject import Subject

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PASCAL = re.compile(r"([A-Z][A-Za-z0-9]*)")
_UPPER = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_STYLES = (
    ("state", "snake_case", _SNAKE),
    ("command", "PascalCase", _PASCAL),
    ("event", "PascalCase", _PASCAL),
    ("code", "UPPER_CASE", _UPPER),
)


@rule(
    Code.SHADOWED_NAME,
    why="Inside the composite the name means the nearer state. A target meant for the farther goes astray.",
    despite_errors=True,
)
def shadowed_states(subject: Subject) -> Iterator[Remark]:
    """A nested state whose own name hides that of a state further out."""
    definition = subject.definition
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
                yield Remark(state.path, message, key=True)


@rule(
    Code.CASE_CLASH,
    why="Two names that differ only in case are told apart by the engine and by nobody who reads them.",
    despite_errors=True,
)
def case_clashes(subject: Subject) -> Iterator[Remark]:
    for kind, names in _names(subject).items():
        first: dict[str, str] = {}
        for name, path in names.items():
            other = first.setdefault(name.casefold(), name)
            if other != name:
                yield Remark(path, f'{kind} "{name}" differs from "{other}" only in case', key=True)


@rule(
    Code.NAMING,
    why="States in snake_case, commands and events in PascalCase, codes in UPPER_CASE: one look tells what "
    "a name stands for, in the file, in a log and in a diagram.",
    despite_errors=True,
)
def house_style(subject: Subject) -> Iterator[Remark]:
    names = _names(subject)
    for kind, style, pattern in _STYLES:
        for name, path in names[kind].items():
            own = name.rpartition(".")[2]
            if not pattern.fullmatch(own):
                message = f'{kind} "{own}" is not in {style}, as the house style has it'
                yield Remark(path, message, key=kind != "code")


def _names(subject: Subject) -> dict[str, dict[str, Path]]:
    """Every name by kind, with its first place: declared, or used where nothing is declared."""
    definition = subject.definition
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
    for used, branch in subject.branches():
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
