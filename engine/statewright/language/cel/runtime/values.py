"""Values and their budget: the names of values' types, the failures, the evaluation budget.

Values are plain JSON values as Python has them, with timestamps and durations. Nothing here changes one.
"""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

from statewright.errors import BudgetExceeded, EvaluationError
from statewright.language.cel.runtime.temporal import Duration, Timestamp

Value = Any  # int, float, bool, str, None, list, dict, Timestamp, Duration

STEPS_MAX = 10_000  # of one evaluation: the iterations of cel-cpp
DECISION_STEPS_MAX = (
    200_000  # of all that one command causes; see docs/decisions/0026-one-budget-per-message.md
)
STEP_SIZE = 64  # how many characters or items one step may search or build
ITEMS_PER_STEP = 16  # compared one by one
TEXT_PER_STEP = 4_096  # characters compared
NODES_PER_STEP = 32  # of the syntax tree, evaluated for one item of a loop
NODES_PER_BUDGET_STEP = 16  # and as many does a call count for, because it may read text
TEXT_MAX = 65_536
ITEMS_MAX = 10_000
SHOWN_MAX = 100  # characters of a value in a message
INT_MIN, INT_MAX = -(2**63), 2**63 - 1

# What Python itself raises where a value is not what the code was compiled for.
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
    """What one turn of a loop costs: `steps` of its evaluation, `budget_steps` of the decision.

    The first is a promise, because an event that was stored is folded within the same steps for ever. The
    second is closer to the time that it takes.
    """

    steps: int
    budget_steps: int


class Budget:
    """What one decision may spend in all. A step takes ten microseconds at most, and no clock is asked.

    So the same command has the same end in every environment.
    """

    __slots__ = ("steps_left", "steps_max")

    def __init__(self, steps_max: int = DECISION_STEPS_MAX) -> None:
        self.steps_max = self.steps_left = steps_max

    def spend(self, steps: int) -> None:
        """Raises BudgetExceeded when the budget is used up."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise BudgetExceeded(self.steps_max)


class Meter:
    """The steps of one evaluation, so that no expression runs long, and of the decision that it is part of.

    `budget`: of the decision; None where stored events are folded, which were within one when they were made.
    """

    __slots__ = ("budget", "steps_left")

    def __init__(self, budget: Budget | None) -> None:
        self.budget = budget
        self.steps_left = STEPS_MAX

    def spend(self, steps: int) -> None:
        """Raises EvaluationError when the evaluation's are used up, and at every call after that."""
        self._spend(steps, steps)

    def spend_on_turns(self, turns: int, price: Price) -> None:
        """For going round a loop."""
        self._spend(turns * price.steps, turns * price.budget_steps)

    def _spend(self, steps: int, budget_steps: int) -> None:
        self.steps_left -= steps
        if self.steps_left < 0:
            raise EvaluationError(f"the evaluation takes more than {STEPS_MAX} steps")
        if self.budget is not None:
            self.budget.spend(budget_steps)

    def spend_on(self, length: int, *, per_step: int = STEP_SIZE) -> None:
        """For looking at, or building, `length` characters or items; less than one step is free."""
        self.spend(length // per_step)

    def spend_on_items(self, length: int) -> None:
        """For comparing a container's items: a step for the container, however small, and for the items."""
        self.spend(1 + length // ITEMS_PER_STEP)


def type_name(value: Value) -> str:
    """The CEL name of a value's type."""
    return _KINDS.get(type(value), type(value).__name__)


def mismatch(function: str, *values: Value) -> EvaluationError:
    """No overload of `function` takes these values."""
    return EvaluationError(f"{function} does not accept {' and '.join(map(type_name, values))}")


def no_such_key(key: Value) -> EvaluationError:
    """Names the key that a map lacks."""
    shown = f'"{key[:SHOWN_MAX]}"' if isinstance(key, str) else str(key)
    return EvaluationError(f"no such key: {shown}", cause="no such key")


def in_64_bits(value: int) -> int:
    """The same value. Raises EvaluationError beyond 64 bits."""
    return value if INT_MIN <= value <= INT_MAX else overflow()


def overflow() -> int:
    """Raises EvaluationError always; called where an inline range check has failed."""
    raise EvaluationError("integer overflow: the result does not fit in 64 bits")


def unknown(name: str) -> NoReturn:
    """Where an expression that was not type-checked names something that does not exist."""
    raise EvaluationError(f'unknown name "{name}"')


def truth(value: Value) -> bool:
    """The same value. Raises EvaluationError where it is not a bool."""
    if type(value) is bool:
        return value
    raise EvaluationError(f"expected bool, found {type_name(value)}")


def explain(error: Exception) -> EvaluationError:
    """What one of FAILURES means to the author of an expression."""
    match error:
        case KeyError():
            return no_such_key(error.args[0])
        case RecursionError():
            return EvaluationError("a value is nested too deeply")
        case TypeError() | AttributeError():
            return EvaluationError("a value does not have its declared type")
        case _:
            return EvaluationError(str(error), cause="a value is out of range")
