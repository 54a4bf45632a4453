"""Codes of declared fields: their schemas, their defaults, and what older events held."""

from __future__ import annotations

from statewright.diagnostics import Code
from statewright.lint.rule import found_elsewhere

RULES = (
    found_elsewhere(
        Code.PAYLOAD_SCHEMA,
        "payload-schema",
        why="The schema of a field contradicts itself, or uses a keyword that says nothing about its type.",
        bad="""
            machine: till
            initial: open
            commands: {Sell: {payload: {price: {type: integer, minimum: 10, maximum: 1}}}}
            states: {open: {accepts: {Sell: {emit: Sold}}}}
            """,
        good="""
            machine: till
            initial: open
            commands: {Sell: {payload: {price: {type: integer, minimum: 1, maximum: 10}}}}
            states: {open: {accepts: {Sell: {emit: Sold}}}}
            """,
    ),
    found_elsewhere(
        Code.DEFAULT,
        "default",
        why="Data fields begin with their default, so each needs one, and a default must fit its own schema.",
        bad="""
            machine: till
            initial: open
            data: {sum: integer}
            commands: {Sell: {payload: {price: integer}}}
            events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
            states: {open: {accepts: {Sell: {emit: Sold}}}}
            """,
        good="""
            machine: till
            initial: open
            data: {sum: {type: integer, default: 0}}
            commands: {Sell: {payload: {price: integer}}}
            events: {Sold: {payload: {price: integer}, set: {sum: data.sum + event.price}}}
            states: {open: {accepts: {Sell: {emit: Sold}}}}
            """,
    ),
    found_elsewhere(
        Code.UPCAST,
        "upcast",
        why="Stored events of every older version come to today's through a chain of upcasts, one from each "
        "version to the next. Here one is missing, or leads beyond.",
        bad="""
            machine: till
            initial: open
            data: {sum: {type: integer, default: 0}}
            commands: {Sell: {payload: {price: integer}}}
            events:
              Sold: {version: 2, payload: {price: integer}, set: {sum: data.sum + event.price}}
            states: {open: {accepts: {Sell: {emit: Sold}}}}
            """,
        good="""
            machine: till
            initial: open
            data: {sum: {type: integer, default: 0}}
            commands: {Sell: {payload: {price: integer}}}
            events:
              Sold:
                version: 2
                payload: {price: integer}
                upcast: {"1": {price: "int(event.amount * 100.0)"}}
                set: {sum: data.sum + event.price}
            states: {open: {accepts: {Sell: {emit: Sold}}}}
            """,
    ),
)
