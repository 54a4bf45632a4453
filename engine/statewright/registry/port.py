"""The definition source port, from which the handler gets its machines.

Adapters own how definitions are found and refreshed, and how broken ones are handled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from statewright.machine.compiled import Machine

# The maximum time of a refresh. After half of it, no further request starts.
LOOK_SECONDS_MAX = 8.0


@dataclass(frozen=True, slots=True)
class SourceState:
    """How fresh and how complete the definitions of a source are.

    `age_seconds`: since the definitions were last known to be current. `broken`: how many cannot be used. An
    unusable manifest or folder counts as one.
    """

    age_seconds: float
    broken: int


class DefinitionSource(Protocol):
    """A source of machines. Thread-safe. A good machine stays until another good one replaces it."""

    def machine(self, name: str, *, look: bool = True) -> Machine | None:
        """The live machine of that name, or None. `look`: call `look_if_due` first."""

    def look_if_due(self) -> bool:
        """Refresh the definitions if their time to live is over. Return whether this call did.

        Waits if another thread is refreshing.
        """

    def refresh(self) -> None:
        """Refresh the definitions now, even if that is not due."""

    def is_current(self, name: str) -> bool:
        """Whether the latest refresh determined the live version of that name, or that it does not exist."""

    def names(self) -> tuple[str, ...]:
        """The known machines, sorted."""

    def state(self) -> SourceState:
        """How fresh the returned definitions are; for metrics."""
