"""Validates values against their schema and normalises them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from statewright.language.cel.runtime.values import Budget
from statewright.language.schema.limits import Limits, keep_within, limits_of
from statewright.language.schema.structure import Shape, normalise, shape_of
from statewright.language.schema.unchanged import NOTHING
from statewright.language.source.text import DocumentPath


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A compiled schema. `limits` is None if the schema constrains only the structure."""

    shape: Shape
    limits: Limits | None

    def conform(
        self,
        value: Any,
        path: DocumentPath = (),
        *,
        checked: Any = NOTHING,
        budget: Budget | None = None,
    ) -> Any:
        """Validate the value and return its normalised form. Raises PayloadError and BudgetExceeded.

        `checked`: an earlier valid value; parts shared with it are not checked again.
        `budget`: the budget of the decision, if any.
        """
        normal = normalise(self.shape, value, path, checked)
        if self.limits is not None:
            keep_within(self.limits, normal, path, checked, budget)
        return normal


def compile_rule(schema: Mapping[str, Any]) -> ValueRule:
    """Compile a canonical schema with references inlined."""
    return ValueRule(shape_of(schema), limits_of(schema))
