"""Run-time values: the names of their types, evaluation failures and the evaluation budget.

A value is a plain Python representation of a JSON value, a timestamp or a duration. Values are never
modified.
"""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

from statewright.errors import BudgetExceeded, EvaluationError
from statewright.language.cel.runtime.temporal import Duration, Timestamp

Value = Any  # int, float, bool, str, None, list, dict, Timestamp, Duration

STEPS_MAX = 10_000  # of one evaluation; cel-cpp limits iterations to the same number
DECISION_STEPS_MAX = (
    200_000  # of all evaluations for one command; see docs/decisions/0026-one-budget-per-message.md
)
STEP_SIZE = 64  # characters or items searched or built per step
ITEMS_PER_STEP = 16  # items compared per step
TEXT_PER_STEP = 4_096  # characters compared per step
NODES_PER_STEP = 32  # syntax tree nodes evaluated per step, in a loop
NODES_PER_BUDGET_STEP = 16  # a call counts as this many nodes, because it may read text
TEXT_MAX = 65_536
ITEMS_MAX = 10_000
SHOWN_MAX = 100  # characters of a value in a message
INT_MIN, INT_MAX = -(2**63), 2**63 - 1

# Exceptions that Python raises if a value does not have the type that the code was compiled for.
FAILURES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)

_KINDS = {
    bool: "bool",
    int: "int",
    float: "double",
    str: "string",
    type(None): "null",
    list: "list",
    dict: "map",
    Timestamp: "timestamp",
    Duration: "duration",
}


class Price(NamedTuple):
    """The cost of one loop iteration: `steps` of the evaluation and `budget_steps` of the decision.

    `steps` must never change, because a stored event must always fold within the same limit. `budget_steps`
    approximates the time more closely.
    """

    steps: int
    budget_steps: int


class Budget:
    """The steps that one decision may spend in total. A step takes at most ten microseconds.

    Counting steps instead of time gives a command the same outcome in every environment.
    """

    __slots__ = ("steps_left", "steps_max")

    def __init__(self, steps_max: int = DECISION_STEPS_MAX) -> None:
        self.steps_max = self.steps_left = steps_max

    def spend(self, steps: int) -> None:
        """Raises BudgetExceeded if the budget is exhausted."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise BudgetExceeded(self.steps_max)


class Meter:
    """Limits the steps of one evaluation and passes them on to the decision's budget.

    `budget` is None when stored events are folded: they were within a budget when they were decided.
    """

    __slots__ = ("budget", "steps_left")

    def __init__(self, budget: Budget | None) -> None:
        self.budget = budget
        self.steps_left = STEPS_MAX

    def spend(self, steps: int) -> None:
        """Raises EvaluationError if the steps of the evaluation are exhausted."""
        self._spend(steps, steps)

    def spend_on_turns(self, turns: int, price: Price) -> None:
        """Spend the price of a number of loop iterations."""
        self._spend(turns * price.steps, turns * price.budget_steps)

    def _spend(self, steps: int, budget_steps: int) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise EvaluationError(f"the evaluation takes more than {STEPS_MAX:,} steps")
        if self.budget is not None:
            self.budget.spend(budget_steps)

    def spend_on(self, length: int, *, per_step: int = STEP_SIZE) -> None:
        """Spend steps for reading or building `length` characters or items; less than one step is free."""
        self.spend(length // per_step)

    def spend_on_items(self, length: int) -> None:
        """Spend steps for comparing the items of a container, at least one."""
        self.spend(1 + length // ITEMS_PER_STEP)


def type_name(value: Value) -> str:
    """The CEL name of the value's type."""
    return _KINDS.get(type(value), type(value).__name__)


def mismatch(function: str, *values: Value) -> EvaluationError:
    """The error for a call that matches no overload of `function`."""
    return EvaluationError(f"{function} does not accept {' and '.join(map(type_name, values))}")


def no_such_key(key: Value) -> EvaluationError:
    """The error for a key that a map does not have."""
    shown = f'"{key[:SHOWN_MAX]}"' if isinstance(key, str) else str(key)
    return EvaluationError(f"no such key: {shown}", cause="no such key")


def in_64_bits(value: int) -> int:
    """Return the value. Raises EvaluationError if it does not fit in 64 bits."""
    return value if INT_MIN <= value <= INT_MAX else overflow()


def overflow() -> int:
    """Raise EvaluationError; called if an inline range check fails."""
    raise EvaluationError("integer overflow: the result does not fit in 64 bits")


def unknown(name: str) -> NoReturn:
    """Raise EvaluationError for an unknown name in an unchecked expression."""
    raise EvaluationError(f'unknown name "{name}"')


def truth(value: Value) -> bool:
    """Return the value. Raises EvaluationError if it is not a bool."""
    if type(value) is bool:
        return value
    raise EvaluationError(f"expected bool, found {type_name(value)}")


def explain(error: Exception) -> EvaluationError:
    """Convert one of FAILURES to an error for the author of the expression."""
    match error:
        case KeyError():
            return no_such_key(error.args[0])
        case RecursionError():
            return EvaluationError("a value is nested too deeply")
        case TypeError() | AttributeError():
            return EvaluationError("a value does not have its declared type")
        case _:
            return EvaluationError(str(error), cause="a value is out of range")
