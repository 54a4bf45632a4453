"""Resolves the state names in stored events. Any level of such a name may have been renamed since."""

from __future__ import annotations

from statewright.language.model import Definition


class StateNames:
    """Resolves stored names level by level, so that renaming a composite also covers its nested states.

    An old name without a dot was the state's name among its siblings, or at the top level if no state there
    has that name now. A dotted old name is absolute.
    """

    def __init__(self, definition: Definition) -> None:
        # (current parent, old or current simple name) -> state, and old absolute name -> state.
        self._children: dict[tuple[str, str], str] = {}
        self._moved: dict[str, str] = {}
        for state in definition.states.values():
            parent = state.parent or ""
            for old in state.renamed_from:
                if "." in old:
                    self._moved[old] = state.name
                else:
                    self._children[parent, old] = state.name
            self._children[parent, state.name.rpartition(".")[2]] = state.name
        for state in definition.states.values():
            for old in state.renamed_from:
                if state.parent is not None and "." not in old and ("", old) not in self._children:
                    self._moved.setdefault(old, state.name)

    def current(self, stored: str) -> tuple[str | None, bool]:
        """Return the state's current name, or None if it no longer exists, and whether it has been moved."""
        segments = stored.split(".")
        prefixes = [(".".join(segments[:length]), length) for length in range(len(segments), 0, -1)]
        at, moved = next(((at, length) for at, length in prefixes if at in self._moved), ("", 0))
        return self._below(self._moved.get(at, ""), segments[moved:]), moved > 0

    def in_place(self, stored: str) -> str | None:
        """Return the state's current name, ignoring moves; None if it no longer exists."""
        return self._below("", stored.split("."))

    def _below(self, name: str, segments: list[str]) -> str | None:
        for own in segments:
            if (name, own) not in self._children:
                return None
            name = self._children[name, own]
        return name
