"""The exception tree. An exception means that we or the world broke; what is wrong with an author's file
is a finding, and a business refusal is an outcome (`statewright.machine.messages`), not an exception.

Callers pass facts; each class builds its own message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from statewright.diagnostics import Finding
    from statewright.stores.record import Commit, StoredCommand


_EXPRESSION_SHOWN_MAX = 200


class StatewrightError(Exception):
    """Everything that this project raises on purpose."""


class DefinitionError(StatewrightError):
    """A definition cannot be used; `findings` say why, all of them at once."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.headline() for finding in self.findings))


@dataclass(frozen=True, slots=True)
class ExpressionFault:
    """One fault of an expression's text. `offset` counts characters from 0.

    `kind` is 'syntax', 'type', or 'value' for a constant that its schema excludes.
    """

    offset: int
    message: str
    kind: str


class ExpressionError(StatewrightError):
    """An expression cannot be compiled; `faults` holds all that were found, in the order of the text."""

    def __init__(self, source: str, faults: Sequence[ExpressionFault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.offset + 1}: {fault.message}" for fault in self.faults))


class EvaluationError(StatewrightError):
    """A compiled expression has no value for these inputs (overflow, division by zero, missing key …).

    `cause`: the message without any value that it quotes, fit for logs and reports.
    """

    def __init__(self, message: str, *, cause: str | None = None) -> None:
        self.cause = message if cause is None else cause
        super().__init__(message)


class ValueNotComputed(EvaluationError):
    """The expression that an event's `set` or an upcast has for `field` has no value."""

    def __init__(self, field: str, expression: str, error: EvaluationError) -> None:
        text = " ".join(expression.split())
        shown = text if len(text) <= _EXPRESSION_SHOWN_MAX else f"{text[: _EXPRESSION_SHOWN_MAX - 1]}…"
        where = f'cannot compute field "{field}" from {shown}'
        super().__init__(f"{where}: {error}", cause=f"{where}: {error.cause}")


class BudgetExceeded(StatewrightError):
    """One decision takes more steps than it may; no expression can swallow it."""

    def __init__(self, steps_max: int) -> None:
        super().__init__(f"the decision takes more than {steps_max:,} steps")


class UpcastError(EvaluationError):
    """An event that was stored as `event_version` cannot be brought to the next version, or to today's."""

    def __init__(self, event_version: int, reason: str, *, cause: str | None = None) -> None:
        self.event_version = event_version
        where = f"the upcast from version {event_version} fails"
        super().__init__(f"{where}: {reason}", cause=f"{where}: {reason if cause is None else cause}")


class ReplayError(StatewrightError):
    """Stored events cannot be folded by this definition; concerns one stream only."""


class UnknownMove(ReplayError):
    """The move table has no row for this event in this leaf, or none for an event of this version."""

    def __init__(self, reason: str, *, place: str = "") -> None:
        self.reason = reason
        super().__init__(f"{place}: {reason}" if place else reason)

    def at(self, stream: str, version: int) -> UnknownMove:
        """The same, naming where the event is stored."""
        return UnknownMove(self.reason, place=f"{stream} at version {version}")


class ReplayDivergence(ReplayError):
    """An event leads elsewhere than it did when it was stored."""

    def __init__(
        self,
        *,
        stream: str,
        version: int,
        stored: str,
        computed: str,
        stored_by: int,
        definition_version: int,
    ) -> None:
        self.stream = stream
        self.version = version
        super().__init__(
            f"{stream} diverges at version {version}: definition version {stored_by} stored {stored}, "
            f"definition version {definition_version} computes {computed}"
        )


class FoldFailed(ReplayError):
    """A stored event's `set` or upcast has no value. The message quotes no payload; `error` may."""

    def __init__(self, *, stream: str, version: int, event_type: str, error: EvaluationError) -> None:
        self.place = f'{stream} at version {version}: event "{event_type}"'
        self.error = error
        super().__init__(f"{self.place}: {error.cause}")


class StoreError(StatewrightError):
    """An event store refused or failed."""


class Conflict(StoreError):
    """The head was stale; `winner` is the commit that stands in its place. Fold it and decide again."""

    def __init__(self, winner: Commit) -> None:
        self.winner = winner
        super().__init__(f"{winner.stream} already has a commit at version {winner.version}")


class DuplicateCommand(StoreError):
    """The stream already holds a command of this id; `stored` tells its outcome."""

    def __init__(self, stream: str, stored: StoredCommand) -> None:
        self.stored = stored
        super().__init__(f'{stream} already holds command "{stored.id}"')


class CommitTooLarge(StoreError):
    """Refused locally, before any request."""

    def __init__(self, *, stream: str, size_bytes: int, size_bytes_max: int) -> None:
        super().__init__(f"the commit to {stream} has {size_bytes} bytes; the maximum is {size_bytes_max}")


class CorruptStream(StoreError):
    """What is stored cannot be a stream: a gap, an overlap, an unreadable record. Nothing is overwritten."""

    def __init__(self, stream: str, version: int, reason: str) -> None:
        self.stream = stream
        self.version = version
        super().__init__(f"{stream} is corrupt at version {version}: {reason}")


class StoreUnavailable(StoreError):
    """Transient: locked, throttled, full, unreachable. The same call may succeed later."""


class StoreMisconfigured(StoreError):
    """No retry helps: the table does not exist, or we may not use it. `reason` names it and the remedy."""


# What the AWS SDK raises over an answer that no service gave: it does not expect one, and its own code fails.
# Whether the request was executed is unknown then.
UNREADABLE_ANSWER = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


class SourceUnavailable(StatewrightError):
    """Definitions cannot be read from where they should be. The message names the place and the remedy."""


class SettingsError(StatewrightError):
    """The environment lacks a setting or holds a wrong one; the message names the variable."""

    def __init__(self, variable: str, reason: str) -> None:
        self.variable = variable
        self.reason = reason
        super().__init__(f"{variable}: {reason}")
