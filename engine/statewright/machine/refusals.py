"""Refusals raised while a command is decided, and functions that build them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statewright.errors import EvaluationError
from statewright.language.cel import Budget, Expression, observe
from statewright.language.schema.payloads import Payload, PayloadError
from statewright.language.schema.unchanged import NOTHING
from statewright.language.schema.violations import path_text
from statewright.language.source.text import DocumentPath
from statewright.machine.messages import RefusalKind, RefusalTrace


class Refusal(Exception):
    """Ends a decision early, also from guards, which are called by the library."""

    def __init__(
        self,
        code: str,
        kind: RefusalKind,
        path: DocumentPath,
        message: str,
        refused_by: RefusalTrace | None = None,
    ) -> None:
        self.code = code
        self.kind = kind
        self.path = path
        self.message = message
        self.refused_by = refused_by


def no_value(kind: RefusalKind, path: DocumentPath, where: str, error: EvaluationError) -> Refusal:
    """The refusal for an expression that cannot be evaluated."""
    return Refusal("EXPRESSION_ERROR", kind, path, f"cannot evaluate {where}: {error}")


def conformed(
    declared: Payload,
    value: Mapping[str, Any],
    kind: RefusalKind,
    path: DocumentPath,
    where: str,
    budget: Budget | None,
    checked: Any = NOTHING,
) -> Mapping[str, Any]:
    """Validate and normalise a payload. Raises Refusal."""
    try:
        return declared.conform(value, checked=checked, budget=budget)
    except PayloadError as error:
        seen = RefusalTrace(constraint=error.reason, saw=_value_at(value, error.path, where))
        raise violated(kind, (*path, *error.path), misfit(where, error), seen) from error


def violated(
    kind: RefusalKind, path: DocumentPath, message: str, refused_by: RefusalTrace | None = None
) -> Refusal:
    """The refusal for a violated schema, size limit or invariant."""
    return Refusal("INVARIANT_VIOLATED", kind, path, message, refused_by)


def trace_of(expression: Expression, values: Mapping[str, Any]) -> RefusalTrace:
    """The details of a refusal by an expression."""
    return RefusalTrace(expression.source, saw=observe(expression, values))


def _value_at(value: Any, path: DocumentPath, where: str) -> dict[str, Any]:
    """The value at `path` by its place; empty if it is missing."""
    try:
        for step in path:
            value = value[step]
    except LookupError:
        return {}
    return {path_text((where, *path)): value}


def misfit(what: str, error: PayloadError) -> str:
    """The message for a value that does not fit its schema."""
    return f"{path_text((what, *error.path))}: {error.reason}"
