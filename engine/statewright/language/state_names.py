"""What the name of a state meant when an event was stored: each level of it may have had another name."""

from __future__ import annotations

from statewright.language.model import Definition


class StateNames:
    """Resolves a stored name level by level, so that a rename of a composite reaches all that is in it.

    An old name without a dot was the state's own name among its siblings, or at the top level where no
    state of that name stands today; a dotted one is absolute.
    """

    def __init__(self, definition: Definition) -> None:
        # By today's parent and the own name then or now; by the absolute name of another place.
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

    def today(self, stored: str) -> tuple[str | None, bool]:
        """Today's name of the state, None where it has none, and whether it stands in another place since."""
        segments = stored.split(".")
        prefixes = [(".".join(segments[:length]), length) for length in range(len(segments), 0, -1)]
        at, moved = next(((at, length) for at, length in prefixes if at in self._moved), ("", 0))
        return self._below(self._moved.get(at, ""), segments[moved:]), moved > 0

    def in_place(self, stored: str) -> str | None:
        """Today's name of the state where only names changed and no place, None where it has none."""
        return self._below("", stored.split("."))

    def _below(self, name: str, segments: list[str]) -> str | None:
        for own in segments:
            if (name, own) not in self._children:
                return None
            name = self._children[name, own]
        return name
