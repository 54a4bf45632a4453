"""CEL expressions, type-checked against declared types and compiled to Python functions."""

from statewright.language.cel.expression import Expression, compile_expression, evaluate, observe, to_json
from statewright.language.cel.fitting import Fit, fits
from statewright.language.cel.runtime.temporal import Duration, Timestamp
from statewright.language.cel.runtime.values import Budget

__all__ = [
    "Budget",
    "Duration",
    "Expression",
    "Fit",
    "Timestamp",
    "compile_expression",
    "evaluate",
    "fits",
    "observe",
    "to_json",
]
