"""Checks renames: an old name must not be in use and must belong to a single state, event or field."""

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
    """The old names as written: a simple name among the state's siblings, or an absolute, dotted name."""
    return texts(node.written.get("renamed_from"))


def check_moved_states(draft: Draft, definition: Definition) -> None:
    """Report dotted old names that already resolve, level by level, to another state."""
    names = StateNames(definition)
    for node in draft.root.below():
        for old in old_state_names(node):
            other = names.in_place(old) if "." in old else None
            if other is not None and other != node.name:
                message = f'"{old}" is already the old name of "{other}"'
                draft.report(Code.RENAME, (*node.path, "renamed_from"), message)


def check_state_renames(draft: Draft) -> None:
    """Check simple old names against the siblings' names, and dotted ones against all absolute names.

    A nested state may list its current simple name: it was then moved from the top level.
    """
    nodes = list(draft.root.below())
    for level in (draft.root, *nodes):
        _check(draft, _written(level.children.values(), dotted=False), set(level.children), "a state")
    _check(draft, _written(nodes, dotted=True), {node.name for node in nodes}, "a state")


def event_renames(draft: Draft, events: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the old names of each event in the section `events`."""
    renames = {name: texts(mapping(entry).get("renamed_from")) for name, entry in events.items()}
    written = [(("events", name, "renamed_from"), name, old) for name, old in renames.items()]
    _check(draft, written, set(events), "an event")
    return renames


def field_renames(draft: Draft, path: DocumentPath) -> dict[str, str]:
    """Map the old names of the fields at `path` to their current names."""
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
    draft: Draft, written: Iterable[tuple[DocumentPath, str, Iterable[str]]], current: set[str], kind: str
) -> None:
    owners: dict[str, str] = {}
    for path, name, old_names in written:
        for old in old_names:
            owner = owners.setdefault(old, name)
            moved_in = "." in name and old == name.rpartition(".")[2]  # moved from the top level, same name
            if old in current and not moved_in:
                draft.report(Code.RENAME, path, f'"{old}" is still the name of {kind}')
            elif owner != name:
                draft.report(Code.RENAME, path, f'"{old}" is already the old name of "{owner}"')
