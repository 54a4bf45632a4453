"""The tree of states as written, and the resolution of state names within it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from statewright.diagnostics import hint
from statewright.language.source.document import DocumentPath


@dataclass(slots=True)
class StateNode:
    """A state as written. `written` holds its keys, `children` its nested states by simple name."""

    name: str
    path: DocumentPath
    written: Mapping[str, Any]
    parent: StateNode | None = None
    children: dict[str, StateNode] = field(default_factory=dict)

    def enclosing(self) -> Iterator[StateNode]:
        """Yield the enclosing states, from the nearest to the root."""
        level = self.parent
        while level is not None:
            yield level
            level = level.parent

    def below(self) -> Iterator[StateNode]:
        """Yield all nested states in document order, parents before children."""
        for child in self.children.values():
            yield child
            yield from child.below()


def state_tree(states: Any, path: DocumentPath = ("states",)) -> StateNode:
    """Return the root, an unnamed node whose children are the top-level states.

    Values of the wrong shape count as empty; the shape check reports them.
    """
    root = StateNode("", (), {})
    _add_children(root, states, path)
    return root


def _add_children(parent: StateNode, states: Any, path: DocumentPath) -> None:
    for key, value in (states if isinstance(states, dict) else {}).items():
        written = value if isinstance(value, dict) else {}
        name = f"{parent.name}.{key}" if parent.name else str(key)
        node = StateNode(name, (*path, key), written, parent)
        parent.children[key] = node
        _add_children(node, written.get("states"), (*path, key, "states"))


def look_up(root: StateNode, place: StateNode, name: str) -> StateNode | None:
    """Resolve `name` at `place`: among its children, then its siblings, then each level outwards.

    A dotted name is absolute.
    """
    if "." in name:
        return next((node for node in root.below() if node.name == name), None)
    for level in (place, *place.enclosing()):
        if name in level.children:
            return level.children[name]
    return None


def states_called(names: Iterable[str], own: str) -> list[str]:
    """The states whose simple name is `own`, or the state whose full name is `own` if it is dotted."""
    return [name for name in names if own in (name, name.rpartition(".")[2])]


def state_hint(own: str, names: Sequence[str]) -> str:
    """The end of a message about an unknown state: suggest one of that name elsewhere, or a similar name."""
    found = states_called(names, own)
    return f'; did you mean "{found[0]}"?' if found else hint(own, names)
