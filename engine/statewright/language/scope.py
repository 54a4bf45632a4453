"""Names of states: the tree as written, and which state a target means where it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from statewright.diagnostics import hint
from statewright.language.source.document import DocumentPath


@dataclass(slots=True)
class StateNode:
    """A state as written: `written` holds its keys, `children` the nested states by their own names."""

    name: str
    path: DocumentPath
    written: Mapping[str, Any]
    parent: StateNode | None = None
    children: dict[str, StateNode] = field(default_factory=dict)

    def enclosing(self) -> Iterator[StateNode]:
        """Each level outwards, from the nearest to the top."""
        level = self.parent
        while level is not None:
            yield level
            level = level.parent

    def below(self) -> Iterator[StateNode]:
        """Every state beneath, parents before children, in the document's order."""
        for child in self.children.values():
            yield child
            yield from child.below()


def state_tree(states: Any, path: DocumentPath = ("states",)) -> StateNode:
    """The root, a node without a name whose children are the top-level states.

    What has the wrong shape is read as empty: that finding is made elsewhere, and the other checks go on.
    """
    root = StateNode("", (), {})
    _grow(root, states, path)
    return root


def _grow(parent: StateNode, states: Any, path: DocumentPath) -> None:
    for key, value in (states if isinstance(states, dict) else {}).items():
        written = value if isinstance(value, dict) else {}
        name = f"{parent.name}.{key}" if parent.name else str(key)
        node = StateNode(name, (*path, key), written, parent)
        parent.children[key] = node
        _grow(node, written.get("states"), (*path, key, "states"))


def look_up(root: StateNode, place: StateNode, name: str) -> StateNode | None:
    """The state that `name` means at `place`: its children, its siblings, then each level outwards.

    A dotted name is absolute.
    """
    if "." in name:
        return next((node for node in root.below() if node.name == name), None)
    for level in (place, *place.enclosing()):
        if name in level.children:
            return level.children[name]
    return None


def states_called(names: Iterable[str], own: str) -> list[str]:
    """Those whose last segment is `own`; for a dotted one, that state."""
    return [name for name in names if own in (name, name.rpartition(".")[2])]


def state_hint(own: str, names: Sequence[str]) -> str:
    """The end of a message about an unknown state: one of that name at another level, else the nearest."""
    found = states_called(names, own)
    return f'; did you mean "{found[0]}"?' if found else hint(own, names)
