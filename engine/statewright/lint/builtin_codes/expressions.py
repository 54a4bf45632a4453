"""Codes of expressions: guards, `with`, `set` and invariants."""

from __future__ import annotations

from statewright.diagnostics import Code
from statewright.lint.rule import found_elsewhere

_TILL = """
    machine: till
    initial: open
    data: {sum: {type: integer, default: 0}}
    commands: {Sell: {payload: {price: integer}}}
    events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
    states: {open: {accepts: {Sell: {guard: command.price > 0, emit: Sold}}}}
    """

RULES = (
    found_elsewhere(
        Code.UNKNOWN_FIELD,
        "unknown-field",
        why="`set`, `with` or `optional` names a field that is not declared there.",
        bad="""
            machine: till
            initial: open
            data: {sum: {type: integer, default: 0}}
            commands: {Sell: {payload: {price: integer}}}
            events: {Sold: {payload: {price: integer}, set: {summ: data.sum + event.price}}}
            states: {open: {accepts: {Sell: {guard: command.price > 0, emit: Sold}}}}
            """,
        good=_TILL,
    ),
    found_elsewhere(
        Code.EXPRESSION_SYNTAX,
        "expression-syntax",
        why="The text is no expression of CEL, or uses a part of it that is left out here.",
        bad="""
            machine: till
            initial: open
            data: {sum: {type: integer, default: 0}}
            commands: {Sell: {payload: {price: integer}}}
            events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
            states: {open: {accepts: {Sell: {guard: command.price > 0 and true, emit: Sold}}}}
            """,
        good=_TILL,
    ),
    found_elsewhere(
        Code.EXPRESSION_TYPE,
        "expression-type",
        why="An unknown field, an operator between types that do not meet, a value that may be null or "
        "absent where it is used: found here, before it refuses a command at night.",
        bad="""
            machine: till
            initial: open
            data: {sum: {type: integer, default: 0}}
            commands: {Sell: {payload: {price: integer}}}
            events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
            states: {open: {accepts: {Sell: {guard: command.price > 0.0, emit: Sold}}}}
            """,
        good=_TILL,
    ),
    found_elsewhere(
        Code.INVARIANT,
        "invariant",
        why="A new aggregate breaks the invariant already, so no command could ever be accepted.",
        bad="""
            machine: till
            initial: open
            data: {sum: {type: integer, default: 0}}
            commands: {Sell: {payload: {price: integer}}}
            events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
            states: {open: {accepts: {Sell: {emit: Sold}}}}
            invariants: [{check: data.sum > 0, message: Something is in the till.}]
            """,
        good="""
            machine: till
            initial: open
            data: {sum: {type: integer, default: 0}}
            commands: {Sell: {payload: {price: integer}}}
            events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
            states: {open: {accepts: {Sell: {emit: Sold}}}}
            invariants: [{check: data.sum >= 0, message: A till has no debts.}]
            """,
    ),
)
