"""What the name of a state meant when an event was stored: each level of it may have had another name."""

from __future__ import annotations

from engine.definition.model import Definition


class StateNames:
    """Resolves a stored name level by level, so that a rename of a composite reaches all that is in it."""

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

    def today(self, stored: str) -> tuple[str | None, bool]:
        """Today's name of the state, None where it has none, and whether it stands in another place since."""
        segments = stored.split(".")
        prefixes = [(".".join(segments[:length]), length) for length in range(len(segments), 0, -1)]
        at, moved = next(((at, length) for at, length in prefixes if at in self._moved), ("", 0))
        name = self._moved.get(at, "")
        for own in segments[moved:]:
            if (name, own) not in self._children:
                return None, moved > 0
            name = self._children[name, own]
        return name, moved > 0
