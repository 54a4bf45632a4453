"""The definition source port: where the handler finds its machines.

An adapter owns how definitions are found, how often they are looked at again, and what happens to a broken
one. `handler.driver` calls it; the command line lists it.
"""

from __future__ import annotations

from typing import Protocol

from engine.core.machine import Machine


class DefinitionSource(Protocol):
    """Safe for use by several threads. A machine that was good stays until a good one replaces it."""

    def machine(self, name: str) -> Machine | None:
        """The live machine of that name, at most one time to live old; None when none is known."""

    def refresh(self) -> None:
        """Look at the definitions again now, whatever the time to live says."""

    def names(self) -> tuple[str, ...]:
        """The machines that are known, sorted."""
