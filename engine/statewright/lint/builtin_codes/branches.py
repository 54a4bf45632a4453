"""Codes of branches: the names that they use, and what they can never do."""

from __future__ import annotations

from statewright.diagnostics import Code
from statewright.lint.rule import found_elsewhere

_ORDER = """
    machine: order
    initial: open
    commands: {Pay: {payload: {amount: integer}}}
    events: {OrderPaid: {payload: {amount: integer}}}
    states:
      open: {accepts: {Pay: {emit: OrderPaid, target: paid}}}
      paid: {final: true}
    """

RULES = (
    found_elsewhere(
        Code.DUPLICATE_BRANCH,
        "duplicate-branch",
        why="Branches are tried in order, so of two with the same guard and roles only the first is ever "
        "taken.",
        bad="""
            machine: order
            initial: open
            states:
              open:
                accepts:
                  Pay:
                    - {guard: command.amount > 0, emit: OrderPaid, target: paid}
                    - {guard: command.amount > 0, reject: TOO_LITTLE}
              paid: {final: true}
            """,
        good="""
            machine: order
            initial: open
            states:
              open:
                accepts:
                  Pay:
                    - {guard: command.amount > 0, emit: OrderPaid, target: paid}
                    - {reject: TOO_LITTLE}
              paid: {final: true}
            """,
    ),
    found_elsewhere(
        Code.UNREACHABLE_BRANCH,
        "unreachable-branch",
        why="A branch before it has no guard, or the same one, and is open to the same or more roles.",
        bad="""
            machine: order
            initial: open
            states:
              open:
                accepts:
                  Pay:
                    - {emit: OrderPaid, target: paid}
                    - {guard: command.amount == 0, reject: NOTHING_TO_PAY}
              paid: {final: true}
            """,
        good="""
            machine: order
            initial: open
            states:
              open:
                accepts:
                  Pay:
                    - {guard: command.amount == 0, reject: NOTHING_TO_PAY}
                    - {emit: OrderPaid, target: paid}
              paid: {final: true}
            """,
    ),
    found_elsewhere(
        Code.UNKNOWN_EVENT,
        "unknown-event",
        why="Where `events` are listed, only those can be emitted. A slip would store a fact that nothing "
        "applies.",
        bad="""
            machine: order
            initial: open
            commands: {Pay: {payload: {amount: integer}}}
            events: {OrderPaid: {payload: {amount: integer}}}
            states:
              open: {accepts: {Pay: {emit: OrderPayed, target: paid}}}
              paid: {final: true}
            """,
        good=_ORDER,
    ),
    found_elsewhere(
        Code.UNKNOWN_COMMAND,
        "unknown-command",
        why="Where `commands` are listed, only those can come in. A slip would accept what nobody can send.",
        bad="""
            machine: order
            initial: open
            commands: {Pay: {payload: {amount: integer}}}
            events: {OrderPaid: {payload: {amount: integer}}}
            states:
              open: {accepts: {Pya: {emit: OrderPaid, with: {amount: 1}, target: paid}}}
              paid: {final: true}
            """,
        good=_ORDER,
    ),
    found_elsewhere(
        Code.RESERVED_CODE,
        "reserved-code",
        why="The engine refuses with codes of its own. An author's refusal under one of them could not be "
        "told from the engine's.",
        bad="""
            machine: order
            initial: open
            states:
              open:
                accepts:
                  Pay:
                    - {guard: command.amount == 0, reject: GUARD_FAILED}
                    - {emit: OrderPaid, target: paid}
              paid: {final: true}
            """,
        good="""
            machine: order
            initial: open
            states:
              open:
                accepts:
                  Pay:
                    - {guard: command.amount == 0, reject: NOTHING_TO_PAY}
                    - {emit: OrderPaid, target: paid}
              paid: {final: true}
            """,
    ),
    found_elsewhere(
        Code.FIELD_SOURCE,
        "field-source",
        why="A required field of the event comes from the command's field of the same name, or from `with`. "
        "Here neither has a value that fits.",
        bad="""
            machine: order
            initial: open
            commands: {Pay: {payload: {sum: integer}}}
            events: {OrderPaid: {payload: {amount: integer}}}
            states:
              open: {accepts: {Pay: {emit: OrderPaid, target: paid}}}
              paid: {final: true}
            """,
        good="""
            machine: order
            initial: open
            commands: {Pay: {payload: {sum: integer}}}
            events: {OrderPaid: {payload: {amount: integer}}}
            states:
              open: {accepts: {Pay: {emit: OrderPaid, with: {amount: command.sum}, target: paid}}}
              paid: {final: true}
            """,
    ),
    found_elsewhere(
        Code.BRANCH_KEYS,
        "branch-keys",
        why="A branch either refuses or has an outcome, and one that stores nothing cannot lead anywhere: "
        "no event would say so.",
        bad="""
            machine: order
            initial: open
            states:
              open: {accepts: {Pay: {emit: [], target: paid}}}
              paid: {final: true}
            """,
        good="""
            machine: order
            initial: open
            states:
              open: {accepts: {Pay: {emit: OrderPaid, target: paid}}}
              paid: {final: true}
            """,
    ),
)
