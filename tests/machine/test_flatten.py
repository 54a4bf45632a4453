"""Flatten: the tables of a definition, and violations of the replay rule."""

from __future__ import annotations

import textwrap

from statewright.language import load_definition
from statewright.machine.flatten import Move, flatten

HIERARCHY = """
    machine: m
    initial: outer
    accepts: {Stop: {emit: Stopped, target: done}}
    states:
      outer:
        initial: one
        accepts: {Go: {emit: Gone, target: done}}
        states:
          one: {accepts: {Step: two}}
          two: {accepts: {Back: outer}}
      done: {final: true}
      island:
        accepts: {Gone: [{guard: command.n > 1, emit: Gone, target: outer}, {emit: Gone, target: done}]}
"""


def table(text: str) -> tuple[set[tuple[str, str, str, str | None]], list[str]]:
    """Return the moves as tuples, and the messages."""
    definition = load_definition(textwrap.dedent(text).encode(), "m.machine.yaml")
    flat, findings = flatten(definition)
    moves = {(leaf, event, move.leaf, move.entered) for (leaf, event), move in flat.moves.items()}
    return moves, [finding.message for finding in findings]


def test_every_reachable_leaf_has_its_own_and_its_inherited_moves() -> None:
    """Leaving a composite from inside needs no extra entry in the file."""
    moves, _ = table(HIERARCHY)
    assert moves == {
        ("outer.one", "Step", "outer.two", "outer.two"),
        ("outer.one", "Gone", "done", "done"),
        ("outer.one", "Stopped", "done", "done"),
        ("outer.two", "Back", "outer.one", "outer"),
        ("outer.two", "Gone", "done", "done"),
        ("outer.two", "Stopped", "done", "done"),
    }


def test_an_unreachable_state_cannot_break_the_replay_rule() -> None:
    """Moves of unreachable states are not checked against the replay rule."""
    assert table(HIERARCHY)[1] == []


def test_a_retired_move_counts_for_the_replay_rule() -> None:
    """A branch that reuses a retired event for another move breaks the replay rule."""
    _, messages = table("""
        machine: m
        initial: a
        events: {Gone: {retired: [{from: a, target: c}]}}
        states:
          a: {accepts: {Go: {emit: Gone, target: b}}}
          b: {final: true}
          c: {final: true}
    """)
    [message] = messages
    assert message.startswith('event "Gone" cannot be replayed from state "a": this branch moves to "c"')


def test_one_leaf_entered_at_different_depths_breaks_the_rule() -> None:
    """The entered state determines which timeouts restart."""
    _, messages = table("""
        machine: m
        initial: outer
        states:
          outer:
            initial: one
            states:
              one:
                accepts:
                  Go: [{guard: command.n > 1, emit: Gone, target: outer}, {emit: Gone, target: outer.one}]
    """)
    assert ['entering "outer.one"' in message for message in messages] == [True]


def test_staying_enters_nothing() -> None:
    """A branch without a target enters no state."""
    definition = load_definition(
        b"machine: m\ninitial: a\nstates: {a: {accepts: {Go: {emit: Gone}}}}", "m.yaml"
    )
    assert flatten(definition)[0].moves == {("a", "Gone"): Move("a", None)}


def test_inherited_branches_are_bounded() -> None:
    """A few kilobytes of text could otherwise define millions of moves."""
    count = 400
    states = ", ".join(f"s{number}: {{}}" for number in range(count))
    accepts = ", ".join(f"C{number}: s{number}" for number in range(count))
    text = f"machine: m\ninitial: s0\naccepts: {{{accepts}}}\nstates: {{{states}}}\n"
    definition = load_definition(text.encode(), "m.machine.yaml")
    table, [finding] = flatten(definition)
    assert "more than 20,000 branches and moves" in finding.message
    assert len(table.moves) <= 20_000


def test_one_mistake_in_many_states_is_reported_a_bounded_number_of_times() -> None:
    """A mistake that affects many states is reported at most 200 times."""
    states = ", ".join(f"s{number}: {{}}" for number in range(60))
    accepts = ", ".join(f"C{number}: {{emit: Same, target: s{number}}}" for number in range(60))
    text = f"machine: m\ninitial: s0\naccepts: {{{accepts}}}\nstates: {{{states}}}\n"
    _, findings = flatten(load_definition(text.encode(), "m.machine.yaml"))
    assert len(findings) == 200
