"""Flattens the hierarchy into two tables: the commands that each leaf accepts, and the moves of each event.

Also checks the replay rule: in each reachable leaf, all branches that emit an event must move to the same
leaf and enter the same topmost state, so that replay never needs a guard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from statewright.diagnostics import Code, Finding
from statewright.language.model import Accepts, Definition
from statewright.language.source.text import FINDINGS_MAX, DocumentPath

SIZE_MAX = 20_000  # a definition of this size still loads in a fraction of a second


@dataclass(frozen=True, slots=True)
class Move:
    """The move of an event: the leaf after it, and the topmost state that it enters, if any."""

    leaf: str
    entered: str | None


@dataclass(frozen=True, slots=True)
class TransitionTable:
    """The result of `flatten`.

    `rows`: reachable leaf -> command -> branches. `moves`: (reachable leaf, event type) -> move.
    """

    rows: Mapping[str, Accepts]
    moves: Mapping[tuple[str, str], Move]


def flatten(definition: Definition) -> tuple[TransitionTable, list[Finding]]:
    """Return both tables and a finding for each violation of the replay rule."""
    rows: dict[str, Accepts] = {}
    moves: dict[tuple[str, str], Move] = {}
    origins: dict[tuple[str, str], DocumentPath] = {}
    findings: list[Finding] = []
    size = 0
    waiting = [definition.leaf_of(definition.initial)]
    while waiting:
        leaf = waiting.pop()
        if leaf in rows:
            continue
        rows[leaf] = definition.accepts_of(leaf)
        size += sum(len(branches) for branches in rows[leaf].values())
        if size + len(moves) > SIZE_MAX:
            message = f"the states have more than {SIZE_MAX:,} branches and moves, including inherited ones"
            findings.append(definition.document.finding(Code.LIMIT, ("states",), message, key=True))
            break
        for event, move, path in _moves_from(definition, leaf, rows[leaf]):
            known = moves.setdefault((leaf, event), move)
            first = origins.setdefault((leaf, event), path)
            if known != move and len(findings) < FINDINGS_MAX:
                findings.append(_clash(definition, leaf, event, first, known, path, move))
            waiting.append(move.leaf)
    return TransitionTable(rows, moves), findings


def destination(definition: Definition, leaf: str, target: str | None) -> Move:
    """The move from `leaf` to `target`. An explicit target is always re-entered, even from within it."""
    if target is None:
        return Move(leaf, None)
    here = set(definition.lineage(leaf))
    entered = target
    for name in definition.lineage(target):
        if name in here:
            break
        entered = name
    return Move(definition.leaf_of(target), entered)


def _moves_from(
    definition: Definition, leaf: str, accepts: Accepts
) -> Iterator[tuple[str, Move, DocumentPath]]:
    for branches in accepts.values():
        for branch in branches:
            for emission in branch.emits[:-1]:
                yield emission.event, Move(leaf, None), branch.path
            for emission in branch.emits[-1:]:
                yield emission.event, destination(definition, leaf, branch.target), branch.path
    lineage = set(definition.lineage(leaf))
    for event in (definition.events or {}).values():
        for row in event.retired:
            if row.source in lineage:
                yield event.name, destination(definition, leaf, row.target), row.path


def _clash(
    definition: Definition,
    leaf: str,
    event: str,
    first: DocumentPath,
    known: Move,
    path: DocumentPath,
    move: Move,
) -> Finding:
    line = definition.document.position(first).line
    other = "earlier in the same list it" if first == path else f"the branch on line {line}"
    is_leaf_equal = move.leaf == known.leaf
    here, there = _describe(move, is_leaf_equal), _describe(known, is_leaf_equal)
    return definition.document.finding(
        Code.REPLAY_RULE,
        path,
        f'event "{event}" cannot be replayed from state "{leaf}": this branch {here}, but '
        f"{other} {there}; use a different event for one of them",
    )


def _describe(move: Move, with_entered: bool) -> str:
    if move.entered is None:
        return f'stays in "{move.leaf}"'
    return f'moves to "{move.leaf}"' + (f' by entering "{move.entered}"' if with_entered else "")
