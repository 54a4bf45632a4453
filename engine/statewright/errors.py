"""The exception tree. Callers pass facts, and each class builds its own message.

Exceptions report internal errors and failures of the environment. Errors in a file are findings, and business
refusals are outcomes (`statewright.machine.messages`).
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
    """The base class of all exceptions that this project raises."""


class DefinitionError(StatewrightError):
    """A definition is invalid. `findings` contains all errors."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.headline() for finding in self.findings))


@dataclass(frozen=True, slots=True)
class ExpressionFault:
    """A fault in the text of an expression. `offset` counts characters from 0.

    `kind` is 'syntax', 'type', or 'value' for a constant that violates its schema.
    """

    offset: int
    message: str
    kind: str


class ExpressionError(StatewrightError):
    """An expression cannot be compiled. `faults` lists all faults in text order."""

    def __init__(self, source: str, faults: Sequence[ExpressionFault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.offset + 1}: {fault.message}" for fault in self.faults))


class EvaluationError(StatewrightError):
    """An expression cannot be evaluated for its inputs (overflow, division by zero, missing key …).

    `cause`: the message without quoted values, for logs and reports.
    """

    def __init__(self, message: str, *, cause: str | None = None) -> None:
        self.cause = message if cause is None else cause
        super().__init__(message)


class ValueNotComputed(EvaluationError):
    """The expression for `field` in an event's `set` or in an upcast cannot be evaluated."""

    def __init__(self, field: str, expression: str, error: EvaluationError) -> None:
        text = " ".join(expression.split())
        shown = text if len(text) <= _EXPRESSION_SHOWN_MAX else f"{text[: _EXPRESSION_SHOWN_MAX - 1]}…"
        where = f'cannot compute field "{field}" from {shown}'
        super().__init__(f"{where}: {error}", cause=f"{where}: {error.cause}")


class BudgetExceeded(StatewrightError):
    """A decision exceeds its budget. Not an EvaluationError, so expressions cannot swallow it."""

    def __init__(self, steps_max: int) -> None:
        super().__init__(f"the decision takes more than {steps_max:,} steps")


class UpcastError(EvaluationError):
    """An event stored as `event_version` cannot be upcast."""

    def __init__(self, event_version: int, reason: str, *, cause: str | None = None) -> None:
        self.event_version = event_version
        where = f"the upcast from version {event_version} fails"
        super().__init__(f"{where}: {reason}", cause=f"{where}: {reason if cause is None else cause}")


class ReplayError(StatewrightError):
    """The stored events of a stream cannot be folded by this definition."""


class UnknownMove(ReplayError):
    """The event, or its version, is unknown in this leaf."""

    def __init__(self, reason: str, *, place: str = "") -> None:
        self.reason = reason
        super().__init__(f"{place}: {reason}" if place else reason)

    def at(self, stream: str, version: int) -> UnknownMove:
        """The same error with the place of the stored event."""
        return UnknownMove(self.reason, place=f"{stream} at version {version}")


class ReplayDivergence(ReplayError):
    """On replay, an event makes a different move than when it was stored."""

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
            f"{stream} diverges at version {version}: definition version {stored_by} stored {stored}, but "
            f"definition version {definition_version} computes {computed}"
        )


class FoldFailed(ReplayError):
    """A stored event's `set` or upcast cannot be evaluated. Unlike `error`, the message quotes no values."""

    def __init__(self, *, stream: str, version: int, event_type: str, error: EvaluationError) -> None:
        self.place = f'{stream} at version {version}: event "{event_type}"'
        self.error = error
        super().__init__(f"{self.place}: {error.cause}")


class StoreError(StatewrightError):
    """An event store rejected a request or failed."""


class Conflict(StoreError):
    """The head was stale. `winner`: the commit stored instead. Fold it and decide again."""

    def __init__(self, winner: Commit) -> None:
        self.winner = winner
        super().__init__(f"{winner.stream} already has a commit at version {winner.version}")


class DuplicateCommand(StoreError):
    """The stream already contains a command with this id. `stored` has its outcome."""

    def __init__(self, stream: str, stored: StoredCommand) -> None:
        self.stored = stored
        super().__init__(f'{stream} already contains command "{stored.id}"')


class CommitTooLarge(StoreError):
    """The commit is rejected locally, before any request."""

    def __init__(self, *, stream: str, size_bytes: int, size_bytes_max: int) -> None:
        super().__init__(
            f"the commit to {stream} has {size_bytes:,} bytes; the maximum is {size_bytes_max:,}"
        )


class CorruptStream(StoreError):
    """The stored stream is invalid: a gap, an overlap or an unreadable record. Nothing is overwritten."""

    def __init__(self, stream: str, version: int, reason: str) -> None:
        self.stream = stream
        self.version = version
        super().__init__(f"{stream} is corrupt at version {version}: {reason}")


class StoreUnavailable(StoreError):
    """A transient failure: locked, throttled, full or unreachable. A retry may succeed."""


class StoreMisconfigured(StoreError):
    """A permanent failure: the table does not exist or access is denied. The message names the remedy."""


# Raised by the AWS SDK's own code for a malformed response. The request may or may not have been executed.
UNREADABLE_ANSWER = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


class SourceUnavailable(StatewrightError):
    """Definitions cannot be read from their source. The message names the source and the remedy."""


class SettingsError(StatewrightError):
    """An environment variable is missing or invalid. The message names it."""

    def __init__(self, variable: str, reason: str) -> None:
        self.variable = variable
        self.reason = reason
        super().__init__(f"{variable}: {reason}")
