"""Values at the edge: brought into the form that their schema declares, or refused."""

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
    """A compiled schema. `limits` is None where the structure says everything."""

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
        """The value in its declared form; raises PayloadError.

        `checked`: a value that conformed before. What both share is not looked at again. `budget`: of the
        decision that it is part of; raises BudgetExceeded.
        """
        normal = normalise(self.shape, value, path, checked)
        if self.limits is not None:
            keep_within(self.limits, normal, path, checked, budget)
        return normal


def compile_rule(schema: Mapping[str, Any]) -> ValueRule:
    """`schema`: canonical, references inlined."""
    return ValueRule(shape_of(schema), limits_of(schema))
