"""Rules about names. Each is a function from a definition to findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.definition.documents.document import Path
from engine.definition.model import Definition
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
    for kind, named in _catalogues(definition).items():
        first: dict[str, str] = {}
        for name, path in named:
            other = first.setdefault(name.casefold(), name)
            if other != name:
                message = f'{kind} "{name}" differs from "{other}" only in case'
                yield definition.document.finding(Code.CASE_CLASH, path, message, key=True)


def house_style(definition: Definition) -> Iterator[Finding]:
    """States in snake_case, commands and events in PascalCase, codes in UPPER_CASE."""
    catalogues = _catalogues(definition)
    for kind, style, pattern in (
        ("state", "snake_case", _SNAKE),
        ("command", "PascalCase", _PASCAL),
        ("event", "PascalCase", _PASCAL),
    ):
        for name, path in catalogues[kind]:
            own = name.rpartition(".")[2]
            if not pattern.fullmatch(own):
                message = f'{kind} "{own}" is not in {style}, as the house style has it'
                yield definition.document.finding(Code.NAMING, path, message, key=True)
    for code, path in _codes(definition):
        if not _UPPER.fullmatch(code):
            message = f'code "{code}" is not in UPPER_CASE, as the house style has it'
            yield definition.document.finding(Code.NAMING, path, message)


def _catalogues(definition: Definition) -> dict[str, list[tuple[str, Path]]]:
    """Every declared name by kind, with its place."""
    events = definition.events or {}
    catalogues: dict[str, list[tuple[str, Path]]] = {
        "state": [(state.name, state.path) for state in definition.states.values()],
        "command": [(name, ("commands", name)) for name in definition.commands or {}],
        "event": [(name, ("events", name)) for name in events],
        "data field": [(name, ("data", name)) for name in definition.data],
    }
    for section, specs in (("commands", definition.commands or {}), ("events", events)):
        for owner, spec in specs.items():
            catalogues[f'field of "{owner}"'] = [
                (name, (section, owner, "payload", name)) for name in spec.payload.fields
            ]
    return catalogues


def _codes(definition: Definition) -> Iterable[tuple[str, Path]]:
    accepts = [definition.accepts, *(state.accepts for state in definition.states.values())]
    for branches in (branches for level in accepts for branches in level.values()):
        for branch in branches:
            if branch.reject is not None:
                yield branch.reject, (*branch.path, "reject")
