"""Renames: old names must be free today and belong to one state, event or field only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from statewright.diagnostics import Code
from statewright.language.draft import Draft, mapping, texts
from statewright.language.model import Definition
from statewright.language.scope import StateNode
from statewright.language.source.document import DocumentPath
from statewright.language.state_names import StateNames


def old_state_names(node: StateNode) -> tuple[str, ...]:
    """As written: own names among the state's siblings, or dotted ones, where it stood elsewhere."""
    return texts(node.written.get("renamed_from"))


def check_moved_states(draft: Draft, definition: Definition) -> None:
    """A dotted old name must not be the old name of a state that only its levels' names lead to."""
    names = StateNames(definition)
    for node in draft.root.below():
        for old in old_state_names(node):
            other = names.in_place(old) if "." in old else None
            if other is not None and other != node.name:
                message = f'"{old}" is already the old name of "{other}"'
                draft.report(Code.RENAME, (*node.path, "renamed_from"), message)


def check_state_renames(draft: Draft) -> None:
    """Own names are held against the siblings', dotted ones against all absolute names.

    The name that a nested state has today may be its old one as well: it stood at the top level then.
    """
    nodes = list(draft.root.below())
    for level in (draft.root, *nodes):
        _check(draft, _written(level.children.values(), dotted=False), set(level.children), "a state")
    _check(draft, _written(nodes, dotted=True), {node.name for node in nodes}, "a state")


def event_renames(draft: Draft, events: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The old names of each event of the section `events`."""
    renames = {name: texts(mapping(entry).get("renamed_from")) for name, entry in events.items()}
    written = [(("events", name, "renamed_from"), name, old) for name, old in renames.items()]
    _check(draft, written, set(events), "an event")
    return renames


def field_renames(draft: Draft, path: DocumentPath) -> dict[str, str]:
    """Old field name -> today's, for the fields that stand at `path`."""
    fields = mapping(draft.document.at(path))
    renames = {name: texts(mapping(entry).get("renamed_from")) for name, entry in fields.items()}
    written = [((*path, name, "renamed_from"), name, old) for name, old in renames.items()]
    _check(draft, written, set(fields), "a field")
    return {old: name for name, old_names in renames.items() for old in old_names}


def _written(nodes: Iterable[StateNode], *, dotted: bool) -> list[tuple[DocumentPath, str, list[str]]]:
    return [
        (
            (*node.path, "renamed_from"),
            node.name,
            [old for old in old_state_names(node) if ("." in old) is dotted],
        )
        for node in nodes
    ]


def _check(
    draft: Draft, written: Iterable[tuple[DocumentPath, str, Iterable[str]]], today: set[str], kind: str
) -> None:
    owners: dict[str, str] = {}
    for path, name, old_names in written:
        for old in old_names:
            owner = owners.setdefault(old, name)
            moved_in = "." in name and old == name.rpartition(".")[2]  # from the top level, under its name
            if old in today and not moved_in:
                draft.report(Code.RENAME, path, f'"{old}" is still the name of {kind}')
            elif owner != name:
                draft.report(Code.RENAME, path, f'"{old}" is already the old name of "{owner}"')
