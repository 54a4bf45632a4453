"""Lists of branches: which stand for each other, and which differ and were not seen to answer differently."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from statewright.evolution.compat.case import Case
from statewright.evolution.compat.rules import Rule
from statewright.evolution.compat.translation import Renames, branch_text
from statewright.evolution.compat.verdicts import Verdict, dotted
from statewright.language.model import Branch
from statewright.language.source.document import Path


def branch_verdicts(case: Case, told: Collection[str]) -> Iterator[Verdict]:
    """`told`: the locations of the search's verdicts; nothing is added to them."""
    answered = {(answer.spot.old.leaf, answer.request.command) for answer in case.found.answers}
    pair = case.pair
    said = set(told)
    for leaf, accepts in pair.old.rows.items():
        if pair.states.get(leaf) not in pair.new.rows:
            continue
        for command, branches in accepts.items():
            if (
                command not in pair.commands
                or (leaf, command) in answered
                or not _differ(case, leaf, command)
            ):
                continue
            _, new = lists_of(case, leaf, command)
            path = (new or branches)[0].list_path
            if dotted(path) not in said:
                said.add(dotted(path))
                yield _unseen(case, leaf, command, path)


def _differ(case: Case, leaf: str, command: str) -> bool:
    old, new = lists_of(case, leaf, command)
    renames = _renames(case, command)
    before = [branch_text(branch, renames) for branch in old]
    return before != [branch_text(branch, Renames(shared_fields=renames.shared_fields)) for branch in new]


def _unseen(case: Case, leaf: str, command: str, path: Path) -> Verdict:
    old, new = lists_of(case, leaf, command)
    message = (
        f'the branches of "{command}" in "{leaf}" differ' if new else f'"{leaf}" lists "{command}" no more'
    )
    return case.verdict(
        Rule.TIGHTENED if new else Rule.NOT_ACCEPTED,
        message,
        old=old[0].list_path,
        new=path if new else None,
    )


def lists_of(case: Case, leaf: str, command: str) -> tuple[tuple[Branch, ...], tuple[Branch, ...]]:
    """What a leaf of the old version does with a command, and what its heir does."""
    old = case.pair.old.rows[leaf].get(command, ())
    today = case.pair.states.get(leaf)
    new = case.pair.new.rows.get(today, {}).get(command, ()) if today else ()
    return old, new


def command_renames(case: Case, command: str) -> Mapping[str, str]:
    """Old names of a command's fields -> those of today."""
    spec = (case.pair.new.definition.commands or {}).get(case.pair.commands.get(command, command))
    return spec.fields_renamed if spec else {}


def _renames(case: Case, command: str) -> Renames:
    pair = case.pair
    specs = pair.new.definition.events or {}
    fields = {name: spec.fields_renamed for name, spec in specs.items()}
    shared = {}
    for name, today in pair.events.items():
        old = (pair.old.definition.events or {}).get(name)
        if old is not None and today in specs:
            before = {fields[today].get(field, field) for field in old.payload.fields}
            shared[today] = frozenset(before & specs[today].payload.fields.keys())
    chains = {("data", before): after for before, after in pair.data.items()}
    chains |= {("command", before): after for before, after in command_renames(case, command).items()}
    return Renames(pair.events, fields, shared, chains)
