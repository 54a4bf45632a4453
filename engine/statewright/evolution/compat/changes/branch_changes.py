"""Lists of branches: which stand for each other, and which differ and were not seen to answer differently."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from statewright.evolution.compat.change_kinds import ChangeKind
from statewright.evolution.compat.comparison import Comparison
from statewright.evolution.compat.elements import kept_elements
from statewright.evolution.compat.translation import Renames, branch_text
from statewright.evolution.compat.verdicts import ChangeVerdict, dotted
from statewright.language.model import Branch


def branch_changes(comparison: Comparison, told: Collection[str]) -> Iterator[ChangeVerdict]:
    """`told`: the locations of the search's verdicts; nothing is added to them."""
    answered = {(answer.spot.old.leaf, answer.request.command) for answer in comparison.found.answers}
    pair = comparison.pair
    said = set(told)
    for row in kept_elements(pair.old.rows, pair.new.rows, pair.states):
        for command, before in row.old.items():
            after = row.new.get(command, ())
            path = (after or before)[0].list_path
            if command not in pair.commands or (row.was, command) in answered or dotted(path) in said:
                continue
            if _differ(_renames(comparison, command), before, after):
                said.add(dotted(path))
                yield _unseen(comparison, row.was, command, before, after)


def _differ(renames: Renames, before: Sequence[Branch], after: Sequence[Branch]) -> bool:
    old = [branch_text(branch, renames) for branch in before]
    return old != [branch_text(branch, Renames(shared_fields=renames.shared_fields)) for branch in after]


def _unseen(
    comparison: Comparison, leaf: str, command: str, before: Sequence[Branch], after: Sequence[Branch]
) -> ChangeVerdict:
    path = before[0].list_path
    if not after:
        return comparison.verdict(ChangeKind.NOT_ACCEPTED, f'"{leaf}" lists "{command}" no more', path)
    message = f'the branches of "{command}" in "{leaf}" differ'
    return comparison.verdict(ChangeKind.TIGHTENED, message, path, after[0].list_path)


def lists_of(
    comparison: Comparison, leaf: str, command: str
) -> tuple[tuple[Branch, ...], tuple[Branch, ...]]:
    """What a leaf of the old version does with a command, and what its heir does."""
    old = comparison.pair.old.rows[leaf].get(command, ())
    today = comparison.pair.states.get(leaf)
    new = comparison.pair.new.rows.get(today, {}).get(command, ()) if today else ()
    return old, new


def command_renames(comparison: Comparison, command: str) -> Mapping[str, str]:
    """Old names of a command's fields -> those of today."""
    spec = (comparison.pair.new.definition.commands or {}).get(comparison.pair.commands.get(command, command))
    return spec.fields_renamed if spec else {}


def _renames(comparison: Comparison, command: str) -> Renames:
    pair = comparison.pair
    specs = pair.new.definition.events or {}
    fields = {name: spec.fields_renamed for name, spec in specs.items()}
    shared = {}
    for name, today in pair.events.items():
        old = (pair.old.definition.events or {}).get(name)
        if old is not None and today in specs:
            before = {fields[today].get(field, field) for field in old.payload.fields}
            shared[today] = frozenset(before & specs[today].payload.fields.keys())
    chains = {("data", before): after for before, after in pair.data.items()}
    chains |= {("command", before): after for before, after in command_renames(comparison, command).items()}
    return Renames(pair.events, fields, shared, chains)
