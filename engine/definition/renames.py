"""Renames: which names of the past mean which state, event or field of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from engine.definition.documents.document import Path
from engine.definition.draft import Draft, mapping, texts
from engine.definition.scope import Node
from engine.diagnostics import Code


def old_state_names(node: Node) -> tuple[str, ...]:
    """Every absolute name that the state had, its ancestors' old names included.

    A dotted old name is absolute, so a state can also have moved elsewhere.
    """
    written = texts(node.written.get("renamed_from"))
    own = [node.local_name, *(name for name in written if "." not in name)]
    if node.parent is None or not node.parent.name:
        names = set(own)
    else:
        outer = [node.parent.name, *old_state_names(node.parent)]
        names = {".".join(pair) for pair in product(outer, own)}
    names.update(name for name in written if "." in name)
    return tuple(sorted(names - {node.name}))


def check_state_renames(draft: Draft) -> None:
    """An old name must be free today and belong to one state only."""
    nodes = list(draft.root.below())
    written = [((*node.path, "renamed_from"), node.name, old_state_names(node)) for node in nodes]
    _check(draft, written, {node.name for node in nodes}, "a state")


def event_renames(draft: Draft, events: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The old names of each event of the section `events`."""
    renames = {name: texts(mapping(entry).get("renamed_from")) for name, entry in events.items()}
    written = [(("events", name, "renamed_from"), name, old) for name, old in renames.items()]
    _check(draft, written, set(events), "an event")
    return renames


def field_renames(draft: Draft, payload: Mapping[str, Any], path: Path) -> dict[str, str]:
    """Old field name -> today's, for one event's payload that stands at `path`."""
    renames = {name: texts(mapping(entry).get("renamed_from")) for name, entry in payload.items()}
    written = [((*path, name, "renamed_from"), name, old) for name, old in renames.items()]
    _check(draft, written, set(payload), "a field")
    return {old: name for name, old_names in renames.items() for old in old_names}


def _check(
    draft: Draft, written: Iterable[tuple[Path, str, tuple[str, ...]]], today: set[str], kind: str
) -> None:
    owners: dict[str, str] = {}
    for path, name, old_names in written:
        for old in old_names:
            owner = owners.setdefault(old, name)
            if old in today:
                draft.report(Code.RENAME, path, f'"{old}" is still the name of {kind}')
            elif owner != name:
                draft.report(Code.RENAME, path, f'"{old}" is already the old name of "{owner}"')
