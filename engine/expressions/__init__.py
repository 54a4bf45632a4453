"""CEL expressions, compiled to Python functions and checked against declared types before they run."""

from engine.expressions.expression import Expression, compile_expression, evaluate, observe, to_json
from engine.expressions.fitting import Fit, fits
from engine.expressions.runtime.temporal import Duration, Timestamp

__all__ = [
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
