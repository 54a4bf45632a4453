"""Codes of states, targets and the replay rule."""

from __future__ import annotations

from statewright.diagnostics import Code
from statewright.lint.rule import found_elsewhere

_PARCEL = """
    machine: parcel
    initial: packed
    states:
      packed: {accepts: {Ship: shipped}}
      shipped: {final: true}
    """

RULES = (
    found_elsewhere(
        Code.UNKNOWN_STATE,
        "unknown-state",
        why="The name of the state means none of those that can be seen from there.",
        bad="""
            machine: parcel
            initial: packed
            states:
              packed: {accepts: {Ship: shiped}}
              shipped: {final: true}
            """,
        good=_PARCEL,
    ),
    found_elsewhere(
        Code.FINAL_STATE,
        "final-state",
        why="A final state is the end: what it would accept could never be sent.",
        bad="""
            machine: parcel
            initial: packed
            states:
              packed: {accepts: {Ship: shipped}}
              shipped: {final: true, accepts: {Return: packed}}
            """,
        good=_PARCEL,
    ),
    found_elsewhere(
        Code.INITIAL,
        "initial",
        why="A composite state is entered through its first child, which `initial` names. A state without "
        "children has none.",
        bad="""
            machine: order
            initial: packing
            states:
              packing:
                states:
                  picked: {accepts: {Pack: done}}
              done: {final: true}
            """,
        good="""
            machine: order
            initial: packing
            states:
              packing:
                initial: picked
                states:
                  picked: {accepts: {Pack: done}}
              done: {final: true}
            """,
    ),
    found_elsewhere(
        Code.REPLAY_RULE,
        "replay-rule",
        why="A stored event must say where it led without any guard being asked again. So from each state "
        "all branches that emit the event lead to the same state, and replay is a function.",
        bad="""
            machine: parcel
            initial: weighed
            states:
              weighed:
                accepts:
                  Send:
                    - {guard: command.grams > 2000, emit: Sent, target: freight}
                    - {emit: Sent, target: letter}
              freight: {final: true}
              letter: {final: true}
            """,
        good="""
            machine: parcel
            initial: weighed
            states:
              weighed:
                accepts:
                  Send:
                    - {guard: command.grams > 2000, emit: SentAsFreight, target: freight}
                    - {emit: SentAsLetter, target: letter}
              freight: {final: true}
              letter: {final: true}
            """,
    ),
    found_elsewhere(
        Code.RENAME,
        "rename",
        why="An old name leads stored events to one state, event or field. It must be free today, and old "
        "for only one of them.",
        bad="""
            machine: parcel
            initial: packed
            states:
              packed: {renamed_from: [ready], accepts: {Ship: shipped}}
              shipped: {renamed_from: [ready], final: true}
            """,
        good="""
            machine: parcel
            initial: packed
            states:
              packed: {renamed_from: [ready], accepts: {Ship: shipped}}
              shipped: {renamed_from: [sent], final: true}
            """,
    ),
    found_elsewhere(
        Code.TIMEOUT,
        "timeout",
        why="When the time is over the timer sends the command without payload and without roles. Every "
        "state that the timeout is for must accept it so.",
        bad="""
            machine: offer
            initial: open
            states:
              open:
                timeout: {after: 14 days, command: Expire}
                accepts: {Accept: accepted, Expire: expired}
              accepted: {final: true}
              expired: {final: true}
            """,
        good="""
            machine: offer
            initial: open
            states:
              open:
                timeout: {after: P14D, command: Expire}
                accepts: {Accept: accepted, Expire: expired}
              accepted: {final: true}
              expired: {final: true}
            """,
    ),
)
