"""The definition source port: where the handler finds its machines.

An adapter owns how definitions are found, how often they are looked at again, and what happens to a broken
one. The command line lists it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from statewright.machine.compiled import Machine

# A look begins nothing more when half of it is over, and takes no longer than this.
LOOK_SECONDS_MAX = 8.0


@dataclass(frozen=True, slots=True)
class SourceState:
    """`age_seconds`: since the definitions were last seen to be current. `broken`: how many cannot be used.

    Where the list of them itself cannot be read or used, that counts as one.
    """

    age_seconds: float
    broken: int


class DefinitionSource(Protocol):
    """Safe for use by several threads. A machine that was good stays until a good one replaces it."""

    def machine(self, name: str, *, look: bool = True) -> Machine | None:
        """The live machine of that name; None when none is known. `look`: whether to `look_if_due` first."""

    def look_if_due(self) -> bool:
        """Look at the definitions again if their time to live is over; whether this call has done so.

        While another thread looks, this one waits for it.
        """

    def refresh(self) -> None:
        """Look at the definitions again now, whatever the time to live says."""

    def is_current(self, name: str) -> bool:
        """Whether the latest look found out what is live under that name, be it nothing."""

    def names(self) -> tuple[str, ...]:
        """The machines that are known, sorted."""

    def state(self) -> SourceState:
        """How far what is handed out can be trusted to be current; for metrics."""
